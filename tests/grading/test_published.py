"""Table 2, SimpleQA and the Nature table: what was published comes out again."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.confidence_targets import nature_scores
from theory.errors import InvalidInput
from theory.grading import (
    BENCHMARKS,
    WILDBENCH_LIKE,
    Outcomes,
    best_policy,
    confidence_target,
    count,
    normal_form,
    recover_rates,
)
from theory.grading.published import ROUNDING

ROWS = nature_scores()
CLOSED = [row for row in ROWS if row.rubric == "closed"]
OPEN = [row for row in ROWS if row.rubric == "open"]


def by_setting(rows):
    return {(row.model, row.answers): row for row in rows}


def name(row):
    return f"{row.model}-{row.answers}-{row.rubric}"


def test_counts_of_table_2():
    """Nine of ten benchmarks are binary, none but WildBench gives "I don't know" any credit."""
    counts = count()
    assert (counts.n_benchmarks, counts.n_binary, counts.n_idk_credit) == (10, 9, 1)
    assert counts.n_guessing_optimal == 10
    assert [b.name for b in BENCHMARKS if not b.binary] == ["WildBench"]
    assert counts.n_multiple_choice == sum("multiple" in b.scoring for b in BENCHMARKS)


@given(q=st.fractions(Fraction(1, 100), 1))
def test_guessing_is_the_best_policy_on_every_benchmark(q):
    assert {best_policy(b, q) for b in BENCHMARKS} == {"answer"}


def test_at_confidence_zero_binary_graders_are_indifferent_and_wildbench_is_not():
    answered = {b.name for b in BENCHMARKS if best_policy(b, 0) == "answer"}
    assert answered == {"WildBench"}
    assert WILDBENCH_LIKE.wrong > WILDBENCH_LIKE.abstain


def test_the_table_has_64_scores():
    assert len(ROWS) == 16
    assert all(row.targets == (0, Fraction(1, 2), Fraction(3, 4), Fraction(9, 10)) for row in ROWS)


def test_a_score_rounded_to_a_hundredth_is_off_by_half_of_one_at_most():
    assert Fraction(str(ROUNDING)) == Fraction(1, 100) / 2


@pytest.mark.parametrize("row", CLOSED, ids=name)
def test_closed_rows_are_affine_within_rounding(row):
    """Score = accuracy + t x abstention; both the least-squares and the best line fit, exactly."""
    rates = row.rates
    assert rates.affine_gap <= rates.worst_residual <= Fraction(str(ROUNDING))
    assert 0 <= rates.abstention_rate <= 1 - rates.accuracy


@pytest.mark.parametrize("row", CLOSED, ids=name)
def test_recovered_rates_give_the_published_scores_back(row):
    """The whole way round: rates -> outcomes -> grader -> normal form -> the row, within 0.005."""
    rates = row.rates
    exam = Outcomes(rates.accuracy, rates.error_rate, rates.abstention_rate)
    for t, score in zip(row.targets, row.scores, strict=True):
        assert abs(normal_form(confidence_target(t)).score(exam) - score) <= Fraction(str(ROUNDING))


def test_open_rows_are_not_affine():
    """Non-vacuity: answers that react to the stated t bend the row beyond rounding (but LLM1)."""
    bent = {name(row) for row in OPEN if row.rates.affine_gap > Fraction(str(ROUNDING))}
    assert bent == {name(row) for row in OPEN} - {"LLM1-single-open"}


def test_open_rubric_never_scores_below_closed_at_positive_targets():
    closed = by_setting(CLOSED)
    for row in OPEN:
        pairs = list(zip(row.scores, closed[row.model, row.answers].scores, strict=True))
        assert all(a >= b for a, b in pairs[1:]), name(row)


def test_consistency_costs_accuracy_and_pays_at_positive_targets():
    """Abstaining where two samples disagree loses at t = 0 and wins at every t >= 1/2."""
    rows = by_setting(CLOSED)
    for model in ("LLM1", "LLM2", "LLM3", "LLM4"):
        both = rows[model, "consistency"].scores, rows[model, "single"].scores
        gains = [a - b for a, b in zip(*both, strict=True)]
        assert gains[0] < 0 < min(gains[1:]), model


@given(
    rates=st.tuples(*[st.fractions(0, 1, max_denominator=30)] * 2),
    targets=st.lists(st.fractions(0, Fraction(9, 10)), min_size=2, max_size=5, unique=True),
)
def test_exact_rates_are_recovered_exactly(rates, targets):
    scores = [rates[0] + t * rates[1] for t in targets]
    row = recover_rates(targets, scores)
    assert (row.accuracy, row.abstention_rate, row.affine_gap) == (*rates, 0)


@given(st.lists(st.integers(0, 100), min_size=4, max_size=4))
def test_affine_gap_agrees_with_a_linear_program(hundredths):
    """Twin: minimise the largest distance over all lines with scipy's HiGHS."""
    from scipy.optimize import linprog

    t, s = np.array([0, 0.5, 0.75, 0.9]), np.array(hundredths) / 100
    line = np.c_[np.ones(4), t]
    program = linprog(
        [0, 0, 1],
        A_ub=np.r_[np.c_[line, -np.ones(4)], np.c_[-line, -np.ones(4)]],
        b_ub=np.r_[s, -s],
        bounds=[(None, None)] * 2 + [(0, None)],
    )
    assert recover_rates(t, s).affine_gap == pytest.approx(program.fun, abs=1e-9)


def test_recovery_needs_two_targets():
    with pytest.raises(InvalidInput, match="two or more different values"):
        recover_rates([0.5, 0.5], [0.1, 0.2])
    with pytest.raises(InvalidInput, match="a target must be in"):
        recover_rates([0, 1], [0.1, 0.2])
