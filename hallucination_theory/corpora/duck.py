"""Count a user's corpus of (prompt, response) rows, however large, with DuckDB.

DuckDB keeps to its memory limit and spills to disk beyond it; the spilled files lie in a
temporary folder that is removed at the end.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hallucination_theory.corpora.counts import CorpusCounts
from hallucination_theory.corpora.files import corpus_files
from hallucination_theory.corpora.identity import FOLD, fold, fold_abstentions
from hallucination_theory.corpora.sql import MERGED, Words
from hallucination_theory.inputs.opened import Source, opened
from hallucination_theory.tables.formats import FORMATS, format_of, parquet_types, read_batches
from hallucination_theory.tables.table import Table, is_text
from hallucination_theory.tables.wanted import Wanted, first_line
from theory.errors import InvalidInput, require

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "1500MB"
"""DuckDB's own limit by default; the whole process then stays below 2 GB."""
PROMPT, RESPONSE = "prompt", "response"
# Answers are compared by 64-bit hash, whose size does not depend on their length: a group that
# holds only numbers can be spilled. Two answers collide with probability 5e-20.
ANSWER = "hash({x})"

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
    abstain: Sequence[str] = ("IDK",),
    memory_limit: str = MEMORY_LIMIT,
    by: str | None = None,
    skip: bool = False,
    raw: bool = False,
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
    with _engine(memory_limit) as (engine, folder):
        if raw:
            words = Words(abstain, abstain, key=ANSWER)
        else:
            words = Words(abstain, fold_abstentions(abstain), FOLD, ANSWER)
            engine.create_function("fold_text", fold, [str], str)
        count = _Count(engine, folder, words, by, skip)
        rows, parts = count.by_part(files) if by or len(files) > 1 else count.one(files[0])
    whole = CorpusCounts.of_rows(name, [_whole(row)[:4] for row in rows])
    sums = [sum(column) for column in zip(*map(_whole, rows), strict=True)]
    return Counted(whole, _parts(name, parts), len(files), sums[4] + sums[5], sums[6], sums[7])


def _whole(row: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(map(int, row))


def _parts(name: str, rows: Rows) -> dict[str, CorpusCounts]:
    found: dict[str, list[tuple[int, ...]]] = {}
    for part, *row in rows:
        found.setdefault("" if part is None else str(part), []).append(_whole(tuple(row))[:4])
    return {part: CorpusCounts.of_rows(name, found[part], silent=True) for part in sorted(found)}


@dataclass(frozen=True)
class _Count:
    """One count in one engine."""

    engine: duckdb.DuckDBPyConnection
    folder: Path
    words: Words
    by: str | None
    skip: bool

    @property
    def wanted(self) -> Wanted:
        return Wanted((PROMPT, RESPONSE, *([self.by] if self.by else [])), text=True)

    def one(self, file: str) -> tuple[Rows, Rows]:
        """Count one file without a column to count by: nothing is kept but the counts of counts."""
        found: Rows = []

        def count(relation: str) -> None:
            found[:] = self._counts(self._per_prompt(relation))

        with opened(file) as source:
            self._read(source, count)
            self._refuse(source, _lost(found))
        return found, []

    def by_part(self, files: list[str]) -> tuple[Rows, Rows]:
        """Count file after file; return the counts of counts of the whole, and by part."""
        for number, file in enumerate(files):
            verb = "INSERT INTO prompts" if number else "CREATE TEMP TABLE prompts AS"
            with opened(file) as source:
                self._read(source, self._keep)
                self._refuse(source, _lost(self._counts("part")))
            self.engine.execute(f"{verb} FROM part")
        whole = self._counts(f"({MERGED.format(keys=PROMPT, source='prompts')})")
        if not self.by:
            return whole, []
        merged = MERGED.format(keys="part, prompt", source="prompts")
        return whole, self._counts(f"({merged})", part=True)

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
        with _complaints(source):
            if format_of(source) == "Parquet" and _plain_types(source, wanted):
                use(self._parquet(source))
            else:
                read_batches(source, wanted, lambda b: _streamed(engine, source, wanted, b, use))

    def _by(self) -> str | None:
        return '"' + self.by.replace('"', '""') + '"' if self.by else None

    def _parquet(self, source: Source) -> str:
        names = ['"' + name.replace('"', '""') + '"' for name in self.wanted.required]
        columns = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in names)
        file = _sql_name(source, self.folder)
        return f"(SELECT {columns} FROM read_parquet('{file}', hive_partitioning=false))"

    def _refuse(self, source: Source, lost: tuple[int, int]) -> None:
        for name, rows in zip((PROMPT, RESPONSE), lost, strict=True):
            if rows and not self.skip:
                received = f"{rows} rows without one"
                remedy = "leave them out with --skip"
                raise InvalidInput(
                    f"{name} of {source}", "given in every row", received, remedy=remedy
                )


