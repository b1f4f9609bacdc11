"""Parquet files of a sweep: parts that are there whole or not at all, gathered and sorted.

Arrow reads and writes, DuckDB sorts and goes to disk when memory is short.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from simulations.sweep.points import Point
from theory.errors import MissingExtra

if TYPE_CHECKING:
    import pyarrow as pa

SMALL_PART_BYTES = 1 << 18
SORT_MEMORY = "1GB"
ROWS_AT_A_TIME = 1 << 14


def require_engines() -> None:
    """Raise :class:`MissingExtra` if Arrow or DuckDB is not installed."""
    for package in ("pyarrow", "duckdb"):
        try:
            __import__(package)
        except ImportError as error:
            raise MissingExtra(package, "files", purpose="a sweep") from error


def table(columns: Mapping[str, Any]) -> pa.Table:
    """Return columns (lists or arrays of equal length) as an Arrow table."""
    import pyarrow as pa

    return pa.table({name: pa.array(values) for name, values in columns.items()})


def table_of_rows(rows: list[dict[str, str]]) -> pa.Table:
    """Return rows as an Arrow table."""
    import pyarrow as pa

    return pa.Table.from_pylist(rows)


def unify(known: pa.Schema | None, new: pa.Schema) -> pa.Schema:
    """Return the schema that holds both: whole numbers become floats, missing columns null.

    Raises
    ------
    TypeError
        If a column is, say, text here and a number there.
    """
    import pyarrow as pa

    schemas = [new.remove_metadata(), *([known] if known else [])]
    return pa.unify_schemas(schemas, promote_options="permissive")


def write(what: pa.Table, path: Path) -> None:
    """Write a Parquet file in one step."""
    import pyarrow.parquet as pq

    pq.write_table(what, path.with_suffix(".tmp"))
    os.replace(path.with_suffix(".tmp"), path)


def write_text(path: Path, text: str) -> None:
    """Write a text file in one step."""
    path.with_suffix(".tmp").write_text(text, encoding="utf-8")
    os.replace(path.with_suffix(".tmp"), path)


def write_part(folder: Path, kind: str, tables: list[pa.Table], *, merged: bool = False) -> None:
    """Write tables as one part; names sort by age, merged parts before all others."""
    import pyarrow as pa

    # Merged parts come first, so that a part they swallowed is known by its points when loading.
    age = 0 if merged else time.time_ns()
    name = f"{kind}-{age:020d}-{uuid4().hex}.parquet"
    write(pa.concat_tables(tables, promote_options="permissive"), folder / name)


def parts(folder: Path, kind: str) -> list[Path]:
    """Return the parts of one kind, oldest first."""
    return sorted(folder.glob(f"{kind}-*.parquet"))


def small_parts(folder: Path) -> list[Path]:
    """Return the parts of results that are worth merging."""
    return [p for p in parts(folder, "part") if p.stat().st_size < SMALL_PART_BYTES]


def merge(folder: Path, small: list[Path]) -> None:
    """Replace parts by one for each set of columns among them."""
    import pyarrow.parquet as pq

    by_names: dict[tuple[str, ...], list[Path]] = {}
    for part in small:
        by_names.setdefault(tuple(schema_of(part).names), []).append(part)
    for alike in by_names.values():
        write_part(folder, "part", [pq.read_table(part) for part in alike], merged=True)
        remove(alike)


def remove(paths: Iterable[Path]) -> None:
    """Delete files."""
    for path in paths:
        path.unlink()


def schema_of(path: Path) -> pa.Schema:
    """Return the columns and types of a Parquet file."""
    import pyarrow.parquet as pq

    return pq.read_schema(path)


def manifest_of(path: Path) -> str:
    """Return what sweep a final file says it belongs to (JSON; empty if it says nothing)."""
    return ((schema_of(path).metadata or {}).get(b"sweep") or b"{}").decode()


def points(path: Path, parameters: list[str]) -> Iterator[Point]:
    """Yield the points of a file, each once."""
    for row in rows(path, [*parameters, "trial"]):
        if row.pop("trial") == 0:
            yield row


def rows(path: Path, columns: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file, a few thousand in memory at a time."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(ROWS_AT_A_TIME, columns=columns):
            yield from batch.to_pylist()


def sort_into(target: Path, sources: list[Path], order: list[str], manifest: str) -> None:
    """Gather files in one, sorted by ``order``; equal rows give equal bytes."""
    import duckdb
    import pyarrow.dataset as ds

    schemas = [schema_of(path) for path in sources]
    orders = {tuple(schema.names) for schema in schemas}
    schema: pa.Schema = None
    for found in schemas:
        schema = unify(schema, found)
    # The order in which all trials named their columns; by name if they did not agree.
    names = list(orders.pop()) if len(orders) == 1 else _by_name(schema.names, order)
    with duckdb.connect() as engine:
        # One thread: several would cut the file into row groups by whoever comes first.
        engine.execute(f"SET threads = 1; SET memory_limit = '{SORT_MEMORY}'")
        engine.execute(f"SET temp_directory = '{_escaped(target)}.spill'")
        engine.register("gathered", ds.dataset(sources, schema=schema, format="parquet"))
        engine.execute(
            f"COPY (SELECT {_quoted(names)} FROM gathered ORDER BY {_quoted(order)}) "
            f"TO '{_escaped(target.with_suffix('.tmp'))}' "
            f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{sweep: '{_escaped(manifest)}'}})"
        )
    os.replace(target.with_suffix(".tmp"), target)


def _by_name(names: list[str], first: list[str]) -> list[str]:
    return [*first, *sorted(set(names) - set(first))]


def _quoted(names: Iterable[str]) -> str:
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)


def _escaped(text: object) -> str:
    return str(text).replace("'", "''")
