"""DuckDB at work: its limits, its complaints, and files as relations of text."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hallucination_theory.inputs.opened import Source
from hallucination_theory.tables.formats import FORMATS, parquet_types
from hallucination_theory.tables.table import Table, is_text
from hallucination_theory.tables.wanted import Wanted, first_line
from theory.errors import InvalidInput

if TYPE_CHECKING:
    import duckdb

PATTERN = set("*?[]{}")
"""DuckDB would take a name with one of these for a pattern."""


@contextmanager
def complaints(source: Source) -> Iterator[None]:
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
    except (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException):
        raise  # our query is wrong, not the user's file
    except duckdb.Error as error:
        allowed, received = (
            f"well-formed {FORMATS[source.suffix]}",
            f"a damaged one ({first_line(error)})",
        )
        raise InvalidInput(f"the file {source}", allowed, received) from error


@contextmanager
def new_engine(memory_limit: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """Yield an engine with a memory limit, and a temporary folder that goes with it."""
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


def plain_types(source: Source, wanted: Wanted) -> bool:
    """Tell whether DuckDB itself would read a Parquet file as this package reads all tables."""
    import pyarrow as pa

    types = [
        t.value_type if pa.types.is_dictionary(t) else t
        for t in parquet_types(source, wanted).values()
    ]
    return all(is_text(t) or pa.types.is_integer(t) for t in types)


def sql_name(source: Source, folder: Path) -> str:
    """Return a file's name within SQL quotes; one that looks like a pattern gets another."""
    path = source.path
    if set(str(path)) & PATTERN:
        path = folder / f"corpus{source.suffix}"
        path.unlink(missing_ok=True)
        path.symlink_to(source.path.resolve())
    return str(path).replace("'", "''")


def streamed(
    engine: duckdb.DuckDBPyConnection,
    source: Source,
    wanted: Wanted,
    batches: Iterator[Any],
    create: Callable[[str], None],
    marked: Callable[[Any], Any] | None = None,
) -> None:
    """Count batches that are read while DuckDB counts; a reader's complaint is not DuckDB's.

    ``marked`` may add a column ``silent`` to a batch.
    """
    import duckdb
    import pyarrow as pa

    complaints: list[Exception] = []

    def texts() -> Iterator[pa.RecordBatch]:
        try:
            for batch in batches:
                text = _as_text(source, wanted, batch)
                yield marked(text) if marked else text
        except Exception as error:
            complaints.append(error)
            raise

    columns = [(name, pa.large_string()) for name in wanted.required]
    schema = pa.schema([*columns, ("silent", pa.bool_())] if marked else columns)
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
