"""JSON out of logs: parsed, or a complaint that names file and place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
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


def require_object(value: Any, what: str, where: str) -> dict[str, Any]:
    """Return a JSON object.

    Raises
    ------
    InvalidInput
        If it is anything else.
    """
    if not isinstance(value, dict):
        raise InvalidInput(what, "a JSON object", type(value).__name__, where=where)
    return value


def child(record: dict[str, Any], key: str, where: str) -> dict[str, Any]:
    """Return the object at a key; an empty one if there is none.

    Raises
    ------
    InvalidInput
        If there is something else at the key.
    """
    value = record.get(key)
    return {} if value is None else require_object(value, key, where)


def located(check: Callable[[Any], Any], value: Any, where: str) -> Any:
    """Return ``value`` after a check whose complaint then names the place.

    Raises
    ------
    InvalidInput
        What the check raises, with the place added.
    """
    try:
        check(value)
    except InvalidInput as error:
        raise error.at(where) from error
    return value


def encode(names: list[Any]) -> tuple[list[int], list[Any]]:
    """Number distinct names in order of appearance: codes and names."""
    position: dict[Any, int] = {}
    codes = [position.setdefault(name, len(position)) for name in names]
    return codes, list(position)
