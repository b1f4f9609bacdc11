"""Reliability curves by scikit-learn: what a calibration plot shows (Fig. 2)."""

from __future__ import annotations

import numpy as np

from simulations.trials import Columns
from theory.arrays import ArrayLike
from theory.errors import InvalidInput, require_integer


def reliability_curve(
    confidence: ArrayLike, correct: ArrayLike, *, n_bins: int = 10, strategy: str = "uniform"
) -> Columns:
    """Bin confidences and return how often each bin is right (scikit-learn's calibration_curve).

    Parameters
    ----------
    confidence : array_like, shape (n,)
        Stated probabilities of being right, in [0, 1].
    correct : array_like of bool, shape (n,)
        Whether each answer is right.
    n_bins : int
        At least 1; empty bins are left out.
    strategy : {"uniform", "quantile"}
        Bins of equal width or of equal size.

    Returns
    -------
    dict of str to ndarray
        ``confidence`` and ``accuracy``, one entry per non-empty bin. For weights of the bins, and
        the ECE, use :func:`theory.ece.reliability`.

    Raises
    ------
    InvalidInput
        If a value is out of range, shapes differ or there are no answers.
    ImportError
        If scikit-learn is not installed.
    """
    try:
        from sklearn.calibration import calibration_curve
    except ImportError as missing:
        raise ImportError(
            'reliability_curve needs scikit-learn: pip install "hallucination-theory[learn]"'
        ) from missing
    require_integer("n_bins", n_bins, at_least=1)
    c, y = np.asarray(confidence, dtype=float), np.asarray(correct)
    if c.shape != y.shape or c.ndim != 1 or len(c) == 0:
        raise InvalidInput(
            "confidence and correct", "of one shape (n,), n >= 1", (c.shape, y.shape)
        )
    if not ((c >= 0) & (c <= 1)).all():
        raise InvalidInput("confidence", "in [0, 1]", c[~((c >= 0) & (c <= 1))][0])
    if not np.isin(y, [0, 1]).all():
        raise InvalidInput("correct", "true or false", repr(correct))
    if strategy not in ("uniform", "quantile"):
        raise InvalidInput("strategy", '"uniform" or "quantile"', repr(strategy))
    accuracy, stated = calibration_curve(y.astype(int), c, n_bins=n_bins, strategy=strategy)
    return {"confidence": stated, "accuracy": accuracy}
