r"""Least error of a calibrated system with limited memory (extension X12).

The floor through a judge is far below what calibrated systems reach. What they can reach at best is
a problem for one fact: a system that keeps W has, at each fact, a posterior pi over the R answers
and a model q. Per fact it errs 1 - sum q pi, its signed gap at the paper's threshold 1/K is
q(S) - pi(S) with S = {q > 1/K}, K = R - 1, and its memory is at least ln R - H(pi). So

.. math:: \min\ \mathbb E\Bigl[1 - \sum_r q_r \pi_r\Bigr]\quad\text{s.t.}\quad
    \mathbb E[\ln R - H(\pi)] \le b,\quad |\mathbb E[q(S) - \pi(S)]| \le \delta

over mixtures of pairs (q, pi) bounds every system, and long random codes attain it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from theory.arrays import FloatArray, IntArray
from theory.errors import InvalidInput, require_integer, require_probability
from theory.memory.rate import accuracy_of_tilt, rate_of_tilt, require_memory, tilt_of_rate

LARGEST_R = 1000
"""Profiles are about R^2/2 in number, and all are looked at."""
GAP = 1e-6
"""Lower and upper value agree to this."""


@dataclass(frozen=True)
class CalibratedFloor:
    """Least error of a system that is calibrated at the paper's threshold (X12).

    Attributes
    ----------
    lower, upper : float
        No system errs less than ``lower``; a mixture of ``groups`` errs ``upper``.
    groups : tuple of (share, error, signed gap, nats)
        What the best system does on each share of the facts.
    """

    lower: float
    upper: float
    groups: tuple[tuple[float, float, float, float], ...]


def least_calibrated_error(n_answers: int, memory: float, *, delta: float = 0.0) -> CalibratedFloor:
    r"""Least error with |E signed gap| <= delta at the threshold 1/K, by columns (X12).

    A linear program over mixtures grows by the pair (q, pi) that its prices favour most. For given
    prices the best posterior is a Gibbs law, pi proportional to exp((q + nu 1_S)/lam), and then the
    best q is an extreme point: m answers above the threshold, all but one barely, j at it. Every
    price gives a lower bound.

    Parameters
    ----------
    n_answers : int
        R in 3 .. 1000.
    memory : float
        b >= 0 nats a fact.
    delta : float
        In [0, 1].

    Raises
    ------
    InvalidInput
        If a value is out of range.

    Examples
    --------
    Half the memory: knowing half would err 0.375; calibration at one threshold needs only

    >>> round(least_calibrated_error(4, math.log(2)).upper, 4)
    0.3027
    """
    R = require_integer("n_answers", n_answers, at_least=3)
    if R > LARGEST_R:
        raise InvalidInput("n_answers", f"<= {LARGEST_R}", R)
    b = require_memory(memory)
    require_probability("delta", delta)
    columns = _Columns(R, b, delta)
    while True:
        upper, lam, nu, shares = columns.mixture()
        lower, pair = columns.price(lam, nu)
        if upper - lower < GAP:
            groups = tuple(
                (float(s), *pair) for s, pair in zip(shares, columns.pairs, strict=True) if s > GAP
            )
            return CalibratedFloor(lower, upper, groups)
        columns.pairs.append(pair)


@dataclass
class _Columns:
    """Pairs (q, pi) as (error, gap, nats), starting with: all known, a guess, a flat model."""

    R: int
    memory: float
    delta: float
    pairs: list[tuple[float, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        R, whole = self.R, math.log(self.R)
        flat = 1 - 1 / (R - 1)
        self.pairs += [(0.0, 0.0, whole), (1 - 1 / R, 0.0, 0.0), (flat, -flat, whole)]

    def mixture(self) -> tuple[float, float, float, FloatArray]:
        """Return the least error of a mixture, the prices of memory and gap, and the shares."""
        from scipy.optimize import linprog

        error, gap, nats = np.array(self.pairs).T
        solved = linprog(
            error,
            A_ub=[nats, gap, -gap],
            b_ub=[self.memory, self.delta, self.delta],
            A_eq=np.ones((1, len(error))),
            b_eq=[1],
        )
        lam, over, under = -solved.ineqlin.marginals
        shares = np.asarray(solved.x)
        return float(shares @ error), max(float(lam), 1e-6), float(over - under), shares

    def price(self, lam: float, nu: float) -> tuple[float, tuple[float, float, float]]:
        """Return what every mixture errs at least by these prices, and the pair they favour.

        The pair has the least error + nu gap + lam nats of all.
        """
        m, j, log_counts = _profiles(self.R)
        K = self.R - 1
        x = 1 - (m - 1 + j) / K
        gains = np.array(np.broadcast_arrays(x + nu, 1 / K + nu, 1 / K, 0.0))
        whole = np.logaddexp.reduce(gains / lam + log_counts)
        values = 1 + nu * (1 - j / K) - lam * (whole - math.log(self.R))
        i = int(np.argmin(values))
        lower = float(values[i]) - lam * self.memory - abs(nu) * self.delta
        return lower, self._pair(int(m[i]), int(j[i]), lam, nu)

    def _pair(self, m: int, j: int, lam: float, nu: float) -> tuple[float, float, float]:
        K = self.R - 1
        above = np.arange(self.R) < m
        q = np.repeat([1 / K, 0.0], [m + j, self.R - m - j])
        q[0] = 1 - (m + j - 1) / K
        logs = (q + nu * above) / lam
        logs = logs - logs.max()
        pi = np.exp(logs) / np.exp(logs).sum()
        nats = math.log(self.R) + float(np.dot(pi, logs - np.log(np.exp(logs).sum())))
        gap = float(q[above].sum() - pi[above].sum())
        return 1 - float(q @ pi), gap, max(nats, 0.0)


@lru_cache(maxsize=8)
def _profiles(R: int) -> tuple[IntArray, IntArray, FloatArray]:
    """Every (m, j) with m answers above the threshold and j at it, m + j <= K.

    Last come the logarithms of how many answers have the most, just above 1/K, 1/K and nothing.
    """
    m, j = np.indices((R, R))
    fits = ((m >= 1) & (m + j <= R - 1)) | ((m == 0) & (j == R - 1))
    m, j = m[fits], j[fits]
    with np.errstate(divide="ignore"):
        log_counts = np.log([np.minimum(m, 1), np.maximum(m - 1, 0), j, R - m - j])
    return m, j, log_counts


def least_error_calibrated_everywhere(n_answers: int, memory: float) -> float:
    r"""Least error of a memory that is calibrated at every level of its probabilities (X12).

    .. math:: \min\ \mathbb E\Bigl[1 - \sum_r q_r^2\Bigr]\quad\text{s.t.}\quad
              \mathbb E[\ln R - H(q)] \le b

    The best q are the guess and the law with 1 - e on one answer and the rest even; the value is
    the lower convex envelope of that curve: a chord from the guess, which touches it at e = 1/R
    (Kearns and Saul's inequality), then the curve itself.

    Raises
    ------
    InvalidInput
        If a value is out of range.

    Examples
    --------
    >>> round(least_error_calibrated_everywhere(365, math.log(365) / 2), 4)
    0.4984
    """
    R, b = require_integer("n_answers", n_answers, at_least=2), require_memory(memory)
    corner = 2 * math.log(R - 1)
    full = float(rate_of_tilt(corner, R))
    guess = 1 - 1 / R
    if b >= full:
        return _error_of_law(max(corner, tilt_of_rate(b, R)), R)
    return guess + b / full * (_error_of_law(corner, R) - guess)


def _error_of_law(tilt: float, R: int) -> float:
    """1 - sum of squares of the law with accuracy a on one answer and the rest even."""
    a = float(accuracy_of_tilt(tilt, R))
    return 1 - a**2 - (1 - a) ** 2 / (R - 1)


def known_share_error(n_answers: int, memory: float) -> float:
    """Error of a calibrated memory that knows a share of the facts and guesses the rest (X12).

    Raises
    ------
    InvalidInput
        If a value is out of range.

    Examples
    --------
    >>> known_share_error(4, math.log(2))
    0.375
    """
    R = require_integer("n_answers", n_answers, at_least=2)
    unknown = max(0.0, 1 - require_memory(memory) / math.log(R))
    return unknown * (1 - 1 / R)
