"""Which columns a caller wants, and which of them a file has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hallucination_theory.inputs.limits import COLUMNS, QUOTED
from hallucination_theory.inputs.opened import Source
from hallucination_theory.inputs.words import shown
from theory.errors import InvalidInput


@dataclass(frozen=True)
class Wanted:
    """The columns a caller needs, and those it would use if they are there.

    With ``text`` all values are read as text, which keeps the digits of numbers.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    text: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return self.required + self.optional

    def among(self, there: Iterable[str], source: Source) -> list[str]:
        """Return the wanted columns that are there; complain if one is missing or ambiguous."""
        there = list(there)
        if len(there) > COLUMNS:
            received = f"{len(there):,}"
            raise InvalidInput(f"the columns of {source}", f"at most {COLUMNS:,}", received)
        missing = [name for name in self.required if name not in there]
        if missing:
            raise InvalidInput(
                f"the columns of {source}",
                f"at least {_listed(self.required)}",
                shown(_listed(there) or "none", 2 * QUOTED),
                remedy=f"{_listed(missing)} missing",
            )
        found = [name for name in self.names if name in there]
        for name in found:
            if there.count(name) > 1:
                received = f"{name!r} {there.count(name)} times"
                raise InvalidInput(f"the column names of {source}", "distinct", received)
        return found


def first_line(error: Exception) -> str:
    """Return what DuckDB or Arrow says of a table, without its second thoughts."""
    lines = str(error).strip().splitlines()
    return shown(lines[0].rstrip(".")) if lines else type(error).__name__


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
