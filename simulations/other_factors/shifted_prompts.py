"""Prompts that drift, and prompts that mislead (Sec. 3.4; the formulas are extensions).

Misleading: "which is heavier, a pound of feathers or an ounce of lead?" An n-gram model too short
to reach the units has learned to answer by the material.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from simulations.trials import Columns, spawned, stack
from theory.arrays import BoolArray, FloatArray
from theory.errors import require_integer, require_probability
from theory.other_factors import drifted, shift_bound, with_prompt_law
from theory.poor_models import (
    Vocabulary,
    count_ngrams,
    fit_maximum_likelihood,
    opt_ngrams_below,
    theorem_3_bound,
)
from theory.reduction import World, theorem_1_bound

HEAVY = ("lead", "iron", "gold")
LIGHT = ("feathers", "cotton", "foam")
UNITS = ("pound", "ounce")
ANSWERS = ("first", "second")


@dataclass(frozen=True)
class Riddles:
    """All riddles "UNIT of MATERIAL or UNIT of MATERIAL ?" with two units and two materials.

    Attributes
    ----------
    world : World
        Two answers each, "first" and "second", one of them valid.
    prompts : list of lists of str
        The riddles.
    misleading : ndarray of bool, shape (C,)
        Whether the light material has the larger unit.
    """

    world: World
    prompts: list[list[str]]
    misleading: BoolArray

    @property
    def plain_law(self) -> FloatArray:
        """Uniform over the plain riddles, shape (C,)."""
        law: FloatArray = ~self.misleading / (~self.misleading).sum()
        return law

    @property
    def misleading_law(self) -> FloatArray:
        """Uniform over the misleading riddles, shape (C,)."""
        law: FloatArray = self.misleading / self.misleading.sum()
        return law


def riddles() -> Riddles:
    """Build all riddles; the right answer is always the pound, whatever of."""
    pairs = [*product(HEAVY, LIGHT), *product(LIGHT, HEAVY)]
    asked = [(u, a, v, b) for u, v in (UNITS, UNITS[::-1]) for a, b in pairs]
    prompts = [[u, "of", a, "or", v, "of", b, "?"] for u, a, v, b in asked]
    first_is_right = np.array([u == "pound" for u, *_ in asked])
    misleading = np.array([(u == "pound") != (a in HEAVY) for u, a, _, _ in asked])
    valid = np.stack([first_is_right, ~first_is_right], axis=1).ravel()
    world = World(p=valid.astype(float), valid=valid, n_responses=np.full(len(asked), 2))
    return Riddles(world, prompts, misleading)


def _trained_on_riddles(
    task: Riddles, order: int, share: float, n_sentences: int, *, rng: np.random.Generator | int
) -> FloatArray:
    """Fit an n-gram model on riddles of which a share misleads; return p_hat, shape (X,)."""
    law = task.plain_law * (1 - share) + share * task.misleading_law
    chosen = np.random.default_rng(rng).choice(len(task.prompts), n_sentences, p=law)
    right = np.where(task.world.valid[::2], *ANSWERS)
    vocabulary = Vocabulary.of([*task.prompts, ANSWERS])
    text = [[*task.prompts[i], str(right[i])] for i in chosen]
    model = fit_maximum_likelihood(count_ngrams(vocabulary.encode(text), order))
    answers = vocabulary.encode([[a] for a in ANSWERS] * len(task.prompts))
    prompts = vocabulary.encode(task.prompts, complete=False)
    return model.response_probabilities(prompts, answers, task.world.n_responses)


def misleading_prompts(
    *,
    rng: np.random.Generator | int,
    orders: tuple[int, ...] = (3, 4, 5),
    test_shares: FloatArray | None = None,
    training_share: float = 0.05,
    n_sentences: int = 3000,
) -> Columns:
    """Measure err as misleading prompts grow more frequent at test time (Sec. 3.4).

    Returns
    -------
    dict of str to ndarray
        Columns ``order``, ``share``, ``err`` and ``bound`` (Theorem 3 under the test law: what
        no model of this order can be below).

    Raises
    ------
    InvalidInput
        If a share is no probability or a number is below 1.
    """
    require_probability("training_share", training_share)
    require_integer("n_sentences", n_sentences, at_least=1)
    shares = np.linspace(0, 1, 11) if test_shares is None else test_shares
    task = riddles()
    responses = [[[a] for a in ANSWERS]] * len(task.prompts)
    rows = []
    for order, child in spawned(orders, rng=rng):
        p_hat = _trained_on_riddles(task, order, training_share, n_sentences, rng=child)
        for share in shares.tolist():
            plain = with_prompt_law(task.world, task.plain_law)
            test = drifted(plain, task.misleading_law, share)
            opt = opt_ngrams_below(test, task.prompts, responses, order)
            result = theorem_3_bound(test, p_hat, opt)
            rows.append({"order": order, "share": share, "err": result.err, "bound": result.bound})
    return stack(rows)


def facts_under_drift(
    *,
    rng: np.random.Generator | int,
    n_prompts: int = 400,
    n_responses: int = 20,
    n_samples: int = 1000,
    shares: FloatArray | None = None,
) -> Columns:
    """Measure a memoriser of arbitrary facts as prompts drift from famous to all alike.

    Training prompts follow Zipf's law, test prompts a mixture of it with the uniform law. The
    memoriser answers what it saw and guesses uniformly otherwise.

    Returns
    -------
    dict of str to ndarray
        Columns ``share``, ``err``, ``bound`` (Theorem 1 under the test law) and ``ceiling``, what
        the shift bound allows.

    Raises
    ------
    InvalidInput
        If a number is too small.
    """
    require_integer("n_prompts", n_prompts, at_least=1)
    require_integer("n_responses", n_responses, at_least=2)
    require_integer("n_samples", n_samples, at_least=1)
    shares = np.linspace(0, 1, 11) if shares is None else shares
    generator = np.random.default_rng(rng)
    fame = 1 / np.arange(1, n_prompts + 1)
    valid = np.zeros((n_prompts, n_responses), dtype=bool)
    valid[np.arange(n_prompts), generator.integers(0, n_responses, n_prompts)] = True
    world = World(
        p=valid.ravel().astype(float),
        valid=valid.ravel(),
        n_responses=np.full(n_prompts, n_responses),
        mu=fame / fame.sum(),
    )
    seen = np.isin(np.arange(n_prompts), generator.choice(n_prompts, n_samples, p=world.mu))
    p_hat = np.where(seen[:, None], valid, 1 / n_responses).ravel()
    uniform = np.full(n_prompts, 1 / n_prompts)
    rows = []
    for share in shares.tolist():
        test = drifted(world, uniform, share)
        result, moved = theorem_1_bound(test, p_hat), shift_bound(world, p_hat, test.mu)
        ceiling = moved.err_train + moved.bound
        rows.append({"share": share, "err": result.err, "bound": result.bound, "ceiling": ceiling})
    return stack(rows)
