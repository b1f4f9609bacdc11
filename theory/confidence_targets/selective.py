"""Risk-coverage curve, its area and the area under the ROC curve, averaged over ties; Brier score.

Answers are taken in order of confidence, the most confident first; coverage is the share taken,
risk the share of those that are wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.arrays import ArrayLike, BoolArray, FloatArray, as_array
from theory.errors import InvalidInput
from theory.grading.targets import check_confidence


@dataclass(frozen=True, eq=False)
class RiskCoverage:
    """Risk-coverage curve at the ends of its ties.

    Attributes
    ----------
    confidence : ndarray, shape (m,)
        Distinct confidences, decreasing: point j takes every answer with confidence at least
        ``confidence[j]``.
    coverage : ndarray, shape (m,)
        Share of the answers taken, in (0, 1].
    risk : ndarray, shape (m,)
        Share of them that is wrong, in [0, 1].
    area : float
        Mean risk over the coverages 1/n, 2/n, ..., 1, in expectation over the order of ties.
    excess_area : float
        ``area`` minus the least area of so many right and wrong answers, all right ones first
        (E-AURC, not negative).
    auroc : float or None
        Chance that a right answer is stated with more confidence than a wrong one, ties half; None
        if all are right or all are wrong.
    """

    confidence: FloatArray
    coverage: FloatArray
    risk: FloatArray
    area: float
    excess_area: float
    auroc: float | None


def risk_coverage(confidence: ArrayLike, correct: ArrayLike) -> RiskCoverage:
    r"""Risk-coverage curve, its area (AURC), excess area (E-AURC) and AUROC, averaged over ties.

    .. math:: \mathrm{AURC} = \frac1n \sum_{k=1}^n \frac{\mathbb E[\text{errors among the } k
              \text{ most confident}]}{k},\quad
              \text{E-AURC} = \mathrm{AURC} - \frac1n \sum_{k=1}^n \frac{(k - n_+)^+}{k}

    with :math:`n_+` right answers.

    Parameters
    ----------
    confidence : array_like, shape (n,)
        In [0, 1]; any order.
    correct : array_like of bool, shape (n,)
        Whether each answer is right.

    Returns
    -------
    RiskCoverage
        Exact, whatever the order of the rows: within a tie the expected number of errors grows
        linearly.

    Raises
    ------
    InvalidInput
        If there are no answers, the lengths differ, or a confidence is outside [0, 1].

    Examples
    --------
    >>> risk_coverage([0.5, 0.5], [True, False]).area
    0.5
    """
    q, y = checked_answers(confidence, correct)
    # Decreasing order: negated, because unique sorts upwards.
    negated, group, size = np.unique(-q, return_inverse=True, return_counts=True)
    wrong = np.bincount(group, weights=~y, minlength=len(size))
    n_taken, n_wrong = np.cumsum(size), np.cumsum(wrong)
    k = np.arange(1, len(q) + 1)
    right = size - wrong
    n_right = float(right.sum())
    pairs = n_right * float(wrong.sum())
    in_order = float(wrong @ (np.cumsum(right) - right / 2))
    within_tie = np.repeat(n_taken, size) - k
    expected_wrong = np.repeat(n_wrong, size) - within_tie * np.repeat(wrong / size, size)
    area = float(np.mean(expected_wrong / k))
    return RiskCoverage(
        confidence=-negated,
        coverage=n_taken / len(q),
        risk=n_wrong / n_taken,
        area=area,
        excess_area=area - float(np.mean(np.maximum(k - n_right, 0) / k)),
        auroc=in_order / pairs if pairs else None,
    )


def brier_score(confidence: ArrayLike, correct: ArrayLike) -> float:
    r"""Brier score of selective answers: mean squared distance of confidence and correctness.

    .. math:: \frac1n \sum_i (q_i - y_i)^2

    Raises
    ------
    InvalidInput
        If there are no answers, the lengths differ, or a confidence is outside [0, 1].

    Examples
    --------
    >>> brier_score([0.5, 1.0], [True, True])
    0.125
    """
    q, y = checked_answers(confidence, correct)
    return float(np.mean((q - y) ** 2))


def checked_answers(confidence: ArrayLike, correct: ArrayLike) -> tuple[FloatArray, BoolArray]:
    """Check the confidences and correctness of selective answers: vectors of shape (n,).

    Raises
    ------
    InvalidInput
        If there are no answers, the lengths differ, or a confidence is outside [0, 1].
    """
    q = as_array("confidence", confidence).astype(np.float64)
    y = as_array("correct", correct)
    if q.ndim != 1 or len(q) == 0 or y.shape != q.shape:
        raise InvalidInput(
            "confidence and correct",
            "non-empty vectors of equal length",
            f"shapes {q.shape} and {y.shape}",
        )
    if not np.isin(y, [0, 1]).all():
        raise InvalidInput("correct", "true or false", "another value")
    check_confidence(q)
    return q, y.astype(bool)
