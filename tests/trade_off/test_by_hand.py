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
from theory.trade_off.frontier import (
    _limits,
    _meaning_of_above,
    _most_above,
    _solved,
    _twins_in_order,
)
from theory.trade_off.kalai_vempala import LEVEL_TOLERANCE, _least_of_levels
from theory.trade_off.prospect import Prospect, _as_model

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


def told(constraints):
    """Rows, lower and upper limits of some constraints."""
    return [(c.A.tolist(), *np.unique(c.lb), *np.unique(c.ub)) for c in constraints]


def test_what_above_means_to_the_integer_program():
    """One response, z = 1/4, in (q, w, a): q >= z a; q <= z + (1 - z) a; w <= a; w <= q; ..."""
    assert told(_meaning_of_above(0.25, 1)) == [
        ([[1, 0, -0.25]], 0, np.inf),
        ([[1, 0, -0.75]], -np.inf, 0.25),
        ([[0, 1, -1]], -np.inf, 0),
        ([[1, -1, 0]], 0, np.inf),
        ([[1, -1, 1]], -np.inf, 1),
    ]


def test_limits_of_the_integer_program_by_hand():
    """q sums to 1; w - p a weighs at most delta; (weight in E - p) a is at least 2 e - 1."""
    sums, gap, iiv = told(_limits(known_world(ONE), 0.125, 0.25))
    assert sums == ([[1] * 5 + [0] * 10], 1, 1)
    assert gap == ([[0] * 5 + [1] * 5 + [-0.5, -0.5, 0, 0, 0]], -0.125, 0.125)
    assert iiv[0][0] == pytest.approx([0] * 10 + [-0.5, -0.5, 1 / 3, 1 / 3, 1 / 3])
    assert iiv[1:] == (-0.5, np.inf)


def test_twins_are_ordered_within_their_prompt():
    """Two answers and two errors; then two errors that look like those before, and an answer."""
    valid = [True, True, False, False, False, False, True]
    world = World([0.5, 0.5, 0, 0, 0, 0, 1], valid, [4, 3])
    ((rows, least, most),) = told(_twins_in_order(known_world(world)))
    assert (least, most) == (0, np.inf)
    assert [row[14:] for row in rows] == [
        [1, -1, 0, 0, 0, 0, 0],
        [0, 0, 1, -1, 0, 0, 0],
        [0, 0, 0, 0, 1, -1, 0],
    ]
    assert not np.any([row[:14] for row in rows])
    assert _twins_in_order(known_world(World([1.0, 0], [True, False]))) == []


def test_a_model_off_the_threshold_exceeds_its_delta_by_what_that_takes():
    """Five responses, each 1e-8 off on either side: 1e-7, all of which saves errors."""
    frontier = trade_off_frontier(known_world(ONE), [0.0, 0.1], min_err_iiv=0.25)
    for q, delta in zip(frontier.p_hat, (0, 0.1), strict=True):
        assert calibration_delta(ONE, q) == pytest.approx(delta + 1e-7, abs=1e-9)


def test_a_set_that_the_integer_program_found_within_its_tolerance():
    """An error above 1/3 has a gap of 1/3 at least: 5e-8 less will do, 1e-5 less will not."""
    above = np.array([False, False, True, False, False])
    model = _solved(known_world(ONE), above, 1 / 3 - 5e-8, margin=0.0)
    assert model[2] == pytest.approx(1 / 3, abs=1e-7)
    with pytest.raises(RuntimeError, match="disagrees"):
        _solved(known_world(ONE), above, 1 / 3 - 1e-5, margin=0.0)


@pytest.mark.parametrize("K", [1, 2, 49])
def test_fewer_than_K_fit_above_one_over_K_though_floats_say_more(K):
    """1 / (1 / 49) is above 49 in floats."""
    world = World([1.0, *[0.0] * K], [True, *[False] * K])
    assert _most_above(known_world(world)) == K - 1


def test_a_level_ends_where_its_tolerance_ends():
    """At a part in 10^9 above the least value still one level, one float further another."""
    end = (1 + LEVEL_TOLERANCE) * 0.25
    assert _least_of_levels(np.array([0.25, end])).tolist() == [0.25]
    after = np.nextafter(end, 1)
    assert _least_of_levels(np.array([0.25, after])).tolist() == [0.25, after]


def test_a_chain_of_close_values_is_cut_where_a_level_ends():
    """Each within 1e-9 of the one before, the third not of the first."""
    chain = 0.25 * (1 + np.array([0, 0.8e-9, 1.6e-9]))
    assert _least_of_levels(chain).tolist() == [chain[0], chain[2]]


WRONG_SEEN = Prospect(
    mu=np.ones(1),
    n_responses=np.array([4]),
    p=np.array([0.5, 0.5, 0, 0]),
    error=np.array([1.0, 0, 0, 0]),
    iiv_error_weight=np.array([1.0, 0, 0, 0]),
    threshold=0.3,
    size_ratio=1.0,
)
"""An average over worlds in which half of the training mass sits on what is wrong at present."""


def test_the_least_model_gives_up_what_is_wrong_as_far_as_it_may():
    """Down to 3/10, where above ends; to 1/2 - delta; or until the others reach 3/10 as well."""
    wrong, nothing = np.array([True, False, False, False]), np.zeros(4, dtype=bool)
    assert best_model_on_set(WRONG_SEEN, wrong)[0] == pytest.approx(0.3)
    assert best_model_on_set(WRONG_SEEN, wrong, margin=0.02)[0] == pytest.approx(0.32)
    held = best_model_on_set(WRONG_SEEN, wrong, max_delta=0.125)
    assert held[0] == pytest.approx(0.375, abs=1e-6)
    below = best_model_on_set(WRONG_SEEN, nothing, margin=0.02)
    assert below.tolist() == pytest.approx([0.16, 0.28, 0.28, 0.28])


def test_what_a_solver_leaves_over_is_clipped_and_shared():
    assert _as_model(WRONG_SEEN, np.array([1.2, 0.25, -0.1, 0])).tolist() == [0.8, 0.2, 0, 0]
