"""Confidence interval for a mean over questions that are asked several times (extension).

Repetitions of a question are not independent; questions are. So each question is one bounded
observation, and a gambler bets against a claimed mean, question after question. If the claim is
true, the expected capital stays 1 and exceeds 2/gamma with probability gamma/2 at most (Markov).
The ends are the claims at which the gambler gets as rich as that (Waudby-Smith and Ramdas 2024,
doi 10.1093/jrsssb/qkad009).
"""

from __future__ import annotations

import math

import numpy as np

from theory.arrays import ArrayLike, FloatArray, IntArray
from theory.errors import InvalidInput, require_probability
from theory.intervals import Estimate

LARGEST_STAKE = 0.9
"""Share of the capital at risk in one question. Near 1, a run without an event tells most."""
HALVINGS = 4
GRID = 2**40
"""Ends are multiples of one part in so many."""


def question_interval(
    lowest: ArrayLike,
    highest: ArrayLike,
    weight: ArrayLike,
    *,
    orders: IntArray,
    confidence_level: float = 0.95,
) -> Estimate:
    r"""Interval for E[sum] / E[weight] over independent questions, coverage guaranteed (extension).

    .. math:: \sup\Bigl\{\rho : \frac1B \sum_{\pi} \prod_i \bigl(1 + \min(\lambda_{\pi,i},
        \tfrac{c}{\rho})(s_{\pi(i)} - \rho\, w_{\pi(i)})\bigr) \ge \frac{2}{\gamma}\Bigr\}

    is the lower end: each factor falls in rho, the stake lambda of a question depends on earlier
    questions only, and a mean of B gamblers is a gambler. The upper end is 1 less the lower end of
    the complement, w - s.

    Parameters
    ----------
    lowest, highest : array_like, shape (n,)
        Sum s of each question's values, each value in [0, 1], if its undetermined records count 0
        and if they count 1. The interval holds for every way to complete them.
    weight : array_like, shape (n,)
        How many of its records count, w, relative to the most that one question can have: in
        [0, 1], as the sums are.
    orders : ndarray of int, shape (B, n)
        Random orders of the questions, drawn without a look at the outcomes.
    confidence_level : float
        Coverage in (0, 1), for every number of questions.

    Returns
    -------
    Estimate
        The value is in the middle between what the lowest and the highest sums give.

    Raises
    ------
    InvalidInput
        If no record counts, the columns do not fit together or the level is out of range.

    Examples
    --------
    >>> e = question_interval([1.0] * 60, [1.0] * 60, [1.0] * 60, orders=np.arange(60)[None])
    >>> print(e.value, round(e.low, 2), e.high)
    1.0 0.93 1.0
    """
    require_probability("confidence_level", confidence_level, zero=False, one=False)
    low, high, w = (np.asarray(x, dtype=np.float64) for x in (lowest, highest, weight))
    if not w.sum() > 0:
        raise InvalidInput("weight", "positive for some question", "no record that counts")
    if not ((low >= 0) & (low <= high) & (high <= w + 1e-12) & (w <= 1)).all():
        raise InvalidInput("lowest, highest and weight", "0 <= lowest <= highest <= weight <= 1", w)
    middle, needed = (low + high) / 2, math.log(2 / (1 - confidence_level))
    known, weights, ends = bool((low == high).all()), w[orders], []
    for s, m in ((low, middle), (w - high, w - middle)):
        sums = s[orders]
        stakes = _stakes(sums if known else m[orders], weights, needed)
        ends.append(_lower_end(sums, weights, stakes, needed))
    return Estimate(float(middle.sum() / w.sum()), ends[0], 1 - ends[1], confidence_level)


def _stakes(s: FloatArray, w: FloatArray, needed: float) -> FloatArray:
    """What to stake on each question, from the spread of those before it, shape (B, n)."""
    n = s.shape[1]
    ratio = (0.5 + np.cumsum(s, axis=1)) / (1 + np.cumsum(w, axis=1))
    spread = (0.25 + np.cumsum((s - ratio * w) ** 2, axis=1)) / np.arange(2, n + 2)
    before = np.column_stack([np.full(len(s), 0.25), spread[:, :-1]])
    bets: FloatArray = np.sqrt(2 * needed / (n * before))
    return bets


def _lower_end(s: FloatArray, w: FloatArray, stakes: FloatArray, needed: float) -> float:
    """Return the largest multiple of 2^-40 at which the gamblers are as rich as needed, or 0.

    Their capital falls in rho: after a few halvings, secants find in a dozen looks at it what
    halving finds in forty (regula falsi; the upper end, which may stay for long, counts half).
    """

    def excess(rho: float) -> float:
        gains = rho * w  # in place from here: arrays of this size cost more than what is in them
        np.subtract(s, gains, out=gains)
        gains *= np.minimum(stakes, LARGEST_STAKE / rho)
        np.log1p(gains, out=gains)
        return float(np.logaddexp.reduce(gains.sum(axis=1))) - math.log(len(s)) - needed

    (low, at_low), (high, at_high) = ((k, excess(k / GRID)) for k in (1, GRID))
    if at_low < 0:
        return 0.0
    looks = 0
    while high - low > 1:
        share = 0.5 if looks < HALVINGS else at_low / (at_low - at_high)
        k = low + 1 + round(share * (high - low - 2))
        value, looks = excess(k / GRID), looks + 1
        if value >= 0:
            low, at_low, at_high = k, value, at_high / 2
        else:
            high, at_high = k, value
    return low / GRID
