r"""How the singleton rate of a corpus falls with its size: rarefied exactly, extrapolated to 2N.

With Poisson counts of rate x_c the mean singleton rate of s N samples is
g(s) = (1/N) sum of x_c e^(-s x_c), which is also the mean missing mass. For s <= 1 the counts of
counts give it without bias. For s = 1 + t they bound it on both sides: e^(-t x) lies between the
partial sums of its series, so those of (1/N) sum_k k (-t)^(k-1) N_k have means alternately above
and below g. Beyond 2N their spread drowns them, and nothing is said (extension; the series is
Good and Toulmin's, 1956).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.arrays import ArrayLike, BoolArray, FloatArray, IntArray
from theory.errors import InvalidInput, require_probability
from theory.facts.best_bounds import closed_lower
from theory.facts.from_counts import CountsOfCounts

FARTHEST = 2
"""Samples that the curve may be extrapolated to, in units of N."""
ORDERS = 6
"""Partial sums of the series tried on each side."""


@dataclass(frozen=True, eq=False)
class GrowthCurve:
    """Mean singleton rate (and missing mass) of samples of other sizes, with a band.

    Attributes
    ----------
    n_samples : ndarray of int, shape (sizes,)
        Sizes, at most 2N.
    low, high : ndarray, shape (sizes,)
        Band at each size, approximate: normal, with the variance estimated from the counts.
    singleton_rate : ndarray, shape (sizes,)
        Up to N an estimate without bias; beyond N the middle of the band.
    gamma : float
        Allowed failure probability at each size.
    """

    n_samples: IntArray
    singleton_rate: FloatArray
    low: FloatArray
    high: FloatArray
    gamma: float


def chao_unseen(counts: CountsOfCounts) -> float:
    r"""Chao's estimate of the number of facts never seen; an estimate of a lower bound on it.

    .. math:: N_1 (N_1 - 1) / (2 (N_2 + 1))

    Examples
    --------
    >>> chao_unseen(CountsOfCounts(20, [1, 2], [10, 4]))
    9.0
    """
    once, twice = counts.answered(1), counts.answered(2)
    return once * (once - 1) / (2 * (twice + 1))


def growth_curve(counts: CountsOfCounts, sizes: ArrayLike, *, gamma: float = 0.01) -> GrowthCurve:
    r"""Singleton rate of fewer samples, and of up to twice as many, from the counts (extension).

    .. math:: \mathbb E[N_1(n)] = \sum_k N_k\, k \binom{N-k}{n-1} \Big/ \binom Nn \quad (n \le N),
        \qquad g(1 + t) \lessgtr \frac1N \sum_{k \le j} k (-t)^{k-1}\, \mathbb E N_k

    Parameters
    ----------
    counts : CountsOfCounts
        Of the whole sample.
    sizes : array_like of int
        In 1 .. 2N.
    gamma : float
        In (0, 1).

    Returns
    -------
    GrowthCurve
        For all sizes.

    Raises
    ------
    InvalidInput
        If a size is outside 1 .. 2N, or gamma outside (0, 1).

    Examples
    --------
    >>> counts = CountsOfCounts(4, [1, 3], [1, 1])
    >>> growth_curve(counts, [1, 2, 4]).singleton_rate.tolist()
    [1.0, 0.5, 0.25]
    """
    from scipy.special import ndtri

    n, N = np.asarray(sizes), counts.n_samples
    if n.ndim != 1 or n.dtype.kind not in "iu" or n.min(initial=1) < 1 or n.max() > FARTHEST * N:
        raise InvalidInput(
            "sizes",
            f"a vector of whole numbers from 1 to {FARTHEST} N = {FARTHEST * N}",
            repr(sizes),
            remedy="the counts say nothing reliable about more than twice the data",
        )
    z = -float(ndtri(require_probability("gamma", gamma, zero=False, one=False) / 2))
    rows = [_rarefied(counts, int(m), z) if m <= N else _ahead(counts, m / N - 1, z) for m in n]
    middle, low, high = np.array(rows).T
    return GrowthCurve(n.astype(np.int64), middle, low.clip(0), high.clip(0, 1), gamma)


def samples_until(
    counts: CountsOfCounts, rate: float, *, gamma: float = 0.01
) -> tuple[int | None, int | None]:
    """Between which sizes the singleton rate falls below a level (extension).

    Parameters
    ----------
    counts : CountsOfCounts
        Of the whole sample.
    rate : float
        In [0, 1].
    gamma : float
        In (0, 1), at each size.

    Returns
    -------
    earliest, latest : int or None
        The least sizes at which the band reaches below ``rate`` and lies below it; None if that
        is beyond 2N, about which the counts say nothing.

    Raises
    ------
    InvalidInput
        If a number is outside its range.
    """
    require_probability("rate", rate)
    sizes = np.unique(np.geomspace(1, FARTHEST * counts.n_samples, 200).astype(np.int64))
    curve = growth_curve(counts, sizes, gamma=gamma)
    return _first(sizes, curve.low < rate, curve.high < rate)


def floor_until(
    counts: CountsOfCounts,
    floor: float,
    *,
    min_errors: int,
    delta: float = 0.0,
    gamma: float = 0.01,
) -> tuple[int | None, int | None]:
    r"""Between which sizes, N or more, the floor on err falls below a level (extension).

    .. math:: g(n) - \tfrac{2}{\min_c |E_c|} - \delta - \varepsilon(n) \le \mathrm{floor}(n)
        \le g(n) - \tfrac{2}{\min_c |E_c|} - \delta

    in the mean, with the term :math:`\varepsilon` of extension X9. The upper side falls with n, so
    the floor stays below the level; the lower side may rise at first, as the term shrinks.

    Parameters
    ----------
    counts : CountsOfCounts
        Of the whole sample.
    floor : float
        The level, in [0, 1].
    min_errors, delta, gamma
        As in :func:`theory.facts.best_bounds.best_lower`, whose floor is meant; the band of g has
        ``gamma`` at each size too.

    Returns
    -------
    earliest, latest : int or None
        The least sizes at which the floor may be, and is, below the level; None if that is beyond
        2N, about which the counts say nothing.

    Raises
    ------
    InvalidInput
        If a number is outside its range.

    Examples
    --------
    >>> counts = CountsOfCounts(10**6, [1, 2, 3], [300_000, 200_000, 100_000])
    >>> floor_until(counts, 0.25, min_errors=364), floor_until(counts, 0.1, min_errors=364)
    ((1105527, 1130653), (None, None))
    """
    require_probability("floor", floor)
    sizes = np.unique(np.linspace(1, FARTHEST, 200) * counts.n_samples).astype(np.int64)
    curve = growth_curve(counts, sizes, gamma=gamma)
    floors = [
        closed_lower(rate, n, min_errors=min_errors, delta=delta, gamma=gamma / 2)
        for rate, n in zip(curve.low.tolist(), sizes.tolist(), strict=True)
    ]
    most, terms = np.array([(floor + f.size_ratio + delta, f.sampling_term) for f in floors]).T
    return _first(sizes, curve.low - terms < most, curve.high < most)


def _first(sizes: IntArray, reached: BoolArray, passed: BoolArray) -> tuple[int | None, int | None]:
    # The sizes are a grid: the level may have been reached since the size before.
    earliest = int(sizes[max(0, int(reached.argmax()) - 1)]) if reached.any() else None
    return earliest, int(sizes[passed.argmax()]) if passed.any() else None


def _rarefied(counts: CountsOfCounts, n: int, z: float) -> tuple[float, float, float]:
    """Estimate and band for n <= N samples: the chance that one of k copies is drawn."""
    from scipy.special import betaln

    N, k = counts.n_samples, counts.times.astype(float)
    with np.errstate(invalid="ignore"):
        none_else = betaln(N - k + 1, k - 1) - betaln(N - n - k + 2, k - 1)
    # More copies than room: the second is infinite, and the chance 0.
    chance = np.where(k == 1, 0.0, none_else)
    weights = k / N * np.exp(chance)
    return _band(weights, counts, z)


def _ahead(counts: CountsOfCounts, t: float, z: float) -> tuple[float, float, float]:
    """Band for (1 + t) N samples: the best of a few partial sums on each side."""
    k = counts.times.astype(float)
    low, high = 0.0, 1.0
    for j in range(1, ORDERS + 1):
        weights = np.where(k <= j, k * (-t) ** (k - 1) / counts.n_samples, 0.0)
        _, least, most = _band(weights, counts, z)
        # The first term left out is positive if j is even: the sum up to j lies below.
        low, high = (max(low, least), high) if j % 2 == 0 else (low, min(high, most))
    low = min(low, high)
    return (low + high) / 2, low, high


def _band(weights: FloatArray, counts: CountsOfCounts, z: float) -> tuple[float, float, float]:
    """Sum of weights times N_k, less and more z of its standard deviation (at most, by Poisson)."""
    value = float(weights @ counts.n_prompts)
    # One more singleton in the variance keeps the band open where nothing was seen.
    spread = z * float(np.sqrt(weights**2 @ counts.n_prompts + 1 / counts.n_samples**2))
    return value, value - spread, value + spread
