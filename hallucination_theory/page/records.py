"""The records that moved a log's result, and why each counted as it did.

First what somebody or something other than the file decided, then the mistakes: those stated with
most confidence, then those on questions that another log answers rightly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hallucination_theory.inputs.words import shown
from hallucination_theory.logs.records import (
    ABSTAIN,
    CORRECT,
    EMPTY,
    KINDS,
    NO_ANSWER,
    REFUSAL,
    UNCLEAR,
    WRONG,
    EvalLog,
)
from hallucination_theory.page.corrections import file_names, key_of
from hallucination_theory.scores.settings import Treatment
from theory.arrays import BoolArray, IntArray

LONGEST = 500
"""Characters of an answer's text on the page."""
READS = {
    ABSTAIN: "is an abstention",
    REFUSAL: "is a refusal",
    EMPTY: "is empty",
    UNCLEAR: "says that it does not know, and more",
}
"""What the recogniser says of a text."""


@dataclass(frozen=True)
class Record:
    """One record as the page shows it.

    Attributes
    ----------
    log, question, epoch, t
        What tells it in a file of corrections; None where it is not needed.
    title, text, expected : str
        Question, answer and accepted answers, cut, fit to be printed; None if the log has none.
    kind : str
        How it counts now.
    why : str
        Why.
    """

    log: str
    question: str
    epoch: int | None
    t: float | None
    title: str
    text: str | None
    expected: str | None
    kind: str
    why: str


@dataclass(frozen=True)
class Group:
    """Records that counted for one reason; ``n`` of them, the first few at hand."""

    title: str
    n: int
    records: list[Record]


def groups_of(logs: Sequence[EvalLog], treatment: Treatment, most: int) -> list[list[Group]]:
    """Return for each log its groups of records, none of them empty, at most so many of each."""
    files = file_names(logs)
    right = [_right_elsewhere(logs, i) for i in range(len(logs))]
    return [
        [
            Group(title, len(rows), [_record(log, name, int(r), treatment) for r in rows[:most]])
            for title, rows in _chosen(log, better)
            if len(rows)
        ]
        for log, name, better in zip(logs, files, right, strict=True)
    ]


def _chosen(log: EvalLog, right_elsewhere: BoolArray) -> Iterator[tuple[str, IntArray]]:
    """Yield titles and record numbers; each record stands in the first group that it fits."""
    graded = log.readings.verdict
    left = np.ones(len(log.kind), dtype=bool)
    certain = np.isin(log.kind, (CORRECT, WRONG, *NO_ANSWER))
    by_hand = log.kind != (log.kind if log.uncorrected is None else log.uncorrected)
    found = graded if log.recognised is None else log.recognised
    wrong = log.kind == WRONG
    for title, chosen in (
        ("corrected by hand", by_hand),
        ("counted otherwise than graded, because of the answer's text", log.kind != graded),
        ("not counted as right, wrong or abstained", ~certain),
        ("read as no answer, but graded correct", np.isin(found, NO_ANSWER) & (graded == CORRECT)),
        ("wrong, where another log is right", wrong & right_elsewhere),
        ("wrong", wrong),
    ):
        rows = np.flatnonzero(chosen & left)
        left[rows] = False
        yield title, _new_texts_first(log, _surest_first(log, rows))


def _new_texts_first(log: EvalLog, rows: IntArray) -> IntArray:
    """Put what is read for the first time before what repeats it."""
    answers = log.readings.answer
    if answers is None:
        return rows
    first: dict[str | None, int] = {}
    again = [first.setdefault(answers[i], i) != i for i in rows.tolist()]
    return rows[np.argsort(np.array(again, dtype=bool), kind="stable")]


def _surest_first(log: EvalLog, rows: IntArray) -> IntArray:
    q = log.readings.confidence
    if q is None:
        return rows
    return rows[np.argsort(-np.nan_to_num(q[rows], nan=-1.0), kind="stable")]


def _right_elsewhere(logs: Sequence[EvalLog], i: int) -> BoolArray:
    """Tell for each record of log i whether another log has its question right."""
    names = {
        str(log.readings.names[code])
        for j, log in enumerate(logs)
        if j != i and log.readings.source != logs[i].readings.source
        for code in np.unique(log.readings.question[log.kind == CORRECT]).tolist()
    }
    if not names:
        return np.zeros(len(logs[i].kind), dtype=bool)
    known = np.array([str(name) in names for name in logs[i].readings.names], dtype=bool)
    return known[logs[i].readings.question]


def _record(log: EvalLog, name: str, row: int, treatment: Treatment) -> Record:
    r = log.readings
    question = str(r.names[r.question[row]])
    text = None if r.answer is None else r.answer[row]
    kind = KINDS[log.kind[row]]
    return Record(
        log=name,
        question=key_of(question),
        epoch=int(r.epoch[row]) if r.epoch is not None and r.repeated else None,
        t=log.stated_t,
        title=_printed(question),
        text=None if text is None else _printed(text),
        expected=_expected(log, row),
        kind=kind,
        why=_why(log, row, treatment),
    )


def _expected(log: EvalLog, row: int) -> str | None:
    if log.readings.target is None:
        return None
    value = log.readings.target[row]
    value = value.as_py() if hasattr(value, "as_py") else value
    several = value if isinstance(value, list) else [value]
    return _printed(" | ".join(str(v) for v in several)) if value is not None else None


def _printed(text: str) -> str:
    """Return the text, cut in the middle, its lines kept, what a terminal would obey spelt out."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} \u2026 {text[-LONGEST // 2 :]}"
    return "\n".join(shown(line, LONGEST) for line in text.split("\n"))


def _why(log: EvalLog, row: int, treatment: Treatment) -> str:
    kind, graded = int(log.kind[row]), int(log.readings.verdict[row])
    column = treatment.table[KINDS[kind]]
    points = {"abstained": "0 points", "undetermined": "0 points, its outcome is not known"}
    counts = f"It counts as {column}" + (f" ({points[column]})." if column in points else ".")
    q = log.readings.confidence
    sure = f" Stated confidence: {q[row]:g}." if q is not None and q[row] == q[row] else ""
    return f"{_reason(log, row, kind, graded)} {counts}{sure}"


def _reason(log: EvalLog, row: int, kind: int, graded: int) -> str:
    if log.uncorrected is not None and log.uncorrected[row] != kind:
        return f"Corrected by hand: {KINDS[kind]}, before {KINDS[log.uncorrected[row]]}."
    if kind == CORRECT != graded:
        return "To abstain is right here, for the question has no answer."
    if kind != graded:
        return f"Graded {KINDS[graded]}; its text {READS.get(kind, 'decides')}."
    found = None if log.recognised is None else int(log.recognised[row])
    if graded == CORRECT and found in NO_ANSWER:
        return f"Its text {READS[found]}, but graded correct it stays correct."
    return f"Graded {KINDS[graded]} by the log." if graded != WRONG else "Graded wrong."
