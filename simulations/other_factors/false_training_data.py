"""Garbage in, garbage out: learners on data of which a share is false (Sec. 3.4; extension)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from simulations.trials import Columns, chosen, label, spawned, stack
from theory.arrays import FloatArray, IntArray
from theory.errors import InvalidInput, require_integer
from theory.other_factors import gigo_bound, noisy_training
from theory.reduction import World

Rule = Callable[[IntArray], FloatArray]
"""``counts``, how often each answer was given, shape (C, R), -> ``p_hat``, shape (X,)."""


@dataclass(frozen=True)
class FalseData:
    """One learner on data with a false share.

    Attributes
    ----------
    learner : str
        Name of the rule.
    share : float
        eta, the false share.
    err : float
        Generative error against the truth.
    bound, learned_bound : float
        As in :class:`theory.other_factors.shift.GigoBound`.
    """

    learner: str
    share: float
    err: float
    bound: float
    learned_bound: float


def frequencies(counts: IntArray) -> FloatArray:
    """Return a model that repeats its data; unseen prompts: uniform."""
    return _shares(np.where(counts.sum(axis=1, keepdims=True) > 0, counts, 1.0 / counts.shape[1]))


def smoothed(counts: IntArray, *, smoothing: float = 0.05) -> FloatArray:
    """Return a model that adds pseudo-counts."""
    return _shares(counts + np.float64(smoothing))


def majority(counts: IntArray) -> FloatArray:
    """Return a model that always gives the commonest answer; ties: shared."""
    return _shares((counts == counts.max(axis=1, keepdims=True)).astype(float))


def _shares(weights: FloatArray) -> FloatArray:
    law: FloatArray = (weights / weights.sum(axis=1, keepdims=True)).ravel()
    return law


RULES: dict[str, Rule] = {
    "frequencies": frequencies,
    "smoothed": smoothed,
    "majority": majority,
}
"""Learners by name."""


def false_data(
    *,
    rng: np.random.Generator | int,
    shares: FloatArray | None = None,
    n_prompts: int = 300,
    n_responses: int = 20,
    n_per_prompt: float = 15,
    rules: Sequence[str | Rule] = tuple(RULES),
) -> Columns:
    """Train learners on ever more false data and measure them against the truth.

    Parameters
    ----------
    rng : numpy Generator or int
        Source of randomness; every share gets a child of its own.
    shares : ndarray, optional
        Values of eta in [0, 1]; 0, 0.1, ..., 0.9 if left out.
    n_prompts, n_responses : int
        Size of the world: one right answer to each prompt.
    n_per_prompt : float
        Mean number of training answers to a prompt (Poisson), above 0.
    rules : sequence of str or function
        Learners: names in :data:`RULES`, or functions ``counts -> p_hat``.

    Returns
    -------
    dict of str to ndarray
        Columns of :class:`FalseData`.

    Raises
    ------
    InvalidInput
        If a number is too small, a share is no probability or there is no rule of that name.
    """
    require_integer("n_prompts", n_prompts, at_least=1)
    require_integer("n_responses", n_responses, at_least=2)
    if not n_per_prompt > 0:
        raise InvalidInput("n_per_prompt", "> 0", n_per_prompt)
    shares = np.linspace(0, 0.9, 10) if shares is None else shares
    valid = np.tile(np.arange(n_responses) == 0, n_prompts)
    sizes = np.full(n_prompts, n_responses)
    world = World(p=valid.astype(float), valid=valid, n_responses=sizes)
    rows = []
    for share, child in spawned(shares.tolist(), rng=rng):
        law = noisy_training(world, share).reshape(n_prompts, n_responses)
        counts = child.multinomial(child.poisson(n_per_prompt, n_prompts), law)
        for rule in rules:
            found = gigo_bound(world, chosen("rule", rule, RULES)(counts), share)
            err, bound, learned = map(float, (found.err, found.bound, found.learned_bound))
            rows.append(FalseData(label(rule), share, err, bound, learned))
    return stack(rows)
