"""Users' tables: read the wanted columns, then get them as validated NumPy arrays.

``read_table`` chooses the reader by the file's suffix; ``numbers``, ``exact_numbers``,
``booleans`` and ``codes`` turn a column into an array or say which row is wrong. Rows are counted
from 1 and the header is not a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hallucination_theory.tables import formats
from hallucination_theory.tables.wanted import Wanted
from theory.arrays import Array, BoolArray, FloatArray, IntArray
from theory.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow

# No more than three digits of exponent: Fraction("1e999999999") would fill the memory.
NUMBER = re.compile(r"[+-]?(\d+/\d+|(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?)")
TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def read_table(
    path: str | Path,
    required: Sequence[str],
    optional: Sequence[str] = (),
    *,
    text: bool = False,
) -> pyarrow.Table:
    """Read the wanted columns of a CSV, JSON lines or Parquet file.

    Parameters
    ----------
    path : str or Path
        File whose suffix is .csv, .jsonl, .ndjson, .json (one object a line) or .parquet.
    required, optional : sequence of str
        Columns to read; others are not read. An optional one that is absent is left out.
    text : bool, keyword-only
        Read all values as text, so that :func:`exact_numbers` sees the digits in the file. A binary
        float of a Parquet file becomes the shortest decimal that stands for it.

    Returns
    -------
    pyarrow.Table
        At least one row. CSV has no types, so its columns are text; an empty cell is empty text.
        No nulls in the required columns.

    Raises
    ------
    InvalidInput
        If the file is missing, empty, malformed, not UTF-8 or not what its name says; if a required
        column is missing, occurs twice or has a null.
    MissingExtra
        If pyarrow (extra ``files``) is not installed.
    """
    path = Path(path)
    table = formats.read(path, Wanted(tuple(required), tuple(optional)), text=text)
    if table.num_rows == 0:
        raise InvalidInput(
            f"the file {path}", "a table with at least one row", "a table without rows"
        )
    table = table.replace_schema_metadata({"file": str(path)})
    for name in required:
        _complete(table, name)
    if text:
        for position, name in enumerate(table.column_names):
            table = table.set_column(position, name, texts(table, name))
    return table


def place(table: pyarrow.Table, row: int) -> str:
    """Say where a row (counted from 0) is: ``"data row 3 of model.csv"``."""
    return f"data row {row + 1} of {table.schema.metadata[b'file'].decode()}"


def take(table: pyarrow.Table, rows: IntArray) -> pyarrow.Table:
    """Return some rows of a table, by position."""
    import pyarrow as pa

    # From the memory itself, for the reason told in `to_numpy`.
    memory = pa.py_buffer(np.ascontiguousarray(rows, dtype=np.int64))
    return table.take(pa.Array.from_buffers(pa.int64(), len(rows), [None, memory]))


def to_numpy(column: pyarrow.ChunkedArray, dtype: str) -> Array:
    """Return a column of numbers or truth values, without nulls, as one NumPy array.

    It looks at Arrow's memory itself: Arrow's own conversion imports pandas, which takes longer
    than all that ``check`` does with a million rows.
    """
    parts = [
        np.frombuffer(chunk.buffers()[1], dtype, count=chunk.offset + len(chunk))[chunk.offset :]
        for chunk in column.cast(dtype).chunks
        if len(chunk)
    ]
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, dtype), *parts])


def numbers(table: pyarrow.Table, name: str) -> FloatArray:
    """Return a column as float64, shape (rows,); text such as ``1/3`` is a number too.

    Raises
    ------
    InvalidInput
        If a value is missing or not a number.
    """
    import pyarrow as pa

    column = _complete(table, name)
    # Arrow rounds decimals wrongly (0.1 becomes 0.09999999999999999) and takes dates for numbers.
    fast = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    if fast or pa.types.is_string(column.type):
        try:
            return to_numpy(column, "float64")
        except pa.ArrowInvalid:
            # Blanks around a number, fractions, and what is no number at all.
            pass
    return exact_numbers(table, name).astype(np.float64)


def exact_numbers(table: pyarrow.Table, name: str) -> Array:
    """Return a column as Fractions, shape (rows,): decimals and fractions such as ``1/3`` exactly.

    Raises
    ------
    InvalidInput
        If a value is missing or not a finite number.
    """
    values, index = _parsed(table, name, "a number such as 0.25 or 1/4", _fraction)
    return np.array([*values, None], dtype=object)[index]


def booleans(table: pyarrow.Table, name: str) -> BoolArray:
    """Return a column of true/false, yes/no or 1/0 (in any case of letters), shape (rows,).

    Raises
    ------
    InvalidInput
        If a value is missing or anything else.
    """
    import pyarrow as pa

    column = _complete(table, name)
    if pa.types.is_boolean(column.type):
        return to_numpy(column, "uint8").astype(bool)
    values, index = _parsed(table, name, "true/false, yes/no or 1/0", _truth)
    return np.array(values, dtype=bool)[index]


def codes(table: pyarrow.Table, name: str) -> tuple[IntArray, pyarrow.Array]:
    """Number the distinct values of a column in order of appearance.

    Returns
    -------
    codes : ndarray of int, shape (rows,)
        Position of each row's value among the distinct ones.
    labels : pyarrow.Array
        The distinct values.

    Raises
    ------
    InvalidInput
        If a value is missing or is a list or an object.
    """
    return _encoded(table, name, _complete(table, name))


def texts(table: pyarrow.Table, name: str) -> pyarrow.ChunkedArray:
    """Return a column as Arrow text (string or large_string), whatever its type.

    Raises
    ------
    InvalidInput
        If it holds lists or objects.
    """
    import pyarrow as pa

    column = _plain(table.column(name))
    if pa.types.is_large_string(column.type):
        return column
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise _wrong_type(table, name, column) from error


def _encoded(table: pyarrow.Table, name: str, column: Any) -> tuple[IntArray, pyarrow.Array]:
    import pyarrow as pa

    try:
        encoded = column.dictionary_encode().unify_dictionaries()
    except pa.ArrowNotImplementedError as error:
        raise _wrong_type(table, name, column) from error
    index = pa.chunked_array([chunk.indices for chunk in encoded.chunks])
    return to_numpy(index, "int64"), encoded.chunk(0).dictionary


def _parsed(
    table: pyarrow.Table, name: str, allowed: str, parse: Callable[[str], Any]
) -> tuple[list[Any], IntArray]:
    """Parse each distinct value once; return the results and each row's position among them."""
    _complete(table, name)
    index, labels = _encoded(table, name, texts(table, name))
    values = []
    for position, label in enumerate(labels.to_pylist()):
        try:
            values.append(parse(label.strip()))
        except ValueError as error:
            row = int(np.argmax(index == position))
            raise InvalidInput(name, allowed, repr(label), where=place(table, row)) from error
    return values, index


def _complete(table: pyarrow.Table, name: str) -> Any:
    """Return a column without dictionary encoding; complain about the first null."""
    column = _plain(table.column(name))
    if column.null_count:
        row = int(np.argmax(to_numpy(column.is_null(), "uint8")))
        raise InvalidInput(name, "given in every row", "no value", where=place(table, row))
    return column


def _plain(column: Any) -> Any:
    # A dictionary from a file may hold labels that no row uses, a label twice, and nulls.
    import pyarrow as pa

    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _wrong_type(table: pyarrow.Table, name: str, column: Any) -> InvalidInput:
    file = table.schema.metadata[b"file"].decode()
    return InvalidInput(f"{name} of {file}", "text or numbers", f"values of type {column.type}")


def _fraction(text: str) -> Fraction:
    if not NUMBER.fullmatch(text):
        raise ValueError(text)
    try:
        return Fraction(text)
    except ZeroDivisionError as error:
        raise ValueError(text) from error


def _truth(text: str) -> bool:
    try:
        return TRUTH[text.lower()]
    except KeyError as error:
        raise ValueError(text) from error