def _lost(rows: Rows) -> tuple[int, int]:
    """Rows without a prompt, and rows with one but without a response."""
    return sum(int(row[4]) for row in rows), sum(int(row[5]) for row in rows)


@contextmanager
def _complaints(source: Source) -> Iterator[None]:
    """Turn what DuckDB says about a file into one sentence."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise InvalidInput(
            "memory_limit",
            "large enough for DuckDB to spill to disk",
            first_line(error),
            remedy="raise it or free disk space",
        ) from error
    except duckdb.Error as error:
        allowed, received = (
            f"well-formed {FORMATS[source.suffix]}",
            f"a damaged one ({first_line(error)})",
        )
        raise InvalidInput(f"the file {source}", allowed, received) from error


@contextmanager
def _engine(memory_limit: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    import duckdb

    with tempfile.TemporaryDirectory(prefix="hallucination-theory-") as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_limit,
            "temp_directory": str(Path(folder) / "spilled"),
            "preserve_insertion_order": False,
        }
        try:
            engine = duckdb.connect(config=settings)
        except duckdb.Error as error:
            raise InvalidInput(
                "memory_limit", 'a size such as "1GB"', repr(memory_limit)
            ) from error
        with engine:
            engine.execute("SET enable_progress_bar = false")
            yield engine, Path(folder)


def _plain_types(source: Source, wanted: Wanted) -> bool:
    """Tell whether DuckDB itself would read a Parquet file as this package reads all tables."""
    import pyarrow as pa

    types = [
        t.value_type if pa.types.is_dictionary(t) else t
        for t in parquet_types(source, wanted).values()
    ]
    return all(is_text(t) or pa.types.is_integer(t) for t in types)


def _sql_name(source: Source, folder: Path) -> str:
    path = source.path
    if set(str(path)) & set("*?[]{}"):
        # DuckDB would take such a name for a pattern.
        path = folder / f"corpus{source.suffix}"
        path.unlink(missing_ok=True)
        path.symlink_to(source.path.resolve())
    return str(path).replace("'", "''")


def _streamed(
    engine: duckdb.DuckDBPyConnection,
    source: Source,
    wanted: Wanted,
    batches: Iterator[Any],
    create: Callable[[str], None],
) -> None:
    """Count batches that are read while DuckDB counts; a reader's complaint is not DuckDB's."""
    import duckdb
    import pyarrow as pa

    complaints: list[Exception] = []

    def texts() -> Iterator[pa.RecordBatch]:
        try:
            for batch in batches:
                yield _as_text(source, wanted, batch)
        except Exception as error:
            complaints.append(error)
            raise

    schema = pa.schema([(name, pa.large_string()) for name in wanted.required])
    engine.register("corpus", pa.RecordBatchReader.from_batches(schema, texts()))
    try:
        create("corpus")
    except duckdb.Error:
        if complaints:
            raise complaints[0] from None
        raise


def _as_text(source: Source, wanted: Wanted, batch: Any) -> Any:
    import pyarrow as pa

    table = Table(str(source), pa.table({n: batch.column(n) for n in batch.schema.names}))
    columns = [
        (table.texts(name) if name in table else pa.nulls(len(table))).cast(pa.large_string())
        for name in wanted.required
    ]
    return pa.record_batch([pa.concat_arrays(_chunks(c)) for c in columns], wanted.required)


def _chunks(column: Any) -> list[Any]:
    return getattr(column, "chunks", [column])
