"""CSV as Arrow batches of text: Arrow reads it; where Arrow stumbles, row by row, the row to blame.

The rules are those of RFC 4180: UTF-8 with or without a mark, lines that end in LF or CRLF, blank
lines skipped, each row with as many values as the header, quotes closed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from hallucination_theory.inputs.limits import MIB, RECORD
from hallucination_theory.inputs.opened import Source
from hallucination_theory.tables.wanted import Wanted
from theory.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow

BLOCK = 16 * MIB
"""Bytes that Arrow parses at a time; a single row must fit."""
ROWS = 10_000
"""Rows that the slow reader hands on at a time."""


def csv_batches(source: Source, wanted: Wanted) -> Iterator[Iterator[pyarrow.RecordBatch]]:
    """Yield ways to read the wanted columns as text, the fast one first."""
    found = wanted.among(next(_rows(source), []), source)
    if not _odd_quotes(source):
        yield _by_arrow(source, found)
    yield _row_by_row(source, found)


def _by_arrow(source: Source, found: list[str]) -> Iterator[pyarrow.RecordBatch]:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    with arrow_csv.open_csv(
        source.path,
        arrow_csv.ReadOptions(block_size=BLOCK),
        arrow_csv.ParseOptions(newlines_in_values=True, delimiter=delimiter(source)),
        arrow_csv.ConvertOptions(
            include_columns=found, column_types=dict.fromkeys(found, pa.string())
        ),
    ) as reader:
        yield from reader


def _row_by_row(source: Source, found: list[str]) -> Iterator[pyarrow.RecordBatch]:
    import pyarrow as pa

    rows = _rows(source)
    header = next(rows)
    places = [header.index(name) for name in found]
    kept = ([row[place] for place in places] for row in rows)
    while part := list(islice(kept, ROWS)):
        columns = [pa.array(column, pa.string()) for column in zip(*part, strict=True)]
        yield pa.record_batch(columns, names=found)


def header(source: Source) -> list[str]:
    """Return the names in the first row."""
    return next(_rows(source), [])


def delimiter(source: Source) -> str:
    """Return what separates values: tabs in files that say so by their suffix, else commas."""
    return "\t" if source.suffix in {".tsv", ".tab"} else ","


def _odd_quotes(source: Source) -> bool:
    # Arrow takes all that follows an unclosed quote for one value and says nothing.
    with source.path.open("rb") as file:
        return sum(part.count(b'"') for part in iter(lambda: file.read(MIB), b"")) % 2 == 1


def _rows(source: Source) -> Iterator[list[str]]:
    """Yield the header and the data rows; each has as many values as the header."""
    with source.path.open(encoding="utf-8-sig", newline="") as file:
        csv.field_size_limit(RECORD)
        lines = iter(lambda: file.readline(RECORD), "")
        reader = csv.reader(lines, delimiter=delimiter(source), strict=True)
        row = -1
        width = 0
        try:
            for values in reader:
                if not values:
                    continue
                row += 1
                width = width or len(values)
                if len(values) != width:
                    raise InvalidInput(
                        f"each row of {source}",
                        f"{width} values, like the header",
                        len(values),
                        where=f"data row {row} (line {reader.line_num})",
                    )
                yield values
        except csv.Error as error:
            raise InvalidInput(
                f"the file {source}",
                "well-formed CSV",
                str(error),
                where=f"data row {row + 1} (it ends in line {reader.line_num})",
            ) from error
        except UnicodeDecodeError as error:
            raise _not_utf8(source) from error


def _not_utf8(source: Source) -> InvalidInput:
    start = 0
    with source.path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                at = error.start
                return InvalidInput(
                    f"the text of {source}",
                    "UTF-8",
                    f"the byte 0x{line[at]:02x}",
                    where=f"line {number} (byte {start + at} of the file)",
                    remedy="save it as UTF-8",
                )
            start += len(line)
    raise AssertionError("only called for files that do not decode")
