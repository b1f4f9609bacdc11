r"""A full memory when some facts are asked for more often than others (extension X11).

With importance mu_c, penalty L and a multiplier lam for the memory, every fact has the tilt
y_c = mu_c (1 + L)/lam. It is kept iff G(y_c) > t y_c, and then errs with probability
(R - 1)/(R - 1 + e^y). At t = 0 every fact is "kept" and the rare ones are guessed.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from theory.arrays import ArrayLike, FloatArray, IntArray, Number, as_numbers
from theory.errors import InvalidInput, require_integer
from theory.grading.targets import penalty
from theory.memory.exam import critical_tilt
from theory.memory.rate import (
    accuracy_of_tilt,
    error_of_tilt,
    rate_of_tilt,
    require_memory,
    tilt_using,
)


@dataclass(frozen=True, eq=False)
class SharedMemory:
    """How the best system shares its memory among facts of unequal importance (X11).

    Attributes
    ----------
    answered : ndarray, shape (C,)
        Share of the facts of each class that it answers: 1, 0, or between at the margin.
    error, accuracy : ndarray, shape (C,)
        Error rate among the answers of each class, and 1 less it; of a class that is not answered,
        what one more kept fact would have.
    memory : ndarray, shape (C,)
        Nats for each fact of a class.
    multiplier : float
        Points that one more nat of memory would earn.
    """

    answered: FloatArray
    error: FloatArray
    accuracy: FloatArray
    memory: FloatArray
    multiplier: float

    @property
    def right(self) -> FloatArray:
        """Share of each class answered rightly, shape (C,)."""
        return self.answered * self.accuracy

    @property
    def wrong(self) -> FloatArray:
        """Share of each class answered wrongly, shape (C,)."""
        return self.answered * self.error


@dataclass(frozen=True, eq=False)
class _Facts:
    """Importances in descending order, how many facts have each, and the exam they sit."""

    mu: FloatArray
    count: IntArray
    n_answers: int
    stake: float
    critical: float

    def used(self, multiplier: float, n_kept: int) -> float:
        """Nats that the n_kept most important classes take at this multiplier."""
        tilt = self.mu[:n_kept] * (self.stake / multiplier)
        return float(np.dot(self.count[:n_kept], rate_of_tilt(tilt, self.n_answers)))

    def margin(self, k: int) -> float:
        """Multiplier at which class k is just worth keeping."""
        return float(self.mu[k] * self.stake / self.critical)


def share_memory(
    mu: ArrayLike, t: Number, n_answers: int, memory: float, *, n_facts: ArrayLike = 1
) -> SharedMemory:
    r"""Share a memory among facts of unequal importance so as to score best (X11).

    .. math:: \max \sum_c \mu_c (x_c - L w_c)\quad\text{subject to}\quad
              \sum_c s_c f(w_c / s_c) \le B

    Parameters
    ----------
    mu : array_like, shape (C,)
        Importance of each fact of a class, >= 0, not all 0: how often it is asked for.
    t : number
        Confidence target in [0, 1).
    n_answers : int
        R >= 2.
    memory : float
        B >= 0, nats for all facts together.
    n_facts : int or array_like of int, shape (C,)
        Number of facts in each class.

    Returns
    -------
    SharedMemory
        No system of any kind has a better expected score.

    Raises
    ------
    InvalidInput
        If a value is out of range.

    Examples
    --------
    A famous fact and a hundred rare ones, memory for one, a mistake costs a point:

    >>> best = share_memory([0.5, 0.005], 0.5, 365, math.log(365), n_facts=[1, 100])
    >>> best.answered.round(3).tolist()
    [1.0, 0.0]
    """
    B = require_memory(memory)
    importance, counts = _checked(mu, n_facts)
    R = require_integer("n_answers", n_answers, at_least=2)
    order = np.argsort(-importance, kind="stable")
    facts = _Facts(importance[order], counts[order], R, 1 + float(penalty(t)), critical_tilt(t, R))
    multiplier, answered = _solve(facts, B)
    back = np.argsort(order, kind="stable")
    tilt = np.where(importance > 0, np.inf, 0.0)
    if multiplier > 0:
        tilt = importance * (facts.stake / multiplier)
    tilt = np.maximum(tilt, facts.critical)
    return SharedMemory(
        answered=answered[back],
        error=error_of_tilt(tilt, R),
        accuracy=accuracy_of_tilt(tilt, R),
        memory=answered[back] * rate_of_tilt(tilt, R),
        multiplier=multiplier,
    )


def _solve(facts: _Facts, B: float) -> tuple[float, FloatArray]:
    """Find the multiplier at which the memory is used up, and how much of each class is kept."""
    asked = facts.mu > 0
    answered = np.where(asked | (facts.critical == 0), 1.0, 0.0)
    if float(facts.count[asked].sum()) * math.log(facts.n_answers) <= B:
        return 0.0, answered
    if facts.critical == 0:
        return (_multiplier(facts, B, len(facts.mu)) if B > 0 else math.inf), answered
    k = _marginal_class(facts, B, int(asked.sum()))
    answered[k + 1 :] = 0.0
    room = B - facts.used(facts.margin(k), k)
    whole = float(facts.count[k]) * float(rate_of_tilt(facts.critical, facts.n_answers))
    if room <= whole:
        answered[k] = room / whole
        return facts.margin(k), answered
    return _multiplier(facts, B, k + 1), answered


def _marginal_class(facts: _Facts, B: float, positive: int) -> int:
    """Return the last class that is kept at all: those before it leave room for it."""
    classes = range(positive)
    return bisect_right(classes, B, key=lambda k: facts.used(facts.margin(k), k)) - 1


def _multiplier(facts: _Facts, B: float, n_kept: int) -> float:
    """Return the multiplier at which exactly these classes use up the memory."""
    top = float(facts.mu[0]) * facts.stake
    n_facts = float(facts.count[:n_kept].sum())
    return top / tilt_using(B, lambda tilt: facts.used(top / tilt, n_kept), n_facts=n_facts)


def _checked(mu: ArrayLike, n_facts: ArrayLike) -> tuple[FloatArray, IntArray]:
    importance = as_numbers("mu", mu).astype(float)
    finite = (importance >= 0) & np.isfinite(importance)
    if len(importance) == 0 or not finite.all() or not (importance > 0).any():
        raise InvalidInput("mu", "numbers >= 0, not all 0", repr(mu))
    counts = np.broadcast_to(np.asarray(n_facts), importance.shape)
    if counts.dtype.kind not in "iu" or counts.min() < 1:
        raise InvalidInput("n_facts", f"{len(importance)} whole numbers >= 1", repr(n_facts))
    return importance, counts.astype(np.int64)
