"""Count a user's corpus of (prompt, response) rows, however large, with DuckDB.

DuckDB keeps to its memory limit and spills to disk beyond it; the spilled files lie in a
temporary folder that is removed at the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hallucination_theory.corpora.counts import CorpusCounts
from hallucination_theory.corpora.engine import (
    complaints,
    new_engine,
    plain_types,
    sql_name,
    streamed,
)
from hallucination_theory.corpora.files import corpus_files
from hallucination_theory.corpora.identity import ABSTAIN, FOLD, fold, fold_abstentions
from hallucination_theory.corpora.sql import MERGED, Words
from hallucination_theory.inputs.opened import Source, opened
from hallucination_theory.tables.formats import format_of, read_batches
from hallucination_theory.tables.wanted import Wanted
from simulations.whole_files import replaced
from theory.errors import InvalidInput, require

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "1500MB"
"""DuckDB's own limit by default; the whole process then stays below 2 GB."""
PROMPT, RESPONSE = "prompt", "response"
# Answers are compared by 64-bit hash, whose size does not depend on their length: a group that
# holds only numbers can be spilled. Two answers collide with probability 5e-20.
ANSWER = "hash({x})"
SHARED = "md5({x})"
"""The same for shards, which may come from another version of DuckDB."""
SETTINGS = "hallucination_theory"
"""Where a shard keeps how it was counted."""

Rows = list[tuple[Any, ...]]


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
    """

    whole: CorpusCounts
    parts: dict[str, CorpusCounts]
    n_files: int
    n_skipped: int = 0
    n_merged: int = 0
    n_once_as_spelt: int | None = None


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
        count = Count(engine, folder, words, by, skip)
        if by or save or len(files) > 1:
            count.keep(files)
            if save:
                count.save(save)
            rows, parts = count.kept()
        else:
            rows, parts = count.one(files[0]), []
    return counted(name, len(files), rows, parts, silent=save is not None)


def words_of(
    engine: duckdb.DuckDBPyConnection, abstain: Sequence[str], *, raw: bool, key: str
) -> Words:
    """Return how this engine tells which texts are alike, and teach it :func:`fold`."""
    if raw:
        return Words(abstain, abstain, key=key)
    engine.create_function("fold_text", fold, [str], str)
    return Words(abstain, fold_abstentions(abstain), FOLD, key)


def counted(name: str, n_files: int, rows: Rows, parts: Rows, *, silent: bool = False) -> Counted:
    """Put the rows of the counts together, of the whole and by part."""
    whole = CorpusCounts.of_rows(name, [_whole(row)[:4] for row in rows], silent=silent)
    sums = [sum(column) for column in zip(*map(_whole, rows), strict=True)]
    return Counted(whole, _parts(name, parts), n_files, sums[4] + sums[5], sums[6], sums[7])


def _whole(row: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(map(int, row))


def _parts(name: str, rows: Rows) -> dict[str, CorpusCounts]:
    found: dict[str, list[tuple[int, ...]]] = {}
    for part, *row in rows:
        found.setdefault("" if part is None else str(part), []).append(_whole(tuple(row))[:4])
    return {part: CorpusCounts.of_rows(name, found[part], silent=True) for part in sorted(found)}


@dataclass(frozen=True)
class Count:
    """One count in one engine."""

    engine: duckdb.DuckDBPyConnection
    folder: Path
    words: Words
    by: str | None
    skip: bool

    @property
    def wanted(self) -> Wanted:
        """The columns to read, as text."""
        names = (PROMPT, RESPONSE, self.by or PROMPT)
        return Wanted(tuple(dict.fromkeys(names)), text=True)

    def one(self, file: str) -> Rows:
        """Count one file without a column to count by: nothing is kept but the counts of counts."""
        found: Rows = []

        def count(relation: str) -> None:
            found[:] = self._counts(self._per_prompt(relation))

        with opened(file) as source:
            self._read(source, count)
            if not self.skip:
                refuse(str(source), found)
        return found

    def keep(self, files: list[str]) -> None:
        """Count file after file into the table ``prompts``, one row a file and spelling."""
        for number, file in enumerate(files):
            verb = "INSERT INTO prompts" if number else "CREATE TEMP TABLE prompts AS"
            with opened(file) as source:
                self._read(source, self._keep)
                if not self.skip:
                    refuse(str(source), self._counts("part"))
            self.engine.execute(f"{verb} FROM part")

    def kept(self) -> tuple[Rows, Rows]:
        """Return the counts of counts of the table ``prompts``: of the whole, and by part."""
        whole = self._counts(f"({MERGED.format(keys=PROMPT, source='prompts')})")
        if not self.by:
            return whole, []
        return whole, self._counts(f"({self._merged()})", part=True)

    def save(self, path: Path) -> None:
        """Write the table ``prompts`` as a shard, whole or not at all."""
        settings = {"abstain": list(self.words.abstain), "raw": self.words.raw, "by": self.by}
        text = json.dumps(settings, sort_keys=True).replace("'", "''")
        options = f"FORMAT parquet, KV_METADATA {{{SETTINGS}: '{text}'}}"
        with replaced(path) as (partial,):
            target = str(partial).replace("'", "''")
            self.engine.execute(f"COPY ({self._merged()}) TO '{target}' ({options})")

    def _merged(self) -> str:
        return MERGED.format(keys="part, prompt" if self.by else PROMPT, source="prompts")

    def _keep(self, relation: str) -> None:
        query = self._per_prompt(relation)
        self.engine.execute(f"CREATE OR REPLACE TEMP TABLE part AS FROM {query}")

    def _per_prompt(self, relation: str) -> str:
        return f"({self.words.per_prompt(relation, by=self._by())})"

    def _counts(self, spellings: str, *, part: bool = False) -> Rows:
        return self.engine.execute(self.words.counts(spellings, part=part)).fetchall()

    def _read(self, source: Source, use: Callable[[str], None]) -> None:
        """Hand a file to ``use`` as a relation with the wanted columns as text."""
        engine, wanted = self.engine, self.wanted
        with complaints(source):
            if format_of(source) == "Parquet" and plain_types(source, wanted):
                use(self._parquet(source))
            else:
                read_batches(source, wanted, lambda b: streamed(engine, source, wanted, b, use))

    def _by(self) -> str | None:
        return '"' + self.by.replace('"', '""') + '"' if self.by else None

    def _parquet(self, source: Source) -> str:
        names = ['"' + name.replace('"', '""') + '"' for name in self.wanted.required]
        columns = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in names)
        file = sql_name(source, self.folder)
        return f"(SELECT {columns} FROM read_parquet('{file}', hive_partitioning=false))"


def refuse(name: str, rows: Rows) -> None:
    """Complain about rows without a prompt or a response, if there are any in the counts."""
    for column, n_rows in zip((PROMPT, RESPONSE), _lost(rows), strict=True):
        if n_rows:
            raise InvalidInput(
                f"{column} of {name}",
                "given in every row",
                f"{n_rows} rows without one",
                remedy="leave them out with --skip",
            )


def _lost(rows: Rows) -> tuple[int, int]:
    """Rows without a prompt, and rows with one but without a response."""
    return sum(int(row[4]) for row in rows), sum(int(row[5]) for row in rows)
