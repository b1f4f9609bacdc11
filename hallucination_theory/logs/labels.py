"""Words for outcomes: one table for all formats, matched as whole words, never as substrings."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hallucination_theory.inputs.limits import QUOTED
from hallucination_theory.inputs.patterns import Pattern
from hallucination_theory.inputs.words import quoted, shown
from hallucination_theory.logs.records import (
    ABSTAIN,
    CORRECT,
    EMPTY,
    KINDS,
    REFUSAL,
    UNPARSED,
    UNSCORED,
    WRONG,
)
from theory.errors import InvalidInput

WORDS = {
    **dict.fromkeys(("correct", "right", "true", "yes", "pass", "passed", "1"), CORRECT),
    **dict.fromkeys(("wrong", "incorrect", "false", "no", "fail", "failed", "0"), WRONG),
    **dict.fromkeys(("abstain", "abstained", "abstention", "idk", "i don't know"), ABSTAIN),
    **dict.fromkeys(("not_attempted", "not attempted", "noanswer"), ABSTAIN),
    **dict.fromkeys(("refusal", "refused"), REFUSAL),
    **dict.fromkeys(("empty", "no_response"), EMPTY),
    **dict.fromkeys(("unparsed", "unparseable", "invalid_response_format"), UNPARSED),
    **dict.fromkeys(("unscored", "grader_failed", "grade_parse_failure"), UNSCORED),
    **dict.fromkeys(("scoring_failed", "error", "", "nan", "null", "none"), UNSCORED),
}
"""Words that mean the same in every convention -> kind. Inspect's reasons are among them."""

LETTERS = {
    "inspect": {"c": CORRECT, "i": WRONG, "n": ABSTAIN},
    "simpleqa": {"a": CORRECT, "b": WRONG, "c": ABSTAIN},
}
"""Conventions of letters. C is "correct" in one and "not attempted" in the other, so the letters of
a file belong to one convention, and one that the letters do not tell is asked for."""


_MARKS = re.compile(r"[*_`#]{2,}|[*`#]")
_PREFIX = re.compile(r"^(judge?ment|grade|verdict|result|label|score|rating|is correct)\s*[:=]\s*")

VERDICTS = {"correct": CORRECT, "incorrect": WRONG, "not_attempted": ABSTAIN}
"""Keys of the dict-valued score that this package's scorer and SimpleQA's write -> kind."""


@dataclass(frozen=True)
class ReadOptions:
    """How to read logs where a file leaves a choice.

    Attributes
    ----------
    scorer : str or None
        Scorer of an Inspect log, metric of an lm-evaluation-harness file.
    filter : str or None
        Filter of an lm-evaluation-harness file.
    task : str or None
        Task to keep where a table mixes several.
    labels : mapping of str to int
        Labels of the user's own -> kind; they replace the words and letters known here.
    letters : str or None
        Convention of the file's letters, a key of :data:`LETTERS`.
    correct_from : float or None
        Graded scores of at least this count as correct, lower ones as wrong.
    answer_pattern : Pattern or None
        Extracts the answer: the last match, its first group if it has one; what it does not match
        is unparsed.
    columns : mapping of str to str
        Our name of a column -> the file's.
    exact : bool
        Whether answers and targets are compared letter by letter.
    """

    scorer: str | None = None
    filter: str | None = None
    task: str | None = None
    labels: Mapping[str, int] = field(default_factory=dict)
    letters: str | None = None
    correct_from: float | None = None
    answer_pattern: Pattern | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    exact: bool = False


def word_of(label: Any) -> str:
    """Return a label as the word it is: no markdown, no case, no "Grade:" before it.

    Examples
    --------
    >>> word_of("**Judgement**: Yes"), word_of(1.0), word_of(True), word_of("INCORRECT ")
    ('yes', '1', 'true', 'incorrect')
    """
    if label is None or (isinstance(label, float) and math.isnan(label)):
        return ""
    if isinstance(label, float) and label.is_integer():
        label = int(label)
    text = _MARKS.sub("", str(label)).strip().lower().strip(" .\"'")
    text = _PREFIX.sub("", text).strip()
    return text.removesuffix(".0") if text in {"0.0", "1.0"} else text


