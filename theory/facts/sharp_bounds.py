"""Theorem 2 without the logarithm, lower and upper (extension X4: the project's own).

The proof is written out in ``paper_notes.md``; the terms are in :mod:`theory.facts.sharp_term`.
"""

from __future__ import annotations

from dataclasses import dataclass

from theory.errors import require_integer, require_probability
from theory.facts.missing_mass_bounds import MissingMassInterval, check_sample
from theory.facts.samples import FactSample, expected_squared_mass, singleton_rate
from theory.facts.sharp_term import (
    Shares,
    SharpTerms,
    best_shares,
    best_upper_shares,
    missing_mass_drop,
    missing_mass_rise,
    sharp_terms,
    singleton_deviation,
    terms_of_shares,
)
from theory.facts.world import N_VALID


@dataclass(frozen=True)
class SharpFloor:
    """Lower bound on err with its terms (extension X4).

    Attributes
    ----------
    singleton_rate, size_ratio, delta : float
        sr, 2/min|E_c| and the miscalibration of the model.
    terms : SharpTerms
        What finite N costs.
    n_samples : int
        N.
    gamma : float
        Allowed failure probability.
    """

    singleton_rate: float
    size_ratio: float
    delta: float
    terms: SharpTerms
    n_samples: int
    gamma: float

    @property
    def sampling_term(self) -> float:
        """What finite N costs, in all."""
        return self.terms.total

    @property
    def bound(self) -> float:
        """Sr - 2/min|E_c| - delta - sampling term; negative if it says nothing."""
        return self.singleton_rate - self.size_ratio - self.delta - self.sampling_term


@dataclass(frozen=True)
class SharpCeiling:
    """Upper bound on err of the calibrated memoriser with its terms (extension X4).

    Attributes
    ----------
    singleton_rate : float
        sr.
    luck : float
        1/(L+1), the greatest share of guesses that are right.
    singletons, missing : float
        McDiarmid for sr and the upper tail of the missing mass.
    n_samples : int
        N.
    gamma : float
        Allowed failure probability.
    """

    singleton_rate: float
    luck: float
    singletons: float
    missing: float
    n_samples: int
    gamma: float

    @property
    def bound(self) -> float:
        """(1 - 1/(L+1)) (sr + both terms)."""
        return (1 - self.luck) * (self.singleton_rate + self.singletons + self.missing)


def sharp_lower(
    singleton_rate: float,
    n_samples: int,
    *,
    min_errors: int,
    delta: float = 0.0,
    gamma: float = 0.01,
    shares: Shares | None = None,
) -> SharpFloor:
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
    SharpFloor
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
    return SharpFloor(float(singleton_rate), N_VALID / K, float(delta), terms, n_samples, gamma)


def sharp_lower_known(sample: FactSample, *, delta: float = 0.0, gamma: float = 0.01) -> SharpFloor:
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
    SharpFloor
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
    sr = float(singleton_rate(sample))
    return SharpFloor(sr, N_VALID / world.min_errors, float(delta), terms, N, gamma)


def sharp_upper(
    singleton_rate: float, n_samples: int, *, max_errors: int, gamma: float = 0.01
) -> SharpCeiling:
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
    SharpCeiling
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
    return SharpCeiling(
        float(singleton_rate),
        1 / (L + 1),
        singleton_deviation(n_samples, g2),
        missing_mass_rise(n_samples, g3),
        n_samples,
        gamma,
    )


def sharp_interval(
    singleton_rate: float, n_samples: int, *, gamma: float = 0.01
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
