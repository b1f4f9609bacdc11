"""Intervals over questions: what the terms of Theorem 1 say of the law the questions come from.

Every term is an average over questions of a number between two known ends, so that betting on
questions gives an interval with guaranteed coverage (theory.confidence_targets). K and k belong to
the task and are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from theory.arrays import BoolArray, FloatArray, IntArray
from theory.confidence_targets import question_interval
from theory.intervals import Estimate
from theory.poor_models import best_threshold
from theory.reduction import World
from theory.reduction.split import Split, per_prompt_threshold, split_at

MOST_BETS = 500
"""Questions beyond this are put together at random, so that an interval costs milliseconds."""
ORDERS = 20
SEED = 0
"""Of the orders in which the gamblers bet, which do not depend on what they bet on."""


@dataclass(frozen=True)
class Mean:
    """Averages over questions with the weights mu, with intervals.

    Attributes
    ----------
    mu : ndarray, shape (C,)
        Probability of each question.
    confidence_level : float
        Of each interval.
    """

    mu: FloatArray
    confidence_level: float

    def of(self, values: FloatArray, low: float, high: float, *, share: float = 1) -> Estimate:
        """Estimate the average of numbers in [low, high]; ``share`` of the allowance is spent."""
        weight = self.mu / self.mu.max()
        scaled = np.clip((values - low) / (high - low), 0, 1) * weight
        w, s = self._together(weight), self._together(scaled)
        n = len(w)
        n_orders = max(1, min(ORDERS, MOST_BETS // n))
        orders = np.argsort(np.random.default_rng(SEED).random((n_orders, n)), axis=1)
        level = 1 - share * (1 - self.confidence_level)
        found = question_interval(s, s, w, orders=orders, confidence_level=level)
        width, value = high - low, float(self.mu @ values)
        ends = low + width * found.low, low + width * found.high
        return Estimate(value, min(ends[0], value), max(ends[1], value), self.confidence_level)

    def _together(self, column: FloatArray) -> FloatArray:
        """Put questions into at most :data:`MOST_BETS` parts, each the average of its own."""
        if self._part is None:
            return column
        return np.bincount(self._part, column, MOST_BETS) / -(-len(column) // MOST_BETS)

    @cached_property
    def _part(self) -> IntArray | None:
        n = len(self.mu)
        return np.random.default_rng(SEED).permutation(n) % MOST_BETS if n > MOST_BETS else None

    def of_bound(self, split: Split, small: FloatArray | float) -> Estimate:
        """Estimate 2 err_iiv - E small - abs(gap), at half of the allowance for either sign."""
        iiv, gap = 2 * _iiv(split), split.q_above - split.p_above
        most = float(np.max(small))
        plus = self.of(iiv - gap - small, -most, 2, share=0.5)
        minus = self.of(iiv + gap - small, -1 - most, 3, share=0.5)
        return Estimate(
            min(plus.value, minus.value),
            min(plus.low, minus.low),
            min(plus.high, minus.high),
            self.confidence_level,
        )


def intervals(world: World, q: FloatArray, confidence_level: float) -> dict[str, Estimate]:
    """Return every term of Theorem 1, X2 and X8 with its interval over questions.

    Parameters
    ----------
    world : World
        Questions with their candidates.
    q : ndarray, shape (X,)
        The model.
    confidence_level : float
        Of each interval for itself.
    """
    split, mean = split_at(world, q), Mean(world.mu, confidence_level)
    K = world.min_errors
    room = world.n_valid / K
    gap = mean.of(split.q_above - split.p_above, -1, 1)
    by_prompt = split_at(world, q, per_prompt_threshold(world))
    most = float(room.max())
    return {
        "err": mean.of(split.q_rest_above + split.q_rest_below, 0, 1),
        "err_iiv": mean.of(_iiv(split), 0, 1),
        "delta": _size(gap),
        "signed_gap": gap,
        "bound": mean.of_bound(split, world.max_valid / K),
        "overshoot": mean.of(split.q_rest_above - split.iiv_weight_above, 0, 1),
        "unused_room": mean.of(room - split.q_valid_below, 0, most),
        "ragged": mean.of(most - room, 0, most),
        "sign": _below(gap),
        "bound_per_prompt": mean.of_bound(by_prompt, world.n_valid / world.n_errors),
        "bound_best": mean.of_bound(split, np.minimum(room, 1)),
    }


def threshold_of_half(world: World, q: FloatArray, confidence_level: float) -> dict[str, Estimate]:
    """Choose the best threshold on every second question; measure err_iiv there on the others.

    A threshold that is judged by the questions it was chosen on looks better than it is.
    """
    second = np.arange(world.n_prompts) % 2 == 1
    if world.n_prompts < 4:
        return {}
    chosen, p = part(world, q, second)
    _, threshold = best_threshold(chosen, p)
    others, p = part(world, q, ~second)
    split = split_at(others, p, threshold)
    t = float(threshold)
    return {
        "best_threshold": Estimate(t, t, t, confidence_level),
        "best_err_iiv": Mean(others.mu, confidence_level).of(_iiv(split), 0, 1),
    }


def part(world: World, q: FloatArray, prompts: BoolArray) -> tuple[World, FloatArray]:
    """Return the world of some prompts (a mask), their weights scaled to 1, and its model."""
    rows = world.per_example(prompts)
    smaller = World(
        p=world.p[rows],
        valid=world.valid[rows],
        n_responses=world.n_responses[prompts],
        mu=world.mu[prompts] / world.mu[prompts].sum(),
        nonsense=world.nonsense[rows],
        tolerance=world.tolerance,
    )
    return smaller, q[rows]


def _iiv(split: Split) -> FloatArray:
    return np.asarray((split.p_below + split.iiv_weight_above) / 2)


def _size(gap: Estimate) -> Estimate:
    low = max(0.0, gap.low, -gap.high)
    return Estimate(abs(gap.value), low, max(gap.high, -gap.low), gap.confidence_level)


def _below(gap: Estimate) -> Estimate:
    """2 max(0, -gap): what a negative gap costs."""
    low, value, high = (2 * max(0.0, -x) for x in (gap.high, gap.value, gap.low))
    return Estimate(value, low, high, gap.confidence_level)
