"""Checks for statements that hold with probability, judged at a stated false-alarm rate."""

from __future__ import annotations

from typing import Any

from theory.errors import InvalidInput, require_integer, require_probability

__tracebackhide__ = True  # pytest shows the message, not these frames
FALSE_ALARM = 1e-6
"""How often a check may fail although the statement is true: once in a million runs."""


def assert_coverage(
    hits: Any, trials: int | None = None, *, claimed: float, false_alarm: float = FALSE_ALARM
) -> float:
    r"""Check "with probability at least ``claimed``" against independent trials.

    .. math:: \Pr[\mathrm{Binomial}(\mathrm{trials}, \mathrm{claimed}) \le \mathrm{hits}]
              \ge \mathrm{false\ alarm}

    Parameters
    ----------
    hits : int or array_like of bool
        In how many trials the statement held, or one truth value per trial.
    trials : int, optional
        Number of independent trials; not needed if ``hits`` is an array.
    claimed : float
        Claimed probability, in (0, 1).
    false_alarm : float
        Probability with which a true statement fails this check, at most; in (0, 1).

    Returns
    -------
    float
        The one-sided exact p-value.

    Raises
    ------
    AssertionError
        If so few hits would be seen with probability below ``false_alarm``.
    InvalidInput
        If a number is out of range, or the trials are so few that the check could never fail.

    Examples
    --------
    >>> round(assert_coverage(990, 1000, claimed=0.99), 2)
    0.54
    >>> assert_coverage(950, 1000, claimed=0.99)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    AssertionError: claimed to hold with probability >= 0.99, held in 950 of 1000 trials (0.95); ...
    """
    if trials is None:
        trials, hits = len(hits), int(sum(bool(hit) for hit in hits))
    trials = require_integer("trials", trials, at_least=1)
    hits = require_integer("hits", hits, at_least=0)
    require_probability("claimed", claimed, zero=False, one=False)
    require_probability("false_alarm", false_alarm, zero=False, one=False)
    if hits > trials:
        raise InvalidInput("hits", f"at most trials = {trials}", hits)
    if (1 - claimed) ** trials >= false_alarm:
        raise InvalidInput(
            "trials",
            "so many that the check can fail",
            trials,
            remedy="with no hit at all it would still pass; run more trials",
        )
    from scipy.stats import binomtest

    p_value = float(binomtest(hits, trials, claimed, alternative="less").pvalue)
    if p_value < false_alarm:
        raise AssertionError(
            f"claimed to hold with probability >= {claimed:g}, held in {hits} of {trials} trials "
            f"({hits / trials:g}); so few hits have probability {p_value:.0e} under the claim, "
            f"below the false-alarm rate {false_alarm:g}."
        )
    return p_value
