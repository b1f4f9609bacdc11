r"""opt(G) of thresholded linear scores: exact by integer programming (Sec. 3.3.2).

.. math:: G = \{[w \cdot \phi(c, r) > t] : w \in \mathbb{R}^d,\; t \in \mathbb{R}\}

The best member misclassifies the cheapest set of examples whose removal leaves the rest linearly
separable. Every inseparable subset must lose a point (Gordan's theorem hands us such subsets), so
the search alternates between a set-cover program and a linear program that finds further
inseparable subsets. HiGHS proposes both the subsets and the final separation; each is then proved
in rationals (:mod:`theory.reduction.exact_lp`), so that no margin is too narrow to be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from theory.arrays import Array, BoolArray, FloatArray, IntArray, as_array, segment_sums, total
from theory.errors import InvalidInput, require_integer
from theory.poor_models.opt import ExactOpt
from theory.reduction.bounds import iiv_distribution
from theory.reduction.exact_lp import Program, dot, in_fractions, solve_exactly
from theory.reduction.world import World

MARGIN = 1e-7
"""Multipliers below this are rounding of HiGHS's; what is left of them is proved anyway."""
COVER_GAP = 1e-6
"""How far HiGHS's proof of the cheapest cover may stay below it, in units of the least mass."""


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
        ``member`` are the weights, shape (d,). The value is the exact sum of D over a set whose
        removal leaves the rest separable; that no cheaper set does is proved by HiGHS's branch and
        bound, over subsets each proved inseparable in rationals.

    Raises
    ------
    InvalidInput
        If the features have another shape, or ``max_rounds`` were not enough.
    ArithmeticError
        If HiGHS does not prove its cheapest set.

    Examples
    --------
    Exclusive or is not linear: a quarter of the examples must be lost.

    >>> xor = World(p=[0.5, 0.5, 0, 0], valid=[True, True, False, False])
    >>> opt_linear(xor, [[0, 0], [1, 1], [0, 1], [1, 0]]).value
    0.25
    """
    points = _merged(world, _features(world, features), falling)
    lost = _cheapest_removal(points, require_integer("max_rounds", max_rounds, at_least=1))
    kept = np.flatnonzero(~lost)
    weights, threshold = _separator(points, kept) or _exact_separator(points, kept)
    return ExactOpt(total(points.weights * lost), weights, threshold)


@dataclass(frozen=True, eq=False)
class _Points:
    """Distinct examples (features, label), with the D-mass that sits on each."""

    phi: FloatArray
    sign: FloatArray
    weights: Array
    falling: bool

    @cached_property
    def scale(self) -> FloatArray:
        """Powers of two that bring each feature into [-1, 1], or almost, for HiGHS."""
        exponents = np.frexp(np.abs(self.phi).max(axis=0, initial=0.0))[1]
        powers: FloatArray = np.exp2(np.minimum(exponents, 1023))  # 2^1024 is no float
        return powers

    @cached_property
    def rows(self) -> list[list[Fraction]]:
        """sign * (features, 1) of each point, exactly."""
        return [
            [int(sign) * Fraction(v) for v in [*phi, 1.0]]
            for phi, sign in zip(self.phi.tolist(), self.sign.tolist(), strict=True)
        ]


def _features(world: World, features: npt.ArrayLike) -> FloatArray:
    phi = as_array("features", features).astype(float)
    if phi.ndim != 2 or len(phi) != world.n_examples or phi.shape[1] == 0:
        raise InvalidInput("features", f"of shape ({world.n_examples}, d), d >= 1", phi.shape)
    if not np.isfinite(phi).all():
        raise InvalidInput("features", "finite", "nan or infinity")
    return phi


def _merged(world: World, phi: FloatArray, falling: bool) -> _Points:
    sign = np.where(world.valid, 1.0, -1.0)
    D = iiv_distribution(world)
    shown = D > 0
    rows, group = np.unique(np.column_stack([phi, sign])[shown], axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    starts = np.searchsorted(group.ravel()[order], np.arange(len(rows)))
    weights = segment_sums(D[shown][order], starts)
    return _Points(rows[:, :-1], rows[:, -1], weights, falling)


def _cheapest_removal(points: _Points, max_rounds: int) -> BoolArray:
    subsets: list[IntArray] = []
    lost = np.zeros(len(points.sign), dtype=bool)
    for _ in range(max_rounds):
        new = _inseparable_subsets(points, ~lost)
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


def _inseparable_subsets(points: _Points, kept: BoolArray) -> list[IntArray]:
    """Disjoint inseparable subsets of the kept points, none if they are separable."""
    found: list[IntArray] = []
    rest = np.flatnonzero(kept)
    while len(subset := _inseparable(points, rest)):
        found.append(subset)
        rest = np.setdiff1d(rest, subset)
    return found


def _inseparable(points: _Points, rest: IntArray) -> IntArray:
    """An inseparable subset, proved in rationals; empty if ``rest`` is separable, proved too."""
    subset = _proved(points, _proposed(points, rest))
    if len(subset) or _separator(points, rest) is not None:
        return subset
    return _proved(points, rest)


def _proposed(points: _Points, rest: IntArray) -> IntArray:
    """Gordan, in floats: points of a convex combination that no admissible direction likes."""
    from scipy.optimize import linprog

    if len(rest) == 0:
        return rest
    phi = points.phi[rest] / points.scale
    signed = points.sign[rest] * np.column_stack([phi, np.ones(len(rest))]).T
    offset = np.vstack([signed[-1], np.ones(len(rest))])
    balance: dict[str, Any] = {}
    if points.falling:
        balance = {"A_ub": -signed[:-1], "b_ub": np.zeros(len(signed) - 1)}
        equal, right = offset, np.array([0.0, 1.0])
    else:
        equal = np.vstack([signed, np.ones(len(rest))])
        right = np.append(np.zeros(len(signed)), 1.0)
    # Cheap points first: subsets of cheap points are the ones a cover can afford to cut.
    cost = points.weights[rest].astype(float)
    result: Any = linprog(cost, A_eq=equal, b_eq=right, method="highs-ds", **balance)
    return rest[result.x > MARGIN] if result.success else rest[:0]


def _proved(points: _Points, subset: IntArray) -> IntArray:
    """Those of the points that an exact combination of Gordan's uses; empty if there is none."""
    if len(subset) == 0:
        return subset
    found = solve_exactly(_gordan(points, subset))
    return subset[:0] if found is None else subset[[v > 0 for v in found[1]]]


