"""Is-It-Valid error of one score at every threshold: what opt(G) minimises (Sec. 3.3.2, App. C)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from theory.arrays import Array, ArrayLike, Number, increasing, total
from theory.reduction.bounds import iiv_distribution
from theory.reduction.world import World


@dataclass(frozen=True, eq=False)
class ThresholdCurve:
    """Is-It-Valid error of one score at every threshold.

    Attributes
    ----------
    thresholds : ndarray, shape (T,)
        Increasing; between two of them nothing changes.
    errors : ndarray, shape (T,)
        err_iiv of [score > threshold], probabilities.
    """

    thresholds: Array
    errors: Array

    @property
    def best(self) -> tuple[Number, Number]:
        """The least error and the smallest threshold that attains it."""
        i = int(np.argmin(self.errors))
        return self.errors.item(i), self.thresholds.item(i)


def threshold_curve(world: World, scores: Array, lowest: Number) -> ThresholdCurve:
    r"""Is-It-Valid error of a score at every threshold from ``lowest`` on (Sec. 3.3.2, App. C).

    .. math:: \mathrm{err_{iiv}}(t) = D(E \cap \{s > t\}) + D(V \cap \{s \le t\})

    Parameters
    ----------
    world : World
        C prompts, X examples.
    scores : ndarray, shape (X,)
        Any scores, for instance probabilities p_hat.
    lowest : number
        Smallest threshold allowed: 0 for probabilities.

    Returns
    -------
    ThresholdCurve
        At ``lowest`` and at each distinct score above it.
    """
    D = iiv_distribution(world)
    order = increasing(scores)
    ranked = scores[order]
    # Lifting the threshold past an example turns it from + to -: an error is mended, a valid
    # example is lost.
    change = np.where(world.valid, D, -D)[order]
    is_last = np.append(ranked[1:] != ranked[:-1], True)
    lost = np.cumsum(change)[is_last]
    thresholds = ranked[is_last]
    n_below = int((thresholds <= lowest).sum())
    all_errors = total(D * world.errors)
    start = all_errors + (lost[n_below - 1] if n_below else 0)
    dtype = object if world.exact else float
    return ThresholdCurve(
        np.concatenate([np.array([lowest], dtype), thresholds[n_below:]]),
        np.concatenate([np.array([start], dtype), all_errors + lost[n_below:]]),
    )


def best_threshold(world: World, p_hat: ArrayLike) -> tuple[Number, Number]:
    """Return the least err_iiv over all thresholds t in [0, 1], and such a t (App. C).

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world.

    Examples
    --------
    >>> world = World(p=[1, 0, 0], valid=[True, False, False])
    >>> best_threshold(world, [0.5, 0.4, 0.1])
    (0.0, 0.4)
    """
    q = world.check_model(p_hat)
    return threshold_curve(world, q, Fraction(0) if world.exact else 0.0).best
