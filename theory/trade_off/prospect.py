"""Linear programs over one above-threshold set: the machinery of the frontier (extension X5).

Once it is fixed which responses lie above the threshold, err, delta and all constraints are
linear in the model, so the best model for that set is a linear program.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.arrays import BoolArray, FloatArray, IntArray
from theory.reduction.split import common_threshold
from theory.reduction.world import World

LP_TOLERANCE = 1e-9
"""Feasibility tolerance of the linear programs."""


@dataclass(frozen=True, eq=False)
class Prospect:
    r"""What a model faces: a world, or an average over worlds it cannot tell apart (extension).

    The expected err and the expected gap q(A) - p(A) of a fixed model are linear in these
    averages, so a prospect is optimised over exactly like a known world.

    Attributes
    ----------
    mu : ndarray, shape (C,)
        Prompt distribution.
    n_responses : ndarray of int, shape (C,)
        Number of responses of each prompt.
    p : ndarray, shape (X,)
        Expected training distribution p(r|c).
    error : ndarray, shape (X,)
        Probability that the response is an error, in [0, 1]; 0 or 1 in a known world.
    iiv_error_weight : ndarray, shape (X,)
        Expected 2 D(c, r) / mu(c) on errors, E[1/|E_c|; (c, r) in E].
    threshold : float
        1/K.
    size_ratio : float
        k/K, the small term of Theorem 1.
    """

    mu: FloatArray
    n_responses: IntArray
    p: FloatArray
    error: FloatArray
    iiv_error_weight: FloatArray
    threshold: float
    size_ratio: float

    @property
    def starts(self) -> IntArray:
        """First row of each prompt, shape (C,)."""
        return np.concatenate([[0], np.cumsum(self.n_responses)[:-1]])

    @property
    def weight(self) -> FloatArray:
        """mu(c) for each response, shape (X,)."""
        return np.repeat(self.mu, self.n_responses)

    def err(self, p_hat: FloatArray) -> float:
        """Return the expected generative error of a model."""
        return float(np.sum(self.weight * self.error * p_hat))

    def signed_gap(self, p_hat: FloatArray) -> float:
        """Return the expected p_hat(A) - p(A) of a model; its size is delta."""
        return float(np.sum((self.weight * (p_hat - self.p))[p_hat > self.threshold]))

    def err_iiv(self, above: BoolArray) -> float:
        """Return the expected Is-It-Valid error of an above-threshold set."""
        loss = np.where(above, self.iiv_error_weight, self.p)
        return float(np.sum(self.weight * loss)) / 2


def known_world(world: World) -> Prospect:
    """Return a known world as a prospect, with the common threshold 1/K (extension X5)."""
    on_error = world.per_example(1.0 / world.n_errors) * world.errors
    return Prospect(
        mu=world.mu.astype(float),
        n_responses=world.n_responses,
        p=world.p.astype(float),
        error=(~world.valid).astype(float),
        iiv_error_weight=on_error,
        threshold=float(common_threshold(world)),
        size_ratio=world.max_valid / world.min_errors,
    )


def best_model_on_set(
    prospect: Prospect,
    above: BoolArray,
    *,
    max_delta: float = 1.0,
    delta_cost: float = 0.0,
    margin: float = 0.0,
) -> FloatArray | None:
    r"""Minimise err + delta_cost * delta over the models with a given above-threshold set.

    .. math:: \min_q\; q(E) + \lambda t \;\text{ s.t. }\;
              |q(A) - p(A)| \le t \le \delta_{\max},\; q \ge z + \epsilon \text{ on } A,\;
              q \le z \text{ on } B

    Parameters
    ----------
    prospect : Prospect
        World or average of worlds.
    above : ndarray of bool, shape (X,)
        A.
    max_delta : float
        Largest allowed delta.
    delta_cost : float
        lambda: 0 for the least err at a given delta, 1 for the least slack of Theorem 1.
    margin : float
        epsilon. "Above" is strict, an open condition: 0 optimises over its closure, whose value
        is the infimum. A small positive margin, kept on both sides of the threshold, gives a
        model whose above-threshold set is A in spite of rounding.

    Returns
    -------
    ndarray of shape (X,) or None
        The model; None if there is none.
    """
    from scipy.optimize import linprog  # half a second to import; the formulas do without

    n, z = len(above), prospect.threshold
    weight = prospect.weight
    q_above, p_above = weight * above, float(np.sum((weight * prospect.p)[above]))
    gap_rows = np.array([[*q_above, -1.0], [*-q_above, -1.0]])
    bounds = [(z + margin, 1.0) if a else (0.0, z - margin) for a in above]
    result = linprog(
        [*(weight * prospect.error), delta_cost],
        A_ub=gap_rows,
        b_ub=[p_above, -p_above],
        A_eq=np.hstack([prompt_rows(prospect), np.zeros((len(prospect.mu), 1))]),
        b_eq=np.ones(len(prospect.mu)),
        bounds=[*bounds, (0.0, max_delta)],
        method="highs",
        options={"primal_feasibility_tolerance": LP_TOLERANCE},
    )
    return None if result.x is None else _as_model(prospect, result.x[:n])


def prompt_rows(prospect: Prospect) -> FloatArray:
    """Return the matrix that sums a prospect's responses within each prompt, shape (C, X)."""
    return np.repeat(np.eye(len(prospect.mu)), prospect.n_responses, axis=1)


def _as_model(prospect: Prospect, q: FloatArray) -> FloatArray:
    # The solver's tolerance is far below any margin, so this moves nothing across the threshold.
    q = np.clip(q, 0.0, 1.0)
    model: FloatArray = q / np.repeat(np.add.reduceat(q, prospect.starts), prospect.n_responses)
    return model
