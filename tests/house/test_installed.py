"""The wheel and the source distribution, tested where there is no checkout, warnings as errors."""

import os
import re
import runpy
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("theory", "simulations", "hallucination_theory", "tests")
PAGES = (
    "pyproject.toml",
    "setup.py",
    "README.md",
    "LICENSE",
    "THIRD_PARTY.md",
    "paper_notes.md",
    "conftest.py",
)
TESTED = ("command/test_check.py", "command/test_output.py", "reduction/test_bounds.py")
"""Tests that read nothing of the checkout but ``tests/data``."""


@pytest.fixture(scope="module")
def distributions(tmp_path_factory):
    """Build both from a copy, so that the checkout gains no folder ``build``."""
    home = tmp_path_factory.mktemp("source")
    for name in (*NEEDED, *PAGES):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, home / name, symlinks=True)
        else:
            shutil.copy(ROOT / name, home / name)
    for kind in ("sdist", "wheel"):
        code = f"import setuptools.build_meta as b; print(b.build_{kind}('dist'))"
        subprocess.run([sys.executable, "-c", code], cwd=home, check=True, capture_output=True)
    return {path.suffix: path for path in (home / "dist").iterdir()}


def installed(folder, distribution):
    """Install into an empty folder; what it depends on is taken from this environment."""
    site = folder / "site"
    command = ["-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target"]
    subprocess.run([sys.executable, *command, str(site), str(distribution)], check=True)
    return site


@pytest.mark.slow
@pytest.mark.parametrize("kind", [".whl", ".gz"])
def test_the_tests_pass_on_what_is_installed(distributions, tmp_path, kind):
    """Outside the checkout; a warning of ours is an error there too."""
    site = installed(tmp_path, distributions[kind])
    outside = tmp_path / "outside"
    shutil.copytree(ROOT / "tests", outside / "tests")
    shutil.copy(ROOT / "pyproject.toml", outside)
    paths = os.pathsep.join([str(site), str(outside), sysconfig.get_path("purelib"), *sys.path])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:xdist", "-x",
         "-p", "no:cacheprovider", *(f"tests/{name}" for name in TESTED)],
        cwd=outside, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


@pytest.mark.slow
@pytest.mark.parametrize("kind", [".whl", ".gz"])
def test_licences_travel_with_the_data(distributions, tmp_path, kind):
    site = installed(tmp_path, distributions[kind])
    texts = {path.name: path.read_text() for path in site.rglob("licenses/*")}
    assert texts["LICENSE"] == (ROOT / "LICENSE").read_text()
    assert "Permission is hereby granted" in texts["THIRD_PARTY.md"]
    assert list(site.rglob("nature_simpleqa_scores.csv"))


@pytest.mark.slow
def test_the_page_of_the_index_has_no_link_into_the_checkout(distributions, tmp_path):
    """In the metadata of the wheel and of the source distribution alike."""
    pages = [
        next(installed(tmp_path / kind, distributions[f".{kind}"]).glob("*.dist-info/METADATA"))
        for kind in ("whl", "gz")
    ]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "Description-Content-Type: text/markdown" in text
        assert "Classifier: Typing :: Typed" in text
        assert "A language model that is calibrated must err" in text
        assert re.findall(r"\]\((?!https://)[^)]*\)", text) == []


def test_links_of_the_readme_become_absolute_or_words():
    page = runpy.run_path(str(ROOT / "setup.py"))["index_page"]
    text = "[notes](a/b.md) ![What it shows](c.png) [paper](https://x.org/1) [top](#top)"
    assert page(text, "https://host/o/r/", "1.2") == (
        "[notes](https://host/o/r/blob/v1.2/a/b.md) "
        "![What it shows](https://host/o/r/raw/v1.2/c.png) [paper](https://x.org/1) [top](#top)"
    )
    assert page(text, None, "1.2") == ("notes *What it shows* [paper](https://x.org/1) [top](#top)")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.count("](") - page(readme, None, "1").count("](") > 20
    assert not re.findall(r"\]\((?!https://)", page(readme, None, "1"))
    assert page(readme, "https://host/r", "1").count("](") == readme.count("](")


