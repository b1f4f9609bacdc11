"""Intervals over questions: what the terms of Theorem 1 say of the law the questions come from.

Every term is an average over questions of a number between two known ends, so that betting on
questions gives an interval with guaranteed coverage (theory.confidence_targets). K and k belong to
the task and are known.
"""

from __future__ import annotations

import numpy as np

from simulations.confidence_targets.question_means import QuestionMeans
from theory.arrays import BoolArray, FloatArray
from theory.intervals import Estimate
from theory.poor_models import best_threshold
from theory.reduction import World
from theory.reduction.split import Split, split_at


def intervals(split: Split, by_prompt: Split, confidence_level: float) -> dict[str, Estimate]:
    """Return every term of Theorem 1, X2 and X8 with its interval over questions.

    Parameters
    ----------
    split, by_prompt : Split
        Questions with their candidates, cut at 1/K and at 1/|E_c|.
    confidence_level : float
        Of each interval for itself.
    """
    mean = QuestionMeans(split.mu, confidence_level)
    K = int(split.n_errors.min())
    room = split.n_valid / K
    gap = mean.of(split.q_above - split.p_above, -1, 1)
    most = float(room.max())
    return {
        "err": mean.err(split),
        "err_iiv": mean.of(split.twice_err_iiv / 2, 0, 1),
        "delta": _size(gap),
        "signed_gap": gap,
        "bound": mean.bound(split, split.n_valid.max() / K),
        "overshoot": mean.of(split.q_rest_above - split.iiv_weight_above, 0, 1),
        "unused_room": mean.of(room - split.q_valid_below, 0, most),
        "ragged": mean.of(most - room, 0, most),
        "sign": _below(gap),
        "bound_per_prompt": mean.bound(by_prompt, split.n_valid / split.n_errors),
        "bound_best": mean.bound(split, np.minimum(room, 1)),
    }


def threshold_of_half(world: World, q: FloatArray, confidence_level: float) -> dict[str, Estimate]:
    """Choose the best threshold on every second question; measure err_iiv there on the others.

    A threshold that is judged by the questions it was chosen on looks better than it is.
    """
    second = np.arange(world.n_prompts) % 2 == 1
    if world.n_prompts < 4:
        return {}
    _, threshold = best_threshold(*part(world, q, second))
    split = split_at(world, q, threshold).of(~second)
    t, means = float(threshold), QuestionMeans(split.mu, confidence_level)
    return {
        "best_threshold": Estimate(t, t, t, confidence_level),
        "best_err_iiv": means.of(split.twice_err_iiv / 2, 0, 1),
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


def _size(gap: Estimate) -> Estimate:
    low = max(0.0, gap.low, -gap.high)
    return Estimate(abs(gap.value), low, max(gap.high, -gap.low), gap.confidence_level)


def _below(gap: Estimate) -> Estimate:
    """2 max(0, -gap): what a negative gap costs."""
    low, value, high = (2 * max(0.0, -x) for x in (gap.high, gap.value, gap.low))
    return Estimate(value, low, high, gap.confidence_level)
