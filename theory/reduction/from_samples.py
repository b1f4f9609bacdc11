"""What samples alone tell about err, err_iiv and delta, with exact binomial intervals.

A real model gives samples and log-probabilities, not a table. Three sets of draws are enough:
examples (c, r) ~ p of the training distribution that the model has not seen, its own generations
~ p_hat, and random errors (c ~ mu, r uniform on E_c). Proportions get Clopper-Pearson intervals,
whose coverage is at least what is stated for every sample size; sums and differences of two
proportions split the allowance in half (Bonferroni), so theirs is too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.arrays import ArrayLike, BoolArray, as_array
from theory.errors import InvalidInput, require_probability
from theory.intervals import Estimate, proportion


@dataclass(frozen=True)
class SampledReduction:
    """Terms of Theorem 1 estimated from samples, with intervals.

    Attributes
    ----------
    err, err_iiv, delta : Estimate
        Each interval holds at its own level.
    size_ratio : float
        k/K, known from the plausible responses and not from samples.
    bound : float
        2 err_iiv - k/K - delta at the point estimates.
    floor : float
        err is at least this with probability at least the level, by Theorem 1 and without
        looking at a single generation's validity; vacuous if it is not positive.
    """

    err: Estimate
    err_iiv: Estimate
    delta: Estimate
    size_ratio: float
    bound: float
    floor: float


def estimate_error(generated_valid: ArrayLike, *, confidence_level: float = 0.95) -> Estimate:
    """Estimate err from judged generations (eq. 1).

    Parameters
    ----------
    generated_valid : array_like of bool, shape (G,)
        For each generation, drawn as c ~ mu, r ~ p_hat(.|c): is it valid?
    confidence_level : float
        In (0, 1).

    Raises
    ------
    InvalidInput
        If there is no generation or the level is out of range.
    """
    valid = _flags("generated_valid", generated_valid)
    return proportion(int((~valid).sum()), len(valid), confidence_level=confidence_level)


def estimate_delta(
    training_above: ArrayLike, generated_above: ArrayLike, *, confidence_level: float = 0.95
) -> Estimate:
    r"""Estimate delta from two sets of samples: the auditor's view (Sec. 3.1).

    .. math:: \delta = |\Pr_{\hat p}[\hat p(x) > z] - \Pr_p[\hat p(x) > z]|

    Parameters
    ----------
    training_above : array_like of bool, shape (T,)
        For each example of the training distribution that the model has not seen (held out): is
        the model's probability of it above the threshold? On what it was trained on a memoriser
        gets delta 0, though its true delta may be the missing mass.
    generated_above : array_like of bool, shape (G,)
        The same for the model's own generations, independent of the training examples.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    Estimate
        The interval contains 0 whenever the two proportions may be equal.

    Raises
    ------
    InvalidInput
        If a sample is empty or the level is out of range.

    Examples
    --------
    >>> e = estimate_delta([True] * 100, [False] * 100, confidence_level=0.9)
    >>> print(e.value, round(e.low, 3), e.high)
    1.0 0.928 1.0
    """
    p_above = _share("training_above", training_above, confidence_level)
    q_above = _share("generated_above", generated_above, confidence_level)
    gap = q_above.value - p_above.value
    low, high = q_above.low - p_above.high, q_above.high - p_above.low
    return Estimate(abs(gap), max(0.0, low, -high), max(high, -low), confidence_level)


def estimate_iiv_error(
    training_above: ArrayLike, error_above: ArrayLike, *, confidence_level: float = 0.95
) -> Estimate:
    r"""Estimate err_iiv from training examples and random errors (Sec. 3.1).

    .. math:: \mathrm{err_{iiv}} = \tfrac12 \Pr_p[\hat p(x) \le z] + \tfrac12 \Pr_E[\hat p(x) > z]

    Parameters
    ----------
    training_above : array_like of bool, shape (T,)
        For each held-out example of the training distribution: is the model's probability of it
        above the threshold?
    error_above : array_like of bool, shape (M,)
        The same for random errors: c ~ mu, r uniform on E_c.
    confidence_level : float
        In (0, 1).

    Raises
    ------
    InvalidInput
        If a sample is empty or the level is out of range.
    """
    p_above = _share("training_above", training_above, confidence_level)
    e_above = _share("error_above", error_above, confidence_level)
    return Estimate(
        (1 - p_above.value + e_above.value) / 2,
        (1 - p_above.high + e_above.low) / 2,
        (1 - p_above.low + e_above.high) / 2,
        confidence_level,
    )


def estimate_reduction(
    *,
    training_above: ArrayLike,
    generated_above: ArrayLike,
    error_above: ArrayLike,
    generated_valid: ArrayLike,
    size_ratio: float,
    confidence_level: float = 0.95,
) -> SampledReduction:
    """Estimate every term of Theorem 1 from samples.

    Parameters
    ----------
    training_above, generated_above, error_above : array_like of bool
        Is the model's probability above 1/K, for held-out training examples (see
        :func:`estimate_delta`), generations, random errors?
    generated_valid : array_like of bool
        Is each generation valid?
    size_ratio : float
        k/K = max |V_c| / min |E_c|.
    confidence_level : float
        In (0, 1).

    Raises
    ------
    InvalidInput
        If a sample is empty, ``size_ratio`` is not positive, or the level is out of range.
    """
    if not size_ratio > 0:
        raise InvalidInput("size_ratio", "> 0", size_ratio)
    err = estimate_error(generated_valid, confidence_level=confidence_level)
    err_iiv = estimate_iiv_error(training_above, error_above, confidence_level=confidence_level)
    delta = estimate_delta(training_above, generated_above, confidence_level=confidence_level)
    return SampledReduction(
        err=err,
        err_iiv=err_iiv,
        delta=delta,
        size_ratio=size_ratio,
        bound=2 * err_iiv.value - size_ratio - delta.value,
        floor=_floor(training_above, generated_above, error_above, size_ratio, confidence_level),
    )


def _floor(
    training_above: ArrayLike,
    generated_above: ArrayLike,
    error_above: ArrayLike,
    size_ratio: float,
    confidence_level: float,
) -> float:
    # 2 err_iiv - delta must hold jointly, so each gets half of the allowance.
    each = 1 - (1 - confidence_level) / 2
    err_iiv = estimate_iiv_error(training_above, error_above, confidence_level=each)
    delta = estimate_delta(training_above, generated_above, confidence_level=each)
    return 2 * err_iiv.low - size_ratio - delta.high


def _share(name: str, flags: ArrayLike, confidence_level: float) -> Estimate:
    require_probability("confidence_level", confidence_level, zero=False, one=False)
    above = _flags(name, flags)
    return proportion(int(above.sum()), len(above), confidence_level=1 - (1 - confidence_level) / 2)


def _flags(name: str, flags: ArrayLike) -> BoolArray:
    array = as_array(name, flags)
    if array.ndim != 1 or len(array) == 0:
        raise InvalidInput(name, "a non-empty vector", f"shape {array.shape}")
    if array.dtype.kind != "b" and not np.isin(array, [0, 1]).all():
        raise InvalidInput(name, "true or false in each entry", f"values of {array.dtype}")
    return array.astype(bool)
