"""The map in paper_notes.md points at things that exist."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STATUSES = {"exact", "numeric", "probable", "derived", "not reproduced"}
HEADER = "| item | statement | function | tests | figure | status |"


def rows():
    text = (ROOT / "paper_notes.md").read_text(encoding="utf-8")
    body = text.split(HEADER)[1].split("\n\n")[0].strip().splitlines()[1:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]


def names(cell):
    return re.findall(r"`([^`]+)`", cell)


def defined_tests():
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        found |= set(re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8")))
    return found


def test_every_row_has_six_cells_and_a_known_status():
    for row in rows():
        assert len(row) == 6, row
        assert all(row), f"empty cell: {row}"
        assert row[5] in STATUSES, row


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_row_points_at_things_that_exist(row):
    """Functions import, tests are defined, figures lie in figures/."""
    _, _, functions, tests, figures, status = row
    for name in names(functions):
        module, attribute = name.rsplit(".", 1)
        assert hasattr(importlib.import_module(module), attribute), name
    assert set(names(tests)) <= defined_tests(), tests
    for name in names(figures):
        assert (ROOT / "figures" / f"{name}.svg").exists(), name
    if status != "not reproduced":
        assert names(functions), row
        assert names(tests), row
