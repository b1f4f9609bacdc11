"""Graders, the confidence target and when to answer (Sec. 4)."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InvalidInput
from theory.grading import (
    BINARY,
    SIMPLEQA,
    TARGETS,
    WILDBENCH_LIKE,
    Grader,
    Outcomes,
    confidence_target,
    expected_points,
    indifference_confidence,
    normal_form,
    optimal_answers,
    penalty,
    swap_penalty,
)

shares = st.fractions(0, 1, max_denominator=50)
targets = st.fractions(0, Fraction(99, 100), max_denominator=100)
points = st.fractions(-20, 20, max_denominator=10)


@st.composite
def graders(draw):
    wrong = draw(points)
    gap = draw(st.fractions(Fraction(1, 10), 20, max_denominator=10))
    return Grader(wrong + gap, draw(points), wrong)


@st.composite
def exams(draw):
    counts = [draw(st.integers(0, 20)) for _ in range(3)]
    return Outcomes(*map(Fraction, counts if any(counts) else [1, 0, 0]))


def test_penalties_of_the_paper():
    """t = 0, 1/2, 3/4, 9/10 cost 0, 1, 3, 9 points: three at 3/4, not two (erratum 1)."""
    assert [penalty(Fraction(str(t))) for t in TARGETS] == [0, 1, 3, 9]
    assert [penalty(t) for t in TARGETS] == [0, 1, 3, 9]


@given(t=targets, q=shares)
def test_expected_score_is_confidence_above_target(t, q):
    """Answering with confidence q earns (q - t)/(1 - t) on average."""
    assert expected_points(confidence_target(t), q) == (q - t) / (1 - t)


@given(t=targets, q=shares)
def test_answering_is_optimal_iff_confidence_exceeds_target(t, q):
    grader = confidence_target(t)
    assert optimal_answers(grader, q) == (q > t)
    assert (expected_points(grader, q) > grader.abstain) == (q > t)


@given(grader=graders(), q=shares)
def test_every_table_has_the_threshold_of_its_normal_form(grader, q):
    """Answer iff q exceeds (abstain - wrong)/(correct - wrong), whatever the table."""
    assert optimal_answers(grader, q) == (expected_points(grader, q) > grader.abstain)
    assert optimal_answers(normal_form(grader), q) == optimal_answers(grader, q)


@given(grader=graders(), a=exams(), b=exams())
def test_normal_form_is_affine_and_ranks_alike(grader, a, b):
    """The normal form scores (x - wrong)/(correct - wrong) = accuracy + t x abstention."""
    form, t = normal_form(grader), indifference_confidence(grader)
    span = grader.correct - grader.wrong
    assert form.score(a) == (grader.score(a) - grader.wrong) / span
    assert form.score(a) == a.accuracy + t * a.abstention_rate
    assert (form.score(a) < form.score(b)) == (grader.score(a) < grader.score(b))


def test_a_grader_that_punishes_correct_answers_has_no_threshold():
    """Hypothesis dropped: with wrong above correct, answering pays at low confidence only."""
    with pytest.raises(InvalidInput, match=r"more than those for a wrong one"):
        Grader(correct=0, abstain=0.5, wrong=1)


def test_target_zero_is_binary_grading():
    zero = confidence_target(0)
    assert (zero.correct, zero.abstain, zero.wrong) == (BINARY.correct, 0, 0)


def test_wildbench_pays_more_for_a_hallucination_than_for_idk():
    """Its threshold lies below 0: even a surely wrong answer beats "I don't know"."""
    assert indifference_confidence(WILDBENCH_LIKE) == Fraction(-1, 2)
    assert optimal_answers(WILDBENCH_LIKE, Fraction(0))


@given(a=exams(), b=exams())
def test_ranks_swap_exactly_at_the_swap_penalty(a, b):
    L = swap_penalty(a, b)
    scores = [(e.accuracy, e.error_rate) for e in (a, b)]
    if L is None:
        leads = {
            np.sign(scores[0][0] - scores[1][0] - x * (scores[0][1] - scores[1][1]))
            for x in (0, Fraction(1, 7), 1, 50)
        }
        assert not {-1, 1} <= leads
    else:
        (acc_a, err_a), (acc_b, err_b) = scores
        assert acc_a - L * err_a == acc_b - L * err_b
        lead = [(acc_a - x * err_a) - (acc_b - x * err_b) for x in (L / 2, 2 * L)]
        assert lead[0] * lead[1] < 0


def test_simpleqa_ranking_flips_at_penalty_0_041():
    """o4-mini leads on accuracy; from penalty 2/49 on gpt-5-thinking-mini does (published)."""
    careful, guesser = SIMPLEQA["gpt-5-thinking-mini"], SIMPLEQA["o4-mini"]
    assert swap_penalty(careful, guesser) == pytest.approx(2 / 49, abs=1e-15)
    assert BINARY.score(guesser) > BINARY.score(careful)
    assert all(confidence_target(t).score(careful) > confidence_target(t).score(guesser)
               for t in TARGETS[1:])  # fmt: skip


def test_rates_of_arrays_and_of_a_test_taker_who_never_answers():
    exam = Outcomes(np.array([3, 0]), np.array([1, 0]), np.array([0, 4]))
    assert exam.accuracy.tolist() == [0.75, 0]
    np.testing.assert_array_equal(exam.accuracy_attempted, [0.75, np.nan])
    assert np.isnan(Outcomes(0, 0, 5).accuracy_attempted)


def test_pitfall_idk_counted_as_wrong_reverses_the_ranking():
    """Scoring "I don't know" as a mistake hides the difference that the target is there to show."""
    careful, guesser = SIMPLEQA["gpt-5-thinking-mini"], SIMPLEQA["o4-mini"]
    miscounted = [Outcomes(e.correct, e.wrong + e.abstained, 0) for e in (careful, guesser)]
    grader = confidence_target(0.5)
    assert grader.score(careful) > grader.score(guesser)
    assert grader.score(miscounted[0]) < grader.score(miscounted[1])


def test_pitfall_penalty_times_confidence_moves_the_threshold():
    """Penalty times confidence: q - (1 - q) q L > 0 from q = 1 - 1/L = 2/3 on, not from 3/4."""
    L = penalty(Fraction(3, 4))
    q = Fraction(7, 10)
    assert q - (1 - q) * q * L > 0
    assert not optimal_answers(confidence_target(Fraction(3, 4)), q)


@pytest.mark.parametrize(
    ("t", "message"),
    [
        (1, r"t must be in \[0, 1\), got 1; at t = 1 the penalty t/\(1 - t\) is infinite"),
        (1.0, r"infinite"),
        (75, r"got 75; on a scale from 0 to 1 this is 0\.75"),
        (90.0, r"this is 0\.9"),
        (-0.1, r"got -0\.1\.$"),
        (float("nan"), r"got nan\.$"),
        ("0.5", r"got '0\.5'"),
        (None, r"got None"),
    ],
)
def test_bad_target(t, message):
    with pytest.raises(InvalidInput, match=message):
        confidence_target(t)


@pytest.mark.parametrize("q", [-0.1, 1.1, float("nan"), "0.5"])
def test_bad_confidence(q):
    with pytest.raises(InvalidInput, match=r"confidence must be in \[0, 1\]"):
        expected_points(BINARY, q)


def test_confidence_in_per_cent_is_refused_with_advice():
    with pytest.raises(InvalidInput, match="divide by 100"):
        optimal_answers(BINARY, np.array([0.5, 80.0]))


@pytest.mark.parametrize("counts", [(0, 0, 0), (-1, 1, 1), (float("nan"), 1, 1)])
def test_bad_outcomes(counts):
    with pytest.raises(InvalidInput):
        Outcomes(*counts)


def test_bad_table():
    with pytest.raises(InvalidInput, match="points for abstain must be finite"):
        Grader(1, float("inf"), 0)
