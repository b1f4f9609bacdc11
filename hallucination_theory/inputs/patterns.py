"""A user's regular expressions, searched in time linear in the text, whatever they say.

Arrow carries RE2, which has no back-references and no look-around and therefore never runs away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.errors import InvalidInput, require

ANSWER = "answer"
_GROUP = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?!\?)|\(\?P?<")
"""Escapes and character classes, which are passed over, and the openings of capturing groups."""


@dataclass(frozen=True)
class Pattern:
    """A regular expression in RE2's syntax.

    Attributes
    ----------
    text : str
        The expression.
    name : str
        What messages call it, for instance ``--answer-pattern``.

    Raises
    ------
    InvalidInput
        If it is not a regular expression, uses look-around or back-references, or names its groups.
    MissingExtra
        If Arrow is not installed.
    """

    text: str
    name: str = "a pattern"

    def __post_init__(self) -> None:
        pa = require("pyarrow", "files", "searching with a pattern of your own")
        try:
            found_in([""], self.text)
            self.last([""])
        except pa.ArrowInvalid as error:
            reason = str(error).splitlines()[0].rstrip(".")
            raise InvalidInput(
                self.name,
                f"a regular expression without look-around and back-references ({reason})",
                repr(self.text),
            ) from error

    def found(self, texts: Sequence[str]) -> list[bool]:
        """Tell for each text whether the expression matches anywhere in it, in any case."""
        return found_in(texts, f"(?i){self.text}")

    def last(self, texts: Sequence[str]) -> list[str | None]:
        """Return for each text the last match, its first group if it has one; None without a match.

        Examples
        --------
        >>> Pattern("Answer: (.*)").last(["Answer: 5? No. Answer: 7", "seven"])
        ['7', None]
        """
        import pyarrow.compute as pc

        found = pc.extract_regex(_column(texts), f"^(?s:.*){_named(self.text)}")
        return [None if match is None else match[ANSWER] for match in found.to_pylist()]


def found_in(texts: Sequence[str], expression: str) -> list[bool]:
    """Tell for each text whether an expression that is known to be one matches anywhere in it."""
    import pyarrow.compute as pc

    found: list[bool] = pc.match_substring_regex(_column(texts), expression).to_pylist()
    return found


def _column(texts: Sequence[str]) -> Any:
    """Return texts as an Arrow array; half a character, which JSON can spell, is a question mark.

    From the memory itself: Arrow's own conversion of a list imports pandas, which takes longer than
    the rest of ``score`` on a small log.
    """
    import pyarrow as pa

    data = [text.encode("utf-8", "replace") for text in texts]
    ends = pa.py_buffer(np.cumsum([0, *map(len, data)], dtype=np.int64))
    return pa.LargeStringArray.from_buffers(len(data), ends, pa.py_buffer(b"".join(data)))


def _named(text: str) -> str:
    """Name the first capturing group, or the whole, and make the others capture nothing."""
    seen = 0

    def opening(match: re.Match[str]) -> str:
        nonlocal seen
        if match.group() != "(":
            return match.group()
        seen += 1
        return f"(?P<{ANSWER}>" if seen == 1 else "(?:"

    named = _GROUP.sub(opening, text)
    return f"(?:{named})" if seen else f"(?P<{ANSWER}>{text})"
