r"""Calibrated language models must hallucinate (Kalai and Vempala, STOC 2024, arXiv:2311.14648).

Facts are a random part of all plausible statements, each document states at most one. Then the
hallucination rate of any algorithm is at least the monofact rate minus its miscalibration.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from theory.arrays import (
    LARGEST,
    Array,
    ArrayLike,
    IntArray,
    Number,
    as_numbers,
    is_exact,
    ratio,
    sums_to_one,
    total,
)
from theory.calibration.ece import equal_mass_bins
from theory.errors import InvalidInput, require_gamma, require_integer, require_probability
from theory.results import Terms

LEVEL_TOLERANCE = 1e-9
"""Relative difference up to which two float probabilities count as one level of the model."""


def level_sets(p_hat: ArrayLike) -> IntArray:
    """Number the level sets {x: p_hat(x) = z} of the 2024 bound, the least probable first.

    Fractions are compared exactly; floats within a relative 1e-9 of the least value of the level,
    because products of the same factors in another order differ in the last digit.

    Examples
    --------
    >>> level_sets([0.25, 0, 0.5, 0.25]).tolist()
    [1, 0, 2, 1]
    """
    q = as_numbers("p_hat", p_hat)
    values, level = np.unique(q, return_inverse=True)
    if is_exact(q):
        return level.astype(np.int64)
    return (np.searchsorted(_least_of_levels(values), values, side="right") - 1)[level]


def _least_of_levels(values: Array) -> Array:
    """Least value of each level, from below; a chain of close values may hold several levels."""
    close = values[1:] <= (1 + LEVEL_TOLERANCE) * values[:-1]
    chains = np.split(values, np.flatnonzero(~close) + 1)
    least = [chain[0] for chain in chains]
    for chain in chains:
        start = chain[0]
        while chain[-1] > (end := (1 + LEVEL_TOLERANCE) * start):
            start = chain[np.searchsorted(chain, end, side="right")]
            least.append(start)
    return np.sort(least)


def miscalibration(p: ArrayLike, p_hat: ArrayLike, n_bins: int | None = None) -> Number:
    r"""Miscalibration Mis_b of a model over plausible statements (Kalai and Vempala 2024).

    .. math:: \mathrm{Mis} = \tfrac12 \sum_B |\hat p(B) - p(B)|

    Parameters
    ----------
    p, p_hat : array_like, shape (Y,)
        Training distribution and model over the same statements; each sums to 1.
    n_bins : int, optional
        b bins of equal model mass, ordered by p_hat, ties together; empty bins count 0. Left out:
        one bin for each level of the model (the limit of many bins).

    Returns
    -------
    float or Fraction
        In [0, 1], exact. 0 if the model is calibrated; 0 for b = 1 whatever the model.

    Raises
    ------
    InvalidInput
        If p or p_hat is no distribution, shapes differ, or n_bins is not in 1..Y.

    Notes
    -----
    With few bins this Mis_b hides miscalibration within the bins, and the bound of
    :func:`kalai_vempala_bound` with it is false (b = 1: a memoriser errs never and Mis_1 = 0).
    :func:`within_bin_miscalibration` is safe for every b; on levels the two agree.

    Examples
    --------
    Two statements seen, one unseen that carries a third of the truth.

    >>> round(miscalibration([1/3, 1/3, 1/3], [0.5, 0.5, 0]), 6)
    0.333333
    >>> round(miscalibration([1/3, 1/3, 1/3], [0.5, 0.5, 0], n_bins=1), 6)
    0.0
    """
    p, q = _distributions(p, p_hat)
    gap = _bin_sums(q - p, _bins(q, n_bins))
    return total(abs(gap)) / 2


def within_bin_miscalibration(p: ArrayLike, p_hat: ArrayLike, n_bins: int | None = None) -> Number:
    r"""Distance of the model from the training distribution averaged in each bin (extension).

    .. math:: \tfrac12 \sum_B \sum_{x \in B} |\hat p(x) - p(B)/|B||\;\ge\; \mathrm{Mis}_b

    Parameters and errors are those of :func:`miscalibration`; so is the value if ``n_bins`` is
    left out. For every b it may stand in the bound of :func:`kalai_vempala_bound`, if n >= 18
    (proof in ``paper_notes.md``).

    Examples
    --------
    >>> round(within_bin_miscalibration([1/3, 1/3, 1/3], [0.5, 0.5, 0], n_bins=1), 6)
    0.333333
    """
    p, q = _distributions(p, p_hat)
    bins = _bins(q, n_bins)
    sizes = np.bincount(bins)
    average = ratio(_bin_sums(p, bins), np.maximum(sizes, 1), exact=is_exact(p))
    return total(abs(q - average[bins])) / 2


@dataclass(frozen=True)
class KalaiVempalaBound(Terms):
    """The 2024 lower bound on the hallucination rate with its terms.

    Attributes
    ----------
    monofact_rate : float
        MF: share of the training samples whose fact occurs once.
    miscalibration : float
        Mis.
    sparsity_term : float
        3 exp(-s)/gamma = 3 |Facts| / (gamma |Hallucinations|).
    sampling_term : float
        sqrt(6 ln(6/gamma)/n).
    """

    monofact_rate: float
    miscalibration: float
    sparsity_term: float
    sampling_term: float
    _terms = ("monofact_rate", "miscalibration", "sparsity_term", "sampling_term", "bound")

    @property
    def bound(self) -> float:
        """MF - Mis - both terms, below the hallucination rate; vacuous if it is not positive."""
        return self.monofact_rate - self.miscalibration - self.sparsity_term - self.sampling_term


def kalai_vempala_bound(
    monofact_rate: float,
    miscalibration: float,
    *,
    n_samples: int,
    n_facts: int,
    n_possible: int,
    gamma: float = 0.01,
) -> KalaiVempalaBound:
    r"""Lower bound on the hallucination rate (Kalai and Vempala 2024, Corollary 1).

    .. math:: \hat p(H) \ge \mathrm{MF} - \mathrm{Mis} - \frac{3 e^{-s}}{\gamma}
                            - \sqrt{\frac{6 \ln(6/\gamma)}{n}},\qquad
              e^{-s} = \frac{|F|}{|Y| - |F|}

    Parameters
    ----------
    monofact_rate, miscalibration : float
        MF (:func:`theory.facts.missing_mass_bounds.good_turing_estimate`) and Mis, in [0, 1].
    n_samples : int
        n >= 1 training samples.
    n_facts, n_possible : int
        |F| >= 1 facts among |Y| > |F| plausible statements, a uniformly random part of them.
    gamma : float
        gamma in (0, 1): the bound holds with probability at least 1 - gamma over the facts and
        the training sample, for every algorithm.

    Raises
    ------
    InvalidInput
        If an argument is out of range.

    Notes
    -----
    At 99 % the small terms are 300 |F| / (|Y| - |F|) and 6.2/sqrt(n) (rounded up to 7 there).

    Examples
    --------
    >>> result = kalai_vempala_bound(0.5, 0, n_samples=10**6, n_facts=100, n_possible=10**9)
    >>> print(round(result.sampling_term, 4), round(result.bound, 4))
    0.0062 0.4938
    """
    require_probability("monofact_rate", monofact_rate)
    require_probability("miscalibration", miscalibration)
    require_gamma(gamma)
    n = require_integer("n_samples", n_samples, at_least=1, at_most=LARGEST)
    facts = require_integer("n_facts", n_facts, at_least=1)
    possible = require_integer("n_possible", n_possible, at_least=facts + 1)
    return KalaiVempalaBound(
        monofact_rate=float(monofact_rate),
        miscalibration=float(miscalibration),
        # As a fraction first: there may be more than 10^308 plausible statements.
        sparsity_term=3 * float(Fraction(facts, possible - facts)) / gamma,
        sampling_term=math.sqrt(6 * math.log(6 / gamma) / n),
    )


def _distributions(p: ArrayLike, p_hat: ArrayLike) -> tuple[Array, Array]:
    arrays = as_numbers("p", p), as_numbers("p_hat", p_hat)
    for name, x in zip(("p", "p_hat"), arrays, strict=True):
        if x.shape != arrays[0].shape or len(x) == 0:
            raise InvalidInput(name, f"of shape {arrays[0].shape}, not empty", f"shape {x.shape}")
        if not ((x >= 0) & (x <= 1)).all() or not sums_to_one(x):
            raise InvalidInput(name, "a distribution (in [0, 1], sum 1)", f"sum {total(x)}")
    if is_exact(arrays[0]) != is_exact(arrays[1]):
        raise TypeError("p and p_hat must both be float or both be Fractions.")
    return arrays


def _bins(q: Array, n_bins: int | None) -> IntArray:
    return level_sets(q) if n_bins is None else equal_mass_bins(q, q, n_bins)


def _bin_sums(x: Array, bins: IntArray) -> Array:
    sums: Array = np.zeros(int(bins.max()) + 1, dtype=x.dtype) + (x[0] - x[0])
    np.add.at(sums, bins, x)
    return sums
