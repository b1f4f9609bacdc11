"""``hallucination_theory`` is the door: its names, its neighbours, what it costs, what to cite."""

import importlib
import inspect
import json
import os
import pydoc
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import hallucination_theory
from hallucination_theory import cite
from hallucination_theory.citations import OTHERS, OWN_ITEMS, Citation
from hallucination_theory.paper_map import read_map
from theory import InvalidInput
from theory.reduction import best_bound, corollary_1_bound, theorem_1_bound, tight_world

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("theory", "simulations", "hallucination_theory")
SCREEN = 60
"""Lines of a terminal window of ordinary height, twice."""


def names(package):
    """What a front shows: no modules, no private names."""
    module = importlib.import_module(package)
    found = {k: v for k, v in vars(module).items() if not k.startswith("_")}
    return {k: v for k, v in found.items() if not isinstance(v, ModuleType)}


@pytest.mark.parametrize("package", PACKAGES)
def test_help_fits_on_a_screen_and_shows_every_name_or_chapter(package):
    lines = pydoc.plain(pydoc.render_doc(importlib.import_module(package))).splitlines()
    assert len(lines) < SCREEN
    if package != "hallucination_theory":
        assert all(f"``{name}``" in "\n".join(lines) for name in names(package)), package


def test_the_door_hands_on_what_both_fronts_show():
    ours = names("hallucination_theory")
    for package in ("theory", "simulations"):
        for name, value in names(package).items():
            assert ours.pop(name) is value
    assert set(ours) == {"cite", "refuse_strangers"}
    assert 20 <= len(names("theory")) <= 29


@pytest.mark.parametrize("package", ["theory", "simulations"])
def test_the_contents_of_a_chapter_are_whole_lines_one_for_each_module(package):
    """A table in the docstring of each front: name, two spaces or more, one line."""
    for init in sorted((ROOT / package).glob("*/__init__.py")):
        doc = inspect.getdoc(importlib.import_module(f"{package}.{init.parent.name}"))
        told = re.findall(r"^``(\w+)``  +\S.*$", doc, re.MULTILINE)
        beside = {p.stem for p in init.parent.glob("*.py")} - {"__init__"}
        beside |= {p.parent.name for p in init.parent.glob("*/__init__.py")}
        assert sorted(told) == sorted(beside), init
        table = re.search(r"^(=+)  (=+)$", doc, re.MULTILINE)
        assert not re.search(r"^ {4,}\S", doc, re.MULTILINE), f"{init}: a line is broken"
        assert table, init


def python(code, *, cwd, path=()):
    """Run some code in a folder of its own; ``path`` comes after the folder."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path))}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


STRANGERS = {
    "theory/__init__.py": "theory",
    "theory/chapter_1.tex": "theory",  # a folder without Python is imported, too
    "simulations.py": "simulations.py",
    "simulations/__init__.py": "simulations",
}


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """The packages in a folder of their own, as an installation has them."""
    site = tmp_path_factory.mktemp("a site") / "packages"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, site / package)
    return site


@pytest.mark.parametrize("home", ["checkout", "copy", "installed here"])
@pytest.mark.parametrize("file", STRANGERS)
def test_a_stranger_of_the_same_name_is_named_in_one_sentence(home, file, tmp_path, copied):
    """A user's own folder or file comes first on the path."""
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("")
    path = {"checkout": [ROOT], "copy": [copied], "installed here": []}[home]
    run = python("from hallucination_theory import World", cwd=tmp_path, path=path)
    if file.endswith(".tex") and home != "installed here":
        assert run.returncode == 0, "Python prefers a package to a folder without __init__.py"
        return
    last = run.stderr.splitlines()[-1]
    assert last.startswith("ImportError: hallucination_theory needs its own package ")
    assert f"but Python finds {tmp_path / STRANGERS[file]}; rename that" in last


def test_another_checkout_is_not_mixed_with_this_one(tmp_path, copied):
    """Loaded before the door is opened, or first on the path."""
    for code in (
        "import theory, sys; sys.path[1:1] = [{!r}]\n",
        "import sys; sys.path[1:1] = ['']\n",
    ):
        shutil.copytree(copied / "theory", tmp_path / "theory", dirs_exist_ok=True)
        run = python(
            code.format(str(ROOT)) + "import hallucination_theory", cwd=tmp_path, path=[ROOT]
        )
        assert f"Python finds {tmp_path / 'theory'};" in run.stderr


@pytest.mark.parametrize("file", ["theory/__init__.py", "simulations.py"])
def test_the_command_beside_a_stranger_is_one_sentence(file, tmp_path):
    """``python -m`` puts the folder where one stands first on the path."""
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("")
    command = [sys.executable, "-m", "hallucination_theory", "--help"]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert run.stderr.startswith("Error: hallucination_theory needs its own package ")
    assert f"Python finds {tmp_path / STRANGERS[file]}; rename that" in run.stderr


