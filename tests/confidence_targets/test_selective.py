"""Risk-coverage, Brier and HLE-style calibration error."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score

from theory.confidence_targets import (
    always_right,
    always_wrong,
    brier_score,
    risk_coverage,
    rms_calibration_error,
)
from theory.errors import InvalidInput

answers = st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.booleans()), min_size=1)


def area_in_this_order(correct):
    wrong = np.cumsum(~np.asarray(correct))
    return np.mean(wrong / np.arange(1, len(wrong) + 1))


@given(st.lists(st.tuples(st.sampled_from([0.2, 0.8]), st.booleans()), min_size=1, max_size=5))
def test_area_is_the_mean_over_all_orders_of_ties(pairs):
    """Twin: sort by confidence under every permutation of the rows, then average."""
    areas = []
    for order in permutations(pairs):
        ranked = sorted(order, key=lambda pair: -pair[0])
        areas.append(area_in_this_order([y for _, y in ranked]))
    q, y = zip(*pairs, strict=True)
    assert risk_coverage(q, y).area == pytest.approx(np.mean(areas), abs=1e-12)


@given(answers, st.randoms(use_true_random=False))
def test_row_order_does_not_matter(pairs, random):
    shuffled = random.sample(pairs, len(pairs))
    a, b = (risk_coverage(*zip(*rows, strict=True)) for rows in (pairs, shuffled))
    assert a.area == pytest.approx(b.area, abs=1e-12)
    np.testing.assert_array_equal(a.risk, b.risk)


def test_constant_confidence_without_averaging_depends_on_the_rows():
    """The trap: sorted files give anything between two extremes; the average is the error rate."""
    y = np.arange(100) < 50
    assert area_in_this_order(y) == pytest.approx(0.1559, abs=1e-4)
    assert area_in_this_order(~y) == pytest.approx(0.8441, abs=1e-4)
    assert risk_coverage(np.full(100, 0.7), y).area == pytest.approx(0.5, abs=1e-12)


def test_curve_by_hand():
    curve = risk_coverage([0.9, 0.9, 0.5, 0.1], [True, False, True, False])
    assert curve.confidence.tolist() == [0.9, 0.5, 0.1]
    assert curve.coverage.tolist() == [0.5, 0.75, 1.0]
    assert curve.risk.tolist() == [0.5, 1 / 3, 0.5]


@given(answers)
def test_auroc_agrees_with_sklearn_and_needs_both_kinds(pairs):
    q, y = zip(*pairs, strict=True)
    if len(set(y)) == 1:
        assert risk_coverage(q, y).auroc is None
    else:
        assert risk_coverage(q, y).auroc == pytest.approx(roc_auc_score(y, q), abs=1e-12)


@given(answers)
def test_excess_area_is_over_the_best_order_of_these_answers(pairs):
    """Twin: the same answers, all right ones first; the order by confidence is never better."""
    q, y = zip(*pairs, strict=True)
    best = area_in_this_order(sorted(y, reverse=True))
    found = risk_coverage(q, y)
    assert found.excess_area == pytest.approx(found.area - best, abs=1e-12)
    assert found.excess_area >= -1e-12
    assert risk_coverage([0.9 if x else 0.1 for x in y], y).excess_area == pytest.approx(0)


def test_auroc_and_excess_area_by_hand():
    """Right at .9 and .5, wrong at .9 and .1: pairs 1/2, 1, 0, 1; areas 5/12 + 1/8 and 5/24."""
    found = risk_coverage([0.9, 0.9, 0.5, 0.1], [True, False, True, False])
    assert found.auroc == (0.5 + 1 + 0 + 1) / 4
    assert found.area == pytest.approx((1 / 2 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert found.excess_area == pytest.approx(found.area - (1 / 3 + 1 / 2) / 4)


@given(answers)
def test_brier_agrees_with_sklearn(pairs):
    q, y = zip(*pairs, strict=True)
    assert brier_score(q, y) == pytest.approx(brier_score_loss(y, q, labels=[False, True]))


def test_hle_calibration_error_is_no_hallucination_measure():
    """Always wrong, stated 0: error 0, hallucinates always. Always right, stated 0: the reverse."""
    wrong, right = always_wrong(250), always_right(250)
    assert rms_calibration_error(wrong.confidence, wrong.correct) == 0
    assert wrong.hallucination_rate == 1
    assert rms_calibration_error(right.confidence, right.correct) == 1
    assert right.hallucination_rate == 0


def test_rms_calibration_error_bin_by_bin():
    """Two bins of two and three answers (the last takes the rest): gaps 0.2 and 0.3 - 1/3."""
    q, y = [0.1, 0.3, 0.3, 0.3, 0.3], [False, False, True, False, False]
    expected = np.sqrt((2 * 0.2**2 + 3 * (0.3 - 1 / 3) ** 2) / 5)
    assert rms_calibration_error(q, y, bin_size=2) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("q", "y", "message"),
    [
        ([], [], "non-empty"),
        ([0.5], [True, False], "equal length"),
        ([1.5], [True], r"confidence must be in \[0, 1\], got 1.5; divide by 100"),
        ([0.5], [2], "correct must be true or false"),
    ],
)
@pytest.mark.parametrize("function", [risk_coverage, brier_score, rms_calibration_error])
def test_bad_answers(function, q, y, message):
    with pytest.raises(InvalidInput, match=message):
        function(q, y)
