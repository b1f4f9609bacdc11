"""The one text of an answer: what is compared with the target is what the recogniser reads.

Thinking is dropped (``<think>...</think>`` and its kin; thinking that never ends is an unfinished
answer), what the user's pattern extracts is kept, and what an infrastructure wrote in the place of
an answer ("Error 429: too many requests") is no answer of the model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hallucination_theory.inputs.patterns import Pattern
from hallucination_theory.logs.records import EMPTY, UNPARSED, UNSCORED

_TAG = r"(?:think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis)"
_OPEN = re.compile(rf"<\|?{_TAG}\|?>|\[{_TAG}\]|\u25c1think\u25b7", re.IGNORECASE)
_CLOSE = re.compile(
    rf"<\|?/{_TAG}\|?>|<\|end_of_{_TAG}\|>|\[/{_TAG}\]|\u25c1/think\u25b7"
    r"|<\|channel\|>final<\|message\|>",
    re.IGNORECASE,
)
_FAILURE = re.compile(
    r"\W{0,4}((api|http|server|client|connection|rate ?limit|timeout|openai|anthropic)[ _]?)?"
    r"(error|exception|failure)( code)?\W{0,3}(4\d\d|5\d\d)\b.{0,200}"
    r"|\W{0,4}(http[ /]?)?(4(08|29)|5\d\d)\W{1,3}(too many requests|internal server error"
    r"|bad gateway|service unavailable|gateway time-?out|request time-?out)\b.{0,200}"
    r"|\W{0,4}[\w.]*(apierror|apiconnectionerror|ratelimiterror|timeouterror|connectionerror"
    r"|internalservererror|serviceunavailableerror|badrequesterror)\b.{0,300}"
    r"|\W{0,4}(rate limit exceeded|too many requests|request timed out|connection (reset|refused|"
    r"aborted)|internal server error|service unavailable|bad gateway)\W{0,3}.{0,80}"
    r"|traceback \(most recent call last\).*",
    re.IGNORECASE | re.DOTALL,
)
"""What a client or a server writes where an answer should be; all of the text must be so."""


def final_texts(
    answers: Sequence[str | None], pattern: Pattern | None = None
) -> tuple[list[str | None], list[int | None]]:
    """Return the final text of each answer, and the kind that is already certain (or None).

    A text is None where there is no answer: none was logged, or it is still being thought about.

    Examples
    --------
    >>> final_texts(["<think>3 x 24 is 72</think> 72", "<think>It may be", "Error 429: slow down"])
    (['72', None, 'Error 429: slow down'], [None, 5, 6])
    """
    distinct = list(dict.fromkeys(text for text in answers if text is not None))
    parts = [_without_thinking(text) for text in distinct]
    if pattern is not None:
        found = pattern.last([text or "" for text, _ in parts])
        parts = [_extracted(*part, match) for part, match in zip(parts, found, strict=True)]
    known: dict[str | None, tuple[str | None, int | None]] = {None: (None, None)}
    known |= zip(distinct, parts, strict=True)
    rows = [known[text] for text in answers]
    return [text for text, _ in rows], [kind for _, kind in rows]


def _without_thinking(text: str) -> tuple[str | None, int | None]:
    ends = [match.end() for match in _CLOSE.finditer(text)]
    last = ends[-1] if ends else 0
    begun = _OPEN.search(text, last)
    if begun and not text[last : begun.start()].strip():
        return None, UNPARSED
    final = text[last : begun.start() if begun else None].strip()
    if not final:
        return final, EMPTY
    return (final, UNSCORED) if _FAILURE.fullmatch(final) else (final, None)


def _extracted(
    text: str | None, kind: int | None, match: str | None
) -> tuple[str | None, int | None]:
    if kind is not None:
        return text, kind
    if match is None:
        return text, UNPARSED
    return match, None if match.strip() else EMPTY
