"""opt(G) of straight lines in the plane, by enumerating every order of the points (Sec. 3.3.2)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from theory.arrays import FloatArray
from theory.errors import InvalidInput
from theory.poor_models.error_curve import threshold_curve
from theory.poor_models.opt import ExactOpt
from theory.reduction.bounds import iiv_distribution
from theory.reduction.world import World


def opt_planar(world: World, points: npt.ArrayLike) -> ExactOpt:
    r"""opt(G) of [w . phi > t] for features in the plane, exactly (Sec. 3.3.2, Figure 1).

    A line's side depends on the order of the points along w only. The order changes where w is at
    a right angle to the line through two points, so one direction between any two neighbouring
    such angles meets every order that separates anything: n (n - 1) directions.

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

    Notes
    -----
    Directions are floats: points whose projections differ by less than 1e-12 cannot be parted, so
    on points of very different scales the value may exceed opt(G). There
    :func:`theory.poor_models.linear.opt_linear` is the one to use: it proves every separation in
    rationals.

    Examples
    --------
    >>> xor = World(p=[0.5, 0.5, 0, 0], valid=[True, True, False, False])
    >>> opt_planar(xor, [[0, 0], [1, 1], [0, 1], [1, 0]]).value
    0.25
    """
    phi = np.asarray(points, dtype=float)
    if phi.shape != (world.n_examples, 2) or not np.isfinite(phi).all():
        raise InvalidInput("points", f"finite, of shape ({world.n_examples}, 2)", phi.shape)
    D = iiv_distribution(world).astype(float)
    change = np.where(world.valid, D, -D)
    directions = _directions(phi)
    # Chunks of directions, so that memory stays at some ten megabytes.
    chunks = np.array_split(directions, 1 + len(directions) * len(phi) // 1_000_000)
    best = [_best_direction(phi, change, chunk) for chunk in chunks]
    w = min(best, key=lambda pair: pair[0])[1]
    scores = phi @ w
    exact_scores = np.array([*scores.tolist(), None], dtype=object)[:-1]
    ranked = exact_scores if world.exact else scores
    value, threshold = threshold_curve(world, ranked, scores.min() - 1).best
    return ExactOpt(value, w, threshold)


def _directions(phi: FloatArray) -> FloatArray:
    distinct = np.unique(phi, axis=0)
    i, j = np.triu_indices(len(distinct), k=1)
    across = distinct[i] - distinct[j]
    critical = np.sort(np.arctan2(across[:, 0], -across[:, 1]) % np.pi)
    # Both signs of each direction: + may lie on either side.
    critical = np.unique(np.concatenate([critical, critical + np.pi, [0.0, np.pi]]))
    angle = (critical + np.append(critical[1:], critical[0] + 2 * np.pi)) / 2
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
