"""Test-takers, policies, exams and trained policies (Sec. 4)."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from simulations.grading import apply_policy, grade_everything, sit_exam, train_policy
from theory.errors import InvalidInput
from theory.grading import (
    BINARY,
    WILDBENCH_LIKE,
    Examinees,
    Outcomes,
    always_abstain,
    always_guess,
    answer_above,
    beta_examinees,
    confidence_target,
    consistency,
    expected_outcomes,
    model_a_and_b,
)
from theory.testing.strategies import distributions

TARGETS = (0, 0.5, 0.75, 0.9)
POLICIES = {
    "guess": always_guess,
    "abstain": always_abstain,
    "answer_above": answer_above(0.75),
    "consistency": consistency(2),
}
GRADERS = [*map(confidence_target, TARGETS), WILDBENCH_LIKE]
shares = st.fractions(0, 1, max_denominator=20)


@st.composite
def populations(draw):
    m = draw(st.integers(1, 4))
    chance = [draw(shares) for _ in range(m)]
    return Examinees(chance, draw(distributions(m)))


@settings(max_examples=40)
@given(
    populations(),
    st.fractions(0, Fraction(19, 20), max_denominator=20),
    shares.filter(lambda s: s < 1),
)
def test_no_threshold_beats_t_at_target_t(examinees, t, other):
    """Calibrated test-takers do best with the stated target as their threshold, exactly."""
    grader = confidence_target(t)
    best = grader.score(expected_outcomes(examinees, answer_above(t)))
    assert best >= grader.score(expected_outcomes(examinees, answer_above(other)))
    assert best >= grader.score(expected_outcomes(examinees, always_guess))
    assert best >= grader.score(expected_outcomes(examinees, always_abstain))


@settings(max_examples=40)
@given(populations())
def test_guessing_is_optimal_under_binary_grading(examinees):
    best = BINARY.score(expected_outcomes(examinees, always_guess))
    for policy in POLICIES.values():
        assert best >= BINARY.score(expected_outcomes(examinees, policy))


def test_overconfidence_costs_points():
    """Hypothesis dropped: with beliefs above chances, the threshold t is no longer best at t."""
    sure = beta_examinees(1, 1, overconfidence=4)
    grader = confidence_target(0.75)
    own = grader.score(expected_outcomes(sure, answer_above(0.75)))
    stricter = grader.score(expected_outcomes(sure, answer_above(0.99)))
    assert own < 0 < stricter


@settings(max_examples=40)
@given(known=shares, guess=shares, t=st.fractions(0, Fraction(19, 20), max_denominator=20))
def test_model_a_loses_to_model_b_under_binary_grading(known, guess, t):
    """B leads by (1 - known) guess at t = 0; at target t, A leads iff t > guess (Sec. 1, 4.1)."""
    a, b = model_a_and_b(known, guess)
    assert a.error_rate == 0
    assert BINARY.score(b) - BINARY.score(a) == (1 - known) * guess
    lead = confidence_target(t).score(a) - confidence_target(t).score(b)
    assert (lead > 0) == (t > guess and known < 1)


def test_consistency_by_enumeration():
    """Two samples over 1 right and 3 equally likely wrong answers agree as stated."""
    c, n = Fraction(2, 5), 3
    law = [c] + [(1 - c) / n] * n
    ends = consistency(2, n_wrong=n)(Examinees([c], [Fraction(1)]))
    assert ends.right[0] == law[0] ** 2
    assert ends.wrong[0] == sum(p * p for p in law[1:])
    assert consistency(1)(Examinees([c], [Fraction(1)])).wrong[0] == 1 - c


def test_exam_has_the_law_of_one_question_at_a_time():
    """Twin: question by question, with the same 99.9 % band for each level's right answers."""
    examinees = Examinees([0.2, 0.7], [0.4, 0.6])
    exam = sit_exam(examinees, 2000, 10, rng=20260505)
    assert ((exam.right + exam.wrong).sum(axis=1) == 10).all()
    rng = np.random.default_rng(20260506)
    level = rng.choice(2, p=[0.4, 0.6], size=20_000)
    right = rng.random(20_000) < np.array([0.2, 0.7])[level]
    for j, chance in enumerate((0.2, 0.7)):
        drawn = int(exam.right[:, j].sum()), int((exam.right + exam.wrong)[:, j].sum())
        slow = int(right[level == j].sum()), int((level == j).sum())
        for k, n in (drawn, slow):
            assert binomtest(k, n, chance).pvalue > 1e-6


def test_every_policy_sits_the_same_exam():
    """What a policy gives is part of the first answers; guessing gives all of them."""
    exam = sit_exam(beta_examinees(2, 1), 500, 50, rng=1)
    guess = apply_policy(exam, always_guess, rng=2)
    assert (guess.correct == exam.right.sum(axis=1)).all()
    assert (guess.abstained == 0).all()
    for policy in POLICIES.values():
        given_answers = apply_policy(exam, policy, rng=2)
        assert (given_answers.correct <= guess.correct).all()
        assert (given_answers.wrong <= guess.wrong).all()
        assert (given_answers.total == 50).all()


def test_shares_may_sum_to_1_up_to_rounding():
    """NumPy refuses shares that exceed 1 by more than 10^-12, populations by more than 10^-9."""
    exam = sit_exam(Examinees([0.2, 0.7, 1.0], [0.5, 0.5 + 1e-11, 0.0]), 3, 10, rng=1)
    assert (exam.right + exam.wrong).sum(axis=1).tolist() == [10] * 3


