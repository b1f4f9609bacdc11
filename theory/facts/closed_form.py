r"""The finite-sample term of Theorem 2 in closed form (extension X9: the project's own).

Markov's inequality for one exponential moment replaces the four events of X4. Each term is a
minimum over two numbers, theta > 0 and the radius r of Cauchy's circle; every pair gives a valid
term, so nothing depends on how well the minimum is found. The proof is in ``paper_notes.md``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from theory.arrays import FloatArray
from theory.facts.generating_function import log_excess, log_price
from theory.facts.missing_mass_bounds import check_sample


def drop_at(theta: float, tau: float, n_samples: int, gamma: float, stretch: float) -> float:
    r"""Term for sr - W at one theta and r = 1 - tau theta (extension X9, Lemmas K and A).

    .. math:: \frac1\theta\Big[(r - 1 - \ln r) + A + \frac{\ln(\kappa/\gamma)}{N}\Big],\qquad
        A = \begin{cases} \frac{\sigma\theta^2}{2r} e^{E} & E \le 0 \\
        r(e^\theta - 1) - \theta & E > 0 \end{cases},\quad
        E = \frac{2r(r(e^\theta - 1) - \theta)}{\sigma\theta^2} - 1

    Parameters
    ----------
    theta, tau : float
        theta > 0; tau < 1/theta, else the term is infinite.
    n_samples : int
        N >= 1.
    gamma : float
        In (0, 1).
    stretch : float
        rho = max |R_c|/|E_c|, or 0 for sr - MM; sigma = 1 + rho^2/4.

    Returns
    -------
    float
        Valid for every theta and tau.
    """
    from scipy.special import exprel, hyp1f1

    r = 1 - tau * theta
    if r <= 0:
        return math.inf
    sigma = 1 + stretch**2 / 4
    # r (e^theta - 1) - theta, over theta^2: as a difference it would lose its digits.
    slope = hyp1f1(1, 3, theta) / 2 - tau * exprel(theta)
    exponent = 2 * r * slope / sigma - 1
    A = sigma / (2 * r) * math.exp(exponent) if exponent <= 0 else slope
    return _term(theta, -tau * theta, A, n_samples, gamma, math.exp(-theta) / 2)


def rise_at(theta: float, tau: float, n_samples: int, gamma: float) -> float:
    r"""Term for MM - sr at one theta < 1/2 and r = 1 + tau theta <= 1/ln 2 (extension X9).

    .. math:: \frac1\theta\Big[(r - 1 - \ln r) + A + \frac{\ln(\kappa/\gamma)}{N}\Big],\qquad
        A = \max\Big(0, \sup_{x \ge 0} e^{-(r-\theta)x}(d + p x + q x^2)\Big)

    with B = 1 - e^(-theta), d = theta - B r, p = theta (B r - theta/2) and q = theta^3/6. The
    supremum is at 0 or at the larger critical point.

    Returns
    -------
    float
        Valid for every theta and tau; infinite outside the range for which it is proved.
    """
    from scipy.special import exprel, hyp1f1

    r = 1 + tau * theta
    if theta >= 0.5 or tau < 0 or r > 1 / math.log(2):
        return math.inf
    B = exprel(-theta)
    A = _peak(hyp1f1(1, 3, -theta) / 2 - tau * B, B * r - 0.5, theta / 6, r - theta)
    return _term(theta, tau * theta, A, n_samples, gamma, 0.5 - theta)


def _peak(d: float, p: float, q: float, s: float) -> float:
    """Largest value of 0 and e^(-s x)(d + p x + q x^2) over x >= 0, for q, s > 0."""
    half, rest = q - s * p / 2, s * d - p  # the slope is 0 where s q x^2 - 2 half x + rest = 0
    root = math.sqrt(max(0.0, half**2 - s * q * rest))  # 0 if the curve only falls: any x serves
    # The larger root; for half < 0 in the form without cancellation.
    x = max(0.0, (half + root) / (s * q) if half >= 0 else rest / (half - root))
    return max(0.0, d, math.exp(-s * x) * (d + x * (p + q * x)))


def _term(theta: float, away: float, A: float, n_samples: int, gamma: float, eta: float) -> float:
    """Put a term together; ``away`` is r - 1, ``A`` is over theta^2."""
    per_sample = theta * (float(log_excess(away)) / theta**2 + A)
    price = float(log_price(n_samples, eta * (1 + away))) - math.log(gamma)
    return per_sample + price / (n_samples * theta)


@lru_cache(maxsize=4096)
def drop_term(n_samples: int, *, gamma: float = 0.01, stretch: float = 0.0) -> float:
    r"""How far sr may lie above what unseen prompts cost, in closed form (extension X9).

    .. math:: \Pr[\mathrm{sr} - W > \text{term}] \le \gamma,\qquad
        W = \sum_{c \in U} \mu'(c)\, G_c

    Parameters
    ----------
    n_samples : int
        N >= 1.
    gamma : float
        In (0, 1).
    stretch : float
        rho = R/(R - 1) for 2 err_iiv; 0 for the missing mass itself (G_c = 1).

    Returns
    -------
    float
        Holds for every law of prompts; above 1 where N is too small to say anything.

    Raises
    ------
    InvalidInput
        If N is not a positive whole number or gamma is outside (0, 1).

    Examples
    --------
    >>> round(drop_term(10**4, stretch=365 / 364), 5)
    0.02654
    """
    check_sample(0, n_samples, gamma)
    return _least(lambda t, tau: drop_at(t, tau, n_samples, gamma, stretch), n_samples, gamma)


@lru_cache(maxsize=4096)
def rise_term(n_samples: int, *, gamma: float = 0.01) -> float:
    """How far the missing mass may lie above sr, in closed form (extension X9, upper side).

    Raises
    ------
    InvalidInput
        If N is not a positive whole number or gamma is outside (0, 1).

    Examples
    --------
    >>> round(rise_term(10**6), 5)
    0.00246
    """
    check_sample(0, n_samples, gamma)
    return _least(lambda t, tau: rise_at(t, tau, n_samples, gamma), n_samples, gamma)


def _least(cost: Callable[[float, float], float], n_samples: int, gamma: float) -> float:
    from scipy.optimize import minimize

    scale = math.sqrt(n_samples)  # the term shrinks like 1/sqrt(N); one tolerance serves every N

    def scaled(at: FloatArray) -> float:
        return scale * cost(math.exp(at[0]), float(at[1]))

    theta = min(0.4, math.sqrt(-math.log(gamma) / n_samples))
    found = minimize(
        scaled,
        np.array([math.log(theta), 0.3]),
        method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-13, "maxiter": 1000},
    )
    return float(found.fun) / scale
