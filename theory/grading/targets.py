"""The confidence target t and its penalty t/(1 - t) (Sec. 4.2)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from theory.arrays import Number, as_array
from theory.errors import InvalidInput

TARGETS = (0, 0.5, 0.75, 0.9)
"""The confidence targets of the paper, with penalties 0, 1, 3 and 9."""


def require_target(t: Any, *, name: str = "t") -> Any:
    """Return ``t`` unchanged if it is a confidence target in [0, 1).

    Raises
    ------
    InvalidInput
        If t is 1 (the penalty would be infinite), on a scale of 0-100, or otherwise outside.
    """
    try:
        inside = 0 <= t < 1
    except TypeError:
        inside = False
    if not inside:
        raise InvalidInput(name, "in [0, 1)", repr(t), remedy=_target_advice(t))
    return t


def _target_advice(t: Any) -> str:
    if not isinstance(t, (int, float, Fraction, np.number)) or not 1 <= t <= 100:
        return ""
    if t == 1:
        return (
            "at t = 1 the penalty t/(1 - t) is infinite: one mistake outweighs everything; "
            "choose a target below 1, or t = 0.01 if you meant one per cent"
        )
    return f"on a scale from 0 to 1 this is {float(t) / 100:g}"


def penalty(t: Number) -> Number:
    r"""Points that a mistake costs at confidence target t (Sec. 4.2).

    .. math:: L = t / (1 - t)

    Parameters
    ----------
    t : float or Fraction
        Confidence target in [0, 1). A float is read as the decimal it prints as, so that 0.9
        costs 9 points and not 9.000000000000002.

    Returns
    -------
    float or Fraction
        Points, at least 0.

    Raises
    ------
    InvalidInput
        If t is outside [0, 1).

    Examples
    --------
    >>> [penalty(t) for t in TARGETS]
    [0.0, 1.0, 3.0, 9.0]
    """
    require_target(t)
    exact = _as_decimal(t) / (1 - _as_decimal(t))
    return exact if isinstance(t, Fraction) else float(exact)


def _as_decimal(t: Any) -> Fraction:
    """Return a number as the decimal that it prints as: 0.29 is 29/100, in single precision too.

    Examples
    --------
    >>> _as_decimal(0.29), _as_decimal(np.float32(0.9))
    (Fraction(29, 100), Fraction(9, 10))
    """
    return t if isinstance(t, Fraction) else Fraction(str(t))


def answers_at(confidence: Any, t: Number) -> Any:
    """Tell which answers a grader's target asks for: confidence above it, strictly (Sec. 4.2).

    A Fraction is compared with the decimal that t prints as, a float with the float.

    Raises
    ------
    InvalidInput
        If t is outside [0, 1) or a confidence outside [0, 1].

    Examples
    --------
    >>> answers_at(0.29, 0.29), answers_at(Fraction(29, 100), 0.29), answers_at(0.3, 0.29)
    (False, False, True)
    """
    check_confidence(confidence)
    require_target(t)
    exact = np.asarray(confidence).dtype == object
    return confidence > (_as_decimal(t) if exact else float(t))


def check_confidence(confidence: Any, *, name: str = "confidence") -> None:
    """Check that every confidence is in [0, 1].

    Raises
    ------
    InvalidInput
        Naming the first value outside, nan included; on a scale of 0-100 it says so.
    """
    values = np.atleast_1d(as_array(name, confidence))
    if values.dtype.kind not in "biufO":
        raise InvalidInput(name, "in [0, 1]", repr(confidence))
    inside = (values >= 0) & (values <= 1)
    if inside.all():
        return
    bad = values[~inside][0]
    advice = "divide by 100 if these are per cent" if 1 < bad <= 100 else ""
    raise InvalidInput(name, "in [0, 1]", bad, remedy=advice)
