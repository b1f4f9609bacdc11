"""Expected calibration error: stated confidence against the frequency of being right (Fig. 2).

delta looks at one threshold and at all examples together; ECE looks at every confidence, bin by
bin. Neither bounds the other: :mod:`theory.calibration.examples`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.arrays import ArrayLike, FloatArray, IntArray, as_numbers
from theory.errors import InvalidInput, require_integer
from theory.reduction.world import World


def equal_width_bins(values: ArrayLike, n_bins: int) -> IntArray:
    """Bin of each value in [0, 1]: (i/b, (i+1)/b] is bin i, and 0 belongs to bin 0.

    Raises
    ------
    InvalidInput
        If a value is outside [0, 1] or ``n_bins`` is not a positive whole number.

    Examples
    --------
    >>> equal_width_bins([0, 1 / 6, 5 / 6, 1], 6).tolist()
    [0, 0, 4, 5]
    """
    n_bins = require_integer("n_bins", n_bins, at_least=1)
    # i/b correctly rounded, as a caller writes it; linspace is off by one digit at some edges.
    edges = np.arange(1, n_bins) / n_bins
    return np.searchsorted(edges, _confidences("values", values)).astype(np.int64)


def equal_mass_bins(values: ArrayLike, mass: ArrayLike, n_bins: int) -> IntArray:
    r"""Bin of each example when bins, ordered by ``values``, carry equal ``mass``.

    .. math:: i(x) = \lceil b\,G(x) \rceil - 1,\quad
              G(x) = \text{mass}\{x': v(x') \le v(x)\} / \text{mass}

    Parameters
    ----------
    values : array_like, shape (X,)
        What is sorted by.
    mass : array_like, shape (X,)
        Not negative, not all zero.
    n_bins : int
        b, from 1 to X. Equal values always share a bin, so bins may be empty or overfull.

    Raises
    ------
    InvalidInput
        If there are more bins than examples, or the mass is negative or all zero.

    Examples
    --------
    >>> equal_mass_bins([0.1, 0.2, 0.3, 0.4], [1, 1, 1, 1], 2).tolist()
    [0, 0, 1, 1]
    """
    v, m = as_numbers("values", values), as_numbers("mass", mass).astype(float)
    n_bins = require_integer("n_bins", n_bins, at_least=1)
    if n_bins > len(v):
        raise InvalidInput("n_bins", f"<= {len(v)}, the number of examples", n_bins)
    if m.shape != v.shape or not (m >= 0).all() or not m.sum() > 0:
        raise InvalidInput("mass", f"of shape {v.shape}, not negative, not all zero", f"{mass!r}")
    _, level = np.unique(v, return_inverse=True)
    sums = np.cumsum(np.bincount(level, m))
    # Rounding must not push a bin's last example into the next bin.
    bins = np.ceil(n_bins * (sums / sums[-1]) - 1e-9).astype(np.int64) - 1
    bin_of_each: IntArray = np.maximum(bins, 0)[level]
    return bin_of_each


@dataclass(frozen=True, eq=False)
class Reliability:
    """Stated confidence against the frequency of being right, one entry per non-empty bin.

    Attributes
    ----------
    confidence, accuracy : ndarray, shape (B,)
        Averages within the bin, in [0, 1].
    weight : ndarray, shape (B,)
        Share of the examples; sums to 1.
    """

    confidence: FloatArray
    accuracy: FloatArray
    weight: FloatArray

    @property
    def calibration_error(self) -> float:
        """Expected calibration error: the weighted average gap."""
        return float(np.sum(self.weight * np.abs(self.accuracy - self.confidence)))


def reliability(
    confidence: ArrayLike,
    correct: ArrayLike,
    *,
    n_bins: int = 10,
    binning: str = "width",
    weight: ArrayLike | None = None,
) -> Reliability:
    """Bin stated confidences and compare with the frequency of being right (Fig. 2).

    Parameters
    ----------
    confidence : array_like, shape (n,)
        Stated probabilities of being right.
    correct : array_like, shape (n,)
        0 or 1, or the probability of being right where it is known.
    n_bins : int
        Number of bins. Empty bins are left out.
    binning : {"width", "mass"}
        Bins (i/b, (i+1)/b], or bins of equal weight in which ties stay together.
    weight : array_like, shape (n,), optional
        Importance of each answer; equal if left out.

    Raises
    ------
    InvalidInput
        If a number is outside [0, 1], shapes differ, the weights are negative or all zero, or
        there are more equal-mass bins than answers.
    """
    c, y = _confidences("confidence", confidence), _confidences("correct", correct)
    w = np.ones(len(c)) if weight is None else as_numbers("weight", weight).astype(float)
    if y.shape != c.shape or w.shape != c.shape:
        raise InvalidInput(
            "correct and weight", f"of shape {c.shape}", f"shapes {y.shape} and {w.shape}"
        )
    if not (w >= 0).all() or not w.sum() > 0:
        raise InvalidInput("weight", "not negative and not all zero", repr(weight))
    bins = _bins(binning, c, w, n_bins)
    total = np.bincount(bins, w)
    used = total > 0

    def average(x: FloatArray) -> FloatArray:
        return np.bincount(bins, w * x)[used] / total[used]

    return Reliability(average(c), average(y), total[used] / w.sum())


def expected_calibration_error(
    confidence: ArrayLike,
    correct: ArrayLike,
    *,
    n_bins: int = 10,
    binning: str = "width",
    weight: ArrayLike | None = None,
) -> float:
    r"""Expected calibration error, ECE (Fig. 2).

    .. math:: \mathrm{ECE} = \sum_i w_i\,|\mathrm{acc}_i - \mathrm{conf}_i|

    Parameters and errors are those of :func:`reliability`.

    Returns
    -------
    float
        In [0, 1]; 0 if confidence equals accuracy in each bin.

    Examples
    --------
    >>> round(expected_calibration_error([0.9, 0.9, 0.1], [1, 0, 0]), 4)
    0.3
    """
    return reliability(
        confidence, correct, n_bins=n_bins, binning=binning, weight=weight
    ).calibration_error


def _bins(binning: str, c: FloatArray, w: FloatArray, n_bins: int) -> IntArray:
    if binning == "width":
        return equal_width_bins(c, n_bins)
    if binning == "mass":
        return equal_mass_bins(c, w, n_bins)
    raise InvalidInput("binning", '"width" or "mass"', repr(binning))


def _confidences(name: str, values: ArrayLike) -> FloatArray:
    array = as_numbers(name, values).astype(float)
    inside = (array >= 0) & (array <= 1)
    if len(array) == 0 or not inside.all():
        bad = array[~inside][0] if len(array) else "no values"
        raise InvalidInput(name, "a non-empty vector of numbers in [0, 1]", bad)
    return array


def multiple_choice_ece(world: World, p_hat: ArrayLike, *, n_bins: int = 10) -> float:
    r"""ECE over all answer options, each with the model's probability as confidence (Fig. 2).

    The option (c, r) is stated with confidence p_hat(r|c), right with probability p(r|c), and
    weighs mu(c)/n_c: what a calibration plot of a multiple-choice test shows.

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world or ``n_bins`` is not a positive whole number.
    """
    weight = world.mu.astype(float) / world.n_responses
    return _model_ece(world, p_hat, world.per_example(weight), n_bins)


def answer_ece(world: World, p_hat: ArrayLike, *, n_bins: int = 10) -> float:
    r"""ECE over the answers that the model gives, its probability as confidence (Fig. 2).

    Like :func:`multiple_choice_ece`, but (c, r) weighs mu(c) p_hat(r|c).

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world or ``n_bins`` is not a positive whole number.
    """
    q = world.check_model(p_hat).astype(float)
    return _model_ece(world, p_hat, world.per_example(world.mu.astype(float)) * q, n_bins)


def _model_ece(world: World, p_hat: ArrayLike, weight: FloatArray, n_bins: int) -> float:
    q = world.check_model(p_hat).astype(float)
    return expected_calibration_error(q, world.p.astype(float), n_bins=n_bins, weight=weight)