HIDDEN = """
import sys
from importlib.machinery import PathFinder
from importlib.metadata import packages_distributions
allowed, arguments = set(sys.argv[1].split(",")), sys.argv[2:]
owners = packages_distributions()

class Present(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        owned = {o.lower().replace("_", "-") for o in owners.get(name.partition(".")[0], ())}
        return super().find_spec(name, path, target) if not owned or owned & allowed else None

sys.meta_path = [Present if finder is PathFinder else finder for finder in sys.meta_path]
"""
"""An environment that holds some distributions only."""
ONLY = """
from click.testing import CliRunner
from hallucination_theory.cli import cli
result = CliRunner().invoke(cli, arguments)
print(result.output)
sys.exit(result.exit_code)
"""
"""The command there."""
HARNESS = "import lm_eval.__main__, lm_eval.models.huggingface"
"""What ``lm_eval --model hf`` imports."""


def closure(extras):
    """Return the distributions that pip would install with some extras, by canonical name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ours = {"": project["dependencies"], **project["optional-dependencies"]}
    waiting, done = [("hallucination-theory", extra) for extra in ("", *extras)], set()
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in done:
            continue
        done.add((name, extra))
        mine = name == "hallucination-theory"
        for requirement in map(Requirement, ours[extra] if mine else _requires(name)):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                wanted = {"", *requirement.extras}
                waiting += [(_canonical(requirement.name), each) for each in wanted]
    return {name for name, _ in done}


def _requires(name):
    try:
        return metadata.requires(name) or ()
    except metadata.PackageNotFoundError:  # nothing of it can be imported here either
        return ()


def with_extras(extras, code, *arguments):
    """Run code in an environment that holds what pip would install with some extras."""
    command = [sys.executable, "-c", HIDDEN + code, ",".join(closure(extras)), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("extra", "log"),
    [
        (None, "lm_eval_facts_t50.jsonl"),
        ("lm-eval", "lm_eval_facts_t50.jsonl"),
        ("lm-eval", "lm_eval_choices.jsonl"),
        ("logs", "inspect_half_blind.eval"),
        ("inspect", "inspect_half_blind.eval"),
    ],
)
def test_an_extra_brings_what_reading_its_logs_needs(extra, log):
    """Whatever else this environment holds is hidden from the command."""
    done = with_extras([extra] if extra else [], ONLY, "score", ROOT / "tests" / "data" / log)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]


@pytest.mark.slow
def test_the_install_line_brings_what_the_three_commands_import(tmp_path):
    """The page of the three commands names the extras; the harness is imported with its models."""
    pytest.importorskip("accelerate", reason="needs the extra lm-eval")
    page = (ROOT / "notebooks" / "your_language_model.md").read_text(encoding="utf-8")
    extras = re.search(r'pip install "hallucination-theory\[([\w,-]+)\]"', page)[1].split(",")
    facts, weighed = tmp_path / "facts.csv", ROOT / "tests" / "data" / "lm_eval_weighed.jsonl"
    facts.write_text("question,answer,wrong\nAnn,x,y|z\nBob,y,x|z\n")
    for code, *arguments in (
        (ONLY, "facts", facts, "--out", tmp_path / "task"),
        (HARNESS,),
        (ONLY, "check", weighed, "--figure", tmp_path / "err.svg"),
    ):
        done = with_extras(extras, code, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr[-2000:]


@pytest.mark.slow
def test_what_an_extra_does_not_bring_is_missed():
    """Members packed with Zstandard need the extra logs, and the message says so."""
    log = str(ROOT / "tests" / "data" / "inspect_half_blind.eval")
    done = with_extras([], ONLY, "score", log)
    assert done.returncode == 2
    assert "hallucination-theory[logs]" in done.stdout


def test_the_lock_names_what_the_constraints_pin():
    """Version by version, so that the lock is made anew when the constraints change."""
    pinned = dict(line.split("==") for line in _lines(ROOT / "constraints.txt"))
    locks = list((ROOT / ".ci").glob("locked-*.txt"))
    assert locks
    for lock in locks:
        for line in _lines(lock):
            (name, version), digest = line.split(" ")[0].split("=="), line.split("sha256:")[1]
            assert pinned[_canonical(name)] == version, line
            assert len(digest) == 64


def _lines(path):
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return [f"{_canonical(x.split('==')[0])}=={x.split('==', 1)[1]}" for x in lines if x]


def _canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()
