r"""Answers compared with targets, as values: numbers as numbers, text after one normalisation.

The normalisation, in this order: compatibility forms (full-width letters and digits), straight
quotes and apostrophes; ``\boxed{...}``, ``\text{...}``, ``$...$`` and markdown marks are unpacked;
case is folded (so that sharp s equals ss); marks around the answer, full stops of any script at its
end and one article in front are dropped; blanks are single. Two numbers are compared exactly after
their thousands commas are dropped. Any one of several targets is right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

_QUOTES = str.maketrans(
    {**dict.fromkeys("\u2018\u2019\u02bc`\u00b4", "'"), **dict.fromkeys("\u201c\u201d\u201e", '"')}
)
_UNPACKED = re.compile(r"\\(?:boxed|text|mathrm|textbf|mathbf)\{([^{}]*)\}|\$+([^$]*)\$+")
_ARTICLE = re.compile(r"^(?:the|a|an) (?=\w)")
_AROUND = " \t\"'*_`.,!?;:()[]{}<>\u3002\uff0c\u3001\uff01\uff1f\u300c\u300d\u00ab\u00bb"
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?(e[+-]?\d{1,4})?")
MAX_DIGITS = 400


def as_value(given: Any) -> Any:
    """Return what a logged answer or target is: a number, a truth value, or text.

    Examples
    --------
    >>> as_value(5.0) == as_value("5") == as_value(" 5.00 "), as_value(1e22) == as_value("1e22")
    (True, True)
    """
    if isinstance(given, bool):
        return str(given).lower()
    text = _number_text(given) if isinstance(given, int | float) else str(given)
    plain = normalised(text)
    return plain if (number := _number(plain)) is None else number


def _number_text(given: float) -> str:
    return str(given) if isinstance(given, int) else repr(given)


def normalised(text: str) -> str:
    r"""Return text in the form in which it is compared.

    Examples
    --------
    >>> normalised(r"**\boxed{The  Straße}**.")
    'strasse'
    """
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    for _ in range(3):
        text = _UNPACKED.sub(lambda m: m.group(1) or m.group(2) or "", text)
    text = " ".join(text.casefold().split()).strip(_AROUND)
    text = unicodedata.normalize("NFC", text)
    return _ARTICLE.sub("", text)


def _number(text: str) -> Decimal | None:
    if len(text) > MAX_DIGITS or not any(c.isdigit() for c in text):
        return None
    if _NUMBER.fullmatch(text) is None:
        return None
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


def is_right(answer: Any, targets: Iterable[Any], *, exact: bool = False) -> bool:
    """Tell whether a logged answer equals one of its targets, as values (or by letters).

    Examples
    --------
    >>> is_right("NYC", ["New York City", "NYC"]), is_right("1,000", [1000])
    (True, True)
    """
    if exact:
        return _plain(answer) in {_plain(target) for target in targets}
    return as_value(answer) in {as_value(target) for target in targets}


def _plain(given: Any) -> str:
    return str(given).strip()
