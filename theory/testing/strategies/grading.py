"""Hypothesis strategies for graders, beliefs over graders and confidences (Sec. 4).

Needs the extra ``testing``. Imported through :mod:`theory.testing.strategies`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from hypothesis import strategies as st

from theory.grading.graders import Grader
from theory.testing.strategies.reduction import distributions


class Belief(NamedTuple):
    """A belief over binary graders: weights (G,), grades (G, R), which responses abstain (R,)."""

    weights: list[Fraction]
    graders: list[list[bool]]
    abstentions: list[bool]


def confidences() -> st.SearchStrategy[Fraction]:
    """Rational confidences in [0, 1]; both ends and the usual targets are common."""
    usual = st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(3, 4), Fraction(1)])
    return usual | st.fractions(0, 1, max_denominator=24)


def targets() -> st.SearchStrategy[Fraction]:
    """Rational confidence targets in [0, 1)."""
    return confidences().filter(lambda t: t < 1)


@st.composite
def graders(draw: st.DrawFn) -> Grader:
    """Any table of points in which correct beats wrong; abstaining may earn anything."""
    points = st.fractions(-9, 9, max_denominator=6)
    wrong = draw(points)
    correct = wrong + draw(st.fractions(Fraction(1, 6), 9, max_denominator=6))
    return Grader(correct, draw(points), wrong, name="drawn")


@st.composite
def beliefs(draw: st.DrawFn, *, max_graders: int = 6, max_responses: int = 5) -> Belief:
    """Beliefs over binary graders, each of which accepts some response and no abstention."""
    n_answers = draw(st.integers(1, max_responses - 1))
    n_idk = draw(st.integers(1, 2))
    accepted = st.lists(st.booleans(), min_size=n_answers, max_size=n_answers).filter(any)
    table = draw(st.lists(accepted, min_size=1, max_size=max_graders))
    return Belief(
        weights=draw(distributions(len(table))),
        graders=[row + [False] * n_idk for row in table],
        abstentions=[False] * n_answers + [True] * n_idk,
    )
