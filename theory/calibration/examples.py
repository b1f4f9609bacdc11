"""Why delta is weaker than ECE: each can be zero while the other is large (Sec. 3.1; extension)."""

from __future__ import annotations

from fractions import Fraction

from theory.arrays import Array, as_numbers
from theory.errors import InvalidInput, require_integer
from theory.reduction.world import World


def swapped_confidences(rare: Fraction = Fraction(1, 10)) -> tuple[World, Array]:
    r"""World and model with delta = 0 and answer ECE = 1 - 2 ``rare`` (extension).

    .. math:: p = (1 - \rho, \rho),\quad \hat p = (\rho, 1 - \rho) \text{ on two valid responses}

    Both responses lie above the threshold, so the mass above it agrees; each confidence is wrong.

    Parameters
    ----------
    rare : Fraction
        rho, in (0, 1/2).

    Returns
    -------
    world : World
        One prompt, two valid responses and enough errors that 1/K < rho.
    p_hat : ndarray of Fraction
        The model.

    Raises
    ------
    InvalidInput
        If ``rare`` is not in (0, 1/2).

    Examples
    --------
    >>> from theory.calibration import answer_ece
    >>> from theory.reduction import calibration_delta
    >>> world, p_hat = swapped_confidences(Fraction(1, 10))
    >>> print(calibration_delta(world, p_hat), round(answer_ece(world, p_hat), 10))
    0 0.8
    """
    if not 0 < rare < Fraction(1, 2):
        raise InvalidInput("rare", "in (0, 1/2)", rare)
    rho = Fraction(rare)
    n_errors = int(1 / rho) + 1
    nothing = [Fraction(0)] * n_errors
    world = World(p=[1 - rho, rho, *nothing], valid=[True] * 2 + [False] * n_errors)
    return world, as_numbers("p_hat", [rho, 1 - rho, *nothing])


def blind_bins(shift: Fraction = Fraction(1), n_half: int = 20) -> tuple[World, Array]:
    r"""World and model with ECE = 0 in bins of width 0.1 and delta = ``shift`` (extension).

    .. math:: \hat p = \frac{1 \pm h}{2m},\quad p = \frac{1 \mp h}{2m}
        \text{ on the first and second } m \text{ of } 2m = K \text{ valid responses}

    The whole model lies in one bin, whose average is right; the threshold 1/K = 1/(2m) cuts it.

    Parameters
    ----------
    shift : Fraction
        h, in (0, 1].
    n_half : int
        m >= 20, so that every probability is at most 0.1.

    Raises
    ------
    InvalidInput
        If ``shift`` or ``n_half`` is out of range.

    Examples
    --------
    >>> from theory.reduction import calibration_delta
    >>> from theory.calibration import multiple_choice_ece
    >>> world, p_hat = blind_bins(Fraction(1))
    >>> print(calibration_delta(world, p_hat), round(multiple_choice_ece(world, p_hat), 10))
    1 0.0
    """
    m, h = require_integer("n_half", n_half, at_least=20), Fraction(shift)
    if not 0 < h <= 1:
        raise InvalidInput("shift", "in (0, 1]", shift)
    high, low = (1 + h) / (2 * m), (1 - h) / (2 * m)
    nothing = [Fraction(0)] * (2 * m)
    world = World(p=[low] * m + [high] * m + nothing, valid=[True] * (2 * m) + [False] * (2 * m))
    return world, as_numbers("p_hat", [high] * m + [low] * m + nothing)
