"""JSON out of files, parsed within limits or refused with file and place; and JSON to print."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

from hallucination_theory.inputs.limits import JSON_MEMORY, MIB
from hallucination_theory.inputs.opened import MARK, Source, lines
from hallucination_theory.inputs.words import quoted
from theory.errors import InvalidInput

COST = {b"[": 72, b"{": 72, b":": 120, b",": 40}
"""Bytes of memory that the value behind such a character may take, measured."""


def parse(text: bytes, where: str, **hooks: Any) -> Any:
    """Parse one JSON document; ``hooks`` are those of :func:`json.loads`.

    Raises
    ------
    InvalidInput
        If it is malformed, truncated or not UTF-8, would take too much memory, nests too deep, or
        holds a whole number of more than 4,300 digits.
    """
    if len(text) > MIB:
        _check_size(text, where)
    try:
        return json.loads(text.decode(), **hooks)
    except UnicodeDecodeError as error:
        received = f"the byte 0x{text[error.start]:02x}"
        raise InvalidInput(
            "the text", "UTF-8", received, where=where, remedy="save it as UTF-8"
        ) from error
    except RecursionError as error:
        raise InvalidInput("JSON", "nested less deep", "too many brackets", where=where) from error
    except ValueError as error:  # a JSONDecodeError, or a number of more than 4,300 digits
        received = f"malformed or truncated JSON ({str(error).split(';')[0]})"
        raise InvalidInput("the text", "complete JSON", received, where=where) from error


def document(source: Source, remedy: str = "write one object a line") -> Any:
    """Parse a file that is one JSON document; ``remedy`` is for one that is too large.

    Raises
    ------
    InvalidInput
        As for :func:`parse`; what would not fit in memory is not even read.
    """
    size = source.path.stat().st_size
    if size > JSON_MEMORY // 2:
        raise InvalidInput(
            f"the JSON document {source}", f"at most {JSON_MEMORY // 2 // MIB} MiB",
            f"{size // MIB:,} MiB", remedy=remedy,
        )  # fmt: skip
    return parse(source.path.read_bytes().removeprefix(MARK), str(source))


def _check_size(text: bytes, where: str) -> None:
    # One character beyond Latin makes four bytes of each character of a string.
    width = 2 if text.isascii() and b"\\u" not in text else 5
    memory = width * len(text) + sum(cost * text.count(mark) for mark, cost in COST.items())
    if memory > JSON_MEMORY:
        raise InvalidInput(
            "a JSON document", f"such that it fits in {JSON_MEMORY // MIB} MiB of memory",
            f"{len(text):,} bytes that may take {memory // MIB:,} MiB", where=where,
        )  # fmt: skip


def objects(source: Source, **hooks: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects of a file with one JSON object a line, each with its place.

    Raises
    ------
    InvalidInput
        If a line is not a JSON object.
    """
    for row, (number, line) in enumerate(lines(source), start=1):
        where = f"data row {row} (line {number}) of {source}"
        yield where, require_object(parse(line, where, **hooks), "each line", where)


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


def child(parsed: dict[str, Any], key: str, where: str) -> dict[str, Any]:
    """Return the object at a key of parsed JSON; an empty one if there is none.

    Raises
    ------
    InvalidInput
        If there is something else at the key.
    """
    value = parsed.get(key)
    return {} if value is None else require_object(value, key, where)


def listed(parsed: dict[str, Any], key: str, where: str) -> list[Any]:
    """Return the list at a key of parsed JSON; an empty one if there is none.

    Raises
    ------
    InvalidInput
        If there is something else at the key.
    """
    value = parsed.get(key)
    if not isinstance(value, list | None):
        raise InvalidInput(key, "a list", type(value).__name__, where=where)
    return value or []


def whole(parsed: dict[str, Any], key: str, where: str, *, default: int = 1) -> int:
    """Return the whole number at a key of parsed JSON, positive and of at most nine digits.

    Raises
    ------
    InvalidInput
        If there is something else at the key.
    """
    value = parsed.get(key)
    value = default if value is None else value
    if type(value) is not int or not 0 <= value < 10**9:
        raise InvalidInput(key, "a whole number from 0 to 10^9", quoted(value), where=where)
    return value


def scalar(value: Any, what: str, where: str) -> str | None:
    """Return text, a number or a truth value as text; None for null.

    Raises
    ------
    InvalidInput
        If it is a list or an object.
    """
    if isinstance(value, list | dict):
        raise InvalidInput(what, "text or a number", quoted(value), where=where)
    return None if value is None else str(value)


def require_unicode(value: str, what: str, where: str) -> str:
    """Return text unchanged if each of its characters is one: JSON can spell half of a pair.

    Raises
    ------
    InvalidInput
        If it holds half of a surrogate pair, which nothing can write.
    """
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise InvalidInput(what, "Unicode text", ascii(value), where=where)
    return value


def word(parsed: dict[str, Any], key: str) -> str:
    """Return what parsed JSON holds at a key: text as it is, else as it would print."""
    value = parsed.get(key)
    return value if isinstance(value, str) else "" if value is None else quoted(value)


def located(check: Callable[[Any], Any], value: Any, where: str) -> Any:
    """Return a value of JSON after a check whose complaint then names the place.

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


def written(value: Any, *, indent: int | None = None) -> str:
    """Return JSON; a number that is infinite or undefined is null, as JSON has neither."""
    return json.dumps(_finite(value), indent=indent, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
