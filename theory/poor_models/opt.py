r"""opt(G): the best Is-It-Valid classifier that a family of models contains (Sec. 3.3.2).

.. math:: G = \{[\hat p_\theta(r|c) > t]\},\quad \mathrm{opt}(G) = \min_{g \in G} \Pr_D[g \ne f]

A lower bound on err needs opt(G) itself or something below it. A fitted classifier gives only
something above it, from which nothing follows: the bounds take an :class:`ExactOpt` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.arrays import ArrayLike, Number, segment_sums, total
from theory.errors import InvalidInput
from theory.poor_models.error_curve import best_threshold
from theory.reduction.bounds import bound_of_split, iiv_distribution
from theory.reduction.split import split_at
from theory.reduction.world import World
from theory.results import Bound


@dataclass(frozen=True, eq=False)
class ExactOpt:
    """opt(G) exactly, with a member that attains it.

    Attributes
    ----------
    value : float or Fraction
        opt(G), a probability in [0, 1/2] for families that contain "everything is an error".
    member : object
        The best model of the family: its position, its weights or its set of cells.
    threshold : number
        The best member says + above it.
    """

    value: Number
    member: Any
    threshold: Number


def opt_of_family(world: World, models: Iterable[ArrayLike]) -> ExactOpt:
    r"""opt(G) of finitely many models at all thresholds, by enumeration (Sec. 3.3.2).

    .. math:: G = \{[\hat p_i > t] : i = 1 \dots m,\; t \in [0, 1]\}

    Parameters
    ----------
    world : World
        C prompts, X examples.
    models : iterable of array_like, shape (X,)
        At least one model of this world.

    Returns
    -------
    ExactOpt
        ``member`` is the position of the best model; a Fraction if the world is exact.

    Raises
    ------
    InvalidInput
        If there is no model, or one is not a model of this world.

    Examples
    --------
    >>> world = World(p=[1, 0, 0], valid=[True, False, False])
    >>> opt_of_family(world, [[0.4, 0.5, 0.1], [0.5, 0.4, 0.1]])
    ExactOpt(value=0.0, member=1, threshold=0.4)
    """
    found = [
        ExactOpt(value, i, threshold)
        for i, (value, threshold) in enumerate(best_threshold(world, q) for q in models)
    ]
    if not found:
        raise InvalidInput("the family", "of at least one model", "no member")
    return min(found, key=lambda opt: opt.value)


def opt_of_view(world: World, view: Sequence[Any]) -> ExactOpt:
    r"""opt of all classifiers that see an example only through a view of it (Sec. 3.3.2).

    .. math:: \mathrm{opt} = \sum_{v} \min\big(D(V, v), D(E, v)\big)

    Any family whose members treat examples of equal view alike has at least this opt(G).

    Parameters
    ----------
    world : World
        C prompts, X examples.
    view : sequence of hashable, length X
        What the model sees of each example (r, c); equal values cannot be told apart.

    Returns
    -------
    ExactOpt
        ``member`` is the set of views called +.

    Raises
    ------
    InvalidInput
        If the number of views is not X.

    Examples
    --------
    >>> world = World(p=[1, 0, 1, 0], valid=[1, 0, 0, 1][:2] * 2, n_responses=[2, 2])
    >>> opt_of_view(world, ["a", "b", "b", "a"]).value
    0.5
    """
    if len(view) != world.n_examples:
        raise InvalidInput("view", f"of length {world.n_examples}, one per example", len(view))
    cells = list(dict.fromkeys(view))
    number = {cell: i for i, cell in enumerate(cells)}
    of_example = np.array([number[v] for v in view])
    order = np.argsort(of_example, kind="stable")
    starts = np.searchsorted(of_example[order], np.arange(len(cells)))
    D = iiv_distribution(world)
    of_valid = segment_sums((D * world.valid)[order], starts)
    of_errors = segment_sums((D * world.errors)[order], starts)
    plus = frozenset(cells[i] for i in np.flatnonzero(of_valid > of_errors))
    return ExactOpt(total(np.minimum(of_valid, of_errors)), plus, 0)


@dataclass(frozen=True, kw_only=True)
class OptBound(Bound):
    """A lower bound on err from opt(G), with its terms.

    Attributes
    ----------
    err, bound, tolerance
        As in :class:`theory.results.Bound`.
    opt : float or Fraction
        opt(G) of a family that contains the model.
    size_ratio, delta : float or Fraction
        k/K and the miscalibration at 1/K (both 0 in Theorem 3, which has no such terms).
    """

    opt: Number
    size_ratio: Number = 0
    delta: Number = 0
    _terms = ("err", "opt", "size_ratio", "delta", "bound", "slack")


def opt_bound(world: World, p_hat: ArrayLike, opt: ExactOpt) -> OptBound:
    r"""Lower bound on the error of any model of a family (Sec. 3.3.2).

    .. math:: \mathrm{err} \ge 2\,\mathrm{opt}(G) - \frac{\max_c |V_c|}{\min_c |E_c|} - \delta

    Parameters
    ----------
    world : World
        C prompts, X examples.
    p_hat : array_like, shape (X,)
        A member of the family.
    opt : ExactOpt
        opt(G) of the family.

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world.
    TypeError
        If ``opt`` is a bare number, which may be the error of a fitted model.
    """
    require_exact_opt(opt)
    result = bound_of_split(split_at(world, p_hat))
    return OptBound(
        err=result.err,
        opt=opt.value,
        size_ratio=result.size_ratio,
        delta=result.delta,
        bound=2 * opt.value - result.size_ratio - result.delta,
        tolerance=result.tolerance,
    )


def require_exact_opt(opt: ExactOpt) -> None:
    """Refuse what is not opt(G) itself.

    Raises
    ------
    TypeError
        If it is something else, such as a bare number.
    """
    if not isinstance(opt, ExactOpt):
        raise TypeError(
            f"opt must be an ExactOpt, got {type(opt).__name__}; "
            "the error of a fitted model is above opt(G) and gives no lower bound on err."
        )
