"""Small numbers worked by hand, where the mutation check found that broad tests leave room."""

from fractions import Fraction as F

import numpy as np
import pytest

from theory.errors import InvalidInput
from theory.facts import FactSample, FactWorld
from theory.reduction import World, calibration_delta
from theory.trade_off import (
    best_model_on_set,
    facts_prospect,
    kalai_vempala_bound,
    known_world,
    least_iiv_error,
    level_sets,
    table_and_calculator,
    trade_off_frontier,
)

ONE = World(p=[0.5, 0.5, 0, 0, 0], valid=[True, True, False, False, False])
"""Two right answers, three wrong ones: 1/K = 1/3."""


def test_a_prospect_of_facts_with_unequal_answers_by_hand():
    """Two prompts of 3 and 5 answers, the first seen: K = 2, threshold 1/2, k/K = 1."""
    world = FactWorld([0.5, 0.5], [3, 5], [0.8, 0.6])
    prospect = facts_prospect(FactSample.of_prompts(world, 2, [1, 0]))
    assert prospect.threshold == 0.5
    assert prospect.size_ratio == 1
    assert prospect.p == pytest.approx([0.8, 0, 0, 0.2, *[0.12] * 5, 0.4])
    assert prospect.error == pytest.approx([0, 1, 1, 0, *[0.8] * 5, 0])
    assert prospect.iiv_error_weight == pytest.approx([0, 0.5, 0.5, 0, *[0.2] * 5, 0])


def test_what_lies_exactly_at_the_threshold_is_below():
    prospect = known_world(ONE)
    q = np.array([1 / 3, 1 / 3, 1 / 3, 0, 0])
    assert prospect.signed_gap(q) == 0
    assert prospect.signed_gap(np.array([0.4, 0.3, 0.3, 0, 0])) == pytest.approx(-0.1)


def test_the_least_model_on_a_set_by_hand():
    """Only the first answer above 1/3: the second keeps 1/3 at most, the first takes the rest."""
    prospect = known_world(ONE)
    above = np.array([True, False, False, False, False])
    model = best_model_on_set(prospect, above, max_delta=1.0)
    assert prospect.err(model) == pytest.approx(0)
    held = best_model_on_set(prospect, above, max_delta=0.0)
    # q(A) = p(A) = 1/2, at most 1/3 on the other right answer: 1/6 is left for errors.
    assert prospect.err(held) == pytest.approx(1 / 6)
    assert held.sum() == pytest.approx(1)
    cheap = best_model_on_set(prospect, above, delta_cost=0.5)
    assert prospect.err(cheap) == pytest.approx(0)
    dear = best_model_on_set(prospect, above, delta_cost=2.0)
    assert prospect.err(dear) == pytest.approx(1 / 6)
    clear = best_model_on_set(prospect, above, margin=0.01)
    assert clear[0] >= 1 / 3 + 0.01 - 1e-9
    assert clear[1:].max() <= 1 / 3 - 0.01 + 1e-9
    everything = np.ones(5, dtype=bool)
    assert best_model_on_set(prospect, everything) is None


def test_the_frontier_of_one_prompt_by_hand():
    """At err_iiv >= 1/4 one right answer must stay below: err = max(0, 1/6 - delta)."""
    frontier = trade_off_frontier(known_world(ONE), [0, 0.1, 0.5], min_err_iiv=0.25)
    assert frontier.err == pytest.approx([1 / 6, 1 / 6 - 0.1, 0], abs=1e-6)
    assert frontier.bound == pytest.approx([0.5 - 2 / 3 - d for d in (0, 0.1, 0.5)])
    for q, above, delta in zip(frontier.p_hat, frontier.above, frontier.delta, strict=True):
        assert np.array_equal(q > 1 / 3, above)
        assert calibration_delta(ONE, q) <= delta + 1e-6
        assert abs(q.sum() - 1) < 1e-9


@pytest.mark.parametrize("wrong", [-0.1, 1.1])
def test_the_frontier_refuses_what_is_no_probability(wrong):
    with pytest.raises(InvalidInput, match="min_err_iiv must be in"):
        trade_off_frontier(known_world(ONE), [0.1], min_err_iiv=wrong)
    with pytest.raises(InvalidInput, match="miscalibration must be in"):
        kalai_vempala_bound(0.5, wrong, n_samples=10, n_facts=10, n_possible=100)
    with pytest.raises(InvalidInput, match="a whole number >= 0"):
        table_and_calculator(10, -1, 10, answer_prob=F(3, 4))


def test_no_more_responses_lie_above_than_fit():
    """At 1/K = 1/3 two fit, not three: three right answers of 1/3 cannot all be told."""
    three = World(p=[0.4, 0.3, 0.3, 0, 0, 0], valid=[True] * 3 + [False] * 3)
    assert least_iiv_error(known_world(three)) == pytest.approx(0.3 / 2)
    two = World(p=[0.5, 0.5, 0, 0], valid=[True, True, False, False])
    # 1/K = 1/2: one fits, for two would sum to more than 1.
    assert least_iiv_error(known_world(two)) == pytest.approx(0.25)


def test_levels_are_relative_and_strict():
    """Values that differ by a part in 10^9 of themselves are one level, however small they are."""
    levels = level_sets(np.array([1e-12, 1e-12 * (1 + 1e-12), 2e-12, 0.5]))
    assert levels.tolist() == [0, 0, 1, 2]
