"""Read a user's table of any format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hallucination_theory.inputs.opened import Source, opened
from hallucination_theory.inputs.progress import step
from hallucination_theory.inputs.words import shown
from hallucination_theory.tables.formats import read_batches
from hallucination_theory.tables.table import Table
from hallucination_theory.tables.wanted import Wanted
from theory.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow


def read_table(
    path: str | Path | Source,
    required: Sequence[str],
    optional: Sequence[str] = (),
    *,
    text: bool = False,
) -> Table:
    """Read the wanted columns of a CSV, JSON lines or Parquet file.

    Parameters
    ----------
    path : str or Path
        File whose suffix is .csv, .jsonl, .ndjson, .json (one object a line) or .parquet; a pipe;
        or ``-`` for standard input.
    required, optional : sequence of str
        Columns to read; others are not read. An optional one that is absent is left out.
    text : bool, keyword-only
        Read all values as text, so that :meth:`Table.exact_numbers` sees the digits in the file. A
        binary float of a Parquet file becomes the shortest decimal that stands for it.

    Raises
    ------
    InvalidInput
        If the file is missing, empty, malformed, not UTF-8 or not what its name says; if a required
        column is missing, occurs twice or has a null.
    MissingExtra
        If pyarrow (extra ``files``) is not installed.
    """
    wanted = Wanted(tuple(required), tuple(optional), text)
    with opened(path) as source:
        step(f"reading {shown(source)}", "rows")
        arrow = read_batches(source, wanted, lambda batches: _joined(batches, wanted))
        table = Table(str(source), arrow)
    if len(table) == 0:
        what = f"the file {table.file}"
        raise InvalidInput(what, "a table with at least one row", "a table without rows")
    for name in required:
        table.complete(name)
    if text:
        columns = {name: table.texts(name) for name in arrow.column_names}
        return Table(table.file, arrow.from_pydict(columns))
    return table


def _joined(batches: Iterator[Any], wanted: Wanted) -> pyarrow.Table:
    import pyarrow as pa

    tables = [b if isinstance(b, pa.Table) else pa.Table.from_batches([b]) for b in batches]
    if not tables:
        return pa.table({name: pa.array([], pa.string()) for name in wanted.required})
    table = pa.concat_tables(tables, promote_options="permissive")
    return table.select([name for name in wanted.names if name in table.column_names])
