"""Score one log at confidence targets: five numbers per target, each with an interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hallucination_theory.logs.records import KINDS, EvalLog
from hallucination_theory.scores.resampling import bootstrap_questions
from theory.arrays import Array, FloatArray, IntArray
from theory.confidence_targets import score_interval
from theory.errors import InvalidInput
from theory.grading import Outcomes, confidence_target, penalty
from theory.intervals import proportion

COLUMNS = ("correct", "wrong", "abstained", "undetermined")
"""Where the kinds go; undetermined records earn 0 points and stay in every denominator."""

DEFAULT_TREATMENT = {
    "correct": "correct",
    "wrong": "wrong",
    "abstain": "abstained",
    "refusal": "abstained",
    "empty": "abstained",
    "unparsed": "undetermined",
    "unscored": "undetermined",
}
"""A refusal or an empty answer claims nothing, so it is no mistake. What an answer that nobody
could read or score would have earned is not known, so it is neither right nor wrong."""

METRICS = ("score", "accuracy", "error_rate", "abstention_rate", "accuracy_attempted")


@dataclass(frozen=True)
class Treatment:
    """How each kind of record counts.

    Raises
    ------
    InvalidInput
        If a kind or a column is unknown, or a change would touch right and wrong answers.
    """

    changes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        changeable = [k for k in KINDS if k not in {"correct", "wrong"}]
        for kind, column in self.changes.items():
            if kind not in changeable:
                raise InvalidInput(
                    "a kind of record", f"one of {', '.join(changeable)}", repr(kind)
                )
            if column not in COLUMNS[1:]:
                raise InvalidInput(
                    f"what {kind} counts as", f"one of {', '.join(COLUMNS[1:])}", repr(column)
                )

    @property
    def table(self) -> dict[str, str]:
        """Kind -> column."""
        return DEFAULT_TREATMENT | dict(self.changes)

    @property
    def codes(self) -> IntArray:
        """Position in :data:`COLUMNS` of each kind, shape (7,)."""
        return np.array([COLUMNS.index(self.table[kind]) for kind in KINDS])


@dataclass(frozen=True)
class Tally:
    """Counts of one log: per column, and per question where questions repeat."""

    total: IntArray
    per_question: Array | None

    @property
    def outcomes(self) -> Outcomes:
        """Counts for graders: undetermined records earn what an abstention does, 0 points."""
        right, wrong, abstained, undetermined = (int(v) for v in self.total)
        return Outcomes(right, wrong, abstained + undetermined)


def tally(log: EvalLog, treatment: Treatment) -> Tally:
    """Count the columns of a log."""
    column = treatment.codes[log.kind]
    question = log.readings.question
    total = np.bincount(column, minlength=len(COLUMNS))
    if log.readings.repetitions().max() == 1:
        return Tally(total, None)
    n_names = len(log.readings.names)
    flat = np.bincount(question * len(COLUMNS) + column, minlength=n_names * len(COLUMNS))
    table = flat.reshape(n_names, len(COLUMNS))
    return Tally(total, table[table.sum(axis=1) > 0])


def target_rows(
    counts: Tally, targets: Sequence[float], *, confidence_level: float, seed: int
) -> list[dict[str, Any]]:
    """Return one flat mapping per target: the five metrics and their intervals.

    A metric that is undefined (accuracy on attempted items when none was attempted) is None.
    """
    if counts.per_question is None:
        found = _exact(counts, targets, confidence_level)
    else:
        found = _bootstrap(counts.per_question, targets, confidence_level, seed)
    return [_row(counts, t, found[j]) for j, t in enumerate(targets)]


def _row(counts: Tally, t: float, intervals: Mapping[str, Any]) -> dict[str, Any]:
    values = _values(counts.total[np.newaxis], [t])[0]
    n = int(counts.total.sum())
    row: dict[str, Any] = {"t": t, "penalty": penalty(t), "n": n}
    # The score comes last in the columns of _values and first in the report.
    for name, value in zip(METRICS, np.roll(values, 1).tolist(), strict=True):
        row[name] = None if np.isnan(value) else value
        row[f"{name}_interval"] = intervals[name]
    row["undetermined_rate"] = int(counts.total[3]) / n
    row["score_range"] = [
        row["score"] - penalty(t) * row["undetermined_rate"],
        row["score"] + row["undetermined_rate"],
    ]
    return row


def _values(totals: Array, targets: Sequence[float]) -> FloatArray:
    """Accuracy, error rate, abstention rate, accuracy attempted, then the score at each target."""
    right, wrong, abstained, undetermined = totals.T
    outcomes = Outcomes(right, wrong, abstained + undetermined)
    rates = [outcomes.accuracy, outcomes.error_rate, abstained / outcomes.total]
    scores = [confidence_target(t).score(outcomes) for t in targets]
    return np.stack([*rates, outcomes.accuracy_attempted, *scores], axis=1)


def _exact(
    counts: Tally, targets: Sequence[float], confidence_level: float
) -> list[dict[str, Any]]:
    right, wrong, abstained, _ = (int(v) for v in counts.total)
    n = int(counts.total.sum())

    def share(k: int, of: int) -> list[float] | None:
        if of == 0:
            return None
        estimate = proportion(k, of, confidence_level=confidence_level)
        return [estimate.low, estimate.high]

    rates = {
        "accuracy": share(right, n),
        "error_rate": share(wrong, n),
        "abstention_rate": share(abstained, n),
        "accuracy_attempted": share(right, right + wrong),
    }
    scores = [
        score_interval(counts.outcomes, t, confidence_level=confidence_level) for t in targets
    ]
    return [rates | {"score": [s.low, s.high]} for s in scores]


def _bootstrap(
    per_question: Array, targets: Sequence[float], confidence_level: float, seed: int
) -> list[dict[str, Any]]:
    low, high = bootstrap_questions(
        per_question,
        lambda totals: _values(totals, targets),
        rng=seed,
        confidence_level=confidence_level,
    )
    pairs = [
        None if np.isnan(a) else [a, b] for a, b in zip(low.tolist(), high.tolist(), strict=True)
    ]
    rates = dict(zip(METRICS[1:], pairs[:4], strict=True))
    return [rates | {"score": pair} for pair in pairs[4:]]
