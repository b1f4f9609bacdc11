"""Arrows point downward only: command and notebooks -> simulations -> theory -> numpy.

Within theory and simulations they also run from later chapters to earlier ones. A package's front
counts as an import of all that it takes names from, so a circle through a front is seen too.
"""

import ast
import importlib
import inspect
import pkgutil
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOORS = {"theory": 0, "simulations": 1, "hallucination_theory": 2}
CHAPTERS = [
    "reduction",
    "facts",
    "calibration",
    "trade_off",
    "poor_models",
    "other_factors",
    "grading",
    "confidence_targets",
    "language_models",
    "innovation",
    "memory",
]
TOOLS = {"testing", "sweep"}
"""Folders that are no chapter: they may use every chapter, and no chapter uses them."""
NEVER_IN_THEORY = {"matplotlib", "pandas", "pyarrow", "duckdb", "click", "tqdm", "random", "csv"}


def imports(path, root=ROOT):
    """Yield each module that a file imports; ``from package import module`` names the module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                yield inside if is_module(inside, root) else node.module


def is_module(name, root=ROOT):
    path = root.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()


def modules(package, root=ROOT):
    return sorted((root / package).rglob("*.py"))


def chapter(module):
    """Return the place of a module in the order of chapters; ground floor 0, tools last."""
    parts = module.split(".")
    if len(parts) < 2 or parts[0] not in {"theory", "simulations"}:
        return 0
    if parts[1] in TOOLS:
        return len(CHAPTERS) + 1
    return CHAPTERS.index(parts[1]) + 1 if parts[1] in CHAPTERS else 0


def name_of(path, root=ROOT):
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def upward(package, root=ROOT):
    """Return the imports that run from an earlier chapter to a later one, as sentences."""
    found = []
    for path in modules(package, root):
        me = name_of(path, root)
        if me == package:  # the front of the whole package hands every chapter on
            continue
        found += [
            f"{path.relative_to(root)} imports {name}"
            for name in imports(path, root)
            if chapter(name) > chapter(me)
        ]
    return found


@pytest.mark.parametrize("package", FLOORS)
def test_no_upward_arrow(package):
    for path in modules(package):
        for name in imports(path):
            floor = FLOORS.get(name.split(".")[0], -1)
            assert floor <= FLOORS[package], f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("package", ["theory", "simulations"])
def test_a_chapter_uses_earlier_chapters_only(package):
    assert upward(package) == []


def test_an_import_turned_upward_is_seen(tmp_path):
    """Directly, and through the front of a later chapter or of the whole package."""
    for name, text in {
        "theory/__init__.py": "from theory.facts import FactWorld\n",
        "theory/facts/__init__.py": "from theory.facts.world import FactWorld\n",
        "theory/facts/world.py": "class FactWorld: ...\n",
        "theory/reduction/bounds.py": "from theory.facts import FactWorld\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (found,) = {f.split(" imports ")[0] for f in upward("theory", tmp_path)}
    assert found == "theory/reduction/bounds.py"


@pytest.mark.parametrize("package", ["theory", "simulations"])
def test_the_package_is_imported_by_module_from_inside(package):
    """Inside a package one imports the module, outside it the front: no circle through a front."""
    fronts = {name_of(p) for p in modules(package) if p.name == "__init__.py"}
    for path in modules(package):
        if path.name == "__init__.py" or f"{package}/testing" in path.as_posix():
            continue
        taken = set(imports(path)) & fronts
        assert not taken, f"{path.relative_to(ROOT)} imports the front {taken}"


def _is_from(node):
    return isinstance(node, ast.ImportFrom)


@pytest.mark.parametrize("package", FLOORS)
def test_no_import_circles(package):
    files = {name_of(p): p for p in modules(package)}
    graph = {
        name: {i for i in imports(path) if i in files} - {name} for name, path in files.items()
    }
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


@pytest.mark.parametrize("package", ["theory", "simulations"])
def test_no_name_of_a_front_hides_a_module(package):
    """A function exported under its module's name would be what ``import a.b as m`` gives."""
    for init in (ROOT / package).rglob("__init__.py"):
        exported = {
            a.name for n in ast.walk(ast.parse(init.read_text())) if _is_from(n) for a in n.names
        }
        beside = {p.stem for p in init.parent.glob("*.py")} | {
            p.name for p in init.parent.iterdir() if p.is_dir()
        }
        assert not exported & beside, f"{init.relative_to(ROOT)} exports {exported & beside}"


