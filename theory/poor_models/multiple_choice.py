"""Multiple choice: one valid answer out of C, no calibration term (Theorems 3, 4, App. C)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from theory.arrays import ArrayLike, Number
from theory.errors import InvalidInput
from theory.poor_models.error_curve import best_threshold
from theory.poor_models.opt import ExactOpt, OptBound, require_exact_opt
from theory.reduction.bounds import generative_error
from theory.reduction.world import World
from theory.results import ROUNDING, Bound


def n_choices(world: World) -> int:
    """Return C, the number of choices of every prompt of a multiple-choice world.

    Raises
    ------
    InvalidInput
        If a prompt has not exactly one valid response, the prompts differ in their number of
        choices, or there is nonsense among them.
    """
    several = np.flatnonzero(world.n_valid != 1)
    if len(several):
        c = int(several[0])
        raise InvalidInput(
            "|V_c|",
            "1 at each prompt (multiple choice, Theorems 3 and 4)",
            int(world.n_valid[c]),
            where=f"prompt {c}",
            remedy="use theory.poor_models.opt_bound, which allows any number of valid responses",
            prompt=c,
        )
    if world.nonsense.any():
        raise InvalidInput("a multiple-choice world", "without nonsense", "nonsense")
    other = np.flatnonzero(world.n_errors != world.n_errors[0])
    if len(other):
        c = int(other[0])
        raise InvalidInput(
            "the number of choices C",
            f"the same at each prompt (C = K + 1 = {int(world.n_errors[0]) + 1} at prompt 0)",
            int(world.n_errors[c]) + 1,
            where=f"prompt {c}",
            prompt=c,
        )
    return int(world.n_errors[0]) + 1


def theorem_3_bound(world: World, p_hat: ArrayLike, opt: ExactOpt) -> OptBound:
    r"""Lower bound on the error of a multiple-choice model (Theorem 3).

    .. math:: \mathrm{err} \ge 2\Big(1 - \frac1C\Big)\,\mathrm{opt}(G)

    Parameters
    ----------
    world : World
        Every prompt has C choices, one of them valid.
    p_hat : array_like, shape (X,)
        A member of the family.
    opt : ExactOpt
        opt(G) of the family.

    Returns
    -------
    OptBound
        Holds for every member, calibrated or not; exact if the world is.

    Raises
    ------
    InvalidInput
        If the world is not multiple choice or ``p_hat`` is not a model of it.
    TypeError
        If ``opt`` is no ExactOpt.
    """
    require_exact_opt(opt)
    return OptBound(
        err=generative_error(world, p_hat),
        opt=opt.value,
        bound=factor(n_choices(world), exact=world.exact) * opt.value,
        tolerance=_tolerance(world),
    )


@dataclass(frozen=True, kw_only=True)
class Theorem4(Bound):
    """The threshold that Theorem 4 promises, and what it attains.

    Attributes
    ----------
    err, bound, tolerance
        As in :class:`theory.results.Bound`; bound = 2 (1 - 1/C) err_iiv.
    threshold : float or Fraction
        The t in [0, 1] with the least err_iiv (the smallest such t).
    err_iiv : float or Fraction
        Is-It-Valid error of f_t = [p_hat > t].
    """

    threshold: Number
    err_iiv: Number
    _terms = ("err", "threshold", "err_iiv", "bound", "slack")


def theorem_4(world: World, p_hat: ArrayLike) -> Theorem4:
    r"""Find the threshold at which the model is a good classifier (Theorem 4).

    .. math:: \exists\, t \in [0, 1]:\quad
              \mathrm{err} \ge 2\Big(1 - \frac1C\Big)\,\mathrm{err_{iiv}}(\hat f_t)

    Parameters
    ----------
    world : World
        Every prompt has C choices, one of them valid.
    p_hat : array_like, shape (X,)
        Any model.

    Raises
    ------
    InvalidInput
        If the world is not multiple choice or ``p_hat`` is not a model of it.

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> world = World(p=[F(1), F(0)], valid=[True, False])
    >>> result = theorem_4(world, [F(1, 3), F(2, 3)])
    >>> print(result.err, result.threshold, result.err_iiv, result.bound)
    2/3 0 1/2 1/2
    """
    C = n_choices(world)
    err_iiv, threshold = best_threshold(world, p_hat)
    return Theorem4(
        err=generative_error(world, p_hat),
        threshold=threshold,
        err_iiv=err_iiv,
        bound=factor(C, exact=world.exact) * err_iiv,
        tolerance=_tolerance(world),
    )


def _tolerance(world: World) -> float:
    # Sums that miss 1 by the allowed tolerance move the false negatives once for p_hat and once
    # for p.
    return 0 if world.exact else 2 * (world.tolerance + ROUNDING)


def factor(C: int, *, exact: bool) -> Number:
    """Return 2 (1 - 1/C), the constant of Theorems 3 and 4."""
    constant = 2 * (1 - Fraction(1, C))
    return constant if exact else float(constant)
