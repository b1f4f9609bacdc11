r"""What an exam makes of a full memory (extension X11).

A system has b nats of memory a fact and sits an exam with confidence target t: a right answer earns
1 point, a mistake costs L = t/(1 - t), "I don't know" nothing. The best system answers a share s of
the facts and errs on e of its answers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from theory.arrays import Number
from theory.errors import InvalidInput, require_integer
from theory.grading.targets import penalty, require_target
from theory.memory.rate import (
    accuracy_of_tilt,
    error_of_tilt,
    rate_of_tilt,
    require_memory,
    tilt_of_rate,
)
from theory.results import Terms


@dataclass(frozen=True)
class MemorySystem(Terms):
    """A system with a limited memory: how much it answers, and how well (extension X11).

    Attributes
    ----------
    answered : float
        s, share of the facts that it answers.
    error : float
        e, share of its answers that are wrong.
    accuracy : float
        1 - e, kept beside it because R = 10^9 would lose its digits.
    memory : float
        Nats a fact that it uses, s f(e).
    """

    answered: float
    error: float
    accuracy: float
    memory: float
    _terms = ("answered", "right", "wrong", "abstained", "error", "memory")

    @property
    def right(self) -> float:
        """Share of all facts answered rightly."""
        return self.answered * self.accuracy

    @property
    def wrong(self) -> float:
        """Share of all facts answered wrongly: the hallucination rate."""
        return self.answered * self.error

    @property
    def abstained(self) -> float:
        """Share of all facts not answered."""
        return 1 - self.answered

    def score(self, t: Number) -> float:
        """Points a question at confidence target t: right - t/(1 - t) wrong."""
        return self.right - float(penalty(t)) * self.wrong


def critical_tilt(t: Number, n_answers: int) -> float:
    r"""Tilt y from which on a fact is worth its memory: the positive root of G(y) = t y (X11).

    Returns
    -------
    float
        0 if t <= 1/R, where every guess pays; else at most ln R/(1 - t).

    Raises
    ------
    InvalidInput
        If t is outside [0, 1) or R is below 2.
    """
    from scipy.optimize import brentq

    require_target(t)
    R = require_integer("n_answers", n_answers, at_least=2)
    if t * R <= 1:
        return 0.0
    rest = 1 / (1 + float(penalty(t)))  # 1 - t, without the digits that subtraction would lose

    def gain(y: float) -> float:
        """G(y) - t y; neither form of G(y) - y cancels where it is used."""
        if y < 1:
            return rest * y + math.log1p((1 - 1 / R) * math.expm1(-y))
        return rest * y + math.log1p((R - 1) * math.exp(-y)) - math.log(R)

    lowest = math.log((1 - rest) / rest) + math.log(R - 1)  # where 1 - e = t
    highest = math.log(R) / rest
    return highest if gain(highest) <= 0 else float(brentq(gain, lowest, highest, xtol=1e-300))


def critical_error(t: Number, n_answers: int) -> Number:
    r"""Error rate among the answers of a system whose memory is full (extension X11).

    .. math:: e\,(1-e)^L = \Bigl(1 - \frac1R\Bigr) R^{-L},\qquad L = \frac{t}{1-t},\quad e < 1-t

    Returns
    -------
    float or Fraction
        About R^(-L). A Fraction if t is one and the root is rational for every R: 1/R at t = 1/2,
        the guess 1 - 1/R for t <= 1/R.

    Raises
    ------
    InvalidInput
        If t is outside [0, 1) or R is below 2.

    Examples
    --------
    >>> from fractions import Fraction
    >>> critical_error(Fraction(1, 2), 365), critical_error(Fraction(0), 365)
    (Fraction(1, 365), Fraction(364, 365))
    >>> f"{critical_error(0.75, 365):.3e}"
    '2.051e-08'
    """
    tilt = critical_tilt(t, n_answers)
    if isinstance(t, Fraction) and tilt == 0:
        return Fraction(n_answers - 1, n_answers)
    if t == Fraction(1, 2):
        return Fraction(1, n_answers) if isinstance(t, Fraction) else 1 / n_answers
    return float(error_of_tilt(tilt, n_answers))


def best_system(t: Number, n_answers: int, memory: float) -> MemorySystem:
    r"""System with the best score at target t among all with this memory (extension X11).

    .. math:: s = \min(1, b / f(e))\quad\text{with } e = \mathtt{critical\_error}(t, R);
              \qquad f(e) = b \text{ if that answers everything}

    Parameters
    ----------
    t : float or Fraction
        Confidence target in [0, 1).
    n_answers : int
        R >= 2.
    memory : float
        b >= 0, nats a fact; from ln R on everything is known.

    Returns
    -------
    MemorySystem
        No system of any size has a better expected score; long random codes come as near as one
        likes.

    Raises
    ------
    InvalidInput
        If a value is out of range.

    Examples
    --------
    Memory for half of all birthdays. Graded by accuracy, it answers everything; if a mistake costs
    a point, it abstains on half.

    >>> half = math.log(365) / 2
    >>> for t in (0, 0.5):
    ...     best = best_system(t, 365, half)
    ...     print(f"{best.right:.4f} right, {best.wrong:.4f} wrong")
    0.6129 right, 0.3871 wrong
    0.5016 right, 0.0014 wrong
    """
    b = require_memory(memory)
    R = require_integer("n_answers", n_answers, at_least=2)
    tilt = critical_tilt(t, R)
    full = float(rate_of_tilt(tilt, R))
    if b < full:
        return _system(b / full, tilt, R)
    return _system(1.0, max(tilt, tilt_of_rate(b, R)), R)


def honest_system(n_answers: int, memory: float) -> MemorySystem:
    """System that stores what fits and abstains on the rest: never wrong (extension X11).

    Raises
    ------
    InvalidInput
        If a value is out of range.

    Examples
    --------
    >>> honest_system(4, math.log(2)).right
    0.5
    """
    R = require_integer("n_answers", n_answers, at_least=2)
    return _system(min(1.0, require_memory(memory) / math.log(R)), math.inf, R)


def swap_target(n_answers: int, memory: float) -> float:
    r"""Target at which the honest memory overtakes the best guesser (extension X11).

    The guesser has the best accuracy x that the memory allows and answers everything; the honest
    system knows h = b/ln R.

    .. math:: t = \frac{x - h}{1 - h}

    Returns
    -------
    float
        In [0, 1); below it the guesser scores more.

    Raises
    ------
    InvalidInput
        If a value is out of range, or the memory holds everything, so that both are the same.

    Examples
    --------
    >>> round(swap_target(365, math.log(365) / 2), 4)
    0.2259
    """
    honest, guesser = honest_system(n_answers, memory), best_system(0, n_answers, memory)
    if honest.right == 1:
        raise InvalidInput("memory", f"below ln R = {math.log(n_answers):.6g} nats", memory)
    return (guesser.right - honest.right) / honest.abstained


def _system(answered: float, tilt: float, R: int) -> MemorySystem:
    return MemorySystem(
        answered=answered,
        error=float(error_of_tilt(tilt, R)),
        accuracy=float(accuracy_of_tilt(tilt, R)),
        memory=answered * float(rate_of_tilt(tilt, R)),
    )
