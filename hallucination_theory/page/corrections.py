"""Corrections by hand: a file that says what a record is, whatever log and recogniser say.

It is a table (.csv, .jsonl, .parquet), one row a record, with the columns

``question``
    what the log calls the question, or ``sha256:`` and the hash of that, if it is long;
``kind``
    one of correct, wrong, abstain, refusal, empty, unparsed, unscored, unclear;
``log``, ``epoch``, ``t``
    the log's file, the repetition, the target stated to the model: as far as the question alone
    does not tell the record. An empty cell says nothing.

Other columns are not read. The page of ``score --report`` writes such a file.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from hallucination_theory.inputs.words import quoted, shown
from hallucination_theory.logs.records import ABSTAIN, CORRECT, KINDS, EvalLog
from hallucination_theory.tables.read import read_table
from hallucination_theory.tables.table import Table
from theory.errors import InvalidInput

LONGEST = 200
"""Characters of a question's name beyond which its hash stands for it."""
HASHED = "sha256:"

Place = tuple[int, int]
"""Position of a log, position of a record in it."""


@dataclass(frozen=True)
class Row:
    """What one row of the file says."""

    question: str
    kind: int
    log: str
    epoch: float | None
    t: float | None
    where: str


def key_of(question: str) -> str:
    """Return what stands for a question in the page's file of corrections.

    Examples
    --------
    >>> key_of("q1"), key_of("x" * 300)[:14]
    ('q1', 'sha256:0d4e2ca')
    """
    if len(question) <= LONGEST and not question.startswith(HASHED):
        return question
    return HASHED + hashlib.sha256(question.encode("utf-8", "surrogatepass")).hexdigest()


def file_names(logs: Sequence[EvalLog]) -> list[str]:
    """Return what the page's file of corrections calls each log: its name without folders.

    With folders if another log has the same name.
    """
    sources = [log.readings.source for log in logs]
    short = {source: Path(source).name for source in set(sources)}
    names = list(short.values())
    return [short[s] if names.count(short[s]) == 1 else s for s in sources]


def corrected(logs: Sequence[EvalLog], path: Path) -> list[EvalLog]:
    """Return the logs with the kinds that the page's file of corrections gives to records.

    Raises
    ------
    InvalidInput
        If the file is no such table, a kind is unknown, a row names no record or several, or two
        rows contradict each other.
    """
    given = labels_of(logs, path)
    kinds = [log.kind.copy() for log in logs]
    for (i, row), kind in given.items():
        kinds[i][row] = kind
    return [_with(log, kind, path) for log, kind in zip(logs, kinds, strict=True)]


def _with(log: EvalLog, kind: Any, path: Path) -> EvalLog:
    n = int(np.count_nonzero(kind != log.kind))
    note = f"{n:,} {'record counts' if n == 1 else 'records count'} otherwise by {shown(path.name)}"
    readings = replace(log.readings, notes=(*log.readings.notes, note))
    return replace(log, readings=readings, kind=kind, uncorrected=log.kind)


def labels_of(logs: Sequence[EvalLog], path: Path) -> dict[Place, int]:
    """Return the kind that the page's file of corrections gives to each record it names.

    An abstention is correct where the question has no answer.

    Raises
    ------
    InvalidInput
        As for :func:`corrected`.
    """
    rows = _rows(read_table(path, ("question", "kind"), ("log", "epoch", "t"), text=True))
    places = _places(logs, {row.question for row in rows})
    found: dict[Place, int] = {}
    for row in rows:
        place = _place(row, places[row.question], logs)
        none = logs[place[0]].readings.unanswerable
        right = none is not None and none[place[1]] and row.kind == ABSTAIN
        kind = CORRECT if right else row.kind
        if found.setdefault(place, kind) != kind:
            received = f"{KINDS[found[place]]} and {KINDS[kind]}"
            what = f"the kind of question {quoted(row.question)}"
            raise InvalidInput(what, "one kind a record", received, where=row.where)
    return found


def _rows(table: Table) -> list[Row]:
    columns = {
        name: [value or "" for value in table.arrow.column(name).to_pylist()]
        if name in table
        else [""] * len(table)
        for name in ("question", "kind", "log", "epoch", "t")
    }
    return [
        Row(
            question,
            _kind(kind, table.place(i)),
            log,
            _number("epoch", epoch, table.place(i)),
            _number("t", t, table.place(i)),
            table.place(i),
        )
        for i, (question, kind, log, epoch, t) in enumerate(zip(*columns.values(), strict=True))
    ]


def _kind(text: str, where: str) -> int:
    if text.strip().lower() not in KINDS:
        raise InvalidInput("kind", f"one of {', '.join(KINDS)}", quoted(text), where=where)
    return KINDS.index(text.strip().lower())


def _number(name: str, text: str, where: str) -> float | None:
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError as error:
        raise InvalidInput(name, "a number", quoted(text), where=where) from error


def _places(logs: Sequence[EvalLog], wanted: set[str]) -> dict[str, list[Place]]:
    """Return where each wanted question stands."""
    places: dict[str, list[Place]] = defaultdict(list)
    for i, log in enumerate(logs):
        names = (str(name) for name in log.readings.names)
        keys = {code: key for code, name in enumerate(names) if (key := key_of(name)) in wanted}
        rows = np.flatnonzero(np.isin(log.readings.question, list(keys)))
        for row in rows.tolist():
            places[keys[int(log.readings.question[row])]].append((i, row))
    return places


def _place(row: Row, places: Sequence[Place], logs: Sequence[EvalLog]) -> Place:
    fitting = [place for place in places if _fits(row, place, logs)]
    if len(fitting) != 1:
        raise InvalidInput(
            f"question {quoted(row.question)}", "one record of the logs",
            f"{len(fitting) or 'none'} of them", where=row.where,
            remedy="log, epoch and t tell records of one question apart" if fitting else "",
        )  # fmt: skip
    return fitting[0]


def _fits(row: Row, place: Place, logs: Sequence[EvalLog]) -> bool:
    log, record = logs[place[0]], place[1]
    epoch = log.readings.epoch
    source = log.readings.source
    return (
        row.log in {"", source, Path(source).name}
        and (row.t is None or row.t == log.stated_t)
        and (row.epoch is None or row.epoch == (1 if epoch is None else epoch[record]))
    )
