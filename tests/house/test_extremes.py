"""Right values at the ends of the range of floats, and one sentence beyond them."""

import math
from fractions import Fraction

import numpy as np
import pytest

from theory.calibration import audit_delta, audit_delta_curve, equal_width_bins, rescale
from theory.calibration.ece import equal_mass_bins
from theory.errors import InvalidInput
from theory.facts import FactSample, FactWorld, lemma_2_term, theorem_2_lower
from theory.facts.four_events import squared_mass_bound
from theory.grading import answers_at, penalty
from theory.reduction import World
from theory.trade_off import kalai_vempala_bound, level_sets

F = Fraction


@pytest.mark.parametrize("n_bins", range(1, 101))
def test_every_edge_belongs_to_the_bin_below_it(n_bins):
    """(i/b, (i+1)/b] for all b up to 100; edges from linspace were off at 538 of 4,950."""
    edges = np.array([i / n_bins for i in range(n_bins + 1)])
    assert equal_width_bins(edges, n_bins).tolist() == [0, *range(n_bins)]
    above = np.nextafter(edges[:-1], 1)
    assert equal_width_bins(above, n_bins).tolist() == list(range(n_bins))


def test_rounded_sums_of_equal_masses_stay_in_their_bins():
    """0.1 + 0.1 + 0.1 is above 3/10, but the third of ten examples belongs to the third bin."""
    assert equal_mass_bins(np.arange(10), [0.1] * 10, 10).tolist() == list(range(10))


def test_lemma_2_at_tiny_gamma():
    """6 ln(3 * 10^15 / 10^-300) / sqrt(10^15), by decimal logarithms; it was infinite."""
    expected = 6 * (math.log(3) + 315 * math.log(10)) / math.sqrt(10**15)
    assert lemma_2_term(10**15, gamma=1e-300) == pytest.approx(expected, rel=1e-14)


def test_squared_mass_bound_at_tiny_gamma():
    """Lambda solves N exp(-Lambda)/Lambda = g/2 by bisection; it was infinite."""
    N, g = 10**8, 1e-300
    low, high = 1.0, 1000.0
    for _ in range(200):
        Lam = (low + high) / 2
        above = math.log(N) - Lam - math.log(Lam) > math.log(g) - math.log(2)
        low, high = (Lam, high) if above else (low, Lam)
    expected = (math.exp(-0.5) + math.sqrt(low * (math.log(2) - math.log(g)) / N)) ** 2 / N
    assert squared_mass_bound(N, g) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("gamma", [5e-324, 1e-320, 9e-301])
def test_gammas_out_of_the_range_of_floats_are_refused(gamma):
    assert lemma_2_term(10**9, gamma=1e-300) > lemma_2_term(10**9, gamma=1.005e-300)
    with pytest.raises(InvalidInput, match="gamma must be at least 1e-300"):
        theorem_2_lower(0.5, 100, min_errors=9, gamma=gamma)


@pytest.mark.parametrize("n", [10**19, 10**400, 10**5000], ids=["10^19", "10^400", "10^5000"])
def test_samples_that_no_counter_holds_are_refused(n):
    with pytest.raises(InvalidInput, match=r"n_samples must be at most 4\.612e\+18, got"):
        theorem_2_lower(0.5, n, min_errors=9)
    with pytest.raises(InvalidInput, match="n_samples must be at most"):
        FactSample(FactWorld(mu=[1], n_responses=3), n, [0], [1], [1])


def test_more_plausible_statements_than_floats_can_count():
    """300 |F| / (|Y| - |F|) is 0 in floats for 10^400 statements, and 1/2 for 601 of one fact."""
    sizes = {"n_samples": 100, "n_facts": 1}
    assert kalai_vempala_bound(1, 0, n_possible=10**400, **sizes).sparsity_term == 0
    assert kalai_vempala_bound(1, 0, n_possible=601, **sizes).sparsity_term == pytest.approx(0.5)


@pytest.mark.parametrize("s", [math.inf, math.nan, 0, -1])
def test_rescaling_needs_a_finite_factor(s):
    world = World(p=[1, 0, 0], valid=[True, False, False])
    with pytest.raises(InvalidInput, match="s must be a finite number > 0"):
        rescale(world, [0.6, 0.2, 0.2], s)


def test_single_precision_beside_double_does_not_flip_an_audit():
    """Score 0.1 in both samples: float32(0.1) is above the double 0.1, and delta was 1."""
    narrow, wide = np.full(100, 0.1, dtype=np.float32), np.full(100, 0.1)
    for training, generated in ((narrow, wide), (wide, narrow), (narrow, narrow), (wide, wide)):
        assert audit_delta(training, generated, 0.1).value == 0
    assert audit_delta(narrow, wide, np.float32(0.1)).value == 0
    assert audit_delta(narrow + np.float32(0.01), wide, 0.1).value == 1


def test_every_threshold_of_an_audit_gets_its_share_of_the_allowance():
    """1/Z of it each: with less care the curve would not cover at all thresholds at once."""
    training, generated = np.linspace(0, 1, 40), np.linspace(0, 1, 60) ** 2
    zs = [0.1, 0.3, 0.5, 0.9]
    for z, found in zip(zs, audit_delta_curve(training, generated, zs), strict=True):
        alone = audit_delta(training, generated, z, confidence_level=1 - 0.05 / 4)
        assert (found.low, found.high) == (alone.low, alone.high)
        assert found.high > audit_delta(training, generated, z).high


def test_a_target_is_the_decimal_that_it_prints_as():
    """29/100 does not exceed 0.29, whose nearest float is smaller; 0.9 costs 9 points."""
    assert not answers_at(F(29, 100), 0.29)
    assert not answers_at(0.1, F(1, 10))
    assert not answers_at(np.float32(0.3), np.float64(0.3))
    assert answers_at(F(291, 1000), 0.29)
    assert penalty(np.float32(0.9)) == penalty(0.9) == 9
    assert penalty(F(29, 100)) == F(29, 71)


def test_levels_are_relative_and_no_chain_makes_one_wide():
    """Within 1e-9 of the least value of a level: neither an absolute width nor a chain of steps."""
    assert level_sets([1e-12, 3e-12, 0]).tolist() == [1, 2, 0]
    assert level_sets([0.5, 0.5 * (1 + 1e-10), 0.5 * (1 + 3e-9)]).tolist() == [0, 0, 1]
    chain = 0.1 * (1 + 6e-10 * np.arange(6))
    assert level_sets(chain).tolist() == [0, 0, 1, 1, 2, 2]