def test_the_command_is_not_disturbed_by_a_folder_named_theory(tmp_path):
    (tmp_path / "theory").mkdir()
    (tmp_path / "theory" / "__init__.py").write_text("")
    command = [str(Path(sys.executable).with_name("hallucination-theory")), "--help"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert run.returncode == 0


@pytest.mark.parametrize("home", ["checkout", "copy"])
def test_the_door_is_light_and_needs_no_installation(home, tmp_path, copied):
    """No plots, no tables, no statistics, no pools of processes before they are used."""
    code = (
        "import json, sys, hallucination_theory as h\n"
        "assert h.cite('Thm 1')[0].item == 'Thm 1' and h.__version__\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    run = python(code, cwd=tmp_path, path=[{"checkout": ROOT, "copy": copied}[home]])
    assert not run.stderr
    heavy = {"scipy", "matplotlib", "pandas", "sklearn", "joblib", "tqdm", "click", "pyarrow"}
    assert not heavy & set(json.loads(run.stdout))


def test_the_version_is_said_once():
    """In the door; the project file takes it from there, the citation file repeats it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert "version" in project["project"]["dynamic"]
    cff = (ROOT / "CITATION.cff").read_text()
    assert f"\nversion: {hallucination_theory.__version__}\n" in cff


@pytest.mark.slow
def test_a_wheel_holds_what_the_door_needs(tmp_path):
    """Built and installed into an empty folder: the map is a page there, no link."""
    for name in (
        *PACKAGES,
        "pyproject.toml",
        "setup.py",
        "README.md",
        "LICENSE",
        "THIRD_PARTY.md",
        "paper_notes.md",
    ):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(
            ROOT / name, tmp_path / name, **({"symlinks": True} if copy is shutil.copytree else {})
        )
    install = ["-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target"]
    command = [sys.executable, *install, str(tmp_path / "site"), str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    (tmp_path / "empty").mkdir()
    code = "import hallucination_theory as h; print(h.__file__, h.cite('X8')[0].item)"
    run = python(code, cwd=tmp_path / "empty", path=[tmp_path / "site"])
    assert run.stdout.startswith(str(tmp_path / "site")), run.stderr
    assert run.stdout.endswith("X8\n")
    assert not (tmp_path / "site" / "hallucination_theory" / "paper_notes.md").is_symlink()


def test_a_function_cites_its_statements():
    assert [c.item for c in cite(corollary_1_bound)] == ["Cor. 1"]
    assert [c.item for c in cite(theorem_1_bound)] == ["Thm 1", "Sec. 5 nonsense"]


def test_a_result_cites_the_statements_that_its_class_serves():
    result = corollary_1_bound(*tight_world(3, 7))
    items = [c.item for c in cite(result)]
    assert items[:2] == ["Cor. 1", "Thm 1"]
    assert [c.item for c in cite(best_bound(*tight_world(3, 7)))] == items
    assert [c.item for c in cite(result.slack_terms)] == ["X1"]


def test_the_paper_and_our_own_are_told_apart():
    """By name of the map or in words."""
    (theirs,), (ours,), (other,) = cite("Theorem 1"), cite("X8"), cite("KV 2024 Cor. 1")
    assert (theirs.extension, ours.extension, other.extension) == (False, True, False)
    assert "arXiv:2509.04664v1" in theirs.source
    assert "doi:10.1038/s41586-026-10549-w" in theirs.source
    assert "not in arXiv:2509.04664v1" in ours.source
    assert "2311.14648" in other.source
    assert str(theirs).startswith("Theorem 1: err >= 2 err_iiv")


@pytest.mark.parametrize("row", read_map(), ids=lambda row: row.item)
def test_every_row_can_be_cited_by_name_and_by_function(row):
    """An item is numbered by the paper, another paper's, or ours: no fourth kind."""
    (one,) = cite(row.item)
    assert isinstance(one, Citation)
    paper = re.match(r"(Sec\.|Eq\.|Thm|Cor\.|Lem\.|Obs\.|Def\.|Fig\.|Table|Nature) ", row.item)
    assert paper or one.extension or row.item.startswith(tuple(OTHERS))
    assert not (paper and row.item.startswith(OWN_ITEMS))
    for name in row.functions:
        module, attribute = name.rsplit(".", 1)
        function = getattr(importlib.import_module(module), attribute)
        if callable(function):
            assert row.item in [c.item for c in cite(function)]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("Theorem 7", r"what to cite must be .*, got 'Theorem 7'; the nearest are .*Thm"),
        (0.5, r"what to cite must be a result, .*, got 0\.5"),
        (print, "built-in function print"),
    ],
)
def test_what_nothing_computes_cannot_be_cited(wrong, message):
    with pytest.raises(InvalidInput, match=message):
        cite(wrong)
