"""Corollary 3, Lemmas 1 and 2, Theorem 2 and X4: formulas, constants, limits."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from theory.errors import InvalidInput
from theory.facts import (
    LEMMA_1_TIGHTER_FACTOR,
    FactSample,
    FactWorld,
    calibrated_memoriser,
    closed_lower,
    closed_upper,
    corollary_3_interval,
    expected_singleton_rate,
    four_events_term,
    good_turing_estimate,
    lemma_1_interval,
    lemma_2_bound,
    lemma_2_term,
    model_of_cells,
    singleton_rate,
    theorem_2_lower,
    theorem_2_upper,
)
from theory.facts.four_events import squared_mass_bound
from theory.facts.missing_mass_bounds import COROLLARY_3_FACTOR, LEMMA_1_FACTOR
from theory.facts.theorem_2 import (
    PRINTED_LOWER_OFFSET,
    PRINTED_UPPER_FACTOR,
    printed_lower_term,
    printed_upper_term,
)
from theory.reduction import error_of_split, signed_gap_of_split

SIZES = [10**k for k in range(2, 13)]


def test_corollary_3_formula():
    """|M - GT| <= 1/N + 2.42 sqrt(ln(4/g)/N)."""
    interval = corollary_3_interval(0.5, 400, gamma=0.05)
    assert interval.above == pytest.approx(1 / 400 + 2.42 * math.sqrt(math.log(80) / 400))
    assert interval.covers(0.5)
    assert not interval.covers(0.5 + 1.01 * interval.above)


def test_corollary_3_constant_is_1_plus_root_2():
    """Tails exp(-N e^2) for M and exp(-N e^2 / 2) for GT, g/4 each, add up to 2.42."""
    assert 1 + math.sqrt(2) < COROLLARY_3_FACTOR < 1 + math.sqrt(2) + 0.01


def test_good_turing_estimate_is_the_singleton_rate_without_abstentions():
    assert good_turing_estimate([1, 1, 2, 0]) == 0.5


def test_lemma_1_formula():
    """|MM - sr| <= 4.42 sqrt(ln(5/g)/N)."""
    interval = lemma_1_interval(0.5, 400, gamma=0.05)
    assert interval.below == pytest.approx(4.42 * math.sqrt(math.log(100) / 400))
    assert lemma_1_interval(0.01, 10).lower == 0
    assert lemma_1_interval(0.9, 10).upper == 1


def test_erratum_3_lemma_1_needs_no_more_than_3_84():
    """2.42 + sqrt(2) < 3.84 < 4.42; and Corollary 3 plus nothing is below even 3.42."""
    assert LEMMA_1_TIGHTER_FACTOR < 3.84 < LEMMA_1_FACTOR
    for N in SIZES:
        for gamma in (0.001, 0.01, 0.1, 0.5):
            radius = corollary_3_interval(0, N, gamma=gamma).above
            assert radius <= 3.42 * math.sqrt(math.log(5 / gamma) / N)


def test_lemma_2_formula():
    """2 err_iiv >= sr - 6 ln(3N/g)/sqrt(N)."""
    assert lemma_2_bound(0.5, 100, gamma=0.03).bound == 0.5 - 6 * math.log(10_000) / 10


def test_theorem_2_lower_formula():
    """err >= sr - 2/min E - 6 ln(3N/g)/sqrt(N) - delta."""
    result = theorem_2_lower(0.5, 10**10, min_errors=364, delta=0.1, gamma=0.01)
    assert result.bound == pytest.approx(0.5 - 2 / 364 - 6 * math.log(3e12) / 1e5 - 0.1)
    assert not result.vacuous


def test_theorem_2_upper_formula():
    """err <= sr - sr/(L+1) + 5 sqrt(ln(5/g)/N)."""
    result = theorem_2_upper(0.5, 10**4, max_errors=364, gamma=0.01)
    assert result.bound == pytest.approx(0.5 - 0.5 / 365 + 5 * math.sqrt(math.log(500)) / 100)


def test_printed_constants_at_99_percent():
    """35 and 13 are the general constants at g = 0.01, rounded up."""
    assert math.ceil(6 * math.log(3 / 0.01)) == PRINTED_LOWER_OFFSET == 35
    assert math.ceil(5 * math.sqrt(math.log(5 / 0.01))) == PRINTED_UPPER_FACTOR == 13
    for N in SIZES:
        upper = theorem_2_upper(0.5, N, max_errors=9).sampling_term
        assert 0.97 < lemma_2_term(N) / printed_lower_term(N) <= 1
        assert 0.95 < upper / printed_upper_term(N) <= 1


def test_erratum_6_where_the_printed_lower_term_starts_to_say_something():
    """(35 + 6 ln N)/sqrt(N) is above 1 until N is about 7,900, above 0.2 until about 307,000."""
    below_1 = brentq(lambda N: printed_lower_term(round(N)) - 1, 1e3, 1e5, xtol=1)
    below_fifth = brentq(lambda N: printed_lower_term(round(N)) - 0.2, 1e4, 1e7, xtol=1)
    assert below_1 == pytest.approx(7_900, rel=0.01)
    assert below_fifth == pytest.approx(307_000, rel=0.01)


@pytest.mark.parametrize(
    ("N", "bracket", "times"), [(10**4, 0.0679, 13), (10**6, 0.00663, 17.7), (10**12, 6.61e-6, 30)]
)
def test_x4_with_equal_shares(N, bracket, times):
    """Extension X4 at g = 0.01, R = 365: the bracket, and how many times the paper's it beats."""
    total = four_events_term(N, min_responses=365).total
    assert total == pytest.approx(bracket, rel=2e-3)
    assert lemma_2_term(N) / total == pytest.approx(times, rel=0.03)


