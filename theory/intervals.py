"""A number known from samples: the estimate and its exact binomial interval."""

from __future__ import annotations

from dataclasses import dataclass

from theory.errors import InvalidInput, require_integer, require_probability


@dataclass(frozen=True)
class Estimate:
    """A number known from samples.

    Attributes
    ----------
    value : float
        Point estimate.
    low, high : float
        Interval that holds the true number with probability at least ``confidence_level``.
    confidence_level : float
        In (0, 1).
    """

    value: float
    low: float
    high: float
    confidence_level: float

    def covers(self, truth: float) -> bool:
        """Whether ``truth`` lies in [low, high]."""
        return self.low <= truth <= self.high


def proportion(successes: int, trials: int, *, confidence_level: float = 0.95) -> Estimate:
    """Estimate a probability from a count (Clopper-Pearson, as quantiles of the beta law).

    Parameters
    ----------
    successes, trials : int
        0 <= successes <= trials, trials >= 1.
    confidence_level : float
        Coverage in (0, 1), guaranteed for every sample size.

    Raises
    ------
    InvalidInput
        If a count or the level is out of range.

    Examples
    --------
    >>> e = proportion(0, 10, confidence_level=0.95)
    >>> print(e.value, e.low, round(e.high, 4))
    0.0 0.0 0.3085
    """
    from scipy.special import betaincinv  # slow to import, and the exact path never needs it

    trials = require_integer("trials", trials, at_least=1)
    successes = require_integer("successes", successes, at_least=0)
    if successes > trials:
        raise InvalidInput("successes", f"<= trials = {trials}", successes)
    require_probability("confidence_level", confidence_level, zero=False, one=False)
    tail, failures = (1 - confidence_level) / 2, trials - successes
    low = float(betaincinv(successes, failures + 1, tail)) if successes else 0.0
    high = 1 - float(betaincinv(failures, successes + 1, tail)) if failures else 1.0
    return Estimate(successes / trials, low, high, confidence_level)
