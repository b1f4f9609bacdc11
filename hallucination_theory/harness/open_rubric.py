"""The open rubric: the sentence that states the confidence target and its penalty (Sec. 4.2)."""

from __future__ import annotations

from decimal import Decimal
from importlib import resources
from typing import Any

from theory.errors import InvalidInput
from theory.grading import penalty, require_target

FIELDS = ("percent", "t", "penalty", "idk")
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
        raise InvalidInput("the template", "one that states {percent} or {t}", repr(text))
    # Decimal, because 100 * 0.07 is 7.000000000000001.
    percent = f"{(100 * Decimal(str(float(t)))).normalize():f}%"
    try:
        return text.format(percent=percent, t=f"{float(t):g}", penalty=_points(t), idk=idk)
    except (KeyError, IndexError, ValueError) as error:
        allowed = f"a text with the fields {', '.join(FIELDS)}; other braces doubled"
        raise InvalidInput("the template", allowed, repr(text)) from error


def _points(t: Any) -> str:
    cost = float(penalty(t))
    return "1 point" if cost == 1 else f"{cost:.4g} points"
