"""Good and Turing's estimate, and how near it is to the missing mass: Corollary 3, Lemma 1.

Paper: arXiv:2509.04664v1, Sec. 3.3.1 and App. B.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from theory.arrays import LARGEST, ArrayLike, Number, as_whole_numbers
from theory.errors import InvalidInput, require_gamma, require_integer, require_probability

COROLLARY_3_FACTOR = 2.42
"""The paper's rounding of 1 + sqrt(2) in Corollary 3."""
LEMMA_1_FACTOR = 4.42
"""The constant of Lemma 1 as printed."""
LEMMA_1_OWN_FACTOR = 2.65
"""What a proof without a separate step for abstentions gives (extension; ``paper_notes.md``)."""
LEMMA_1_TIGHTER_FACTOR = COROLLARY_3_FACTOR + math.sqrt(2)
"""What the proof of Lemma 1 gives, below 3.84 (erratum 3 in ``paper_notes.md``)."""


def good_turing_estimate(counts: ArrayLike) -> float:
    r"""Good and Turing's estimate of the missing mass: samples that occur once (Corollary 3).

    .. math:: \mathrm{GT} = |\{c : n_c = 1\}| / \sum_c n_c

    Parameters
    ----------
    counts : array_like of int
        How often each item occurs; no abstentions among them.

    Returns
    -------
    float
        In [0, 1]; equal to the singleton rate of a sample without abstentions.

    Raises
    ------
    InvalidInput
        If the sample is empty or a count is not a whole number >= 0.

    Examples
    --------
    >>> good_turing_estimate([3, 1, 1, 0])
    0.4
    """
    n = as_whole_numbers("counts", counts)
    if not n.any():
        raise InvalidInput("counts", "at least one sample in all", "an empty sample")
    return float((n == 1).sum() / n.sum())


@dataclass(frozen=True)
class MissingMassInterval:
    """Where the missing mass lies, with probability at least 1 - gamma over training samples.

    Attributes
    ----------
    singleton_rate : float
        The estimate.
    n_samples : int
        N.
    gamma : float
        Allowed failure probability.
    below, above : float
        How far the missing mass may lie below and above the estimate.
    method : str
        Whose interval it is: "paper", or an extension such as "X13".
    """

    singleton_rate: float
    n_samples: int
    gamma: float
    below: float
    above: float
    method: str = "paper"

    @property
    def lower(self) -> float:
        """Lower end, at least 0."""
        return max(0.0, self.singleton_rate - self.below)

    @property
    def upper(self) -> float:
        """Upper end, at most 1."""
        return min(1.0, self.singleton_rate + self.above)

    def covers(self, missing_mass: float) -> bool:
        """Tell whether a missing mass lies inside."""
        return self.lower <= missing_mass <= self.upper


def corollary_3_interval(
    good_turing: Number, n_samples: int, *, gamma: float = 0.01
) -> MissingMassInterval:
    r"""Interval for the missing mass of a sample without abstentions (Corollary 3).

    .. math:: \Pr\Big[|M - \mathrm{GT}| \le \tfrac1N + 2.42\sqrt{\ln(4/\gamma)/N}\Big]
        \ge 1 - \gamma

    Parameters
    ----------
    good_turing : float
        Share of the samples that occur once.
    n_samples : int
        N >= 1.
    gamma : float
        In (0, 1).

    Returns
    -------
    MissingMassInterval
        Holds for every prompt distribution.

    Raises
    ------
    InvalidInput
        If a value is outside its range.

    Examples
    --------
    >>> round(corollary_3_interval(0.2, 10_000).above, 4)
    0.0593
    """
    check_sample(good_turing, n_samples, gamma)
    radius = 1 / n_samples + COROLLARY_3_FACTOR * math.sqrt(math.log(4 / gamma) / n_samples)
    return MissingMassInterval(float(good_turing), n_samples, gamma, radius, radius)


def lemma_1_interval(
    singleton_rate: Number, n_samples: int, *, gamma: float = 0.01, factor: float = LEMMA_1_FACTOR
) -> MissingMassInterval:
    r"""Interval for the missing mass, abstentions allowed (Lemma 1).

    .. math:: \Pr\Big[|\mathrm{MM} - \mathrm{sr}| \le 4.42\sqrt{\ln(5/\gamma)/N}\Big]
        \ge 1 - \gamma

    Parameters
    ----------
    singleton_rate : float
        sr in [0, 1].
    n_samples : int
        N >= 1, abstentions included.
    gamma : float
        In (0, 1).
    factor : float
        4.42 as printed, or :data:`LEMMA_1_TIGHTER_FACTOR` (erratum 3).

    Returns
    -------
    MissingMassInterval
        Holds for every fact world.

    Raises
    ------
    InvalidInput
        If a value is outside its range.

    Examples
    --------
    >>> round(lemma_1_interval(0.2, 10_000).above, 4)
    0.1102
    """
    check_sample(singleton_rate, n_samples, gamma)
    radius = factor * math.sqrt(math.log(5 / gamma) / n_samples)
    return MissingMassInterval(float(singleton_rate), n_samples, gamma, radius, radius)


def check_sample(singleton_rate: Number, n_samples: int, gamma: float) -> None:
    """Check what every finite-sample statement takes.

    Raises
    ------
    InvalidInput
        If sr is outside [0, 1], N is not a whole number in 1 .. 2^62, or gamma is outside (0, 1)
        or below 1e-300.
    """
    require_probability("singleton_rate", singleton_rate)
    require_integer("n_samples", n_samples, at_least=1, at_most=LARGEST)
    require_gamma(gamma)


def log_ratio(a: float, g: float) -> float:
    """Return ln(a/g) of a missing-mass bound, where a/g may be beyond the range of floats."""
    ratio = a / g
    return math.log(ratio) if math.isfinite(ratio) else math.log(a) - math.log(g)
