"""Resampling of evaluation results: a test for paired scores, intervals for repeated questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.arrays import Array, ArrayLike, FloatArray
from theory.errors import InvalidInput, require_probability

N_RESAMPLES = 9999


@dataclass(frozen=True)
class PairedTest:
    """Whether two logs differ on the same questions.

    Attributes
    ----------
    difference : float
        Mean of a - b, points per question.
    p_value : float
        Two-sided, in (0, 1].
    n_questions, n_different : int
        Questions in all, and those on which the two scores differ.
    """

    difference: float
    p_value: float
    n_questions: int
    n_different: int


def sign_flip_test(
    a: ArrayLike,
    b: ArrayLike,
    *,
    rng: np.random.Generator | int,
    n_resamples: int = N_RESAMPLES,
) -> PairedTest:
    r"""Paired permutation test of equal mean scores: flip the sign of each difference.

    The law is that of scipy's ``permutation_test(..., permutation_type="samples")``. Differences of
    equal size flip together as one binomial draw, so that 10^6 questions cost what ten do.

    .. math:: p = \frac{1 + \#\{|\sum_i \pm d_i| \ge |\sum_i d_i|\}}{1 + \text{resamples}}

    Parameters
    ----------
    a, b : array_like, shape (n,)
        Scores of two models on the same n questions, in points.
    rng : numpy Generator or int
        Source of the flips.
    n_resamples : int
        Number of random flips of all signs.

    Raises
    ------
    InvalidInput
        If there are no questions or the lengths differ.
    """
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if x.ndim != 1 or len(x) == 0 or x.shape != y.shape:
        raise InvalidInput("scores", "two vectors of equal length", f"shapes {x.shape}, {y.shape}")
    # Rounded so that 0.1 + 0.2 and 0.3 count as one size.
    difference = np.round(x - y, 12)
    size, count = np.unique(np.abs(difference[difference != 0]), return_counts=True)
    draws = np.random.default_rng(rng).binomial(count, 0.5, size=(n_resamples, len(count)))
    totals = np.abs((2 * draws - count) @ size)
    observed = abs(float(difference.sum()))
    as_extreme = int((totals >= observed - 1e-9).sum())
    return PairedTest(
        difference=float(difference.mean()),
        p_value=(1 + as_extreme) / (1 + n_resamples),
        n_questions=len(x),
        n_different=int(count.sum()),
    )


def bootstrap_questions(
    per_question: Array,
    statistic: Callable[[Array], FloatArray],
    *,
    rng: np.random.Generator | int,
    confidence_level: float = 0.95,
    n_resamples: int = 1999,
) -> tuple[FloatArray, FloatArray]:
    """Percentile bootstrap over questions, for logs that ask each question several times.

    Repetitions of a question are not independent; questions are, so they are what is drawn.

    Parameters
    ----------
    per_question : ndarray, shape (n, m)
        m counts of each question (right, wrong, ...). Equal rows are drawn together.
    statistic : callable
        Takes sums of counts, shape (resamples, m); returns shape (resamples, s), nan where
        undefined.
    rng : numpy Generator or int
        Source of the draws.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    low, high : ndarray, shape (s,)
        Approximate interval of each statistic; too narrow below about 30 questions.

    Raises
    ------
    InvalidInput
        If the level is outside (0, 1).
    """
    require_probability("confidence_level", confidence_level, zero=False, one=False)
    pattern, count = np.unique(per_question, axis=0, return_counts=True)
    n = len(per_question)
    drawn = np.random.default_rng(rng).multinomial(n, count / n, size=n_resamples)
    values: Any = statistic(drawn @ pattern)
    tail = (1 - confidence_level) / 2
    defined = [column[~np.isnan(column)] for column in values.T]
    bounds = [np.quantile(c, [tail, 1 - tail]) if len(c) else (np.nan, np.nan) for c in defined]
    low, high = np.transpose(bounds)
    return low, high
