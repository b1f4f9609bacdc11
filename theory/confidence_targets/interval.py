"""Confidence interval for the mean score at a confidence target (extension).

The outcomes of n independent questions are multinomial: correct with probability a, wrong with b,
neither with the rest. The score a - L b is one number of these two, so its likelihood-ratio
interval inverts the profile likelihood. Unlike a normal or bootstrap interval it has a width when
no mistake was seen, which is when a penalty of 9 matters most.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from theory.arrays import Number
from theory.errors import require_integer, require_probability
from theory.grading.outcomes import Outcomes
from theory.grading.targets import penalty
from theory.intervals import Estimate, proportion

HALVINGS = 60
"""Bisection steps: 2^-60 of an interval no longer than 1 + L."""


def score_interval(outcomes: Outcomes, t: Number, *, confidence_level: float = 0.95) -> Estimate:
    r"""Interval for the mean score at target t by profile likelihood (extension).

    .. math:: \{\theta : 2 (\max_p \ell(p) - \max_{a - L b = \theta} \ell(p)) \le \chi^2_{1}\}

    Parameters
    ----------
    outcomes : Outcomes
        Counts of independent questions.
    t : float or Fraction
        Target in [0, 1).
    confidence_level : float
        Nominal coverage in (0, 1).

    Returns
    -------
    Estimate
        In points. At t = 0 the score is a proportion and the interval Clopper-Pearson, whose
        coverage is guaranteed. At t > 0 coverage is asymptotic: at nominal 0.95 with 30 questions
        it is consistent with at least 0.90 (``test_score_interval_covers``).

    Raises
    ------
    InvalidInput
        If t, the level or a count is out of range.

    Examples
    --------
    >>> e = score_interval(Outcomes(correct=10, wrong=0, abstained=0), 0.5)
    >>> print(e.value, round(e.low, 3), e.high)
    1.0 0.65 1.0
    """
    require_probability("confidence_level", confidence_level, zero=False, one=False)
    right, wrong = (
        require_integer(name, getattr(outcomes, name), at_least=0) for name in ("correct", "wrong")
    )
    n = require_integer("the number of questions", outcomes.total, at_least=1)
    L = float(penalty(t))
    if L == 0:
        return proportion(right, n, confidence_level=confidence_level)
    return _likelihood_interval(right, wrong, n, L, confidence_level)


def _likelihood_interval(
    right: int, wrong: int, n: int, L: float, confidence_level: float
) -> Estimate:
    from scipy.special import chdtri

    neither = n - right - wrong
    best = _term(right, right / n) + _term(wrong, wrong / n) + _term(neither, neither / n)
    least = best - float(chdtri(1, 1 - confidence_level)) / 2

    def plausible(theta: float) -> bool:
        return _profile(theta, right, wrong, neither, L) >= least

    value = (right - L * wrong) / n
    return Estimate(
        value, _edge(plausible, value, -L), _edge(plausible, value, 1.0), confidence_level
    )


def _edge(plausible: Callable[[float], bool], inside: float, outside: float) -> float:
    if plausible(outside):
        return outside
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        if plausible(middle):
            inside = middle
        else:
            outside = middle
    return outside


def _profile(theta: float, right: int, wrong: int, neither: int, L: float) -> float:
    """Largest log-likelihood among a - L b = theta; a is the free parameter."""
    low, high = max(0.0, theta), (L + theta) / (L + 1)
    k, m = 1 + 1 / L, 1 + theta / L

    def likelihood(a: float) -> float:
        b = max((a - theta) / L, 0.0)
        return _term(right, a) + _term(wrong, b) + _term(neither, max(m - k * a, 0.0))

    # Setting the derivative to zero gives A a^2 + B a + C = 0.
    A = -k * (right + wrong + neither)
    B = right * (m + k * theta) + wrong * m + neither * k * theta
    C = -right * theta * m
    root = math.sqrt(max(B * B - 4 * A * C, 0.0))
    inner = ((-B + sign * root) / (2 * A) for sign in (1, -1))
    return max(likelihood(min(max(a, low), high)) for a in (*inner, low, high))


def _term(count: int, probability: float) -> float:
    if count == 0:
        return 0.0
    return count * math.log(probability) if probability > 0 else -math.inf
