"""Two logs on the same questions, and one model at several stated targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby, pairwise
from typing import Any

import numpy as np

from hallucination_theory.logs.records import EvalLog
from hallucination_theory.scores.resampling import sign_flip_test
from hallucination_theory.scores.settings import Settings
from hallucination_theory.scores.tally import COLUMNS, tally
from theory.arrays import FloatArray
from theory.confidence_targets import score_matrix
from theory.errors import InvalidInput
from theory.grading import confidence_target
from theory.intervals import proportion


def _points(log: EvalLog, settings: Settings, t: float) -> FloatArray:
    grader = confidence_target(t)
    by_column = np.array([grader.correct, grader.wrong, grader.abstain, grader.abstain])
    points: FloatArray = by_column.astype(float)[settings.treatment.codes][log.kind]
    return points


def _question_scores(log: EvalLog, settings: Settings, t: float) -> dict[Any, float]:
    """Mean points of each question, over its repetitions."""
    code, size = log.readings.question, len(log.readings.names)
    n = np.bincount(code, minlength=size)
    points = np.bincount(code, weights=_points(log, settings, t), minlength=size)
    return {str(log.readings.names[i]): float(points[i] / n[i]) for i in np.flatnonzero(n).tolist()}


def paired_tests(logs: Sequence[EvalLog], settings: Settings) -> list[dict[str, Any]]:
    """Compare the first log with each other one that states the same target (or none)."""
    rows = []
    for other in logs[1:]:
        first = next((x for x in logs if x.stated_t == other.stated_t), other)
        if first.readings.source == other.readings.source:
            continue
        _require_same_dataset(first, other)
        for t in settings.targets:
            a, b = (_question_scores(log, settings, t) for log in (first, other))
            shared = _shared(a, b, first, other, common=settings.common)
            test = sign_flip_test([a[k] for k in shared], [b[k] for k in shared], rng=settings.seed)
            rows.append(
                {"a": first.name, "b": other.name, "t": t}
                | asdict(test)
                | {"test": "two-sided sign-flip permutation test of a - b, 9,999 resamples"}
            )
    return rows


def _require_same_dataset(a: EvalLog, b: EvalLog) -> None:
    names = [log.readings.dataset for log in (a, b)]
    if all(names) and names[0] != names[1]:
        raise InvalidInput(
            f"the datasets of {a.name} and {b.name}", "the same", " and ".join(names)
        )


def _shared(a: Any, b: Any, first: EvalLog, other: EvalLog, *, common: bool) -> list[Any]:
    shared = [k for k in a if k in b]
    if not shared or (not common and (len(shared) < len(a) or len(shared) < len(b))):
        only = next(iter((a.keys() - b.keys()) or (b.keys() - a.keys())))
        raise InvalidInput(
            f"the questions of {first.name} and {other.name}",
            "the same",
            f"{len(a)} and {len(b)} questions with {len(shared)} in common, {only!r} in one only",
            remedy="--common compares on those in common" if shared else "",
        )
    return shared


def stated_groups(logs: Sequence[EvalLog]) -> list[list[EvalLog]]:
    """Find sets of parts that asked the same model at different stated targets."""
    stated = [log for log in logs if log.stated_t is not None]
    files = [list(g) for _, g in groupby(stated, key=lambda log: log.readings.source)]
    groups = [parts for parts in files if len(parts) > 1]
    if not groups and len({log.stated_t for log in stated}) == len(stated) > 1:
        groups = [sorted(stated, key=lambda log: log.stated_t or 0.0)]
    return groups


def behavioural_audit(parts: Sequence[EvalLog], settings: Settings) -> dict[str, Any]:
    """Audit behavioural calibration: each question asked at several stated targets."""
    targets = [part.stated_t for part in parts]
    counts = [tally(part, settings.treatment) for part in parts]
    matrix = score_matrix([c.outcomes for c in counts], targets)
    return {
        "logs": [part.name for part in parts],
        "targets": targets,
        "score_of_row_at_column": matrix.tolist(),
        "stating_t_scores_best_at_t": [
            bool(matrix[j, j] >= matrix[:, j].max()) for j in range(len(parts))
        ],
        "withdrawn": [_withdrawn(a, b, settings) for a, b in pairwise(parts)],
    }


def _withdrawn(low: EvalLog, high: EvalLog, settings: Settings) -> dict[str, Any]:
    """Answers given at one target and withdrawn at the next: right in [t_low, t_high] of cases."""
    _require_same_dataset(low, high)
    before, after = _columns(low, settings), _columns(high, settings)
    shared = _shared(before, after, low, high, common=settings.common)
    right, wrong, abstained = (COLUMNS.index(c) for c in ("correct", "wrong", "abstained"))
    gone = [before[k] for k in shared if after[k] == abstained and before[k] in (right, wrong)]
    back = [k for k in shared if before[k] == abstained and after[k] in (right, wrong)]
    row: dict[str, Any] = {
        "t_low": low.stated_t,
        "t_high": high.stated_t,
        "n_withdrawn": len(gone),
        "n_answered_only_above": len(back),
        "accuracy": None,
        "accuracy_interval": None,
        "compatible": None,
    }
    if not gone:
        return row
    e = proportion(gone.count(right), len(gone), confidence_level=settings.confidence_level)
    compatible = e.low <= (high.stated_t or 0) and e.high >= (low.stated_t or 0)
    return row | {
        "accuracy": e.value,
        "accuracy_interval": [e.low, e.high],
        "compatible": bool(compatible),
    }


def _columns(log: EvalLog, settings: Settings) -> dict[Any, int]:
    r = log.readings
    epoch = np.ones(len(log.kind), int) if r.epoch is None else r.epoch
    column = settings.treatment.codes[log.kind].tolist()
    names = [str(r.names[i]) for i in r.question.tolist()]
    return dict(zip(zip(names, epoch.tolist(), strict=True), column, strict=True))