def test_every_chapter_has_its_room_in_each_part():
    """The same names in theory or simulations, tests, figures; notebooks bear their numbers."""
    for i, name in enumerate(CHAPTERS, start=1):
        homes = [ROOT / "theory" / name, ROOT / "simulations" / name]
        if not any(home.is_dir() for home in homes):
            continue
        assert (ROOT / "tests" / name).is_dir(), name
        assert (ROOT / "figures" / name).is_dir(), name
        assert (ROOT / "notebooks" / f"{i:02d}_{name}.ipynb").exists(), name


@pytest.mark.parametrize("package", FLOORS)
def test_a_folder_holds_at_most_twelve_modules(package):
    """What the eye takes in at once; the thirteenth module is a reason for a chapter or a merge."""
    for init in (ROOT / package).rglob("__init__.py"):
        beside = [p for p in init.parent.glob("*.py") if p != init]
        assert len(beside) <= 12, f"{init.parent.relative_to(ROOT)}: {len(beside)} modules"


def functions(path):
    """Yield the public functions, the public methods of public classes, and every lambda."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Lambda))
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        for f in inside:
            if isinstance(f, ast.FunctionDef) and not (is_private(node) or is_private(f)):
                yield f


def is_private(node):
    return node.name.startswith("_") and not node.name.endswith("__")


def takes_rng_by_position(function):
    return "rng" in {a.arg for a in (*function.args.posonlyargs, *function.args.args)}


def has_a_hidden_generator(function):
    named = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    return any(a.arg == "rng" and default is not None for a, default in named)


def test_rng_is_passed_by_keyword_and_has_no_default():
    """Registries of learners and worlds included: their lambdas keep the same signature."""
    for path in modules("simulations"):
        for f in functions(path):
            where = f"{path.relative_to(ROOT)}:{f.lineno}"
            assert not takes_rng_by_position(f), f"{where} takes rng by position"
            assert not has_a_hidden_generator(f), f"{where} has a default rng"


def test_every_name_of_a_front_takes_rng_by_keyword():
    """As Python sees it, through registries and whatever decorates a function."""
    for init in (ROOT / "simulations").glob("*/__init__.py"):
        front = importlib.import_module(name_of(init))
        for name in front.__all__:
            value = getattr(front, name)
            for f in value.values() if isinstance(value, dict) else [value]:
                rng = callable(f) and inspect.signature(f).parameters.get("rng")
                assert not rng or rng.kind is rng.KEYWORD_ONLY, f"{front.__name__}.{name}"


def test_theory_is_pure():
    for path in modules("theory"):
        roots = {name.split(".")[0] for name in imports(path)}
        assert not roots & NEVER_IN_THEORY, path
        assert "default_rng" not in path.read_text(encoding="utf-8"), path


def _results():
    import theory

    for found in pkgutil.walk_packages(theory.__path__, "theory."):
        module = importlib.import_module(found.name)
        yield from (x for x in vars(module).values() if isinstance(x, type) and is_dataclass(x))


def test_results_that_hold_arrays_can_be_compared():
    """The generated == compares fields in a tuple, and an array has no single truth value."""
    wrong = {
        result.__qualname__
        for result in _results()
        if result.__dataclass_params__.eq
        and any("Array" in str(field.type) for field in fields(result))
    }
    assert not wrong
