"""What the readers of the three formats share: which columns are wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from theory.errors import InvalidInput

BLOCK = 1 << 24
"""Bytes that Arrow parses at a time; a single row must fit."""


@dataclass(frozen=True)
class Wanted:
    """The columns a caller needs and those it would use if they are there."""

    required: tuple[str, ...]
    optional: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return self.required + self.optional

    def among(self, there: Iterable[str], path: Path) -> list[str]:
        """Return the wanted columns that are there; complain if one is missing or ambiguous."""
        there = list(there)
        missing = [name for name in self.required if name not in there]
        if missing:
            raise InvalidInput(
                f"the columns of {path}",
                f"at least {_listed(self.required)}",
                _listed(there) or "none",
                remedy=f"{_listed(missing)} missing",
            )
        found = [name for name in self.names if name in there]
        for name in found:
            if there.count(name) > 1:
                raise InvalidInput(
                    f"the column names of {path}", "distinct", f"{name!r} {there.count(name)} times"
                )
        return found


def first_line(error: Exception) -> str:
    """Return what a library says, without its second thoughts."""
    return str(error).splitlines()[0].rstrip(".")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
