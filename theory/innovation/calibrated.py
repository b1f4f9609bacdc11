r"""Calibration forces innovation (Das and Srivastava, arXiv:2605.26808; statement (e)).

The setting is that of :mod:`theory.innovation.statements`; no hypothesis on the facts is used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.arrays import Array, ArrayLike, IntArray, Number, as_array, is_exact, ratio, total
from theory.errors import InvalidInput
from theory.innovation.statements import statement_masses


@dataclass(frozen=True)
class CalibratedInnovation:
    r"""How much a nearly calibrated model must innovate (e): surely, for any partition of Y.

    Attributes
    ----------
    missing_mass : number
        p(U).
    averaged_missing_mass : number
        p'(U), with p' = p averaged in each block; at least p(U)/(|O| + 1).
    distance : number
        TV(g, p').
    n_observed : int
        |O|.
    """

    missing_mass: Number
    averaged_missing_mass: Number
    distance: Number
    n_observed: int

    @property
    def bound(self) -> Number:
        """Least innovation: p'(U) - TV(g, p')."""
        return self.averaged_missing_mass - self.distance

    @property
    def bound_from_missing_mass(self) -> Number:
        r"""Least innovation without knowing the blocks: p(U)/(|O| + 1) - TV(g, p')."""
        return self.missing_mass / (self.n_observed + 1) - self.distance


def calibrated_innovation(
    p: ArrayLike, p_hat: ArrayLike, observed: ArrayLike, blocks: ArrayLike
) -> CalibratedInnovation:
    r"""Bound the innovation of a model from its distance to an averaged p (e).

    .. math:: g(U) \;\ge\; p'(U) - \mathrm{TV}(g, p')
                   \;\ge\; \frac{p(U)}{|O| + 1} - \mathrm{TV}(g, p')

    Parameters
    ----------
    p, p_hat : array_like, shape (Y,)
        Training distribution and model; each sums to 1.
    observed : array_like of bool, shape (Y,)
        Which statements the training data hold.
    blocks : array_like of int, shape (Y,)
        Block of each statement, any partition: ``level_sets(p_hat)`` for exact calibration.

    Returns
    -------
    CalibratedInnovation
        Both bounds hold without exception and without regular facts.

    Raises
    ------
    InvalidInput
        If p or p_hat is no distribution or the shapes differ.

    Examples
    --------
    A model that gives the seen and the unseen fact, each of probability 1/2, what both deserve:

    >>> e = calibrated_innovation([0.5, 0.5, 0], [0.5, 0.5, 0], [True, False, False], [0, 0, 1])
    >>> e.bound, e.bound_from_missing_mass
    (0.5, 0.25)
    """
    g, seen = statement_masses(p_hat, observed)
    truth = statement_masses(p, observed, name="p")[0]
    if is_exact(g) != is_exact(truth):
        raise TypeError("p and p_hat must both be float or both be Fractions.")
    averaged = average_in_blocks(truth, _blocks(blocks, len(g)))
    return CalibratedInnovation(
        missing_mass=total(truth[~seen]),
        averaged_missing_mass=total(averaged[~seen]),
        distance=total(abs(g - averaged)) / 2,
        n_observed=int(seen.sum()),
    )


def average_in_blocks(p: Array, blocks: IntArray) -> Array:
    """Average a law of statements in blocks, as X10 (e) asks: p'(x) = p(B)/|B| for x in B."""
    numbers = np.unique(blocks, return_inverse=True)[1]
    sums = np.zeros(int(numbers.max()) + 1, dtype=p.dtype) + (p[0] - p[0])
    np.add.at(sums, numbers, p)
    means: Array = sums * ratio(1, np.bincount(numbers), exact=is_exact(p))
    return means[numbers]


def _blocks(blocks: ArrayLike, n: int) -> IntArray:
    array = as_array("blocks", blocks)
    if array.dtype.kind not in "iu" or array.shape != (n,):
        raise InvalidInput("blocks", f"{n} whole numbers, one per statement", repr(blocks))
    return array.astype(np.int64)
