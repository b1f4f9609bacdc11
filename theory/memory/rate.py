r"""How much memory a fact takes that is answered with a given error (extension X11).

A fact has R equally likely answers. Kept so that its answer is wrong with probability e, it takes

.. math:: f(e) = \ln R - h(e) - e \ln(R-1)
               = \mathrm{KL}\bigl(\mathrm{Bern}(1-e)\,\|\,\mathrm{Bern}(1/R)\bigr)

nats, h being the binary entropy: ln R without error, nothing for a guess (e = 1 - 1/R). The *tilt*
y >= 0 of a fact stands for the same in the coordinates in which all formulas are stable:

.. math:: e = \frac{R-1}{R-1+e^y},\qquad f = y\,G'(y) - G(y),\qquad
          G(y) = \ln\bigl(1 + (e^y - 1)/R\bigr)
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from theory.arrays import TOLERANCE, FloatArray
from theory.errors import InvalidInput, require_integer, require_probability

SERIES_BELOW = 0.1
"""Below it (1 + u) ln(1 + u) - u is summed as a series, since its terms would cancel."""
SERIES = np.array([0.0, 0.0] + [(-1) ** k / (k * (k - 1)) for k in range(2, 20)])


def memory_rate(error: float, n_answers: int) -> float:
    """Nats of memory for a fact that is answered with this probability of error (X11).

    Parameters
    ----------
    error : float
        e in [0, 1].
    n_answers : int
        R >= 2.

    Returns
    -------
    float
        f(e) in [0, ln R]; convex, 0 at e = 1 - 1/R, the guess.

    Raises
    ------
    InvalidInput
        If the error is no probability or R is below 2.

    Examples
    --------
    >>> round(memory_rate(0, 4) / math.log(2), 12), memory_rate(0.75, 4)
    (2.0, 0.0)
    """
    require_probability("error", error)
    R, e = require_integer("n_answers", n_answers, at_least=2), float(error)
    right, wrong = R * (1 - e) - 1, e * R / (R - 1) - 1
    return float(_relative(right, R * (1 - e)) + (R - 1) * _relative(wrong, e * R / (R - 1))) / R


def memory_needed(right: float, wrong: float, n_answers: int) -> float:
    r"""Least memory, in nats a fact, of any system with these answers (X11, converse).

    .. math:: (x + w)\, f\Bigl(\frac{w}{x + w}\Bigr) \le \frac{I(A; W)}{n}

    Parameters
    ----------
    right, wrong : float
        x and w, shares of all facts; the rest is abstained on.
    n_answers : int
        R >= 2.

    Returns
    -------
    float
        In [0, ln R], for every number n of facts; attained as n grows.

    Raises
    ------
    InvalidInput
        If a share or their sum is outside [0, 1], or R is below 2.

    Examples
    --------
    >>> round(memory_needed(0.5, 0, 4) / math.log(2), 12)
    1.0
    """
    require_probability("right", right)
    require_probability("wrong", wrong)
    answered = right + wrong
    if not answered <= 1 + TOLERANCE:
        raise InvalidInput("right + wrong", "in [0, 1]", answered)
    return float(answered) * memory_rate(wrong / answered, n_answers) if answered else 0.0


def error_of_tilt(tilt: float | FloatArray, n_answers: int) -> FloatArray:
    """Return the error that memory at tilt y leaves, (R - 1)/(R - 1 + e^y); 0 if y is infinite."""
    from scipy.special import expit

    return np.asarray(expit(math.log(n_answers - 1) - np.asarray(tilt)))


def accuracy_of_tilt(tilt: float | FloatArray, n_answers: int) -> FloatArray:
    """Return 1 - e at a tilt of the memory rate, without the digits that subtraction would lose."""
    from scipy.special import expit

    return np.asarray(expit(np.asarray(tilt) - math.log(n_answers - 1)))


def rate_of_tilt(tilt: float | FloatArray, n_answers: int) -> FloatArray:
    """Return the memory rate at tilt y, to 13 digits from y = 0 to infinity."""
    R = n_answers
    right, wrong = accuracy_of_tilt(tilt, R), error_of_tilt(tilt, R)
    grown = -np.expm1(-np.asarray(tilt, dtype=float))
    # R (1 - e) - 1 and e R/(R - 1) - 1 without cancellation.
    up, down = (R - 1) * right * grown, -right * grown
    total = _relative(up, R * right) + (R - 1) * _relative(down, wrong * R / (R - 1))
    return np.asarray(total / R)


def tilt_of_rate(memory: float, n_answers: int) -> float:
    """Return the tilt at which a fact takes ``memory`` nats: the inverse of the rate."""
    if memory >= math.log(n_answers):
        return math.inf
    if memory <= 0:
        return 0.0
    return tilt_using(memory, lambda tilt: float(rate_of_tilt(tilt, n_answers)))


def tilt_using(memory: float, used: Callable[[float], float], *, n_facts: float = 1) -> float:
    """Return the tilt at which ``n_facts`` facts, none with a larger tilt, use up a memory > 0.

    G'' is the variance of a coin, so that a fact with tilt y takes y^2/8 nats at most.
    """
    from scipy.optimize import brentq

    low = high = math.sqrt(memory) / n_facts
    while used(high) < memory:
        high *= 2
    return float(brentq(lambda tilt: used(tilt) / memory - 1, low, high, xtol=1e-300))


def require_memory(memory: float) -> float:
    """Return ``memory`` as a float.

    Raises
    ------
    InvalidInput
        If it is not a finite number of nats >= 0.
    """
    try:
        inside = 0 <= memory < math.inf
    except TypeError:
        inside = False
    if not inside:
        raise InvalidInput("memory", "a finite number of nats >= 0", repr(memory))
    return float(memory)


def _relative(u: float | FloatArray, ratio: float | FloatArray) -> FloatArray:
    """(1 + u) ln(1 + u) - u, given both u and ratio = 1 + u without cancellation."""
    from scipy.special import xlogy

    u = np.asarray(u, dtype=float)
    near = np.abs(u) < SERIES_BELOW
    series = np.polynomial.polynomial.polyval(np.clip(u, -SERIES_BELOW, SERIES_BELOW), SERIES)
    return np.asarray(np.where(near, series, xlogy(ratio, ratio) - u))
