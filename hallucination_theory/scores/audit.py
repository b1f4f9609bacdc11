"""What one or several logs show: scores, confidences, paired tests, behavioural calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from hallucination_theory.logs.recogniser import Recogniser
from hallucination_theory.logs.records import EvalLog
from hallucination_theory.scores.abstention import confidence_report
from hallucination_theory.scores.comparisons import behavioural_audit, paired_tests, stated_groups
from hallucination_theory.scores.findings import findings
from hallucination_theory.scores.intervals import METHODS
from hallucination_theory.scores.settings import Settings
from hallucination_theory.scores.tally import Tally, tally, target_rows
from hallucination_theory.scores.verdict import verdict


def audit(logs: Sequence[EvalLog], recogniser: Recogniser, settings: Settings) -> dict[str, Any]:
    """Return the whole report as one JSON-ready mapping.

    Raises
    ------
    InvalidInput
        If logs that are to be compared asked different questions.
    """
    counted = [tally(log, settings.treatment) for log in logs]
    compared = [] if settings.separate else counted
    described = [_describe(counts, settings) for counts in counted]
    found = findings(counted, described, settings)
    behavioural = [behavioural_audit(group, settings) for group in stated_groups(compared)]
    return {
        "verdict": verdict(found, behavioural, confidence_level=settings.confidence_level),
        "findings": found,
        "logs": described,
        "paired": paired_tests(compared, settings),
        "behavioural": behavioural,
        "recognised_as": recogniser.describe(),
        "counted_as": settings.treatment.table,
        "interval_methods": METHODS,
        "confidence_level": settings.confidence_level,
        "seed": settings.seed,
    }


def _describe(counts: Tally, settings: Settings) -> dict[str, Any]:
    log = counts.log
    return {
        "log": log.readings.source,
        "stated_t": log.stated_t,
        "read_as": log.readings.reader,
        "notes": list(log.readings.notes),
        "dataset": log.readings.dataset,
        "model": log.readings.model,
        "n_records": len(log.kind),
        "n_questions": int(np.count_nonzero(log.readings.repetitions())),
        "outcomes": log.counts(),
        "recogniser": asdict(log.recognition),
        "targets": target_rows(counts, settings),
        "confidence": confidence_report(counts, settings),
    }
