"""Small numbers worked by hand, where the mutation check found that broad tests leave room."""

from fractions import Fraction as F

import numpy as np
import pytest

from theory.errors import InvalidInput
from theory.grading import (
    SIMPLEQA,
    Benchmark,
    Examinees,
    Outcomes,
    answers_at,
    beta_examinees,
    confidence_target,
    consistency,
    count,
    model_a_and_b,
    penalty,
    pitfalls,
    recover_rates,
    require_target,
    swap_penalty,
)
from theory.grading.examinees import answer_above


def test_four_mistakes_in_numbers():
    """At t = 3/4 and confidence 1/2, SimpleQA's two models."""
    scale, idk, _, text = pitfalls()
    assert (scale.wrong, scale.right) == (False, True)
    # A mistake costs 3 points: 22 - 3 x 26 against 24 - 3 x 75, IDK as wrong: 78 and 76 mistakes.
    assert idk.right == pytest.approx((22 - 3 * 26 - 24 + 3 * 75) / 100)
    assert idk.wrong == pytest.approx((22 - 3 * 78 - 24 + 3 * 76) / 100)
    assert (idk.right > 0) != (idk.wrong > 0)
    assert text.wrong
    assert not text.right


@pytest.mark.parametrize(("t", "q"), [(F(3, 4), F(1, 2)), (F(1, 2), F(1, 4))])
def test_a_penalty_multiplied_by_the_confidence_by_hand(t, q):
    mistake = pitfalls(t=t, confidence=q)[2]
    L = t / (1 - t)
    assert mistake.right == q - (1 - q) * L
    assert mistake.wrong == q - q * (1 - q) * L


@pytest.mark.parametrize(
    ("t", "answers"),
    [(F(0), True), (F(1, 250), True), (F(1, 200), True), (F(1, 199), False), (F(1, 2), False)],
)
def test_a_target_on_a_scale_of_100_by_hand(t, answers):
    """(1 + t)/2 against 100 t: equal at t = 1/199, where one abstains. Rightly one answers."""
    scale = pitfalls(t=t)[0]
    assert bool(scale.wrong) == answers
    assert scale.right


def test_published_simpleqa_counts():
    careful, guesser = SIMPLEQA["gpt-5-thinking-mini"], SIMPLEQA["o4-mini"]
    assert (careful.correct, careful.wrong, careful.abstained) == (22, 26, 52)
    assert (guesser.correct, guesser.wrong, guesser.abstained) == (24, 75, 1)


def test_outcomes_of_attempted_questions():
    assert Outcomes(3, 1, 6).accuracy_attempted == F(3, 4)
    table = Outcomes(np.array([3, 0]), np.array([1, 0]), np.array([6, 5])).accuracy_attempted
    assert table[0] == 0.75
    assert np.isnan(table[1])
    assert np.isnan(Outcomes(0, 0, 5).accuracy_attempted)
    assert Outcomes(3, 1, 6) == Outcomes(3, 1, 6) != Outcomes(3, 2, 6)
    assert Outcomes(3, 1, 6) != (3, 1, 6)


def test_no_penalty_swaps_models_whose_ranks_never_change():
    """The better in accuracy that also errs less stays ahead."""
    assert swap_penalty(Outcomes(5, 1, 4), Outcomes(4, 2, 4)) is None


def test_who_is_exactly_at_the_target_abstains():
    ends = answer_above(F(1, 2))(Examinees([F(1, 2), F(3, 4)], [F(1, 2), F(1, 2)]))
    assert ends.right.tolist() == [0, F(3, 4)]
    assert ends.wrong.tolist() == [0, F(1, 4)]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: beta_examinees(1, 1, n_levels=0), "n_levels"),
        (lambda: consistency(0), "k"),
        (lambda: consistency(2, n_wrong=0), "n_wrong"),
        (lambda: model_a_and_b(2, F(1, 2)), "known"),
        (lambda: model_a_and_b(F(1, 2), -1), "guess"),
    ],
)
def test_what_is_no_number_of_its_kind_is_refused_by_its_own_name(call, name):
    with pytest.raises(InvalidInput, match=f"^{name} must be"):
        call()


def test_rates_of_a_row_by_hand():
    """Three points on no line: least squares by hand."""
    row = recover_rates([F(0), F(1, 2), F(3, 4)], [F(1, 4), F(1, 2), F(1, 2)])
    # mean t 5/12, mean s 5/12; sum dt ds = 5/48, sum dt^2 = 7/24.
    assert row.abstention_rate == F(5, 48) / F(7, 24)
    assert row.accuracy == F(5, 12) - F(5, 12) * row.abstention_rate


@pytest.mark.parametrize(
    ("t", "end"),
    [
        (75, "on a scale from 0 to 1 this is 0.75."),
        (100, "on a scale from 0 to 1 this is 1."),
        (1, "if you meant one per cent."),
        (F(101), "got Fraction(101, 1)."),
        (F(-1, 2), "got Fraction(-1, 2)."),
    ],
)
def test_a_target_on_another_scale_is_met_with_advice(t, end):
    with pytest.raises(InvalidInput) as said:
        require_target(t)
    assert str(said.value).endswith(end)


def test_table_2_counts_nine_of_ten():
    told = count()
    assert (told.n_benchmarks, told.n_binary) == (10, 9)


class WithTarget(Benchmark):
    """An exam at t = 1/2, where a guess at confidence 1/4 costs half a point."""

    grader = confidence_target(F(1, 2))


def test_on_an_exam_with_a_target_guessing_is_not_optimal():
    assert count([WithTarget("exam", "right, wrong or none")]).n_guessing_optimal == 0
    assert count([Benchmark("exam", "right or wrong")]).n_guessing_optimal == 1


def test_of_several_scores_at_one_target_the_line_keeps_the_middle():
    """Scores 0, 1/4 and 1 at t = 0 and 1/2 at t = 1/2: no line is nearer than 1/2 to all."""
    row = recover_rates([F(0), F(0), F(0), F(1, 2)], [F(0), F(1, 4), F(1), F(1, 2)])
    assert row.affine_gap == F(1, 2)


def test_a_target_above_one_is_told_what_it_means():
    with pytest.raises(InvalidInput, match=r"on a scale from 0 to 1 this is 0\.015"):
        penalty(1.5)
    with pytest.raises(InvalidInput, match=r"t must be in \[0, 1\)"):
        answers_at(0.5, 1.0)


def test_accuracy_of_one_attempt_and_of_none():
    found = Outcomes(np.array([1, 0]), np.array([0, 0]), np.array([0, 1])).accuracy_attempted
    assert found[0] == 1
    assert np.isnan(found[1])


def test_counts_too_large_to_add_up_are_refused():
    with pytest.raises(InvalidInput, match=r"correct must be at most 2\^60"):
        Outcomes(np.array([2**61]), np.array([1]), np.array([1]))


def test_two_models_swap_ranks_where_differences_are_small():
    """A tenth more right and a fifth more wrong: at a penalty of 1/2."""
    careful, bold = Outcomes(F(1, 2), F(0), F(1, 2)), Outcomes(F(3, 5), F(1, 5), F(1, 5))
    assert swap_penalty(careful, bold) == F(1, 2)
