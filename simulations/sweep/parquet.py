"""Parquet files made of a sweep; no value changes on its way there.

A column has the first type that holds all its values exactly. If none does (text beside numbers,
2^53 + 1 beside 0.5), each cell is one JSON text, and the field's metadata says so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulations.sweep.table import TYPES
from simulations.trials import Columns
from theory.errors import MissingExtra

if TYPE_CHECKING:
    import pyarrow as pa

Part = tuple[int, Mapping[str, Sequence[Any]]]
"""Packed size and columns of one point."""
GROUP_BYTES = 1 << 22
"""Packed bytes of the points that make one row group."""


def require_arrow() -> None:
    """Raise :class:`MissingExtra` if Arrow, which writes the table of a sweep, is not there."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise MissingExtra("pyarrow", "files", purpose="a sweep") from error


def schema(forms: Iterable[bytes], first: list[str]) -> pa.Schema:
    """Return the columns of all points: in the order of their trials if they agree, else by name.

    It depends on which values there are, not on which came first.
    """
    import pyarrow as pa

    types: dict[str, set[str]] = {}
    orders = set()
    for form in map(json.loads, forms):
        orders.add(tuple(form))
        for name, holding in form.items():
            types[name] = types.get(name, set(TYPES)) & set(holding)
    names = orders.pop() if len(orders) == 1 else [*first, *sorted(types.keys() - set(first))]
    return pa.schema([_field(name, types[name]) for name in names])


def _field(name: str, holding: set[str]) -> pa.Field:
    import pyarrow as pa

    if len(holding) == len(TYPES):
        return pa.field(name, pa.null())
    for alias in TYPES:
        if alias in holding:
            return pa.field(name, pa.type_for_alias(alias))
    return pa.field(name, pa.string(), metadata={"cells": "json"})


@contextmanager
def written(path: Path, columns: pa.Schema, points: Iterable[Part]) -> Iterator[Path]:
    """Write points beside ``path``; move the file there at the end."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    temporary = path.with_name(path.name + ".tmp")
    with pq.ParquetWriter(temporary, columns, compression="zstd", write_page_checksum=True) as file:
        for group in _groups(points, columns.names):
            arrays = [_array(values, field) for values, field in zip(group, columns, strict=True)]
            file.write_table(pa.Table.from_arrays(arrays, schema=columns))
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    yield temporary
    os.replace(temporary, path)


def read(path: Path) -> Columns:
    """Return the columns of a file, those of JSON cells as the values they stand for."""
    import pyarrow.parquet as pq

    if not path.exists():
        return {}
    columns = pq.read_table(path, page_checksum_verification=True)
    found = {name: columns[name].to_numpy() for name in columns.column_names}
    for field in columns.schema:
        if field.metadata:
            values = [None if text is None else json.loads(text) for text in found[field.name]]
            found[field.name] = np.array([*values, None], dtype=object)[:-1]
    return found


def _groups(points: Iterable[Part], names: list[str]) -> Iterator[list[list[Any]]]:
    group: list[list[Any]] = [[] for _ in names]
    size = 0
    for n_bytes, columns in points:
        absent = [None] * len(next(iter(columns.values())))
        for name, values in zip(names, group, strict=True):
            values.extend(columns.get(name, absent))
        size += n_bytes
        if size >= GROUP_BYTES:
            yield group
            group, size = [[] for _ in names], 0
    if group[0]:
        yield group


def _array(values: list[Any], field: pa.Field) -> pa.Array:
    import pyarrow as pa

    if field.metadata:
        values = [None if value is None else json.dumps(value) for value in values]
    return pa.array(values, field.type)
