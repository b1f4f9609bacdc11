"""The map in ``paper_notes.md`` as data: one row per statement."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HEADER = "| item | statement | function | tests | figure | status |"


@dataclass(frozen=True)
class MapRow:
    """One statement: where it is computed, tested, drawn or derived.

    Attributes
    ----------
    item, statement, status : str
    functions, tests, figures : tuple of str
        Import paths, names of test functions, names in ``figures/`` or ``derivations/NAME``.
    """

    item: str
    statement: str
    functions: tuple[str, ...]
    tests: tuple[str, ...]
    figures: tuple[str, ...]
    status: str


def read_map(path: Path) -> list[MapRow]:
    """Read the table that begins with :data:`HEADER`.

    Raises
    ------
    ValueError
        If the file has no such table, or a row has not six cells.
    """
    _, found, rest = path.read_text(encoding="utf-8").partition(HEADER)
    if not found:
        raise ValueError(f"{path.name} must hold a table that begins with {HEADER!r}.")
    rows = rest.split("\n\n")[0].strip().splitlines()[1:]
    return [_row(path, line) for line in rows]


def _row(path: Path, line: str) -> MapRow:
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    if len(cells) != 6:
        raise ValueError(f"a row of the map in {path.name} must have 6 cells, got {line!r}.")
    item, statement, *names, status = cells
    functions, tests, figures = (tuple(re.findall(r"`([^`]+)`", cell)) for cell in names)
    return MapRow(item, statement, functions, tests, figures, status)
