"""Ways to trade calibration for fewer errors: model in, model out (Sec. 3.1-3.2; extension)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from theory.arrays import Array, ArrayLike, BoolArray, FloatArray, as_numbers
from theory.errors import InvalidInput, require_integer, require_probability
from theory.world import World


def abstain(world: World, p_hat: ArrayLike, idk: ArrayLike, share: float) -> Array:
    r"""Move a share of everything that is said to "I don't know" (extension X5).

    .. math:: q(r|c) = (1 - \lambda)\,\hat p(r|c) \text{ for } r \ne \mathrm{IDK}

    Parameters
    ----------
    world : World
        C prompts, X examples.
    p_hat : array_like, shape (X,)
        Model.
    idk : array_like of bool, shape (X,)
        The one row of each prompt that abstains; a prompt without one is left alone.
    share : float
        lam in [0, 1]; a Fraction if the world is exact.

    Raises
    ------
    InvalidInput
        If the model or the share is invalid, or a prompt has several rows that abstain.

    Examples
    --------
    >>> world = World(p=[0.5, 0.5, 0], valid=[True, True, False])
    >>> abstain(world, [0.5, 0.25, 0.25], [True, False, False], 0.5).tolist()
    [0.75, 0.125, 0.125]
    """
    q = world.check_model(p_hat)
    silent = _one_row_per_prompt(world, idk)
    require_probability("share", share)
    able = world.per_example(np.add.reduceat(silent, world.starts, dtype=np.int64)) > 0
    moved = np.where(able & ~silent, share * q, 0 * q)
    gain = world.per_example(np.add.reduceat(moved, world.starts))
    # Rounding must not carry a certain abstention above 1.
    model: Array = np.minimum(q - moved + np.where(silent, gain, 0 * q), 1)
    return model


def temper(world: World, p_hat: ArrayLike, temperature: float) -> FloatArray:
    r"""Sample at another temperature: above 1 flatter, below 1 sharper (extension).

    .. math:: q(r|c) \propto \hat p(r|c)^{1/T}

    Parameters
    ----------
    world : World
        C prompts, X examples.
    p_hat : array_like, shape (X,)
        Model; what it never says, it does not say at any temperature.
    temperature : float
        T > 0.

    Raises
    ------
    InvalidInput
        If the model is invalid or ``temperature`` is not a positive number.

    Examples
    --------
    >>> world = World(p=[1, 0, 0], valid=[True, False, False])
    >>> temper(world, [0.5, 0.25, 0.25], 0.5).round(4).tolist()
    [0.6667, 0.1667, 0.1667]
    """
    if not 0 < temperature < np.inf:
        raise InvalidInput("temperature", "a positive number", temperature)
    q = world.check_model(p_hat).astype(float)
    # Relative to the largest, so that a small T underflows to 0 and never divides 0 by 0.
    relative = q / world.per_example(np.maximum.reduceat(q, world.starts))
    powered = relative ** (1 / temperature)
    model: FloatArray = powered / world.per_example(np.add.reduceat(powered, world.starts))
    return model


def regurgitate(world: World, p_hat: ArrayLike, memory: ArrayLike, share: float) -> Array:
    r"""Say what stood in the training text a share of the time (extension).

    .. math:: q = (1 - \lambda)\,\hat p + \lambda\, m

    Parameters
    ----------
    world : World
        C prompts, X examples.
    p_hat, memory : array_like, shape (X,)
        Model, and the training text's relative frequencies.
    share : float
        lam in [0, 1]; a Fraction if the world is exact.

    Raises
    ------
    InvalidInput
        If a model or the share is invalid.
    """
    require_probability("share", share)
    q, m = world.check_model(p_hat), world.check_model(memory, name="memory")
    model: Array = (1 - share) * q + share * m
    return model


def table_and_calculator(
    n_known: int, n_unknown: int, n_sums: int, *, n_answers: int = 10, alpha: Fraction
) -> tuple[World, Array]:
    r"""A system that never errs: a fact table, a calculator, and "I don't know" (Sec. 3.1).

    .. math:: \mathrm{err} = 0,\qquad
        \delta = \mu(\text{known})\,(1 - \alpha) + \mu(\text{unknown})\,\alpha

    Parameters
    ----------
    n_known, n_unknown, n_sums : int
        Facts in the table, facts that are not, and sums; at least one prompt. All equally likely.
    n_answers : int
        R >= 4 plausible answers per prompt, one of them right, then IDK.
    alpha : Fraction
        How often texts answer a question of fact, 1/K < alpha < 1 - 1/K with K = R - 1; sums are
        always answered.

    Returns
    -------
    world : World
        Exact.
    p_hat : ndarray of Fraction
        Right on known facts and sums, IDK on the rest.

    Raises
    ------
    InvalidInput
        If a count or alpha is out of range.

    Examples
    --------
    >>> from theory.reduction import calibration_delta, generative_error
    >>> world, p_hat = table_and_calculator(10, 80, 10, alpha=Fraction(3, 4))
    >>> print(generative_error(world, p_hat), calibration_delta(world, p_hat))
    0 5/8
    """
    counts = {"n_known": n_known, "n_unknown": n_unknown, "n_sums": n_sums}
    for name, count in counts.items():
        require_integer(name, count, at_least=0)
    R, n = require_integer("n_answers", n_answers, at_least=4), sum(counts.values())
    require_integer("the number of prompts", n, at_least=1)
    if not 1 < alpha * (R - 1) < R - 2:
        raise InvalidInput("alpha", f"in (1/{R - 1}, 1 - 1/{R - 1})", alpha)
    told = [Fraction(alpha)] * (n_known + n_unknown) + [Fraction(1)] * n_sums
    says = [Fraction(1)] * n_known + [Fraction(0)] * n_unknown + [Fraction(1)] * n_sums
    wrong = [Fraction(0)] * (R - 1)
    p = [x for a in told for x in (a, *wrong, 1 - a)]
    p_hat = [x for a in says for x in (a, *wrong, 1 - a)]
    valid = [True, *[False] * (R - 1), True] * n
    return World(p=p, valid=valid, n_responses=[R + 1] * n), as_numbers("p_hat", p_hat)


def _one_row_per_prompt(world: World, idk: ArrayLike) -> BoolArray:
    mask = np.asarray(idk)
    if mask.shape != (world.n_examples,) or mask.dtype.kind != "b":
        raise InvalidInput("idk", f"a mask of shape ({world.n_examples},)", repr(idk))
    if np.add.reduceat(mask, world.starts, dtype=np.int64).max() > 1:
        raise InvalidInput("idk", "one row per prompt at most", "several in one prompt")
    return mask
