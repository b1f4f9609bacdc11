"""The map of the statements as data: one row per statement, read from ``paper_notes.md``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

NOTES = Path(__file__).with_name("paper_notes.md")
"""In a checkout a link to the page at the top, in a wheel its copy: the one source of the map."""
HEADER = "| item | chapter | statement | function | tests | figure | depends on | status |"


@dataclass(frozen=True)
class MapRow:
    """One statement: where it is computed, tested, drawn or derived, and what it rests on.

    Attributes
    ----------
    item, chapter, statement, status : str
    functions, tests, figures : tuple of str
        Import paths, names of test functions, names in ``figures/`` or ``derivations/NAME``.
    depends_on : tuple of str
        Items of other rows: definitions that the statement uses, statements that its proof uses.
    """

    item: str
    chapter: str
    statement: str
    functions: tuple[str, ...]
    tests: tuple[str, ...]
    figures: tuple[str, ...]
    depends_on: tuple[str, ...]
    status: str


def read_map(path: Path = NOTES) -> list[MapRow]:
    """Read the table that begins with :data:`HEADER`.

    Raises
    ------
    ValueError
        If the file has no such table, or a row has not eight cells.

    Examples
    --------
    >>> read_map()[0].item
    'Sec. 3.1 D'
    """
    _, found, rest = path.read_text(encoding="utf-8").partition(HEADER)
    if not found:
        raise ValueError(f"{path.name} must hold a table that begins with {HEADER!r}.")
    rows = rest.split("\n\n")[0].strip().splitlines()[1:]
    return [_row(path, line) for line in rows]


def _row(path: Path, line: str) -> MapRow:
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    if len(cells) != 8:
        raise ValueError(f"a row of the map in {path.name} must have 8 cells, got {line!r}.")
    item, chapter, statement, *names, rests_on, status = cells
    functions, tests, figures = (tuple(re.findall(r"`([^`]+)`", cell)) for cell in names)
    below = tuple(name for name in rests_on.split(", ") if name != "-")
    return MapRow(item, chapter, statement, functions, tests, figures, below, status)
