"""The interval of a score at a confidence target."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import binomtest, chi2

from theory.confidence_targets import score_interval
from theory.errors import InvalidInput
from theory.grading import Outcomes, penalty
from theory.intervals import proportion

RATES = [(0.5, 0.3, 0.2), (0.8, 0.05, 0.15), (0.1, 0.6, 0.3), (0.95, 0.05, 0.0)]


@pytest.mark.parametrize("t", [0.5, 0.75, 0.9])
@pytest.mark.parametrize("rates", RATES)
def test_score_interval_covers(rates, t):
    """At nominal 0.95 coverage is at least 0.90 with 30 questions (false alarm rate 1e-6)."""
    draws = np.random.default_rng(20260501).multinomial(30, rates, size=1000)
    truth = rates[0] - penalty(t) * rates[1]
    outcomes, repeats = np.unique(draws, axis=0, return_counts=True)
    covered = [score_interval(Outcomes(*map(int, o)), t).covers(truth) for o in outcomes]
    hits = int(repeats[np.array(covered)].sum())
    assert binomtest(hits, 1000, 0.90, alternative="less").pvalue > 1e-6


@pytest.mark.parametrize("counts", [(20, 5, 5), (3, 10, 2), (12, 0, 4), (0, 7, 3)])
def test_ends_agree_with_a_numerical_profile(counts):
    """Twin: at both ends twice the drop of the log-likelihood, by scipy, is chi2(0.95)."""
    c, w, rest = counts
    L, n = 3.0, sum(counts)

    def loglik(p):
        terms = [k * np.log(x) for k, x in zip(counts, p, strict=True) if k]
        return sum(terms)

    def drop(theta):
        def cost(a):
            b = (a - theta) / L
            p = np.maximum([a, b, 1 - a - b], 1e-300)
            return -loglik(p)

        bounds = (max(0, theta), (L + theta) / (L + 1))
        found = minimize_scalar(cost, bounds=bounds, method="bounded", options={"xatol": 1e-12})
        return 2 * (loglik(np.maximum([c / n, w / n, rest / n], 1e-300)) + found.fun)

    interval = score_interval(Outcomes(*counts), 0.75)
    for end in (interval.low, interval.high):
        assert drop(end) == pytest.approx(chi2.ppf(0.95, 1), abs=2e-4)


def test_at_target_zero_it_is_clopper_pearson():
    outcomes = Outcomes(12, 5, 3)
    assert score_interval(outcomes, 0) == proportion(12, 20)


def test_no_mistake_seen_still_leaves_a_doubt():
    """Where a bootstrap would give no width: 50 right of 50 may still be worth 0.66 at t = 0.9."""
    interval = score_interval(Outcomes(50, 0, 0), 0.9)
    assert interval.value == interval.high == 1
    assert 0.2 < interval.low < 0.7


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
