"""One training run on arbitrary facts, measured exactly and set beside Theorem 2's bounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from simulations.facts.learners import LEARNERS, Learner
from simulations.facts.samplers import draw_banded
from simulations.trials import Columns, chosen, spawned, stack
from theory.facts import (
    CountsOfCounts,
    FactSample,
    FactWorld,
    best_lower,
    best_upper,
    missing_mass,
    singleton_rate,
    theorem_2_lower,
    theorem_2_upper,
)
from theory.reduction import error_of_split, iiv_error_of_split, signed_gap_of_split


@dataclass(frozen=True)
class FactTrial:
    """What one sample and one learner give; the upper bounds hold for the memoriser only.

    Attributes
    ----------
    n_samples : int
        N.
    singleton_rate, missing_mass : float
        Of the sample (Definition 2).
    err, err_iiv, delta : float
        Of the learner, exact.
    lower_paper, lower_best, upper_paper, upper_best : float
        Theorem 2, and the best proved bounds (extensions X9, X13); vacuous below 0 or above 1.
    term_best : float
        What finite N costs in ``lower_best``.
    method_best : str
        The extension that gave it.
    """

    n_samples: int
    singleton_rate: float
    missing_mass: float
    err: float
    err_iiv: float
    delta: float
    lower_paper: float
    lower_best: float
    upper_paper: float
    upper_best: float
    term_best: float
    method_best: str


def fact_trial(
    world: FactWorld,
    n_samples: int,
    *,
    rng: np.random.Generator | int,
    learner: str | Learner = "calibrated memoriser",
    gamma: float = 0.01,
) -> FactTrial:
    """Draw N training samples, train, and measure (Theorem 2).

    Parameters
    ----------
    world : FactWorld
        In floats; up to 10^15 prompts in classes.
    n_samples : int
        N >= 1.
    rng : numpy Generator or int
        Source of randomness.
    learner : str or callable
        A name in :data:`simulations.facts.learners.LEARNERS`, or
        ``(sample, *, rng) -> FactModel``.
    gamma : float
        Allowed failure probability of each bound, in (0, 1).

    Returns
    -------
    FactTrial
        Exact for the sample that was drawn.

    Raises
    ------
    InvalidInput
        If a value is out of range or the learner is unknown.
    """
    rng = np.random.default_rng(rng)
    return trial_of_sample(draw_banded(world, n_samples, rng=rng), learner, rng=rng, gamma=gamma)


def trial_of_sample(
    sample: FactSample, learner: str | Learner, *, rng: np.random.Generator, gamma: float = 0.01
) -> FactTrial:
    """Train one learner on a sample and set its errors beside the bounds.

    Raises
    ------
    InvalidInput
        If the learner is unknown or gamma is outside (0, 1).
    """
    split = chosen("learner", learner, LEARNERS)(sample, rng=rng).split()
    sr, N = float(singleton_rate(sample)), sample.n_samples
    K, L = sample.world.min_errors, sample.world.max_errors
    # Rounding can put a delta of exactly 0 or 1 outside [0, 1] by an ulp.
    delta = min(1.0, abs(float(signed_gap_of_split(split))))
    counts = CountsOfCounts.of_sample(sample)
    best = best_lower(counts, min_errors=K, delta=delta, gamma=gamma)
    return FactTrial(
        n_samples=N,
        singleton_rate=sr,
        missing_mass=float(missing_mass(sample)),
        err=float(error_of_split(split)),
        err_iiv=float(iiv_error_of_split(split)),
        delta=delta,
        lower_paper=theorem_2_lower(sr, N, min_errors=K, delta=delta, gamma=gamma).bound,
        lower_best=best.bound,
        upper_paper=theorem_2_upper(sr, N, max_errors=L, gamma=gamma).bound,
        upper_best=best_upper(counts, max_errors=L, gamma=gamma).bound,
        term_best=best.sampling_term,
        method_best=best.method,
    )


def fact_trials(
    worlds: Iterable[FactWorld],
    sizes: Iterable[int],
    *,
    rng: np.random.Generator | int,
    learner: str | Learner = "calibrated memoriser",
    gamma: float = 0.01,
) -> Columns:
    """One trial per world and size, taken in pairs; row i does not depend on later ones.

    Returns
    -------
    dict of str to ndarray, shape (pairs,)
        The fields of :class:`FactTrial`.

    Raises
    ------
    InvalidInput
        As :func:`fact_trial`.
    """
    pairs = zip(worlds, sizes, strict=True)
    return stack(
        [
            fact_trial(world, N, rng=child, learner=learner, gamma=gamma)
            for (world, N), child in spawned(pairs, rng=rng)
        ]
    )
