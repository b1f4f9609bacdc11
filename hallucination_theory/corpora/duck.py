"""Count a user's corpus of (prompt, response) rows, however large, with DuckDB.

DuckDB keeps to its memory limit and spills to disk beyond it; the spilled files lie in a
temporary folder that is removed at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hallucination_theory.corpora.abstentions import SILENT, Abstentions
from hallucination_theory.corpora.counts import CorpusCounts
from hallucination_theory.corpora.engine import new_engine
from hallucination_theory.corpora.files import corpus_files
from hallucination_theory.corpora.identity import ABSTAIN, FOLD, fold, fold_abstentions
from hallucination_theory.corpora.prompts import ANSWER, SHARED, Count, Rows
from hallucination_theory.corpora.sql import Words
from theory.errors import require

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "1500MB"
"""DuckDB's own limit by default; the whole process then stays below 2 GB."""


@dataclass(frozen=True)
class Counted:
    """A corpus, counted.

    Attributes
    ----------
    whole : CorpusCounts
        All files together.
    parts : dict of str to CorpusCounts
        One for each value of the column to count by; empty without one.
    n_files, n_skipped : int
        Files read, and rows left out because they lack a prompt or a response.
    n_merged : int
        Rows whose prompt occurs in more than one spelling.
    n_once_as_spelt : int
        Singletons if only equal texts were alike.
    n_recognised : int
        Rows that abstain in other words than those given.
    n_unclear : int
        Rows that abstain and say more; they are answers.
    """

    whole: CorpusCounts
    parts: dict[str, CorpusCounts]
    n_files: int
    n_skipped: int = 0
    n_merged: int = 0
    n_once_as_spelt: int | None = None
    n_recognised: int = 0
    n_unclear: int = 0


def count_corpus(
    paths: str | Path | Sequence[str | Path],
    *,
    abstain: Sequence[str] = ABSTAIN,
    memory_limit: str = MEMORY_LIMIT,
    by: str | None = None,
    skip: bool = False,
    raw: bool = False,
    save: Path | None = None,
) -> Counted:
    """Count prompts, answers and singletons of a corpus (Definition 2).

    Parameters
    ----------
    paths : str, Path or sequence of them
        Files, folders and patterns (:func:`hallucination_theory.corpora.files.corpus_files`): CSV,
        JSON lines or Parquet, compressed or not, with the columns prompt and response; others
        are not read. The files may differ in format.
    abstain : sequence of str
        Responses that are abstentions.
    memory_limit : str
        How much memory DuckDB may take before it spills to disk, such as "1GB".
    by : str, optional
        A column, such as a source or a language: its values are counted apart too.
    skip : bool
        Leave out rows without a prompt or a response and count them, instead of refusing the file.
    raw : bool
        Take only equal texts for the same, not texts that are alike
        (:mod:`hallucination_theory.corpora.identity`).
    save : Path, optional
        Where to keep the count of each prompt as a shard, a Parquet file that
        ``--shards`` takes.

    Returns
    -------
    Counted
        Exact.

    Raises
    ------
    InvalidInput
        If a file is missing, empty, damaged or lacks a column or a value, or if every response
        is an abstention. It names the file.
    MissingExtra
        If DuckDB (extra ``files``) is not installed.
    """
    require("duckdb", "files", "counting a corpus")
    files = corpus_files([paths] if isinstance(paths, (str, Path)) else paths)
    name = files[0] if len(files) == 1 else f"{len(files)} files"
    with new_engine(memory_limit) as (engine, folder):
        words = words_of(engine, list(abstain), raw=raw, key=ANSWER if save is None else SHARED)
        count = Count(engine, folder, words, by, skip, known_of(engine, abstain, raw=raw))
        count.keep(files)
        if save:
            count.save(save)
        rows, parts = count.kept()
    return counted(name, len(files), rows, parts, count.kinds, silent=save is not None)


def words_of(
    engine: duckdb.DuckDBPyConnection, abstain: Sequence[str], *, raw: bool, key: str
) -> Words:
    """Return how this engine tells which texts are alike, and teach it :func:`fold`."""
    if raw:
        return Words(abstain, abstain, key=key)
    engine.create_function("fold_text", fold, [str], str)
    return Words(abstain, fold_abstentions(abstain), FOLD, key)


def known_of(
    engine: duckdb.DuckDBPyConnection, abstain: Sequence[str], *, raw: bool
) -> Abstentions | None:
    """Return what abstains beside the texts given, and teach the engine to tell."""
    if raw or not abstain:
        return None
    known = Abstentions(abstain)
    known.teach(engine)
    return known


def counted(
    name: str,
    n_files: int,
    rows: Rows,
    parts: Rows,
    kinds: Mapping[str, int],
    *,
    silent: bool = False,
) -> Counted:
    """Put the rows of the counts together, of the whole and by part."""
    whole = CorpusCounts.of_rows(name, [_whole(row)[:4] for row in rows], silent=silent)
    sums = [sum(column) for column in zip(*map(_whole, rows), strict=True)]
    recognised = sum(kinds.get(kind, 0) for kind in SILENT)
    unclear = kinds.get("unclear", 0)
    return Counted(
        whole,
        _parts(name, parts),
        n_files,
        sums[4] + sums[5],
        sums[6],
        sums[7],
        recognised,
        unclear,
    )


def _whole(row: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(map(int, row))


def _parts(name: str, rows: Rows) -> dict[str, CorpusCounts]:
    found: dict[str, list[tuple[int, ...]]] = {}
    for part, *row in rows:
        found.setdefault("" if part is None else str(part), []).append(_whole(tuple(row))[:4])
    return {part: CorpusCounts.of_rows(name, found[part], silent=True) for part in sorted(found)}
