"""CSV files as Arrow tables of text, read by Arrow.

Only where Arrow stumbles is the file read again, row by row, by a slower reader that knows which
row is to blame.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hallucination_theory.tables import wanted as columns
from theory.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow


def read_csv(path: Path, wanted: columns.Wanted) -> pyarrow.Table:
    """Read the wanted columns as text."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    found = wanted.among(next(_csv_rows(path)), path)
    if not _odd_quotes(path):
        try:
            return arrow_csv.read_csv(
                path,
                arrow_csv.ReadOptions(block_size=columns.BLOCK),
                arrow_csv.ParseOptions(newlines_in_values=True),
                arrow_csv.ConvertOptions(
                    include_columns=found, column_types=dict.fromkeys(found, pa.string())
                ),
            )
        except pa.ArrowInvalid:
            # The reader below either finds the row to blame or gets along without Arrow.
            pass
    rows = _csv_rows(path)
    header = next(rows)
    values = list(zip(*rows, strict=True)) or [()] * len(header)
    return pa.table({name: pa.array(values[header.index(name)], pa.string()) for name in found})


def _odd_quotes(path: Path) -> bool:
    # Arrow takes all that follows an unclosed quote for one value and says nothing.
    with path.open("rb") as file:
        return sum(part.count(b'"') for part in iter(lambda: file.read(1 << 20), b"")) % 2 == 1


def _csv_rows(path: Path) -> Iterator[list[str]]:
    """Yield the header and the data rows; each has as many values as the header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
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
                        f"each row of {path}",
                        f"{width} values, like the header",
                        len(values),
                        where=f"data row {row} (line {reader.line_num})",
                    )
                yield values
        except csv.Error as error:
            raise InvalidInput(
                f"the file {path}",
                "well-formed CSV",
                str(error),
                where=f"data row {row + 1} (it ends in line {reader.line_num})",
            ) from error
