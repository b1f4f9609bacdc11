"""Figure 1 rebuilt: three judging problems, seven classifiers, and the generators they induce.

Valid and wrong answers lie in the plane. Where they are separable every classifier judges well;
a straight line is a poor model of a circle; where there is no pattern nobody judges well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from simulations.reduction.base_models import normalised
from simulations.trials import Columns, spawned, stack
from theory.arrays import ArrayLike, FloatArray, as_numbers
from theory.errors import InvalidInput, MissingExtra, require_integer
from theory.reduction import World, iiv_distribution, theorem_1_bound

PROBLEMS = ("separable", "circle", "no pattern")
RADIUS = 0.55
GAP = 0.05


@dataclass(frozen=True)
class PlaneProblem:
    """A world whose examples are points in the plane.

    Attributes
    ----------
    world : World
        Prompts with some valid and some wrong answers each; p is uniform on the valid ones.
    points : ndarray, shape (X, 2)
        Where each example lies, in [-1, 1]^2.
    """

    world: World
    points: FloatArray


def plane_problem(
    name: str,
    *,
    rng: np.random.Generator | int,
    n_prompts: int = 100,
    n_valid: int = 10,
    n_errors: int = 100,
) -> PlaneProblem:
    """Draw one of the three problems of Figure 1.

    Parameters
    ----------
    name : str
        "separable" (a line parts them), "circle" (valid inside) or "no pattern".
    rng : numpy Generator or int
        Source of randomness, or a seed.
    n_prompts, n_valid, n_errors : int
        Numbers of prompts, and of valid and wrong answers of each.

    Raises
    ------
    InvalidInput
        If the name is none of these or a number is below 1.
    """
    if name not in PROBLEMS:
        raise InvalidInput("name", f"one of {', '.join(PROBLEMS)}", repr(name))
    for what, n in (("n_prompts", n_prompts), ("n_valid", n_valid), ("n_errors", n_errors)):
        require_integer(what, n, at_least=1)
    generator = np.random.default_rng(rng)
    valid = np.tile(np.arange(n_valid + n_errors) < n_valid, n_prompts)
    points = np.empty((len(valid), 2))
    points[valid] = _inside(name, True, int(valid.sum()), generator)
    points[~valid] = _inside(name, False, int((~valid).sum()), generator)
    sizes = np.full(n_prompts, n_valid + n_errors)
    return PlaneProblem(World(p=valid / n_valid, valid=valid, n_responses=sizes), points)


def _inside(name: str, valid: bool, n: int, rng: np.random.Generator) -> FloatArray:
    """Draw uniform points of the square, kept where their label may be."""
    kept = np.empty((0, 2))
    while len(kept) < n:
        z = rng.uniform(-1, 1, (2 * n, 2))
        distance = {
            "separable": (z[:, 0] + z[:, 1]) / np.sqrt(2) - 0.2,
            "circle": RADIUS - np.hypot(z[:, 0], z[:, 1]),
            "no pattern": np.full(len(z), GAP if valid else -GAP),
        }[name]
        kept = np.concatenate([kept, z[(distance >= GAP) if valid else (distance <= -GAP)]])
    return kept[:n]


def classifiers(seed: int) -> dict[str, Any]:
    """Return fresh scikit-learn classifiers for Fig. 1, from a straight line to a small network.

    Raises
    ------
    MissingExtra
        If scikit-learn is not installed.
    """
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.linear_model import LogisticRegression
        from sklearn.neighbors import KNeighborsClassifier
        from sklearn.neural_network import MLPClassifier
        from sklearn.svm import SVC
        from sklearn.tree import DecisionTreeClassifier
    except ImportError as error:
        raise MissingExtra("scikit-learn", "learn", purpose="Figure 1") from error

    return {
        "logistic regression": LogisticRegression(),
        "decision tree": DecisionTreeClassifier(min_samples_leaf=5, random_state=seed),
        "1 nearest neighbour": KNeighborsClassifier(1),
        "15 nearest neighbours": KNeighborsClassifier(15),
        "boosting": HistGradientBoostingClassifier(random_state=seed),
        "support vectors": SVC(),
        "small network": MLPClassifier(
            (32, 32), learning_rate_init=0.01, max_iter=2000, random_state=seed
        ),
    }


def induced_generator(world: World, scores: ArrayLike, *, floor: float = 1e-3) -> FloatArray:
    r"""Turn a fitted classifier of Fig. 1 into a generator by Bayes' rule (extension).

    .. math:: \hat p(r|c) \propto \frac{s(c, r)}{1 - s(c, r)}

    A judge's score s estimates Pr[valid | c, r] under D, whose odds are p(r|c) |E_c|. A perfect
    judge induces p itself.

    Parameters
    ----------
    world : World
        C prompts, X examples.
    scores : array_like, shape (X,)
        Probabilities of being valid.
    floor : float
        Scores are clipped to [floor, 1 - floor], so that the odds are finite.

    Raises
    ------
    InvalidInput
        If the scores have another shape or are no probabilities.
    """
    s = as_numbers("scores", scores).astype(float)
    if s.shape != world.p.shape or not ((s >= 0) & (s <= 1)).all():
        raise InvalidInput("scores", f"in [0, 1], of shape {world.p.shape}", f"shape {s.shape}")
    clipped = np.clip(s, floor, 1 - floor)
    return normalised(world, clipped / (1 - clipped))


@dataclass(frozen=True)
class Judged:
    """One classifier on one problem.

    Attributes
    ----------
    problem, classifier : str
        Which.
    judge_error : float
        Pr_D of a wrong verdict of the classifier itself (score > 1/2).
    err_iiv, err, delta, bound : float
        Of the generator that it induces (Theorem 1).
    """

    problem: str
    classifier: str
    judge_error: float
    err_iiv: float
    err: float
    delta: float
    bound: float


def compare_classifiers(
    *, rng: np.random.Generator | int, n_train: int = 1000, n_prompts: int = 100, seed: int = 0
) -> Columns:
    """Train every classifier on draws from D, judge all of X, and generate (Figure 1).

    Parameters
    ----------
    rng : numpy Generator or int
        Source of the points and training draws.
    n_train : int
        Labelled examples drawn from D.
    n_prompts : int
        Size of the worlds.
    seed : int
        Of the classifiers that use chance.

    Returns
    -------
    dict of str to ndarray
        Columns of :class:`Judged`, one row per problem and classifier.

    Raises
    ------
    InvalidInput
        If a number is not a whole number >= 1.
    """
    require_integer("n_train", n_train, at_least=1)
    rows = []
    for name, child in spawned(PROBLEMS, rng=rng):
        problem = plane_problem(name, rng=child, n_prompts=n_prompts)
        drawn = child.choice(problem.world.n_examples, n_train, p=iiv_distribution(problem.world))
        for label, classifier in classifiers(seed).items():
            classifier.fit(problem.points[drawn], problem.world.valid[drawn])
            scores = _validity_scores(classifier, problem.points)
            rows.append(_judged(name, label, problem.world, scores))
    return stack(rows)


def _validity_scores(classifier: Any, points: npt.ArrayLike) -> FloatArray:
    """Return the classifier's probability of "valid" for each point, shape (X,)."""
    if hasattr(classifier, "predict_proba"):
        return np.asarray(classifier.predict_proba(points)[:, 1])
    return np.asarray(expit(classifier.decision_function(points)))


def _judged(problem: str, label: str, world: World, scores: FloatArray) -> Judged:
    wrong = (scores > 0.5) != world.valid
    result = theorem_1_bound(world, induced_generator(world, scores))
    return Judged(
        problem=problem,
        classifier=label,
        judge_error=float(iiv_distribution(world) @ wrong),
        err_iiv=float(result.err_iiv),
        err=float(result.err),
        delta=float(result.delta),
        bound=float(result.bound),
    )
