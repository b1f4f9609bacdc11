"""Why delta is small after pretraining: it is a derivative of the cross-entropy (Sec. 3.1-3.2)."""

from __future__ import annotations

import math

import numpy as np

from theory.arrays import Array, ArrayLike, Number, total
from theory.errors import InvalidInput
from theory.reduction.bounds import classify
from theory.reduction.world import World


def cross_entropy(world: World, p_hat: ArrayLike) -> float:
    r"""Cross-entropy of the model, in nats (Sec. 3.1-3.2; erratum 2).

    .. math:: L(\hat p) = \sum_c \mu(c) \sum_r p(r|c)\,(-\log \hat p(r|c))

    Returns
    -------
    float
        At least the entropy of p; infinite if the model gives 0 to training data.

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world.

    Notes
    -----
    Erratum 2: Sec. 3.2 prints the prompted loss without the weight p(r|c). Without it the
    derivative would not be q(A) - p(A) (:func:`theory.reduction.signed_gap`).

    Examples
    --------
    >>> world = World(p=[0.5, 0.5, 0], valid=[True, True, False])
    >>> round(cross_entropy(world, [0.5, 0.25, 0.25]), 4), cross_entropy(world, [1, 0, 0])
    (1.0397, inf)
    """
    q = world.check_model(p_hat).astype(float)
    weight = (world.per_example(world.mu) * world.p).astype(float)
    seen = weight > 0
    if (q[seen] == 0).any():
        return float("inf")
    return float(-np.sum(weight[seen] * np.log(q[seen])))


def rescale(
    world: World, p_hat: ArrayLike, s: Number, threshold: Number | ArrayLike | None = None
) -> Array:
    r"""Multiply the mass above the threshold by s and renormalise each prompt (Sec. 3.1-3.2).

    .. math:: \hat p_s(r|c) = \frac{s^{[(c, r) \in A]}\,\hat p(r|c)}
                                   {1 + (s - 1)\,\hat p(A|c)}

    Parameters
    ----------
    world : World
        C prompts, X examples.
    p_hat : array_like, shape (X,)
        Model probabilities.
    s : number
        Finite and > 0, the same for all prompts; a Fraction if the world is exact.
    threshold : number or array_like of shape (C,), optional
        z; default 1/K.

    Returns
    -------
    ndarray, shape (X,)
        A model of the same world; ``p_hat`` itself for s = 1.

    Raises
    ------
    InvalidInput
        If ``s`` is not finite and positive, or the model or the threshold is invalid.

    Examples
    --------
    >>> world = World(p=[1, 0, 0], valid=[True, False, False])
    >>> rescale(world, [0.6, 0.2, 0.2], 2.0).round(4).tolist()
    [0.75, 0.125, 0.125]
    """
    if not 0 < s < math.inf:
        raise InvalidInput("s", "a finite number > 0", s)
    q = world.check_model(p_hat)
    above = classify(world, q, threshold)
    scaled = np.where(above, s * q, q)
    sums = world.per_example(np.add.reduceat(scaled, world.starts))
    model: Array = scaled / sums
    return model


def unweighted_cross_entropy(world: World, p_hat: ArrayLike) -> float:
    r"""The prompted loss as Sec. 3.2 prints it, without p(r|c): erratum 2's exhibit.

    .. math:: \sum_c \mu(c) \sum_{r: p(r|c) > 0} (-\log \hat p(r|c))

    Returns
    -------
    float
        Nats; its slope along the rescaled family is not q(A) - p(A), which is the erratum.

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world.
    """
    q = world.check_model(p_hat).astype(float)
    weight = world.per_example(world.mu).astype(float) * (world.p > 0)
    if (q[weight > 0] == 0).any():
        return float("inf")
    return float(-total(weight[weight > 0] * np.log(q[weight > 0])))
