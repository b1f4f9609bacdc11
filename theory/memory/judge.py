r"""A limited memory and calibration: the floor through a judge (extension X12).

Complete and perfect data, no "I don't know" in training, uniform mu. A judge that uses a memory of
b nats a fact accepts the right answer with probability alpha = 1 - FN and any given answer with
probability Q = (1 - FN + (R - 1) FP)/R, so that

.. math:: \mathrm{KL}\bigl(\mathrm{Bern}(\alpha)\,\|\,\mathrm{Bern}(Q)\bigr) \le b,\qquad
          \mathrm{FN} + \mathrm{FP} = 1 - \frac{R}{R-1}(\alpha - Q).

The first is the list form of Fano's inequality; for sparse facts it is Guo and Li's
(arXiv:2602.00906). With Theorem 1 the least FN + FP bounds the error of a calibrated model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from theory.errors import require_integer, require_probability
from theory.memory.rate import require_memory

LOG_TINY = -700.0
"""Logarithm of the least FN that is told from 0."""


@dataclass(frozen=True)
class JudgeFloor:
    """Least error of a judge with limited memory, and what Theorem 1 makes of it (X12).

    Attributes
    ----------
    n_answers : int
        R.
    false_negatives, false_positives : float
        FN and FP of the best judge.
    certificate : float
        Lower bound on FN + FP over all judges, from one supporting line of the constraint: equal to
        the value up to rounding.
    """

    n_answers: int
    false_negatives: float
    false_positives: float
    certificate: float

    @property
    def value(self) -> float:
        """Least FN + FP, twice the Is-It-Valid error."""
        return self.false_negatives + self.false_positives

    def error_floor(self, delta: float = 0.0) -> float:
        """E err is at least this for a model with mean miscalibration delta (Theorem 1).

        Raises
        ------
        InvalidInput
            If delta is outside [0, 1].
        """
        require_probability("delta", delta)
        return self.value - 1 / (self.n_answers - 1) - delta


def judge_floor(n_answers: int, memory: float) -> JudgeFloor:
    r"""Least FN + FP of any judge with b nats of memory a fact (extension X12).

    Returns
    -------
    JudgeFloor
        With a certificate by weak duality. FN is small from half the memory on (a Bloom filter has
        FN = 0) but positive for every b in between.

    Raises
    ------
    InvalidInput
        If a value is out of range.

    Examples
    --------
    >>> for share in (0.1, 0.25, 0.5, 0.75, 0.9):
    ...     print(f"{judge_floor(365, share * math.log(365)).value:.4f}")
    0.4741
    0.2193
    0.0497
    0.0093
    0.0022
    """
    R, b = require_integer("n_answers", n_answers, at_least=2), require_memory(memory)
    if b == 0:
        return JudgeFloor(R, 0.0, 1.0, 1.0)
    if b >= math.log(R):
        return JudgeFloor(R, 0.0, 0.0, 0.0)
    missed, rejected = _best_judge(R, b)
    positives = max(0.0, 1 - (R * rejected - missed) / (R - 1))
    return JudgeFloor(R, missed, positives, _certificate(R, b, missed, rejected))


def judge_memory(missed: float, rejected: float) -> float:
    """Memory, in nats, of a judge that misses right answers and rejects answers at these rates."""
    from scipy.special import rel_entr

    return float(rel_entr(1 - missed, 1 - rejected) + rel_entr(missed, rejected))


def _best_judge(R: int, b: float) -> tuple[float, float]:
    """FN and 1 - Q of the judge with the largest alpha - Q.

    It lies where d(1 - Q)/d(FN) = 1, or at the least FN with FP = 0 if that comes first.
    """
    from scipy.optimize import brentq

    edge = float(brentq(lambda m: judge_memory(m, 1 - (1 - m) / R) - b, 0, 1, xtol=1e-300))

    def gain(log_missed: float) -> float:
        missed = math.exp(log_missed)
        rejected = _rejected(missed, b, R)
        return _tilt(missed, rejected) - (rejected - missed) / ((1 - rejected) * rejected)

    if gain(math.log(edge)) >= 0:
        return edge, 1 - (1 - edge) / R
    if gain(LOG_TINY) <= 0:
        return 0.0, -math.expm1(-b)
    missed = math.exp(brentq(gain, LOG_TINY, math.log(edge)))
    return missed, _rejected(missed, b, R)


def _rejected(missed: float, b: float, R: int) -> float:
    """Most of all answers that b nats can reject at this FN; FP >= 0 needs 1 - alpha/R or less."""
    from scipy.optimize import brentq

    most = 1 - (1 - missed) / R
    if judge_memory(missed, most) <= b:
        return most
    return float(brentq(lambda v: judge_memory(missed, v) - b, missed, most, xtol=1e-300))


def _tilt(missed: float, rejected: float) -> float:
    """Log odds ratio of accepting the right answer against accepting any, at most 700."""
    if missed == 0:
        return -LOG_TINY
    odds = math.log((1 - missed) / (1 - rejected)) + math.log(rejected) - math.log(missed)
    return min(odds, -LOG_TINY)


def _certificate(R: int, b: float, missed: float, rejected: float) -> float:
    r"""Least FN + FP over the half plane that one supporting line of the constraint leaves.

    For every y, b >= y alpha - ln(1 + (e^y - 1) Q) (Donsker and Varadhan), and the logarithm lies
    below its tangent at Q. What remains is a linear program in FN, FP >= 0.
    """
    accepted, y = 1 - rejected, _tilt(missed, rejected)
    grown = math.expm1(y)
    slope = grown / (1 + grown * accepted)
    level = b + math.log1p(grown * accepted) - slope * accepted
    # y (1 - FN) - slope (1 - FN + (R - 1) FP)/R <= level, written as a FN + d FP >= c.
    a, d = y - slope / R, slope * (R - 1) / R
    c = a - level
    return max(0.0, c / max(a, d))  # d > 0; the least FN + FP is at an end of the line
