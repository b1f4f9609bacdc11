"""A log's rates by people's judgement, from a random sample of records that people labelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hallucination_theory.logs.records import EvalLog
from hallucination_theory.page.corrections import labels_of
from hallucination_theory.scores.intervals import random_orders
from hallucination_theory.scores.settings import COLUMNS, Settings
from hallucination_theory.scores.tally import Tally
from theory.arrays import IntArray
from theory.confidence_targets import prediction_powered_share
from theory.errors import InvalidInput
from theory.grading import penalty
from theory.intervals import Estimate

UNDETERMINED = COLUMNS.index("undetermined")

Labels = Mapping[int, int]
"""Position of a record -> the kind that people gave it."""


def human_labels(logs: Sequence[EvalLog], path: Path) -> list[Labels]:
    """Read the human labels by which scores are corrected for their judge.

    The file has the form of a file of corrections.

    Raises
    ------
    InvalidInput
        If the file is no such table, names no record, or several with one row; or a labelled log
        has repeated questions or corrections by hand.
    """
    labels: list[dict[int, int]] = [{} for _ in logs]
    for (i, row), kind in labels_of(logs, path).items():
        labels[i][row] = kind
    for log, given in zip(logs, labels, strict=True):
        if given and log.readings.repeated:
            what = f"the questions of {log.name}"
            raise InvalidInput(what, "asked once each, with --human", "repetitions")
        if given and log.uncorrected is not None:
            what = f"the log {log.name}"
            raise InvalidInput(what, "judged by --human or by --corrections, not by both", "both")
    return list(labels)


def human_report(counts: Tally, labels: Labels, settings: Settings) -> dict[str, Any] | None:
    """Return rates and scores by people's judgement; None without labels.

    The scores hold at all targets together: the intervals of the rates of right and of wrong
    answers share the error.
    """
    if not labels:
        return None
    rows = np.array(list(labels))
    theirs = settings.treatment.codes[np.array(list(labels.values()))]
    level = settings.confidence_level
    shares = {
        name: _share(counts, rows, theirs, COLUMNS.index(name), level, settings.seed)
        for name in ("correct", "wrong", "abstained")
    }
    both = [
        _share(counts, rows, theirs, column, 1 - (1 - level) / 2, settings.seed)
        for column in (COLUMNS.index("correct"), COLUMNS.index("wrong"))
    ]
    return {
        "n_labelled": len(rows),
        "n_agreed": int((counts.column[rows] == theirs).sum()),
        "right": _told(shares["correct"]),
        "wrong": _told(shares["wrong"]),
        "abstained": _told(shares["abstained"]),
        "targets": [_at(t, *both) for t in settings.targets],
    }


def _share(
    counts: Tally, rows: IntArray, theirs: IntArray, column: int, level: float, seed: int
) -> Estimate:
    unseen = np.delete(counts.column, rows)
    said = theirs == column
    return prediction_powered_share(
        int((unseen == column).sum()),
        len(unseen),
        counts.column[rows] == column,
        said,
        said | (theirs == UNDETERMINED),
        orders=random_orders(len(rows), rng=seed),
        confidence_level=level,
    )


def _told(share: Estimate) -> list[Any]:
    return [share.value, [share.low, share.high]]


def _at(t: float, right: Estimate, wrong: Estimate) -> dict[str, Any]:
    cost = float(penalty(t))
    return {
        "t": t,
        "score": right.value - cost * wrong.value,
        "score_interval": [right.low - cost * wrong.high, right.high - cost * wrong.low],
    }
