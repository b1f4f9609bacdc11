"""How a failing world is made smaller and told, worked by hand."""

import pickle
from fractions import Fraction as F

import numpy as np
import pytest

from theory.reduction import World
from theory.testing.shrinking import (
    BoundViolation,
    StatementViolation,
    _alike,
    _in_range,
    _merge,
    _smaller,
    as_code,
    describe,
    smallest,
)


def prompts_of(*sizes, mu=None):
    """One valid response first, errors after it, in each prompt."""
    p = [F(int(i == 0)) for n in sizes for i in range(n)]
    weights = [F(1, len(sizes))] * len(sizes) if mu is None else mu
    return World(p=p, valid=[x == 1 for x in p], n_responses=list(sizes), mu=weights)


def even(world):
    return np.array([F(1, n) for n in world.n_responses.tolist() for _ in range(n)], dtype=object)


def test_halves_then_single_prompts_then_neighbours():
    world = prompts_of(2, 3, 4, 5)
    found = [tuple(small.n_responses.tolist()) for small, _ in _smaller(world, even(world))]
    halves, singles = [(4, 5), (2, 3)], [(3, 4, 5), (2, 4, 5), (2, 3, 5), (2, 3, 4)]
    merged = [(2, 2, 4, 5), *[(2, 3, 3, 5)] * 2, *[(2, 3, 4, 4)] * 3]
    assert found == halves + singles + merged
    single = prompts_of(3)
    assert [w.n_responses.tolist() for w, _ in _smaller(single, even(single))] == [[2]]


def test_a_prompt_that_has_all_the_mass_stays():
    world = prompts_of(2, 2, mu=[F(1), F(0)])
    (kept,) = [small for small, _ in _smaller(world, even(world))]
    assert kept.mu.tolist() == [1]


def test_the_mass_of_what_is_kept_is_made_one():
    world = prompts_of(2, 3, 4, mu=[F(1, 2), F(1, 3), F(1, 6)])
    small, q = next(_smaller(world, even(world)))
    assert small.mu.tolist() == [F(2, 3), F(1, 3)]
    assert q.tolist() == [F(1, 3)] * 3 + [F(1, 4)] * 4


def test_merging_adds_two_neighbours():
    world = World(
        p=[F(1, 2), F(1, 2), F(0), F(1), F(0)],
        valid=[True, True, False, True, False],
        n_responses=[3, 2],
        mu=[F(1, 4), F(3, 4)],
    )
    q = np.array([F(1, 6), F(1, 3), F(1, 2), F(3, 4), F(1, 4)], dtype=object)
    merged, model = _merge(world, q, 0)
    assert merged.p.tolist() == [1, 0, 1, 0]
    assert model.tolist() == [F(1, 2), F(1, 2), F(3, 4), F(1, 4)]
    assert merged.n_responses.tolist() == [2, 2]


def test_valid_and_invalid_and_other_prompts_are_never_merged():
    world = World(
        p=[F(1), F(0), F(1), F(0)],
        valid=[True, False, True, False],
        n_responses=[2, 2],
        mu=[F(1, 2), F(1, 2)],
    )
    sizes = [w.n_responses.tolist() for w, _ in _smaller(world, even(world))]
    assert sizes == [[2], [2]]
    turned = World(
        p=[F(0), F(1), F(1), F(0)],
        valid=[False, True, True, False],
        n_responses=[2, 2],
        mu=[F(1, 2), F(1, 2)],
    )
    sizes = [w.n_responses.tolist() for w, _ in _smaller(turned, even(turned))]
    assert sizes == [[2], [2]], "two valid neighbours of different prompts stay apart"


def test_nonsense_is_merged_with_nonsense_only():
    """Two errors, two of nonsense: the pairs (1, 2) and (3, 4) are alike, (2, 3) is not."""
    world = World(
        p=[F(1), F(0), F(0), F(0), F(0)],
        valid=[True] + [False] * 4,
        nonsense=[False] * 3 + [True] * 2,
    )
    assert [_alike(world, i) for i in range(4)] == [False, True, False, True]


def test_a_rounded_sum_stays_a_probability():
    assert _in_range(np.array([1 + 2.0**-52, 0.5])).tolist() == [1.0, 0.5]
    assert _in_range(np.array([F(3, 2)], dtype=object)).tolist() == [F(3, 2)]


@pytest.mark.parametrize("max_tries", [1, 3])
def test_the_search_stops_after_so_many_tries(max_tries):
    tried = []

    def never(world, _):
        tried.append(world)
        return False

    world = prompts_of(2, 3, 4, 5)
    small, _ = smallest(world, even(world), never, max_tries=max_tries)
    assert small is world
    assert len(tried) == max_tries


def test_a_greedy_search_ends_at_one_prompt_of_two_responses():
    world = prompts_of(2, 3, 4, 5)
    small, q = smallest(world, even(world), lambda w, _: w.n_examples >= 2)
    assert (small.n_prompts, small.n_examples) == (1, 2)
    assert len(q) == 2


def test_failures_travel_between_processes():
    world = prompts_of(2)
    for error in (
        StatementViolation("what", {"err": 1}),
        BoundViolation("what", world, even(world), {"err": 1}),
    ):
        again = pickle.loads(pickle.dumps(error))
        assert (str(again), again.terms) == ("what", {"err": 1})


def test_a_tolerance_of_its_own_is_told():
    world = World(p=[1.0, 0.0], valid=[True, False], tolerance=1e-6)
    assert "tolerance=1e-06" in as_code(world, np.array([0.5, 0.5]))
    assert "tolerance" not in as_code(prompts_of(2), even(prompts_of(2)))


def test_two_hundred_rows_are_printed_and_no_more():
    for n, shown in ((200, True), (201, False)):
        world = prompts_of(n)
        text = describe(world, even(world), {"err": 1})
        assert ("world = World(" in text) == shown
        assert (f"the world has {n} rows" in text) != shown
