"""opt(G) of straight lines in the plane, by enumerating every order of the points (Sec. 3.3.2)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from theory.arrays import Array, BoolArray, FloatArray, IntArray, as_array, size, total
from theory.errors import InvalidInput
from theory.poor_models.error_curve import threshold_curve
from theory.poor_models.linear import separator
from theory.poor_models.opt import ExactOpt
from theory.reduction.bounds import iiv_distribution
from theory.reduction.world import World

MISSED = 1e-12
"""Masses that differ by less are one mass, added up in another order."""
CHUNK = 1_000_000
"""Numbers in one temporary array, so that memory stays at some ten megabytes."""
NOTHING_SURE = np.errstate(over="ignore", invalid="ignore")
"""Floats that overflow tell no side, and rationals do."""


@NOTHING_SURE
def opt_planar(world: World, points: npt.ArrayLike) -> ExactOpt:
    r"""opt(G) of [w . phi > t] for features in the plane, exactly (Sec. 3.3.2, Figure 1).

    A line's side depends on the order of the points along w only. The order changes where w is at
    a right angle to the line through two points, so one direction between any two neighbouring
    such angles meets every order that separates anything: n (n - 1) directions. Floats can miss an
    order; so every line through two points is looked at too, with exact signs: turned a little, it
    parts the points to its sides and the two ends of those on it, and nothing else is separable.

    Parameters
    ----------
    world : World
        C prompts, X examples; some hundred examples take a second.
    points : array_like, shape (X, 2)
        phi(c, r).

    Returns
    -------
    ExactOpt
        ``member`` is w, shape (2,).

    Raises
    ------
    InvalidInput
        If the points have another shape or are not finite.

    Examples
    --------
    >>> xor = World(p=[0.5, 0.5, 0, 0], valid=[True, True, False, False])
    >>> opt_planar(xor, [[0, 0], [1, 1], [0, 1], [1, 0]]).value
    0.25
    """
    phi = as_array("points", points).astype(float)
    if phi.shape != (world.n_examples, 2) or not np.isfinite(phi).all():
        raise InvalidInput("points", f"finite, of shape ({world.n_examples}, 2)", phi.shape)
    D = iiv_distribution(world).astype(float)
    change = np.where(world.valid, D, -D)
    best = [_best_direction(phi, change, some) for some in _chunks(_directions(phi), len(phi))]
    w = min(best, key=lambda pair: pair[0])[1]
    scores = phi @ w
    ranked = scores.astype(object) if world.exact else scores
    value, threshold = threshold_curve(world, ranked, scores.min() - 1).best
    plus = _best_part(phi, change)
    proved = total(iiv_distribution(world) * (plus != world.valid))
    # The direction found above is kept unless floats missed or made up an order: its line is wider.
    if size(proved - value) > MISSED:
        return ExactOpt(proved, *separator(phi, plus))
    return ExactOpt(value, w, threshold)


def _chunks(rows: Array, width: int) -> list[Array]:
    """Cut rows into parts such that part x ``width`` numbers fit in memory."""
    return np.array_split(rows, 1 + len(rows) * width // CHUNK)


def _best_part(phi: FloatArray, change: FloatArray) -> BoolArray:
    """Which points to call + so that ``change`` adds up to most, of all parts that a line cuts off.

    Parameters
    ----------
    phi : ndarray, shape (X, 2)
        Points in the plane.
    change : ndarray, shape (X,)
        What calling a point + gains.
    """
    # Sorted, hence in order along any line.
    points, of_point = np.unique(phi, axis=0, return_inverse=True)
    of_point = of_point.ravel()
    gain: FloatArray = np.bincount(of_point, change).astype(float)
    best, part = max((0.0, False), (float(gain.sum()), True))
    plus = np.full(len(points), part)
    i, j = np.triu_indices(len(points), k=1)
    for pairs in _chunks(np.column_stack([i, j]), len(points)):
        sides = _sides(points, *pairs.T)
        for side in (1, -1):
            # At most all gains on the line come on top; which do is looked at where it may matter.
            at_most = (sides == side) @ gain + (sides == 0) @ np.maximum(gain, 0)
            for k in np.argsort(-at_most):
                if at_most[k] <= best:
                    break
                found, candidate = _cut(gain, sides[k], side)
                if found > best:
                    best, plus = found, candidate
    return plus[of_point]


@NOTHING_SURE
def _sides(points: FloatArray, i: IntArray, j: IntArray) -> IntArray:
    """On which side of the line from i to j each point lies, exactly, shape (pairs, points)."""
    d = points[j] - points[i]
    x, y = (points[None, :, axis] - points[i, None, axis] for axis in (0, 1))
    one, other = d[:, :1] * y, d[:, 1:] * x
    # Differences and products are rounded once each: beyond this the sign is right.
    sure = np.abs(one - other) > 1e-15 * np.abs(one) + 1e-300
    sides: IntArray = np.where(sure, np.sign(one - other), 0).astype(np.int64)
    every = np.arange(len(i))
    sure[every, i] = sure[every, j] = True  # on the line by definition
    exact = [[Fraction(v) for v in point] for point in points.tolist()]
    for row, k in zip(*np.nonzero(~sure), strict=True):
        (ax, ay), (bx, by), (cx, cy) = exact[i[row]], exact[j[row]], exact[k]
        cross = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        sides[row, k] = (cross > 0) - (cross < 0)
    return sides


def _cut(gain: FloatArray, sides: IntArray, side: int) -> tuple[float, BoolArray]:
    """Best part made of one side of a line and one end of the points on it, in order along it."""
    plus = sides == side
    along = np.flatnonzero(sides == 0)
    ends = [along[:k] for k in range(len(along))] + [along[k:] for k in range(len(along))]
    end = max(ends, key=lambda rows: float(gain[rows].sum()))
    plus[end] = True
    return float(gain[plus].sum()), plus


def _directions(phi: FloatArray) -> FloatArray:
    distinct = np.unique(phi, axis=0)
    i, j = np.triu_indices(len(distinct), k=1)
    across = distinct[i] - distinct[j]
    critical = np.sort(np.arctan2(across[:, 0], -across[:, 1]) % np.pi)
    # Both signs of each direction: + may lie on either side.
    critical = np.unique(np.concatenate([critical, critical + np.pi, [0.0, np.pi]]))
    angle = (critical + np.append(critical[1:], 2 * np.pi)) / 2
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _best_direction(
    phi: FloatArray, change: FloatArray, directions: FloatArray
) -> tuple[float, FloatArray]:
    """Least error (up to a constant) over the thresholds of each direction, and where it is."""
    scores = phi @ directions.T
    order = np.argsort(scores, axis=0)
    ranked = np.take_along_axis(scores, order, axis=0)
    lost = np.cumsum(change[order], axis=0)
    # Equal points cannot be parted; everything + (nothing lost) is always possible.
    lost[:-1][np.isclose(ranked[1:], ranked[:-1], rtol=0, atol=1e-12)] = np.inf
    least = np.minimum(lost.min(axis=0), 0)
    k = int(np.argmin(least))
    return float(least[k]), directions[k]
