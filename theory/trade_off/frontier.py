"""The trade-off frontier: the least err that any model reaches for a given delta (extension X5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from theory.arrays import ArrayLike, BoolArray, FloatArray, as_numbers
from theory.errors import InvalidInput, require_probability
from theory.trade_off.prospect import Prospect, best_model_on_set, prompt_rows

if TYPE_CHECKING:
    from scipy.optimize import LinearConstraint

MARGIN = 1e-8
"""How clear of the threshold a returned model stays, so that rounding cannot move a response."""


@dataclass(frozen=True, eq=False)
class Frontier:
    """Least err for each delta, with a model for each point.

    Attributes
    ----------
    delta : ndarray, shape (T,)
        The allowances asked for.
    err : ndarray, shape (T,)
        Least err: the infimum over all models with at most that delta (and at least the required
        err_iiv).
    bound : ndarray, shape (T,)
        Theorem 1's 2 err_iiv - k/K - delta for the least err_iiv allowed.
    p_hat : ndarray, shape (T, X)
        Models that attain the points up to rounding: "above the threshold" is a strict
        inequality, so an infimum may lie on the edge and these models stay 1e-8 clear of it.
    above : ndarray of bool, shape (T, X)
        Their above-threshold sets.
    """

    delta: FloatArray
    err: FloatArray
    bound: FloatArray
    p_hat: FloatArray
    above: BoolArray


def least_iiv_error(prospect: Prospect) -> float:
    r"""Least Is-It-Valid error that any above-threshold set reaches (extension X5).

    At each prompt take the responses with p(r|c) > E[1/|E_c|; (c, r) in E], the most useful first,
    at most as many as fit above 1/K.
    """
    gain = prospect.p - prospect.iiv_error_weight
    above = np.zeros(len(gain), dtype=bool)
    for start, n in zip(prospect.starts, prospect.n_responses, strict=True):
        best = start + np.argsort(-gain[start : start + n], kind="stable")[: _most_above(prospect)]
        above[best] = gain[best] > 0
    return prospect.err_iiv(above)


def trade_off_frontier(
    prospect: Prospect, delta: ArrayLike, *, min_err_iiv: float = 0.0
) -> Frontier:
    r"""Least generative error of any model with at most a given delta (extension X5).

    .. math:: \min_{\hat p}\; \mathrm{err}(\hat p) \;\text{ s.t. }\;
              |\hat p(A) - p(A)| \le \delta,\; \mathrm{err_{iiv}}(A) \ge e

    A mixed-integer program chooses A (scipy's HiGHS), a linear program on A finds the model.

    Parameters
    ----------
    prospect : Prospect
        :func:`theory.trade_off.prospect.known_world`, or an average over worlds such as
        :func:`theory.trade_off.facts_prospect`. Small: a binary variable for each response.
    delta : array_like, shape (T,)
        Allowances in [0, 1].
    min_err_iiv : float
        e: the models must not be better classifiers than this, in [0, 1]. In a known world the
        truth itself has err = delta = 0, so e = 0 is of interest only under uncertainty.

    Returns
    -------
    Frontier
        Exact up to the solver's tolerance (1e-6).

    Raises
    ------
    InvalidInput
        If an allowance or ``min_err_iiv`` is out of range, or no model satisfies both.
    """
    allowed = as_numbers("delta", delta).astype(float)
    for value in allowed.tolist():
        require_probability("delta", value)
    require_probability("min_err_iiv", min_err_iiv)
    above = np.array([_best_set(prospect, d, min_err_iiv) for d in allowed])
    infima = [
        _solved(prospect, a, d, margin=0.0) for a, d in zip(above, allowed.tolist(), strict=True)
    ]
    # The margin moves every response by at most 1e-8, hence the gap by at most that times X.
    room = 2 * MARGIN * len(prospect.p)
    models = [
        _solved(prospect, a, d + room, margin=MARGIN)
        for a, d in zip(above, allowed.tolist(), strict=True)
    ]
    e = max(min_err_iiv, least_iiv_error(prospect))
    return Frontier(
        delta=allowed,
        err=np.array([prospect.err(q) for q in infima]),
        bound=2 * e - prospect.size_ratio - allowed,
        p_hat=np.array(models),
        above=above,
    )


def _most_above(prospect: Prospect) -> int:
    return int(np.ceil(1 / prospect.threshold - 1e-9)) - 1


def _solved(prospect: Prospect, above: BoolArray, delta: float, *, margin: float) -> FloatArray:
    # The integer program has already found a model for this set.
    for room in (0.0, 1e-7, 1e-6):
        model = best_model_on_set(prospect, above, max_delta=delta + room, margin=margin)
        if model is not None:
            return model
    raise RuntimeError("HiGHS disagrees with itself about a feasible set")


def _best_set(prospect: Prospect, delta: float, min_err_iiv: float) -> BoolArray:
    from scipy.optimize import Bounds, milp

    n = len(prospect.p)
    nothing = np.zeros(n)
    result = milp(
        np.concatenate([prospect.weight * prospect.error, nothing, nothing]),
        integrality=np.repeat([0, 0, 1], n),
        bounds=Bounds(0, 1),
        constraints=[
            *_meaning_of_above(prospect.threshold, n),
            *_limits(prospect, delta, min_err_iiv),
            *_twins_in_order(prospect),
        ],
        options={"mip_rel_gap": 0.0},
    )
    if result.x is None:
        raise InvalidInput(
            "min_err_iiv",
            f"reachable by a model with delta <= {delta:g}",
            min_err_iiv,
            remedy="allow more delta or ask for less err_iiv",
        )
    above: BoolArray = result.x[2 * n :].round().astype(bool)
    return above


def _meaning_of_above(z: float, n: int) -> list[LinearConstraint]:
    """Constraints on (q, w, a): a marks q above z, and w = q a is the mass above."""
    from scipy.optimize import LinearConstraint

    one, none = np.eye(n), np.zeros((n, n))
    return [
        LinearConstraint(np.hstack([one, none, -z * one]), 0, np.inf),
        LinearConstraint(np.hstack([one, none, -(1 - z) * one]), -np.inf, z),
        LinearConstraint(np.hstack([none, one, -one]), -np.inf, 0),
        LinearConstraint(np.hstack([one, -one, none]), 0, np.inf),
        LinearConstraint(np.hstack([one, -one, one]), -np.inf, 1),
    ]


def _twins_in_order(prospect: Prospect) -> list[LinearConstraint]:
    """Order neighbouring responses that look alike, which spares the search a symmetry."""
    from scipy.optimize import LinearConstraint

    n = len(prospect.p)
    looks = np.array([prospect.p, prospect.error, prospect.iiv_error_weight])
    alike = (looks[:, 1:] == looks[:, :-1]).all(axis=0)
    alike[prospect.starts[1:] - 1] = False
    step = (np.eye(n)[:-1] - np.eye(n)[1:])[alike]
    nothing = np.zeros((len(step), n))
    return [LinearConstraint(np.hstack([nothing, nothing, step]), 0, np.inf)] if len(step) else []


def _limits(prospect: Prospect, delta: float, min_err_iiv: float) -> list[LinearConstraint]:
    """Constraints on (q, w, a): distributions, the gap, and the classifier's error."""
    from scipy.optimize import LinearConstraint

    weight, nothing = prospect.weight, np.zeros(len(prospect.p))
    rows = prompt_rows(prospect)
    gap = np.concatenate([nothing, weight, -weight * prospect.p])
    iiv = np.concatenate([nothing, nothing, weight * (prospect.iiv_error_weight - prospect.p)])
    below_everything = float(np.sum(weight * prospect.p))
    return [
        LinearConstraint(np.hstack([rows, 0 * rows, 0 * rows]), 1, 1),
        LinearConstraint(gap[None], -delta, delta),
        LinearConstraint(iiv[None], 2 * min_err_iiv - below_everything, np.inf),
    ]
