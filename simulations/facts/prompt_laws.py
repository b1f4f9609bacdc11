"""How often each fact is asked for: uniform, Zipf, Pareto, geometric, two-level, banded, counted.

A law lists classes of equally likely prompts, the most famous first. A law in bands replaces a
curve by steps: 10^12 prompts in a thousand geometric bands of ranks, each with its exact total.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.arrays import ArrayLike, FloatArray, IntArray
from theory.errors import InvalidInput, require_integer, require_probability
from theory.facts import FactWorld

N_RANKS_SUMMED = 2048
"""Ranks summed term by term, prompt by prompt laws apart; the rest by Euler and Maclaurin."""


@dataclass(frozen=True, eq=False)
class PromptLaw:
    """Probability of each class of prompts, and the number of prompts in it.

    Attributes
    ----------
    mu : ndarray, shape (C,)
        Probability of each class; sums to 1.
    n_prompts : ndarray of int, shape (C,)
        Prompts in each class, all equally likely.
    """

    mu: FloatArray
    n_prompts: IntArray

    def facts(self, *, n_responses: ArrayLike = 365, answer_prob: ArrayLike = 1.0) -> FactWorld:
        """Attach arbitrary facts to the prompts (Definition 1).

        Raises
        ------
        InvalidInput
            If |R_c| < 2 or an answer probability is outside [0, 1].
        """
        return FactWorld(self.mu, n_responses, answer_prob, self.n_prompts)


def banded_law(weights: ArrayLike, n_prompts: ArrayLike) -> PromptLaw:
    """Bands of equally likely prompts with given total weights (normalised here).

    Raises
    ------
    InvalidInput
        If a weight is negative or nan, all are 0, or a band has no prompt.

    Examples
    --------
    >>> banded_law([3, 1], n_prompts=[1, 100]).mu.tolist()
    [0.75, 0.25]
    """
    w, m = np.asarray(weights, dtype=np.float64), np.asarray(n_prompts)
    if w.ndim != 1 or len(w) == 0 or w.shape != m.shape or m.dtype.kind not in "iu":
        raise InvalidInput("weights and n_prompts", "two vectors of equal length > 0", w.shape)
    if not ((w >= 0) & np.isfinite(w)).all() or not w.sum() > 0:
        raise InvalidInput("weights", ">= 0, finite and not all 0", repr(weights))
    if m.min() < 1:
        raise InvalidInput("n_prompts", ">= 1 in each band", int(m.min()))
    return PromptLaw(w / w.sum(), m.astype(np.int64))


def law_of_counts(counts: ArrayLike) -> PromptLaw:
    """Prompt law of a corpus that a user counted: equal counts in one class.

    Raises
    ------
    InvalidInput
        If the counts are not numbers >= 0, or all are 0.

    Examples
    --------
    >>> law = law_of_counts([6, 1, 1])
    >>> law.mu.tolist(), law.n_prompts.tolist()
    ([0.75, 0.25], [1, 2])
    """
    array = np.asarray(counts, dtype=np.float64)
    if array.ndim != 1 or len(array) == 0:
        raise InvalidInput("counts", "a non-empty vector", f"shape {array.shape}")
    values, sizes = np.unique(array, return_counts=True)
    return banded_law((values * sizes)[::-1], sizes[::-1])


def uniform_law(n_prompts: int) -> PromptLaw:
    """All prompts equally likely: one class.

    Raises
    ------
    InvalidInput
        If there is no prompt.
    """
    return banded_law(np.ones(1), [require_integer("n_prompts", n_prompts, at_least=1)])


def two_level_law(n_prompts: int, *, head_prompts: int, head_mass: float) -> PromptLaw:
    """A few famous prompts that share ``head_mass``, and the rest.

    Raises
    ------
    InvalidInput
        If head_prompts is not in 1 .. n_prompts - 1 or head_mass is outside [0, 1].
    """
    n = require_integer("n_prompts", n_prompts, at_least=2)
    head = require_integer("head_prompts", head_prompts, at_least=1)
    require_probability("head_mass", head_mass)
    if head >= n:
        raise InvalidInput("head_prompts", f"< n_prompts = {n}", head)
    return banded_law([head_mass, 1 - head_mass], [head, n - head])


def zipf_law(n_prompts: int, *, exponent: float = 1.0, max_bands: int | None = None) -> PromptLaw:
    r"""Zipf's law: the prompt of rank i has probability proportional to i^(-exponent).

    Parameters
    ----------
    n_prompts : int
        Number of ranks, up to 10^15.
    exponent : float
        >= 0; 0 is uniform.
    max_bands : int, optional
        At most so many bands of ranks; default: prompt by prompt.

    Raises
    ------
    InvalidInput
        If a value is outside its range.

    Examples
    --------
    >>> (zipf_law(2).mu * 3).tolist()
    [2.0, 1.0]
    """
    return _power_law(n_prompts, exponent, 0.0, max_bands)


def pareto_law(n_prompts: int, *, shape: float = 1.0, max_bands: int | None = None) -> PromptLaw:
    r"""Fame at the n evenly spaced quantiles of a Pareto distribution.

    .. math:: \mu_i \propto \Big(\frac{i - 1/2}{n}\Big)^{-1/\mathrm{shape}}

    Raises
    ------
    InvalidInput
        If shape is not positive, or as for :func:`zipf_law`.
    """
    if not shape > 0:
        raise InvalidInput("shape", "> 0", shape)
    return _power_law(n_prompts, 1 / shape, 0.5, max_bands)


def geometric_law(n_prompts: int, *, ratio: float, max_bands: int | None = None) -> PromptLaw:
    """Each prompt ``ratio`` times as likely as the one before.

    Raises
    ------
    InvalidInput
        If ratio is outside (0, 1), or as for :func:`zipf_law`.
    """
    require_probability("ratio", ratio, zero=False, one=False)
    edges = band_edges(n_prompts, max_bands)
    sizes = np.diff(edges)
    log_ratio = np.log(ratio)
    # Mass below 1e-300 rounds to 0: those prompts are never asked for.
    weights = np.exp(edges[:-1] * log_ratio) * -np.expm1(sizes * log_ratio)
    return banded_law(weights, sizes)


def band_edges(n_prompts: int, max_bands: int | None) -> IntArray:
    """Cut the ranks 1 .. n in bands (edges[i], edges[i+1]], single ranks first, then growing.

    Raises
    ------
    InvalidInput
        If a number is not whole or below 1.

    Examples
    --------
    >>> band_edges(100, 5).tolist()
    [0, 1, 3, 10, 32, 100]
    """
    n = require_integer("n_prompts", n_prompts, at_least=1)
    if max_bands is None or n <= require_integer("max_bands", max_bands, at_least=1):
        return np.arange(n + 1)
    ends = np.unique(np.rint(np.geomspace(1, n, max_bands)).astype(np.int64))
    ends[-1] = n  # geomspace rounds
    return np.concatenate([[0], ends])


def _power_law(n_prompts: int, exponent: float, shift: float, max_bands: int | None) -> PromptLaw:
    if not 0 <= exponent < np.inf:
        raise InvalidInput("exponent", ">= 0", exponent)
    edges = band_edges(n_prompts, max_bands)
    return banded_law(_power_sums(edges, exponent, shift), np.diff(edges))


def _power_sums(edges: IntArray, exponent: float, shift: float = 0.0) -> FloatArray:
    """Sum (i - shift)^(-exponent) over the ranks of each band, to about 13 digits."""
    last = int(edges[-1])
    n_direct = last if len(edges) == last + 1 else min(last, N_RANKS_SUMMED)
    terms = np.power(np.arange(1, n_direct + 1) - shift, -exponent)
    starts = edges[:-1]
    sums = np.zeros(len(starts))
    sums[starts < n_direct] = np.add.reduceat(terms, starts[starts < n_direct])
    far = edges[1:] > n_direct
    ends = np.maximum(edges, n_direct) + (0.5 - shift)
    sums[far] += _midpoint_sum(ends[:-1][far], ends[1:][far], exponent)
    return sums


def _midpoint_sum(lo: FloatArray, hi: FloatArray, s: float) -> FloatArray:
    """Euler and Maclaurin's midpoint formula for the sum of x^(-s), first correction included."""
    from scipy.special import exprel

    log_ratio = np.log(hi / lo)
    # exprel keeps its digits at s = 1, where the integral turns into a logarithm.
    integral = lo ** (1 - s) * log_ratio * exprel((1 - s) * log_ratio)
    slope_difference = s * (lo ** (-s - 1) - hi ** (-s - 1))
    total: FloatArray = integral - slope_difference / 24
    return total
