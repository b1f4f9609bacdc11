"""Two logs on the same questions, and one model at several stated targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import combinations, groupby, pairwise
from typing import Any

import numpy as np

from hallucination_theory.logs.records import EvalLog
from hallucination_theory.scores.abstention import false_abstention
from hallucination_theory.scores.intervals import over_questions
from hallucination_theory.scores.resampling import holm, sign_flip_test
from hallucination_theory.scores.settings import COLUMNS, Settings
from hallucination_theory.scores.tally import Tally
from theory.arrays import BoolArray, IntArray
from theory.confidence_targets import score_matrix
from theory.errors import InvalidInput
from theory.intervals import proportion

TEST = "two-sided sign-flip permutation test of a - b, 9,999 resamples"


def paired_tests(logs: Sequence[Tally], settings: Settings) -> list[dict[str, Any]]:
    """Compare every two logs that state the same target (or none), at each target."""
    rows: list[dict[str, Any]] = []
    for first, other in combinations(logs, 2):
        if first.log.stated_t != other.log.stated_t:
            continue
        here, there = _matched(_questions(first), _questions(other), first.log, other.log, settings)
        for t in settings.targets:
            a, b = first.question_scores(t)[here], other.question_scores(t)[there]
            test = sign_flip_test(a, b, rng=settings.seed)
            names = {"a": first.log.name, "b": other.log.name, "t": t}
            rows.append(names | asdict(test) | {"test": TEST})
    adjusted = holm([row["p_value"] for row in rows]).tolist()
    return [
        row | {"p_holm": p, "n_tests": len(rows)} for row, p in zip(rows, adjusted, strict=True)
    ]


def shared_questions(logs: Sequence[Tally], settings: Settings) -> list[IntArray]:
    """Return the positions of the questions that all logs ask, in one order.

    Raises
    ------
    InvalidInput
        If the logs asked different questions and may not be compared on those in common.
    """
    tables = [_questions(counts) for counts in logs]
    for other, table in zip(logs[1:], tables[1:], strict=True):
        _matched(tables[0], table, logs[0].log, other.log, settings)
    common = [key for key in tables[0] if all(key in table for table in tables)]
    if not common:
        raise InvalidInput("the logs", "with questions in common to all", f"{len(logs)} without")
    return [np.array([table[key] for key in common]) for table in tables]


def _questions(counts: Tally) -> dict[str, int]:
    """Name -> code of each question that the log asks."""
    names = counts.log.readings.names
    return {str(names[i]): i for i in np.flatnonzero(counts.log.readings.repetitions()).tolist()}


def _matched(
    a: Mapping[Any, int], b: Mapping[Any, int], first: EvalLog, other: EvalLog, settings: Settings
) -> tuple[IntArray, IntArray]:
    """Return the positions in both logs of what they share; complain if they share too little."""
    datasets = [log.readings.dataset for log in (first, other)]
    if all(datasets) and datasets[0] != datasets[1]:
        what = f"the datasets of {first.name} and {other.name}"
        raise InvalidInput(what, "the same", " and ".join(datasets))
    shared = [key for key in a if key in b]
    if not shared or (not settings.common and (len(shared) < len(a) or len(shared) < len(b))):
        only = next(iter((a.keys() - b.keys()) or (b.keys() - a.keys())))
        raise InvalidInput(
            f"the questions of {first.name} and {other.name}",
            "the same",
            f"{len(a)} and {len(b)} questions with {len(shared)} in common, {only!r} in one only",
            remedy="--common compares on those in common" if shared else "",
        )
    return np.array([a[key] for key in shared]), np.array([b[key] for key in shared])


def stated_groups(logs: Sequence[Tally]) -> list[list[Tally]]:
    """Find sets of parts that asked the same model at different stated targets."""
    stated = [counts for counts in logs if counts.log.stated_t is not None]
    files = [list(g) for _, g in groupby(stated, key=lambda c: c.log.readings.source)]
    groups = [parts for parts in files if len(parts) > 1]
    if not groups and len({c.log.stated_t for c in stated}) == len(stated) > 1:
        groups = [sorted(stated, key=lambda c: c.log.stated_t or 0.0)]
    return groups


def behavioural_audit(parts: Sequence[Tally], settings: Settings) -> dict[str, Any]:
    """Audit behavioural calibration: each question asked at several stated targets."""
    targets = [part.log.stated_t for part in parts]
    matrix = score_matrix([part.outcomes for part in parts], targets)
    return {
        "logs": [part.log.name for part in parts],
        "targets": targets,
        "score_of_row_at_column": matrix.tolist(),
        "stating_t_scores_best_at_t": [
            bool(matrix[j, j] >= matrix[:, j].max()) for j in range(len(parts))
        ],
        "withdrawn": [_withdrawn(a, b, settings) for a, b in pairwise(parts)],
        "false_abstention": [
            _false_abstention(parts[0], part, settings) for part in parts[1:] if targets[0] == 0
        ],
    }


def _false_abstention(base: Tally, part: Tally, settings: Settings) -> dict[str, Any]:
    """Abstentions at a target where the same question was answered rightly at t = 0."""
    here, there = _matched(_records(base), _records(part), base.log, part.log, settings)
    return false_abstention(base, part, here, there, settings)


def _withdrawn(low: Tally, high: Tally, settings: Settings) -> dict[str, Any]:
    """Answers given at one target and withdrawn at the next: right in [t_low, t_high] of cases."""
    here, there = _matched(_records(low), _records(high), low.log, high.log, settings)
    before, after = low.column[here], high.column[there]
    right, wrong, abstained = (COLUMNS.index(c) for c in ("correct", "wrong", "abstained"))
    gone = np.isin(before, (right, wrong)) & (after == abstained)
    back = (before == abstained) & np.isin(after, (right, wrong))
    t_low, t_high = (part.log.stated_t or 0.0 for part in (low, high))
    row: dict[str, Any] = {
        "t_low": t_low,
        "t_high": t_high,
        "n_withdrawn": int(gone.sum()),
        "n_answered_only_above": int(back.sum()),
        "accuracy": None,
        "accuracy_interval": None,
        "compatible": None,
    }
    if not gone.any():
        return row
    n_right = int((gone & (before == right)).sum())
    start, end = _interval(low, here[gone], n_right, before[gone] == right, settings)
    return row | {
        "accuracy": n_right / row["n_withdrawn"],
        "accuracy_interval": [start, end],
        "compatible": start <= t_high and end >= t_low,
    }


def _interval(
    counts: Tally, records: IntArray, n_right: int, is_right: BoolArray, settings: Settings
) -> list[float]:
    if not counts.log.readings.repeated:
        e = proportion(n_right, len(records), confidence_level=settings.confidence_level)
        return [e.low, e.high]
    question = counts.log.readings.question[records]
    _, place, of = np.unique(question, return_inverse=True, return_counts=True)
    return over_questions(np.bincount(place, is_right), 0 * of, of, settings) or []


def _records(counts: Tally) -> dict[Any, int]:
    """(Question, repetition) -> position of the record."""
    r = counts.log.readings
    epoch = np.ones(len(r.question), int) if r.epoch is None else r.epoch
    names = [str(r.names[i]) for i in r.question.tolist()]
    return {key: i for i, key in enumerate(zip(names, epoch.tolist(), strict=True))}