def kinds_of_labels(
    labels: Mapping[Any, int],
    options: ReadOptions,
    *,
    place: Callable[[Any], str],
    letters: str | None = None,
) -> dict[Any, int]:
    """Return the kind of each distinct label of a file.

    Parameters
    ----------
    labels : mapping
        Each distinct label -> how often it occurs.
    options : ReadOptions
        Labels, letters and threshold of the user's own.
    place : callable
        Label -> where it first occurs, for the complaint.
    letters : str, optional
        The convention that the file's format fixes.

    Raises
    ------
    InvalidInput
        If a label has no meaning, or its letters may be of two conventions; it names the label and
        how often it occurs.
    """
    words = {label: word_of(label) for label in labels}
    table = _table(set(words.values()), options, letters)
    kinds = {}
    for label, word in words.items():
        kind = _graded(word, options.correct_from) if options.correct_from is not None else None
        kind = table.get(word) if kind is None else kind
        if kind is None:
            raise _unknown(label, word, labels[label], options, place(label))
        kinds[label] = kind
    return kinds


def _table(words: set[str], options: ReadOptions, letters: str | None) -> Mapping[str, int]:
    if options.labels:
        own = {"": UNSCORED, **options.labels}
        # The two ends of a graded score mean the same whatever lies between them.
        ends = {"1": CORRECT, "0": WRONG} if all(map(_is_number, options.labels)) else {}
        return ends | own
    convention = options.letters or letters or _convention(words)
    return WORDS | LETTERS.get(convention or "", {})


def _convention(words: set[str]) -> str | None:
    """Tell the convention by a letter that only one has; C alone tells nothing."""
    here = words & set("abcin")
    return "inspect" if here & set("in") and not here & set("ab") else None


def _graded(word: str, threshold: float | None) -> int | None:
    if threshold is None or not _is_number(word):
        return None
    return CORRECT if float(word) >= threshold else WRONG


def _is_number(word: str) -> bool:
    return re.fullmatch(r"[+-]?\d{0,15}(\.\d{0,15})?", word) is not None and any(
        c.isdigit() for c in word
    )


def _unknown(label: Any, word: str, n: int, options: ReadOptions, where: str) -> InvalidInput:
    remedy = (
        f"--label {shown(word, 40) or 'LABEL'}=KIND says what it means, KIND being one of "
        f"{', '.join(KINDS)}"
    )
    if word in {"a", "b", "c"}:
        remedy = f"--letters {' or '.join(LETTERS)} says whose letters these are, or {remedy}"
    elif _is_number(word):
        remedy = f"--correct-from SCORE says from which score on it is correct, or {remedy}"
    allowed = (
        f"one of the labels given, {', '.join(options.labels)}"
        if options.labels
        else "correct, wrong, abstain or one of their synonyms"
    )
    return InvalidInput(
        "an outcome", allowed, f"{quoted(label)} ({n:,} times)", where=where, remedy=remedy
    )


def choose(
    what: str, available: Sequence[str], wanted: str | None, *, where: str, flag: str
) -> str:
    """Return the wanted name, or the only one there is.

    Raises
    ------
    InvalidInput
        If the wanted one is missing, or none is wanted and there is not exactly one.
    """
    names = shown(", ".join(repr(name) for name in sorted(available)) or "nothing", 4 * QUOTED)
    if wanted is not None:
        if wanted not in available:
            raise InvalidInput(f"the {what}", f"one of {names}", repr(wanted), where=where)
        return wanted
    if len(available) != 1:
        allowed = "chosen where there is not exactly one"
        raise InvalidInput(f"the {what}", allowed, names, where=where, remedy=f"choose with {flag}")
    return available[0]
