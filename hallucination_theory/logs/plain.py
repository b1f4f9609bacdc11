"""Plain tables: ``question, outcome``, or ``answer, target``; ``confidence`` if there is one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from hallucination_theory.inputs.json_text import located
from hallucination_theory.inputs.opened import Source
from hallucination_theory.inputs.words import quoted, shown
from hallucination_theory.logs.answers import final_texts
from hallucination_theory.logs.compare import is_right
from hallucination_theory.logs.confidences import in_unit, without_percent_sign
from hallucination_theory.logs.labels import ReadOptions, choose, kinds_of_labels
from hallucination_theory.logs.recogniser import Recogniser
from hallucination_theory.logs.records import CORRECT, NO_ANSWER, WRONG, Kinds, Readings
from hallucination_theory.tables.formats import column_names
from hallucination_theory.tables.read import read_table
from hallucination_theory.tables.table import Table
from theory.arrays import BoolArray, FloatArray, IntArray
from theory.errors import InvalidInput
from theory.grading import require_target

ALIASES = {
    "question": {"prompt", "problem", "query", "input", "doc_id", "sample_id"},
    "outcome": {
        "grade",
        "is_correct",
        "correct",
        "verdict",
        "label",
        "result",
        "judgement",
        "score",
    },
    "answer": {
        "response",
        "prediction",
        "predicted_answer",
        "model_answer",
        "output",
        "completion",
    },
    "target": {"gold", "reference", "expected", "ideal", "correct_answer", "ground_truth", "label"},
    "confidence": {"conf", "probability", "certainty"},
}
"""Our column -> names that other tools give it, for the map that a complaint proposes."""
COLUMNS = (
    *("question", "id", "outcome", "answer", "target", "answerable"),
    *("confidence", "epoch", "t", "task", "subset"),
)

IDK = "I don't know"
"""The target of a question that the file calls unanswerable."""


def read_plain(source: Source, options: ReadOptions, recogniser: Recogniser) -> Readings:
    """Read a CSV, JSON lines or Parquet file.

    Columns: ``outcome`` (a label), or ``answer`` and ``target`` (one or a list), compared as
    :mod:`hallucination_theory.logs.compare` says; ``question`` (or ``id``) names the question,
    otherwise the row number does; where ``answerable`` is false, or the target is an abstention, to
    abstain is right; optional ``confidence``, ``epoch``, ``task``, ``subset`` (a part of the data
    that is reported for itself) and ``t``, the target stated.

    Raises
    ------
    InvalidInput
        If the file is malformed, a label is unknown, a target is missing, tasks are mixed, or a
        confidence or a target is out of range, naming the row.
    """
    table = _one_task(_table(source, options), options)
    answers, certain = _answers(table, options)
    unanswerable = ~table.booleans("answerable") if "answerable" in table else None
    if "outcome" in table:
        verdict, has_idk = _labels(table, options)
        notes: tuple[str, ...] = ()
    else:
        targets = _targets(table, unanswerable)
        verdict, notes = _compared(answers, targets, options)
        has_idk = False
        unanswerable = _without_answer(targets, unanswerable, recogniser)
    for row, kind in enumerate(certain):
        if kind is not None and ("outcome" not in table or verdict[row] != CORRECT):
            verdict[row] = kind
    question, names = _questions(table)
    confidence, scale = _confidence(table)
    subset, subsets = table.filled("subset").codes("subset") if "subset" in table else (None, ())
    return Readings(
        source=str(source),
        reader=f"table of {len(verdict):,} rows, {_basis(table)}",
        question=question,
        names=names,
        verdict=verdict,
        label_has_idk=has_idk,
        answer=answers if "answer" in table else None,
        epoch=_epochs(table) if "epoch" in table else None,
        confidence=confidence,
        stated=_stated(table) if "t" in table else None,
        unanswerable=unanswerable,
        subset=subset,
        subset_names=subsets,
        target=table.arrow.column("target") if "target" in table else None,
        notes=notes + scale,
    )


def _answers(table: Table, options: ReadOptions) -> tuple[list[str | None], list[int | None]]:
    if "answer" not in table:
        return [], []
    given = [_text(v, "answer", table, row) or "" for row, v in enumerate(_values(table, "answer"))]
    return final_texts(given, options.answer_pattern)


def _table(source: Source, options: ReadOptions) -> Table:
    """Read our columns under the names that the file gives them; say which map would fit."""
    there = column_names(source)
    theirs = {name: options.columns.get(name, name) for name in COLUMNS}
    ours = {column: name for name, column in theirs.items()}
    found = {ours[column] for column in there if column in ours}
    if not ("outcome" in found or {"answer", "target"} <= found):
        raise _no_map(source, there, found)
    optional = tuple(column for name, column in theirs.items() if name not in options.columns)
    table = read_table(source, tuple(options.columns.values()), optional)
    names = [ours[column] for column in table.arrow.column_names]
    return replace(table, arrow=table.arrow.rename_columns(names))


def _no_map(source: Source, there: list[str], found: set[str]) -> InvalidInput:
    guess = {
        name: column
        for name, words in ALIASES.items()
        for column in there
        if column.strip().lower().replace(" ", "_") in words and name not in found
    }
    given = ",".join(f"{name}={column}" for name, column in guess.items())
    remedy = (
        f"--columns {shown(given)!r} would read it so"
        if given
        else "--columns question=...,answer=...,target=... says which column is which"
    )
    received = shown(", ".join(there) or "none")
    if len(there) == 1 and ";" in received:
        remedy = "its values are separated by semicolons; save it with commas, or as .tsv with tabs"
    return InvalidInput(
        f"the columns of {source}", "outcome, or answer and target", received, remedy=remedy
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


def _labels(table: Table, options: ReadOptions) -> tuple[Kinds, bool]:
    index, labels = table.filled("outcome").codes("outcome")
    names = labels.to_pylist()
    counts = np.bincount(index, minlength=len(names)).tolist()
    known = kinds_of_labels(
        dict(zip(names, counts, strict=True)),
        options,
        place=lambda label: table.place(int(np.argmax(index == names.index(label)))),
    )
    kinds = np.array([known[name] for name in names], dtype=np.int8)
    return kinds[index], bool(np.isin(kinds, NO_ANSWER).any())


def _compared(
    answers: list[str | None], targets: list[list[str]], options: ReadOptions
) -> tuple[Kinds, tuple[str, ...]]:
    """Compare answers with targets."""
    kinds, n_normalised = [], 0
    for answer, aliases in zip(answers, targets, strict=True):
        right = answer is not None and is_right(answer, aliases, exact=options.exact)
        n_normalised += right and not is_right(answer, aliases, exact=True)
        kinds.append(CORRECT if right else WRONG)
    note = f"{n_normalised:,} answers equal their target after normalisation only"
    return np.array(kinds, dtype=np.int8), (note,) if n_normalised else ()


def _without_answer(
    targets: list[list[str]], given: BoolArray | None, recogniser: Recogniser
) -> BoolArray | None:
    """Tell where the file says so or the target itself is an abstention; None if nowhere."""
    distinct = list(dict.fromkeys(text for aliases in targets for text in aliases))
    found = recogniser.recognise_all(distinct)
    silent = {text for text, kind in zip(distinct, found, strict=True) if kind == "abstain"}
    if not silent:
        return given
    found_here = np.array([not silent.isdisjoint(aliases) for aliases in targets])
    return found_here if given is None else found_here | given


def _targets(table: Table, unanswerable: BoolArray | None) -> list[list[str]]:
    """Return the targets of each row; a question without an answer may lack its own."""
    given = _values(table, "target")
    if unanswerable is None:
        return [_aliases(target, table, row) for row, target in enumerate(given)]
    return [
        [IDK] if none else _aliases(target, table, row)
        for row, (target, none) in enumerate(zip(given, unanswerable.tolist(), strict=True))
    ]


def _aliases(target: Any, table: Table, row: int) -> list[str]:
    given = target if isinstance(target, list) else [target]
    texts = [_text(value, "target", table, row) for value in given]
    if not texts or not all(text is not None and text.strip() for text in texts):
        raise InvalidInput("target", "given in every row", "no value", where=table.place(row))
    return [text for text in texts if text is not None]


def _text(value: Any, name: str, table: Table, row: int) -> str | None:
    """Return one cell as text: a number as it is written, a truth value as true or false."""
    if isinstance(value, dict | list):
        allowed = "text, a number or a truth value" + (", or a list" if name == "target" else "")
        raise InvalidInput(name, allowed, quoted(value), where=table.place(row))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return None if math.isnan(value) else repr(int(value) if value.is_integer() else value)
    return None if value is None else str(value)


def _values(table: Table, name: str) -> list[Any]:
    values: list[Any] = table.arrow.column(name).to_pylist()
    return values


def _questions(table: Table) -> tuple[IntArray, Any]:
    for name in ("question", "id"):
        if name in table:
            return table.codes(name)
    return np.arange(len(table)), range(1, len(table) + 1)


def _confidence(table: Table) -> tuple[FloatArray | None, tuple[str, ...]]:
    """Confidences, nan where a row has none, and a note if they are percent."""
    if "confidence" not in table:
        return None, ()
    return in_unit(_numbers_or_nan(table, "confidence"), table.place)


def _numbers_or_nan(table: Table, name: str) -> FloatArray:
    import pyarrow as pa

    column = table.arrow.column(name)
    if pa.types.is_floating(column.type):
        return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
    filled = table.filled(name)
    index, labels = filled.codes(name)
    texts = [str(value) for value in labels.to_pylist()]
    given = np.flatnonzero(np.array([text.strip() != "" for text in texts])[index])
    plain = [without_percent_sign(text) for text in texts]
    if plain != texts:
        place = filled.arrow.column_names.index(name)
        column = pa.array(plain).take(pa.array(index))
        filled = replace(filled, arrow=filled.arrow.set_column(place, name, column))
    values = np.full(len(table), math.nan)
    values[given] = filled.take(given).numbers(name)
    return values


def _epochs(table: Table) -> IntArray:
    values = table.numbers("epoch")
    bad = np.flatnonzero(~((np.abs(values) < 2**53) & (values == np.rint(values))))
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
