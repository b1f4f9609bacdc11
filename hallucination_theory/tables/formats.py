"""Choose the reader of a file by its suffix, after a look whether the file is what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from hallucination_theory.inputs.limits import MIB, RATIO, RATIO_FROM
from hallucination_theory.inputs.opened import Source
from hallucination_theory.inputs.progress import advance
from hallucination_theory.tables.csv_files import csv_batches, header
from hallucination_theory.tables.json_lines import first_names, json_batches
from hallucination_theory.tables.wanted import Wanted, first_line
from theory.errors import InvalidInput, require

if TYPE_CHECKING:
    import pyarrow

FORMATS = {
    ".csv": "CSV",
    ".json": "JSON lines",
    ".jsonl": "JSON lines",
    ".ndjson": "JSON lines",
    ".parquet": "Parquet",
    ".tab": "CSV",
    ".tsv": "CSV",
}
"""Suffix -> format."""

MAGIC = {
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"PK\x03\x04": "a zip archive, such as an Excel workbook",
    b"\x1f\x8b": "a gzip file",
}
"""How files that are not text begin."""

ROWS, FEW_ROWS = 1 << 16, 256
"""Rows of a Parquet file read at a time, and of a small one, which may hold one long text often."""

Result = TypeVar("Result")


def read_batches(source: Source, wanted: Wanted, use: Callable[[Iterator[Any]], Result]) -> Result:
    """Hand the wanted columns of a file, batch by batch, to ``use``; return what it returns.

    Where the fast reader of a format stumbles, ``use`` is called anew with the slow one, which
    either gets along or finds the row to blame. CSV columns come as text.

    Raises
    ------
    InvalidInput
        If the file is empty, malformed, or not what its name says.
    MissingExtra
        If Arrow is not installed.
    """
    pa = require("pyarrow", "files", "reading tables")
    kind = format_of(source)
    ways = {"CSV": csv_batches, "JSON lines": json_batches, "Parquet": _parquet}[kind]
    stumbled: Exception | None = None
    for batches in ways(source, wanted):
        try:
            return use(_counted(batches))
        except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeDecodeError) as error:
            stumbled = error
    received = f"a damaged one ({first_line(stumbled or ValueError())})"
    raise InvalidInput(f"the file {source}", f"a complete {kind} file", received) from stumbled


def _counted(batches: Iterator[Any]) -> Iterator[Any]:
    for batch in batches:
        yield batch
        advance(len(batch), "rows")


def column_names(source: Source) -> list[str]:
    """Return the names of all columns of a file, for a complaint about them."""
    kind = format_of(source)
    if kind == "Parquet":
        return list(_schema(source).names)
    return header(source) if kind == "CSV" else first_names(source)


def format_of(source: Source) -> str:
    """Return the format that a file's suffix names; complain if it is plainly another."""
    kind = FORMATS.get(source.suffix)
    if kind is None:
        allowed, received = f"one of {', '.join(FORMATS)}", source.suffix or "none"
        raise InvalidInput(f"the suffix of {source}", allowed, received)
    head = source.head(4096).lstrip()
    if not head:
        raise InvalidInput(f"the file {source}", "a table with at least one row", "an empty file")
    looks = _looks_like(head, kind)
    if looks:
        raise InvalidInput(
            f"the file {source}",
            f"{kind}, as its suffix says",
            looks,
            remedy="rename or convert it",
        )
    return kind


def _looks_like(head: bytes, kind: str) -> str:
    """Say what a file is if it is not of the kind; empty if it may be."""
    for magic, what in MAGIC.items():
        if head.startswith(magic):
            return "" if (kind, magic) == ("Parquet", b"PAR1") else what
    if kind == "Parquet":
        return "a file that does not begin with PAR1"
    if kind == "CSV":
        return "what looks like JSON" if head.startswith((b"{", b"[{", b'["')) else ""
    # A first byte beyond ASCII is left to the complaint about UTF-8.
    return "" if head.startswith((b"{", b"[")) or head[0] > 127 else "a first line without {...}"


def parquet_types(source: Source, wanted: Wanted) -> dict[str, Any]:
    """Return the wanted columns of a Parquet file with their Arrow types.

    Raises
    ------
    InvalidInput
        If the file is damaged, or a column is missing or ambiguous.
    """
    schema = _schema(source)
    return {name: schema.field(name).type for name in wanted.among(schema.names, source)}


def _schema(source: Source) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    # ParquetFile and not read_table, which adds columns from folder names like "a=1".
    try:
        with pq.ParquetFile(source.path) as file:
            return file.schema_arrow
    except (pa.ArrowException, OSError) as error:
        raise _damaged(source, error) from error


def _parquet(source: Source, wanted: Wanted) -> Iterator[Iterator[pyarrow.RecordBatch]]:
    yield _parquet_batches(source, list(parquet_types(source, wanted)))


def _parquet_batches(source: Source, found: list[str]) -> Iterator[pyarrow.RecordBatch]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    size = source.path.stat().st_size
    left = max(RATIO_FROM, RATIO * size)
    try:
        with pq.ParquetFile(source.path) as file:
            for part in file.iter_batches(ROWS if size > MIB else FEW_ROWS, columns=found):
                batch = pa.record_batch([_plain(column) for column in part.columns], found)
                left -= batch.nbytes
                if left < 0:
                    raise InvalidInput(
                        f"the file {source}", f"at most {RATIO} times as large when unpacked",
                        "more than that",
                    )  # fmt: skip
                batch.validate(full=True)  # text may be anything but UTF-8
                yield batch
    except (pa.ArrowException, OSError) as error:
        raise _damaged(source, error) from error


def _plain(column: pyarrow.Array) -> pyarrow.Array:
    """Return text as string or large_string, without dictionary encoding."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        # A dictionary from a file may hold labels that no row uses, a label twice, and nulls.
        column = column.cast(column.type.value_type)
    is_view = getattr(pa.types, "is_string_view", None)
    return column.cast(pa.large_string()) if is_view and is_view(column.type) else column


def _damaged(source: Source, error: Exception) -> InvalidInput:
    received = f"a damaged one ({first_line(error)})"
    return InvalidInput(f"the file {source}", "a complete Parquet file", received)
