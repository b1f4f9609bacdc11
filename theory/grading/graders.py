"""Graders: points for a correct answer, an abstention and a wrong answer; when to answer (Sec. 4).

Paper: arXiv:2509.04664v1, Sec. 4.1-4.2. Every function takes floats or Fractions; fields of
:class:`~theory.grading.outcomes.Outcomes` may be arrays, one entry per test-taker.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from theory.arrays import Number
from theory.errors import InvalidInput
from theory.grading.outcomes import Outcomes
from theory.grading.targets import check_confidence, penalty


@dataclass(frozen=True)
class Grader:
    """A table of points: what correct answers, abstentions and wrong answers earn (Sec. 4).

    Any table will do in which a correct answer earns more than a wrong one.

    Raises
    ------
    InvalidInput
        If a value is not finite, or ``correct`` does not exceed ``wrong``.
    """

    correct: Any
    abstain: Any
    wrong: Any
    name: str = "user table"

    def __post_init__(self) -> None:
        for field in ("correct", "abstain", "wrong"):
            value = getattr(self, field)
            if not -float("inf") < value < float("inf"):
                raise InvalidInput(f"points for {field}", "finite", repr(value))
        if not self.correct > self.wrong:
            raise InvalidInput(
                "points for a correct answer",
                f"more than those for a wrong one ({self.wrong})",
                self.correct,
            )

    def score(self, outcomes: Outcomes) -> Any:
        """Mean points per question; one value, or one per test-taker."""
        points = self.correct * outcomes.correct + self.wrong * outcomes.wrong
        return (points + self.abstain * outcomes.abstained) / outcomes.total


BINARY = Grader(1, 0, 0, name="binary")
"""Accuracy: 1 for correct, 0 for wrong and for "I don't know" (Sec. 4.1); confidence target 0."""

WILDBENCH_LIKE = Grader(Fraction(19, 2), Fraction(7, 2), Fraction(11, 2), name="WildBench-like")
"""A 1-10 rubric: perfect 9-10, "I don't know" 3-4, a fair answer with hallucinations 5-6 (App. F).

The midpoints of the bands. A wrong answer earns more than an abstention.
"""


def confidence_target(t: Number) -> Grader:
    """Grader of "answer only if you are more than t confident" (Sec. 4.2).

    Correct 1, "I don't know" 0, wrong -t/(1 - t).

    Raises
    ------
    InvalidInput
        If t is outside [0, 1); t = 1 would make the penalty infinite.

    Examples
    --------
    >>> confidence_target(0.75).score(Outcomes(correct=6, wrong=1, abstained=3))
    0.3
    """
    return Grader(1, 0, -penalty(t), name=f"confidence target {t}")


def expected_points(grader: Grader, confidence: Any) -> Any:
    r"""Expected points of answering with a given confidence (Sec. 4.2).

    .. math:: q \cdot \text{correct} + (1 - q) \cdot \text{wrong};\quad
              \text{at target } t:\ (q - t)/(1 - t)

    Parameters
    ----------
    grader : Grader
        Points.
    confidence : number or ndarray
        q, the test-taker's probability in [0, 1] that its answer is correct.

    Raises
    ------
    InvalidInput
        If a confidence is outside [0, 1].

    Examples
    --------
    >>> expected_points(confidence_target(0.5), 0.75)
    0.5
    """
    check_confidence(confidence)
    return confidence * grader.correct + (1 - confidence) * grader.wrong


def indifference_confidence(grader: Grader) -> Number:
    r"""Confidence above which answering beats abstaining: the grader's target (Sec. 4.2).

    .. math:: t = \frac{\text{abstain} - \text{wrong}}{\text{correct} - \text{wrong}}

    Returns
    -------
    float or Fraction
        t itself for :func:`confidence_target`; below 0 if even a certainly wrong answer beats
        "I don't know"; 1 or more if answering never pays.

    Examples
    --------
    >>> indifference_confidence(Grader(correct=4, abstain=1, wrong=0))
    0.25
    """
    target: Number = (grader.abstain - grader.wrong) / (grader.correct - grader.wrong)
    return target


def optimal_answers(grader: Grader, confidence: Any) -> Any:
    """Tell at which confidences the optimal test-taker answers: q > t, strictly (Sec. 4.2).

    At q = t both choices earn the same; the rule abstains there.

    Raises
    ------
    InvalidInput
        If a confidence is outside [0, 1].

    Examples
    --------
    >>> [optimal_answers(confidence_target(0.5), q) for q in (0.2, 0.5, 0.7)]
    [False, False, True]
    """
    check_confidence(confidence)
    return confidence > indifference_confidence(grader)


def normal_form(grader: Grader) -> Grader:
    r"""Rescale a grader to correct 1, abstain t, wrong 0, which ranks alike (Nature version).

    .. math:: x \mapsto \frac{x - \text{wrong}}{\text{correct} - \text{wrong}};\quad
              \text{at target } t:\ (\text{score} + L)/(1 + L)

    Returns
    -------
    Grader
        Every decision and every ranking of test-takers is that of ``grader``; its scores are
        accuracy + t x abstention rate.

    Examples
    --------
    >>> normal_form(confidence_target(0.75)).abstain
    0.75
    """
    return Grader(1, indifference_confidence(grader), 0, name=f"{grader.name}, normal form")


def swap_penalty(a: Outcomes, b: Outcomes) -> Number | None:
    r"""Penalty at which two models swap ranks (Sec. 4.2).

    .. math:: L = \frac{\mathrm{acc}_b - \mathrm{acc}_a}{\mathrm{error}_b - \mathrm{error}_a}

    Returns
    -------
    float, Fraction or None
        The more accurate model leads below L, the one with fewer errors above it. None if one
        model leads (or both tie) at every penalty.

    Examples
    --------
    >>> swap_penalty(Outcomes(5, 0, 5), Outcomes(6, 4, 0))
    0.25
    """
    # Both differences times a.total x b.total, so that counts stay whole numbers.
    more_right = b.correct * a.total - a.correct * b.total
    more_wrong = b.wrong * a.total - a.wrong * b.total
    if more_right * more_wrong <= 0:
        return None
    odds: Number = more_right / more_wrong
    return odds
