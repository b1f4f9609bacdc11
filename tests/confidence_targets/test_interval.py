"""The interval of a score at a confidence target."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from theory.confidence_targets import score_interval
from theory.errors import InvalidInput
from theory.grading import Outcomes, penalty
from theory.intervals import proportion

ISSUE = [(0.0, 0.063), (0.9375, 0.0625)]
"""Where a profile-likelihood interval of nominal 0.95 covers 0.82 with 30 questions."""


def coverage(n, t, rates):
    """Exact coverage at each pair of rates (right, wrong): a sum over all outcomes."""
    outcomes = [(r, w) for r in range(n + 1) for w in range(n + 1 - r)]
    found = [score_interval(Outcomes(r, w, n - r - w), t) for r, w in outcomes]
    ends = np.array([(e.low, e.high) for e in found])
    r, w = np.array(outcomes).T
    ways = np.array([float(comb(n, i) * comb(n - i, j)) for i, j in outcomes])
    shares = []
    for a, b in rates:
        truth, rest = a - penalty(t) * b, max(0.0, 1 - a - b)
        weight = ways * float(a) ** r * float(b) ** w * rest ** (n - r - w)
        # Rounding may put an end an ulp beyond a score that it equals.
        inside = (ends[:, 0] <= truth + 1e-12) & (truth - 1e-12 <= ends[:, 1])
        shares.append(float(weight[inside].sum() / weight.sum()))
    return np.array(shares)


def grid(steps):
    return [(i / steps, j / steps) for i in range(steps + 1) for j in range(steps + 1 - i)]


@pytest.mark.parametrize("t", [0.1, 0.5, 0.75, 0.9])
@pytest.mark.parametrize("n", [1, 2, 5, 12, 30])
def test_score_interval_covers_by_enumeration(n, t):
    """At nominal 0.95, on a grid of all rates and where an older interval failed."""
    assert coverage(n, t, [*grid(30), *ISSUE]).min() >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize("t", [0.5, 0.75, 0.9])
def test_score_interval_covers_by_enumeration_up_to_sixty(t):
    for n in range(1, 61):
        assert coverage(n, t, [*grid(60), *ISSUE]).min() >= 0.95, n


def test_each_rate_uses_its_share_of_the_error():
    """Tightness twin: with no right answer the low end alone fails in half of t * 0.05."""
    edge = proportion(0, 30, confidence_level=1 - 0.05 * 0.9).high
    (covered,) = coverage(30, 0.9, [(0.0, edge + 1e-9)])
    assert 0.95 < covered < 1 - 0.9 * 0.05 / 2 + 1e-6


@pytest.mark.parametrize("counts", [(20, 5, 5), (3, 10, 2), (12, 0, 4), (0, 7, 3)])
def test_ends_by_hand(counts):
    """Twin: the two intervals with scipy, the error shared (1 - t) to t."""
    right, wrong, _ = counts
    a = proportion(right, sum(counts), confidence_level=1 - 0.25 * 0.05)
    b = proportion(wrong, sum(counts), confidence_level=1 - 0.75 * 0.05)
    e = score_interval(Outcomes(*counts), 0.75)
    assert e.low == pytest.approx(max(-3, a.low - 3 * b.high), rel=1e-12)
    assert e.high == pytest.approx(a.high - 3 * b.low, rel=1e-12)


def test_at_target_zero_it_is_clopper_pearson():
    found, theirs = score_interval(Outcomes(12, 5, 3), 0), proportion(12, 20)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), rel=1e-12)
    tiny = score_interval(Outcomes(12, 5, 3), Fraction(1, 10**30))
    assert (tiny.low, tiny.high) == pytest.approx((theirs.low, theirs.high), rel=1e-12)


def test_no_mistake_seen_still_leaves_a_doubt():
    """50 right of 50 may still be worth 0.2 at t = 0.9, where a bootstrap gives no width."""
    interval = score_interval(Outcomes(50, 0, 0), 0.9)
    assert interval.value == interval.high == 1
    assert 0.1 < interval.low < 0.4


@pytest.mark.parametrize("t", [0, 0.5, 0.9])
def test_undetermined_records_may_be_anything(t):
    """The ends are those of the worst and of the best way to complete them."""
    completions = [
        score_interval(Outcomes(6 + i, 2 + j, 8 - i - j), t) for i in range(6) for j in range(6 - i)
    ]
    found = score_interval(Outcomes(6, 2, 8), t, undetermined=5)
    assert found.low == min(e.low for e in completions)
    assert found.high == max(e.high for e in completions)
    assert found.value == score_interval(Outcomes(6, 2, 8), t).value


@pytest.mark.parametrize("outcomes", [Outcomes(1, 0, 0), Outcomes(0, 1, 0), Outcomes(0, 0, 1)])
def test_one_question(outcomes):
    interval = score_interval(outcomes, 0.5)
    assert -1 <= interval.low <= interval.value <= interval.high <= 1
    assert interval.low < interval.high


def test_bad_input():
    with pytest.raises(InvalidInput, match="confidence_level must be"):
        score_interval(Outcomes(1, 1, 1), 0.5, confidence_level=1)
    with pytest.raises(InvalidInput, match="correct must be a whole number"):
        score_interval(Outcomes(0.5, 1, 1), 0.5)
    with pytest.raises(InvalidInput, match="t must be in"):
        score_interval(Outcomes(1, 1, 1), 1)
    with pytest.raises(InvalidInput, match="undetermined must be among the abstentions, got 2"):
        score_interval(Outcomes(1, 1, 1), 0.5, undetermined=2)


def test_the_value_of_an_interval_is_the_score():
    """(6 - 3 x 2)/10 = 0 and (6 - 1 x 2)/10 = 0.4."""
    outcomes = Outcomes(correct=6, wrong=2, abstained=2)
    assert score_interval(outcomes, 0.75).value == 0
    assert score_interval(outcomes, 0.5).value == pytest.approx(0.4)


def test_an_error_share_that_rounds_to_nothing_takes_the_whole_range():
    """Next to t = 1 nothing is left for the right answers: between none and all of them."""
    t, n = 1 - 2.0**-53, 10**6
    found = score_interval(Outcomes(correct=n, wrong=0, abstained=0), t)
    most_wrong = proportion(0, n, confidence_level=1 - t * 0.05).high
    assert found.high == 1
    assert found.low == pytest.approx(-penalty(t) * most_wrong, rel=1e-12)
