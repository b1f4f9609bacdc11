"""What finite N costs when Theorem 2 is proved by four events (extension X4).

The step before X9 (:mod:`theory.facts.closed_form`), kept because the notes and the 2024 bound
build on it. gamma is shared between the answers of the unseen prompts (g1), the singleton rate
(g2), the missing mass (g3) and the squared missing mass (g4). Any shares are valid if they do not
look at the sample. The proof is written out in ``paper_notes.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from theory.errors import InvalidInput, require_integer
from theory.facts.missing_mass_bounds import check_sample, log_ratio
from theory.results import Terms


@dataclass(frozen=True)
class FourEvents(Terms):
    """What finite N costs in extension X4, event by event.

    Attributes
    ----------
    bias : float
        1/N, the most by which E sr exceeds E MM.
    answers : float
        Hoeffding over the answers of unseen prompts, failing with g1.
    singletons : float
        McDiarmid for the singleton rate, failing with g2.
    missing : float
        Lower tail of the missing mass, failing with g3.
    """

    bias: float
    answers: float
    singletons: float
    missing: float
    _terms = ("bias", "answers", "singletons", "missing", "total")

    @property
    def total(self) -> float:
        """Sum of the terms: what takes the place of 6 ln(3N/gamma)/sqrt(N)."""
        return self.bias + self.answers + self.singletons + self.missing


def _singleton_deviation(n_samples: int, g: float) -> float:
    """McDiarmid: |sr - E sr| beyond this, on one side, has probability at most g (X4, step iii)."""
    return math.sqrt(2 * log_ratio(1, g) / n_samples)


def _missing_mass_drop(n_samples: int, g: float) -> float:
    """MM below E MM by more than this has probability at most g (X4, step ii)."""
    return math.sqrt(2 * log_ratio(1, g) / (math.e * n_samples))


def squared_mass_bound(n_samples: int, g: float) -> float:
    r"""Qbar: Q = sum of mu'(c)^2 over unseen c exceeds it with probability at most g (X4, step v).

    .. math:: \bar Q = \frac1N \min_{0<a<1} \Big[\frac{1}{e(1-a)}
        + \frac{\Lambda \ln(2/g)}{aN}\Big]
        = \frac1N \Big(\tfrac{1}{\sqrt e} + \sqrt{\Lambda \ln(2/g)/N}\Big)^2,
        \qquad N e^{-\Lambda}/\Lambda = g/2
    """
    from scipy.special import wrightomega

    # Lambda e^Lambda = 2N/g, by its logarithm, because 2N/g may be beyond the range of floats.
    Lam = float(wrightomega(log_ratio(2 * n_samples, g)))
    spread = math.sqrt(Lam * log_ratio(2, g) / n_samples)
    return (math.exp(-0.5) + spread) ** 2 / n_samples


def answer_deviation(squared_mass: float, min_responses: int, g: float) -> float:
    """Hoeffding over the answers of unseen prompts, with the true range (X4, step i)."""
    stretch = min_responses / (min_responses - 1)
    return stretch * math.sqrt(squared_mass * log_ratio(1, g) / 2)


def four_events_term(
    n_samples: int,
    *,
    min_responses: int,
    gamma: float = 0.01,
    shares: tuple[float, float, float, float] | None = None,
) -> FourEvents:
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
        (g1, g2, g3, g4) > 0 that sum to gamma at most; default: equal.

    Returns
    -------
    FourEvents
        The terms by event.

    Raises
    ------
    InvalidInput
        If a value is outside its range.

    Examples
    --------
    >>> round(four_events_term(10**4, min_responses=365).total, 4)
    0.0679
    """
    check_sample(0, n_samples, gamma)
    require_integer("min_responses", min_responses, at_least=2)
    g = (gamma / 4,) * 4 if shares is None else shares
    if len(g) != 4 or min(g) <= 0 or math.fsum(g) > gamma * (1 + 1e-9):
        raise InvalidInput("shares", f"4 numbers > 0 that sum to {gamma} at most", g)
    return FourEvents(
        bias=1 / n_samples,
        answers=answer_deviation(squared_mass_bound(n_samples, g[3]), min_responses, g[0]),
        singletons=_singleton_deviation(n_samples, g[1]),
        missing=_missing_mass_drop(n_samples, g[2]),
    )
