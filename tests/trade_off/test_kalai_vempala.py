"""Kalai and Vempala (2024): monofacts, miscalibration and the bound between them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.stats import binomtest

from theory.arrays import as_numbers
from theory.errors import InvalidInput
from theory.facts import good_turing_estimate
from theory.testing.strategies import distributions
from theory.trade_off import (
    kalai_vempala_bound,
    level_sets,
    miscalibration,
    within_bin_miscalibration,
)


@given(p=distributions(7), q=distributions(7))
def test_miscalibration_is_half_the_gap_over_level_sets(p, q):
    """Mis = (1/2) sum over levels of |p_hat(B) - p(B)|: dictionary twin, exact."""
    gaps = {}
    for a, b in zip(p, q, strict=True):
        gaps[b] = gaps.get(b, Fraction(0)) + b - a
    assert miscalibration(p, q) == sum(map(abs, gaps.values())) / 2
    assert within_bin_miscalibration(p, q) == miscalibration(p, q)


@settings(max_examples=40)
@given(p=distributions(7), q=distributions(7))
def test_coarser_bins_hide_miscalibration(p, q):
    """Mis_b <= within-bin Mis_b and Mis_b <= Mis for every b; Mis_1 = 0; Mis(q, q) = 0."""
    for b in (1, 2, 3, 7):
        assert miscalibration(p, q, b) <= miscalibration(p, q)
        assert miscalibration(p, q, b) <= within_bin_miscalibration(p, q, b)
    assert miscalibration(p, q, 1) == 0
    assert miscalibration(q, q) == 0


def test_level_sets_forgive_rounding_but_not_more():
    assert level_sets([0.1 + 0.2, 0.3, 0.3000001]).tolist() == [0, 0, 1]
    exact = as_numbers("q", [Fraction(n, 12) for n in (4, 4, 3, 1)])
    assert level_sets(exact).tolist() == [2, 2, 1, 0]


def random_facts(rng, *, n_facts=200, n_possible=300_000, n=20_000):
    """Facts at random among plausible statements, Zipf frequencies, n draws: (p, counts)."""
    weights = 1 / (1 + np.arange(n_facts))
    p = np.zeros(n_possible)
    facts = rng.choice(n_possible, n_facts, replace=False)
    p[facts] = weights / weights.sum()
    counts = np.zeros(n_possible, dtype=np.int64)
    counts[facts] = rng.multinomial(n, p[facts])
    return p, counts


def good_turing_model(counts):
    """Seen statements by frequency, the monofact rate spread over all unseen statements."""
    MF = good_turing_estimate(counts)
    q = (1 - MF) * counts / counts.sum()
    q[counts == 0] = MF / np.count_nonzero(counts == 0)
    return q


def calibrated_by_count(p, counts):
    """Give statements seen equally often the average of what they deserve: Mis = 0."""
    n = np.bincount(counts)
    return (np.bincount(counts, p) / np.maximum(n, 1))[counts]


def memoriser(counts):
    return counts / counts.sum()


@pytest.mark.parametrize("learn", [good_turing_model, memoriser])
def test_kalai_vempala_2024_corollary_1(learn):
    """P(hallucination) >= MF - Mis - 3 e^-s / gamma - sqrt(6 ln(6/gamma)/n), 1 - gamma = 0.9."""
    kept = 0
    for rng in np.random.default_rng(3).spawn(20):
        p, counts = random_facts(rng)
        q = learn(counts)
        result = kalai_vempala_bound(
            good_turing_estimate(counts),
            miscalibration(p, q),
            n_samples=20_000,
            n_facts=200,
            n_possible=300_000,
            gamma=0.1,
        )
        kept += q[p == 0].sum() >= result.bound
    assert binomtest(kept, 20, 0.9, alternative="less").pvalue > 1e-6


def many_rare_facts(rng):
    """4,000 equally likely facts, 4,000 draws: 37 % of the draws are monofacts."""
    p, counts = np.zeros(1_000_000), np.zeros(1_000_000, dtype=np.int64)
    p[:4000] = 1 / 4000  # which statements are facts is a name only: learners see counts
    counts[:4000] = rng.multinomial(4000, p[:4000])
    return p, counts


def test_the_2024_bound_says_something_and_few_bins_break_it():
    """Non-vacuity: a calibrated model must err; and Mis_1 = 0 would convict a memoriser."""
    p, counts = many_rare_facts(np.random.default_rng(5))
    sizes = {"n_samples": 4000, "n_facts": 4000, "n_possible": 1_000_000, "gamma": 0.1}
    MF = good_turing_estimate(counts)
    calibrated, parrot = calibrated_by_count(p, counts), memoriser(counts)
    honest = kalai_vempala_bound(MF, miscalibration(p, calibrated), **sizes)
    assert 0.1 < honest.bound <= calibrated[p == 0].sum()
    # The memoriser never errs. With its true miscalibration the bound is kept ...
    assert kalai_vempala_bound(MF, miscalibration(p, parrot), **sizes).bound <= 0
    assert kalai_vempala_bound(MF, within_bin_miscalibration(p, parrot, 1), **sizes).bound <= 0
    # ... with a single bin it would be "violated": Mis_b is only safe with many bins.
    assert kalai_vempala_bound(MF, miscalibration(p, parrot, 1), **sizes).bound > 0.1


def test_knowing_which_statements_are_facts_breaks_the_2024_bound():
    """Drop the hypothesis of regular facts: an oracle has q = p, Mis = 0, err = 0, MF > 0."""
    p, counts = many_rare_facts(np.random.default_rng(5))
    sizes = {"n_samples": 4000, "n_facts": 4000, "n_possible": 1_000_000, "gamma": 0.1}
    Mis = miscalibration(p, p)
    assert Mis == 0
    assert kalai_vempala_bound(good_turing_estimate(counts), Mis, **sizes).bound > 0.1


def test_small_terms_at_99_percent():
    """300 |F| / (|Y| - |F|) and 7/sqrt(n), as stated in 2024."""
    result = kalai_vempala_bound(0.5, 0.1, n_samples=10_000, n_facts=1, n_possible=1001)
    assert result.sparsity_term == pytest.approx(0.3)
    assert 0.06 < result.sampling_term < 7 / 100
    assert result.bound == pytest.approx(0.5 - 0.1 - 0.3 - result.sampling_term)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: miscalibration([0.5, 0.5], [1, 0], 3), "n_bins must be <= 2"),
        (lambda: miscalibration([0.5, 0.5], [1, 0], 0), "n_bins must be a whole number >= 1"),
        (lambda: miscalibration([0.5, 0.5], [1, 0.2]), "p_hat must be a distribution"),
        (lambda: miscalibration([0.5, 0.5], [1]), "p_hat must be of shape"),
        (
            lambda: kalai_vempala_bound(1.5, 0, n_samples=1, n_facts=1, n_possible=2),
            "monofact_rate",
        ),
        (lambda: kalai_vempala_bound(1, 0, n_samples=1, n_facts=2, n_possible=2), "n_possible"),
        (
            lambda: kalai_vempala_bound(1, 0, n_samples=1, n_facts=1, n_possible=2, gamma=0),
            r"gamma must be in \(0, 1\)",
        ),
    ],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(InvalidInput, match=match):
        call()


def test_floats_and_fractions_do_not_mix():
    with pytest.raises(TypeError, match="both be Fractions"):
        miscalibration([Fraction(1, 2), Fraction(1, 2)], [0.5, 0.5])
