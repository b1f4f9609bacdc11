"""The prompt by which a model grades an answer as correct, incorrect or not attempted.

The three verdicts are those of SimpleQA's grader. The prompt is ``three_verdicts.txt``, to be read
and to be changed; what a grader writes is read by its last verdict.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import resources

from hallucination_theory.harness.open_rubric import filled
from hallucination_theory.harness.verdict import KEYS, Verdict, one_hot

VERDICT = re.compile(
    r"^[\s*_#>]*verdict[\s*_]*:[\s*_]*(correct|incorrect|not[ _-]attempted)[\s*_.]*$",
    re.IGNORECASE | re.MULTILINE,
)


def grading_template() -> str:
    """Return the prompt of the package, with the fields {question}, {target} and {answer}."""
    file = resources.files("hallucination_theory") / "harness" / "three_verdicts.txt"
    return file.read_text(encoding="utf-8").strip()


def grading_prompt(
    question: str, targets: Sequence[str], answer: str, template: str | None = None
) -> str:
    """Return the prompt that asks for a verdict; several accepted answers stand one a line.

    Raises
    ------
    InvalidInput
        If the template has unknown fields.

    Examples
    --------
    >>> grading_prompt("1 + 1?", ["2", "two"], "3", "{question} {answer}")
    '1 + 1? 3'
    """
    text = grading_template() if template is None else template
    return filled(text, {"question": question, "target": "\n".join(targets), "answer": answer})


def graded(reply: str) -> Verdict:
    r"""Return the last verdict in a grader's reply; none of the three if there is none.

    Examples
    --------
    >>> graded("It names another city.\nVERDICT: incorrect").value
    {'correct': 0, 'incorrect': 1, 'not_attempted': 0}
    """
    found = VERDICT.findall(reply)
    if not found:
        return Verdict(dict.fromkeys(KEYS, 0), "scoring_failed")
    return Verdict(one_hot(re.sub("[ -]", "_", found[-1].lower())))