@pytest.mark.parametrize("g", [0.5, 0.01, 1e-6])
@pytest.mark.parametrize("N", [10, 10**4, 10**9])
def test_x4_qbar_equals_its_minimisation(N, g):
    """Slow twin of Qbar: a and Lambda."""
    Lam = brentq(lambda x: N * math.exp(-x) / x - g / 2, 1e-9, 200)
    Qbar = minimize_scalar(
        lambda a: (1 / (math.e * (1 - a)) + Lam * math.log(2 / g) / (a * N)) / N,
        bounds=(1e-9, 1 - 1e-9),
        method="bounded",
        options={"xatol": 1e-12},
    )
    assert squared_mass_bound(N, g) == pytest.approx(Qbar.fun, rel=1e-9)


@pytest.mark.parametrize("N", [10**6, 10**9, 10**12])
def test_theorem_2_both_sides_close_on_the_memoriser(N):
    """Tightness: at sr = E sr the bands around the memoriser's err shrink like 1/sqrt(N)."""
    world = FactWorld([1.0], 10**6 + 1, n_prompts=N)
    sr = expected_singleton_rate(world, N)
    lower = closed_lower(sr, N, min_errors=10**6).bound
    upper = closed_upper(sr, N, max_errors=10**6).bound
    assert 0 < upper - lower < 20 / math.sqrt(N) + 4e-6


def test_more_responses_more_samples_more_doubt():
    """Monotone: the bound grows with N, |E| and gamma."""

    def bound(N, K, gamma=0.01):
        return closed_lower(0.3, N, min_errors=K, gamma=gamma).bound

    assert bound(10**5, 9) < bound(10**5, 99)
    assert bound(10**5, 9) < bound(10**6, 9)
    assert bound(10**5, 9, 0.001) < bound(10**5, 9, 0.1)


def test_without_uniform_answers_the_lower_bound_fails():
    """Drop "a_c uniform": a model that knows a pattern answers unseen prompts and never errs."""
    world = FactWorld([1.0], 1001, n_prompts=10**6)
    sample = FactSample(world, 10**6, [0, 0, 0], [0, 1, 2], [368_000, 368_000, 264_000])
    knows = model_of_cells(sample, on_answer=np.ones(3), on_idk=np.zeros(3))
    err, delta = error_of_split(knows.split()), abs(signed_gap_of_split(knows.split()))
    floor = closed_lower(singleton_rate(sample), 10**6, min_errors=1000, delta=delta)
    assert err == delta == 0
    assert floor.bound > 0.35


def test_without_replacement_the_lower_bound_fails():
    """Drop "i.i.d. samples": all of 10^6 prompts seen once gives sr = 1 and no error."""
    world = FactWorld([1.0], 1001, n_prompts=10**6)
    sample = FactSample(world, 10**6, [0], [1], [10**6])
    assert error_of_split(calibrated_memoriser(sample).split()) == 0
    assert closed_lower(singleton_rate(sample), 10**6, min_errors=1000).bound > 0.99


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lemma_1_interval(0.1, 0), "n_samples must be a whole number >= 1, got 0"),
        (lambda: lemma_1_interval(1.2, 10), r"singleton_rate must be in \[0, 1\], got 1.2"),
        (lambda: corollary_3_interval(0.1, 10, gamma=0), r"gamma must be in \(0, 1\), got 0"),
        (lambda: theorem_2_lower(0.1, 10, min_errors=0), "min_errors must be a whole number >= 1"),
        (lambda: theorem_2_lower(0.1, 10, min_errors=3, delta=2), r"delta must be in \[0, 1\]"),
        (lambda: theorem_2_upper(0.1, 10, max_errors=0), "max_errors must be a whole number >= 1"),
        (lambda: closed_lower(0.1, 10, min_errors=0), "min_errors must be a whole number >= 1"),
        (lambda: closed_upper(0.1, 10, max_errors=0), "max_errors must be a whole number >= 1"),
        (
            lambda: four_events_term(10, min_responses=1),
            "min_responses must be a whole number >= 2",
        ),
        (
            lambda: four_events_term(10, min_responses=2, shares=(0.01,) * 4),
            "shares must be 4 numbers",
        ),
        (lambda: four_events_term(9, min_responses=2, shares=(0.01,)), "shares must be 4 numbers"),
        (lambda: good_turing_estimate([0, 0]), "an empty sample"),
        (lambda: good_turing_estimate([0.5]), "whole numbers >= 0"),
        (lambda: printed_lower_term(0), "n_samples must be a whole number >= 1"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()


def test_numpy_integers_are_whole_numbers():
    assert closed_lower(0.2, np.int64(1000), min_errors=np.int64(9)).n_samples == 1000
