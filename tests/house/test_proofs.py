"""What can be said of ``proofs/`` without Coq: ``make proofs`` checks the proofs themselves."""

import re
from pathlib import Path

import pytest

from hallucination_theory.paper_map import read_map
from proofs import check, worlds

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "proofs/map.md").read_text(encoding="utf-8")
ROWS = [row for row in read_map() if any(name.startswith("proofs/") for name in row.figures)]


def code(file):
    """The text of a file without its comments."""
    return re.sub(r"\(\*.*?\*\)", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)


def cells(heading):
    """The rows of the first table below a heading of the page, as lists of cells."""
    section = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_no_proof_is_left_out():
    words = r"\b(Admitted|admit|Axioms?|Parameters?|Conjecture|Abort|bypass_check|Unset Guard)\b"
    for file in (ROOT / "proofs").glob("*.v"):
        assert not re.search(words, code(file)), file.name


def test_worlds_are_those_that_python_computes():
    assert worlds.FILE.read_text(encoding="utf-8") == worlds.source()


def test_page_maps_the_paper_to_proofs_and_back():
    """Each named statement exists; each theorem and corollary has a row, once."""
    found = check.statements()
    kinds = r"^(?:Theorem|Corollary) (\w+)"
    main = {
        name
        for file in (ROOT / "proofs").glob("*.v")
        for name in re.findall(kinds, file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    named = [
        n for row in cells("From the paper to the proofs") for n in re.findall(r"`(\w+)`", row[2])
    ]
    assert set(named) <= found.keys(), set(named) - found.keys()
    assert main <= set(named), main - set(named)
    files = {row[0].strip("`").removesuffix(".v") for row in cells("From the proofs to the paper")}
    assert files == {file.stem for file in (ROOT / "proofs").glob("*.v")}


def test_each_hypothesis_has_a_counter_example_or_a_reason():
    rows = cells("Each hypothesis is needed")
    listed = {(row[0].strip("`").removesuffix(".v"), row[1].strip("`")) for row in rows}
    assert listed == {(file, name) for file, name, _ in check.hypotheses()}
    for row in rows:
        names = re.findall(r"`(\w+)`", row[2])
        assert names or row[2], row
        assert set(names) <= check.statements().keys(), row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.item)
def test_map_marks_what_is_machine_checked(row):
    """``proofs/FILE/STATEMENT`` in the map's column of figures and derivations."""
    for name in row.figures:
        if name.startswith("proofs/"):
            _, file, statement = name.split("/")
            assert check.statements()[statement] == file


def test_a_missing_coq_is_said_in_one_sentence(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match="Debian packages that are not here: apt-get install coq "):
        check.main()


def test_a_hypothesis_is_cut_out_whole(tmp_path):
    (tmp_path / "a.v").write_text("Section S.\nHypothesis h : forall x,\n  x = 0.\nLemma l : t.\n")
    ((file, name, text),) = check.hypotheses(tmp_path)
    assert (file, name, text) == ("a", "h", "Section S.\nLemma l : t.\n")
    assert check.statements(tmp_path) == {"l": "a"}
