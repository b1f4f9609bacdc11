"""The site: built from what is here, without a warning, a dead link or a network."""

import posixpath
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from docs import gallery, gather, links, statements
from hallucination_theory.cli import COMMANDS
from hallucination_theory.paper_map import read_map

ROOT = Path(__file__).resolve().parents[2]


def test_the_gallery_shows_every_figure_with_words_and_code():
    """Each figure that lies in ``figures/``, with the cell that saved it."""
    found = gallery.figures()
    lying = {p.relative_to(ROOT / "figures").as_posix() for p in ROOT.glob("figures/*/*.svg")}
    assert {f"{name}.svg" for name in found} == lying
    assert all(figure.alt and ".save(" in figure.code for figure in found.values())


def test_each_statement_has_its_tests_and_proofs_on_its_page():
    pages = statements.pages()
    for row in read_map():
        text = pages[f"statements/{row.chapter}.md"]
        assert f"({statements.anchor(row.item)})=" in text
        assert all(f"def {test}(" in text for test in row.tests)
        proved = [name.split("/")[2] for name in row.figures if name.startswith("proofs/")]
        assert all(f"`{name}` in `proofs/" in text for name in proved)


def test_links_between_pages_and_notebooks_lead_to_pages_of_the_site():
    """A page or a file that goes there; what Sphinx finds in minutes, in a second."""
    pages = {name: text for name, text in gather.texts() if not name.startswith("_extra")}
    there = {*pages, *(path.as_posix() for path, _ in gather.files())}
    for name, text in pages.items():
        for target in re.findall(r"\]\((?![a-z]+:|#)([^)#\s\\]+\.(?:md|ipynb|png))", text):
            found = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
            assert found in there, f"{name} links to {target}"


def test_a_bad_link_a_wordless_picture_and_a_foreign_script_are_seen(tmp_path):
    """What ``docs.links`` looks for, once each."""
    (tmp_path / "a.html").write_text(
        '<a href="b.html#here">fine</a><a href="b.html#there">no place</a><a href="c.html">none</a>'
        '<img src="b.html"><script src="https://elsewhere.example/x.js"></script>'
    )
    (tmp_path / "b.html").write_text('<p id="here">')
    found = sorted(links.faults(tmp_path))
    assert len(found) == 4
    for words in ("b.html#there, which", "c.html, which", "without words: b", "another host"):
        assert sum(words in fault for fault in found) == 1, words


@pytest.mark.slow
def test_bars_and_letters_in_docstrings_stay_what_they_are():
    """In prose |E_c| is no substitution and "N." no item of a list; formulas are left alone."""
    config = runpy.run_path(str(ROOT / "docs" / "conf.py"))
    lines = [":ivar n: N.", "the |E_c| of ``a|b``", ".. math:: |V|", "    |E|", "", "|p - q|"]
    config["keep_bars"](None, "function", "f", None, None, lines)
    assert lines[:2] == [r":ivar n: \N.", r"the \|E_c\| of ``a|b``"]
    assert lines[2:] == [".. math:: |V|", "    |E|", "", r"\|p - q\|"]


@pytest.mark.slow
def test_the_site_builds_without_warnings_and_its_links_lead_somewhere(tmp_path):
    """As ``make site`` does it; the pages that people look for are there."""
    source, site = tmp_path / "source", tmp_path / "site"
    build = ["sphinx", "-q", "-W", "--keep-going", "-c", "docs", "-d", str(tmp_path / "trees")]
    for command in (["docs.gather", str(source)], [*build, str(source), str(site)]):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert list(links.faults(site)) == []
    bound = (site / "api" / "theory.reduction.html").read_text(encoding="utf-8")
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">' in bound
    for name in ("theory.innovation", "theory.facts", "theory.memory"):
        assert "\\|" not in (site / "api" / f"{name}.html").read_text(encoding="utf-8"), name
    commands = (site / "command_line.html").read_text(encoding="utf-8")
    assert all(f'<section id="{name}">' in commands for name in COMMANDS)
    theorem = (site / "statements" / "reduction.html").read_text(encoding="utf-8")
    assert 'href="../api/theory.reduction.html#theory.reduction.theorem_1_bound"' in theorem
    assert "test_theorem_1_says_something" in theorem
