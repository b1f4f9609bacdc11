"""Base models from perfect to useless: each turns a world into p_hat, shape (X,)."""

from __future__ import annotations

from functools import partial
from typing import Protocol

import numpy as np

from simulations.reduction.random_worlds import SEPARATIONS, random_features
from simulations.trials import without_luck
from theory.arrays import Array, FloatArray, segment_sums
from theory.errors import InvalidInput, require_integer, require_probability
from theory.reduction import World, iiv_distribution, temper, uniform_model


def normalised(world: World, weights: FloatArray) -> FloatArray:
    """Make a base model of weights >= 0, shape (X,); all zero at a prompt -> uniform."""
    sums = segment_sums(weights, world.starts)
    empty = sums == 0
    safe = np.where(empty, 1.0, sums)
    share = weights / world.per_example(safe)
    return np.where(world.per_example(empty), uniform_model(world).astype(float), share)


def softmax_model(world: World, logits: FloatArray) -> FloatArray:
    """Give each response the share of exp(logit) in its prompt; with log-odds: Bayes' rule."""
    largest = np.maximum.reduceat(logits, world.starts)
    return normalised(world, np.exp(logits - world.per_example(largest)))


def partial_knowledge_model(world: World, share: float, *, rng: np.random.Generator) -> FloatArray:
    """Know p(.|c) on a random ``share`` of the prompts, be uniform on the others.

    It is sure where it knows and unsure where it does not: delta is 0 if no p(r|c) is both positive
    and at most 1/K, so its error is 2 err_iiv up to the size ratio.

    Raises
    ------
    InvalidInput
        If ``share`` is outside [0, 1].
    """
    require_probability("share", share)
    known = world.per_example(rng.random(world.n_prompts) < share)
    return np.where(known, world.p, uniform_model(world))


def training_counts(world: World, n_samples: int, *, rng: np.random.Generator) -> FloatArray:
    """Draw a base model's training text: counts of each example in ``n_samples``, shape (X,)."""
    require_integer("n_samples", n_samples, at_least=1)
    joint = world.per_example(world.mu) * world.p
    return rng.multinomial(n_samples, joint / joint.sum()).astype(float)


def smoothed_counts_model(
    world: World, n_samples: int, *, pseudo_count: float, rng: np.random.Generator
) -> FloatArray:
    """Additive smoothing of a finite training sample: (count + a) / (total + a R_c).

    With ``pseudo_count`` 0 this is the regurgitator: it repeats what it has seen, and is uniform on
    prompts it has never seen.

    Raises
    ------
    InvalidInput
        If ``pseudo_count`` is negative or ``n_samples`` below 1.
    """
    if not pseudo_count >= 0:
        raise InvalidInput("pseudo_count", ">= 0", pseudo_count)
    return normalised(world, training_counts(world, n_samples, rng=rng) + pseudo_count)


def classifier_model(
    world: World, features: FloatArray, n_samples: int, *, rng: np.random.Generator
) -> FloatArray:
    r"""Generate by judging: fit an Is-It-Valid classifier, then sample by its odds.

    .. math:: \hat p(r|c) \propto \frac{s(c, r)}{1 - s(c, r)},\quad s = \Pr[\text{valid}]

    The classifier is scikit-learn's logistic regression on ``n_samples`` draws from D. Responses
    that it cannot tell apart share their mass, so whatever it misjudges it also generates.

    Parameters
    ----------
    world : World
        X examples.
    features : ndarray, shape (X, d)
        What the classifier sees (:func:`simulations.reduction.random_worlds.random_features`).
    n_samples : int
        Size of the classifier's training set.
    rng : numpy Generator
        Source of randomness.

    Raises
    ------
    InvalidInput
        If the features are not one row per example, or ``n_samples`` is below 1.
    """
    from sklearn.linear_model import LogisticRegression

    require_integer("n_samples", n_samples, at_least=1)
    if features.shape[:1] != (world.n_examples,):
        raise InvalidInput("features", f"of shape ({world.n_examples}, d)", f"{features.shape}")
    D = iiv_distribution(world)
    rows = rng.choice(world.n_examples, size=n_samples, p=D / D.sum())
    labels = world.valid[rows]
    if labels.all() or not labels.any():
        return uniform_model(world)
    fit = LogisticRegression(solver="newton-cholesky", tol=1e-10).fit(features[rows], labels)
    log_odds = fit.decision_function(features)
    return softmax_model(world, log_odds)


def abstainer_model(world: World) -> FloatArray:
    """Always give the first valid response of the prompt, in the part of "I don't know".

    It never errs; what it pays is delta (Sec. 3.1, "not every system must err").
    """
    first_valid = np.zeros(world.n_examples)
    rows = np.arange(world.n_examples)
    first = np.minimum.reduceat(np.where(world.valid, rows, world.n_examples), world.starts)
    first_valid[first] = 1.0
    return first_valid


def _classifier(world: World, *, rng: np.random.Generator, separation: float) -> FloatArray:
    features = random_features(world, separation=separation, rng=rng)
    return classifier_model(world, features, 2_000, rng=rng)


class BaseModel(Protocol):
    """One signature for all, as in :data:`BASE_MODELS`."""

    def __call__(self, world: World, /, *, rng: np.random.Generator) -> Array:
        """Return p_hat, shape (X,)."""


BASE_MODELS: dict[str, BaseModel] = {
    "training distribution": without_luck(lambda world: world.p),
    "sharpened (T = 1/3)": without_luck(lambda world: temper(world, world.p, 1 / 3)),
    "abstainer": without_luck(abstainer_model),
    "regurgitator": lambda world, *, rng: smoothed_counts_model(world, 60, pseudo_count=0, rng=rng),
    "knows some prompts": lambda world, *, rng: partial_knowledge_model(
        world, rng.random(), rng=rng
    ),
    "classifier, easy": partial(_classifier, separation=SEPARATIONS["easy to separate"]),
    "classifier, hard": partial(_classifier, separation=SEPARATIONS["hard to separate"]),
    "smoothed counts": lambda world, *, rng: smoothed_counts_model(
        world, 60, pseudo_count=0.1, rng=rng
    ),
    "uniform": without_luck(uniform_model),
}
"""Named learners, roughly from perfect to useless; each takes a world and ``rng``."""
