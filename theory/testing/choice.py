"""Checks of what holds surely for poor models and hard problems (Theorems 3-4, Observation 2)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from theory.arrays import Array, ArrayLike, Number
from theory.other_factors.hardness import HardnessBound, observation_2_bound
from theory.poor_models.multiple_choice import Theorem4, n_choices, theorem_3_bound, theorem_4
from theory.poor_models.opt import OptBound, opt_of_family
from theory.reduction.world import World
from theory.testing.reduction import rounding
from theory.testing.referee import add, reduction_terms
from theory.testing.shrinking import BoundViolation, describe

__tracebackhide__ = True  # pytest shows the message, not these frames


def _least_over_thresholds(world: World, p_hat: Array) -> Number:
    """Least err_iiv of [q > t] over t in [0, 1], every t where it can change (App. C).

    Straight from the definition of D; no sorting, no running sums.
    """
    exact = world.exact
    one = Fraction(1) if exact else 1.0
    half_D = [
        world.mu[c] * (world.p[i] if world.valid[i] else one / int(world.n_errors[c]))
        for i, c in enumerate(world.prompt_of_example)
    ]
    return min(
        add(
            (w / 2 for w, q, v in zip(half_D, p_hat, world.valid, strict=True) if (q > t) != v),
            exact,
        )
        for t in {0 * one, *p_hat.tolist()}
    )


def assert_theorem_4(world: World, p_hat: ArrayLike) -> Theorem4:
    r"""Check that some threshold makes the model a good classifier (Theorem 4).

    .. math:: \exists\, t \in [0, 1]:\quad
              \mathrm{err} \ge 2\Big(1 - \frac1C\Big)\,\mathrm{err_{iiv}}(\hat f_t)

    Parameters
    ----------
    world : World
        One valid response among C at every prompt.
    p_hat : array_like, shape (X,)
        Any model.

    Raises
    ------
    BoundViolation
        If err, the least err_iiv or the bound is off, or err is below the bound.
    InvalidInput
        If the world is not multiple choice or ``p_hat`` is not a model of it.
    """
    result, q = theorem_4(world, p_hat), world.check_model(p_hat)
    C = n_choices(world)
    least = _least_over_thresholds(world, q)
    true = {
        "err": reduction_terms(world, q)["err"],
        "err_iiv": least,
        "bound": 2 * (C - 1) * least / C,
    }
    _compare("Theorem 4", world, q, result, true)
    return result


def assert_theorem_3(world: World, family: Sequence[ArrayLike]) -> list[OptBound]:
    r"""Check the bound of Theorem 3 for every member of a finite family (Theorem 3).

    .. math:: \mathrm{err} \ge 2\Big(1 - \frac1C\Big)\,\mathrm{opt}(G)

    Parameters
    ----------
    world : World
        One valid response among C at every prompt.
    family : sequence of array_like, shape (X,) each
        The models; G is all of them at all thresholds.

    Raises
    ------
    BoundViolation
        If opt(G) or a bound is off, or a member's err is below its bound.
    InvalidInput
        If the world is not multiple choice, the family is empty, or a member is no model.
    """
    opt, C = opt_of_family(world, family), n_choices(world)
    members = [world.check_model(q) for q in family]
    least = min(_least_over_thresholds(world, q) for q in members)
    results = []
    for q in members:
        result = theorem_3_bound(world, q, opt)
        true = {
            "err": reduction_terms(world, q)["err"],
            "opt": least,
            "bound": 2 * (C - 1) * least / C,
        }
        _compare("Theorem 3", world, q, result, true)
        results.append(result)
    return results


def assert_observation_2(world: World, p_hat: ArrayLike) -> HardnessBound:
    r"""Check the bound on a guesser that does not break the cipher (Observation 2).

    .. math:: \mathrm{err} \ge 1 - \beta - \frac{2}{|M| - 1} - \delta

    Parameters
    ----------
    world : World
        From :func:`theory.other_factors.hardness.decryption_world`.
    p_hat : array_like, shape (X,)
        The guesser.

    Raises
    ------
    BoundViolation
        If a term is off or err is below the bound.
    InvalidInput
        If the world is no decryption world or ``p_hat`` is not a model of it.
    """
    result, q = observation_2_bound(world, p_hat), world.check_model(p_hat)
    terms = reduction_terms(world, q)
    true = {
        "err": terms["err"],
        "beta": 1 - 2 * terms["err_iiv"],
        "size_ratio": terms["size_ratio"],
        "delta": terms["delta"],
        "bound": terms["bound"],
    }
    _compare("Observation 2", world, q, result, true)
    return result


def _compare(
    title: str,
    world: World,
    q: Array,
    result: Theorem4 | OptBound | HardnessBound,
    true: dict[str, Number],
) -> None:
    allowed = rounding(world, reduction_terms(world, q))
    found = [
        f"{name} is {getattr(result, name)} but should be {value}"
        for name, value in true.items()
        if not abs(getattr(result, name) - value) <= allowed
    ]
    if not true["err"] - true["bound"] >= -allowed:
        found.append(f"err = {true['err']} is below the bound {true['bound']}")
    if found:
        message = f"{title}: {'; '.join(found)}.\n{describe(world, q, true)}"
        raise BoundViolation(message, world, q, true)
