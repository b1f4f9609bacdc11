"""The exact frontier between err and delta: 50 points for worlds of 2 prompts x 6 responses.

Target: 10 seconds.
"""

import numpy as np

from theory.facts import FactSample, FactWorld
from theory.trade_off import facts_prospect, trade_off_frontier

SECONDS = 10


def test_frontier_of_50_points(benchmark):
    world = FactWorld(mu=[0.5, 0.5], n_responses=5, answer_prob=[0.5, 0.6])
    prospect = facts_prospect(FactSample.of_prompts(world, 1, [0, 0]))
    delta = np.linspace(0, 0.6, 50)
    frontier = benchmark.pedantic(lambda: trade_off_frontier(prospect, delta), rounds=3)
    assert (frontier.err >= frontier.bound).all()
    benchmark.extra_info["target_seconds"] = SECONDS
    assert benchmark.stats.stats.min < SECONDS
