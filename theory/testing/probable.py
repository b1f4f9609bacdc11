"""Checks of the statements that hold with probability, over columns of independent trials.

One entry per trial in each column, as the simulators return them. Each check counts in how many
trials the statement held and judges the count with :func:`theory.testing.coverage.assert_coverage`:
a true statement fails the check with probability ``false_alarm`` at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from theory.arrays import ArrayLike
from theory.facts.best_bounds import closed_interval, closed_lower, closed_upper
from theory.facts.missing_mass_bounds import (
    LEMMA_1_FACTOR,
    MissingMassInterval,
    corollary_3_interval,
    lemma_1_interval,
)
from theory.facts.theorem_2 import lemma_2_bound, theorem_2_lower, theorem_2_upper
from theory.testing.coverage import FALSE_ALARM, assert_coverage
from theory.trade_off.kalai_vempala import kalai_vempala_bound

__tracebackhide__ = True  # pytest shows the message, not these frames


def _columns(*columns: ArrayLike) -> Iterable[tuple[float, ...]]:
    return zip(*(np.asarray(column, dtype=float).tolist() for column in columns), strict=True)


def _covered(
    interval: Callable[..., MissingMassInterval],
    estimate: ArrayLike,
    missing_mass: ArrayLike,
    n_samples: int,
    gamma: float,
    false_alarm: float,
    **options: Any,
) -> float:
    hits = [
        interval(x, n_samples, gamma=gamma, **options).covers(m)
        for x, m in _columns(estimate, missing_mass)
    ]
    return assert_coverage(hits, claimed=1 - gamma, false_alarm=false_alarm)


def assert_corollary_3(
    good_turing: ArrayLike,
    missing_mass: ArrayLike,
    n_samples: int,
    *,
    gamma: float = 0.01,
    false_alarm: float = FALSE_ALARM,
) -> float:
    """Check the Good-Turing interval on trials without abstentions (Corollary 3).

    Parameters
    ----------
    good_turing, missing_mass : array_like, shape (trials,)
        Share of samples that occur once, and what was missed, per trial.
    n_samples : int
        N, the same in every trial.
    gamma, false_alarm : float
        Claimed failure probability; how often a true statement may fail this check.

    Returns
    -------
    float
        The exact one-sided p-value.

    Raises
    ------
    AssertionError
        If the interval covers too seldom.
    InvalidInput
        If the trials are too few to tell.

    Examples
    --------
    >>> assert_corollary_3([0.2] * 50, [0.21] * 50, 10**4, gamma=0.1)
    1.0
    """
    return _covered(corollary_3_interval, good_turing, missing_mass, n_samples, gamma, false_alarm)


def assert_lemma_1(
    singleton_rate: ArrayLike,
    missing_mass: ArrayLike,
    n_samples: int,
    *,
    gamma: float = 0.01,
    factor: float = LEMMA_1_FACTOR,
    false_alarm: float = FALSE_ALARM,
) -> float:
    """Check |MM - sr| <= factor sqrt(ln(5/gamma)/N) (Lemma 1); see :func:`assert_corollary_3`."""
    return _covered(
        lemma_1_interval, singleton_rate, missing_mass, n_samples, gamma, false_alarm, factor=factor
    )


def assert_closed_interval(
    singleton_rate: ArrayLike,
    missing_mass: ArrayLike,
    n_samples: int,
    *,
    gamma: float = 0.01,
    false_alarm: float = FALSE_ALARM,
) -> float:
    """Check the missing-mass interval of extension X9; see :func:`assert_corollary_3`."""
    return _covered(closed_interval, singleton_rate, missing_mass, n_samples, gamma, false_alarm)


def assert_lemma_2(
    singleton_rate: ArrayLike,
    err_iiv: ArrayLike,
    n_samples: int,
    *,
    gamma: float = 0.01,
    false_alarm: float = FALSE_ALARM,
) -> float:
    """Check 2 err_iiv >= sr - 6 ln(3N/gamma)/sqrt(N) (Lemma 2); see :func:`assert_corollary_3`."""
    hits = [
        2 * e >= lemma_2_bound(sr, n_samples, gamma=gamma).bound
        for sr, e in _columns(singleton_rate, err_iiv)
    ]
    return assert_coverage(hits, claimed=1 - gamma, false_alarm=false_alarm)


def assert_theorem_2_lower(
    singleton_rate: ArrayLike,
    err: ArrayLike,
    delta: ArrayLike,
    n_samples: int,
    *,
    min_errors: int,
    gamma: float = 0.01,
    closed: bool = False,
    false_alarm: float = FALSE_ALARM,
) -> float:
    """Check the lower bound on the err of any learner (Theorem 2; ``closed``: extension X9).

    Parameters
    ----------
    singleton_rate, err, delta : array_like, shape (trials,)
        Per trial.
    n_samples, min_errors : int
        N and min |E_c|.
    gamma, closed, false_alarm
        As in :func:`assert_corollary_3`; with ``closed`` the project's own bound is checked.

    Raises
    ------
    AssertionError, InvalidInput
        As :func:`assert_corollary_3`.
    """
    floor = closed_lower if closed else theorem_2_lower
    hits = [
        e >= floor(sr, n_samples, min_errors=min_errors, delta=min(d, 1.0), gamma=gamma).bound
        for sr, e, d in _columns(singleton_rate, err, delta)
    ]
    return assert_coverage(hits, claimed=1 - gamma, false_alarm=false_alarm)


def assert_theorem_2_upper(
    singleton_rate: ArrayLike,
    err: ArrayLike,
    n_samples: int,
    *,
    max_errors: int,
    gamma: float = 0.01,
    closed: bool = False,
    false_alarm: float = FALSE_ALARM,
) -> float:
    """Check the upper bound on the calibrated memoriser's err (Theorem 2; ``closed``: X9).

    See :func:`assert_theorem_2_lower`; ``max_errors`` is L = max |E_c|.
    """
    ceiling = closed_upper if closed else theorem_2_upper
    hits = [
        e <= ceiling(sr, n_samples, max_errors=max_errors, gamma=gamma).bound
        for sr, e in _columns(singleton_rate, err)
    ]
    return assert_coverage(hits, claimed=1 - gamma, false_alarm=false_alarm)


def assert_kalai_vempala(
    monofact_rate: ArrayLike,
    miscalibration: ArrayLike,
    hallucination_rate: ArrayLike,
    *,
    n_samples: int,
    n_facts: int,
    n_possible: int,
    gamma: float = 0.01,
    false_alarm: float = FALSE_ALARM,
) -> float:
    """Check the 2024 bound over independent worlds (Kalai and Vempala 2024, Corollary 1).

    One entry per trial in each column; see :func:`assert_corollary_3`.
    """
    sizes = {"n_samples": n_samples, "n_facts": n_facts, "n_possible": n_possible}
    hits = [
        h >= kalai_vempala_bound(mf, mis, **sizes, gamma=gamma).bound
        for mf, mis, h in _columns(monofact_rate, miscalibration, hallucination_rate)
    ]
    return assert_coverage(hits, claimed=1 - gamma, false_alarm=false_alarm)
