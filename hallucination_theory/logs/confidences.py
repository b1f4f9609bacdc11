"""Confidences out of a log: numbers in [0, 1], or percent where nothing else can be meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from hallucination_theory.inputs.json_text import located
from hallucination_theory.inputs.words import quoted
from theory.arrays import FloatArray
from theory.errors import InvalidInput
from theory.grading import check_confidence

_PERCENT = re.compile(r"(\+?\d{1,3}(?:\.\d{0,30})?)\s*%", re.ASCII)
SURELY_PERCENT = 10
"""A column with a number above this is no scale from 1 to 5 or to 10."""


def without_percent_sign(text: str) -> str:
    """Return ``85 %`` as the number it is, anything else unchanged.

    Examples
    --------
    >>> without_percent_sign(" 85%"), without_percent_sign("0.85")
    ('85e-2', '0.85')
    """
    match = _PERCENT.fullmatch(text.strip())
    return f"{match[1]}e-2" if match else text


def as_number(value: Any) -> float:
    """Return one stated confidence as a number.

    Raises
    ------
    InvalidInput
        If it is not a number, nor a text such as ``85%``.
    """
    if isinstance(value, str) and without_percent_sign(value) != value:
        return float(without_percent_sign(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput("confidence", "a number in [0, 1]", quoted(value))
    if isinstance(value, int) and abs(value) > 100:
        check_confidence(value)  # complains, also of a number too large for a float
    return float(value)


def in_unit(values: FloatArray, place: Callable[[int], str]) -> tuple[FloatArray, tuple[str, ...]]:
    """Return confidences in [0, 1], nan where there is none, and what the report says of them.

    A column is percent if a value is above 10, all lie in [0, 100], and none strictly between 0
    and 1: then 1 is one percent.

    Raises
    ------
    InvalidInput
        If a value is outside [0, 1] and the column is not percent.
    """
    given = values[~np.isnan(values)]
    large = len(given) > 0 and SURELY_PERCENT < given.max() <= 100
    if large and ((given == 0) | (given >= 1)).all():
        return values / 100, ("confidences are percent, divided by 100",)
    bad = np.flatnonzero((values < 0) | (values > 1))
    if len(bad):
        located(check_confidence, float(values[bad[0]]), place(int(bad[0])))
    return values, ()
