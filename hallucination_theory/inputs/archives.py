"""Zip archives whose members are read one by one, within limits."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from hallucination_theory.inputs.limits import MEMBERS, MIB, RATIO, RATIO_FROM, RECORD
from hallucination_theory.inputs.opened import Source
from hallucination_theory.inputs.words import shown
from theory.errors import InvalidInput, require

PIECE = 4096
"""Compressed bytes unpacked at a time; the worst that they unpack to is 128 MiB."""


class Archive:
    """An open archive; what all its members hold together is limited by the archive's own size."""

    def __init__(self, source: Source, archive: zipfile.ZipFile) -> None:
        self._source, self._archive = source, archive
        self._left = max(RATIO_FROM, RATIO * source.path.stat().st_size)
        # Archives made by hand hold entries for folders and files of the desktop's own.
        self.names = [
            name
            for name in archive.namelist()
            if not name.endswith("/") and not name.rpartition("/")[2].startswith(".")
        ]
        if len(self.names) > MEMBERS:
            received = f"{len(self.names):,}"
            raise InvalidInput(f"the files in {source}", f"at most {MEMBERS:,}", received)

    def read(self, name: str) -> bytes:
        """Return what a member holds.

        Raises
        ------
        InvalidInput
            If it is damaged or too large.
        """
        # The Zstandard decoders (package and standard library) raise errors of their own making.
        try:
            with self._archive.open(name) as member:
                text = _at_most(RECORD, member)
        except Exception as error:
            raise damaged(self._source, error, where=name) from error
        self._left -= len(text)
        if len(text) > RECORD:
            raise self._too_large(name, f"at most {RECORD // MIB} MiB")
        if self._left < 0:
            raise self._too_large(name, f"with the members before it, at most {RATIO} times as "
                                  "large as the archive")  # fmt: skip
        return text

    def _too_large(self, name: str, allowed: str) -> InvalidInput:
        return InvalidInput(f"{shown(name)} of {self._source}", allowed, "more than that")


def _at_most(size: int, member: IO[bytes]) -> bytes:
    """Read a member up to a size, and what tells that it is larger."""
    # Few compressed bytes at a time, because zipfile unpacks all that it is asked to read.
    parts, read = [], 0
    while read <= size and (part := member.read(PIECE)):
        parts.append(part)
        read += len(part)
    return b"".join(parts)


@contextmanager
def archive(source: Source) -> Iterator[Archive]:
    """Open an archive.

    Raises
    ------
    InvalidInput
        If it is damaged.
    MissingExtra
        If zipfile-zstd (extra ``logs``) is needed and not installed.
    """
    if sys.version_info < (3, 14):  # newer ones know the method
        require("zipfile_zstd", "logs", "reading Inspect logs")
    try:
        with zipfile.ZipFile(source.path) as opened:
            yield Archive(source, opened)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError) as error:
        if isinstance(error, InvalidInput):
            raise
        raise damaged(source, error) from error


def damaged(source: Source, error: Exception, *, where: str = "") -> InvalidInput:
    """Return the complaint about an archive that cannot be read."""
    return InvalidInput(
        f"the log {source}", "a complete Inspect log", f"a damaged archive ({shown(error)})",
        where=where,
    )  # fmt: skip
