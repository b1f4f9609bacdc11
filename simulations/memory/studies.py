"""The computations behind notebook 11, as columns (X11, X12)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from simulations.trials import Columns, stack
from theory.arrays import FloatArray
from theory.errors import require_integer
from theory.memory import (
    best_small_code,
    best_system,
    honest_system,
    judge_floor,
    known_share_error,
    least_calibrated_error,
    least_error_calibrated_everywhere,
    share_memory,
    tilt_of_rate,
)
from theory.memory.rate import accuracy_of_tilt, error_of_tilt


def exam_curve(targets: Sequence[float], *, n_answers: int = 365, share: float = 0.5) -> Columns:
    """Study of what the best system with bounded memory does at each target.

    Returns
    -------
    dict of str to ndarray, shape (targets,)
        t, the terms of the best system, its score, and honest_score, which the system that never
        guesses has.

    Raises
    ------
    InvalidInput
        If a value is out of range.
    """
    memory = share * math.log(require_integer("n_answers", n_answers, at_least=2))
    rows = []
    for t in targets:
        best, honest = best_system(t, n_answers, memory), honest_system(n_answers, memory)
        rows.append(
            {
                "t": float(t),
                **best.terms(),
                "score": best.score(t),
                "honest_score": honest.score(t),
            }
        )
    return stack(rows)


def memory_frontier(
    shares: Sequence[float], *, n_answers: int = 365, n_points: int = 200
) -> Columns:
    """Study of the most right answers for each share of wrong ones, for several memories.

    Returns
    -------
    dict of str to ndarray, shape (shares x n_points,)
        share (of the memory that all facts need), wrong, right.

    Raises
    ------
    InvalidInput
        If a value is out of range.
    """
    whole = math.log(require_integer("n_answers", n_answers, at_least=2))
    parts = []
    for share in shares:
        # From the honest system, which answers a share b/ln R, to answering everything.
        answered = 1 - (1 - share) * np.linspace(1, 0, n_points) ** 2
        tilts = [tilt_of_rate(share * whole / s, n_answers) for s in answered]
        parts.append(
            {
                "share": np.full(n_points, share),
                "wrong": answered * error_of_tilt(np.array(tilts), n_answers),
                "right": answered * accuracy_of_tilt(np.array(tilts), n_answers),
            }
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _zipf_importance(n_facts: int) -> FloatArray:
    """How often each fact is asked for: 1/rank, normalised."""
    weights = 1 / np.arange(1, require_integer("n_facts", n_facts, at_least=1) + 1)
    return np.asarray(weights / weights.sum())


def answers_by_fame(
    targets: Sequence[float],
    *,
    n_facts: int = 1000,
    n_answers: int = 365,
    share: float = 0.5,
) -> Columns:
    """Study of error and abstention of the best memory, fact by fact, asked for by Zipf's law.

    Returns
    -------
    dict of str to ndarray, shape (targets x n_facts,)
        t, rank (1 is the most famous), importance, right, wrong, abstained.

    Raises
    ------
    InvalidInput
        If a value is out of range.
    """
    mu = _zipf_importance(n_facts)
    parts = []
    for t in targets:
        best = share_memory(mu, t, n_answers, share * n_facts * math.log(n_answers))
        parts.append(
            {
                "t": np.full(n_facts, float(t)),
                "rank": np.arange(1, n_facts + 1),
                "importance": mu,
                "right": best.right,
                "wrong": best.wrong,
                "abstained": 1 - best.answered,
            }
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def gap_to_the_bound(sizes: Sequence[tuple[int, int, int]], targets: Sequence[Fraction]) -> Columns:
    """Study of the best memory code of every small size beside the bound for any size.

    Parameters
    ----------
    sizes : sequence of (n_facts, n_answers, n_states)
        Small.
    targets : sequence of Fraction
        Confidence targets.

    Returns
    -------
    dict of str to ndarray, shape (sizes x targets,)
        n_facts, n_answers, n_states, share, t, score, bound, right, wrong.

    Raises
    ------
    InvalidInput
        If a size is too large to search.
    """
    rows = []
    for n, R, M in sizes:
        for t in targets:
            code = best_small_code(n, R, M, t)
            rows.append(
                {
                    "n_facts": n,
                    "n_answers": R,
                    "n_states": M,
                    "share": math.log(M) / (n * math.log(R)),
                    "t": float(t),
                    "score": float(code.score),
                    "bound": code.bound,
                    "right": float(code.right),
                    "wrong": float(code.wrong),
                }
            )
    return stack(rows)


def floor_curve(shares: Sequence[float], *, n_answers: int = 365) -> Columns:
    """Study of the errors that a calibrated system cannot avoid, over its memory (X12).

    Returns
    -------
    dict of str to ndarray, shape (shares,)
        share; judge_floor by Theorem 1; least, calibrated at the paper's threshold;
        least_everywhere, calibrated at every level; known_share, for the system that knows a share
        and guesses the rest.

    Raises
    ------
    InvalidInput
        If a value is out of range.
    """
    rows = []
    for share in shares:
        memory = share * math.log(n_answers)
        rows.append(
            {
                "share": float(share),
                "judge_floor": judge_floor(n_answers, memory).error_floor(),
                "least": least_calibrated_error(n_answers, memory).lower,
                "least_everywhere": least_error_calibrated_everywhere(n_answers, memory),
                "known_share": known_share_error(n_answers, memory),
            }
        )
    return stack(rows)
