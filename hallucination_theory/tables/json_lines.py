"""JSON lines as Arrow tables, read by Arrow.

Where Arrow stumbles, or digits must survive, the file is read row by row by a slower reader that
knows which row is to blame.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hallucination_theory.tables import wanted as columns
from theory.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow


def read_json(path: Path, wanted: columns.Wanted, *, text: bool) -> pyarrow.Table:
    """Read the wanted columns; with ``text``, all values as text, numbers by their digits."""
    import pyarrow as pa
    from pyarrow import json as arrow_json

    if text:
        return _json_text(path, wanted)
    options = arrow_json.ReadOptions(block_size=columns.BLOCK)
    try:
        table = arrow_json.read_json(path, options)
        table.validate(full=True)  # Arrow's JSON reader does not check UTF-8
        dates = [f for f in table.schema if pa.types.is_timestamp(f.type)]
        if dates:
            # Text such as "2020-01-01" is text here.
            as_text = pa.schema([(field.name, pa.string()) for field in dates])
            parsing = arrow_json.ParseOptions(explicit_schema=as_text)
            table = arrow_json.read_json(path, options, parsing)
    except pa.ArrowInvalid:
        return _json_text(path, wanted)
    return table.select(wanted.among(table.column_names, path))


def _json_text(path: Path, wanted: columns.Wanted) -> pyarrow.Table:
    """Read every value as text, numbers by their digits; find the row to blame."""
    import pyarrow as pa

    names: dict[str, None] = {}
    values: dict[str, list[str | None]] = {name: [] for name in wanted.names}
    for row, given in enumerate(_json_rows(path), start=1):
        names.update(dict.fromkeys(given))
        for name, column in values.items():
            column.append(_as_text(given.get(name), f"{name} of {path}", row))
    found = wanted.among(names, path)
    return pa.table({name: pa.array(values[name], pa.string()) for name in found})


def _json_rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig") as file:
        lines = ((number, line) for number, line in enumerate(file, start=1) if line.strip())
        for row, (number, line) in enumerate(lines, start=1):
            try:
                values = json.loads(
                    line,
                    parse_float=str,
                    parse_int=str,
                    parse_constant=str,
                    object_pairs_hook=_distinct_keys,
                )
            except ValueError as error:
                received, values = columns.first_line(error), None
            else:
                received = f"{type(values).__name__}"
            if not isinstance(values, dict):
                raise InvalidInput(
                    f"each line of {path}",
                    "a JSON object",
                    received,
                    where=f"data row {row} (line {number})",
                )
            yield values


def _distinct_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("an object that gives a name twice")
    return values


def _as_text(value: Any, name: str, row: int) -> str | None:
    if isinstance(value, (dict, list)):
        raise InvalidInput(
            name, "text, a number or a truth value", repr(value), where=f"data row {row}"
        )
    if isinstance(value, str) and not _encodable(value):
        raise InvalidInput(name, "Unicode text", ascii(value), where=f"data row {row}")
    return str(value).lower() if isinstance(value, bool) else value


def _encodable(value: str) -> bool:
    # JSON can spell half of a surrogate pair, which is no character.
    return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)
