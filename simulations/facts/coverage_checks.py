"""Whether each "with probability at least 1 - gamma" holds, and how much room is left.

Per trial: one sample, and for every statement the least sampling term that would have saved it.
A statement fails in the trials where that exceeds its own term; its term over the (1 - gamma)
quantile says how conservative it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from simulations.facts.learners import LEARNERS, Learner
from simulations.facts.samplers import draw_banded
from simulations.trials import Columns, chosen, label, run_trials, stack
from theory.facts import (
    LEMMA_1_TIGHTER_FACTOR,
    CountsOfCounts,
    FactSample,
    FactWorld,
    closed_interval,
    corollary_3_interval,
    counted_drop,
    counted_floor_drop,
    counted_rise,
    drop_term,
    lemma_1_interval,
    lemma_2_bound,
    missing_mass,
    rise_term,
    singleton_rate,
    theorem_2_lower,
    theorem_2_upper,
)
from theory.reduction import error_of_split, iiv_error_of_split, signed_gap_of_split

MEMORISER = "calibrated memoriser"
ADVERSARIES = ("heavy gambler", "heavy abstainer", "tilter")
"""They see mu."""

Need = tuple[str, str, float, float]
"""Statement, learner, what was needed, what the statement allows."""


def coverage(
    world: FactWorld,
    n_samples: int,
    *,
    gamma: float,
    n_trials: int,
    rng: np.random.Generator | int,
    learners: Sequence[str | Learner] = (MEMORISER, *ADVERSARIES),
    n_jobs: int = 1,
) -> Columns:
    """Judge every probable statement of Sec. 3.3.1 by Monte Carlo.

    Parameters
    ----------
    world : FactWorld
        In floats. Corollary 3 is judged only if nobody abstains.
    n_samples : int
        N.
    gamma : float
        Claimed failure probability, in (0, 1).
    n_trials : int
        Independent samples.
    rng : numpy Generator or int
        Source of randomness.
    learners : sequence of str or callable
        Names in :data:`simulations.facts.learners.LEARNERS`, or ``(sample, *, rng) -> FactModel``.
    n_jobs : int
        Worker processes.

    Returns
    -------
    dict of str to ndarray, one row per statement and learner
        statement, learner, trials, violations, p_value (exact binomial: the chance of so many
        violations if the claim were true with equality), term (what the statement allows, mean),
        quantile (the 1 - gamma quantile of what was needed), ratio (term / quantile; inf if
        nothing was needed).

    Raises
    ------
    InvalidInput
        If a value is out of range.
    """
    trial = partial(_trial, world=world, n_samples=n_samples, gamma=gamma, learners=learners)
    columns = run_trials(trial, n_trials, rng=rng, n_jobs=n_jobs)
    return stack([_judge(key, columns, gamma) for key in columns if key.startswith("needed")])


def _trial(
    *,
    rng: np.random.Generator,
    world: FactWorld,
    n_samples: int,
    gamma: float,
    learners: Sequence[str | Learner],
) -> dict[str, float]:
    sample = draw_banded(world, n_samples, rng=rng)
    found = list(_of_sample(sample, gamma))
    for learner in learners:
        found += _of_learner(sample, learner, gamma, rng)
    record = {}
    for statement, learner, needed, term in found:
        record[f"needed|{statement}|{learner}"] = needed
        record[f"term|{statement}|{learner}"] = term
    return record


def _of_sample(sample: FactSample, gamma: float) -> Iterator[Need]:
    sr, MM, N = float(singleton_rate(sample)), float(missing_mass(sample)), sample.n_samples
    if (sample.world.answer_prob == 1).all():
        yield "Cor. 3", "any", abs(MM - sr), corollary_3_interval(sr, N, gamma=gamma).above
    yield "Lem. 1", "any", abs(MM - sr), lemma_1_interval(sr, N, gamma=gamma).above
    tighter = lemma_1_interval(sr, N, gamma=gamma, factor=LEMMA_1_TIGHTER_FACTOR)
    yield "Lem. 1 with 3.84", "any", abs(MM - sr), tighter.above
    # In units of the upper side, because the two sides differ.
    closed, counts = closed_interval(sr, N, gamma=gamma), CountsOfCounts.of_sample(sample)
    yield "X9 interval", "any", max(MM - sr, (sr - MM) * closed.above / closed.below), closed.above
    below, above = counted_drop(counts, gamma=gamma / 2), counted_rise(counts, gamma=gamma / 2)
    yield "X13 interval", "any", max(MM - sr, (sr - MM) * above / below), above


def _of_learner(
    sample: FactSample, learner: str | Learner, gamma: float, rng: np.random.Generator
) -> Iterator[Need]:
    sr, N = float(singleton_rate(sample)), sample.n_samples
    K, L = sample.world.min_errors, sample.world.max_errors
    split, name = chosen("learner", learner, LEARNERS)(sample, rng=rng).split(), label(learner)
    err, delta = float(error_of_split(split)), min(1.0, abs(float(signed_gap_of_split(split))))
    lemma = lemma_2_bound(sr, N, gamma=gamma)
    yield "Lem. 2", name, sr - 2 * float(iiv_error_of_split(split)), lemma.sampling_term
    paper = theorem_2_lower(sr, N, min_errors=K, delta=delta, gamma=gamma)
    counts, stretch = CountsOfCounts.of_sample(sample), (K + 1) / K
    needed = sr - paper.size_ratio - delta - err
    yield "Thm 2 lower", name, needed, paper.sampling_term
    yield "X9 lower", name, needed, drop_term(N, gamma=gamma, stretch=stretch)
    counted = counted_floor_drop(counts, gamma=gamma, stretch=stretch)
    yield "X13 lower", name, needed, counted
    if name == MEMORISER:
        upper = theorem_2_upper(sr, N, max_errors=L, gamma=gamma)
        yield "Thm 2 upper", name, err - (1 - upper.luck) * sr, upper.sampling_term
        needed = err / (1 - upper.luck) - sr
        yield "X9 upper", name, needed, rise_term(N, gamma=gamma)
        yield "X13 upper", name, needed, counted_rise(counts, gamma=gamma)


def _judge(key: str, columns: Columns, gamma: float) -> dict[str, str | int | float]:
    from scipy.stats import binomtest

    _, statement, learner = key.split("|")
    needed, term = columns[key], columns[f"term|{statement}|{learner}"]
    violations, trials = int((needed > term).sum()), len(needed)
    quantile = float(np.quantile(needed, 1 - gamma))
    return {
        "statement": statement,
        "learner": learner,
        "trials": trials,
        "violations": violations,
        "p_value": binomtest(violations, trials, gamma, alternative="greater").pvalue,
        "term": float(term.mean()),
        "quantile": quantile,
        "ratio": float(term.mean()) / quantile if quantile > 0 else float("inf"),
    }
