"""JSON lines as Arrow batches, some megabytes of lines at a time, read by Arrow.

Where Arrow stumbles, or digits must survive, these lines are read one by one by a slower reader
that knows which row is to blame.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from hallucination_theory.inputs.json_text import (
    document,
    parse,
    require_object,
    require_unicode,
)
from hallucination_theory.inputs.limits import BRACKETS, MIB
from hallucination_theory.inputs.opened import Source, lines
from hallucination_theory.inputs.words import quoted
from hallucination_theory.tables.wanted import Wanted
from theory.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow

BLOCK = 16 * MIB
"""Bytes of lines taken at a time; a longer line is taken alone."""

Lines = list[tuple[str, bytes]]
"""Lines with their places."""


def json_batches(source: Source, wanted: Wanted) -> Iterator[Iterator[pyarrow.Table]]:
    """Yield ways to read the wanted columns, the fast one first."""
    yield _blocks(source, wanted, _by_arrow)
    yield _blocks(source, wanted, _line_by_line)


def _blocks(source: Source, wanted: Wanted, read: Any) -> Iterator[pyarrow.Table]:
    names: dict[str, None] = {}
    for block in _taken(source):
        there, table = read(block, wanted)
        names |= dict.fromkeys(there)
        found = [name for name in wanted.names if name in table.column_names]
        # Rows without any of the columns are rows all the same.
        yield table.select(found) if found else _without_values(wanted, len(block))
    wanted.among(names, source)


def _without_values(wanted: Wanted, rows: int) -> pyarrow.Table:
    import pyarrow as pa

    return pa.table({wanted.names[0]: pa.nulls(rows, pa.string())})


def _taken(source: Source) -> Iterator[Lines]:
    block: Lines = []
    size = 0
    for where, line in _records(source):
        block.append((where, line))
        size += len(line)
        if size >= BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


def _records(source: Source) -> Iterator[tuple[str, bytes]]:
    """Yield each object as one line with its place; an array is taken apart first."""
    if not source.head(64).lstrip().startswith(b"["):
        for row, (number, line) in enumerate(lines(source), start=1):
            yield f"data row {row} (line {number}) of {source}", line
        return
    for row, value in enumerate(document(source), start=1):
        yield f"data row {row} of {source}", json.dumps(value).encode()


def first_names(source: Source) -> list[str]:
    """Return the names in the first object."""
    where, line = next(_records(source), ("", b"{}"))
    return list(require_object(_parsed(line, where), "each line", where))


def _by_arrow(block: Lines, wanted: Wanted) -> tuple[Iterable[str], pyarrow.Table]:
    import pyarrow as pa
    from pyarrow import json as arrow_json

    if any(line.count(b"[") + line.count(b"{") > BRACKETS for _, line in block):
        raise pa.ArrowInvalid("many brackets")
    text = b"".join(line if line.endswith(b"\n") else line + b"\n" for _, line in block)
    options = arrow_json.ReadOptions(block_size=len(text) + 1)
    table = arrow_json.read_json(io.BytesIO(text), options)
    table.validate(full=True)  # Arrow's JSON reader does not check UTF-8
    dates = [field.name for field in table.schema if pa.types.is_timestamp(field.type)]
    if dates:
        # Text such as "2020-01-01" is text here.
        as_text = pa.schema([(name, pa.string()) for name in dates])
        parsing = arrow_json.ParseOptions(explicit_schema=as_text)
        table = arrow_json.read_json(io.BytesIO(text), options, parsing)
    types = {field.name: field.type for field in table.schema if field.name in wanted.names}
    if any(pa.types.is_nested(types[name]) for name in wanted.required if name in types):
        raise pa.ArrowInvalid("a list or an object, in a row that the slow reader finds")
    if wanted.text and not all(pa.types.is_string(kind) for kind in types.values()):
        raise pa.ArrowInvalid("digits that would not survive")
    return table.column_names, table


def _line_by_line(block: Lines, wanted: Wanted) -> tuple[Iterable[str], pyarrow.Table]:
    """Read every value as text, numbers by their digits; find the row to blame."""
    import pyarrow as pa

    names: dict[str, None] = {}
    values: dict[str, list[str | None]] = {name: [] for name in wanted.names}
    for where, line in block:
        given = require_object(_parsed(line, where), "each line", where)
        names |= dict.fromkeys(given)
        for name, column in values.items():
            column.append(_as_text(given.get(name), name, where))
    found = {name: pa.array(values[name], pa.string()) for name in names if name in values}
    return names, pa.table(found)


def _parsed(line: bytes, where: str) -> Any:
    return parse(
        line,
        where,
        parse_float=str,
        parse_int=str,
        parse_constant=str,
        object_pairs_hook=_distinct_keys,
    )


def _distinct_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("an object that gives a name twice")
    return values


def _as_text(value: Any, name: str, where: str) -> str | None:
    if isinstance(value, dict | list):
        raise InvalidInput(name, "text, a number or a truth value", quoted(value), where=where)
    if isinstance(value, str):
        require_unicode(value, name, where)
    return str(value).lower() if isinstance(value, bool) else value
