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

import numpy as np

from hallucination_theory.inputs.opened import Source, opened
from hallucination_theory.tables.formats import format_of, parquet_types, read_batches
from hallucination_theory.tables.table import Table, is_text
from hallucination_theory.tables.wanted import Wanted, first_line
from theory.errors import InvalidInput, require
from theory.facts import CountsOfCounts

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "1500MB"
"""DuckDB's own limit by default; the whole process then stays below 2 GB."""
Rows = list[tuple[int, ...]]
COLUMNS = Wanted(("prompt", "response"), text=True)

COUNT = """
SELECT n_answers, count(*), sum(n_rows), coalesce(count_if(contradictory), 0),
       coalesce(sum(n_rows) FILTER (prompt IS NULL), 0), sum(n_rows - n_responses)
FROM (SELECT prompt, count(*) AS n_rows, count(response) AS n_responses,
             count(answer) AS n_answers, min(answer) <> max(answer) AS contradictory
      FROM (SELECT prompt, response,
                   CASE WHEN response NOT IN (SELECT unnest($abstain)) THEN hash(response) END
                   AS answer FROM {source})
      GROUP BY prompt)
GROUP BY n_answers
"""
PARQUET = (
    "(SELECT prompt, CAST(response AS VARCHAR) AS response "
    "FROM read_parquet('{file}', hive_partitioning=false))"
)
# Answers are compared by 64-bit hash, whose size does not depend on their length: a group that
# holds only numbers can be spilled. Two answers collide with probability 5e-20.


@dataclass(frozen=True)
class CorpusCounts:
    """What Definition 2 and extension X13 need to know of a corpus.

    Attributes
    ----------
    counts : CountsOfCounts
        N, all rows, and how many prompts occur with an answer how often.
    n_prompts : int
        Distinct prompts.
    n_contradictory : int
        Prompts with two or more different answers. Each of their rows counts as an occurrence, so
        none of them is a singleton.
    """

    counts: CountsOfCounts
    n_prompts: int
    n_contradictory: int

    @property
    def n_samples(self) -> int:
        """N, all rows."""
        return self.counts.n_samples

    @property
    def n_abstentions(self) -> int:
        """Rows that abstain."""
        return self.n_samples - self.counts.n_answers


def count_corpus(
    path: str | Path,
    *,
    abstain: Sequence[str] = ("IDK",),
    memory_limit: str = MEMORY_LIMIT,
) -> CorpusCounts:
    """Count prompts, answers and singletons of a file (Definition 2).

    Parameters
    ----------
    path : str or Path
        CSV, JSON lines or Parquet with the columns prompt and response; others are not read.
    abstain : sequence of str
        Responses that are abstentions, exactly as written in the file.
    memory_limit : str
        How much memory DuckDB may take before it spills to disk, such as "1GB".

    Returns
    -------
    CorpusCounts
        Exact.

    Raises
    ------
    InvalidInput
        If the file is missing, empty, damaged or lacks a column or a value, or if every response
        is an abstention.
    MissingExtra
        If DuckDB (extra ``files``) is not installed.
    """
    require("duckdb", "files", "counting a corpus")
    with opened(path) as source:
        rows = np.array(_counted(source, list(abstain), memory_limit), dtype=np.int64)
    times, n_prompts, *sums = rows.reshape(-1, 6).T
    n_samples, n_contradictory, *missing = (int(column.sum()) for column in sums)
    for name, n_missing in zip(COLUMNS.required, missing, strict=True):
        if n_missing:
            received = f"{n_missing} rows without one"
            raise InvalidInput(f"{name} of {source}", "given in every row", received)
    if n_samples == 0:
        raise InvalidInput(f"the file {source}", "a table with at least one row", "none")
    seen = times > 0
    if not seen.any():
        raise InvalidInput(
            f"the responses of {source}",
            "at least one answer",
            f"only abstentions in {n_samples} rows",
        )
    counts = CountsOfCounts(n_samples, times[seen], n_prompts[seen])
    return CorpusCounts(counts, int(n_prompts.sum()), n_contradictory)


def _counted(source: Source, abstain: list[str], memory_limit: str) -> Rows:
    """Return the rows of :data:`COUNT`, one for each number of answers that occurs."""
    import duckdb

    with _engine(memory_limit) as (engine, folder):

        def count(table: str) -> Rows:
            return engine.execute(COUNT.format(source=table), {"abstain": abstain}).fetchall()

        try:
            if format_of(source) == "Parquet" and _plain_types(source):
                return count(PARQUET.format(file=_sql_name(source, folder)))
            return read_batches(source, COLUMNS, lambda b: _streamed(engine, source, b, count))
        except duckdb.OutOfMemoryException as error:
            raise InvalidInput(
                "memory_limit",
                "large enough for DuckDB to spill to disk",
                first_line(error),
                remedy="raise it or free disk space",
            ) from error
        except duckdb.Error as error:
            received = f"a damaged one ({first_line(error)})"
            raise InvalidInput(f"the file {source}", "well-formed Parquet", received) from error


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


def _plain_types(source: Source) -> bool:
    """Tell whether DuckDB itself would read a Parquet file as this package reads all tables."""
    import pyarrow as pa

    types = [
        t.value_type if pa.types.is_dictionary(t) else t
        for t in parquet_types(source, COLUMNS).values()
    ]
    return all(is_text(t) or pa.types.is_integer(t) for t in types)


def _sql_name(source: Source, folder: Path) -> str:
    path = source.path
    if set(str(path)) & set("*?[]{}"):
        # DuckDB would take such a name for a pattern.
        path = folder / f"corpus{source.suffix}"
        path.symlink_to(source.path.resolve())
    return str(path).replace("'", "''")


def _streamed(
    engine: duckdb.DuckDBPyConnection,
    source: Source,
    batches: Iterator[Any],
    count: Callable[[str], Rows],
) -> Rows:
    """Count batches that are read while DuckDB counts; a reader's complaint is not DuckDB's."""
    import duckdb
    import pyarrow as pa

    complaints: list[Exception] = []

    def texts() -> Iterator[pa.RecordBatch]:
        try:
            for batch in batches:
                yield _as_text(source, batch)
        except Exception as error:
            complaints.append(error)
            raise

    schema = pa.schema([(name, pa.large_string()) for name in COLUMNS.required])
    engine.register("corpus", pa.RecordBatchReader.from_batches(schema, texts()))
    try:
        return count("corpus")
    except duckdb.Error:
        if complaints:
            raise complaints[0] from None
        raise


def _as_text(source: Source, batch: Any) -> Any:
    import pyarrow as pa

    table = Table(str(source), pa.table({n: batch.column(n) for n in batch.schema.names}))
    columns = [
        table.texts(name).cast(pa.large_string()) if name in table else pa.nulls(len(table))
        for name in COLUMNS.required
    ]
    rows = pa.table(columns, schema=pa.schema([(n, pa.large_string()) for n in COLUMNS.required]))
    return rows.combine_chunks().to_batches()[0]
