"""Miscalibration at every threshold: the curve z -> delta_z (Sec. 3.1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.arrays import Array, ArrayLike, Number, is_exact
from theory.errors import require_probability
from theory.reduction.world import World


@dataclass(frozen=True, eq=False)
class DeltaCurve:
    r"""delta_z for every threshold z in [0, 1], a step function (Sec. 3.1).

    Attributes
    ----------
    threshold : ndarray, shape (T,)
        Where the curve jumps: 0 and the distinct model probabilities, increasing. The values
        belonging to ``threshold[i]`` hold on [threshold[i], threshold[i + 1]).
    q_above, p_above : ndarray, shape (T,)
        Model and training mass above the threshold.
    """

    threshold: Array
    q_above: Array
    p_above: Array

    @property
    def signed_gap(self) -> Array:
        """Model mass minus training mass above each threshold, shape (T,)."""
        return self.q_above - self.p_above

    @property
    def delta(self) -> Array:
        """delta_z = abs(p_hat(A) - p(A)), shape (T,)."""
        return abs(self.signed_gap)

    def at(self, z: Number) -> Number:
        """Return delta_z at one threshold.

        Raises
        ------
        InvalidInput
            If ``z`` is outside [0, 1].
        """
        require_probability("threshold", z)
        value = self.delta[int(np.searchsorted(self.threshold, np.asarray(z), side="right")) - 1]
        return value if is_exact(self.threshold) else float(value)


def delta_curve(world: World, p_hat: ArrayLike) -> DeltaCurve:
    r"""Miscalibration at every threshold, by one sort (Sec. 3.1).

    .. math:: \delta_z = |\hat p(A_z) - p(A_z)|,\quad A_z = \{(c, r): \hat p(r|c) > z\}

    Returns
    -------
    DeltaCurve
        Exact if the world is; O(X log X).

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world.

    Examples
    --------
    >>> world = World(p=[1, 0, 0], valid=[True, False, False])
    >>> curve = delta_curve(world, [0.5, 0.25, 0.25])
    >>> curve.threshold.tolist(), curve.delta.tolist(), curve.at(0.3)
    ([0.0, 0.25, 0.5], [0.0, 0.5, 0.0], 0.5)
    """
    q = world.check_model(p_hat)
    mu = world.per_example(world.mu)
    zero = np.zeros(1, dtype=q.dtype) + (q[0] - q[0])
    threshold, level = np.unique(np.concatenate([q, zero]), return_inverse=True)

    def mass_above(mass: Array) -> Array:
        at_level = np.zeros(len(threshold), dtype=q.dtype) + (q[0] - q[0])
        np.add.at(at_level, level[:-1], mass)
        # From the top, so that the last value is a true zero and not a rounding remainder.
        from_top = np.cumsum(at_level[::-1])[::-1]
        above: Array = np.append(from_top[1:], zero)
        return above

    return DeltaCurve(threshold, mass_above(mu * q), mass_above(mu * world.p))
