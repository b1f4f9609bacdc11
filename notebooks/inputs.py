"""What a notebook depends on and what it leaves behind, read from its code without running it.

Inputs are its cells, the modules of this project that they import (and those that these import),
the data files of the packages, the pages and stored tables that the cells name, and the pinned
versions. Outputs are the notebook itself and the
figures and tables that its calls of ``save`` name.
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
STAMPS = ROOT / ".cache" / "notebooks"
PACKAGES = ("theory", "simulations", "hallucination_theory")
COMMAND = ("hallucination-theory", "-m hallucination_theory")


def cells(path: Path, kind: str = "") -> list[str]:
    """Return the sources of the cells of a notebook, of one kind or all."""
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in found if kind in {"", cell["cell_type"]}]


def code(path: Path) -> str:
    """Return the Python of a notebook, without IPython's own lines (``%magic``, ``!command``)."""
    lines = "\n".join(cells(path, "code")).splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!")))


def tree(path: Path) -> ast.AST:
    """Return the parsed code of a notebook; empty if it cannot be parsed."""
    try:
        return ast.parse(code(path))
    except SyntaxError:
        return ast.Module([], [])  # executing the notebook will say what is wrong, and where


def modules(path: Path) -> set[Path]:
    """Return the files of this project that a notebook imports, directly or not."""
    wanted = list(imported(tree(path)))
    if any(name in cell for cell in cells(path, "code") for name in COMMAND):
        wanted.append("hallucination_theory.cli")
    found: set[Path] = set()
    while wanted:
        file = file_of(wanted.pop())
        if file is None or file in found:
            continue
        found.add(file)
        text = file.read_text(encoding="utf-8")
        wanted += imported(ast.parse(text))
        if "import_module(" in text:  # what it will load is known only when it runs
            wanted += [_name_of(other) for other in file.parent.rglob("*.py")]
    return found


def imported(parsed: ast.AST) -> Iterator[str]:
    """Yield the modules of this project that some code imports.

    A name taken from a package (``from theory import World``) stands for the module that the
    package takes it from, so that a notebook does not depend on all that a package offers.
    """
    for node in ast.walk(parsed):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            if (init := _front(node.module)).exists():
                yield from _origins(init, {alias.name for alias in node.names})


def _front(package: str) -> Path:
    return ROOT / Path(*package.split(".")) / "__init__.py"


def _origins(init: Path, names: set[str]) -> Iterator[str]:
    """Yield the modules that the names come from; a front may take them from another front."""
    for node in ast.walk(ast.parse(init.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            offered = {alias.asname or alias.name for alias in node.names}
            taken = offered if "*" in names else names & offered
            if taken:
                yield node.module
                if (deeper := _front(node.module)).exists():
                    yield from _origins(deeper, taken)


def file_of(module: str) -> Path | None:
    """Return the file of a module of this project; of a package only its modules matter."""
    if (beside := HERE.joinpath(*module.split(".")).with_suffix(".py")).exists():
        return beside
    file = ROOT / Path(*module.split(".")).with_suffix(".py")
    return file if module.split(".", maxsplit=1)[0] in PACKAGES and file.exists() else None


def _name_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def data_files() -> list[Path]:
    """Return what the packages and notebooks read besides code, and the pinned versions."""
    folders = [*(ROOT / name for name in PACKAGES), ROOT / "notebooks" / "data"]
    data = [f for folder in folders for f in folder.rglob("*") if f.is_file()]
    kept = [f for f in data if f.suffix not in {".py", ".pyc", ".md"} and f.name != "py.typed"]
    return sorted([*kept, ROOT / "constraints.txt"])


def named_files(path: Path) -> list[Path]:
    """Return the pages (``*.md``) and stored tables that the code of a notebook names."""
    texts = (n for n in ast.walk(tree(path)) if isinstance(n, (ast.Constant, ast.JoinedStr)))
    names = {name for text in texts if (name := _pattern(text)).endswith((".md", ".csv"))}
    wanted = {name.rsplit("/", 1)[-1] for name in names}
    files = [*ROOT.glob("*.md"), *(ROOT / "figures").glob("*/data/*.csv")]
    return sorted(f for f in files if any(fnmatch(f.name, name) for name in wanted))


def fingerprint(path: Path) -> str:
    """Digest everything that the results of a notebook depend on."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    digest.update(json.dumps(cells(path)).encode())
    for file in [*sorted(modules(path)), *data_files(), *named_files(path)]:
        digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def saved_names(path: Path) -> list[str]:
    """Return the names under which a notebook saves figures; ``*`` stands for what is computed."""
    calls = (n for n in ast.walk(tree(path)) if isinstance(n, ast.Call))
    saves = (c for c in calls if getattr(c.func, "id", getattr(c.func, "attr", "")) == "save")
    # ``figures.save(fig, name, table)``, and ``head.save(name)`` of what a function drew.
    return [_pattern(c.args[min(1, len(c.args) - 1)]) for c in saves if c.args]


def _pattern(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_pattern(part) for part in node.values)
    return "*"


def outputs(path: Path) -> dict[str, str]:
    """Return the digests of the notebook, its figures and its tables, as they are now."""
    names = saved_names(path)
    files = [f for f in (ROOT / "figures").rglob("*.*") if f.is_file()]
    made = [f for f in files if any(fnmatch(_figure(f), name) for name in names)]
    return {f.relative_to(ROOT).as_posix(): _digest(f) for f in sorted({path, *made})}


def _figure(file: Path) -> str:
    """Return the name under which a file in ``figures/`` was saved, CHAPTER/NAME."""
    return file.relative_to(ROOT / "figures").with_suffix("").as_posix().replace("/data/", "/")


def missing(path: Path) -> list[str]:
    """Return the names a notebook saves under for which no figure lies there."""
    made = {_figure(ROOT / name) for name in outputs(path) if name.endswith(".svg")}
    return [name for name in saved_names(path) if not any(fnmatch(m, name) for m in made)]


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def is_current(path: Path) -> bool:
    """Tell whether this notebook ran here on these inputs and all is still as it left it."""
    stamp = STAMPS / f"{path.stem}.json"
    if not stamp.exists() or missing(path):
        return False
    known = json.loads(stamp.read_text(encoding="utf-8"))
    return known == {"inputs": fingerprint(path), "outputs": outputs(path)}


def remember(path: Path, inputs: str) -> None:
    """Note that a notebook ran on these inputs and left these outputs."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"inputs": inputs, "outputs": outputs(path)})
    (STAMPS / f"{path.stem}.json").write_text(text, encoding="utf-8")


def reads_what_others_write(path: Path, others: Iterable[Path]) -> bool:
    """Tell whether a notebook names a table that another one saves: then it runs after that."""
    read = [_figure(f) for f in named_files(path) if f.suffix == ".csv"]
    written = [name for other in others if other != path for name in saved_names(other)]
    return any(fnmatch(table, name) for table in read for name in written)


def select(folder: Path, prefixes: Iterable[str]) -> list[Path]:
    """Return the notebooks whose names begin with one of ``prefixes`` (all if there is none).

    Raises
    ------
    ValueError
        If a prefix fits no notebook.
    """
    every = sorted(folder.glob("[0-9]*.ipynb"))
    chosen = tuple(prefixes)
    for prefix in chosen:
        if not any(p.name.startswith(prefix) for p in every):
            known = ", ".join(p.stem for p in every)
            raise ValueError(f"NB must be one of {known}; got {prefix}.")
    return [p for p in every if not chosen or p.name.startswith(chosen)]
