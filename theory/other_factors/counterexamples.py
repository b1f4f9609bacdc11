"""What fails without its hypothesis: one smallest world per hypothesis, in Fractions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from theory.arrays import Array, Number
from theory.other_factors.shift import gigo_bound, with_prompt_law
from theory.poor_models.error_curve import best_threshold
from theory.poor_models.multiple_choice import factor
from theory.reduction.bounds import calibration_delta, generative_error, iiv_error, theorem_1_bound
from theory.reduction.tight import tight_world
from theory.reduction.world import World

F = Fraction


@dataclass(frozen=True)
class Counterexample:
    """A statement with one hypothesis dropped, and a world in which it is false.

    Attributes
    ----------
    hypothesis : str
        What was dropped.
    statement : str
        What is then claimed.
    err : Fraction
        Generative error in the example.
    claimed : Fraction
        The claimed lower bound, which is above ``err``.
    """

    hypothesis: str
    statement: str
    err: Number
    claimed: Number


def dropped_hypotheses() -> list[Counterexample]:
    """Return one counterexample for each hypothesis of Theorems 1 and 3.

    Examples
    --------
    >>> all(case.err < case.claimed for case in dropped_hypotheses())
    True
    """
    return [
        _noisy_data(),
        _no_delta(),
        _no_size_ratio(),
        _another_threshold(),
        _uneven_errors(),
        _another_prompt_law(),
        _two_answers(),
        _one_fixed_threshold(),
    ]


def _theorem_1(err_iiv: Number, size_ratio: Number, delta: Number) -> Number:
    """Return the right side of Theorem 1, whatever stands for its terms."""
    return 2 * err_iiv - size_ratio - delta


def noisy_case() -> tuple[World, Array, Fraction, Array]:
    """World, model, false share and false law for which Theorem 1 fails on noisy data.

    The model has half its mass on one error, and half of its training data say just that: an
    auditor of the noisy data sees no gap at the threshold.
    """
    world = World(p=[F(1, 2), F(1, 2)] + [F(0)] * 4, valid=[True, True] + [False] * 4)
    wrong = np.array([F(int(i == 2)) for i in range(6)], dtype=object)
    q = np.array([F(1, 4), F(1, 4), F(1, 2), F(0), F(0), F(0)], dtype=object)
    return world, q, F(1, 2), wrong


def _noisy_data() -> Counterexample:
    result = gigo_bound(*noisy_case())
    claimed = _theorem_1(result.err_iiv, result.size_ratio, result.delta)
    return Counterexample("p(E) = 0", "Theorem 1, delta against noisy data", result.err, claimed)


def _fact_table(n_errors: int) -> tuple[World, Array]:
    """One prompt with the answer and IDK; the model only ever says IDK."""
    world = World(p=[F(1), F(0)] + [F(0)] * n_errors, valid=[True, True] + [False] * n_errors)
    return world, np.array([F(0), F(1)] + [F(0)] * n_errors, dtype=object)


def _no_delta() -> Counterexample:
    result = theorem_1_bound(*_fact_table(8))
    claimed = _theorem_1(result.err_iiv, result.size_ratio, F(0))
    return Counterexample("the term delta", "err >= 2 err_iiv - k/K", result.err, claimed)


def _no_size_ratio() -> Counterexample:
    result = theorem_1_bound(*tight_world(3, 4))
    claimed = _theorem_1(result.err_iiv, F(0), result.delta)
    return Counterexample("the term k/K", "err >= 2 err_iiv - delta", result.err, claimed)


def _another_threshold() -> Counterexample:
    world = World(p=[F(1)] + [F(0)] * 8, valid=[True] + [False] * 8)
    err_iiv, delta = iiv_error(world, world.p, F(1)), calibration_delta(world, world.p, F(1))
    claimed = _theorem_1(err_iiv, F(1, 8), delta)
    err = generative_error(world, world.p)
    return Counterexample("the threshold 1/K", "Theorem 1 at threshold 1", err, claimed)


def _uneven_errors() -> Counterexample:
    # D shows only the one error on which the model has just more than 1/K.
    world = World(p=[F(1)] + [F(0)] * 8, valid=[True] + [False] * 8)
    q = np.array([F(3, 4), F(1, 4)] + [F(0)] * 7, dtype=object)
    result = theorem_1_bound(world, q)
    claimed = _theorem_1(F(1, 2), result.size_ratio, result.delta)
    return Counterexample("D uniform on E_c", "Theorem 1, D picks errors", result.err, claimed)


def _another_prompt_law() -> Counterexample:
    world, abstains = _fact_table(8)
    pair = World(
        p=np.tile(world.p, 2), valid=np.tile(world.valid, 2), n_responses=[10, 10], mu=[F(1), F(0)]
    )
    q = np.concatenate([world.p, abstains])
    test = with_prompt_law(pair, [F(0), F(1)])
    result = theorem_1_bound(test, q)
    claimed = _theorem_1(result.err_iiv, result.size_ratio, calibration_delta(pair, q))
    return Counterexample(
        "one prompt law", "Theorem 1, delta from the training prompts", result.err, claimed
    )


def _two_answers() -> Counterexample:
    world = World(p=[F(1, 2), F(1, 2), F(0)], valid=[True, True, False])
    q = [F(1, 2), F(0), F(1, 2)]
    least, _ = best_threshold(world, q)
    claimed = factor(3, exact=True) * least
    return Counterexample(
        "|V_c| = 1", "Theorem 3 with two valid answers", generative_error(world, q), claimed
    )


def _one_fixed_threshold() -> Counterexample:
    world = World(p=[F(1), F(0), F(0)], valid=[True, False, False])
    q = [F(3, 4), F(1, 4), F(0)]
    t = F(9, 10)
    claimed = factor(3, exact=True) * iiv_error(world, q, t)
    return Counterexample(
        "t chosen for the model", f"Theorem 4 at t = {t}", generative_error(world, q), claimed
    )
