"""Arrows point downward only: the command and notebooks -> simulations -> theory -> numpy."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = {"theory": 0, "simulations": 1, "hallucination_theory": 2}
NEVER_IN_THEORY = {"matplotlib", "pandas", "pyarrow", "duckdb", "click", "tqdm", "random", "csv"}
HEAVY = {"scipy.stats", "sklearn", "matplotlib", "pandas", "torch", "duckdb", "pyarrow", "sympy"}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module


def modules(package):
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", FLOORS)
def test_no_upward_arrow(package):
    for path in modules(package):
        for name in imports(path):
            floor = FLOORS.get(name.split(".")[0], -1)
            assert floor <= FLOORS[package], f"{path.relative_to(ROOT)} imports {name}"


def test_theory_is_pure():
    for path in modules("theory"):
        roots = {name.split(".")[0] for name in imports(path)}
        assert not roots & NEVER_IN_THEORY, path
        assert "default_rng" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize("package", FLOORS)
def test_no_import_circles(package):
    files = {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in modules(package)}
    graph = {name: {i for i in imports(path) if i in files} for name, path in files.items()}
    done, path_now = set(), []

    def visit(name):
        assert name not in path_now, " -> ".join([*path_now, name])
        if name in done:
            return
        path_now.append(name)
        for below in graph[name]:
            visit(below)
        path_now.pop()
        done.add(name)

    for name in graph:
        visit(name)


def test_a_circle_or_an_upward_arrow_would_be_seen(tmp_path):
    """The reader of imports sees both forms of the statement."""
    (tmp_path / "m.py").write_text("import simulations.trials\nfrom theory import world\n")
    assert list(imports(tmp_path / "m.py")) == ["simulations.trials", "theory"]
