"""Files, pipes and standard input, all opened as a file that can be read twice."""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hallucination_theory.inputs.limits import HANDWRITTEN, MIB, RATIO, RATIO_FROM, RECORD, SPOOLED
from theory.errors import InvalidInput, require

STDIN = "-"

PACKED = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "Zstandard"}
"""Suffix -> kind of a compressed file, which is unpacked to a temporary file first."""

MARK = b"\xef\xbb\xbf"
"""A byte order mark, which some programs write at the beginning of UTF-8."""

LOOKS = {b"PAR1": ".parquet", b"PK\x03\x04": ".eval", b"{": ".jsonl"}
"""How what has no name begins -> the suffix that a file like it would have; otherwise CSV."""


@dataclass(frozen=True)
class Source:
    """A regular file to read, and what the user calls it."""

    path: Path
    name: str

    def __str__(self) -> str:
        return self.name

    @property
    def suffix(self) -> str:
        """The suffix in lower case, which tells the format."""
        return self.path.suffix.lower()

    def head(self, size: int) -> bytes:
        """Return the first bytes, without a byte order mark."""
        with self.path.open("rb") as file:
            return file.read(size).removeprefix(MARK)


@contextmanager
def opened(path: str | Path | Source) -> Iterator[Source]:
    """Yield a file to read; a pipe, ``-`` (standard input) or a compressed file is copied first.

    Raises
    ------
    InvalidInput
        If there is no such file, or it is a folder or a device, or a pipe never ends.
    """
    if isinstance(path, Source):
        yield path
        return
    path = Path(path)
    if str(path) == STDIN:
        with _spooled(sys.stdin.buffer, "standard input", "") as source:
            yield source
        return
    what = _kind(path)
    if what == "a file" and path.suffix.lower() in PACKED:
        with _unpacked(path) as source:
            yield source
    elif what == "a file":
        yield Source(path, str(path))
    elif what == "a pipe":
        with path.open("rb") as pipe, _spooled(pipe, str(path), path.suffix) as source:
            yield source
    else:
        raise InvalidInput(f"the file {path}", "an existing file", what)


def _kind(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "no file of this name"
    except ValueError:  # a name with a zero byte
        return "a name that no file can have"
    if stat.S_ISREG(mode):
        return "a file"
    if stat.S_ISDIR(mode):
        return "a directory; name the files in it"
    return "a pipe" if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else "a device"


@contextmanager
def _unpacked(path: Path) -> Iterator[Source]:
    """Yield what a compressed file holds, as a file whose name lacks the last suffix."""
    kind = PACKED[path.suffix.lower()]
    limit = max(RATIO_FROM, RATIO * path.stat().st_size)
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(_stream(path, kind))
            suffix = Path(path.stem).suffix
            source = stack.enter_context(_spooled(stream, str(path), suffix, limit))
        except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
            raise InvalidInput(f"the file {path}", f"a complete {kind} file", str(error)) from error
        yield source


def _stream(path: Path, kind: str) -> Any:
    if kind == "Zstandard":
        pa = require("pyarrow", "files", "reading Zstandard files")
        return pa.input_stream(str(path), "zstd")
    openers: dict[str, Any] = {"gzip": gzip.open, "bzip2": bz2.open, "xz": lzma.open}
    return openers[kind](path)


@contextmanager
def _spooled(stream: Any, name: str, suffix: str, limit: int = 0) -> Iterator[Source]:
    with tempfile.TemporaryDirectory(prefix="hallucination-theory-") as folder:
        copy = Path(folder) / "spooled"
        limit, size = limit or SPOOLED, 0
        with copy.open("wb") as file:
            while part := stream.read(MIB):
                size += len(part)
                if size > limit:
                    raise InvalidInput(name, f"at most {limit // MIB:,} MiB", "more than that")
                file.write(part)
        yield Source(copy.rename(copy.with_suffix(suffix or _suffix(copy))), name)


def _suffix(path: Path) -> str:
    head = Source(path, "").head(64).lstrip()
    return next((suffix for magic, suffix in LOOKS.items() if head.startswith(magic)), ".csv")


def small_text(path: Path, what: str) -> str:
    """Return the text of a file that a person writes, such as a template.

    Raises
    ------
    InvalidInput
        If there is no such file, or it is no text, or too long to have been written by hand.
    """
    with opened(path) as source:
        given = source.head(HANDWRITTEN + 1)
    if len(given) > HANDWRITTEN:
        received = "more than that"
        raise InvalidInput(f"the {what} {path}", f"at most {HANDWRITTEN:,} bytes", received)
    try:
        return given.decode()
    except UnicodeDecodeError as error:
        received = f"the byte 0x{given[error.start]:02x}"
        raise InvalidInput(f"the {what} {path}", "UTF-8", received) from error


def lines(source: Source) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, each with its number counted from 1.

    Raises
    ------
    InvalidInput
        If a line is longer than a record may be.
    """
    with source.path.open("rb") as file:
        if file.read(len(MARK)) != MARK:
            file.seek(0)
        for number, line in enumerate(iter(lambda: file.readline(RECORD + 1), b""), start=1):
            if len(line) > RECORD:
                raise InvalidInput(
                    f"each line of {source}", f"at most {RECORD // MIB} MiB", "a longer one",
                    where=f"line {number}",
                )  # fmt: skip
            if not line.isspace():
                yield number, line


def whole_lines(source: Source, size: int) -> Iterator[tuple[int, int, bytes]]:
    """Read an opened file by about ``size`` bytes of lines: first line's number, how many, text.

    Every part ends with a line break, also the last one of a file that does not.

    Raises
    ------
    InvalidInput
        If a line is longer than a record may be.
    """
    first = 1
    with source.path.open("rb") as file:
        if file.read(len(MARK)) != MARK:
            file.seek(0)
        while text := file.read(size):
            if not text.endswith(b"\n"):
                text += file.readline(RECORD + 1)
                if len(text) > size + RECORD:
                    allowed = f"at most {RECORD // MIB} MiB"
                    raise InvalidInput(f"each line of {source}", allowed, "a longer one")
            if not text.endswith(b"\n"):
                text += b"\n"
            n = int(np.count_nonzero(np.frombuffer(text, np.uint8) == ord("\n")))
            yield first, n, text
            first += n
