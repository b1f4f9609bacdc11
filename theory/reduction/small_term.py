r"""The reduction with the best possible small term (extension X8, the project's own).

Theorem 1 allows k/K for what fits below the threshold on valid responses. No prompt holds more
than all its mass, so min(1, |V_c|/K) will do, prompt by prompt. Nothing smaller will
(:mod:`theory.reduction.attained`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from theory.arrays import ArrayLike, Number, ratio, total
from theory.reduction.bounds import ReductionBound, bound_of_split, per_prompt_bound_of_split
from theory.reduction.split import Split, per_prompt_threshold, split_at
from theory.reduction.world import World


def best_size_ratio(world: World, *, per_prompt: bool = False) -> Number:
    r"""Smallest number that can replace k/K in Theorem 1 for these sizes (extension X8).

    .. math:: \sum_c \mu(c)\,\min(1, |V_c|/K) \;\le\; k/K

    Parameters
    ----------
    world : World
        C prompts, X examples.
    per_prompt : bool
        For the thresholds 1/|E_c| of X2: the average of min(1, |V_c|/|E_c|).

    Returns
    -------
    float or Fraction
        In (0, 1].

    Examples
    --------
    >>> best_size_ratio(World(p=[1, 0, 0, 0], valid=[True, True, True, False]))
    1.0
    """
    return _least_room(world, per_prompt)


def _least_room(cut: World | Split, per_prompt: bool) -> Number:
    sizes = cut.n_errors if per_prompt else np.full(len(cut.mu), cut.n_errors.min())
    fits = ratio(cut.n_valid, sizes, exact=cut.exact)
    return total(cut.mu * np.minimum(fits, 1 + 0 * cut.mu))


def best_bound(world: World, p_hat: ArrayLike, *, per_prompt: bool = False) -> ReductionBound:
    r"""Theorem 1 (or X2) with the best possible small term (extension X8).

    .. math:: \mathrm{err} \ge 2\,\mathrm{err_{iiv}} - \sum_c \mu(c)\min(1, |V_c|/K) - \delta

    Parameters
    ----------
    world : World
        C prompts, X examples.
    p_hat : array_like, shape (X,)
        Model probabilities.
    per_prompt : bool
        Thresholds 1/|E_c| instead of 1/K.

    Returns
    -------
    ReductionBound
        Never below Theorem 1's (X2's) bound; attained for every choice of sizes and mu. Its
        ``ragged`` term is 0: what differing |V_c| cost Theorem 1, this bound does not pay.

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world.

    Examples
    --------
    >>> world = World(p=[1, 0, 0, 0], valid=[True, True, True, False])
    >>> float(best_bound(world, [0, 0, 0, 1]).bound)
    0.0
    """
    threshold = per_prompt_threshold(world) if per_prompt else None
    return best_bound_of_split(split_at(world, p_hat, threshold), per_prompt=per_prompt)


def best_bound_of_split(split: Split, *, per_prompt: bool = False) -> ReductionBound:
    """Extension X8 for masses cut at 1/K, or at 1/|E_c| (see :func:`best_bound`)."""
    loose = per_prompt_bound_of_split(split) if per_prompt else bound_of_split(split)
    small = _least_room(split, per_prompt)
    terms = replace(
        loose.slack_terms, unused_room=small - split.mean(split.q_valid_below), ragged=0 * small
    )
    bound = 2 * loose.err_iiv - small - loose.delta
    return replace(loose, size_ratio=small, bound=bound, slack_terms=terms)
