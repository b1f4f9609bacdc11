"""Facts with several right answers: a calibrated learner between the bounds (extension X14)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulations.trials import Columns, spawned, stack
from theory.arrays import IntArray
from theory.facts import CountsOfCounts, best_lower

SHARES = (0.5, 0.3, 0.2)
"""pi_i: how often training gives each of the right answers of a prompt."""


def several_right_answers(
    sizes: Sequence[int],
    *,
    n_responses: int = 365,
    gamma: float = 0.01,
    rng: np.random.Generator | int,
) -> Columns:
    """Train a calibrated memoriser of N/4 equally likely prompts with three right answers each.

    It gives each answer that it saw its training probability and spreads the rest over the
    responses that it did not see: delta = 0, and err = sum of mu_c u_c (R - k)/(R - seen_c) with
    u_c the share of unseen answers.

    Returns
    -------
    dict of str to ndarray, shape (sizes,)
        n_samples, err (exact), rate_prompt and rate_pair (singleton rates), lower_prompt and
        lower_pair (X14).

    Raises
    ------
    InvalidInput
        If a value is out of range.
    """
    trial = [_trial(N, n_responses, gamma, rng=child) for N, child in spawned(sizes, rng=rng)]
    return stack(trial)


def _trial(N: int, R: int, gamma: float, *, rng: np.random.Generator) -> dict[str, float]:
    k, n_prompts = len(SHARES), max(1, N // 4)
    pairs: IntArray = rng.integers(n_prompts, size=N) * k + rng.choice(k, p=SHARES, size=N)
    counts = np.bincount(pairs, minlength=n_prompts * k).reshape(n_prompts, k)
    unseen = (counts == 0) @ np.array(SHARES)
    err = float(np.mean(unseen * (R - k) / (R - (counts > 0).sum(axis=1))))
    found = {"n_samples": N, "err": err}
    for name, cells in (("prompt", counts.sum(axis=1)), ("pair", counts.ravel())):
        table = CountsOfCounts.of_prompts(cells)
        floor = best_lower(
            table, min_errors=R - k, n_answers=k, by_pair=name == "pair", gamma=gamma
        )
        found |= {f"rate_{name}": table.singleton_rate, f"lower_{name}": floor.bound}
    return found
