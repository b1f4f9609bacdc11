"""Four ways to get confidence targets wrong, each with the numbers it changes (Sec. 4.2)."""

from __future__ import annotations

from theory.grading.graders import confidence_target, expected_points
from theory.grading.outcomes import Outcomes
from theory.grading.published import SIMPLEQA
from theory.grading.targets import penalty
from theory.results import Mistake


def pitfalls(
    *, t: float = 0.75, confidence: float = 0.7, verdict: str = "invalid", wanted: str = "valid"
) -> list[Mistake]:
    """Return the known mistakes of graders at a target t, a confidence below it, and a verdict.

    Raises
    ------
    InvalidInput
        If t is outside [0, 1) or the confidence outside [0, 1].

    Examples
    --------
    >>> [bool(p.right > 0) == bool(p.wrong > 0) for p in pitfalls()]
    [False, False, False, False]
    """
    careful, guesser = SIMPLEQA["gpt-5-thinking-mini"], SIMPLEQA["o4-mini"]
    grader, q, L = confidence_target(t), confidence, penalty(t)
    sure = (1 + t) / 2  # above any target
    confused = [Outcomes(e.correct, e.wrong + e.abstained, 0) for e in (careful, guesser)]
    return [
        Mistake(
            "t on a scale of 0-100 compared with a confidence in (0, 1)",
            f"answer at confidence {float(sure):g}, t = {float(t):g}?",
            sure > 100 * t,
            True,
        ),
        Mistake(
            '"I don\'t know" counted as wrong',
            f"score of the careful model minus the guesser's on SimpleQA, t = {float(t):g}",
            grader.score(confused[0]) - grader.score(confused[1]),
            grader.score(careful) - grader.score(guesser),
        ),
        Mistake(
            "penalty multiplied by the confidence",
            f"points expected from answering at confidence {float(q):g}, t = {float(t):g}",
            q - (1 - q) * q * L,
            expected_points(grader, q),
        ),
        Mistake(
            "verdict read by a substring test",
            f'is the verdict "{verdict}" taken for "{wanted}"?',
            wanted in verdict,
            verdict == wanted,
        ),
    ]
