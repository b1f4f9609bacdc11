r"""Which of several logs leads at which target, with simultaneous confidence.

In normal form (1 right, t abstained, 0 wrong) the difference of two logs' scores at target t is
:math:`(1-t)\,\Delta a - t\,\Delta w`, with the differences of their rates of right and of wrong
answers. It is affine in t: two numbers decide for all targets at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from hallucination_theory.scores.intervals import random_orders
from theory.arrays import Array, FloatArray, blocks
from theory.confidence_targets import question_interval

GRID = np.arange(100) / 100
"""Targets among which the test looks for the largest difference."""
N_RESAMPLES = 9_999
MANY = 20_000
"""Distinct rows beyond which fewer resamples are drawn, to keep the test within seconds."""
CELLS = 262_144
"""Numbers held at a time for the resamples: they stay in the processor's cache."""


@dataclass(frozen=True)
class Pair:
    """Two logs on the same questions.

    Attributes
    ----------
    a, b : int
        Positions of the logs.
    right, wrong : tuple of float
        Intervals of the differences a - b of the rates of right and wrong answers; all intervals
        of all pairs hold together with the confidence level.
    p_value : float
        That the two logs do not differ at any target, adjusted for all pairs and targets (max-T).
    p_floor : float
        The least p that so many resamples can give.
    """

    a: int
    b: int
    right: tuple[float, float]
    wrong: tuple[float, float]
    p_value: float
    p_floor: float

    def band(self, t: Array) -> tuple[FloatArray, FloatArray]:
        """Return the simultaneous band of the difference in normal form at targets t."""
        low = (1 - t) * self.right[0] - t * self.wrong[1]
        high = (1 - t) * self.right[1] - t * self.wrong[0]
        return low, high


def compare(
    tables: Sequence[FloatArray], *, confidence_level: float, rng: np.random.Generator | int
) -> list[Pair]:
    """Compare every two logs at every target.

    Parameters
    ----------
    tables : sequence of ndarray, shape (n, 2)
        For each log, each question's shares of right and of wrong answers; the same n questions.
    confidence_level : float
        Of all intervals together (Bonferroni over pairs and rates, betting on questions).
    rng : numpy Generator or int
        Source of the orders and of the sign flips.
    """
    generator = np.random.default_rng(rng)
    pairs = list(combinations(range(len(tables)), 2))
    differences = [tables[i] - tables[j] for i, j in pairs]
    p_values, p_floor = _max_t(np.stack(differences, axis=1), generator)
    n = len(differences[0])
    orders = random_orders(n, rng=generator)
    level = 1 - (1 - confidence_level) / (2 * len(pairs))

    def interval(d: FloatArray) -> tuple[float, float]:
        share = (d + 1) / 2
        found = question_interval(share, share, np.ones(n), orders=orders, confidence_level=level)
        return 2 * found.low - 1, 2 * found.high - 1

    return [
        Pair(i, j, interval(d[:, 0]), interval(d[:, 1]), float(p), p_floor)
        for (i, j), d, p in zip(pairs, differences, p_values, strict=True)
    ]


def _max_t(differences: FloatArray, rng: np.random.Generator) -> tuple[FloatArray, float]:
    """Permutation test: flip the signs of whole questions, compare with the largest statistic.

    ``differences`` has shape (n, pairs, 2). Equal questions flip together as one binomial draw.
    """
    n, m, _ = differences.shape
    rows, count = np.unique(differences.reshape(n, 2 * m), axis=0, return_counts=True)
    weights = np.stack([1 - GRID, -GRID])
    at = rows.reshape(len(rows), m, 2) @ weights
    spread = np.sqrt(np.einsum("g,gmt->mt", count, at**2))
    spread[spread == 0] = np.inf
    observed = (np.abs(np.einsum("g,gmt->mt", count, at)) / spread).max(axis=1)
    resamples = N_RESAMPLES if len(rows) <= MANY else N_RESAMPLES // 10
    beaten, scaled = np.zeros(m), weights / spread[:, None]
    cells = len(rows) + m * len(GRID)
    for block in blocks(np.arange(resamples) * cells, CELLS):
        size = block.stop - block.start
        signs = 2.0 * rng.binomial(count, 0.5, size=(size, len(count))) - count
        sums = (signs @ rows).reshape(size, m, 2)
        at = np.swapaxes(sums, 0, 1) @ scaled
        largest = np.abs(at, out=at).max(axis=(0, 2))
        beaten += (largest[:, None] >= (1 - 1e-9) * observed).sum(axis=0)
    return (1 + beaten) / (1 + resamples), 1 / (1 + resamples)
