"""A rate from many records that a judge graded and few that people looked at too (extension).

Prediction-powered inference (Angelopoulos, Bates, Fannjiang, Jordan and Zrnic 2023, doi
10.1126/science.adi6000): the judge's rate on the records that nobody looked at, plus what people
say more often than the judge on the others. Theirs is a limit theorem; both parts here have
intervals of guaranteed coverage, which share the error.
"""

from __future__ import annotations

import numpy as np

from theory.arrays import ArrayLike, IntArray
from theory.confidence_targets.repeated import question_interval
from theory.errors import InvalidInput, require_integer, require_probability
from theory.intervals import Estimate, proportion


def prediction_powered_share(
    judged: int,
    unseen: int,
    predicted: ArrayLike,
    lowest: ArrayLike,
    highest: ArrayLike,
    *,
    orders: IntArray,
    confidence_level: float = 0.95,
) -> Estimate:
    r"""Share of records with a property, by people's judgement (extension).

    .. math:: \frac{\text{judged}}{\text{unseen}} + \frac1n \sum_{i=1}^n (y_i - f_i)

    Parameters
    ----------
    judged, unseen : int
        Records that nobody looked at, and how many of them the judge says have the property.
    predicted : array_like, shape (n,)
        The judge's verdicts f, 0 or 1, on the records that people looked at: a random sample.
    lowest, highest : array_like, shape (n,)
        People's verdicts y on the same, 0 or 1; 0 and 1 where people could not tell.
    orders : ndarray of int, shape (B, n)
        Random orders of these records, drawn without a look at them.
    confidence_level : float
        Coverage in (0, 1), for every number of records and every judge, however bad.

    Returns
    -------
    Estimate
        In [0, 1]. With no record unseen, people's share alone.

    Raises
    ------
    InvalidInput
        If a count is out of range, a verdict is none, or nobody looked at any record.

    Examples
    --------
    The judge calls 60 of 100 right; people agree on 9 of 10 and call one right that it did not.

    >>> f, y = [1] * 6 + [0] * 4, [1] * 7 + [0] * 3
    >>> e = prediction_powered_share(60, 100, f, y, y, orders=np.arange(10)[None])
    >>> print(round(e.value, 6))
    0.7
    """
    require_probability("confidence_level", confidence_level, zero=False, one=False)
    unseen = require_integer("unseen", unseen, at_least=0)
    f, low, high = (np.asarray(x, dtype=np.float64) for x in (predicted, lowest, highest))
    if not len(f) or not (f.shape == low.shape == high.shape):
        raise InvalidInput("verdicts", "three vectors of one length, 1 at least", f.shape)
    if not (np.isin(f, (0, 1)) & np.isin(low, (0, 1)) & np.isin(high, (0, 1))).all():
        raise InvalidInput("verdicts", "0 or 1", "others")
    ones = np.ones(len(f))
    if unseen == 0:
        return question_interval(low, high, ones, orders=orders, confidence_level=confidence_level)
    level = 1 - (1 - confidence_level) / 2
    rest = proportion(judged, unseen, confidence_level=level)
    more = question_interval(
        (low - f + 1) / 2, (high - f + 1) / 2, ones, orders=orders, confidence_level=level
    )
    ends = (rest.low + 2 * more.low - 1, rest.high + 2 * more.high - 1)
    value = rest.value + 2 * more.value - 1
    return Estimate(value, max(ends[0], 0.0), min(ends[1], 1.0), confidence_level)
