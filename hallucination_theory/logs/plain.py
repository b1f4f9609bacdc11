"""Plain tables: ``question, outcome``, or ``answer, target``; ``confidence`` if there is one."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hallucination_theory.logs.json_text import located
from hallucination_theory.logs.labels import ReadOptions, choose, kind_of_label
from hallucination_theory.logs.recogniser import extract, normalise
from hallucination_theory.logs.records import (
    CORRECT,
    EMPTY,
    NO_ANSWER,
    UNPARSED,
    WRONG,
    Kinds,
    Readings,
)
from hallucination_theory.tables import arrays as tables
from theory.arrays import FloatArray, IntArray
from theory.errors import InvalidInput
from theory.grading import check_confidence, require_target

if TYPE_CHECKING:
    import pyarrow

COLUMNS = ("question", "id", "outcome", "answer", "target", "confidence", "epoch", "t", "task")


def read_plain(path: Path, options: ReadOptions) -> Readings:
    """Read a CSV, JSON lines or Parquet file.

    Columns: ``outcome`` (a label), or ``answer`` and ``target``, compared as text without case,
    surrounding marks and repeated blanks; ``question`` (or ``id``) names the question, otherwise
    the row number does; optional ``confidence``, ``epoch``, ``task`` and ``t``, the target stated.

    Raises
    ------
    InvalidInput
        If the file is malformed, a label is unknown, a target is missing, tasks are mixed, or a
        confidence or a target is out of range, naming the row.
    """
    table = _one_task(tables.read_table(path, (), COLUMNS), options, path)
    there = set(table.column_names)
    verdict, has_idk = _verdicts(table, options, path)
    question, names = _questions(table)
    return Readings(
        source=str(path),
        reader=f"table of {len(verdict):,} rows, {_basis(there)}",
        question=question,
        names=names,
        verdict=verdict,
        label_has_idk=has_idk,
        answer=[*_texts(table, "answer")] if "answer" in there else None,
        epoch=tables.numbers(table, "epoch").astype(np.int64) if "epoch" in there else None,
        confidence=_confidence(table) if "confidence" in there else None,
        stated=_stated(table) if "t" in there else None,
    )


def _basis(there: set[str]) -> str:
    return "column outcome" if "outcome" in there else "answer compared with target"


def _one_task(table: pyarrow.Table, options: ReadOptions, path: Path) -> pyarrow.Table:
    if "task" not in table.column_names:
        return table
    codes, labels = tables.codes(table, "task")
    names = [str(name) for name in labels.to_pylist()]
    chosen = choose("task", names, options.task, where=str(path), flag="--task")
    return table if len(names) == 1 else table.filter(codes == names.index(chosen))


def _verdicts(table: pyarrow.Table, options: ReadOptions, path: Path) -> tuple[Kinds, bool]:
    there = set(table.column_names)
    if "outcome" in there:
        return _labels(table, options)
    if {"answer", "target"} <= there:
        return _compared(table, options), False
    raise InvalidInput(
        f"the columns of {path}",
        "outcome, or answer and target",
        ", ".join(sorted(there)) or "none of them",
    )


def _labels(table: pyarrow.Table, options: ReadOptions) -> tuple[Kinds, bool]:
    index, labels = tables.codes(_without_nulls(table, "outcome"), "outcome")
    kinds = np.array(
        [
            kind_of_label(label, options, where=tables.place(table, int(np.argmax(index == i))))
            for i, label in enumerate(labels.to_pylist())
        ],
        dtype=np.int8,
    )
    return kinds[index], bool(np.isin(kinds, NO_ANSWER).any())


def _compared(table: pyarrow.Table, options: ReadOptions) -> Kinds:
    answers, targets = _texts(table, "answer"), _texts(table, "target")
    wanted = {text: normalise(text) for text in set(targets)}
    _require_targets(table, targets)
    given = {text: _extracted(text, options.answer_pattern) for text in set(answers)}
    kinds = [
        (CORRECT if given[answer] == wanted[target] else WRONG)
        if given[answer] is not None
        else (UNPARSED if answer.strip() else EMPTY)
        for answer, target in zip(answers, targets, strict=True)
    ]
    return np.array(kinds, dtype=np.int8)


def _require_targets(table: pyarrow.Table, targets: list[str]) -> None:
    if all(target.strip() for target in set(targets)):
        return
    row = next(i for i, target in enumerate(targets) if not target.strip())
    where = tables.place(table, row)
    raise InvalidInput("target", "given in every row", "no value", where=where)


def _extracted(answer: str, pattern: str | None) -> str | None:
    """Return the answer ready for comparison, or None if the pattern finds none in it."""
    found = extract(answer, pattern)
    return None if found is None else normalise(found)


def _questions(table: pyarrow.Table) -> tuple[IntArray, Any]:
    for name in ("question", "id"):
        if name in table.column_names:
            return tables.codes(table, name)
    rows = np.arange(table.num_rows)
    return rows, range(1, table.num_rows + 1)


def _confidence(table: pyarrow.Table) -> FloatArray:
    """Confidences; nan where a row has none."""
    values = _numbers_or_nan(table, "confidence")
    outside = (values < 0) | (values > 1)
    _require_rows(table, np.flatnonzero(outside), values, check_confidence)
    return values


def _numbers_or_nan(table: pyarrow.Table, name: str) -> FloatArray:
    import pyarrow as pa

    column = table.column(name)
    if pa.types.is_floating(column.type):
        return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
    filled = _without_nulls(table, name)
    index, labels = tables.codes(filled, name)
    given = np.flatnonzero(np.array([str(v).strip() != "" for v in labels.to_pylist()])[index])
    values = np.full(table.num_rows, math.nan)
    values[given] = tables.numbers(filled.take(given), name)
    return values


def _stated(table: pyarrow.Table) -> FloatArray:
    values = tables.numbers(table, "t")
    _require_rows(table, np.flatnonzero(~((values >= 0) & (values < 1))), values, require_target)
    return values


def _require_rows(
    table: pyarrow.Table, bad: IntArray, values: FloatArray, check: Callable[[Any], Any]
) -> None:
    if len(bad):
        located(check, float(values[bad[0]]), tables.place(table, int(bad[0])))


def _texts(table: pyarrow.Table, name: str) -> list[str]:
    """Return a column as text; an answer that is not there is an empty one."""
    values = table.column(name).to_pylist()
    return ["" if value is None else str(value) for value in values]


def _without_nulls(table: pyarrow.Table, name: str) -> pyarrow.Table:
    """Return the table with nulls of a column as empty text."""
    import pyarrow as pa

    column = table.column(name)
    if not column.null_count:
        return table
    text = column.cast(pa.string()).fill_null("")
    return table.set_column(table.column_names.index(name), name, text)
