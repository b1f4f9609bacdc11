"""The computations behind notebook 02, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

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
from simulations.facts.trials import FactTrial, fact_trials
from simulations.trials import Columns, spawned
from theory.errors import InvalidInput
from theory.facts import drop_term, lemma_2_term

N_RESPONSES = 10**9
"""So many that 2/|E| does not blur the finite-sample term."""
STRETCH = N_RESPONSES / (N_RESPONSES - 1)


def finite_sample_terms(
    sizes: Sequence[int],
    *,
    gamma: float,
    n_trials: int,
    rng: np.random.Generator | int,
    samples_per_fact: int = 1,
) -> Columns:
    """What finite N costs in Theorem 2, lower part: as printed, by X9, by X13, and in truth.

    Parameters
    ----------
    sizes : sequence of int
        N, with N/samples_per_fact equally likely facts.
    gamma : float
        Allowed failure probability.
    n_trials : int
        Samples per size for the true quantile.
    rng : numpy Generator or int
        Source of randomness.
    samples_per_fact : int
        1: about the worst case of a bound that holds for every law; 5: few singletons.

    Returns
    -------
    dict of str to ndarray, shape (sizes,)
        n_samples, paper, closed (X9), counted (X13, the mean over the samples), and needed: the
        1 - gamma quantile of the term that the calibrated memoriser would have needed.

    Raises
    ------
    InvalidInput
        If a value is out of range.
    """
    judged = []
    for N, child in spawned(sizes, rng=rng):
        world = uniform_law(max(1, N // samples_per_fact)).facts(n_responses=N_RESPONSES)
        judged.append(
            coverage(world, N, gamma=gamma, n_trials=n_trials, rng=child, learners=[MEMORISER])
        )
    row = list(judged[0]["statement"]).index("X13 lower")
    return {
        "n_samples": np.array(sizes),
        "paper": np.array([lemma_2_term(N, gamma=gamma) for N in sizes]),
        "closed": np.array([drop_term(N, gamma=gamma, stretch=STRETCH) for N in sizes]),
        "counted": np.array([table["term"][row] for table in judged]),
        "needed": np.array([table["quantile"][row] for table in judged]),
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
    columns = {f.name: np.concatenate([part[f.name] for part in parts]) for f in fields(FactTrial)}
    return {"law": np.repeat(list(fame), len(sizes)), **columns}


def first_positive(columns: Columns, name: str) -> int:
    """Return the first N at which a bound of the finite-sample study is positive.

    Raises
    ------
    InvalidInput
        If it never does.
    """
    positive = columns["n_samples"][columns[name] > 0]
    if len(positive) == 0:
        raise InvalidInput(name, "positive somewhere", "no positive value")
    return int(positive.min())
