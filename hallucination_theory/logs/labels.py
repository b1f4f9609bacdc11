"""Words for outcomes: one table for all formats, matched as whole words, never as substrings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hallucination_theory.inputs.limits import QUOTED
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

LABELS = {
    **dict.fromkeys(("correct", "right", "c", "1", "1.0", "true"), CORRECT),
    **dict.fromkeys(("wrong", "incorrect", "i", "0", "0.0", "false"), WRONG),
    **dict.fromkeys(("abstain", "abstained", "abstention", "idk", "i don't know"), ABSTAIN),
    **dict.fromkeys(("not_attempted", "not attempted", "noanswer", "n"), ABSTAIN),
    **dict.fromkeys(("refusal", "refused"), REFUSAL),
    **dict.fromkeys(("empty", "no_response"), EMPTY),
    **dict.fromkeys(("unparsed", "unparseable", "invalid_response_format"), UNPARSED),
    **dict.fromkeys(("unscored", "grader_failed", "scoring_failed", "", "nan"), UNSCORED),
}
"""Label in lower case -> kind. Inspect's C, I, N and its reasons are among them."""


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
        Labels of the user's own -> kind.
    answer_pattern : str or None
        Expression with one group that extracts the answer of a plain table; what it does not
        match is unparsed.
    """

    scorer: str | None = None
    filter: str | None = None
    task: str | None = None
    labels: Mapping[str, int] = field(default_factory=dict)
    answer_pattern: str | None = None


def kind_of_label(label: Any, options: ReadOptions, *, where: str) -> int:
    """Return the kind that a label, a truth value or a number 0/1 stands for.

    Raises
    ------
    InvalidInput
        If it stands for none.
    """
    if label is None or (isinstance(label, float) and math.isnan(label)):
        return UNSCORED
    word = "" if isinstance(label, list | dict) else str(label).strip().lower()
    kind = options.labels.get(word, LABELS.get(word))
    if kind is None or isinstance(label, list | dict):
        raise InvalidInput(
            "an outcome",
            "correct, wrong, abstain or one of their synonyms",
            quoted(label),
            where=where,
            remedy=f"--label {shown(word) or 'LABEL'}=KIND says what it means, KIND being "
            f"one of {', '.join(KINDS)}",
        )
    return kind


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
