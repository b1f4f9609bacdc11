"""Resampling of evaluation results: a test for paired scores, and many such tests at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.arrays import ArrayLike, FloatArray
from theory.errors import InvalidInput

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
    difference = x - y
    # In units of the largest, and rounded so that 0.1 + 0.2 and 0.3 are one size.
    unit = np.abs(difference).max(initial=np.finfo(np.float64).tiny)
    flipped = np.round(difference / unit, 12)
    size, count = np.unique(np.abs(flipped[flipped != 0]), return_counts=True)
    draws = np.random.default_rng(rng).binomial(count, 0.5, size=(n_resamples, len(count)))
    totals = np.abs((2 * draws - count) @ size)
    observed = abs(float(flipped.sum()))
    as_extreme = int((totals >= observed - 1e-9).sum())
    return PairedTest(
        difference=float(np.mean(difference)),
        p_value=(1 + as_extreme) / (1 + n_resamples),
        n_questions=len(x),
        n_different=int(count.sum()),
    )


def holm(p_values: ArrayLike) -> FloatArray:
    """Adjust p-values of several tests so that they hold together (Holm 1979).

    Under any dependence, the chance that a true hypothesis has an adjusted p-value of x or less
    is x at most.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p)
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(steps, 1)
    return adjusted