def test_what_is_surely_given_is_given_and_uses_no_randomness():
    """One sample agrees with itself: n (1 - c)/n is 1 - c up to rounding, above it and below."""
    chance = np.linspace(0, 1, 50)
    assert {-1, 1} <= set(np.sign(7 * ((1 - chance) / 7) - (1 - chance)))
    exam = sit_exam(Examinees(chance, np.full(50, 0.02)), 20, 500, rng=1)
    generator = np.random.default_rng(2)
    assert apply_policy(exam, consistency(1, n_wrong=7), rng=generator) == Outcomes(
        exam.right.sum(axis=1), exam.wrong.sum(axis=1), np.zeros(20, int)
    )
    assert generator.random() == np.random.default_rng(2).random()


def test_answers_that_are_withheld_at_random_by_hand():
    """Levels 0.2 and 0.9, two samples: right answers are thinned by c, wrong ones by (1 - c)/n."""
    exam = sit_exam(Examinees([0.2, 0.9], [0.5, 0.5]), 4, 60, rng=3)
    found = apply_policy(exam, consistency(2, n_wrong=2), rng=4)
    twin = np.random.default_rng(4)
    right = twin.binomial(exam.right, [0.2, 0.9]).sum(axis=1)
    wrong = twin.binomial(exam.wrong, [0.4, 0.05]).sum(axis=1)
    assert found == Outcomes(right, wrong, 60 - right - wrong)


def test_the_grades_of_one_policy_by_hand():
    """One policy, one grader, one row; who guesses never beats guessing."""
    examinees = Examinees([0.25, 0.75], [0.5, 0.5])
    rows = grade_everything(
        examinees, {"guess": always_guess}, [BINARY], n_takers=9, n_questions=7, rng=5
    )
    accuracy = sit_exam(examinees, 9, 7, rng=5).right.sum(axis=1) / 7
    assert rows["mean"] == rows["accuracy"] == pytest.approx([accuracy.mean()])
    assert rows["sd"] == pytest.approx([accuracy.std()])
    assert rows["expected"].tolist() == [0.5]
    assert rows["beats_first"].tolist() == [0]


def test_who_beats_guessing_by_hand():
    """At target 1/2 a guess earns 1 or -1: silence wins where more than half are wrong."""
    examinees = Examinees([0.25, 0.75], [0.5, 0.5])
    policies = {"guess": always_guess, "abstain": always_abstain}
    rows = grade_everything(
        examinees, policies, [confidence_target(0.5)], n_takers=40, n_questions=4, rng=6
    )
    right = sit_exam(examinees, 40, 4, rng=6).right.sum(axis=1)
    assert 0 < (right < 2).sum() < (right <= 2).sum() < 40
    assert rows["beats_first"].tolist() == [0, (right < 2).mean()]


def test_means_agree_with_the_theory_within_six_standard_errors():
    n = 4000
    rows = grade_everything(
        beta_examinees(1.2, 1, overconfidence=1.5), POLICIES, GRADERS,
        n_takers=n, n_questions=100, rng=20260507,
    )  # fmt: skip
    error = np.abs(rows["mean"] - rows["expected"])
    assert (error <= 6 * rows["sd"] / np.sqrt(n) + 1e-12).all()
    assert len(rows["mean"]) == len(POLICIES) * len(GRADERS)


def test_same_seed_same_exam():
    a, b = (sit_exam(beta_examinees(1, 1), 20, 30, rng=7).right for _ in range(2))
    np.testing.assert_array_equal(a, b)
    assert (a != sit_exam(beta_examinees(1, 1), 20, 30, rng=8).right).any()


@pytest.mark.parametrize("t", [0.5, 0.75, 0.9])
def test_a_policy_trained_on_a_target_learns_it(t):
    """Nobody tells it t: the reward alone puts its threshold within 0.05 of t."""
    learned = train_policy(beta_examinees(1, 1), confidence_target(t), rng=20260508)
    assert abs(learned.target - t) < 0.05


@pytest.mark.parametrize("grader", [BINARY, WILDBENCH_LIKE], ids=lambda g: g.name)
def test_a_policy_trained_on_a_binary_reward_learns_to_guess(grader):
    learned = train_policy(beta_examinees(1, 1), grader, rng=20260509, n_steps=1000)
    assert learned.target == 0
    assert learned.answers.mean() > 0.9


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Examinees([0.5], [0.5, 0.5]), "of equal length"),
        (lambda: Examinees([1.5], [1.0]), "chance must be in"),
        (lambda: Examinees([0.5], [0.9]), "the sum of share"),
        (lambda: beta_examinees(0, 1), "a must be a finite number > 0"),
        (lambda: answer_above(1.5), "t must be in"),
        (lambda: consistency(0), "k must be a whole number"),
        (lambda: sit_exam(beta_examinees(1, 1), 0, 1, rng=0), "n_takers must be"),
        (lambda: sit_exam(beta_examinees(1, 1), 1, 0, rng=0), "n_questions must be"),
        (lambda: train_policy(beta_examinees(1, 1), BINARY, rng=0, rate=0), "rate must be"),
    ],
)
def test_bad_input(make, message):
    with pytest.raises(InvalidInput, match=message):
        make()
