"""Intervals of one log's rates and scores, all with guaranteed coverage.

Counts come in the order of :data:`hallucination_theory.scores.settings.COLUMNS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hallucination_theory.scores.settings import Settings
from theory.arrays import Array, FloatArray, IntArray
from theory.confidence_targets import question_interval, score_interval
from theory.grading import Outcomes, confidence_target
from theory.intervals import proportion

METHODS = {
    "rates": "Clopper-Pearson",
    "score": "from Clopper-Pearson intervals of right and wrong answers, which share the error",
    "repeated questions": "betting on questions",
    "undetermined records": "between the worst and the best that they may be",
}
"""What each interval is, as the report says it. All have guaranteed coverage."""

N_ORDERS = 20
"""Random orders of the questions in which the gamblers of a mean bet."""

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


def share_of_attempted(
    total: IntArray, by_question: IntArray | None, settings: Settings
) -> Ends | None:
    """Return the interval of right of attempted alone; None if nothing was attempted."""
    if by_question is None:
        right, wrong, _, unknown = total.tolist()
        return _share(right, unknown, right + wrong + unknown, settings)
    right, wrong, _, unknown = by_question[by_question.any(axis=1)].T
    return over_questions(right, unknown, right + wrong + unknown, settings)


def _share(k: int, unknown: int, of: int, settings: Settings) -> Ends | None:
    if of == 0:
        return None
    level = settings.confidence_level
    low, high = (proportion(x, of, confidence_level=level) for x in (k, k + unknown))
    return [low.low, high.high]


def _exact(total: IntArray, settings: Settings) -> Intervals:
    right, wrong, abstained, unknown = total.tolist()
    n, level = int(total.sum()), settings.confidence_level
    of = ((right, n), (wrong, n), (abstained, n), (right, right + wrong + unknown))
    shares = [_share(k, unknown, m, settings) for k, m in of]
    outcomes = Outcomes(right, wrong, abstained + unknown)
    scores = [
        score_interval(outcomes, t, undetermined=unknown, confidence_level=level)
        for t in settings.targets
    ]
    return Intervals(dict(zip(RATES, shares, strict=True)), [[s.low, s.high] for s in scores])


def _over_questions(by_question: IntArray, settings: Settings) -> Intervals:
    right, wrong, abstained, unknown = by_question.T
    records, attempted = by_question.sum(axis=1), right + wrong + unknown
    rates_of = ((right, records), (wrong, records), (abstained, records), (right, attempted))
    shares = [over_questions(known, unknown, of, settings) for known, of in rates_of]
    scores = []
    for t in settings.targets:
        # In normal form an answer earns 1 or 0 and an abstention t.
        ends = over_questions(right + t * abstained, unknown, records, settings) or []
        scores.append([(x - t) / (1 - t) for x in ends])
    return Intervals(dict(zip(RATES, shares, strict=True)), scores)


def over_questions(known: Array, unknown: Array, of: Array, settings: Settings) -> Ends | None:
    """Return the interval of a share of repeated questions; None if it is undefined.

    ``known`` holds what the determined records of each question add, ``of`` how many records
    count, ``unknown`` how many of these are undetermined.
    """
    if not of.any():
        return None
    most = of.max()
    found = question_interval(
        known / most,
        (known + unknown) / most,
        of / most,
        orders=random_orders(len(of), rng=settings.seed),
        confidence_level=settings.confidence_level,
    )
    return [found.low, found.high]


def random_orders(n: int, *, rng: np.random.Generator | int) -> IntArray:
    """Return the orders of n questions in which the gamblers of a mean bet, a row each."""
    rows = np.tile(np.arange(n), (N_ORDERS, 1))
    return np.random.default_rng(rng).permuted(rows, axis=1)
