"""Worlds and models that attain equality in Corollary 1 (extension X3, the project's own)."""

from __future__ import annotations

from fractions import Fraction

from theory.arrays import Array, as_numbers
from theory.errors import InvalidInput, require_integer
from theory.reduction.world import World


def tight_world(n_valid: int, n_errors: int) -> tuple[World, Array]:
    r"""World and model for which Corollary 1 is an equality (extension X3).

    .. math:: \hat p = 1/|E| \text{ on } V,\quad \hat p = (1 - |V|/|E|)/|E| \text{ on } E
        \;\Rightarrow\; A = \emptyset,\; \delta = 0,\; \mathrm{err_{iiv}} = \tfrac12,\;
        \mathrm{err} = 1 - |V|/|E|

    Parameters
    ----------
    n_valid, n_errors : int
        |V| >= 1 and |E| >= |V|.

    Returns
    -------
    world : World
        One prompt, exact; p uniform on V (any p on V would do).
    p_hat : ndarray of Fraction, shape (n_valid + n_errors,)
        The model; its slack is exactly 0, so the constant 2 cannot be improved.

    Raises
    ------
    InvalidInput
        If n_valid < 1 or n_errors < n_valid.

    Examples
    --------
    >>> from theory.reduction import corollary_1_bound
    >>> result = corollary_1_bound(*tight_world(3, 7))
    >>> print(result.err, result.bound, result.slack)
    4/7 4/7 0
    """
    n_valid = require_integer("n_valid", n_valid, at_least=1)
    n_errors = require_integer("n_errors", n_errors, at_least=1)
    if n_errors < n_valid:
        raise InvalidInput("n_errors", f">= n_valid = {n_valid}", n_errors)
    valid = [True] * n_valid + [False] * n_errors
    p = [Fraction(1, n_valid)] * n_valid + [Fraction(0)] * n_errors
    on_error = (1 - Fraction(n_valid, n_errors)) / n_errors
    p_hat = [Fraction(1, n_errors)] * n_valid + [on_error] * n_errors
    return World(p=p, valid=valid), as_numbers("p_hat", p_hat)
