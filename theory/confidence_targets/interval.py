"""Confidence interval for the mean score at a confidence target (extension).

The score is a - L b: the rate of right answers less L times the rate of wrong ones. Each rate has
an exact interval, the error is shared between them, and the union bound does the rest. So the
interval has a width when no mistake was seen, which is when a penalty of 9 matters most.
"""

from __future__ import annotations

from theory.arrays import Number
from theory.errors import InvalidInput, require_integer, require_probability
from theory.grading.outcomes import Outcomes
from theory.grading.targets import penalty
from theory.intervals import Estimate, proportion


def score_interval(
    outcomes: Outcomes, t: Number, *, undetermined: int = 0, confidence_level: float = 0.95
) -> Estimate:
    r"""Interval for the mean score at target t, whose coverage is guaranteed (extension).

    .. math:: [\,a_- - L\, b_+,\; a_+ - L\, b_-\,]

    a and b have Clopper-Pearson intervals of error (1 - t) gamma and t gamma, where gamma is
    1 - ``confidence_level``. With probability 1 - gamma at least both hold, and then the score
    lies between the ends: for every n, every t and all rates.

    Parameters
    ----------
    outcomes : Outcomes
        Counts of independent questions.
    t : float or Fraction
        Target in [0, 1). At t = 0 the score is a, and the interval Clopper-Pearson's.
    undetermined : int
        So many of the abstentions among ``outcomes`` are records whose outcome is not known. The
        ends are the lowest and the highest over all ways to complete them.
    confidence_level : float
        Coverage in (0, 1).

    Returns
    -------
    Estimate
        In points. The value counts undetermined records with 0 points.

    Raises
    ------
    InvalidInput
        If t, the level or a count is out of range.

    Examples
    --------
    >>> e = score_interval(Outcomes(correct=10, wrong=0, abstained=0), 0.5)
    >>> print(e.value, round(e.low, 3), e.high)
    1.0 0.29 1.0
    """
    require_probability("confidence_level", confidence_level, zero=False, one=False)
    right, wrong = (
        require_integer(name, getattr(outcomes, name), at_least=0) for name in ("correct", "wrong")
    )
    n = require_integer("the number of questions", outcomes.total, at_least=1)
    unknown = require_integer("undetermined", undetermined, at_least=0)
    if unknown > n - right - wrong:
        raise InvalidInput("undetermined", "among the abstentions", unknown)
    L, of_wrong = float(penalty(t)), float(t) * (1 - confidence_level)
    of_right = 1 - confidence_level - of_wrong
    low = _ends(right, n, of_right)[0] - L * _ends(wrong + unknown, n, of_wrong)[1]
    high = _ends(right + unknown, n, of_right)[1] - L * _ends(wrong, n, of_wrong)[0]
    return Estimate((right - L * wrong) / n, max(low, -L), high, confidence_level)


def _ends(count: int, n: int, error: float) -> tuple[float, float]:
    """Clopper-Pearson's interval; the whole of [0, 1] for an error that rounds to nothing."""
    level = 1 - error
    if level == 1:
        return 0.0, 1.0
    found = proportion(count, n, confidence_level=level)
    return found.low, found.high
