"""The computations behind notebook 02, as columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulations.facts.coverage_checks import MEMORISER, coverage
from simulations.facts.prompt_laws import (
    PromptLaw,
    geometric_law,
    pareto_law,
    two_level_law,
    uniform_law,
    zipf_law,
)
from simulations.facts.trials import fact_trials
from simulations.trials import Columns, spawned
from theory.errors import InvalidInput
from theory.facts import lemma_2_term, sharp_terms

N_RESPONSES = 10**9
"""So many that 2/|E| does not blur the finite-sample term."""


def finite_sample_terms(
    sizes: Sequence[int], *, gamma: float, n_trials: int, rng: np.random.Generator | int
) -> Columns:
    """What finite N costs in Theorem 2, lower part: as printed, by X4, and in truth.

    Parameters
    ----------
    sizes : sequence of int
        N, and as many equally likely facts.
    gamma : float
        Allowed failure probability.
    n_trials : int
        Samples per size for the true quantile.
    rng : numpy Generator or int
        Source of randomness.

    Returns
    -------
    dict of str to ndarray, shape (sizes,)
        n_samples, paper, sharp, and needed: the 1 - gamma quantile of the term that the calibrated
        memoriser would have needed.

    Raises
    ------
    InvalidInput
        If a value is out of range.
    """
    needed = []
    for N, child in spawned(sizes, rng=rng):
        world = uniform_law(N).facts(n_responses=N_RESPONSES)
        judged = coverage(world, N, gamma=gamma, n_trials=n_trials, rng=child, learners=[MEMORISER])
        needed.append(judged["quantile"][list(judged["statement"]).index("X4 lower")])
    return {
        "n_samples": np.array(sizes),
        "paper": np.array([lemma_2_term(N, gamma=gamma) for N in sizes]),
        "sharp": np.array(
            [sharp_terms(N, min_responses=N_RESPONSES, gamma=gamma).total for N in sizes]
        ),
        "needed": np.array(needed),
    }


def fame_laws(n_prompts: int, *, max_bands: int = 300) -> dict[str, PromptLaw]:
    """Six laws of fame over the same prompts.

    Raises
    ------
    InvalidInput
        If there are fewer than 100 prompts.
    """
    if n_prompts < 100:
        raise InvalidInput("n_prompts", ">= 100", n_prompts)
    head = n_prompts // 100
    return {
        "uniform": uniform_law(n_prompts),
        "two levels": two_level_law(n_prompts, head_prompts=head, head_mass=0.5),
        "Zipf 0.5": zipf_law(n_prompts, exponent=0.5, max_bands=max_bands),
        "Zipf 1": zipf_law(n_prompts, max_bands=max_bands),
        "Pareto 1.5": pareto_law(n_prompts, shape=1.5, max_bands=max_bands),
        "geometric": geometric_law(n_prompts, ratio=1 - 20 / n_prompts, max_bands=max_bands),
    }


def birthdays(n_prompts: int, sizes: Sequence[int], *, rng: np.random.Generator | int) -> Columns:
    """Train the calibrated memoriser on birthdays under each law of fame.

    Returns
    -------
    dict of str to ndarray, shape (laws x sizes,)
        law, and the fields of :class:`simulations.facts.trials.FactTrial`.

    Raises
    ------
    InvalidInput
        If a value is out of range.
    """
    fame = fame_laws(n_prompts)
    parts = [
        fact_trials([law.facts()] * len(sizes), sizes, rng=child)
        for law, child in spawned(fame.values(), rng=rng)
    ]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return {"law": np.repeat(list(fame), len(sizes)), **columns}


def first_positive(columns: Columns, name: str) -> int:
    """Return the first N at which a bound says something.

    Raises
    ------
    InvalidInput
        If it never does.
    """
    positive = columns["n_samples"][columns[name] > 0]
    if len(positive) == 0:
        raise InvalidInput(name, "positive somewhere", "no positive value")
    return int(positive.min())
