"""What the README shows is true."""

import contextlib
import importlib
import io
import re
from pathlib import Path

import pytest

from theory.facts import closed_lower, theorem_2_lower

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_python_example_prints_what_it_says():
    """The import example runs, and prints the comment beside its first print."""
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL).group(1)
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(code, "README.md", "exec"), {})
    promised = re.search(r"print\(.*\)  # ([^,]*),", code).group(1)
    assert shown.getvalue().splitlines()[0] == promised


def test_the_sentence_on_a_million_samples_is_true():
    """4.1 % for X9, and a negative number for the paper's constants."""
    best, paper = (f(0.05, 10**6, min_errors=364).bound for f in (closed_lower, theorem_2_lower))
    assert f"{best:.4f}" == "0.0419"
    assert f"{best:.4f}" in README
    assert "at least 4.1 %" in README
    assert f"\N{MINUS SIGN}{-paper:.3f}" in README


def test_links_and_figures_exist():
    """Relative links lead somewhere."""
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert targets
    for target in targets:
        assert (ROOT / target).exists(), target


PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "paper_notes.md", "benchmarks/README.md"]
DOTTED = re.compile(r"\b(?:theory|simulations|hallucination_theory)(?:\.\w+)+")
PATHS = re.compile(
    r"`((?:theory|simulations|hallucination_theory|tests|notebooks|figures)/[\w/.]*)`"
)


def resolves(name):
    """A module, or an attribute of the longest module that the name begins with."""
    parts = name.split(".")
    for i in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:i]))
        except ModuleNotFoundError as error:
            if not name.startswith(error.name):
                raise
            continue
        for attribute in parts[i:]:
            fields = getattr(found, "__dataclass_fields__", {})
            if attribute in fields:
                return True
            found = getattr(found, attribute, None)
        return found is not None
    return False


@pytest.mark.parametrize("page", PAGES)
def test_names_and_paths_on_the_pages_exist(page):
    """Each dotted name imports; each path in backticks is there (``CHAPTER`` stands for one)."""
    text = (ROOT / page).read_text(encoding="utf-8").partition("### Where modules moved")[0]
    wrong = sorted({name for name in DOTTED.findall(text) if not resolves(name)})
    assert not wrong, f"{page} names {wrong}"
    paths = {path for path in PATHS.findall(text) if "CHAPTER" not in path}
    lost = sorted(path for path in paths if not (ROOT / path).exists())
    assert not lost, f"{page} names {lost}"


def test_a_name_that_is_gone_is_seen():
    assert resolves("theory.reduction.World.min_errors")
    assert resolves("theory.reduction.bounds.ReductionBound.slack")
    assert not resolves("theory.reduction.bonds")
    assert not resolves("theory.reduction.World.min_error")
