"""Behavioural calibration: answer iff more confident than the target, at every target at once.

Paper: arXiv:2509.04664v1, Sec. 4.2. The audit by withdrawn answers and the Brier identity (X6) are
extensions of the project's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from theory.arrays import Array, BoolArray, Number, total
from theory.grading.graders import confidence_target, expected_points
from theory.grading.outcomes import Outcomes
from theory.grading.targets import answers_at, check_confidence


def expected_score(confidence: Array, answered: BoolArray, t: Number) -> Number:
    r"""Expected score of a policy of answering at confidence target t (Sec. 4.2).

    .. math:: \frac1n \sum_i a_i \frac{q_i - t}{1 - t}

    Parameters
    ----------
    confidence : ndarray, shape (n,)
        q_i, the probability in [0, 1] that answer i is correct.
    answered : ndarray of bool, shape (n,)
        a_i, whether the policy answers.
    t : float or Fraction
        Target in [0, 1).

    Raises
    ------
    InvalidInput
        If t or a confidence is outside its range.

    Examples
    --------
    >>> expected_score(np.array([0.25, 0.75]), np.array([False, True]), 0.5)
    0.25
    """
    gains = expected_points(confidence_target(t), confidence)
    return total(gains * answered) / len(confidence)


def hidden_target_regret(confidence: Array, answered: BoolArray, t: Number) -> Number:
    """Points lost for not knowing the confidence target: best policy at t minus this one.

    Returns
    -------
    float or Fraction
        At least 0. A policy has no regret at t1 < t2 both only if no confidence lies strictly
        between them: with a hidden target no single policy is best.

    Raises
    ------
    InvalidInput
        If t or a confidence is outside its range.

    Examples
    --------
    >>> hidden_target_regret(np.array([0.25, 0.75]), np.array([True, True]), 0.5)
    0.25
    """
    best = expected_score(confidence, answers_at(confidence, t), t)
    return best - expected_score(confidence, answered, t)


def target_averaged_score(confidence: Number, correct: bool) -> Number:
    r"""Average over all targets of the score of one answer given iff q > t (extension X6).

    .. math:: 2 \int_0^1 (1 - t)\, \mathrm{score}_t \, dt = y - (y - q)^2

    so the average over targets ranks as accuracy minus Brier score.

    Parameters
    ----------
    confidence : float or Fraction
        q in [0, 1].
    correct : bool
        y, whether the answer is right.

    Raises
    ------
    InvalidInput
        If the confidence is outside [0, 1].

    Examples
    --------
    >>> target_averaged_score(0.5, correct=True), target_averaged_score(0.5, correct=False)
    (0.75, -0.25)
    """
    check_confidence(confidence)
    y = int(correct)
    return y - (y - confidence) ** 2


def score_matrix(outcomes: Sequence[Outcomes], targets: Sequence[Any]) -> Array:
    """Score at target t (column) of the answers given when target s was stated (row) (Sec. 4.2).

    Behavioural calibration puts each column's maximum on the diagonal: what the model does when t
    is stated scores best at t.

    Returns
    -------
    ndarray, shape (T, T)

    Raises
    ------
    InvalidInput
        If a target is outside [0, 1).
    """
    graders = [confidence_target(t) for t in targets]
    return np.array([[grader.score(run) for grader in graders] for run in outcomes])
