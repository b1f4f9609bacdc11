"""Every model errs on about a singleton rate of the facts: Lemma 2 and Theorem 2.

Paper: arXiv:2509.04664v1, Sec. 3.3.1 and App. B. The project's sharper constants are in
:mod:`theory.facts.best_bounds`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from theory.arrays import LARGEST, Number
from theory.errors import require_integer, require_probability
from theory.facts.missing_mass_bounds import check_sample, log_ratio
from theory.facts.world import N_VALID
from theory.results import Terms

LEMMA_2_FACTOR = 6
"""The constant before ln(3N/gamma)/sqrt(N) in Lemma 2 and Theorem 2, lower part."""
UPPER_FACTOR = 5
"""The constant before sqrt(ln(5/gamma)/N) in Theorem 2, upper part."""
PRINTED_LOWER_OFFSET = 35
"""6 ln(300) rounded up: Theorem 2 prints (35 + 6 ln N)/sqrt(N) for 99 %."""
PRINTED_UPPER_FACTOR = 13
"""5 sqrt(ln 500) rounded up: Theorem 2 prints 13/sqrt(N) for 99 %."""


@dataclass(frozen=True, kw_only=True)
class FactErrorFloor(Terms):
    """Lower bound on err, or on 2 err_iiv, with its terms (Lemma 2; Theorem 2, lower part).

    Attributes
    ----------
    singleton_rate, sampling_term : float
        sr, and what finite N costs.
    size_ratio, delta : float
        2/min|E_c| and the miscalibration of the model; 0 in Lemma 2, which has no such terms.
    n_samples : int
        N.
    gamma : float
        Allowed failure probability.
    method : str
        Whose term it is: "paper", or an extension such as "X9".
    """

    singleton_rate: float
    size_ratio: float = 0.0
    delta: float = 0.0
    sampling_term: float
    n_samples: int
    gamma: float
    method: str = "paper"
    _terms = ("singleton_rate", "size_ratio", "delta", "sampling_term", "bound")

    @property
    def bound(self) -> float:
        """sr - 2/min|E_c| - delta - sampling term."""
        return self.singleton_rate - self.size_ratio - self.delta - self.sampling_term

    @property
    def vacuous(self) -> bool:
        """Whether the bound would hold for every model, because it is not positive."""
        return self.bound <= 0


@dataclass(frozen=True, kw_only=True)
class FactErrorCeiling(Terms):
    """Upper bound on err of the calibrated memoriser (Theorem 2, upper part).

    Attributes
    ----------
    singleton_rate : float
        sr.
    luck : float
        1/(L + 1), the greatest share of guesses that are right.
    sampling_term : float
        What finite N costs.
    n_samples : int
        N.
    gamma : float
        Allowed failure probability.
    method : str
        Whose term it is: "paper", or an extension such as "X9".
    """

    singleton_rate: float
    luck: float
    sampling_term: float
    n_samples: int
    gamma: float
    method: str = "paper"
    _terms = ("singleton_rate", "luck", "sampling_term", "bound")

    @property
    def bound(self) -> float:
        """sr - sr/(L + 1) + sampling term; vacuous from 1 on."""
        return (1 - self.luck) * self.singleton_rate + self.sampling_term


def lemma_2_term(n_samples: int, *, gamma: float = 0.01) -> float:
    r"""What finite N costs in Lemma 2 and Theorem 2, lower part.

    .. math:: 6 \ln(3N/\gamma) / \sqrt N

    Raises
    ------
    InvalidInput
        If N is not a positive whole number or gamma is outside (0, 1).

    Examples
    --------
    >>> round(lemma_2_term(10**6), 4)
    0.1171
    """
    check_sample(0, n_samples, gamma)
    return LEMMA_2_FACTOR * log_ratio(3 * n_samples, gamma) / math.sqrt(n_samples)


def printed_lower_term(n_samples: int) -> float:
    """Return (35 + 6 ln N)/sqrt(N), Theorem 2's lower term as printed for 99 %.

    Raises
    ------
    InvalidInput
        If N is not a positive whole number.

    Examples
    --------
    >>> round(printed_lower_term(10**6), 4)
    0.1179
    """
    require_integer("n_samples", n_samples, at_least=1, at_most=LARGEST)
    return (PRINTED_LOWER_OFFSET + LEMMA_2_FACTOR * math.log(n_samples)) / math.sqrt(n_samples)


def printed_upper_term(n_samples: int) -> float:
    """Return 13/sqrt(N), Theorem 2's upper term as printed for 99 %.

    Raises
    ------
    InvalidInput
        If N is not a positive whole number.
    """
    require_integer("n_samples", n_samples, at_least=1, at_most=LARGEST)
    return PRINTED_UPPER_FACTOR / math.sqrt(n_samples)


def lemma_2_bound(singleton_rate: Number, n_samples: int, *, gamma: float = 0.01) -> FactErrorFloor:
    r"""Lower bound on twice the Is-It-Valid error of any learner (Lemma 2).

    .. math:: \Pr\Big[2\,\mathrm{err_{iiv}} \ge \mathrm{sr} - 6\ln(3N/\gamma)/\sqrt N\Big]
        \ge 1 - \gamma

    Raises
    ------
    InvalidInput
        If sr is outside [0, 1], N is not a positive whole number or gamma is outside (0, 1).
    """
    check_sample(singleton_rate, n_samples, gamma)
    term = lemma_2_term(n_samples, gamma=gamma)
    return FactErrorFloor(
        singleton_rate=float(singleton_rate), sampling_term=term, n_samples=n_samples, gamma=gamma
    )


def theorem_2_lower(
    singleton_rate: Number,
    n_samples: int,
    *,
    min_errors: int,
    delta: Number = 0.0,
    gamma: float = 0.01,
) -> FactErrorFloor:
    r"""Lower bound on the generative error of any learner of facts (Theorem 2, lower part).

    .. math:: \mathrm{err} \ge \mathrm{sr} - \frac{2}{\min_c |E_c|}
        - \frac{6 \ln(3N/\gamma)}{\sqrt N} - \delta \quad\text{with probability} \ge 1 - \gamma

    Parameters
    ----------
    singleton_rate : float
        sr in [0, 1].
    n_samples : int
        N >= 1.
    min_errors : int
        K = min |E_c| >= 1.
    delta : float
        Miscalibration of the model at 1/K, in [0, 1].
    gamma : float
        In (0, 1).

    Returns
    -------
    FactErrorFloor
        Holds for every fact world and every learner; vacuous for small N (erratum 6).

    Raises
    ------
    InvalidInput
        If a value is outside its range.

    Examples
    --------
    >>> round(theorem_2_lower(0.2, 10**8, min_errors=364).bound, 4)
    0.18
    """
    require_probability("delta", delta)
    return replace(
        lemma_2_bound(singleton_rate, n_samples, gamma=gamma),
        size_ratio=N_VALID / require_integer("min_errors", min_errors, at_least=1),
        delta=float(delta),
    )


def theorem_2_upper(
    singleton_rate: Number, n_samples: int, *, max_errors: int, gamma: float = 0.01
) -> FactErrorCeiling:
    r"""Upper bound on the generative error of the calibrated memoriser (Theorem 2, upper part).

    .. math:: \mathrm{err} \le \mathrm{sr} - \frac{\mathrm{sr}}{L + 1}
        + 5\sqrt{\ln(5/\gamma)/N},\quad L = \max_c |E_c|
        \quad\text{with probability} \ge 1 - \gamma

    Parameters
    ----------
    singleton_rate : float
        sr in [0, 1].
    n_samples : int
        N >= 1.
    max_errors : int
        L >= 1.
    gamma : float
        In (0, 1).

    Returns
    -------
    FactErrorCeiling
        Holds for every fact world, for :func:`theory.facts.models.calibrated_memoriser`.

    Raises
    ------
    InvalidInput
        If a value is outside its range.

    Examples
    --------
    >>> round(theorem_2_upper(0.2, 10**6, max_errors=364).bound, 4)
    0.2119
    """
    check_sample(singleton_rate, n_samples, gamma)
    L = require_integer("max_errors", max_errors, at_least=1)
    term = UPPER_FACTOR * math.sqrt(math.log(5 / gamma) / n_samples)
    return FactErrorCeiling(
        singleton_rate=float(singleton_rate),
        luck=1 / (L + 1),
        sampling_term=term,
        n_samples=n_samples,
        gamma=gamma,
    )
