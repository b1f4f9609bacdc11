"""The open rubric: the sentence that states the confidence target and its penalty (Sec. 4.2)."""

from __future__ import annotations

import re
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

from hallucination_theory.inputs.opened import small_text
from hallucination_theory.inputs.words import quoted
from theory.errors import InvalidInput
from theory.grading import penalty, require_target

BRACES = re.compile(r"\{\{|\}\}|\{(\w*)\}|[{}]")
DOUBLED = {"{{": "{", "}}": "}"}
IDK = "I don't know"


def default_template() -> str:
    """Return the template of the package, to read or to change."""
    file = resources.files("hallucination_theory") / "harness" / "open_rubric.txt"
    return file.read_text(encoding="utf-8").strip()


def open_rubric(t: Any, template: str | None = None, *, idk: str = IDK) -> str:
    """Return the sentence that states target t, to be appended to the question (Sec. 4.2).

    Parameters
    ----------
    t : float
        Confidence target in [0, 1).
    template : str, optional
        Text with some of the fields {percent} (75%), {t} (0.75), {penalty} (3 points) and {idk};
        {percent} or {t} must occur, since an unstated target is a closed rubric. Default:
        :func:`default_template`.
    idk : str
        Words that count as an abstention.

    Raises
    ------
    InvalidInput
        If t is outside [0, 1) or the template has unknown fields or states no target.

    Examples
    --------
    >>> open_rubric(0.75, "Answer if {percent} sure; a mistake costs {penalty}.")
    'Answer if 75% sure; a mistake costs 3 points.'
    """
    require_target(t)
    text = default_template() if template is None else template
    if "{percent}" not in text and "{t}" not in text:
        raise InvalidInput("the template", "one that states {percent} or {t}", quoted(text))
    # Decimal, because 100 * 0.07 is 7.000000000000001.
    percent = f"{(100 * Decimal(str(float(t)))).normalize():f}%"
    return filled(text, {"percent": percent, "t": f"{t:g}", "penalty": _points(t), "idk": idk})


def filled(text: str, fields: dict[str, str]) -> str:
    """Return a template with its fields put in; doubled braces stand for braces.

    Not by str.format, which follows what a user's file says into objects.

    Raises
    ------
    InvalidInput
        If the template has other fields.
    """

    def value(match: re.Match[str]) -> str:
        if match[0] in DOUBLED:
            return DOUBLED[match[0]]
        if match[1] not in fields:
            allowed = f"a text with the fields {', '.join(fields)}; other braces doubled"
            raise InvalidInput("the template", allowed, quoted(match[0]))
        return fields[match[1]]

    return BRACES.sub(value, text)


def read_template(path: Path) -> str:
    """Read a user's own template.

    Raises
    ------
    InvalidInput
        If there is no such file, or it is no text, or too long for a rubric.
    """
    return "\n".join(small_text(path, "template").strip().splitlines())


def _points(t: Any) -> str:
    cost = float(penalty(t))
    return "1 point" if cost == 1 else f"{cost:.4g} points"
