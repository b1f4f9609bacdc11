"""What finite N costs when Theorem 2 is proved without the logarithm (extension X4).

The project's own, not in the paper; the proof is written out in ``paper_notes.md``. gamma is
shared between at most four events: the answers of the unseen prompts (g1), the singleton rate
(g2), the missing mass (g3) and the squared missing mass (g4). Any shares are valid if they do not
look at the sample.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from theory.arrays import FloatArray
from theory.errors import InvalidInput, require_integer
from theory.facts.missing_mass_bounds import check_sample
from theory.results import Terms

Shares = tuple[float, ...]
"""How gamma is split."""


@dataclass(frozen=True)
class SharpTerms(Terms):
    """What finite N costs in extension X4, event by event.

    Attributes
    ----------
    bias : float
        1/N, the most by which E sr exceeds E MM.
    answers : float
        Hoeffding over the answers of unseen prompts, failing with shares[0].
    singletons : float
        McDiarmid for the singleton rate, failing with shares[1].
    missing : float
        Lower tail of the missing mass, failing with shares[2].
    shares : tuple of float
        (g1, g2, g3, g4), or (g1, g2, g3) if mu' is known.
    """

    bias: float
    answers: float
    singletons: float
    missing: float
    shares: Shares
    _terms = ("bias", "answers", "singletons", "missing", "total")

    @property
    def total(self) -> float:
        """Sum of the terms: what takes the place of 6 ln(3N/gamma)/sqrt(N)."""
        return self.bias + self.answers + self.singletons + self.missing


def singleton_deviation(n_samples: int, g: float) -> float:
    """McDiarmid: |sr - E sr| beyond this, on one side, has probability at most g (X4, step iii)."""
    return math.sqrt(2 * math.log(1 / g) / n_samples)


def missing_mass_drop(n_samples: int, g: float) -> float:
    """MM below E MM by more than this has probability at most g (X4, step ii)."""
    return math.sqrt(2 * math.log(1 / g) / (math.e * n_samples))


def missing_mass_rise(n_samples: int, g: float) -> float:
    r"""MM above E MM by more than this has probability at most g (X4, upper side).

    .. math:: \min_{0<\theta<1} \frac{\theta}{2e(1-\theta)} + \frac{\ln(1/g)}{\theta N}
        = \sqrt{2\ln(1/g)/(eN)} + \ln(1/g)/N
    """
    return missing_mass_drop(n_samples, g) + math.log(1 / g) / n_samples


def squared_mass_bound(n_samples: int, g: float) -> float:
    r"""Qbar: Q = sum of mu'(c)^2 over unseen c exceeds it with probability at most g (X4, step v).

    .. math:: \bar Q = \frac1N \min_{0<a<1} \Big[\frac{1}{e(1-a)}
        + \frac{\Lambda \ln(2/g)}{aN}\Big]
        = \frac1N \Big(\tfrac{1}{\sqrt e} + \sqrt{\Lambda \ln(2/g)/N}\Big)^2,
        \qquad N e^{-\Lambda}/\Lambda = g/2
    """
    from scipy.special import lambertw

    Lam = float(lambertw(2 * n_samples / g).real)
    spread = math.sqrt(Lam * math.log(2 / g) / n_samples)
    return (math.exp(-0.5) + spread) ** 2 / n_samples


def answer_deviation(squared_mass: float, min_responses: int, g: float) -> float:
    """Hoeffding over the answers of unseen prompts, with the true range (X4, step i)."""
    stretch = min_responses / (min_responses - 1)
    return stretch * math.sqrt(squared_mass * math.log(1 / g) / 2)


def sharp_terms(
    n_samples: int, *, min_responses: int, gamma: float = 0.01, shares: Shares | None = None
) -> SharpTerms:
    r"""What finite N costs in Theorem 2, without the logarithm (extension X4).

    .. math:: \tfrac1N + \sqrt{\tfrac{2\ln(1/g_2)}{N}} + \sqrt{\tfrac{2\ln(1/g_3)}{eN}}
        + \tfrac{R}{R-1}\sqrt{\tfrac{\bar Q \ln(1/g_1)}{2}}

    Parameters
    ----------
    n_samples : int
        N >= 1.
    min_responses : int
        R = min |R_c| >= 2.
    gamma : float
        In (0, 1).
    shares : tuple of four floats, optional
        (g1, g2, g3, g4) > 0 that sum to gamma at most; default: the best ones.

    Returns
    -------
    SharpTerms
        The terms and the shares.

    Raises
    ------
    InvalidInput
        If a value is outside its range.

    Examples
    --------
    >>> round(sharp_terms(10**4, min_responses=365, shares=(0.0025,) * 4).total, 4)
    0.0679
    """
    check_sample(0, n_samples, gamma)
    require_integer("min_responses", min_responses, at_least=2)
    if shares is None:
        shares = best_shares(n_samples, min_responses, gamma)
    _check_shares(shares, 4, gamma)
    return terms_of_shares(
        n_samples, min_responses, shares, squared_mass_bound(n_samples, shares[3])
    )


def terms_of_shares(
    n_samples: int, min_responses: int, shares: Shares, squared_mass: float
) -> SharpTerms:
    """Put the terms together for a given Q, or bound on it (extension X4)."""
    return SharpTerms(
        bias=1 / n_samples,
        answers=answer_deviation(squared_mass, min_responses, shares[0]),
        singletons=singleton_deviation(n_samples, shares[1]),
        missing=missing_mass_drop(n_samples, shares[2]),
        shares=shares,
    )


def _check_shares(shares: Shares, n_shares: int, gamma: float) -> None:
    if len(shares) != n_shares or min(shares) <= 0 or math.fsum(shares) > gamma * (1 + 1e-9):
        raise InvalidInput("shares", f"{n_shares} numbers > 0 that sum to {gamma} at most", shares)


@lru_cache(maxsize=4096)
def best_shares(
    n_samples: int, min_responses: int, gamma: float, squared_mass: float | None = None
) -> Shares:
    """Split gamma so that the sharp terms are least (extension X4).

    Parameters
    ----------
    n_samples, min_responses : int
        N and R.
    gamma : float
        In (0, 1).
    squared_mass : float, optional
        E Q if mu' is known: then there are three shares; else four.

    Returns
    -------
    tuple of float
        Positive, sum to gamma; a local optimum, and valid wherever the search stops.
    """

    def cost(shares: Shares) -> float:
        Q = squared_mass_bound(n_samples, shares[3]) if squared_mass is None else squared_mass
        return terms_of_shares(n_samples, min_responses, shares, Q).total

    return _minimise(cost, 4 if squared_mass is None else 3, gamma, math.sqrt(n_samples))


@lru_cache(maxsize=4096)
def best_upper_shares(n_samples: int, gamma: float) -> Shares:
    """Split gamma in (g2, g3) so that the upper terms are least (extension X4)."""

    def cost(shares: Shares) -> float:
        return singleton_deviation(n_samples, shares[0]) + missing_mass_rise(n_samples, shares[1])

    return _minimise(cost, 2, gamma, math.sqrt(n_samples))


def _minimise(cost: Callable[[Shares], float], n_shares: int, gamma: float, scale: float) -> Shares:
    from scipy.optimize import minimize

    def shares(logits: FloatArray) -> Shares:
        weights = np.exp(np.append(logits, 0.0) - max(0.0, float(logits.max())))
        return tuple(float(g) for g in gamma * weights / weights.sum())

    # The terms shrink like 1/sqrt(N); scaled back, one tolerance serves every N.
    def scaled(logits: FloatArray) -> float:
        return scale * cost(shares(logits))

    found = minimize(
        scaled,
        np.zeros(n_shares - 1),
        method="Nelder-Mead",
        bounds=[(-30.0, 30.0)] * (n_shares - 1),
        options={"xatol": 1e-6, "fatol": 1e-12, "maxiter": 2000},
    )
    return shares(found.x)
