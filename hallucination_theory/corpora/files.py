"""The files of a corpus: paths, patterns, folders and compressed files, one after the other."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from hallucination_theory.inputs.opened import PACKED, STDIN
from hallucination_theory.tables.formats import FORMATS
from theory.errors import InvalidInput

PATTERN = set("*?[")


def corpus_files(paths: Sequence[str | Path]) -> list[str]:
    """List the files that paths, patterns and folders stand for, each once, in order.

    Parameters
    ----------
    paths : sequence of str or Path
        A file or pipe; ``-`` for standard input; a folder, whose tables are taken at any depth
        (names that begin with a dot or an underscore are left out); or a pattern such as
        ``part-*.parquet`` or ``**/*.jsonl.gz``, unless a file has that very name.

    Raises
    ------
    InvalidInput
        If a folder holds no table or a pattern matches no file.
    """
    found: dict[str, None] = {}
    for path in map(str, paths):
        found |= dict.fromkeys(_of(path))
    return list(found)


def _of(path: str) -> list[str]:
    if path == STDIN:
        return [path]
    if Path(path).is_dir():
        tables = sorted(str(file) for file in Path(path).rglob("*") if _is_table(file, path))
        if not tables:
            allowed = f"a folder with files that end in {', '.join(FORMATS)}"
            raise InvalidInput(f"the folder {path}", allowed, "none in it")
        return tables
    if PATTERN & set(path) and not Path(path).exists():
        files = sorted(file for file in glob.glob(path, recursive=True) if Path(file).is_file())
        if not files:
            raise InvalidInput(f"the pattern {path}", "one that matches a file", "no match")
        return files
    return [path]


def _is_table(file: Path, folder: str) -> bool:
    parts = file.relative_to(folder).parts
    inner = Path(file.stem) if file.suffix in PACKED else file
    visible = not any(part.startswith((".", "_")) for part in parts)
    return visible and inner.suffix.lower() in FORMATS and file.is_file()
