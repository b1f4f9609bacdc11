"""The runner of the notebooks executes what changed, skips what did not, and changes no byte."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.house.test_floors import CHAPTERS

ROOT = Path(__file__).resolve().parents[2]

PROJECT = {
    "theory/__init__.py": "from theory.errors import Bad\nfrom theory.reduction import World\n",
    "theory/errors.py": "class Bad(ValueError): ...\n",
    "theory/reduction/__init__.py": (
        "from theory.reduction.unused import x\nfrom theory.reduction.world import World\n"
    ),
    "theory/reduction/world.py": "from theory.errors import Bad\nclass World: ...\n",
    "theory/reduction/unused.py": "import numpy\nx = 1\n",
    "simulations/__init__.py": "",
    "simulations/trials.py": "def run():\n    import simulations.late\n",
    "simulations/late.py": "from theory import Bad\n",
    "simulations/facts/__init__.py": "from simulations.facts.laws import law\n",
    "simulations/facts/laws.py": "from theory.reduction import x\nlaw = x\n",
    "hallucination_theory/__init__.py": "",
    "hallucination_theory/cli.py": "import importlib\nimportlib.import_module('x')\n",
    "hallucination_theory/commands/check.py": "import theory.reduction.unused\n",
    "hallucination_theory/data/table.csv": "a\n1\n",
    "constraints.txt": "numpy==2.4\n",
    "figures/facts/data/.gitkeep": "",
}
CODE = (
    "from simulations import trials\nfrom theory import World\nfrom simulations.figures import save"
)


@pytest.fixture(scope="module")
def run():
    return _module("run")


@pytest.fixture(scope="module")
def real_inputs():
    return _module("inputs")


def _module(name):
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(ROOT / "notebooks")
        return __import__(name)


@pytest.fixture
def inputs(real_inputs, tmp_path, monkeypatch):
    """Point the runner at a small project in a folder of its own."""
    for name, text in PROJECT.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    for name, path in {"ROOT": "", "HERE": "notebooks", "STAMPS": ".cache/notebooks"}.items():
        monkeypatch.setattr(real_inputs, name, tmp_path / path)
    return real_inputs


def notebook(inputs, *code, name="01_first"):
    path = inputs.HERE / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": str(i),
            "metadata": {},
            "outputs": [],
            "source": c,
        }
        for i, c in enumerate(code)
    ]
    metadata = {"kernelspec": {"display_name": "p", "language": "python", "name": "python3"}}
    text = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(text))
    return path


def ran(inputs, path):
    """Leave what an execution leaves."""
    for name in inputs.saved_names(path):
        chapter, figure = name.split("/")
        (inputs.ROOT / "figures" / chapter / f"{figure}.svg").write_text("drawing")
        (inputs.ROOT / "figures" / chapter / "data" / f"{figure}.csv").write_text("1")
    inputs.remember(path, inputs.fingerprint(path))
    return path


def test_inputs_are_what_the_notebook_imports_directly_or_not(inputs):
    """Also imports inside functions; of ``theory`` only the module that a name comes from."""
    path = notebook(inputs, "import numpy as np", CODE)
    found = {file.relative_to(inputs.ROOT).as_posix() for file in inputs.modules(path)}
    assert found == {
        "simulations/trials.py",
        "simulations/late.py",
        "theory/reduction/world.py",
        "theory/errors.py",
    }


def test_a_notebook_that_runs_the_command_depends_on_all_subcommands(inputs):
    path = notebook(inputs, "!hallucination-theory check x.csv")
    other = notebook(inputs, "from hallucination_theory import cite", name="02_other")
    assert inputs.modules(other) == set()
    found = {file.name for file in inputs.modules(path)}
    assert {"cli.py", "check.py", "unused.py"} <= found


def test_a_name_from_a_front_stands_for_its_module(inputs):
    """Through one front or two: a touched module of a chapter makes its notebook stale."""
    path = ran(inputs, notebook(inputs, "from simulations.facts import law"))
    found = {file.relative_to(inputs.ROOT).as_posix() for file in inputs.modules(path)}
    assert found == {"simulations/facts/laws.py", "theory/reduction/unused.py"}
    assert inputs.is_current(path)
    (inputs.ROOT / "theory" / "reduction" / "unused.py").write_text("x = 2\n")
    assert not inputs.is_current(path)


def test_every_notebook_depends_on_its_own_chapter(real_inputs):
    """Of this project: modules of the chapter that bears its number, or what draws its tables."""
    numbered = {f"{i:02d}": chapter for i, chapter in enumerate(CHAPTERS, start=1)}
    every = real_inputs.select(real_inputs.HERE, [])
    for path in (p for p in every if p.stem[:2] in numbered):
        found = {file.relative_to(ROOT).as_posix() for file in real_inputs.modules(path)}
        chapter = numbered[path.stem[:2]]
        drawn = f"notebooks/drawings/{chapter}.py" in found
        assert drawn or any(f.split("/")[1] == chapter for f in found), path


@pytest.mark.parametrize(
    "changed",
    [
        "theory/errors.py",
        "simulations/late.py",
        "hallucination_theory/data/table.csv",
        "constraints.txt",
    ],
)
def test_a_changed_input_makes_it_run_again(inputs, changed):
    path = ran(inputs, notebook(inputs, CODE, 'save(fig, "facts/one", table)'))
    assert inputs.is_current(path)
    (inputs.ROOT / changed).write_text("# changed\n")
    assert not inputs.is_current(path)


@pytest.mark.parametrize("changed", ["paper_notes.md", "figures/facts/data/study_judge.csv"])
def test_a_page_or_stored_table_that_the_code_names_is_an_input(inputs, changed):
    for name in ("paper_notes.md", "README.md", "figures/facts/data/study_judge.csv"):
        (inputs.ROOT / name).write_text("1\n")
    path = ran(inputs, notebook(inputs, 'read("paper_notes.md", f"study_{part}.csv")'))
    (inputs.ROOT / "README.md").write_text("not named\n")
    assert inputs.is_current(path)
    (inputs.ROOT / changed).write_text("2\n")
    assert not inputs.is_current(path)


def test_a_new_module_or_data_file_counts_only_if_it_is_used(inputs):
    path = ran(inputs, notebook(inputs, CODE))
    (inputs.ROOT / "theory" / "reduction" / "unused.py").write_text("# changed\n")
    (inputs.ROOT / "simulations" / "brand_new.py").write_text("x = 1\n")
    assert inputs.is_current(path)
    (inputs.ROOT / "theory" / "extra.csv").write_text("a\n")
    assert not inputs.is_current(path)


@pytest.mark.parametrize("output", ["figures/facts/one.svg", "figures/facts/data/one.csv"])
@pytest.mark.parametrize("how", ["deleted", "edited"])
def test_an_output_that_is_gone_or_edited_makes_it_run_again(inputs, output, how):
    path = ran(inputs, notebook(inputs, 'save(fig, "facts/one", table)'))
    assert inputs.is_current(path)
    if how == "deleted":
        (inputs.ROOT / output).unlink()
    else:
        (inputs.ROOT / output).write_text("by hand")
    assert not inputs.is_current(path)


def test_changed_code_or_a_notebook_never_run_makes_it_run(inputs):
    path = notebook(inputs, "x = 1")
    assert not inputs.is_current(path)
    ran(inputs, path)
    notebook(inputs, "x = 2")
    assert not inputs.is_current(path)


def test_names_of_figures_are_read_from_the_code(inputs):
    """Constants as they are, f-strings as patterns, anything else as any name."""
    code = (
        'save(fig, "facts/one", t)\nfigures.save(fig, f"facts/two_{k}", t)\n'
        "save(fig, name, t)\nsaved(1, 2)"
    )
    path = notebook(inputs, code)
    assert inputs.saved_names(path) == ["facts/one", "facts/two_*", "*"]
    (inputs.ROOT / "figures" / "facts" / "two_b.svg").write_text("")
    assert inputs.missing(path) == ["facts/one"]


def test_code_that_does_not_parse_is_left_to_the_kernel_to_report(inputs):
    path = notebook(inputs, "def f(:")
    assert inputs.modules(path) == set()
    assert not inputs.is_current(path)


def test_a_notebook_that_reads_the_table_of_another_runs_after_it(inputs):
    first = ran(inputs, notebook(inputs, 'save(fig, "facts/one", table)'))
    second = notebook(
        inputs, 'head = draw(read("facts/data/one.csv"))\nhead.save("facts/two")', name="02_b"
    )
    every = inputs.select(inputs.HERE, [])
    assert inputs.saved_names(second) == ["facts/two"]
    assert [inputs.reads_what_others_write(path, every) for path in (first, second)] == [
        False,
        True,
    ]


def test_a_module_beside_the_notebooks_is_an_input(inputs):
    path = notebook(inputs, "import heads")
    (inputs.HERE / "heads.py").write_text("from theory.reduction import x\n")
    found = {file.name for file in inputs.modules(path)}
    assert found == {"heads.py", "unused.py"}


def test_select_by_prefix(inputs):
    first, second = (notebook(inputs, "", name=name) for name in ("01_first", "02_second"))
    assert inputs.select(inputs.HERE, []) == [first, second]
    assert inputs.select(inputs.HERE, ["02"]) == [second]
    with pytest.raises(ValueError, match="NB must be one of 01_first, 02_second; got 7"):
        inputs.select(inputs.HERE, ["7"])


def test_nothing_to_do_starts_no_kernel(inputs, run, monkeypatch):
    ran(inputs, notebook(inputs, "x = 1"))
    monkeypatch.setattr(run, "execute", lambda path, kernel: pytest.fail("executed"))
    result = CliRunner().invoke(run.main, [])
    assert result.exit_code == 0
    assert "1 notebook(s) unchanged; FORCE=1 runs them too." in result.output


def test_only_what_changed_is_executed_unless_forced(inputs, run, monkeypatch):
    ran(inputs, notebook(inputs, "x = 1", name="01_first"))
    notebook(inputs, "x = 1", name="02_second")
    executed = []
    monkeypatch.setattr(
        run, "execute", lambda path, _: (executed.append(path.stem) or path.stem, "")
    )
    for arguments, expected in (
        ([], ["02_second"]),
        (["01"], []),
        (["01", "--force"], ["01_first"]),
        (["--force"], ["01_first", "02_second"]),
    ):
        executed.clear()
        assert CliRunner().invoke(run.main, arguments).exit_code == 0
        assert sorted(executed) == expected


def test_an_unknown_notebook_is_one_sentence(inputs, run):
    notebook(inputs, "x = 1")
    result = CliRunner().invoke(run.main, ["99"])
    assert result.exit_code == 2
    assert "NB must be one of 01_first; got 99." in result.output


def test_a_failed_notebook_is_reported_and_not_written(inputs, run, monkeypatch):
    path = notebook(inputs, "x = 1")
    before = path.read_bytes()
    monkeypatch.setattr(run, "execute", lambda path, kernel: (path.stem, "ValueError: no"))
    result = CliRunner().invoke(run.main, [])
    assert result.exit_code == 1
    assert "01_first failed:\nValueError: no" in result.output
    assert path.read_bytes() == before


@pytest.mark.slow
def test_executing_writes_results_or_says_what_failed(inputs, run):
    """A kernel runs the cells; an error, or a promised figure not made, is a failure."""
    good = notebook(inputs, "print(6 * 7)")
    assert run.execute(good) == ("01_first", "")
    assert "42" in good.read_text()
    assert inputs.is_current(good)
    bad = notebook(inputs, "raise RuntimeError('no luck')", name="02_bad")
    before = bad.read_bytes()
    name, error = run.execute(bad)
    assert name == "02_bad"
    assert "no luck" in error
    assert bad.read_bytes() == before
    promised = notebook(inputs, "def save(*a): pass\nsave(1, 'facts/one', 2)", name="03_promised")
    assert run.execute(promised) == ("03_promised", "It ran, but left no figure named facts/one.")
    assert not inputs.is_current(promised)


@pytest.mark.slow
def test_executing_a_notebook_twice_changes_no_byte(real_inputs, run, tmp_path, monkeypatch):
    """The first notebook and its figures and tables, in a checkout of their own."""
    for name in ("figures", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("paper_notes.md", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name, path in {"ROOT": "", "HERE": "notebooks", "STAMPS": ".cache/notebooks"}.items():
        monkeypatch.setattr(real_inputs, name, tmp_path / path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    path = tmp_path / "notebooks" / "01_reduction.ipynb"
    first, second = [], []
    for seen in (first, second):
        assert run.execute(path) == ("01_reduction", "")
        seen.append(real_inputs.outputs(path))
    assert len(first[0]) > 3
    assert first == second