def _gordan(points: _Points, subset: IntArray) -> Program:
    rows = [points.rows[i] for i in subset]
    *features, offset = [list(column) for column in zip(*rows, strict=True)]
    features = [column for column in features if any(column)]
    nothing, one = [Fraction(0)] * len(features), [Fraction(1)] * len(rows)
    zero = [Fraction(0)] * len(rows)
    if points.falling:
        down = [[-v for v in column] for column in features]
        return Program(zero, down, nothing, [offset, one], [Fraction(0), Fraction(1)])
    return Program(zero, [], [], [*features, offset, one], [*nothing, Fraction(0), Fraction(1)])


def _cheapest_cover(points: _Points, subsets: list[IntArray]) -> BoolArray:
    """Least D-mass that takes a point from each subset."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    row = np.repeat(np.arange(len(subsets)), [len(s) for s in subsets])
    column = np.concatenate(subsets)
    shape = (len(subsets), len(points.sign))
    members = csr_array((np.ones(len(row)), (row, column)), shape=shape)
    # In units of the least mass, because HiGHS stops within an absolute gap.
    cost = (points.weights / points.weights.min()).astype(float)
    result: Any = milp(
        cost,
        constraints=LinearConstraint(members, lb=1),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(points.sign), dtype=int),
        options={"mip_rel_gap": 0},
    )
    lost: BoolArray = result.x.round().astype(bool)
    covered = all(lost[subset].any() for subset in subsets)
    if not covered or cost @ lost - result.mip_dual_bound > COVER_GAP * (1 + cost @ lost):
        raise ArithmeticError("HiGHS did not prove its set of lost examples to be cheapest")
    return lost


def _separator(points: _Points, kept: IntArray) -> tuple[FloatArray, float] | None:
    """Weights and threshold with the widest margin on the kept points, if they truly separate."""
    from scipy.optimize import linprog

    d = points.phi.shape[1]
    rows = np.column_stack([points.phi / points.scale, -np.ones(len(points.phi))])[kept]
    above = np.column_stack([-points.sign[kept, None] * rows, np.ones(len(kept))])
    bounds = [(-1, 0 if points.falling else 1)] * d + [(-d - 1, d + 1), (0, 1)]
    gain = np.zeros(d + 2)
    gain[-1] = -1
    result: Any = linprog(gain, A_ub=above, b_ub=np.zeros(len(above)), bounds=bounds)
    if result.x is None:
        return None
    weights, threshold = result.x[:d] / points.scale, float(result.x[d])
    direction = [*map(Fraction, weights.tolist()), -Fraction(threshold)]
    if points.falling:
        direction[:d] = [min(w, Fraction(0)) for w in direction[:d]]
    separates = all(dot(points.rows[i], direction) > 0 for i in kept)
    return (weights, threshold) if separates else None


def separator(phi: FloatArray, plus: BoolArray) -> tuple[FloatArray, float]:
    """Weights and threshold of a line that parts the points called + from the others, as floats."""
    sign = np.where(plus, 1.0, -1.0)
    points = _Points(phi, sign, np.ones(len(phi)), falling=False)
    everything = np.arange(len(phi))
    return _separator(points, everything) or _exact_separator(points, everything)


def _exact_separator(points: _Points, kept: IntArray) -> tuple[FloatArray, float]:
    """Weights and threshold from the proof that the kept points are separable, as floats.

    Where margins are this narrow the rounding to floats may lose them; the value of opt does not
    depend on it.
    """
    program = _gordan(points, kept)
    _, down, equal = in_fractions(program)
    *features, _ = [list(column) for column in zip(*[points.rows[i] for i in kept], strict=True)]
    found = iter(down if points.falling else [-y for y in equal[:-2]])
    weights = np.array([float(next(found)) if any(column) else 0.0 for column in features])
    return weights, float(equal[-2])
