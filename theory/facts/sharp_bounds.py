"""Theorem 2 without the logarithm, lower and upper (extension X4: the project's own).

The proof is written out in ``paper_notes.md``; the terms are in :mod:`theory.facts.sharp_term`.
"""

from __future__ import annotations

from theory.arrays import Number
from theory.errors import require_integer, require_probability
from theory.facts.missing_mass_bounds import MissingMassInterval, check_sample
from theory.facts.samples import FactSample, expected_squared_mass, singleton_rate
from theory.facts.sharp_term import (
    Shares,
    best_shares,
    best_upper_shares,
    missing_mass_drop,
    missing_mass_rise,
    sharp_terms,
    singleton_deviation,
    terms_of_shares,
)
from theory.facts.theorem_2 import ErrorCeiling, ErrorFloor
from theory.facts.world import N_VALID


def sharp_lower(
    singleton_rate: Number,
    n_samples: int,
    *,
    min_errors: int,
    delta: float = 0.0,
    gamma: float = 0.01,
    shares: Shares | None = None,
) -> ErrorFloor:
    r"""Lower bound on the generative error of any learner of facts (extension X4).

    .. math:: \mathrm{err} \ge \mathrm{sr} - \frac{2}{\min_c|E_c|} - \delta
        - [\,\text{sharp terms}\,] \quad\text{with probability} \ge 1 - \gamma

    Parameters
    ----------
    singleton_rate : float
        sr in [0, 1].
    n_samples : int
        N >= 1.
    min_errors : int
        min |E_c| = R - 1 >= 1.
    delta : float
        Miscalibration of the model at 1/K, in [0, 1].
    gamma : float
        In (0, 1).
    shares : tuple of four floats, optional
        How gamma is split; default: optimised numerically.

    Returns
    -------
    ErrorFloor
        Holds for every fact world and every learner, as Theorem 2 does.

    Raises
    ------
    InvalidInput
        If a value is outside its range.

    Examples
    --------
    >>> round(sharp_lower(0.2, 10**6, min_errors=364).bound, 3)
    0.188
    """
    check_sample(singleton_rate, n_samples, gamma)
    K = require_integer("min_errors", min_errors, at_least=1)
    require_probability("delta", delta)
    terms = sharp_terms(n_samples, min_responses=K + 1, gamma=gamma, shares=shares)
    return ErrorFloor(
        singleton_rate=float(singleton_rate),
        size_ratio=N_VALID / K,
        delta=float(delta),
        sampling_term=terms.total,
        n_samples=n_samples,
        gamma=gamma,
    )


def sharp_lower_known(sample: FactSample, *, delta: float = 0.0, gamma: float = 0.01) -> ErrorFloor:
    """Lower bound on the generative error when mu' is known (extension X4, known mu').

    As :func:`sharp_lower`, with Q itself in place of its bound, and three shares. They are
    optimised for E Q: shares that looked at the sample's Q would break the union bound.

    Parameters
    ----------
    sample : FactSample
        The training sample, and its world.
    delta, gamma : float
        As in :func:`sharp_lower`.

    Returns
    -------
    ErrorFloor
        Holds for every learner, with probability at least 1 - gamma.

    Raises
    ------
    InvalidInput
        If delta is outside [0, 1] or gamma outside (0, 1).
    """
    world, N = sample.world, sample.n_samples
    require_probability("delta", delta)
    check_sample(0, N, gamma)
    R = world.min_errors + 1
    shares = best_shares(N, R, gamma, float(expected_squared_mass(world, N)))
    terms = terms_of_shares(N, R, shares, float(sample.unseen_mass(2)))
    return ErrorFloor(
        singleton_rate=float(singleton_rate(sample)),
        size_ratio=N_VALID / world.min_errors,
        delta=float(delta),
        sampling_term=terms.total,
        n_samples=N,
        gamma=gamma,
    )


def sharp_upper(
    singleton_rate: Number, n_samples: int, *, max_errors: int, gamma: float = 0.01
) -> ErrorCeiling:
    r"""Upper bound on the generative error of the calibrated memoriser (extension X4).

    .. math:: \mathrm{err} \le \Big(1 - \frac{1}{L+1}\Big)
        \Big(\mathrm{sr} + \sqrt{2\ln(1/g_2)/N} + \varepsilon\Big)

    with epsilon from :func:`missing_mass_rise` at g3 and the best g2 + g3 = gamma.

    Parameters
    ----------
    singleton_rate : float
        sr in [0, 1].
    n_samples : int
        N >= 1.
    max_errors : int
        L >= 1.
    gamma : float
        In (0, 1).

    Returns
    -------
    ErrorCeiling
        Holds with probability at least 1 - gamma.

    Raises
    ------
    InvalidInput
        If a value is outside its range.

    Examples
    --------
    >>> round(sharp_upper(0.2, 10**6, max_errors=364).bound, 4)
    0.2047
    """
    check_sample(singleton_rate, n_samples, gamma)
    L = require_integer("max_errors", max_errors, at_least=1)
    g2, g3 = best_upper_shares(n_samples, gamma)
    term = singleton_deviation(n_samples, g2) + missing_mass_rise(n_samples, g3)
    return ErrorCeiling(
        singleton_rate=float(singleton_rate),
        luck=1 / (L + 1),
        sampling_term=(1 - 1 / (L + 1)) * term,
        n_samples=n_samples,
        gamma=gamma,
    )


def sharp_interval(
    singleton_rate: Number, n_samples: int, *, gamma: float = 0.01
) -> MissingMassInterval:
    """Interval for the missing mass, abstentions allowed (extension X4; compare Lemma 1).

    Half of gamma goes to each side; each side is steps ii to iv of the proof.

    Raises
    ------
    InvalidInput
        If a value is outside its range.

    Examples
    --------
    >>> round(sharp_interval(0.2, 10_000).above, 4), round(sharp_interval(0.2, 10_000).below, 4)
    (0.0561, 0.0556)
    """
    check_sample(singleton_rate, n_samples, gamma)
    g2, g3 = best_upper_shares(n_samples, gamma / 2)
    move = singleton_deviation(n_samples, g2)
    below = 1 / n_samples + move + missing_mass_drop(n_samples, g3)
    above = move + missing_mass_rise(n_samples, g3)
    return MissingMassInterval(float(singleton_rate), n_samples, gamma, below, above)
