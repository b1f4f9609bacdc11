r"""The least slack of Theorem 1 and of X2 for given sizes, by exact linear programs (extension X8).

Shows which bounds are attained and by how much the others miss; the closed form that comes out is
:func:`theory.reduction.small_term.best_size_ratio`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import NamedTuple

import numpy as np

from theory.arrays import Array, ArrayLike, as_numbers, ratio, total
from theory.errors import InvalidInput
from theory.reduction.exact_lp import Program, solve_exactly
from theory.reduction.world import World

AboveCounts = tuple[tuple[int, int], ...]
"""For each prompt: how many valid responses and how many errors lie above the threshold."""
FIELDS = ("valid_above", "valid_below", "errors_above", "errors_below", "p_above", "p_below")


class SetSlack(NamedTuple):
    """Least slack of the models with one above-threshold set, and whether one of them has it."""

    infimum: Fraction
    attained: bool


@dataclass(frozen=True, eq=False)
class LeastSlack:
    """The least slack of a bound over all p and all models, for given sizes and mu.

    Attributes
    ----------
    slack : Fraction
        The infimum, certified by exact duality.
    attained : bool
        Whether ``world`` and ``p_hat`` have exactly that slack.
    world : World
        The extremal world, exact.
    p_hat : ndarray of Fraction, shape (X,)
        The extremal model.
    by_set : dict
        The same for each above-threshold set, given by its counts.
    """

    slack: Fraction
    attained: bool
    world: World
    p_hat: Array
    by_set: dict[AboveCounts, SetSlack]


def least_slack(
    n_valid: Sequence[int],
    n_errors: Sequence[int],
    mu: ArrayLike | None = None,
    *,
    per_prompt: bool = False,
) -> LeastSlack:
    r"""Least slack of Theorem 1 (or X2) over all p and p_hat, by exact linear programs.

    One program for each above-threshold set; responses of one kind are exchangeable and the slack
    is convex, so a set is given by its counts. "Above" is strict, so a program gives an infimum;
    a second program looks for a model that attains it inside the set.

    Parameters
    ----------
    n_valid, n_errors : sequence of int, shape (C,)
        |V_c| and |E_c|. The number of programs is about the product of (|V_c|+1)(|E_c|+1).
    mu : array_like of Fraction, shape (C,), optional
        Prompt distribution; uniform if left out.
    per_prompt : bool
        Thresholds 1/|E_c| instead of 1/K.

    Returns
    -------
    LeastSlack
        Exact; with X8, ``slack`` is size_ratio - best_size_ratio.

    Raises
    ------
    InvalidInput
        If the sizes are not whole numbers >= 1 of equal length, or mu is no exact distribution.

    Examples
    --------
    >>> least_slack([2], [5]).slack, least_slack([3], [2]).slack
    (Fraction(0, 1), Fraction(1, 2))
    """
    blank = _world_of_sizes(n_valid, n_errors, mu)
    z = _thresholds(blank, per_prompt)
    by_set: dict[AboveCounts, SetSlack] = {}
    points: dict[AboveCounts, list[Fraction]] = {}
    for counts in _sets(blank, z):
        program = _program(blank, z, counts, per_prompt)
        found = solve_exactly(program)
        if found is not None:
            inside, points[counts] = _inside(counts, program, found)
            by_set[counts] = SetSlack(found[0], inside)
    # Of equally good sets prefer one whose infimum a model attains; the empty set always does.
    counts = min(by_set, key=lambda key: (by_set[key].infimum, not by_set[key].attained))
    world, p_hat = _spread(blank, counts, points[counts])
    return LeastSlack(*by_set[counts], world, p_hat, by_set)


def _world_of_sizes(n_valid: Sequence[int], n_errors: Sequence[int], mu: ArrayLike | None) -> World:
    if len(n_valid) != len(n_errors) or len(n_valid) == 0:
        raise InvalidInput("n_valid and n_errors", "equally long, not empty", "other lengths")
    if min(*n_valid, *n_errors) < 1:
        raise InvalidInput("n_valid and n_errors", ">= 1", min(*n_valid, *n_errors))
    p: list[Fraction] = []
    valid: list[bool] = []
    for V, E in zip(n_valid, n_errors, strict=True):
        p += [Fraction(1, V)] * V + [Fraction(0)] * E
        valid += [True] * V + [False] * E
    sizes = np.add(n_valid, n_errors)
    exact_mu = None if mu is None else as_numbers("mu", mu)
    return World(p=p, valid=valid, n_responses=sizes, mu=exact_mu)


def _thresholds(world: World, per_prompt: bool) -> list[Fraction]:
    if per_prompt:
        return [Fraction(1, int(n)) for n in world.n_errors]
    return [Fraction(1, world.min_errors)] * world.n_prompts


def _sets(world: World, z: Sequence[Fraction]) -> Iterator[AboveCounts]:
    """All above-threshold sets, by counts: fewer than 1/z responses fit above z."""
    options = [
        [(v, e) for v, e in product(range(int(V) + 1), range(int(E))) if (v + e) * t < 1]
        for V, E, t in zip(world.n_valid, world.n_errors, z, strict=True)
    ]
    yield from product(*options)


def _program(world: World, z: Sequence[Fraction], counts: AboveCounts, per_prompt: bool) -> Program:
    """Variables: FIELDS for each prompt, then delta."""
    n = len(FIELDS) * world.n_prompts + 1
    cost, gap = [Fraction(0)] * n, [Fraction(0)] * n
    G: list[list[Fraction]] = []
    h: list[Fraction] = []
    F: list[list[Fraction]] = []
    constant = Fraction(0)

    def limit(sign: int, position: int, bound: Fraction) -> None:
        G.append([Fraction(sign if j == position else 0) for j in range(n)])
        h.append(sign * bound)

    for c, (v, e) in enumerate(counts):
        V, E, mu = int(world.n_valid[c]), int(world.n_errors[c]), world.mu[c]
        va, vb, ea, eb, pa, pb = range(len(FIELDS) * c, len(FIELDS) * (c + 1))
        cost[ea] = cost[eb] = gap[va] = gap[ea] = mu
        cost[pb] = gap[pa] = -mu
        constant -= mu * Fraction(e, E)
        F.append([Fraction(j in (va, vb, ea, eb)) for j in range(n)])
        F.append([Fraction(j in (pa, pb)) for j in range(n)])
        for above, below, n_above, n_below in ((va, vb, v, V - v), (ea, eb, e, E - e)):
            limit(-1, above, n_above * z[c])
            limit(+1, above, Fraction(n_above > 0))
            limit(+1, below, n_below * z[c])
        limit(+1, pa, Fraction(v > 0))
        limit(+1, pb, Fraction(v < V))
    cost[-1] = Fraction(1)
    G += [[*gap[:-1], Fraction(-1)], [*(-x for x in gap[:-1]), Fraction(-1)]]
    h += [Fraction(0), Fraction(0)]
    # The constant part of the slack rides on the first equation, whose right side is 1.
    constant += _size_ratio(world, per_prompt)
    cost = [x + constant * f for x, f in zip(cost, F[0], strict=True)]
    return Program(cost, G, h, F, [Fraction(1)] * len(F))


def _size_ratio(world: World, per_prompt: bool) -> Fraction:
    if not per_prompt:
        return Fraction(world.max_valid, world.min_errors)
    return Fraction(total(world.mu * ratio(world.n_valid, world.n_errors, exact=True)))


def _inside(
    counts: AboveCounts, program: Program, found: tuple[Fraction, list[Fraction]]
) -> tuple[bool, list[Fraction]]:
    """Look for an optimal point strictly above the threshold: push the margin of all up at once."""
    value, x = found
    if not any(v + e for v, e in counts):
        return True, x
    G = [[*row, Fraction(0)] for row in program.G]
    for c, (v, e) in enumerate(counts):
        for offset, n_above in ((0, v), (3, e)):
            # Rows of `_program`: per prompt 8, the lower limits of "above" at 0 and 3.
            G[8 * c + offset][-1] = Fraction(n_above)
    G.append([*program.c, Fraction(0)])
    F = [[*row, Fraction(0)] for row in program.F]
    push = Program([Fraction(0)] * len(x) + [Fraction(-1)], G, [*program.h, value], F, program.g)
    margin = solve_exactly(push)
    if margin is None or margin[0] == 0:
        return False, x
    return True, margin[1][:-1]


def _spread(world: World, counts: AboveCounts, x: Sequence[Fraction]) -> tuple[World, Array]:
    """Share each mass evenly among its responses."""
    p: list[Fraction] = []
    q: list[Fraction] = []
    for c, (v, e) in enumerate(counts):
        V, E = int(world.n_valid[c]), int(world.n_errors[c])
        va, vb, ea, eb, pa, pb = x[len(FIELDS) * c : len(FIELDS) * (c + 1)]
        p += _share(pa, v) + _share(pb, V - v) + [Fraction(0)] * E
        q += _share(va, v) + _share(vb, V - v) + _share(ea, e) + _share(eb, E - e)
    extremal = World(p=p, valid=world.valid, n_responses=world.n_responses, mu=world.mu)
    return extremal, as_numbers("p_hat", q)


def _share(mass: Fraction, n: int) -> list[Fraction]:
    return [mass / max(n, 1)] * n
