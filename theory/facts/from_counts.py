r"""Missing mass and error floor from the counts of counts (extension X13: the project's own).

With N_n the number of prompts answered exactly n times and Poisson counts, the mean of
exp(theta N MM) prod over seen c of (1 - theta^(n_c)) is exactly 1, because per prompt
e^(theta z) + sum over n >= 1 of (1 - theta^n) z^n/n! = e^z. So Markov's inequality speaks about the
missing mass through the counts alone. A few thetas, fixed beforehand, share gamma. The proofs are
in ``paper_notes.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from theory.arrays import ArrayLike, FloatArray, IntArray, ReadOnly, as_whole_numbers
from theory.errors import InvalidInput, require_integer
from theory.facts.generating_function import log_excess, log_price
from theory.facts.missing_mass_bounds import check_sample
from theory.facts.samples import FactSample

LARGEST_THETA = 1 / 3
"""Where the grid of thetas begins; below 1/2 the bounds are proved."""


@dataclass(frozen=True, eq=False, init=False)
class CountsOfCounts(ReadOnly):
    """How many prompts were answered exactly n times in N samples.

    Parameters
    ----------
    n_samples : int
        N >= 1, abstentions included.
    times : array_like of int, shape (k,)
        n >= 1, each once.
    n_prompts : array_like of int, shape (k,)
        N_n, the number of prompts answered exactly so many times.

    Raises
    ------
    InvalidInput
        If a number is out of range, or the prompts need more than N samples.

    Examples
    --------
    >>> counts = CountsOfCounts(10, times=[1, 4], n_prompts=[5, 1])
    >>> counts.singleton_rate, counts.answered(4)
    (0.5, 1)
    """

    n_samples: int
    times: IntArray
    n_prompts: IntArray

    def __init__(self, n_samples: int, times: ArrayLike, n_prompts: ArrayLike) -> None:
        self._store(
            n_samples=require_integer("n_samples", n_samples, at_least=1),
            times=as_whole_numbers("times", times, at_least=1),
            n_prompts=as_whole_numbers("n_prompts", n_prompts),
        )
        if self.times.shape != self.n_prompts.shape or len(set(self.times.tolist())) < self.n_rows:
            raise InvalidInput("times", "different numbers, one for each n_prompts", self.times)
        if self.n_answers > self.n_samples:
            raise InvalidInput(
                "n_samples", f"at least the {self.n_answers} samples counted", self.n_samples
            )

    @classmethod
    def of_prompts(cls, n_answers: ArrayLike, n_samples: int | None = None) -> CountsOfCounts:
        """Count the counts of single prompts; N is their sum if not given (nobody abstains).

        Examples
        --------
        >>> CountsOfCounts.of_prompts([3, 1, 1, 0]).singleton_rate
        0.4
        """
        counts = as_whole_numbers("n_answers", n_answers)
        times, n_prompts = np.unique(counts[counts > 0], return_counts=True)
        return cls(int(counts.sum()) if n_samples is None else n_samples, times, n_prompts)

    @classmethod
    def of_sample(cls, sample: FactSample) -> CountsOfCounts:
        """Count the counts of a training sample."""
        times, cell = np.unique(sample.n_answers, return_inverse=True)
        n_prompts = np.zeros(len(times), dtype=np.int64)
        np.add.at(n_prompts, cell, sample.n_prompts)
        return cls(sample.n_samples, times[times > 0], n_prompts[times > 0])

    @property
    def n_rows(self) -> int:
        """How many different counts occur."""
        return len(self.times)

    @property
    def n_answers(self) -> int:
        """Samples with an answer; an exact whole number however large."""
        return sum(n * m for n, m in zip(self.times.tolist(), self.n_prompts.tolist(), strict=True))

    def answered(self, n: int) -> int:
        """N_n, the number of prompts answered exactly n times."""
        return int(self.n_prompts[self.times == n].sum())

    @property
    def singleton_rate(self) -> float:
        """N_1/N (Definition 2)."""
        return self.answered(1) / self.n_samples


def counted_drop(counts: CountsOfCounts, *, gamma: float = 0.01) -> float:
    r"""How far the missing mass may lie below sr, from the counts (extension X13, L).

    .. math:: N\,\mathrm{MM} \ge \frac1\theta \Big[\sum_n N_n \ln(1 - (-\theta)^n)
        - \ln(\kappa/\gamma)\Big],\qquad \eta = (1 - \theta)/2

    Parameters
    ----------
    counts : CountsOfCounts
        Of the training sample.
    gamma : float
        In (0, 1); the thetas of the grid share it.

    Returns
    -------
    float
        MM >= sr - this but with probability gamma, for every law of prompts.

    Raises
    ------
    InvalidInput
        If gamma is outside (0, 1).

    Examples
    --------
    >>> few = CountsOfCounts(10**6, [1], [10**4])
    >>> round(counted_drop(few), 6)
    0.000369
    """
    theta = _grid(counts, gamma, LARGEST_THETA)
    price = log_price(counts.n_samples, (1 - theta) / 2)
    return _least_gap(counts, theta, _cost(counts, -theta), price, gamma)


def counted_rise(counts: CountsOfCounts, *, gamma: float = 0.01) -> float:
    r"""How far the missing mass may lie above sr, from the counts (extension X13, U).

    .. math:: N\,\mathrm{MM} \le \frac1\theta \Big[-\sum_n N_n \ln(1 - \theta^n)
        + \ln(\kappa/\gamma)\Big],\qquad \eta = \tfrac12 - \theta

    Parameters, returns and raises as :func:`counted_drop`: MM <= sr + this.

    Examples
    --------
    >>> few = CountsOfCounts(10**6, [1], [10**4])
    >>> round(counted_rise(few), 6)
    0.000381
    """
    theta = _grid(counts, gamma, LARGEST_THETA)
    price = log_price(counts.n_samples, 0.5 - theta)
    return _least_gap(counts, theta, _cost(counts, theta), price, gamma)


def counted_floor_drop(
    counts: CountsOfCounts, *, gamma: float = 0.01, stretch: float = 1.0
) -> float:
    r"""How far 2 err_iiv may lie below sr, from the counts (extension X13, T2).

    .. math:: N W \ge \frac1\theta \Big[N_1 \ln(1 + \theta) + N_2 \ln(1 - \sigma\theta^2)
        - \ln(\kappa/\gamma)\Big],\qquad \eta = (1 - \sqrt\sigma\,\theta)/2

    Parameters
    ----------
    counts : CountsOfCounts
        Of the training sample.
    gamma : float
        In (0, 1); the thetas of the grid share it.
    stretch : float
        rho = max |R_c|/|E_c| = R/(R - 1); sigma = 1 + rho^2/4.

    Returns
    -------
    float
        W >= sr - this but with probability gamma, for every law of prompts and every learner.

    Raises
    ------
    InvalidInput
        If gamma is outside (0, 1).
    """
    sigma = 1 + stretch**2 / 4
    theta = _grid(counts, gamma, min(LARGEST_THETA, 0.5 / math.sqrt(sigma)))
    pairs = counts.answered(2) * np.log1p(-sigma * theta**2)
    cost: FloatArray = np.subtract(counts.answered(1) * log_excess(theta), pairs)
    price = log_price(counts.n_samples, (1 - math.sqrt(sigma) * theta) / 2)
    return _least_gap(counts, theta, cost, price, gamma)


def _grid(counts: CountsOfCounts, gamma: float, largest: float) -> FloatArray:
    """Halve theta from the largest down to where every sample a singleton would put it."""
    check_sample(0, counts.n_samples, gamma)
    least = math.sqrt(2 * math.log(1 / gamma) / counts.n_samples)
    n_halvings = max(0, math.floor(math.log2(largest / least)))
    thetas: FloatArray = largest * np.exp2(-np.arange(n_halvings + 1.0))
    return thetas


def _cost(counts: CountsOfCounts, theta: FloatArray) -> FloatArray:
    """Sum of N_n ln(1 - theta^n), with the sign changed and theta N_1 taken out."""
    often = counts.times >= 2
    logs = np.log1p(-(theta[:, None] ** counts.times[often]))
    cost: FloatArray = counts.answered(1) * log_excess(-theta) - logs @ counts.n_prompts[often]
    return cost


def _least_gap(
    counts: CountsOfCounts, theta: FloatArray, cost: FloatArray, price: FloatArray, gamma: float
) -> float:
    gaps = (cost + price + math.log(len(theta) / gamma)) / theta
    return float(gaps.min()) / counts.n_samples
