"""Plain tables: ``question, outcome``, or ``answer, target``; ``confidence`` if there is one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from hallucination_theory.inputs.json_text import located
from hallucination_theory.inputs.opened import Source
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
from hallucination_theory.tables.read import read_table
from hallucination_theory.tables.table import Table
from theory.arrays import FloatArray, IntArray
from theory.errors import InvalidInput
from theory.grading import check_confidence, require_target

COLUMNS = ("question", "id", "outcome", "answer", "target", "confidence", "epoch", "t", "task")


def read_plain(source: Source, options: ReadOptions) -> Readings:
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
    table = _one_task(read_table(source, (), COLUMNS), options)
    verdict, has_idk = _verdicts(table, options)
    question, names = _questions(table)
    return Readings(
        source=str(source),
        reader=f"table of {len(verdict):,} rows, {_basis(table)}",
        question=question,
        names=names,
        verdict=verdict,
        label_has_idk=has_idk,
        answer=_texts(table, "answer") if "answer" in table else None,
        epoch=_epochs(table) if "epoch" in table else None,
        confidence=_confidence(table) if "confidence" in table else None,
        stated=_stated(table) if "t" in table else None,
    )


def _basis(table: Table) -> str:
    return "column outcome" if "outcome" in table else "answer compared with target"


def _one_task(table: Table, options: ReadOptions) -> Table:
    if "task" not in table:
        return table
    codes, labels = table.codes("task")
    names = [str(name) for name in labels.to_pylist()]
    chosen = choose("task", names, options.task, where=table.file, flag="--task")
    return table if len(names) == 1 else table.take(np.flatnonzero(codes == names.index(chosen)))


def _verdicts(table: Table, options: ReadOptions) -> tuple[Kinds, bool]:
    if "outcome" in table:
        return _labels(table, options)
    if "answer" in table and "target" in table:
        return _compared(table, options), False
    raise InvalidInput(
        f"the columns of {table.file}",
        "outcome, or answer and target",
        ", ".join(sorted(table.arrow.column_names)) or "none of them",
    )


def _labels(table: Table, options: ReadOptions) -> tuple[Kinds, bool]:
    index, labels = table.filled("outcome").codes("outcome")
    kinds = np.array(
        [
            kind_of_label(label, options, where=table.place(int(np.argmax(index == i))))
            for i, label in enumerate(labels.to_pylist())
        ],
        dtype=np.int8,
    )
    return kinds[index], bool(np.isin(kinds, NO_ANSWER).any())


def _compared(table: Table, options: ReadOptions) -> Kinds:
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


def _require_targets(table: Table, targets: list[str]) -> None:
    if all(target.strip() for target in set(targets)):
        return
    row = next(i for i, target in enumerate(targets) if not target.strip())
    raise InvalidInput("target", "given in every row", "no value", where=table.place(row))


def _extracted(answer: str, pattern: str | None) -> str | None:
    """Return the answer ready for comparison, or None if the pattern finds none in it."""
    found = extract(answer, pattern)
    return None if found is None else normalise(found)


def _questions(table: Table) -> tuple[IntArray, Any]:
    for name in ("question", "id"):
        if name in table:
            return table.codes(name)
    return np.arange(len(table)), range(1, len(table) + 1)


def _confidence(table: Table) -> FloatArray:
    """Confidences; nan where a row has none."""
    values = _numbers_or_nan(table, "confidence")
    outside = (values < 0) | (values > 1)
    _require_rows(table, np.flatnonzero(outside), values, check_confidence)
    return values


def _numbers_or_nan(table: Table, name: str) -> FloatArray:
    import pyarrow as pa

    column = table.arrow.column(name)
    if pa.types.is_floating(column.type):
        return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
    filled = table.filled(name)
    index, labels = filled.codes(name)
    given = np.flatnonzero(np.array([str(v).strip() != "" for v in labels.to_pylist()])[index])
    values = np.full(len(table), math.nan)
    values[given] = filled.take(given).numbers(name)
    return values


def _epochs(table: Table) -> IntArray:
    values = table.numbers("epoch")
    bad = np.flatnonzero(~((np.abs(values) < 2**53) & (values == np.floor(values))))
    if len(bad):
        received, where = values[bad[0]], table.place(int(bad[0]))
        raise InvalidInput("epoch", "a whole number", received, where=where)
    return values.astype(np.int64)


def _stated(table: Table) -> FloatArray:
    values = table.numbers("t")
    _require_rows(table, np.flatnonzero(~((values >= 0) & (values < 1))), values, require_target)
    return values


def _require_rows(
    table: Table, bad: IntArray, values: FloatArray, check: Callable[[Any], Any]
) -> None:
    if len(bad):
        located(check, float(values[bad[0]]), table.place(int(bad[0])))


def _texts(table: Table, name: str) -> list[Any]:
    """Return a column as text; an answer that is not there is an empty one."""
    values = table.arrow.column(name).to_pylist()
    return ["" if value is None else str(value) for value in values]
