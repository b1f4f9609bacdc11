"""X15 as code: exact, both ways, its refusals, and a simulation with both rates known."""

from fractions import Fraction as F

import numpy as np
import pytest
from scipy.stats import binomtest

from theory.errors import InvalidInput
from theory.facts import judged_error, true_error

RATES = [(F(0), F(0)), (F(1, 10), F(1, 5)), (F(1, 2), F(1, 4)), (F(0), F(2, 3))]


@pytest.mark.parametrize(("fpr", "fnr"), RATES)
@pytest.mark.parametrize("err", [F(0), F(1, 3), F(1)])
def test_there_and_back(fpr, fnr, err):
    """err -> err_J -> err, in rationals; with the false-positive rate alone, a lower bound."""
    judged = judged_error(err, fpr=fpr, fnr=fnr)
    assert true_error(judged, fpr=fpr, fnr=fnr) == err
    assert true_error(judged, fpr=fpr) <= err
    assert judged_error(err / 2, fpr=fpr, fnr=fnr) <= judged


def test_the_lower_bound_is_tight_for_a_judge_that_misses_nothing():
    assert true_error(judged_error(F(1, 3), fpr=F(1, 5), fnr=F(0)), fpr=F(1, 5)) == F(1, 3)


def test_a_judged_sample_agrees():
    """10^5 verdicts on a model with err = 0.3: the judged share is that of the identity."""
    rng = np.random.default_rng(5)
    wrong = rng.random(10**5) < 0.3
    says_wrong = np.where(wrong, rng.random(10**5) >= 0.2, rng.random(10**5) < 0.1)
    expected = judged_error(0.3, fpr=0.1, fnr=0.2)
    assert binomtest(int(says_wrong.sum()), 10**5, expected).pvalue > 1e-4


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: judged_error(2, fpr=0, fnr=0), r"err must be in \[0, 1\], got 2"),
        (lambda: judged_error(0, fpr=-1, fnr=0), r"fpr must be in \[0, 1\], got -1"),
        (lambda: judged_error(0, fpr=0, fnr=2), r"fnr must be in \[0, 1\], got 2"),
        (lambda: judged_error(0, fpr=0.75, fnr=0.5), r"fpr \+ fnr must be at most 1, got 1.25"),
        (lambda: true_error(2, fpr=0), r"judged must be in \[0, 1\], got 2"),
        (lambda: true_error(0.5, fpr=0.5, fnr=0.5), "such a judge says nothing about err"),
    ],
)
def test_bad_rates_are_refused(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()
