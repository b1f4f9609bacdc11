"""Each notebook opens and ends as promised, its code is short, its links lead somewhere."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
MOST_LINES = 80
"""Lines of code of a notebook, without blank ones; what is longer is a module's."""


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def cells(request):
    found = json.loads(request.param.read_text(encoding="utf-8"))["cells"]
    return [(cell["cell_type"], "".join(cell["source"])) for cell in found]


def test_it_opens_with_its_words_and_ends_with_an_invitation(cells):
    """In the first cell, and in the last."""
    first, last = cells[0][1], cells[-1][1]
    for opening in (
        r"\*\*What you will learn\.",
        r"\*\*Words\.",
        r"claims?,? with (a )?number.*\d",
    ):
        assert re.search(opening, first, re.DOTALL), opening
    for ending in ("**Try it.**", "**Where it stops.**"):
        assert ending in last
    assert re.search(r"(Before|Next): \[", last)


def test_its_parameters_stand_in_one_cell_with_their_ranges(cells):
    """Each constant of the first code cell says what it may be, but for the seed."""
    code = [text for kind, text in cells if kind == "code"]
    constants = re.findall(r"^([A-Z][A-Z_]+) = (.*)$", code[0], re.MULTILINE)
    for name, value in constants:
        assert name == "SEED" or re.search(r"# .*( to |\?)", value), name
    assert not [text for text in code[1:] if re.search(r"^[A-Z][A-Z_]+ = \d", text, re.MULTILINE)]


def test_its_code_is_short_and_draws_in_one_call(cells):
    code = [line for kind, text in cells if kind == "code" for line in text.splitlines() if line]
    assert len(code) <= MOST_LINES
    assert not [line for line in code if "pyplot" in line or "ax." in line]


def test_its_links_lead_somewhere(cells):
    text = "\n".join(text for kind, text in cells if kind == "markdown")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    assert targets
    for target in targets:
        assert (ROOT / "notebooks" / target).exists(), target


def plain(text):
    """A page as one line of words, without marks of emphasis and cells' borders."""
    return " ".join(re.sub(r"[*_`]|\[(\d\d)\]\([^)]*\)", "", text).split())


def test_notebook_and_front_page_answer_the_five_questions():
    """Each is asked in the first notebook, which answers it before; the README answers it too."""
    page = (ROOT / "notebooks" / "five_questions.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d\. .*?) \| (.*?) \| (.*?) \| (.*?) \|$", page, re.MULTILINE)
    cells = json.loads((ROOT / "notebooks" / "00_ten_minutes.ipynb").read_text(encoding="utf-8"))
    texts = ["".join(c["source"]) for c in cells["cells"] if c["cell_type"] == "markdown"]
    told, _, asked = plain("\n".join(texts)).partition("## Five questions")
    front = plain((ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(rows) == 5
    for question, answer, in_notebook, in_front in rows:
        assert f"<summary>{plain(question)}</summary>{plain(answer)}</details>" in asked
        assert plain(in_notebook) in told, question
        assert plain(in_front) in front, question
