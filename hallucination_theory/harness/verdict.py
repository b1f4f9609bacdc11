"""One answer to one verdict, the same in both harnesses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hallucination_theory.inputs.patterns import Pattern
from hallucination_theory.logs.answers import final_texts
from hallucination_theory.logs.compare import is_right
from hallucination_theory.logs.labels import VERDICTS
from hallucination_theory.logs.recogniser import Recogniser
from hallucination_theory.logs.records import EMPTY, UNPARSED, UNSCORED

KEYS = tuple(VERDICTS)
"""Keys of the dict-valued score. Linear in them, so averages over epochs are exact."""


@dataclass(frozen=True)
class Verdict:
    """A verdict on one answer.

    Attributes
    ----------
    value : dict of str to int
        1 for one of :data:`KEYS`, 0 for the rest; all 0 for an answer that cannot be parsed or
        scored.
    reason : str or None
        ``refusal``, ``no_response``, ``invalid_response_format`` or ``scoring_failed``, Inspect's
        words, where the value alone does not tell.
    """

    value: dict[str, int]
    reason: str | None = None


REASONS = {"abstain": None, "refusal": "refusal", "empty": "no_response"}
CERTAIN = {
    EMPTY: "no_response",
    UNPARSED: "invalid_response_format",
    UNSCORED: "scoring_failed",
}
"""What :func:`~hallucination_theory.logs.answers.final_texts` is certain of -> Inspect's word."""


def judge(
    answer: str,
    targets: Sequence[str],
    recogniser: Recogniser,
    *,
    answer_pattern: str | None = None,
) -> Verdict:
    """Compare an answer with the accepted ones, after asking whether it is an answer at all.

    Examples
    --------
    >>> judge("paris.", ["Paris"], Recogniser()).value
    {'correct': 1, 'incorrect': 0, 'not_attempted': 0}
    """
    (text,), (certain,) = final_texts([answer], Pattern(answer_pattern) if answer_pattern else None)
    if certain is not None:
        return silence(answer, recogniser) or Verdict(dict.fromkeys(KEYS, 0), CERTAIN[certain])
    given = text or ""
    return silence(given, recogniser) or decided(is_right(given, targets))


def silence(answer: str, recogniser: Recogniser) -> Verdict | None:
    """Return the verdict on what is no answer, or unclear; None on an attempt."""
    kind = recogniser.recognise(answer)
    if kind == "unclear":
        return Verdict(dict.fromkeys(KEYS, 0), "invalid_response_format")
    return None if kind is None else Verdict(one_hot("not_attempted"), REASONS[kind])


def decided(right: bool) -> Verdict:
    """Return the verdict on an attempt."""
    return Verdict(one_hot("correct" if right else "incorrect"))


def one_hot(key: str) -> dict[str, int]:
    """Return a value with 1 at ``key``."""
    return {k: int(k == key) for k in KEYS}
