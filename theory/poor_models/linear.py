r"""opt(G) of thresholded linear scores: exact by integer programming (Sec. 3.3.2).

.. math:: G = \{[w \cdot \phi(c, r) > t] : w \in \mathbb{R}^d,\; t \in \mathbb{R}\}

The best member misclassifies the cheapest set of examples whose removal leaves the rest linearly
separable. Every inseparable subset must lose a point (Gordan's theorem hands us such subsets), so
the search alternates between a set-cover program and a linear program that finds further
inseparable subsets. No large constant and no smallest margin has to be assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from theory.arrays import Array, BoolArray, FloatArray, IntArray, segment_sums, total
from theory.errors import InvalidInput, require_integer
from theory.poor_models.opt import ExactOpt
from theory.reduction.bounds import iiv_distribution
from theory.reduction.world import World

MARGIN = 1e-7
"""Separations narrower than this, in features scaled to [-1, 1], count as none (HiGHS's limit)."""


def opt_linear(
    world: World, features: npt.ArrayLike, *, falling: bool = False, max_rounds: int = 1000
) -> ExactOpt:
    """opt(G) of thresholded linear scores, exactly (Sec. 3.3.2).

    Parameters
    ----------
    world : World
        C prompts, X examples; some hundred distinct examples at most.
    features : array_like, shape (X, d)
        phi(c, r).
    falling : bool
        Whether only weights <= 0 are allowed (see :func:`theory.poor_models.ngram_opt.opt_ngrams`).
    max_rounds : int
        How many integer programs to solve before giving up.

    Returns
    -------
    ExactOpt
        ``member`` are the weights, shape (d,). The value is the exact sum of D over a set proved
        cheapest by HiGHS.

    Raises
    ------
    InvalidInput
        If the features have another shape, or ``max_rounds`` were not enough.

    Examples
    --------
    Exclusive or is not linear: a quarter of the examples must be lost.

    >>> xor = World(p=[0.5, 0.5, 0, 0], valid=[True, True, False, False])
    >>> opt_linear(xor, [[0, 0], [1, 1], [0, 1], [1, 0]]).value
    0.25
    """
    phi = _features(world, features)
    scale = np.maximum(np.abs(phi).max(axis=0), np.finfo(float).tiny)
    points = _merged(world, phi / scale)
    lost = _cheapest_removal(points, falling, require_integer("max_rounds", max_rounds, at_least=1))
    weights, threshold = _separator(points, ~lost, falling)
    return ExactOpt(total(points.weights * lost), weights / scale, threshold)


@dataclass(frozen=True, eq=False)
class _Points:
    """Distinct examples (features, label), with the D-mass that sits on each."""

    phi: FloatArray
    sign: FloatArray
    weights: Array


def _features(world: World, features: npt.ArrayLike) -> FloatArray:
    phi = np.asarray(features, dtype=float)
    if phi.ndim != 2 or len(phi) != world.n_examples or phi.shape[1] == 0:
        raise InvalidInput("features", f"of shape ({world.n_examples}, d), d >= 1", phi.shape)
    if not np.isfinite(phi).all():
        raise InvalidInput("features", "finite", "nan or infinity")
    return phi


def _merged(world: World, phi: FloatArray) -> _Points:
    sign = np.where(world.valid, 1.0, -1.0)
    D = iiv_distribution(world)
    shown = D > 0
    rows, group = np.unique(np.column_stack([phi, sign])[shown], axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    starts = np.searchsorted(group.ravel()[order], np.arange(len(rows)))
    return _Points(rows[:, :-1], rows[:, -1], segment_sums(D[shown][order], starts))


def _cheapest_removal(points: _Points, falling: bool, max_rounds: int) -> BoolArray:
    subsets: list[IntArray] = []
    lost = np.zeros(len(points.sign), dtype=bool)
    for _ in range(max_rounds):
        new = _inseparable_subsets(points, ~lost, falling)
        if not new:
            return lost
        subsets += new
        lost = _cheapest_cover(points, subsets)
    raise InvalidInput(
        "max_rounds",
        "large enough for the exact search",
        max_rounds,
        remedy="use fewer examples",
    )


def _inseparable_subsets(points: _Points, kept: BoolArray, falling: bool) -> list[IntArray]:
    """Disjoint inseparable subsets of the kept points, none if they are separable."""
    found: list[IntArray] = []
    rest = np.flatnonzero(kept)
    while len(subset := _inseparable(points, rest, falling)):
        found.append(subset)
        rest = np.setdiff1d(rest, subset)
    return found


def _inseparable(points: _Points, rest: IntArray, falling: bool) -> IntArray:
    """Gordan: a convex combination of the signed points that no admissible direction likes."""
    from scipy.optimize import linprog

    if len(rest) == 0:
        return rest
    signed = points.sign[rest] * np.column_stack([points.phi[rest], np.ones(len(rest))]).T
    offset = np.vstack([signed[-1], np.ones(len(rest))])
    balance: dict[str, Any] = {}
    if falling:
        balance = {"A_ub": -signed[:-1], "b_ub": np.zeros(len(signed) - 1)}
        equal, right = offset, np.array([0.0, 1.0])
    else:
        equal = np.vstack([signed, np.ones(len(rest))])
        right = np.append(np.zeros(len(signed)), 1.0)
    # Cheap points first: subsets of cheap points are the ones a cover can afford to cut.
    cost = points.weights[rest].astype(float)
    result: Any = linprog(cost, A_eq=equal, b_eq=right, method="highs-ds", **balance)
    return rest[result.x > MARGIN] if result.success else rest[:0]


def _cheapest_cover(points: _Points, subsets: list[IntArray]) -> BoolArray:
    """Least D-mass that takes a point from each subset."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    row = np.repeat(np.arange(len(subsets)), [len(s) for s in subsets])
    column = np.concatenate(subsets)
    shape = (len(subsets), len(points.sign))
    members = csr_array((np.ones(len(row)), (row, column)), shape=shape)
    result: Any = milp(
        points.weights.astype(float),
        constraints=LinearConstraint(members, lb=1),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(points.sign), dtype=int),
        options={"mip_rel_gap": 0},
    )
    return np.asarray(result.x > 0.5)


def _separator(points: _Points, kept: BoolArray, falling: bool) -> tuple[FloatArray, float]:
    """Weights and threshold with the widest margin on the kept points."""
    from scipy.optimize import linprog

    d = points.phi.shape[1]
    rows = np.column_stack([points.phi, -np.ones(len(kept))])[kept]
    above = np.column_stack([-points.sign[kept, None] * rows, np.ones(kept.sum())])
    bounds = [(-1, 0 if falling else 1)] * d + [(-d - 1, d + 1), (0, 1)]
    gain = np.zeros(d + 2)
    gain[-1] = -1
    result: Any = linprog(gain, A_ub=above, b_ub=np.zeros(len(above)), bounds=bounds)
    return result.x[:d], float(result.x[d])
