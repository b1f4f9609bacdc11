"""What one or several logs show: scores, confidences, paired tests, behavioural calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from hallucination_theory.logs.recogniser import Recogniser
from hallucination_theory.logs.records import EvalLog
from hallucination_theory.scores.comparisons import behavioural_audit, paired_tests, stated_groups
from hallucination_theory.scores.confidences import confidence_report
from hallucination_theory.scores.settings import Settings
from hallucination_theory.scores.tally import tally, target_rows

INTERVALS = {
    "rates": "Clopper-Pearson",
    "score": "profile likelihood (Clopper-Pearson at t = 0)",
    "repeated questions": "percentile bootstrap over questions (too narrow below about 30)",
}


def audit(logs: Sequence[EvalLog], recogniser: Recogniser, settings: Settings) -> dict[str, Any]:
    """Return the whole report as one JSON-ready mapping.

    Raises
    ------
    InvalidInput
        If logs that are to be compared asked different questions.
    """
    compared = [] if settings.separate else logs
    return {
        "targets": [row for log in logs for row in _target_rows(log, settings)],
        "logs": [_describe(log, settings) for log in logs],
        "paired": paired_tests(compared, settings),
        "behavioural": [behavioural_audit(g, settings) for g in stated_groups(compared)],
        "recognised_as": recogniser.describe(),
        "counted_as": settings.treatment.table,
        "interval_methods": INTERVALS,
        "confidence_level": settings.confidence_level,
        "seed": settings.seed,
    }


def _target_rows(log: EvalLog, settings: Settings) -> list[dict[str, Any]]:
    rows = target_rows(
        tally(log, settings.treatment),
        settings.targets,
        confidence_level=settings.confidence_level,
        seed=settings.seed,
    )
    return [{"log": log.readings.source, "stated_t": log.stated_t} | row for row in rows]


def _describe(log: EvalLog, settings: Settings) -> dict[str, Any]:
    r = log.readings
    return {
        "log": r.source,
        "stated_t": log.stated_t,
        "read_as": r.reader,
        "dataset": r.dataset,
        "model": r.model,
        "n_records": len(log.kind),
        "n_questions": int(np.count_nonzero(r.repetitions())),
        "outcomes": log.counts(),
        "recogniser": asdict(log.recognition),
        "confidence": confidence_report(log, settings),
    }
