"""What one or several logs show: scores, confidences, paired tests, behavioural calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from hallucination_theory.logs.recogniser import Recogniser
from hallucination_theory.logs.records import EvalLog, part_of
from hallucination_theory.scores.abstention import confidence_report
from hallucination_theory.scores.comparisons import behavioural_audit, paired_tests, stated_groups
from hallucination_theory.scores.findings import findings
from hallucination_theory.scores.human import Labels, human_report
from hallucination_theory.scores.intervals import METHODS
from hallucination_theory.scores.settings import Settings
from hallucination_theory.scores.tally import Tally, band, tally, target_rows
from hallucination_theory.scores.verdict import verdict

MOST_SUBSETS = 100
"""Subsets of a log in a report; the others are the smallest."""


def audit(
    logs: Sequence[EvalLog],
    recogniser: Recogniser,
    settings: Settings,
    labels: Sequence[Labels] | None = None,
) -> dict[str, Any]:
    """Return the whole report as one JSON-ready mapping; ``labels`` are people's, one set a log.

    Raises
    ------
    InvalidInput
        If logs that are to be compared asked different questions.
    """
    counted = [tally(log, settings.treatment) for log in logs]
    compared = [] if settings.separate else counted
    by_hand = labels or [{} for _ in logs]
    described = [
        _describe(counts, settings) | {"human": human_report(counts, given, settings)}
        for counts, given in zip(counted, by_hand, strict=True)
    ]
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
        "n_corrected": 0
        if log.uncorrected is None
        else int(np.count_nonzero(log.kind != log.uncorrected)),
        "targets": target_rows(counts, settings),
        "band": band(counts, settings),
        "subsets": _subsets(counts, settings),
        "confidence": confidence_report(counts, settings),
    }


def _subsets(counts: Tally, settings: Settings) -> list[dict[str, Any]]:
    """Return the rows of each part of the data that the log names, the largest first."""
    codes = counts.log.readings.subset
    if codes is None:
        return []
    sizes = np.bincount(codes)
    rows = []
    for code in np.argsort(-sizes, kind="stable")[:MOST_SUBSETS].tolist():
        here = codes == code
        part = Tally(part_of(counts.log, here, counts.log.stated_t), counts.column[here])
        if part.column.size:
            name = str(counts.log.readings.subset_names[code])
            rows.append({"name": name, "targets": target_rows(part, settings)})
    return rows
