"""What a failed check says: the smallest failing world, its terms, and code that rebuilds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from theory.arrays import TOLERANCE, Array, Number, segment_sums, total
from theory.reduction.world import World

MAX_ROWS_SHOWN = 200
"""A larger world is not printed; it is on the exception as ``world`` and ``p_hat``."""


class StatementViolation(AssertionError):
    """A check of one statement failed; the message names the term and how to rebuild the case.

    Attributes
    ----------
    terms : dict
        Every term by name, as the referee computes it.
    """

    def __init__(self, message: str, terms: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.terms = dict(terms)

    __module__ = "theory.testing"  # where it is caught from, and shown so

    def __reduce__(self) -> tuple[Any, ...]:
        # pytest-xdist and joblib send failures between processes.
        return type(self), (*self.args, self.terms)


class BoundViolation(StatementViolation):
    """A check of the reduction failed; carries the smallest failing world found and its model.

    Attributes
    ----------
    world : World
    p_hat : ndarray, shape (X,)
    terms : dict
        Every term by name, as the referee computes it.
    """

    __module__ = "theory.testing"

    def __init__(
        self, message: str, world: World, p_hat: Array, terms: Mapping[str, Number]
    ) -> None:
        super().__init__(message, terms)
        self.world, self.p_hat = world, p_hat

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (*self.args, self.world, self.p_hat, self.terms)


def as_code(world: World, p_hat: Array) -> str:
    """Return Python source that defines ``world`` and ``p_hat`` again, bit for bit.

    Examples
    --------
    >>> world = World(p=[1, 0], valid=[True, False])
    >>> print(as_code(world, world.check_model([0.5, 0.5])))
    from theory.reduction.world import World
    world = World(p=[1.0, 0.0], valid=[True, False], n_responses=[2], mu=[1.0])
    p_hat = [0.5, 0.5]
    """
    lines = ["from fractions import Fraction"] if world.exact else []
    extra = f", nonsense={world.nonsense.tolist()}" if world.nonsense.any() else ""
    if not world.exact and world.tolerance != TOLERANCE:
        extra += f", tolerance={world.tolerance!r}"
    return "\n".join(
        [
            *lines,
            "from theory.reduction.world import World",
            f"world = World(p={world.p.tolist()!r}, valid={world.valid.tolist()}, "
            f"n_responses={world.n_responses.tolist()}, mu={world.mu.tolist()!r}{extra})",
            f"p_hat = {np.asarray(p_hat).tolist()!r}",
        ]
    )


def smallest(
    world: World, p_hat: Array, fails: Callable[[World, Array], bool], *, max_tries: int = 500
) -> tuple[World, Array]:
    """Return the smallest world found on which ``fails`` still holds, with its model.

    Prompts are dropped in halves, then one by one; then responses are merged into a neighbour of
    the same kind. A greedy search: no smaller step fails, but some other world might.

    Examples
    --------
    >>> from theory.testing import smallest
    >>> world = World(p=[1, 0] * 8, valid=[True, False] * 8, n_responses=[2] * 8)
    >>> small, _ = smallest(world, np.tile([0.5, 0.5], 8), lambda world, p_hat: True)
    >>> small.n_prompts
    1
    """
    p_hat = world.check_model(p_hat)
    tries = 0
    improved = True
    while improved:
        improved = False
        for candidate, model in _smaller(world, p_hat):
            tries += 1
            if tries > max_tries:
                return world, p_hat
            if fails(candidate, model):
                world, p_hat, improved = candidate, model, True
                break
    return world, p_hat


def _smaller(world: World, q: Array) -> Iterator[tuple[World, Array]]:
    step = world.n_prompts // 2
    while step:
        for first in range(0, world.n_prompts, step):
            keep = np.ones(world.n_prompts, dtype=bool)
            keep[first : first + step] = False
            if keep.any() and total(world.mu[keep]) > 0:
                yield _only_prompts(world, q, keep)
        step //= 2
    for i in range(world.n_examples - 1):
        if _alike(world, i):
            yield _merge(world, q, i)


def _only_prompts(world: World, q: Array, keep: Array) -> tuple[World, Array]:
    rows = world.per_example(keep)
    mu = world.mu[keep]
    mu = mu / total(mu)
    kept = World(
        p=world.p[rows],
        valid=world.valid[rows],
        n_responses=world.n_responses[keep],
        mu=mu,
        nonsense=world.nonsense[rows],
        tolerance=world.tolerance,
    )
    return kept, q[rows]


def _alike(world: World, i: int) -> bool:
    same_prompt = world.prompt_of_example[i] == world.prompt_of_example[i + 1]
    same_kind = (world.valid[i], world.nonsense[i]) == (world.valid[i + 1], world.nonsense[i + 1])
    return bool(same_prompt and same_kind)


def _merge(world: World, q: Array, i: int) -> tuple[World, Array]:
    first = np.flatnonzero(np.arange(world.n_examples) != i + 1)
    merged = World(
        p=_in_range(segment_sums(world.p, first)),
        valid=world.valid[first],
        n_responses=world.n_responses - (np.arange(world.n_prompts) == world.prompt_of_example[i]),
        mu=world.mu,
        nonsense=world.nonsense[first],
        tolerance=world.tolerance,
    )
    return merged, _in_range(segment_sums(q, first))


def _in_range(x: Array) -> Array:
    # A float sum of two probabilities may pass 1 by one rounding.
    return x if x.dtype == object else np.minimum(x, 1.0)


def list_terms(terms: Mapping[str, Any]) -> str:
    """List the terms of a failed check, one per line."""
    width = max(map(len, terms))
    return "\n".join(f"  {name:<{width}} = {value}" for name, value in terms.items())


def describe(
    world: World, p_hat: Array, terms: Mapping[str, Number], *, shrunk: bool = False
) -> str:
    """Say the terms and how to rebuild the world."""
    if world.n_examples > MAX_ROWS_SHOWN:
        code = f"(the world has {world.n_examples} rows; it is .world and .p_hat of this exception)"
    else:
        code = as_code(world, p_hat)
    kind = f"{world.n_prompts} prompt(s), {world.n_examples} responses"
    which = "Smallest failing world found" if shrunk else "The world given"
    return f"{which}: {kind}. Terms:\n{list_terms(terms)}\nTo rebuild it:\n{code}"
