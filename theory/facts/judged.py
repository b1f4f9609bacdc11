r"""Errors counted by a judge that errs itself (extension X15: the project's own).

With a = P[judge says wrong | valid] and b = P[judge says right | error], both over the model's own
generations, err_J = a (1 - err) + (1 - b) err. Rates measured on other texts, such as those of the
Is-It-Valid distribution D, prove nothing about the model's (``test_a_judge_measured_under_d``).
"""

from __future__ import annotations

from theory.arrays import Number
from theory.errors import InvalidInput, require_probability


def judged_error(err: Number, *, fpr: Number, fnr: Number) -> Number:
    r"""Share of generations that the judge calls wrong; a lower bound on it from one on err (X15).

    .. math:: \mathrm{err}_J = a\,(1 - \mathrm{err}) + (1 - b)\,\mathrm{err}

    Parameters
    ----------
    err : number
        Generative error in [0, 1], or a lower bound on it: then the result bounds err_J from below.
    fpr, fnr : number
        a and b, over the model's own generations; a + b <= 1.

    Returns
    -------
    number
        In [0, 1]; exact in Fractions.

    Raises
    ------
    InvalidInput
        If a number is outside its range, or a + b > 1.

    Examples
    --------
    >>> judged_error(0.5, fpr=0.25, fnr=0.25)
    0.5
    """
    require_probability("err", err)
    _check_judge(fpr, fnr)
    return fpr * (1 - err) + (1 - fnr) * err


def true_error(judged: Number, *, fpr: Number, fnr: Number | None = None) -> Number:
    r"""Generative error from the judged one; a lower bound on it if b is unknown (X15).

    .. math:: \mathrm{err} = \frac{\mathrm{err}_J - a}{1 - a - b} \ge
        \frac{\mathrm{err}_J - a}{1 - a}

    Parameters
    ----------
    judged : number
        err_J in [0, 1].
    fpr : number
        a, or an upper bound on it for the lower bound; < 1.
    fnr : number, optional
        b, with a + b < 1; without it the lower bound is returned.

    Returns
    -------
    number
        Not clipped: outside [0, 1] the rates do not fit the judged error.

    Raises
    ------
    InvalidInput
        If a number is outside its range, or a + b >= 1.

    Examples
    --------
    >>> true_error(0.5, fpr=0.25, fnr=0.25), true_error(0.625, fpr=0.25)
    (0.5, 0.5)
    """
    require_probability("judged", judged)
    told = 1 - _check_judge(fpr, 0 if fnr is None else fnr)
    if told == 0:
        raise InvalidInput("fpr + fnr", "< 1", 1, remedy="such a judge says nothing about err")
    return (judged - fpr) / told


def _check_judge(fpr: Number, fnr: Number) -> Number:
    require_probability("fpr", fpr)
    require_probability("fnr", fnr)
    if fpr + fnr > 1:
        raise InvalidInput(
            "fpr + fnr", "at most 1", fpr + fnr, remedy="turn the judge's verdicts round"
        )
    return fpr + fnr
