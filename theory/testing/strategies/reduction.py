"""Hypothesis strategies for exact worlds and their models (Sec. 3.1-3.2).

Needs the extra ``testing``. Imported through :mod:`theory.testing.strategies`.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from typing import Any

from hypothesis import strategies as st

from theory.arrays import Array, as_numbers
from theory.reduction.world import World


def distributions(size: int) -> st.SearchStrategy[list[Fraction]]:
    """Rational probability vectors of a given length; zeros are common."""
    weights = st.lists(st.integers(0, 12), min_size=size, max_size=size)
    return weights.filter(any).map(lambda w: [Fraction(x, sum(w)) for x in w])


@st.composite
def worlds(
    draw: st.DrawFn,
    *,
    max_prompts: int = 3,
    max_responses: int = 6,
    ragged: bool = True,
    nonsense: bool = False,
    n_valid: int | None = None,
) -> World:
    """Exact worlds; ``n_valid`` fixes |V_c|, ``nonsense`` allows implausible responses."""
    n_prompts = draw(st.integers(1, max_prompts))
    least = 2 if n_valid is None else n_valid + 1
    common = draw(st.integers(least, max_responses))
    p: list[Fraction] = []
    valid: list[bool] = []
    junk: list[bool] = []
    sizes: list[int] = []
    for _ in range(n_prompts):
        size = draw(st.integers(least, max_responses)) if ragged else common
        k = draw(st.integers(1, size - 1)) if n_valid is None else n_valid
        n_junk = draw(st.integers(0, size - k - 1)) if nonsense else 0
        p += draw(distributions(k)) + [Fraction(0)] * (size - k)
        valid += [True] * k + [False] * (size - k)
        junk += [False] * (size - n_junk) + [True] * n_junk
        sizes.append(size)
    mu = draw(distributions(n_prompts))
    return World(p=p, valid=valid, n_responses=sizes, mu=mu, nonsense=junk)


def ragged_worlds(*, max_responses: int = 6, nonsense: bool = False) -> st.SearchStrategy[World]:
    """Exact worlds of two or three prompts whose numbers of errors differ: 1/K is not 1/|E_c|."""
    return worlds(max_responses=max_responses, nonsense=nonsense).filter(
        lambda world: len(set(world.n_errors.tolist())) > 1
    )


def multiple_choice_worlds(
    *, max_prompts: int = 3, max_choices: int = 5
) -> st.SearchStrategy[World]:
    """Exact worlds with one valid response among equally many choices (Theorems 3 and 4)."""
    return worlds(max_prompts=max_prompts, max_responses=max_choices, ragged=False, n_valid=1)


def float_worlds(**options: Any) -> st.SearchStrategy[World]:
    """Worlds in float64, with the options of :func:`worlds`."""
    return worlds(**options).map(World.to_float)


@st.composite
def worlds_and_models(draw: st.DrawFn, /, **options: Any) -> tuple[World, Array]:
    """Exact worlds, each with a model of it; with the options of :func:`worlds`.

    >>> from hypothesis import given
    >>> from theory.testing import assert_theorem_1
    >>> @given(pair=worlds_and_models(max_prompts=2))
    ... def test_my_numbers(pair):
    ...     assert_theorem_1(*pair)
    >>> test_my_numbers()
    """
    world = draw(worlds(**options))
    return world, draw(models(world))


@st.composite
def models(draw: st.DrawFn, world: World) -> Array:
    """Models of a world, exact if it is: any distribution on each prompt's responses."""
    rows = [draw(distributions(int(n))) for n in world.n_responses]
    p_hat = as_numbers("p_hat", list(chain.from_iterable(rows)))
    return p_hat if world.exact else p_hat.astype(float)
