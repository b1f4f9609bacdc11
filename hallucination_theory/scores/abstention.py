"""Abstention: how it fared, and what abstaining below a stated confidence would have made of it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from hallucination_theory.logs.records import ABSTAIN, CORRECT, WRONG, EvalLog
from hallucination_theory.scores.intervals import rates
from hallucination_theory.scores.settings import COLUMNS, Settings
from hallucination_theory.scores.simultaneous import GRID
from hallucination_theory.scores.tally import Share, Tally, share, target_rows
from theory.arrays import BoolArray, FloatArray, IntArray
from theory.calibration import equal_width_bins, expected_calibration_error
from theory.confidence_targets import brier_score, risk_coverage

RIGHT, MISTAKE, ABSTAINED, UNDETERMINED = range(len(COLUMNS))
MAX_CURVE_POINTS = 200
"""Points of a risk-coverage curve kept in the report."""


def hallucination_rate(counts: Tally, settings: Settings) -> Share:
    """Return wrong / (wrong + abstained), with its interval; None if it is undefined."""
    wrong = counts.column == MISTAKE
    return share(counts, wrong, counts.column != RIGHT, settings)


def unanswerable_report(counts: Tally, settings: Settings) -> dict[str, Any] | None:
    """Return how often a log abstains where a question has no answer, and where it has one.

    To abstain is right where there is no answer, so such a record counts as right.
    """
    none = counts.log.readings.unanswerable
    if none is None or not none.any():
        return None
    abstained = counts.column == np.where(none, RIGHT, ABSTAINED)
    return {
        "n": int(none.sum()),
        "abstained": share(counts, abstained, none, settings),
        "n_answerable": int((~none).sum()),
        "answerable_abstained": share(counts, abstained, ~none, settings),
    }


def false_abstention(
    base: Tally, counts: Tally, here: IntArray, there: IntArray, settings: Settings
) -> dict[str, Any]:
    """Compare the abstentions at a stated target with the answers at target 0.

    Parameters
    ----------
    base, counts : Tally
        The same questions at target 0 and at a higher target.
    here, there : ndarray of int
        Positions of the same records in ``base`` and in ``counts``.
    settings : Settings
        Confidence level of the intervals.
    """
    before = np.full(len(counts.column), UNDETERMINED)
    before[there] = base.column[here]
    paired = np.zeros(len(counts.column), dtype=bool)
    paired[there] = True
    right, abstained = before == RIGHT, counts.column == ABSTAINED
    unknown = before == UNDETERMINED
    return {
        "t": counts.log.stated_t,
        "n_abstained": int((paired & abstained).sum()),
        "right_of_abstained": share(counts, right, paired & abstained, settings, unknown=unknown),
        "n_right_at_0": int((paired & right).sum()),
        "abstained_of_right": share(counts, abstained, paired & right, settings),
    }


def confidence_report(counts: Tally, settings: Settings) -> dict[str, Any] | None:
    """Return ECE, Brier score, AUROC and risk-coverage of attempted answers with a confidence."""
    q, attempted = counts.log.readings.confidence, is_attempt(counts.log)
    if q is None:
        return None
    used = attempted & ~np.isnan(q)
    if not used.any():
        return None
    confidence, correct = q[used], counts.log.kind[used] == CORRECT
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
        "reliability": _reliability(counts, q, used, settings),
        "rates_if_answered_above_t": _rates_above(
            counts, q, attempted, int(settings.treatment.codes[ABSTAIN])
        ),
        "targets_if_answered_above_t": _if_answered_above(counts, q, attempted, settings),
    }


def is_attempt(log: EvalLog) -> BoolArray:
    """Tell the answers over which the rate of mistakes is taken; a right abstention is none."""
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


def _rates_above(
    counts: Tally, confidence: FloatArray, attempted: BoolArray, abstained: int
) -> dict[str, list[float]]:
    """Return the rates at each t of a grid if only answers with confidence above t were given."""
    # The least t of the grid at which an answer is withheld; nan, no confidence, is never sure.
    place = np.where(np.isnan(confidence), 0, np.searchsorted(GRID, confidence, side="left"))
    first = np.where(attempted, place, len(GRID))
    flat = first * len(COLUMNS) + counts.column
    shape = len(GRID), len(COLUMNS)
    leaving = np.bincount(flat, minlength=math.prod(shape))[: math.prod(shape)].reshape(shape)
    gone = np.cumsum(leaving, axis=0)
    table = counts.total - gone
    table[:, abstained] += gone.sum(axis=1)
    found = rates(table)
    names = ("accuracy", "error_rate", "abstention_rate")
    return {"t": GRID.tolist()} | {name: found[name].tolist() for name in names}


def _reliability(
    counts: Tally, q: FloatArray, used: BoolArray, settings: Settings
) -> list[dict[str, Any]]:
    """Return each bin of equal width that holds answers: how sure, how often right, interval."""
    correct = counts.log.kind == CORRECT
    bins = np.zeros(len(q), dtype=np.int64)
    bins[used] = equal_width_bins(q[used], settings.ece_bins)
    rows = []
    for b in np.unique(bins[used]).tolist():
        here = used & (bins == b)
        found = share(counts, correct, here, settings)
        if found is not None:
            row = {"n": int(here.sum()), "confidence": float(q[here].mean())}
            rows.append(row | {"accuracy": found[0], "accuracy_interval": found[1]})
    return rows
