"""Ways to trade calibration for fewer errors: model in, model out (Sec. 3.1-3.2; extension)."""

from __future__ import annotations

import numpy as np

from theory.arrays import Array, ArrayLike, BoolArray, FloatArray, as_array
from theory.errors import InvalidInput, require_probability
from theory.reduction.world import World


def abstain(world: World, p_hat: ArrayLike, idk: ArrayLike, share: float) -> Array:
    r"""Transform a model: a share of each answer's mass moves to "I don't know" (X5).

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
    r"""Transform a model to a temperature: above 1 flatter, below 1 sharper (extension).

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
    r"""Transform a model: it repeats training text a share of the time (extension).

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


def _one_row_per_prompt(world: World, idk: ArrayLike) -> BoolArray:
    mask = as_array("idk", idk)
    if mask.shape != (world.n_examples,) or mask.dtype.kind != "b":
        raise InvalidInput("idk", f"a mask of shape ({world.n_examples},)", repr(idk))
    if np.add.reduceat(mask, world.starts, dtype=np.int64).max() > 1:
        raise InvalidInput("idk", "one row per prompt at most", "several in one prompt")
    return mask
