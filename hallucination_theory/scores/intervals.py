"""Intervals of one log's rates and scores: exact for single questions, resampled for repeated ones.

Counts come in the order of :data:`hallucination_theory.scores.settings.COLUMNS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hallucination_theory.scores.resampling import bootstrap_questions
from hallucination_theory.scores.settings import Settings
from theory.arrays import Array, FloatArray, IntArray
from theory.confidence_targets import score_interval
from theory.grading import Outcomes, confidence_target
from theory.intervals import proportion

METHODS = {
    "rates": "Clopper-Pearson",
    "score": "profile likelihood (Clopper-Pearson at t = 0)",
    "repeated questions": "percentile bootstrap over questions (too narrow below about 30)",
}
"""What each interval is, as the report says it."""

RATES = ("accuracy", "error_rate", "abstention_rate", "accuracy_attempted")

Ends = list[float]


@dataclass(frozen=True)
class Intervals:
    """Ends of each rate (None where it is undefined) and of the score at each target."""

    rates: dict[str, Ends | None]
    scores: list[Ends]


def points(t: float) -> FloatArray:
    """Points of a record in each column at target t, shape (4,)."""
    grader = confidence_target(t)
    earned = [grader.correct, grader.wrong, grader.abstain, grader.abstain]
    return np.array(earned, dtype=np.float64)


def rates(counts: Array) -> dict[str, Any]:
    """Return the four rates of counts of shape (..., 4); nan where a rate is undefined."""
    right, wrong, abstained, undetermined = np.moveaxis(counts, -1, 0)
    outcomes = Outcomes(right, wrong, abstained + undetermined)
    return {
        "accuracy": outcomes.accuracy,
        "error_rate": outcomes.error_rate,
        "abstention_rate": abstained / outcomes.total,
        "accuracy_attempted": np.asarray(outcomes.accuracy_attempted),
    }


def intervals(total: IntArray, by_question: IntArray | None, settings: Settings) -> Intervals:
    """Return the intervals of one log; ``by_question`` only where questions are repeated."""
    if by_question is None:
        return _exact(total, settings)
    return _over_questions(by_question[by_question.any(axis=1)], settings)


def _exact(total: IntArray, settings: Settings) -> Intervals:
    right, wrong, abstained, undetermined = total.tolist()
    n, level = int(total.sum()), settings.confidence_level

    def share(k: int, of: int) -> Ends | None:
        if of == 0:
            return None
        estimate = proportion(k, of, confidence_level=level)
        return [estimate.low, estimate.high]

    shares = (share(right, n), share(wrong, n), share(abstained, n), share(right, right + wrong))
    outcomes = Outcomes(right, wrong, abstained + undetermined)
    scores = [score_interval(outcomes, t, confidence_level=level) for t in settings.targets]
    return Intervals(dict(zip(RATES, shares, strict=True)), [[s.low, s.high] for s in scores])


def _over_questions(by_question: IntArray, settings: Settings) -> Intervals:
    def statistic(totals: Array) -> FloatArray:
        weights = np.stack([points(t) for t in settings.targets], axis=1)
        scores = totals @ weights / totals.sum(axis=1, keepdims=True)
        return np.column_stack([*rates(totals).values(), scores])

    low, high = bootstrap_questions(
        by_question, statistic, rng=settings.seed, confidence_level=settings.confidence_level
    )
    ends = np.column_stack([low, high]).tolist()
    shares = [None if np.isnan(pair[0]) else pair for pair in ends[: len(RATES)]]
    return Intervals(dict(zip(RATES, shares, strict=True)), ends[len(RATES) :])
