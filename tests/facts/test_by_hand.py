"""Small numbers worked by hand, where the mutation check found that broad tests leave room."""

import math
from fractions import Fraction as F

import numpy as np
import pytest

from theory.errors import InvalidInput
from theory.facts import (
    CountsOfCounts,
    FactSample,
    FactWorld,
    best_upper,
    closed_interval,
    closed_upper,
    corollary_3_interval,
    counted_rise,
    expected_missing_mass,
    expected_singleton_rate,
    four_events_term,
    lemma_1_interval,
    lemma_2_bound,
    lemma_2_term,
    model_of_cells,
    rise_term,
    theorem_2_lower,
    theorem_2_upper,
)
from theory.facts.missing_mass_bounds import LEMMA_1_OWN_FACTOR, LEMMA_1_TIGHTER_FACTOR
from theory.facts.samples import expected_squared_mass
from theory.facts.theorem_2 import printed_upper_term

WORLD = FactWorld([F(1, 2), F(1, 2)], 5)
CALLS = {
    "closed_upper": lambda N, g: closed_upper(0.1, N, max_errors=9, gamma=g),
    "closed_interval": lambda N, g: closed_interval(0.1, N, gamma=g),
    "four_events_term": lambda N, g: four_events_term(N, min_responses=9, gamma=g),
    "lemma_2_term": lambda N, g: lemma_2_term(N, gamma=g),
    "lemma_2_bound": lambda N, g: lemma_2_bound(0.1, N, gamma=g),
    "theorem_2_lower": lambda N, g: theorem_2_lower(0.1, N, min_errors=9, gamma=g),
    "theorem_2_upper": lambda N, g: theorem_2_upper(0.1, N, max_errors=9, gamma=g),
    "lemma_1_interval": lambda N, g: lemma_1_interval(0.1, N, gamma=g),
    "corollary_3_interval": lambda N, g: corollary_3_interval(0.1, N, gamma=g),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_every_finite_sample_statement_refuses_what_is_no_sample(call):
    """In the words of the argument, before anything is computed."""
    for N in (0, 2.5, -3):
        with pytest.raises(InvalidInput, match="n_samples must be a whole number"):
            call(N, 0.01)
    for gamma in (0.0, 1.0, -0.1):
        with pytest.raises(InvalidInput, match="gamma must be"):
            call(1000, gamma)


@pytest.mark.parametrize(
    "share_of", [lemma_2_bound, lemma_1_interval, corollary_3_interval, closed_interval]
)
def test_a_singleton_rate_is_a_share(share_of):
    with pytest.raises(InvalidInput, match=r"(singleton_rate|estimate) must be"):
        share_of(1.5, 1000)


@pytest.mark.parametrize(
    "expected", [expected_missing_mass, expected_singleton_rate, expected_squared_mass]
)
def test_expectations_need_a_sample(expected):
    with pytest.raises(InvalidInput, match="n_samples must be a whole number >= 1"):
        expected(WORLD, 0)
    with pytest.raises(InvalidInput, match="n_samples must be a whole number"):
        printed_upper_term(0)


def test_expectations_of_two_facts_by_hand():
    """Two equal facts, N = 2: both once with probability 1/2, else one of them never."""
    assert expected_singleton_rate(WORLD, 2) == F(1, 2)
    assert expected_missing_mass(WORLD, 2) == F(1, 4)
    assert expected_squared_mass(WORLD, 2) == F(1, 8)


def test_the_constants_of_lemma_1():
    """2.42 + sqrt 2, below 3.84; and 2.65 for a proof without a step for abstentions."""
    assert pytest.approx(2.42 + math.sqrt(2), abs=1e-15) == LEMMA_1_TIGHTER_FACTOR
    assert LEMMA_1_OWN_FACTOR == 2.65


def test_both_ways_to_an_upper_bound_share_the_failure_probability():
    """Each gets gamma/2: a bound that is the better of two must pay for both."""
    counts = CountsOfCounts(10**4, [1, 2], [2000, 500])
    bound = best_upper(counts, max_errors=9, gamma=0.02)
    closed, counted = rise_term(10**4, gamma=0.01), counted_rise(counts, gamma=0.01)
    # (MM)(1 - 1/R): a tenth of the guesses are right by luck.
    assert bound.bound == pytest.approx(0.9 * (0.2 + min(closed, counted)), rel=1e-6)
    careless = min(rise_term(10**4, gamma=0.02), counted_rise(counts, gamma=0.02))
    assert bound.bound > 0.9 * (0.2 + careless) + 1e-5


def test_a_model_of_cells_by_hand():
    """One fact seen, one not: a tenth on a favoured wrong answer of the seen one."""
    sample = FactSample.of_prompts(WORLD, 2, [2, 0])
    model = model_of_cells(
        sample,
        on_answer=np.array([F(9, 10), F(1, 5)], dtype=object),
        on_idk=np.array([F(0), F(0)], dtype=object),
        on_favoured=np.array([F(1, 10), F(0)], dtype=object),
        n_favoured=np.array([1, 0]),
        on_other=np.array([F(0), F(1, 5)], dtype=object),
    )
    assert model.on_favoured.tolist() == [F(1, 10), F(0)]
    assert model.on_other.tolist() == [F(0), F(1, 5)]
    with pytest.raises(InvalidInput):
        model_of_cells(sample, on_answer=np.array([0.9, 0.2]), on_idk=np.array([0.0, 0.0]))
