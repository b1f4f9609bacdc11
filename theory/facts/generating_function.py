r"""What it costs to count N samples instead of Poisson many (extensions X9 and X13).

If the counts n_c were independent Poisson variables, the mean of a product of functions of them
would be a product of means. For multinomial counts it is a coefficient of a generating function,

.. math:: \mathbb E \prod_c f_c(n_c) = N!\,[w^N]\, e^{\mu_0 w} \prod_c F_c(\mu'_c w),
    \qquad F_c(z) = \sum_n f_c(n)\, z^n / n!,

and Cauchy's integral over the circle abs(w) = r N bounds it by the Poisson value times a factor
kappa, if abs(F_c) falls away from the positive axis: abs(F(z e^(i phi))) <=
F(z) exp(-eta z (1 - cos phi)). The proofs are written out in ``paper_notes.md``.
"""

from __future__ import annotations

import math

import numpy as np

from theory.arrays import FloatArray


def log_price(n_samples: int, decay: float | FloatArray) -> FloatArray:
    r"""Logarithm of kappa, by which multinomial counts may exceed Poisson ones (X9, step iii).

    .. math:: \ln\kappa = \ln\big(\sqrt{2\pi N}\, e^{1/(12N)}\, I_0(\eta N)\, e^{-\eta N}\big)
        \ge \ln\big(N!\, e^N N^{-N}\, I_0(\eta N)\, e^{-\eta N}\big)

    Parameters
    ----------
    n_samples : int
        N >= 1.
    decay : float or ndarray
        eta times r: how fast the generating functions fall away from the positive axis, > 0.

    Returns
    -------
    ndarray, shape of decay
        In nats; tends to ln(1/decay)/2 as N grows. Robbins' bound on N! keeps it a bound.

    Examples
    --------
    >>> round(float(np.exp(log_price(10**6, 0.5))), 4)
    1.4142
    """
    from scipy.special import i0e

    stirling = 0.5 * math.log(2 * math.pi * n_samples) + 1 / (12 * n_samples)
    price: FloatArray = stirling + np.log(i0e(np.multiply(decay, n_samples)))
    return price


def log_excess(x: float | FloatArray) -> FloatArray:
    r"""Return x - ln(1 + x), a price of X9's generating function, without cancellation; x > -1.

    .. math:: x - \ln(1 + x) = \tfrac{x^2}{2}\,{}_2F_1(1, 2; 3; -x)

    Examples
    --------
    >>> float(log_excess(-1e-9))
    5.000000003333334e-19
    """
    from scipy.special import hyp2f1

    excess: FloatArray = np.square(x) / 2 * hyp2f1(1, 2, 3, np.negative(x))
    return excess
