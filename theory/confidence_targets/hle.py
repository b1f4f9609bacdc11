"""Calibration of stated confidences is no hallucination measure: HLE-style counter-examples.

Humanity's Last Exam reports a calibration error of confidences that a model states beside each
answer. It sees how well the number fits, and not whether the answer should have been given
(App. F).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.arrays import ArrayLike, BoolArray, FloatArray
from theory.confidence_targets.selective import checked_answers
from theory.errors import require_integer


@dataclass(frozen=True, eq=False)
class StatedAnswers:
    """Answers with the confidence stated beside each.

    Attributes
    ----------
    confidence : ndarray, shape (n,)
        In [0, 1].
    correct : ndarray of bool, shape (n,)
        Whether each answer is right. No question is left unanswered.
    """

    confidence: FloatArray
    correct: BoolArray

    @property
    def hallucination_rate(self) -> float:
        """Share of all questions answered wrongly."""
        return float(np.mean(~self.correct))


def always_wrong(n: int) -> StatedAnswers:
    """Answers that are all wrong, at stated confidence 0: HLE's calibration error is 0."""
    require_integer("n", n, at_least=1)
    return StatedAnswers(np.zeros(n), np.zeros(n, dtype=bool))


def always_right(n: int) -> StatedAnswers:
    """Answers that are all right, at stated confidence 0: HLE's calibration error is 1."""
    require_integer("n", n, at_least=1)
    return StatedAnswers(np.zeros(n), np.ones(n, dtype=bool))


def rms_calibration_error(
    confidence: ArrayLike, correct: ArrayLike, *, bin_size: int = 100
) -> float:
    r"""Root-mean-square calibration error as Humanity's Last Exam reports it.

    .. math:: \sqrt{\sum_b \frac{n_b}{n} (\overline{q}_b - \overline{y}_b)^2}

    Parameters
    ----------
    confidence : array_like, shape (n,)
        Stated confidences in [0, 1].
    correct : array_like of bool, shape (n,)
        Whether each answer is right.
    bin_size : int
        Answers per bin, in order of confidence; the last bin takes the rest too.

    Returns
    -------
    float
        In [0, 1]. Answers with equal confidence stay in the order given, so that ties may fall in
        different bins; that is how the benchmark counts.

    Raises
    ------
    InvalidInput
        If there are no answers, the lengths differ or a confidence is outside [0, 1].

    Examples
    --------
    >>> rms_calibration_error([0, 0], [False, False]), rms_calibration_error([0, 0], [True, True])
    (0.0, 1.0)
    """
    require_integer("bin_size", bin_size, at_least=1)
    q, y = checked_answers(confidence, correct)
    order = np.argsort(q, kind="stable")
    starts = np.arange(max(len(q) // bin_size, 1)) * bin_size
    size = np.diff([*starts, len(q)])
    gap = np.add.reduceat((q - y)[order], starts) / size
    return float(np.sqrt(np.sum(size * gap**2) / len(q)))
