"""Observation 1: guessing wins under binary grading (Sec. 4.1)."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InvalidInput
from theory.grading import check_binary_graders, expected_grades, optimal_responses
from theory.testing.strategies import distributions


@st.composite
def beliefs(draw):
    """Random beliefs over binary graders: exact probabilities, some responses abstentions."""
    n_answers, n_idk = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    accepted = st.lists(st.booleans(), min_size=n_answers, max_size=n_answers).filter(any)
    graders = draw(st.lists(accepted, min_size=1, max_size=6))
    table = np.array([row + [False] * n_idk for row in graders])
    order = draw(st.permutations(range(n_answers + n_idk)))
    idk = np.array([False] * n_answers + [True] * n_idk)
    return draw(distributions(len(graders))), table[:, order], idk[list(order)]


@given(beliefs())
def test_observation_1(belief):
    """Under any belief over binary graders, no abstention is among the optimal responses."""
    rho, graders, idk = belief
    check_binary_graders(graders, idk)
    assert not optimal_responses(rho, graders)[idk].any()


@given(beliefs())
def test_observation_1_by_enumeration(belief):
    """Twin: the best guess earns at least 1/(number of answers), abstentions exactly 0."""
    rho, graders, idk = belief
    earned = [
        sum((weight for weight, grader in zip(rho, graders, strict=True) if grader[r]), Fraction(0))
        for r in range(len(idk))
    ]
    assert earned == expected_grades(rho, graders).tolist()
    assert max(earned) >= Fraction(1, int((~idk).sum()))
    assert all(earned[r] == 0 for r in np.flatnonzero(idk))


def test_observation_1_is_tight():
    """With one right answer among n, all equally likely, the best guess earns 1/n exactly."""
    n = 5
    graders = np.c_[np.eye(n, dtype=int), np.zeros(n, dtype=int)]
    grades = expected_grades([Fraction(1, n)] * n, graders)
    assert grades.tolist() == [Fraction(1, n)] * n + [0]


def test_a_grader_that_accepts_nothing_breaks_observation_1():
    """Hypothesis dropped: without the value 1, abstaining is as good as anything."""
    graders = [[0, 0, 0]]
    assert optimal_responses([1], graders).all()
    with pytest.raises(InvalidInput, match="1 for some response, got 0 at grader 0"):
        check_binary_graders(graders, [False, False, True])


def test_credit_for_abstentions_breaks_observation_1():
    """Hypothesis dropped: a grader that accepts "I don't know" makes it optimal."""
    graders = [[1, 0, 1], [0, 1, 1]]
    assert optimal_responses([0.5, 0.5], graders).tolist() == [False, False, True]
    with pytest.raises(InvalidInput, match="the grade of an abstention must be 0, got 1"):
        check_binary_graders(graders, [False, False, True])


def test_a_grade_between_0_and_1_is_not_binary():
    with pytest.raises(InvalidInput, match="a grade must be 0 or 1"):
        check_binary_graders([[0.5, 0]], [False, True])


@pytest.mark.parametrize("belief", [[0.5, 0.4], [1.5, -0.5], [1.0], [Fraction(1, 2)] * 2 + [0]])
def test_bad_belief(belief):
    with pytest.raises(InvalidInput, match="belief"):
        expected_grades(belief, [[1, 0], [0, 1]])


def test_bad_shapes():
    with pytest.raises(InvalidInput, match="graders must be of shape"):
        check_binary_graders([[1, 0]], [True])
