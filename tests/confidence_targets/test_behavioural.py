"""Behavioural calibration, hidden targets and the Brier identity (Sec. 4.2, X6)."""

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from theory.confidence_targets import (
    brier_score,
    expected_score,
    hidden_target_regret,
    score_matrix,
    target_averaged_score,
)
from theory.confidence_targets.hle import always_right, always_wrong, rms_calibration_error
from theory.errors import InvalidInput
from theory.grading import Outcomes, answers_at, confidence_target

shares = st.fractions(0, 1, max_denominator=20)
targets = st.fractions(0, Fraction(19, 20), max_denominator=20)
confidences = st.lists(shares, min_size=1, max_size=4).map(lambda q: np.array(q, dtype=object))


def policies(n):
    return [np.array(choice) for choice in product([False, True], repeat=n)]


@given(q=confidences, t=targets)
def test_behavioural_calibration_is_optimal_at_every_target(q, t):
    """No policy, of all 2^n, beats "answer iff q > t" (enumeration, exact)."""
    best = expected_score(q, answers_at(q, t), t)
    assert best == max(expected_score(q, a, t) for a in policies(len(q)))
    assert all(hidden_target_regret(q, a, t) >= 0 for a in policies(len(q)))


@given(q=confidences, t=targets, gap=st.fractions(Fraction(1, 20), 1, max_denominator=20))
def test_hidden_target_leaves_no_policy_best(q, t, gap):
    """A confidence strictly between two targets: no policy is optimal at both; else one is."""
    higher = t + (1 - t) * gap * Fraction(19, 20)
    regret_free = [
        a
        for a in policies(len(q))
        if hidden_target_regret(q, a, t) == hidden_target_regret(q, a, higher) == 0
    ]
    assert bool(regret_free) == (not any(t < x < higher for x in q))


@given(q=st.lists(st.sampled_from([Fraction(0), Fraction(1)]), min_size=1, max_size=5), t=targets)
def test_who_is_always_right_needs_no_target(q, t):
    """Confidences 0 and 1 alone: one policy is best at every target, stated or hidden."""
    confidence = np.array(q, dtype=object)
    assert hidden_target_regret(confidence, confidence == 1, t) == 0


@pytest.mark.parametrize("correct", [False, True])
def test_targets_average_to_brier_symbolically(correct):
    """X6: 2 int (1 - t) score_t dt = y - (y - q)^2, integrated by sympy for every q."""
    t, q = sympy.symbols("t q", nonnegative=True)
    score = 1 if correct else -t / (1 - t)
    integral = 2 * sympy.integrate(sympy.simplify((1 - t) * score), (t, 0, q))
    y = int(correct)
    assert sympy.simplify(integral - (y - (y - q) ** 2)) == 0


@pytest.mark.parametrize("correct", [False, True])
@pytest.mark.parametrize("q", [0.0, 0.1, 0.5, 0.95, 1.0])
def test_targets_average_to_brier_by_quadrature(q, correct):
    """X6 against the grader and the rule themselves, integrated numerically."""

    def weighted(t):
        grader = confidence_target(t)
        points = grader.correct if correct else grader.wrong
        return 2 * (1 - t) * points * bool(answers_at(q, t))

    integral = quad(weighted, 0, q)[0] if q else 0.0
    assert target_averaged_score(q, correct) == pytest.approx(integral, abs=1e-9)


def test_average_over_targets_ranks_as_accuracy_minus_brier():
    q, y = [0.9, 0.2, 0.5], [True, False, False]
    averaged = np.mean([target_averaged_score(*pair) for pair in zip(q, y, strict=True)])
    assert averaged == pytest.approx(np.mean(y) - brier_score(q, y), abs=1e-15)


def exam(q, y, t):
    answered = answers_at(q, t)
    return Outcomes(int((answered & y).sum()), int((answered & ~y).sum()), int((~answered).sum()))


@given(st.lists(st.integers(0, 10), min_size=1, max_size=6))
def test_withdrawn_answers_of_a_calibrated_model_lie_between_the_targets(levels):
    """Ten answers per confidence k/10, exactly k of them right: of those withdrawn as many."""
    q = np.repeat([Fraction(k, 10) for k in levels], 10)
    y = np.concatenate([np.arange(10) < k for k in levels])
    stated = [Fraction(0), Fraction(1, 2), Fraction(9, 10)]
    runs = [exam(q, y, t) for t in stated]
    for (low, before), (high, after) in pairwise(zip(stated, runs, strict=True)):
        n, right = after.abstained - before.abstained, before.correct - after.correct
        assert low * n <= right <= high * n
    matrix = score_matrix(runs, stated)
    assert all(matrix[j, j] == max(matrix[:, j]) for j in range(3))


def test_a_confidence_outside_its_range_is_refused():
    with pytest.raises(InvalidInput, match="confidence must be in"):
        target_averaged_score(1.5, correct=True)
    for always in (always_wrong, always_right):
        with pytest.raises(InvalidInput, match="n must be a whole number >= 1"):
            always(0)
    with pytest.raises(InvalidInput, match="bin_size must be a whole number >= 1"):
        rms_calibration_error([0.5], [True], bin_size=0)
