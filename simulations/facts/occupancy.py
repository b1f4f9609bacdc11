"""Exact occupancy counts without throwing every ball (extension X7).

Poisson counts of m boxes, given their total, are a multinomial. So the histogram of a Poisson
occupancy whose total falls a little short of n is drawn by one multinomial, and the few balls
that are missing are thrown one by one. The cost grows like the fourth root of n, up to logarithms.
"""

from __future__ import annotations

import math

import numpy as np

from theory.arrays import FloatArray, IntArray
from theory.errors import require_integer

N_BALLS_THROWN = 1024
"""Up to so many balls are thrown one by one."""
NEVER = 1e-18
"""Expected number of boxes below which a count is left out: no run of any length would see one."""

Histogram = tuple[IntArray, IntArray]
"""Distinct counts of balls, and the number of boxes with each."""


def occupancy(n_balls: int, n_boxes: int, *, rng: np.random.Generator | int) -> Histogram:
    """Throw n balls at random into m boxes; return how many boxes hold how many (extension X7).

    Parameters
    ----------
    n_balls, n_boxes : int
        n >= 0 and m >= 1, up to 10^15.
    rng : numpy Generator or int
        Source of randomness.

    Returns
    -------
    counts, boxes : ndarray of int
        Distinct counts in increasing order and the number of boxes with each. Exact in law (up
        to the rounding of float64 probabilities): the same law as counting n single throws.

    Raises
    ------
    InvalidInput
        If a number is out of range.

    Examples
    --------
    >>> counts, boxes = occupancy(10**9, 10**9, rng=0)
    >>> int(boxes.sum()), int((counts * boxes).sum())
    (1000000000, 1000000000)
    """
    n = require_integer("n_balls", n_balls, at_least=0)
    m = require_integer("n_boxes", n_boxes, at_least=1)
    rng = np.random.default_rng(rng)
    if n <= N_BALLS_THROWN:
        return _throw_all(n, m, rng)
    if m <= N_BALLS_THROWN + math.isqrt(n // m):
        return _histogram(rng.multinomial(n, np.full(m, 1 / m)))
    return _by_poisson(n, m, rng)


def _histogram(counts: IntArray) -> Histogram:
    values, boxes = np.unique(counts, return_counts=True)
    return values, boxes


def _by_poisson(n: int, m: int, rng: np.random.Generator) -> Histogram:
    counts, probabilities = _poisson(n / m, m)
    # Throwing w/2 balls and trying sqrt(2 pi n)/w histograms cost the same at this w. Accepting
    # by the total alone keeps the law: given its total, a Poisson occupancy is a multinomial.
    spread = math.sqrt(2 * math.pi * n)
    width = math.isqrt(int(2 * len(counts) * spread)) + 1
    n_tries = math.ceil(spread / width)
    while True:
        boxes = rng.multinomial(m, probabilities, size=n_tries)
        missing = n - boxes @ counts
        accepted = np.flatnonzero((missing >= 0) & (missing <= width))
        if len(accepted):
            first = accepted[0]
            return _throw(int(missing[first]), counts, boxes[first], rng)


def _poisson(mean: float, n_boxes: int) -> tuple[IntArray, FloatArray]:
    """Counts that may occur and their Poisson probabilities, the rarest first.

    Rarest first, because NumPy's multinomial divides by what remains of 1: subtracting the large
    probabilities first would leave rounding noise for the small ones.
    """
    from scipy.special import gammaln

    counts = _window(mean, math.log(n_boxes / NEVER))
    log_pmf = counts * math.log(mean) - mean - gammaln(counts + 1)
    pmf = np.exp(log_pmf)
    possible = pmf * n_boxes > NEVER
    counts, pmf, log_pmf = counts[possible], pmf[possible], log_pmf[possible]
    # Equal ones in their own order, so that every processor draws the same.
    order = np.argsort(log_pmf, kind="stable")
    return counts[order], pmf[order] / pmf.sum()


def _window(mean: float, tail: float) -> IntArray:
    """Counts beyond which a Poisson count lies with a chance below exp(-tail) on either side."""
    spread = math.sqrt(2 * mean * tail)
    return np.arange(max(0, math.floor(mean - spread)), math.ceil(mean + spread + tail))


def _throw_all(n: int, m: int, rng: np.random.Generator) -> Histogram:
    _, counts = np.unique(rng.integers(m, size=n), return_counts=True)
    boxes = np.bincount(counts, minlength=1)
    boxes[0] = m - len(counts)
    occurring = np.flatnonzero(boxes)
    return occurring, boxes[occurring]


def _throw(n_balls: int, counts: IntArray, boxes: IntArray, rng: np.random.Generator) -> Histogram:
    """Throw balls one by one into boxes that already hold some."""
    ends = np.cumsum(boxes)
    hit, extra = np.unique(rng.integers(ends[-1], size=n_balls), return_counts=True)
    # Boxes are numbered cell after cell; which box has which number does not matter.
    cell = np.searchsorted(ends, hit, side="right")
    left = boxes - np.bincount(cell, minlength=len(boxes))
    values = np.concatenate([counts, counts[cell] + extra])
    sizes = np.concatenate([left, np.ones(len(hit), dtype=np.int64)])
    distinct, where = np.unique(values, return_inverse=True)
    total = np.zeros(len(distinct), dtype=np.int64)
    np.add.at(total, where, sizes)
    return distinct[total > 0], total[total > 0]
