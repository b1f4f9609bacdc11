"""A user's table: the wanted columns of a file, each given as a validated NumPy array.

Rows are counted from 1 in complaints, and the header is not a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from hallucination_theory.inputs.words import quoted
from theory.arrays import Array, BoolArray, FloatArray, IntArray
from theory.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow

# ASCII digits only, in every format. No more than three digits of exponent:
# Fraction("1e999999999") would fill the memory.
NUMBER = re.compile(r"[+-]?(\d+/\d+|(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?)", re.ASCII)
DIGITS = 4000
"""Digits of a number; Python converts no more than 4,300."""
TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, eq=False)
class Table:
    """The wanted columns of a file.

    Attributes
    ----------
    file : str
        What the user calls the file.
    arrow : pyarrow.Table
        At least one row. Text is of one Arrow type, whatever it is in the file. CSV has no types,
        so its columns are text; an empty cell is empty text.
    """

    file: str
    arrow: pyarrow.Table

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def __contains__(self, name: str) -> bool:
        return name in self.arrow.column_names

    def place(self, row: int) -> str:
        """Say where a row (counted from 0) is: ``"data row 3 of model.csv"``."""
        return f"data row {row + 1} of {self.file}"

    def take(self, rows: IntArray) -> Table:
        """Return some rows, by position."""
        import pyarrow as pa

        # From the memory itself, for the reason told in `to_numpy`.
        memory = pa.py_buffer(np.ascontiguousarray(rows, dtype=np.int64))
        index = pa.Array.from_buffers(pa.int64(), len(rows), [None, memory])
        return replace(self, arrow=self.arrow.take(index))

    def filled(self, name: str) -> Table:
        """Return the table with nulls of a column as empty text."""
        import pyarrow as pa

        column = self.arrow.column(name)
        if not column.null_count:
            return self
        place = self.arrow.column_names.index(name)
        text = column.cast(pa.string()).fill_null("")
        return replace(self, arrow=self.arrow.set_column(place, name, text))

    def numbers(self, name: str) -> FloatArray:
        """Return a column as float64, shape (rows,); text such as ``1/3`` is a number too.

        Raises
        ------
        InvalidInput
            If a value is missing or not a number.
        """
        import pyarrow as pa

        column = self.complete(name)
        # Arrow rounds decimals wrongly (0.1 becomes 0.09999999999999999), takes dates for numbers.
        fast = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
        if fast or pa.types.is_string(column.type):
            try:
                return to_numpy(column, "float64")
            except pa.ArrowInvalid:
                # Blanks around a number, fractions, and what is no number at all.
                pass
        return self.exact_numbers(name).astype(np.float64)

    def exact_numbers(self, name: str) -> Array:
        """Return a column as Fractions, shape (rows,): decimals and fractions such as ``1/3``.

        Raises
        ------
        InvalidInput
            If a value is missing or not a finite number.
        """
        values, index = self._parsed(name, "a number such as 0.25 or 1/4", _fraction)
        return np.array([*values, None], dtype=object)[index]

    def booleans(self, name: str) -> BoolArray:
        """Return a column of true/false, yes/no or 1/0 (in any case of letters), shape (rows,).

        Raises
        ------
        InvalidInput
            If a value is missing or anything else.
        """
        import pyarrow as pa

        column = self.complete(name)
        if pa.types.is_boolean(column.type):
            return to_numpy(column, "uint8").astype(bool)
        values, index = self._parsed(name, "true/false, yes/no or 1/0", _truth)
        return np.array(values, dtype=bool)[index]

    def codes(self, name: str) -> tuple[IntArray, pyarrow.Array]:
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
        return self._encoded(name, self.complete(name))

    def texts(self, name: str) -> pyarrow.ChunkedArray:
        """Return a column as Arrow text (string or large_string), whatever its type.

        Raises
        ------
        InvalidInput
            If it holds lists or objects.
        """
        import pyarrow as pa

        column = self.arrow.column(name)
        if is_text(column.type):
            return column
        try:
            return column.cast(pa.string())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise self._wrong_type(name) from error

    def _encoded(self, name: str, column: Any) -> tuple[IntArray, pyarrow.Array]:
        import pyarrow as pa

        try:
            encoded = column.dictionary_encode().unify_dictionaries()
        except pa.ArrowNotImplementedError as error:
            raise self._wrong_type(name) from error
        index = pa.chunked_array([chunk.indices for chunk in encoded.chunks])
        return to_numpy(index, "int64"), encoded.chunk(0).dictionary

    def _parsed(
        self, name: str, allowed: str, parse: Callable[[str], Any]
    ) -> tuple[list[Any], IntArray]:
        """Parse each distinct value once; return the results and each row's place among them."""
        self.complete(name)
        index, labels = self._encoded(name, self.texts(name))
        values = []
        for position, label in enumerate(labels.to_pylist()):
            try:
                values.append(parse(label.strip()))
            except ValueError as error:
                where = self.place(int(np.argmax(index == position)))
                raise InvalidInput(name, allowed, quoted(label), where=where) from error
        return values, index

    def complete(self, name: str) -> Any:
        """Return a column; complain about the first null."""
        column = self.arrow.column(name)
        if column.null_count:
            where = self.place(int(np.argmax(to_numpy(column.is_null(), "uint8"))))
            raise InvalidInput(name, "given in every row", "no value", where=where)
        return column

    def _wrong_type(self, name: str) -> InvalidInput:
        received = f"values of type {self.arrow.column(name).type}"
        return InvalidInput(f"{name} of {self.file}", "text or numbers", received)


def is_text(kind: Any) -> bool:
    """Tell whether an Arrow type is text."""
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def to_arrow(texts: Sequence[str]) -> pyarrow.Array:
    """Return texts as an Arrow array, from the memory itself for the reason told in `to_numpy`."""
    import pyarrow as pa

    data = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, data)]).astype(np.int32)
    return pa.StringArray.from_buffers(len(data), pa.py_buffer(ends), pa.py_buffer(b"".join(data)))


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


def _fraction(text: str) -> Fraction:
    if len(text) > DIGITS or not NUMBER.fullmatch(text):
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
