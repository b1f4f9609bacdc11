"""Words out of a file, fit to be printed: one line, no more than a line, no control characters."""

from __future__ import annotations

from typing import Any

from hallucination_theory.inputs.limits import QUOTED
from theory.errors import InvalidInput


def shown(words: Any, width: int = QUOTED) -> str:
    r"""Return words as one printable line; what a terminal would obey is spelt out.

    Examples
    --------
    >>> shown("a\x1b[2Jb\n")
    'a\\x1b[2Jb\\n'
    >>> shown("x" * 50, width=21)
    'xxxxxxxxx ... xxxxxxx'
    """
    text = words if isinstance(words, str) else str(words)
    if len(text) > width:
        half = (width - 5) // 2
        text = f"{text[: width - 5 - half + 1]} ... {text[len(text) - half + 1 :]}"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def quoted(value: Any) -> str:
    """Return the ``repr`` of a value out of a file, cut to a line, however deeply nested it is."""
    try:
        return shown(repr(value))
    except (RecursionError, ValueError):  # ValueError: a whole number of more than 4,300 digits
        return f"a value of type {type(value).__name__}"


def printable(report: Any) -> Any:
    """Return a report with every text in it fit to be printed."""
    if isinstance(report, dict):
        return {key: printable(value) for key, value in report.items()}
    if isinstance(report, list):
        return [printable(value) for value in report]
    return shown(report, 5 * QUOTED) if isinstance(report, str) else report


def one_line(error: InvalidInput) -> InvalidInput:
    """Return the same complaint with each of its parts fit to be printed."""
    return InvalidInput(
        shown(error.name, 2 * QUOTED),
        shown(error.allowed, 2 * QUOTED),
        shown(error.received),
        where=shown(error.where, 2 * QUOTED),
        remedy=shown(error.remedy, 2 * QUOTED),
    )
