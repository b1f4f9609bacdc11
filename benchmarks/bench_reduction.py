"""Theorem 1 with all terms on up to 10^7 rows: against one pass over the array, and against today.

Targets: at most 60 times ``p_hat.sum()``, at most 4 times the input's memory, linear in the rows.
"""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from peers import theorem_1_by_groupby, theorem_1_by_loop

from theory.reduction import World, theorem_1_bound

N_RESPONSES, N_VALID = 100, 10
SIZES = [10**5, 10**6, 10**7]


def world_and_model(n_rows):
    """Prompts with 100 responses each, 10 of them valid, and a random model."""
    rng = np.random.default_rng(20250904)
    n_prompts = n_rows // N_RESPONSES
    valid = np.tile(np.arange(N_RESPONSES) < N_VALID, n_prompts)
    sizes = np.full(n_prompts, N_RESPONSES)
    return World(shares(rng, n_prompts, valid), valid, sizes), shares(rng, n_prompts)


def shares(rng, n_prompts, mask=None):
    weights = rng.exponential(size=(n_prompts, N_RESPONSES))
    if mask is not None:
        weights *= mask.reshape(weights.shape)
    return (weights / weights.sum(axis=1, keepdims=True)).ravel()


def contestants(n_rows):
    world, p_hat = world_and_model(n_rows)
    frame = pd.DataFrame(
        {"prompt": world.prompt_of_example, "valid": world.valid, "p": world.p, "q": p_hat}
    )
    return {
        "ours": lambda: theorem_1_bound(world, p_hat),
        "floor": p_hat.sum,
        "today": lambda: theorem_1_by_groupby(frame),
    }


def test_growth_of_theorem_1(growth):
    growth(
        "`theory.reduction.bounds.theorem_1_bound`",
        SIZES,
        contestants,
        unit="rows",
        stated=1,
        floor="`p_hat.sum()`",
        today="pandas `groupby`",
        rounds=7,
    )


def test_theorem_1_on_10_7_rows(compare):
    world, p_hat = world_and_model(10**7)
    compare(
        "Theorem 1, all terms, 10^7 rows in 10^5 prompts",
        lambda: theorem_1_bound(world, p_hat),
        {"`p_hat.sum()`": p_hat.sum},
        at_most={"`p_hat.sum()`": 60},
        rounds=7,
    )


def test_theorem_1_against_a_loop(compare):
    world, p_hat = world_and_model(10**6)
    columns = [x.tolist() for x in (world.prompt_of_example, world.valid, world.p, p_hat)]
    compare(
        "Theorem 1, all terms, 10^6 rows",
        lambda: theorem_1_bound(world, p_hat),
        {"Python loop": lambda: theorem_1_by_loop(*columns)},
        rounds=2,
    )


@pytest.mark.parametrize("n_rows", SIZES)
def test_memory_of_theorem_1(benchmark, n_rows):
    """Peak of the call beside its input, p, p_hat and valid; the target is 4 times the input."""
    world, p_hat = world_and_model(n_rows)
    given = sum(x.nbytes for x in (world.p, world.valid, world.n_responses, world.mu, p_hat))
    tracemalloc.start()
    theorem_1_bound(world, p_hat)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    ratio = (given + peak) / given
    benchmark.extra_info["memory, input included"] = f"{ratio:.2f} times the input (target 4)"
    benchmark.pedantic(theorem_1_bound, (world, p_hat), rounds=3)
