"""What stated confidences are worth: ECE, Brier, AUROC, risk and coverage, answers above t."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from hallucination_theory.logs.records import ABSTAIN, CORRECT, WRONG, EvalLog
from hallucination_theory.scores.settings import Settings
from hallucination_theory.scores.tally import Tally, target_rows
from theory.arrays import BoolArray, FloatArray
from theory.calibration import expected_calibration_error
from theory.confidence_targets import brier_score, risk_coverage

MAX_CURVE_POINTS = 200
"""Points of a risk-coverage curve kept in the report."""


def confidence_report(counts: Tally, settings: Settings) -> dict[str, Any] | None:
    """Return ECE, Brier score, AUROC and risk-coverage of attempted answers with a confidence."""
    q, kind = counts.log.readings.confidence, counts.log.kind
    attempted = is_attempt(counts.log)
    if q is None or not (attempted & ~np.isnan(q)).any():
        return None
    used = attempted & ~np.isnan(q)
    confidence, correct = q[used], kind[used] == CORRECT
    curve = risk_coverage(confidence, correct)
    step = -(-len(curve.confidence) // MAX_CURVE_POINTS)
    kept = slice((len(curve.confidence) - 1) % step, None, step)  # so that full coverage is kept
    return {
        "n": int(used.sum()),
        "n_attempted_without": int((attempted & np.isnan(q)).sum()),
        "ece": expected_calibration_error(confidence, correct, n_bins=settings.ece_bins),
        "ece_bins": f"{settings.ece_bins} of equal width",
        "brier": brier_score(confidence, correct),
        "aurc": curve.area,
        "excess_aurc": curve.excess_area,
        "auroc": curve.auroc,
        "risk_coverage": {
            "confidence": curve.confidence[kept].tolist(),
            "coverage": curve.coverage[kept].tolist(),
            "risk": curve.risk[kept].tolist(),
        },
        "targets_if_answered_above_t": _if_answered_above(counts, q, attempted, settings),
    }


def is_attempt(log: EvalLog) -> BoolArray:
    """Tell the answers that are right or wrong; to abstain where that is right is no answer."""
    answered = np.isin(log.kind, (CORRECT, WRONG))
    none = log.readings.unanswerable
    return answered if none is None else answered & ~(none & (log.kind == CORRECT))


def _if_answered_above(
    counts: Tally, q: FloatArray, attempted: BoolArray, settings: Settings
) -> list[dict[str, Any]]:
    abstained = settings.treatment.codes[ABSTAIN]
    rows = []
    for t in settings.targets:
        # Written so that nan, no confidence, does not count as sure.
        column = np.where(attempted & ~(q > t), abstained, counts.column)
        rows += target_rows(replace(counts, column=column), replace(settings, targets=[t]))
    return rows
