"""What the README shows is true."""

import contextlib
import importlib
import importlib.util
import io
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from hallucination_theory.cli import cli
from theory.facts import closed_lower, theorem_2_lower

ROOT = Path(__file__).resolve().parents[2]
FRONT_PAGES = ["README.md", "README.zh.md"]


@pytest.mark.parametrize("page", FRONT_PAGES)
def test_python_examples_print_what_they_say(page):
    """Each runs, and every print shows the comment beside it; the cluster's is tested elsewhere."""
    blocks = re.findall(
        r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL
    )
    here = [block for block in blocks if "distributed" not in block]
    assert len(here) == 2
    for code in here:
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            exec(compile(code, page, "exec"), {})
        promised = re.findall(r"print\(.*\)  # (.*)", code)
        assert promised
        assert shown.getvalue().splitlines() == promised


@pytest.mark.parametrize("page", FRONT_PAGES)
def test_commands_print_the_lines_that_are_shown(page, monkeypatch, tmp_path):
    """In the order shown; lines may be left out."""
    monkeypatch.chdir(tmp_path)
    text = (ROOT / page).read_text(encoding="utf-8")
    assert "`hallucination-theory example examples`" in text
    assert CliRunner().invoke(cli, ["example", "examples"]).exit_code == 0
    blocks = re.findall(r"```console\n\$ hallucination-theory (.*)\n((?:.*\n)*?)```", text)
    assert len(blocks) == 3
    for command, output in blocks:
        result = CliRunner().invoke(cli, command.split())
        assert result.exit_code == 0, result.output
        lines = iter(result.output.splitlines())
        for line in output.splitlines():
            assert line in lines, f"{command} does not print {line!r} at this place"


@pytest.mark.parametrize("page", FRONT_PAGES)
def test_the_sentence_on_a_million_samples_is_true(page):
    """4.1 % for X9, and a negative number for the paper's constants."""
    text = (ROOT / page).read_text(encoding="utf-8")
    best, paper = (f(0.05, 10**6, min_errors=364).bound for f in (closed_lower, theorem_2_lower))
    assert f"{best:.4f}" == "0.0419"
    assert f"{best:.4f}" in text
    assert "4.1 %" in text
    assert f"\N{MINUS SIGN}{-paper:.3f}" in text


@pytest.mark.parametrize("page", [*FRONT_PAGES, "notebooks/which_bound.md"])
def test_links_and_figures_exist(page):
    """Relative links lead somewhere."""
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    assert targets
    for target in targets:
        assert ((ROOT / page).parent / target).exists(), target


def test_both_languages_show_the_same_code_figures_and_links():
    """What a Chinese reader sees is the same page."""
    texts = [(ROOT / page).read_text(encoding="utf-8") for page in FRONT_PAGES]
    for pattern in (r"```(?:console|python)\n(?:.*\n)*?```", r"\]\(([^)]+\.(?:png|ipynb))\)"):
        english, chinese = (re.findall(pattern, text) for text in texts)
        assert [found for found in english if "distributed" not in found] == chinese


PAGES = [
    *FRONT_PAGES,
    "notebooks/which_bound.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "paper_notes.md",
    "benchmarks/README.md",
]
DOTTED = re.compile(r"\b(?:theory|simulations|hallucination_theory)(?:\.\w+)+")
PATHS = re.compile(
    r"`((?:theory|simulations|hallucination_theory|tests|notebooks|figures)/[\w/.]*)`"
)


def stands_in_its_module(module, attributes):
    """For a module that needs an extra which is not here: whether its text defines the name."""
    text = Path(importlib.util.find_spec(module).origin).read_text(encoding="utf-8")
    return all(re.search(rf"^(def|class) {name}\b", text, re.MULTILINE) for name in attributes)


def resolves(name):
    """A module, or an attribute of the longest module that the name begins with."""
    parts = name.split(".")
    for i in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:i]))
        except ModuleNotFoundError as error:
            if not name.startswith(error.name):
                return stands_in_its_module(".".join(parts[:i]), parts[i:])
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
