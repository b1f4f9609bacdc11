"""Averages over questions with guaranteed intervals: what a few questions say of all like them.

Every term of Theorem 1 is such an average of a number between two known ends, so that betting on
questions (:func:`theory.confidence_targets.question_interval`) gives intervals for every number of
questions. The orders in which the gamblers bet come from a fixed seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from theory.arrays import FloatArray, IntArray
from theory.confidence_targets import question_interval
from theory.intervals import Estimate
from theory.reduction.split import Split

MOST_BETS = 500
"""Questions beyond this are put together at random, so that an interval costs milliseconds."""
ORDERS = 20
SEED = 0


@dataclass(frozen=True)
class QuestionMeans:
    """Averages over questions with the weights mu, with intervals.

    Attributes
    ----------
    mu : ndarray, shape (C,)
        Probability of each question.
    confidence_level : float
        Of each interval for itself.
    """

    mu: FloatArray
    confidence_level: float

    def of(self, values: FloatArray, low: float, high: float, *, share: float = 1) -> Estimate:
        """Estimate the average of numbers in [low, high]; ``share`` of the allowance is spent.

        Examples
        --------
        >>> mean = QuestionMeans(np.full(4, 0.25), 0.9)
        >>> mean.of(np.array([0.0, 0.0, 1.0, 1.0]), 0, 1).value
        0.5
        """
        scaled = np.clip((values - low) / (high - low), 0, 1) * (self.mu / self.mu.max())
        w, s, orders = self._weight, self._together(scaled), self._orders
        level = 1 - share * (1 - self.confidence_level)
        found = question_interval(s, s, w, orders=orders, confidence_level=level)
        width, value = high - low, float(self.mu @ values)
        ends = low + width * found.low, low + width * found.high
        return Estimate(value, min(ends[0], value), max(ends[1], value), self.confidence_level)

    def err(self, split: Split) -> Estimate:
        """Estimate the generative error."""
        return self.of(split.q_rest_above + split.q_rest_below, 0, 1)

    def bound(self, split: Split, small: FloatArray | float) -> Estimate:
        """Estimate 2 err_iiv - E small - abs(gap), at half of the allowance for either sign."""
        iiv, gap = split.twice_err_iiv, split.q_above - split.p_above
        most = float(np.max(small))
        plus = self.of(iiv - gap - small, -most, 2, share=0.5)
        minus = self.of(iiv + gap - small, -1 - most, 3, share=0.5)
        return Estimate(
            min(plus.value, minus.value),
            min(plus.low, minus.low),
            min(plus.high, minus.high, 1.0),  # no bound is above err
            self.confidence_level,
        )

    def _together(self, column: FloatArray) -> FloatArray:
        """Put questions into at most :data:`MOST_BETS` parts, each the average of its own."""
        if self._part is None:
            return column
        return np.bincount(self._part, column, MOST_BETS) / -(-len(column) // MOST_BETS)

    @cached_property
    def _weight(self) -> FloatArray:
        return self._together(self.mu / self.mu.max())

    @cached_property
    def _orders(self) -> IntArray:
        n = len(self._weight)
        n_orders = max(1, min(ORDERS, MOST_BETS // n))
        return np.argsort(np.random.default_rng(SEED).random((n_orders, n)), axis=1)

    @cached_property
    def _part(self) -> IntArray | None:
        n = len(self.mu)
        return np.random.default_rng(SEED).permutation(n) % MOST_BETS if n > MOST_BETS else None
