"""What stated confidences are worth: ECE, Brier score, risk and coverage, answers above t."""

from __future__ import annotations

from typing import Any

import numpy as np

from hallucination_theory.logs.records import ABSTAIN, CORRECT, WRONG, EvalLog
from hallucination_theory.scores.settings import Settings
from hallucination_theory.scores.tally import tally, target_rows
from theory.calibration import expected_calibration_error
from theory.confidence_targets import brier_score, risk_coverage

MAX_CURVE_POINTS = 200
"""Points of a risk-coverage curve kept in the report."""


def confidence_report(log: EvalLog, settings: Settings) -> dict[str, Any] | None:
    """Return ECE, Brier score and risk-coverage of attempted answers with a confidence."""
    q = log.readings.confidence
    attempted = np.isin(log.kind, (CORRECT, WRONG))
    if q is None or not (attempted & ~np.isnan(q)).any():
        return None
    used = attempted & ~np.isnan(q)
    confidence, correct = q[used], log.kind[used] == CORRECT
    curve = risk_coverage(confidence, correct)
    step = -(-len(curve.confidence) // MAX_CURVE_POINTS)
    kept = slice((len(curve.confidence) - 1) % step, None, step)  # so that full coverage is kept
    return {
        "n": int(used.sum()),
        "n_attempted_without": int((attempted & np.isnan(q)).sum()),
        "ece": expected_calibration_error(confidence, correct),
        "ece_bins": "10 of equal width",
        "brier": brier_score(confidence, correct),
        "aurc": curve.area,
        "risk_coverage": {
            "confidence": curve.confidence[kept].tolist(),
            "coverage": curve.coverage[kept].tolist(),
            "risk": curve.risk[kept].tolist(),
        },
        "targets_if_answered_above_t": _if_answered_above(log, settings),
    }


def _if_answered_above(log: EvalLog, settings: Settings) -> list[dict[str, Any]]:
    q = log.readings.confidence
    rows = []
    for t in settings.targets:
        # Written so that nan, no confidence, does not count as sure.
        unsure = np.isin(log.kind, (CORRECT, WRONG)) & ~(np.asarray(q) > t)
        kind = np.where(unsure, ABSTAIN, log.kind).astype(np.int8)
        counts = tally(EvalLog(log.readings, kind, log.recognition), settings.treatment)
        rows += target_rows(
            counts, [t], confidence_level=settings.confidence_level, seed=settings.seed
        )
    return rows
