"""JSON out of logs: parsed, or a complaint that names file and place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from theory.errors import InvalidInput


def parse(text: str | bytes, where: str) -> Any:
    """Parse one JSON document.

    Raises
    ------
    InvalidInput
        If it is malformed, truncated or not UTF-8.
    """
    try:
        return json.loads(text)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "a log", "complete JSON", f"malformed or truncated JSON ({error})", where=where
        ) from error


def read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects of a JSON lines file, each with its place.

    Raises
    ------
    InvalidInput
        If a line is not a JSON object.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            where = f"line {number} of {path}"
            if line.strip():
                record = parse(line, where)
                if not isinstance(record, dict):
                    raise InvalidInput(
                        "a record", "a JSON object", type(record).__name__, where=where
                    )
                yield where, record


def encode(names: list[Any]) -> tuple[list[int], list[Any]]:
    """Number distinct names in order of appearance: codes and names."""
    position: dict[Any, int] = {}
    codes = [position.setdefault(name, len(position)) for name in names]
    return codes, list(position)
