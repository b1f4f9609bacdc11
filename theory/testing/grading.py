"""Checks of what holds surely about grading: Observation 1, the answer rule, X6 (Sec. 4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from theory.arrays import ArrayLike, Number, size
from theory.confidence_targets.behavioural import target_averaged_score
from theory.grading.graders import Grader, expected_points, optimal_answers
from theory.grading.guessing import check_binary_graders, optimal_responses
from theory.testing.referee import add
from theory.testing.shrinking import StatementViolation, list_terms

__tracebackhide__ = True  # pytest shows the message, not these frames


def assert_observation_1(
    belief: Sequence[Number],
    graders: Sequence[Sequence[Any]],
    abstentions: Sequence[bool],
    best: Callable[..., ArrayLike] = optimal_responses,
) -> None:
    """Check that no abstention is optimal under a belief over binary graders (Observation 1).

    Parameters
    ----------
    belief : sequence of numbers, shape (G,)
        Probabilities that sum to 1.
    graders : sequence, shape (G, R)
        Grades 0 or 1, 0 on every abstention, 1 somewhere.
    abstentions : sequence of bool, shape (R,)
        Which responses abstain.
    best : function
        Yours or the package's: (belief, graders) -> which responses are optimal, shape (R,).

    Raises
    ------
    StatementViolation
        If an abstention is called optimal, or the optimal responses are not those of the
        enumeration; the message shows every expected grade and the belief.
    InvalidInput
        If a grader is not binary.
    """
    table = check_binary_graders(graders, abstentions)
    exact = isinstance(belief[0], Fraction)
    grades = [
        add((w for w, row in zip(belief, table, strict=True) if row[r]), exact)
        for r in range(table.shape[1])
    ]
    said = np.asarray(best(belief, graders), dtype=bool)
    off = [
        f"response {r}"
        for r, grade in enumerate(grades)
        if bool(said[r]) != (grade == max(grades)) or (abstentions[r] and said[r])
    ]
    if off:
        terms = {f"expected grade of response {r}": grade for r, grade in enumerate(grades)}
        code = f"belief = {list(belief)!r}\ngraders = {table.astype(int).tolist()}"
        code += f"\nabstentions = {[bool(a) for a in abstentions]}"
        _fail("Observation 1", off, terms, code)


def assert_answer_rule(
    grader: Grader,
    confidence: Number,
    answers: Callable[[Grader, Number], Any] = optimal_answers,
) -> None:
    r"""Check that answering is chosen iff it earns more than abstaining (Sec. 4.2).

    .. math:: \text{answer} \iff
              q \cdot \text{correct} + (1 - q) \cdot \text{wrong} > \text{abstain}

    At confidence target t this is q > t, whatever t: behavioural calibration.

    Parameters
    ----------
    grader : Grader
        For instance ``confidence_target(t)``.
    confidence : number
        q in [0, 1]. Use Fractions: a float q at the target may be rounded across it.
    answers : function
        Yours or the package's: (grader, q) -> whether to answer.

    Raises
    ------
    StatementViolation
        If the choice is not the better one, or the expected points are off.
    """
    by_hand = confidence * grader.correct + (1 - confidence) * grader.wrong
    terms = {
        "confidence": confidence,
        "answering earns": by_hand,
        "abstaining earns": grader.abstain,
    }
    off = []
    if bool(answers(grader, confidence)) != bool(by_hand > grader.abstain):
        off.append("the choice")
    if expected_points(grader, confidence) != by_hand:
        off.append("expected points")
    if off:
        points = (grader.correct, grader.abstain, grader.wrong)
        code = f"from theory.grading.graders import Grader\ngrader = Grader{points!r}"
        _fail("Sec. 4.2 (answer iff confident)", off, terms, f"{code}\nconfidence = {confidence!r}")


def assert_brier_identity(
    confidence: Number,
    correct: bool,
    average: Callable[[Number, bool], Number] = target_averaged_score,
) -> None:
    r"""Check that the target-averaged score is y - (y - q)^2, integrating exactly (extension X6).

    .. math:: 2 \int_0^q (1 - t)\,y - t\,(1 - y)\; dt

    Raises
    ------
    StatementViolation
        If the value differs; floats by more than 1e-14, four roundings of numbers up to 1.
    """
    q = confidence
    integral = 2 * q - q * q if correct else -q * q
    value = average(q, correct)
    allowed = 1e-14 if isinstance(q, float) else 0
    if not size(value - integral) <= allowed:
        terms = {"integral": integral, "value": value}
        _fail("X6 (Brier)", ["value"], terms, f"confidence, correct = {q!r}, {correct}")


def _fail(title: str, off: list[str], terms: dict[str, Any], code: str) -> None:
    message = f"{title}: off are {', '.join(off)}.\nTerms:\n{list_terms(terms)}\nTo rebuild it:\n"
    raise StatementViolation(message + code, terms)
