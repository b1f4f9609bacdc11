"""Every prompt cut in four: valid or not, above or below the threshold (Sec. 3.1, App. A).

The proof of Theorem 1 never looks at single responses, only at the mass that each part of a
prompt carries. A :class:`Split` holds these masses; all quantities of the reduction are short
formulas in them. Whoever knows the masses in closed form (the arbitrary-facts model, say) builds
a Split directly and never needs a prompts x responses array.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from theory.arrays import (
    TOLERANCE,
    Array,
    ArrayLike,
    BoolArray,
    IntArray,
    Number,
    ReadOnly,
    as_array,
    as_numbers,
    blocks,
    is_exact,
    ratio,
    segment_sums,
    total,
)
from theory.errors import InvalidInput
from theory.reduction.world import World


@dataclass(frozen=True, eq=False)
class Split(ReadOnly):
    r"""Masses of the parts of each prompt, cut at a threshold z_c (Sec. 3.1).

    .. math:: A = \{(c, r): \hat p(r|c) > z_c\},\quad B = X \setminus A

    All arrays have shape (C,), one entry per prompt (or per class of prompts that look alike:
    then ``mu`` is the mass of the class). "Rest" means not valid: errors and nonsense.

    Parameters
    ----------
    mu : ndarray
        Probability of each prompt.
    threshold : ndarray
        z_c; the same number everywhere for Theorem 1.
    n_valid, n_errors : ndarray of int
        |V_c| and |E_c|.
    p_above, p_below : ndarray
        Training mass p(A|c), p(B|c); all of it on valid responses.
    q_valid_above, q_valid_below, q_rest_above, q_rest_below : ndarray
        Model mass on each part; the four sum to 1.
    n_errors_above : ndarray of int
        Number of plausible errors above the threshold, |A and E_c|.
    tolerance : float
        How far each float distribution may sum from 1; 0 for exact masses.
    """

    mu: Array
    threshold: Array
    n_valid: IntArray
    n_errors: IntArray
    p_above: Array
    p_below: Array
    q_valid_above: Array
    q_valid_below: Array
    q_rest_above: Array
    q_rest_below: Array
    n_errors_above: Array
    tolerance: float = TOLERANCE

    def __post_init__(self) -> None:
        self._store(**vars(self))

    @property
    def exact(self) -> bool:
        """Whether the masses are Fractions."""
        return is_exact(self.mu)

    @property
    def q_above(self) -> Array:
        """Model mass above the threshold, p_hat(A|c), shape (C,)."""
        return self.q_valid_above + self.q_rest_above

    @property
    def iiv_weight_above(self) -> Array:
        """Share of E_c above the threshold: what D calls 2 D(A and E | c), shape (C,)."""
        weight: Array = ratio(self.n_errors_above, self.n_errors, exact=self.exact)
        return weight

    @property
    def twice_err_iiv(self) -> Array:
        """Twice the Is-It-Valid error at each prompt, shape (C,)."""
        return self.p_below + self.iiv_weight_above

    def of(self, prompts: BoolArray) -> Split:
        """Return the split of some prompts, a mask of shape (C,); their weights scaled to 1."""
        parts = {name: x[prompts] for name, x in vars(self).items() if isinstance(x, np.ndarray)}
        return replace(self, **parts | {"mu": parts["mu"] / parts["mu"].sum()})

    def mean(self, per_prompt: Array) -> Number:
        """Average under mu: a float or a Fraction."""
        return total(self.mu * per_prompt)


def common_threshold(world: World) -> Number:
    """Return 1/K = 1 / min_c |E_c|, the threshold of Theorem 1 (a probability).

    Examples
    --------
    >>> common_threshold(World(p=[1, 0, 0], valid=[True, False, False]))
    0.5
    """
    return Fraction(1, world.min_errors) if world.exact else 1 / world.min_errors


def per_prompt_threshold(world: World) -> Array:
    """Return 1/|E_c| for each prompt, the thresholds of extension X2, shape (C,)."""
    thresholds: Array = ratio(1, world.n_errors, exact=world.exact)
    return thresholds


def split_at(world: World, p_hat: ArrayLike, threshold: Number | ArrayLike | None = None) -> Split:
    r"""Cut every prompt at a threshold (Sec. 3.1).

    Parameters
    ----------
    world : World
        C prompts, X examples.
    p_hat : array_like, shape (X,)
        Model probabilities p_hat(r|c).
    threshold : number or array_like of shape (C,), optional
        z in [0, 1]. Default 1/K. A response exactly at the threshold is below it.

    Returns
    -------
    Split
        Exact if the world is.

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world or a threshold is outside [0, 1].
    """
    q = world.check_model(p_hat)
    z = threshold_of_each_prompt(world, threshold)
    names = ("p_above", "p_below", "q_valid_above", "q_valid_below", "q_rest_above")
    dtype = object if world.exact else np.float64
    masses = {name: np.empty(world.n_prompts, dtype) for name in (*names, "q_rest_below")}
    n_errors_above = np.empty(world.n_prompts, np.int64)
    for block in blocks(world.starts):
        parts, n_errors_above[block] = _split_block(world, q, z, block)
        for name, values in parts.items():
            masses[name][block] = values
    return Split(
        mu=world.mu,
        threshold=z,
        n_valid=world.n_valid,
        n_errors=world.n_errors,
        n_errors_above=n_errors_above,
        tolerance=0 if world.exact else world.tolerance,
        **masses,
    )


def _split_block(
    world: World, q: Array, z: Array, block: slice
) -> tuple[dict[str, Array], IntArray]:
    starts = world.starts[block]
    sizes = world.n_responses[block]
    first, last = int(starts[0]), int(starts[-1] + sizes[-1])
    local, rows = starts - first, slice(first, last)
    p, q, valid = world.p[rows], q[rows], world.valid[rows]
    above = q > np.repeat(z[block], sizes)

    def mass(x: Array, mask: BoolArray) -> Array:
        return segment_sums(x * mask, local)

    errors_above = above & ~valid & ~world.nonsense[rows]
    parts = {
        "p_above": mass(p, above),
        "p_below": mass(p, ~above),
        "q_valid_above": mass(q, above & valid),
        "q_valid_below": mass(q, ~above & valid),
        "q_rest_above": mass(q, above & ~valid),
        "q_rest_below": mass(q, ~(above | valid)),
    }
    return parts, np.add.reduceat(errors_above, local, dtype=np.int64)


def threshold_of_each_prompt(world: World, threshold: Number | ArrayLike | None) -> Array:
    """Return the threshold as an array of shape (C,); ``None`` means 1/K.

    Raises
    ------
    InvalidInput
        If a threshold is outside [0, 1] or the array has another shape.
    TypeError
        If an exact world meets a float threshold.
    """
    if threshold is None:
        threshold = common_threshold(world)
    z = as_numbers("threshold", np.atleast_1d(as_array("threshold", threshold)))
    if world.exact and not is_exact(z):
        if z.dtype.kind == "f" and not np.isin(z, [0.0, 1.0]).all():
            raise TypeError("an exact world needs an exact threshold; pass a Fraction.")
        z = as_numbers("threshold", [Fraction(int(v)) for v in z])
    elif is_exact(z) and not world.exact:
        z = z.astype(float)
    if z.shape not in ((1,), (world.n_prompts,)):
        raise InvalidInput(
            "threshold", f"a number or of shape ({world.n_prompts},)", f"shape {z.shape}"
        )
    inside = (z >= 0) & (z <= 1)
    if not inside.all():
        raise InvalidInput("threshold", "in [0, 1]", z[np.flatnonzero(~inside)[0]])
    return np.broadcast_to(z, (world.n_prompts,))
