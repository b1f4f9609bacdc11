"""``assert_theorem_1`` and its kin: the statements that hold surely, as checks for unit tests.

Each check recomputes every term from the definitions (``referee``), compares the numbers under
test with it term by term, and then checks the statement. Exact worlds are judged with tolerance
zero, float worlds with the rounding that their sums can show (:func:`rounding`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields

import numpy as np

from theory.arrays import Array, ArrayLike, Number, size
from theory.errors import InvalidInput
from theory.reduction.bounds import (
    ReductionBound,
    SlackTerms,
    corollary_1_bound,
    per_prompt_bound,
    theorem_1_bound,
)
from theory.reduction.small_term import best_bound
from theory.reduction.world import World
from theory.testing.referee import reduction_terms
from theory.testing.shrinking import BoundViolation, describe, smallest

__tracebackhide__ = True  # pytest shows the message, not these frames
Terms = Mapping[str, Number]
"""Numbers by name: err, err_iiv, delta, ... as in ``ReductionBound``; any subset."""
Own = Terms | Callable[[World, Array], "Terms | ReductionBound"] | None
"""What is under test: numbers, or a function of (world, p_hat) that returns them."""
SMALL_ENOUGH = 12
"""Worlds up to so many rows are shown as they are: Hypothesis has its own way to shrink them."""
SLACK_TERMS = tuple(field.name for field in fields(SlackTerms))


def rounding(world: World, terms: Terms) -> float:
    """Return how far apart two float evaluations of one term may lie; 0 for an exact world.

    A term is a sum of at most X + C products of probabilities whose absolute values add up to at
    most 2 + 2 size_ratio. Adding n numbers in any order is off by at most n unit roundings of
    that; two evaluations, and a handful of products, make it 2 (X + C + 8).
    """
    if world.exact:
        return 0
    unit = float(np.finfo(float).eps) / 2
    n_terms = world.n_examples + world.n_prompts + 8
    return 2 * n_terms * unit * (2 + 2 * float(terms["size_ratio"]))


def assert_theorem_1(world: World, p_hat: ArrayLike, own: Own = None) -> ReductionBound:
    r"""Check Theorem 1 on one world, and your own numbers against it (Theorem 1).

    .. math:: \mathrm{err} \ge 2\,\mathrm{err_{iiv}} - \frac{\max_c |V_c|}{\min_c |E_c|} - \delta

    Parameters
    ----------
    world : World
        C prompts, X examples; nonsense is allowed (Sec. 5).
    p_hat : array_like, shape (X,)
        Model probabilities.
    own : mapping or function, optional
        What your code computed: a mapping from term names (``err``, ``err_iiv``, ``delta``,
        ``bound``, ...) to numbers, or a function ``(world, p_hat) -> mapping``. With a function,
        a failure is first shrunk to the smallest world that shows it. Left out, the package's own
        :func:`theory.theorem_1_bound` is checked.

    Returns
    -------
    ReductionBound
        The package's result, for further checks.

    Raises
    ------
    BoundViolation
        An ``AssertionError`` that names the terms that are off, by how much, shows all terms and
        the code that rebuilds the world.
    InvalidInput
        If ``p_hat`` is not a model of this world, or ``own`` has a name that is no term.

    Examples
    --------
    >>> world = World(p=[1, 0, 0], valid=[True, False, False])
    >>> assert_theorem_1(world, [0.5, 0.25, 0.25], {"err": 0.5, "delta": 0.0}).slack
    0.0
    >>> assert_theorem_1(world, [0.5, 0.25, 0.25], {"err_iiv": 0.25})
    Traceback (most recent call last):
    ...
    theory.testing.BoundViolation: Theorem 1: err_iiv is 0.25 but should be 0.5.
    The world given: 1 prompt(s), 3 responses. Terms:
      err         = 0.5
      err_iiv     = 0.5
      delta       = 0.0
      signed_gap  = 0.0
      size_ratio  = 0.5
      bound       = 0.5
      slack       = 0.0
      overshoot   = 0.0
      unused_room = 0.0
      ragged      = 0.0
      sign        = 0.0
    To rebuild it:
    from theory.reduction.world import World
    world = World(p=[1.0, 0.0, 0.0], valid=[True, False, False], n_responses=[3], mu=[1.0])
    p_hat = [0.5, 0.25, 0.25]
    """
    _check("Theorem 1", world, p_hat, own or theorem_1_bound)
    return theorem_1_bound(world, p_hat)


def assert_corollary_1(world: World, p_hat: ArrayLike, own: Own = None) -> ReductionBound:
    """Check Corollary 1, the one-prompt case (Corollary 1); see :func:`assert_theorem_1`.

    Raises
    ------
    BoundViolation
        As :func:`assert_theorem_1`.
    InvalidInput
        If the world has more than one prompt, or ``p_hat`` is not a model of it.
    """
    result = corollary_1_bound(world, p_hat)
    _check("Corollary 1", world, p_hat, own or corollary_1_bound)
    return result


def assert_per_prompt_bound(world: World, p_hat: ArrayLike, own: Own = None) -> ReductionBound:
    """Check the bound with one threshold per prompt (extension X2); see :func:`assert_theorem_1`.

    Raises
    ------
    BoundViolation
        As :func:`assert_theorem_1`.
    InvalidInput
        If ``p_hat`` is not a model of this world.
    """
    _check("X2 (per-prompt thresholds)", world, p_hat, own or per_prompt_bound, per_prompt=True)
    return per_prompt_bound(world, p_hat)


def assert_best_bound(
    world: World, p_hat: ArrayLike, *, per_prompt: bool = False
) -> ReductionBound:
    """Check the bound with the best possible small term (extension X8).

    Raises
    ------
    BoundViolation
        If err is below it, it is below Theorem 1's (X2's) bound, or a slack term is negative.
    InvalidInput
        If ``p_hat`` is not a model of this world.
    """
    result = best_bound(world, p_hat, per_prompt=per_prompt)
    terms = reduction_terms(world, p_hat, per_prompt=per_prompt)
    room = terms["size_ratio"] - result.size_ratio
    allowed = rounding(world, terms) + _sum_error(world, terms)
    checks = {
        "the small term is larger": room >= -allowed,
        f"err = {terms['err']} is below the bound": terms["slack"] - room >= -allowed,
        "the slack terms do not add up": size(result.slack_terms.total - result.slack) <= allowed,
        "unused room is negative": result.slack_terms.unused_room >= -allowed,
    }
    off = [name for name, passed in checks.items() if not passed]
    if off:
        q = world.check_model(p_hat)
        message = f"X8: {'; '.join(off)}.\n{describe(world, q, terms)}"
        raise BoundViolation(message, world, q, terms)
    return result


def assert_slack_identity(world: World, p_hat: ArrayLike) -> ReductionBound:
    """Check that the four slack terms are non-negative and add up to the slack (extension X1).

    Raises
    ------
    BoundViolation
        As :func:`assert_theorem_1`; both thresholds (Theorem 1 and X2) are checked.
    InvalidInput
        If ``p_hat`` is not a model of this world.
    """
    _check("X1 at 1/K", world, p_hat, theorem_1_bound)
    _check("X1 at 1/|E_c|", world, p_hat, per_prompt_bound, per_prompt=True)
    return theorem_1_bound(world, p_hat)


def assert_tight(world: World, p_hat: ArrayLike) -> ReductionBound:
    """Check that Theorem 1 is an equality on this world (extension X3).

    Raises
    ------
    BoundViolation
        If the slack is not zero; the message names the slack terms that are not.
    InvalidInput
        If ``p_hat`` is not a model of this world.
    """
    terms = reduction_terms(world, p_hat)
    allowed = rounding(world, terms)
    if size(terms["slack"]) > allowed:
        loose = [f"{name} = {terms[name]}" for name in SLACK_TERMS if terms[name] > allowed]
        q = world.check_model(p_hat)
        message = f"X3: the bound is not attained, slack = {terms['slack']}: {', '.join(loose)}."
        raise BoundViolation(f"{message}\n{describe(world, q, terms)}", world, q, terms)
    return theorem_1_bound(world, p_hat)


def complaints(world: World, p_hat: Array, own: Own, *, per_prompt: bool = False) -> list[str]:
    """List what is wrong with one set of numbers, one sentence each; empty if nothing is."""
    terms = reduction_terms(world, p_hat, per_prompt=per_prompt)
    allowed = rounding(world, terms)
    tested = _named(own(world, p_hat) if callable(own) else own)
    unknown = sorted(set(tested) - set(terms))
    if unknown:
        raise InvalidInput("a term", f"one of {', '.join(terms)}", unknown[0])
    found = [
        f"{name} is {value} but should be {terms[name]}"
        for name, value in tested.items()
        # Written so that nan is a complaint.
        if not size(value - terms[name]) <= allowed
    ]
    for name in SLACK_TERMS:
        # Distributions that miss 1 by the world's tolerance may push a term below zero by that.
        if name in tested and tested[name] < -allowed - _sum_error(world, terms):
            found.append(f"the slack term {name} is negative, {tested[name]}")
    merged = {**terms, **tested}
    if merged["err"] - merged["bound"] < -allowed - _sum_error(world, terms):
        found.append(f"err = {merged['err']} is below the bound {merged['bound']}")
    return found


def _sum_error(world: World, terms: Terms) -> float:
    return 0 if world.exact else world.tolerance * (2 + float(terms["size_ratio"]))


def _named(result: Terms | ReductionBound | None) -> dict[str, Number]:
    return result.terms() if isinstance(result, ReductionBound) else dict(result or {})


def _check(
    title: str, world: World, p_hat: ArrayLike, own: Own, *, per_prompt: bool = False
) -> None:
    q = world.check_model(p_hat)

    def wrong(w: World, model: Array) -> list[str]:
        return complaints(w, model, own, per_prompt=per_prompt)

    found, given = wrong(world, q), world
    if not found:
        return
    if callable(own) and world.n_examples > SMALL_ENOUGH:
        world, q = smallest(world, q, lambda w, model: bool(wrong(w, model)))
        found = wrong(world, q)
    terms = reduction_terms(world, q, per_prompt=per_prompt)
    shown = describe(world, q, terms, shrunk=world is not given)
    raise BoundViolation(f"{title}: {'; '.join(found)}.\n{shown}", world, q, terms)
