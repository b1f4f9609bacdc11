"""Count one log, and score the counts at confidence targets: five numbers, each with an interval.

A log is counted once; every part of the report starts from its :class:`Tally`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from hallucination_theory.logs.records import EvalLog
from hallucination_theory.scores.intervals import (
    RATES,
    Ends,
    intervals,
    points,
    rates,
    share_of_attempted,
)
from hallucination_theory.scores.settings import COLUMNS, Settings, Treatment
from theory.arrays import BoolArray, FloatArray, IntArray
from theory.errors import InvalidInput
from theory.grading import Outcomes, penalty


@dataclass(frozen=True, eq=False)
class Tally:
    """One log and where each of its records counts.

    Attributes
    ----------
    log : EvalLog
        The log.
    column : ndarray of int, shape (n,)
        Position in :data:`COLUMNS` of each record.
    """

    log: EvalLog
    column: IntArray

    @cached_property
    def total(self) -> IntArray:
        """Records in each column, shape (4,)."""
        return np.bincount(self.column, minlength=len(COLUMNS))

    @cached_property
    def by_question(self) -> IntArray:
        """Records of each question in each column, shape (names, 4); rows of 0 for absent ones."""
        n = len(self.log.readings.names)
        flat = self.log.readings.question * len(COLUMNS) + self.column
        return np.bincount(flat, minlength=n * len(COLUMNS)).reshape(n, len(COLUMNS))

    @property
    def outcomes(self) -> Outcomes:
        """Counts for graders: undetermined records earn what an abstention does, 0 points."""
        right, wrong, abstained, undetermined = self.total.tolist()
        return Outcomes(right, wrong, abstained + undetermined)

    def question_scores(self, t: float) -> FloatArray:
        """Mean points of each question at target t, shape (names,); nan for absent ones."""
        size = self.by_question.sum(axis=1)
        sums = self.by_question @ points(t)
        means: FloatArray = np.full(len(size), np.nan)
        np.divide(sums, size, out=means, where=size > 0)
        return means


def tally(log: EvalLog, treatment: Treatment) -> Tally:
    """Count a log.

    Raises
    ------
    InvalidInput
        If no record has a verdict: nothing is known then.
    """
    counts = Tally(log, treatment.codes[log.kind])
    if counts.total[COLUMNS.index("undetermined")] == len(counts.column):
        raise InvalidInput(
            f"the log {log.name}",
            "one with a verdict on some record",
            f"{len(counts.column)} records without one",
            remedy="--count unscored=wrong, or unparsed, or unclear, counts them",
        )
    return counts


def target_rows(counts: Tally, settings: Settings) -> list[dict[str, Any]]:
    """Return one flat mapping per target: the five metrics and their intervals.

    A metric that is undefined (accuracy on attempted items when none was attempted) is None.
    """
    found = intervals(counts.total, _by_question(counts), settings)
    n, shares = int(counts.total.sum()), rates(counts.total)
    undetermined = int(counts.total[3]) / n
    rows = []
    for t, interval in zip(settings.targets, found.scores, strict=True):
        score = float(counts.total @ points(t)) / n
        row: dict[str, Any] = {"t": t, "penalty": penalty(t), "n": n}
        row |= {"score": score, "score_interval": interval}
        for name in RATES:
            row[name] = None if np.isnan(shares[name]) else float(shares[name])
            row[f"{name}_interval"] = found.rates[name]
        row["undetermined_rate"] = undetermined
        row["score_range"] = [score - penalty(t) * undetermined, score + undetermined]
        rows.append(row)
    return rows


def band(counts: Tally, settings: Settings) -> dict[str, Ends | None]:
    """Return the intervals of the rates of right and of wrong answers, which hold together.

    The score at any t lies between right_low - L wrong_high and right_high - L wrong_low, at all t
    at once with the confidence level.
    """
    level = 1 - (1 - settings.confidence_level) / 2
    both = replace(settings, confidence_level=level, targets=[])
    found = intervals(counts.total, _by_question(counts), both)
    return {"right": found.rates["accuracy"], "wrong": found.rates["error_rate"]}


def _by_question(counts: Tally) -> IntArray | None:
    return counts.by_question if counts.log.readings.repeated else None


Share = list[Any] | None
"""A share and the ends of its interval; None if it is a share of nothing."""


def share(
    counts: Tally,
    hit: BoolArray,
    among: BoolArray,
    settings: Settings,
    *,
    unknown: BoolArray | None = None,
) -> Share:
    """Return the share of hits among some records, with its interval.

    Records that are undetermined, or ``unknown``, may be hits or not; the share is that of the
    others. Repeated questions count by question.
    """
    right, wrong, abstained, undetermined = range(len(COLUMNS))
    open_ = counts.column == undetermined
    if unknown is not None:
        open_ |= unknown
    column = np.where(open_, undetermined, np.where(hit, right, wrong))
    part = replace(counts, column=np.where(among, column, abstained))
    ends = share_of_attempted(part.total, _by_question(part), settings)
    return None if ends is None else [float(rates(part.total)["accuracy_attempted"]), ends]
