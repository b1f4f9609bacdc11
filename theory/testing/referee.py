"""The reduction once more, one response at a time, straight from the definitions (Sec. 3.1, X1).

Slow and independent of ``theory.reduction.bounds``: no split, no array sums, no shared formula. An
``assert_...`` lets this referee recompute each term, so that a failure can name the term.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from theory.arrays import Array, ArrayLike, Number, size
from theory.reduction.world import World


class Row(NamedTuple):
    """One example (c, r) with everything the definitions say about it."""

    mu: Number
    p: Number
    q: Number
    valid: bool
    error: bool
    n_errors: int
    above: bool


def add(values: Iterable[Number], exact: bool) -> Number:
    """Add as a referee does: Fractions exactly, floats correctly rounded."""
    return sum(values, Fraction(0)) if exact else math.fsum(values)


def rows(world: World, q: Array, threshold: Array) -> list[Row]:
    """List every example of a world for the referee, prompt after prompt."""
    found: list[Row] = []
    for c, start in enumerate(world.starts):
        for i in range(int(start), int(start + world.n_responses[c])):
            valid, nonsense = bool(world.valid[i]), bool(world.nonsense[i])
            above = bool(q[i] > threshold[c])
            error = not valid and not nonsense
            found.append(
                Row(world.mu[c], world.p[i], q[i], valid, error, int(world.n_errors[c]), above)
            )
    return found


def reduction_terms(
    world: World, p_hat: ArrayLike, *, per_prompt: bool = False
) -> dict[str, Number]:
    r"""Referee's terms of Theorem 1 (or of X2, if ``per_prompt``), example by example (X1, X2).

    .. math:: \mathrm{err} - (2\,\mathrm{err_{iiv}} - \mathrm{size\ ratio} - \delta)
              = \mathrm{overshoot} + \mathrm{unused\ room} + \mathrm{ragged} + \mathrm{sign}

    Parameters
    ----------
    world : World
        C prompts, X examples.
    p_hat : array_like, shape (X,)
        Model probabilities.
    per_prompt : bool
        Cut each prompt at 1/|E_c| instead of 1/K.

    Returns
    -------
    dict
        err, err_iiv, delta, signed_gap, size_ratio, bound, slack and the four slack terms, under
        the names they carry in ``ReductionBound`` and ``SlackTerms``.

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world.

    Examples
    --------
    >>> world = World(p=[1, 0, 0], valid=[True, False, False])
    >>> terms = reduction_terms(world, [0.5, 0.25, 0.25])
    >>> terms["err"], terms["bound"]
    (0.5, 0.5)
    """
    q, exact = world.check_model(p_hat), world.exact
    one = Fraction(1) if exact else 1.0
    sizes = world.n_errors if per_prompt else np.full(world.n_prompts, world.min_errors)
    t = np.array([*(one / int(n) for n in sizes), None], dtype=object)[:-1]
    table = rows(world, q, t)

    err = add((x.mu * x.q for x in table if not x.valid), exact)
    missed = add((x.mu * x.p for x in table if x.valid and not x.above), exact)
    accepted = add((x.mu / x.n_errors for x in table if x.error and x.above), exact)
    gap = add((x.mu * (x.q - x.p) for x in table if x.above), exact)
    room = add(
        (mu * int(n) * z for mu, n, z in zip(world.mu, world.n_valid, t, strict=True)), exact
    )
    size_ratio = room if per_prompt else one * world.max_valid / world.min_errors
    bound = missed + accepted - size_ratio - size(gap)
    overshoot = add(
        (
            x.mu * (x.q - (one / x.n_errors if x.error else 0))
            for x in table
            if not x.valid and x.above
        ),
        exact,
    )
    used = add((x.mu * x.q for x in table if x.valid and not x.above), exact)
    return {
        "err": err,
        "err_iiv": (missed + accepted) / 2,
        "delta": size(gap),
        "signed_gap": gap,
        "size_ratio": size_ratio,
        "bound": bound,
        "slack": err - bound,
        "overshoot": overshoot,
        "unused_room": room - used,
        "ragged": size_ratio - room,
        "sign": size(gap) - gap,
    }
