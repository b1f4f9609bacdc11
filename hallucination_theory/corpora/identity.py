"""Which texts are the same fact: a documented folding of prompts and answers.

Two texts are alike if they agree after this: Unicode normal form C, no case, blanks (spaces, tabs,
line ends) collapsed to one space and dropped at the ends; a JSON object, its keys in order and
its layout gone. A response is an abstention if it is alike to one but for full stops and
exclamation marks at its end.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence

ABSTAIN = ("IDK", "I don't know", "I don\u2019t know", "I do not know")
"""What is an abstention unless told otherwise."""
ENDS = ".!"
"""What may follow an abstention."""

BLANKS = (*range(9, 14), *range(28, 32))
"""What :meth:`str.split` takes for a blank in ASCII beside the space."""
PLAIN = (
    "strlen({x}) = length({x}) AND NOT contains({x}, '{{') AND NOT contains({x}, '  ') "
    "AND NOT starts_with({x}, ' ') AND NOT ends_with({x}, ' ') AND NOT "
) + " AND NOT ".join(f"contains({{x}}, chr({code}))" for code in BLANKS)
"""ASCII without braces and blanks that fold. DuckDB does these once for each entry of a dictionary,
unlike one regular expression."""
FOLD = f"CASE WHEN {PLAIN} THEN lower({{x}}) ELSE fold_text({{x}}) END"
"""DuckDB's own way for plain texts; the rest by :func:`fold`."""

PORTABLE = "lower(trim(regexp_replace(NFC_OF({x}), '[ \\t\\r\\n]+', ' ')))"
"""The part of the folding that other engines can do themselves."""


def fold(text: str) -> str:
    r"""Return what texts of the same fact have in common.

    Examples
    --------
    >>> fold("  When was\n Zoe\u0308 BORN? ") == fold("when was Zo\u00eb born?")
    True
    >>> fold('{"b": 1, "a": "X"}')
    '{"a":"x","b":1}'
    """
    if text.lstrip().startswith("{"):
        text = _in_order(text)
    normal = unicodedata.normalize("NFC", text).casefold()
    return " ".join(unicodedata.normalize("NFC", normal).split())


def _in_order(text: str) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text  # not JSON: a text like any other
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fold_abstentions(abstain: Sequence[str]) -> list[str]:
    """Return abstentions in the form in which the responses of a corpus are compared.

    Examples
    --------
    >>> fold_abstentions(["IDK", "I don't know."])
    ['idk', "i don't know"]
    """
    return [fold(text).rstrip(ENDS) for text in abstain]
