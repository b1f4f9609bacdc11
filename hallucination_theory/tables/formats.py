"""Choose the reader of a file by its suffix, after a look whether the file is what it says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hallucination_theory.tables.csv_files import read_csv
from hallucination_theory.tables.json_lines import read_json
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
}
"""Suffix -> format."""

MAGIC = {
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"PK\x03\x04": "a zip archive, such as an Excel workbook",
    b"\x1f\x8b": "a gzip file",
}
"""How files that are not text begin."""


def read(path: Path, wanted: Wanted, *, text: bool) -> pyarrow.Table:
    """Read the wanted columns of a file in the format that its suffix names.

    CSV columns come as text. With ``text``, JSON numbers come as the digits in the file.

    Raises
    ------
    InvalidInput
        If the file is missing, empty, malformed, or not what its name says.
    MissingExtra
        If Arrow is not installed.
    """
    require("pyarrow", "files", "reading tables")
    kind = format_of(path)
    check_looks(path, kind)
    if kind == "Parquet":
        return _parquet(path, wanted)
    try:
        return read_csv(path, wanted) if kind == "CSV" else read_json(path, wanted, text=text)
    except UnicodeDecodeError as error:
        raise _not_utf8(path) from error


def format_of(path: Path) -> str:
    """Return the format that the suffix of a file names; complain if there is no such file."""
    if not path.exists():
        raise InvalidInput(f"the file {path}", "an existing file", "no file of this name")
    if path.is_dir():
        raise InvalidInput(f"the file {path}", "a file", "a directory")
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        allowed, received = f"one of {', '.join(FORMATS)}", path.suffix or "none"
        raise InvalidInput(f"the suffix of {path}", allowed, received)
    return kind


def check_looks(path: Path, kind: str) -> None:
    """Complain if a file is empty or plainly not of this format."""
    with path.open("rb") as file:
        head = file.read(4096)
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head:
        raise InvalidInput(f"the file {path}", "a table with at least one row", "an empty file")
    looks = _looks_like(head, kind)
    if looks:
        raise InvalidInput(
            f"the file {path}", f"{kind}, as its suffix says", looks, remedy="rename or convert it"
        )


def _looks_like(head: bytes, kind: str) -> str:
    """Say what a file is if it is not of the kind; empty if it may be."""
    for magic, what in MAGIC.items():
        if head.startswith(magic):
            return "" if (kind, magic) == ("Parquet", b"PAR1") else what
    if kind == "Parquet":
        return "a file that does not begin with PAR1"
    if kind == "CSV":
        return "what looks like JSON" if head.startswith((b"{", b"[{", b'["')) else ""
    if head.startswith(b"["):
        return "a JSON array (write one object a line)"
    # A first byte beyond ASCII is left to the complaint about UTF-8.
    return "" if head.startswith(b"{") or head[0] > 127 else "a first line without {...}"


def _parquet(path: Path, wanted: Wanted) -> pyarrow.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    # ParquetFile and not read_table, which adds columns from folder names like "a=1".
    try:
        with pq.ParquetFile(path) as file:
            table = file.read(wanted.among(file.schema_arrow.names, path))
        table.validate(full=True)  # text may be anything but UTF-8
        return table
    except (pa.ArrowException, OSError) as error:
        raise InvalidInput(
            f"the file {path}", "a complete Parquet file", f"a damaged one ({first_line(error)})"
        ) from error


def _not_utf8(path: Path) -> InvalidInput:
    start = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                at = error.start
                return InvalidInput(
                    f"the text of {path}",
                    "UTF-8",
                    f"the byte 0x{line[at]:02x}",
                    where=f"line {number} (byte {start + at} of the file)",
                    remedy="save it as UTF-8",
                )
            start += len(line)
    raise AssertionError("only called for files that do not decode")
