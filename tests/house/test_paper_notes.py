"""The map in paper_notes.md points at things that exist."""

import importlib
import re
from pathlib import Path

import pytest

from hallucination_theory.paper_map import NOTES, read_map
from notebooks.checks import CHECKS
from tests.house.test_floors import CHAPTERS

ROOT = Path(__file__).resolve().parents[2]
STATUSES = {"exact", "numeric", "probable", "derived", "not reproduced"}
ROWS = read_map(ROOT / "paper_notes.md")
ITEMS = {row.item: row for row in ROWS}
DERIVED = "derivations/"
PROMISED = [
    *(f"Cor. {i}" for i in (1, 2, 3)),
    *("Thm 1", "Thm 2 lower", "Thm 2 upper", "Thm 3", "Thm 4", "Lem. 1", "Lem. 2"),
    *("Def. 1", "Def. 2", "Def. 3", "Obs. 1", "Obs. 2", "Sec. 3.1 delta identity"),
    *("Sec. 5 nonsense", "Sec. 4.2 target", "Sec. 4.2 behavioural calibration", "Table 2"),
    *(f"Erratum {i}" for i in range(1, 7)),
    *(f"X{i}" for i in range(1, 16)),
]


def defined_tests():
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        found |= set(re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8")))
    return found


def test_items_are_distinct_and_each_has_a_known_status():
    assert len({row.item for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert row.item, row
        assert row.statement, row
        assert row.status in STATUSES, row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.item)
def test_row_points_at_things_that_exist(row):
    """Functions import, tests are defined, figures lie in figures/, derivations in tests/."""
    for name in row.functions:
        module, attribute = name.rsplit(".", 1)
        assert hasattr(importlib.import_module(module), attribute), name
    assert set(row.tests) <= defined_tests(), row.tests
    for name in row.figures:
        if name.startswith("proofs/"):  # test_proofs.py looks for the statement
            continue
        home, end = ("tests", "py") if name.startswith(DERIVED) else ("figures", "svg")
        assert (ROOT / home / f"{name}.{end}").exists(), name
    if row.status != "not reproduced":
        assert row.functions, row
        assert row.tests, row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.item)
def test_row_names_its_chapter_and_what_it_depends_on(row):
    """The chapter is the folder of its functions; it rests on rows of this or earlier chapters."""
    assert row.chapter == row.functions[0].split(".")[1]
    for name in row.depends_on:
        assert CHAPTERS.index(ITEMS[name].chapter) <= CHAPTERS.index(row.chapter), name


def test_no_statement_depends_on_itself():
    """Directly or through others: what is left after removing settled rows again and again."""
    left = dict(ITEMS)
    while settled := [i for i, row in left.items() if not set(row.depends_on) & set(left)]:
        for item in settled:
            del left[item]
    assert not left, list(left)


def test_the_package_reads_the_page_at_the_top():
    """One source: a checkout's package holds a link to the page, which a wheel turns to a copy."""
    assert NOTES.resolve() == ROOT / "paper_notes.md"


@pytest.mark.parametrize("item", PROMISED)
def test_each_numbered_statement_has_function_test_and_figure_or_derivation(item):
    row = ITEMS[item]
    assert row.status != "not reproduced"
    assert row.functions, row
    assert row.tests, row
    assert row.figures, row


@pytest.mark.parametrize("item", CHECKS)
def test_each_small_check_holds_and_belongs_to_a_row(item):
    """What ``notebooks/13_map.ipynb`` runs."""
    assert item in {row.item for row in ROWS}
    assert CHECKS[item]()


def test_a_broken_map_is_said_to_be_broken(tmp_path):
    file = tmp_path / "notes.md"
    file.write_text("nothing here")
    with pytest.raises(ValueError, match=r"notes\.md must hold a table"):
        read_map(file)
    file.write_text(
        "| item | chapter | statement | function | tests | figure | depends on | status |\n"
        "|---|\n| a | b |\n\n"
    )
    with pytest.raises(ValueError, match="must have 8 cells"):
        read_map(file)


def test_every_work_that_is_named_stands_in_the_references():
    """``Esty 1983`` and ``Good (1953; ...)``: a line with that name and that year."""
    notes = (ROOT / "paper_notes.md").read_text(encoding="utf-8")
    references = re.search(r"## References\n(.*?)\n## ", notes, re.DOTALL)[1].splitlines()
    places = [ROOT / "paper_notes.md", ROOT / "README.md", ROOT / "CITATION.cff"]
    for room in ("theory", "simulations", "hallucination_theory", "proofs"):
        places += [p for kind in ("*.py", "*.v", "*.md") for p in (ROOT / room).rglob(kind)]
    named = set()
    for path in places:
        text = " ".join(path.read_text(encoding="utf-8").split())
        named |= set(re.findall(r"\b([A-Z][a-z]+) \(?((?:19|20)\d\d)[),;:]", text))
    assert len(named) > 15
    for author, year in named:
        assert any(author in line and year in line for line in references), (author, year)
