"""What the checks let pass and what they do not, in numbers."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from theory.facts import lemma_2_bound, theorem_2_lower, theorem_2_upper
from theory.reduction import World, tight_world
from theory.results import Bound
from theory.testing import (
    BoundViolation,
    assert_best_bound,
    assert_kalai_vempala,
    assert_lemma_2,
    assert_slack_identity,
    assert_theorem_2_lower,
    assert_theorem_2_upper,
    reduction_terms,
)
from theory.testing import reduction as checks
from theory.testing.reduction import complaints, rounding
from theory.trade_off import kalai_vempala_bound

ROOM = 1e-9 * (2 + 3 / 4)
"""What sums that miss 1 by 1e-9 may push a bound with k/K = 3/4 by."""


@pytest.fixture
def tight():
    """Equality in Theorem 1, k/K = 3/4, in floats."""
    world, p_hat = tight_world(3, 4)
    return world.to_float(), np.array(p_hat, dtype=float)


def test_rounding_by_hand(tight):
    """2 (X + C + 8) unit roundings of 2 + 2 k/K; none in Fractions."""
    world, p_hat = tight
    terms = reduction_terms(world, p_hat)
    n = world.n_examples + 1 + 8
    assert rounding(world, terms) == pytest.approx(
        2 * n * 2.0**-53 * (2 + 2 * 3 / 4), rel=1e-12, abs=0
    )
    exact, q = tight_world(3, 4)
    assert rounding(exact, reduction_terms(exact, q)) == 0


@pytest.mark.parametrize(("share", "n"), [(0.9, 0), (-0.9, 0), (1.5, 1), (-1.5, 1)])
def test_a_number_may_be_off_by_its_rounding(tight, share, n):
    world, p_hat = tight
    terms = reduction_terms(world, p_hat)
    allowed = rounding(world, terms)
    assert len(complaints(world, p_hat, {"err": terms["err"] + share * allowed})) == n


@pytest.mark.parametrize(("share", "n"), [(0.9, 1), (1.1, 2)])
def test_an_error_below_its_bound_is_a_complaint_of_its_own(tight, share, n):
    """Beyond what the distributions may miss 1 by; nearer, only the number itself is off."""
    world, p_hat = tight
    err = reduction_terms(world, p_hat)["err"]
    assert len(complaints(world, p_hat, {"err": err - share * ROOM})) == n
    assert len(complaints(world, p_hat, {"unused_room": -share * ROOM})) == n


def test_without_a_tolerance_zero_is_not_below_zero(tight):
    """Nothing may miss 1: slack and slack terms of exactly 0 still pass by their rounding."""
    world, p_hat = tight
    strict = World(world.p, world.valid, world.n_responses, mu=world.mu, tolerance=0)
    assert complaints(strict, p_hat, reduction_terms(strict, p_hat)) == []


def test_a_model_that_misses_one_may_miss_its_bound_by_as_much(tight):
    """0.9e-9 of the mass is missing: err is 2.25e-10 below the bound, which is no damage."""
    world, p_hat = tight
    short = p_hat * (1 - 0.9e-9)
    assert reduction_terms(world, short)["slack"] == pytest.approx(-2.25e-10, rel=1e-3, abs=0)
    assert assert_best_bound(world, short).size_ratio == 3 / 4


def test_nonsense_above_the_threshold_overshoots_by_all_its_mass():
    """1/|E| = 1/4 is taken off an error's mass and nothing off nonsense's: 1/4 + 1/2."""
    world = World(
        p=[F(1), F(0), F(0), F(0), F(0), F(0)],
        valid=[True] + [False] * 5,
        nonsense=[False] * 5 + [True],
    )
    terms = reduction_terms(world, [F(0), F(1, 2), F(0), F(0), F(0), F(1, 2)])
    assert terms["overshoot"] == F(1, 2) - F(1, 4) + F(1, 2)


def test_both_thresholds_of_the_identity_are_checked(tight, monkeypatch):
    world, p_hat = tight
    assert_slack_identity(world, p_hat)
    for name, title in (("theorem_1_bound", "X1 at 1/K"), ("per_prompt_bound", "X1 at 1/.E_c.")):
        true = getattr(checks, name)

        def off(world, p_hat, true=true):
            return replace(true(world, p_hat), err=0.875)

        with monkeypatch.context() as patch:
            patch.setattr(checks, name, off)
            with pytest.raises(BoundViolation, match=title):
                assert_slack_identity(world, p_hat)


def test_a_bound_that_is_attained_holds_and_one_of_zero_is_vacuous():
    assert Bound(err=F(1), bound=F(1)).holds
    assert not Bound(err=F(1), bound=F(3, 2)).holds
    assert Bound(err=1.0, bound=1.0 + 0.25, tolerance=0.25).holds
    assert Bound(err=F(1), bound=F(0)).vacuous
    assert Bound(err=F(1), bound=F(-1)).vacuous
    assert not Bound(err=F(1), bound=F(1, 2)).vacuous


def test_a_world_without_prompts_is_refused():
    with pytest.raises(ValueError, match="n_responses"):
        World(p=[1.0, 0.0], valid=[True, False], n_responses=[])


N, TRIALS = 10**9, 2_000
"""So many samples that every bound says something, and trials enough to judge 99 %."""


def test_an_error_at_its_bound_keeps_it_and_one_below_does_not():
    """The same numbers in every trial: all of them hit, or none does."""
    sr, ones = 0.5, np.ones(TRIALS)
    lemma = lemma_2_bound(sr, N).bound
    lower = theorem_2_lower(sr, N, min_errors=1000, delta=0.125).bound
    upper = theorem_2_upper(sr, N, max_errors=1000).bound
    sizes = {"n_samples": N, "n_facts": 10, "n_possible": 10**12}
    rate = kalai_vempala_bound(sr, 0.125, **sizes).bound
    assert min(lemma, lower, upper, rate) > 0.3
    calls = {
        lemma / 2: lambda e: assert_lemma_2(sr * ones, e * ones, N),
        lower: lambda e: assert_theorem_2_lower(
            sr * ones, e * ones, 0.125 * ones, N, min_errors=1000
        ),
        rate: lambda e: assert_kalai_vempala(sr * ones, 0.125 * ones, e * ones, **sizes),
    }
    for least, call in calls.items():
        assert call(least) == 1
        with pytest.raises(AssertionError, match="held in 0 of 2000 trials"):
            call(0.99 * least)
    assert assert_theorem_2_upper(sr * ones, upper * ones, N, max_errors=1000) == 1
    with pytest.raises(AssertionError, match="held in 0 of 2000 trials"):
        assert_theorem_2_upper(sr * ones, 1.01 * upper * ones, N, max_errors=1000)


def test_a_delta_above_one_counts_as_one():
    """Rounding may bring a delta of 1 a little above it."""
    ones = np.ones(TRIALS)
    assert assert_theorem_2_lower(0.5 * ones, 0 * ones, 1.005 * ones, N, min_errors=9) == 1
