"""Sampled estimates: the intervals cover what they claim, at every sample size."""

from math import comb

import numpy as np
import pytest
from scipy.stats import binomtest

from theory.errors import InvalidInput
from theory.intervals import proportion
from theory.reduction import (
    estimate_delta,
    estimate_error,
    estimate_iiv_error,
    estimate_reduction,
)


@pytest.mark.parametrize("truth", [0.0, 0.03, 0.5, 0.99, 1.0])
@pytest.mark.parametrize("n", [1, 7, 40])
def test_proportion_covers_exactly_enough(truth, n):
    """Sum the binomial probabilities of the covering outcomes: no simulation needed."""
    weights = [comb(n, k) * truth**k * (1 - truth) ** (n - k) for k in range(n + 1)]
    covered = [proportion(k, n, confidence_level=0.9).covers(truth) for k in range(n + 1)]
    assert np.dot(weights, covered) >= 0.9 - 1e-12


@pytest.mark.parametrize("p", [0.0, 0.2, 0.7])
@pytest.mark.parametrize("q", [0.2, 1.0])
def test_two_sample_intervals_cover_by_enumeration(p, q):
    """delta and err_iiv over all pairs of counts with 8 and 11 draws."""
    n, m = 8, 11
    mass_delta = mass_iiv = 0.0
    for i in range(n + 1):
        for j in range(m + 1):
            weight = comb(n, i) * p**i * (1 - p) ** (n - i) * comb(m, j) * q**j * (1 - q) ** (m - j)
            first, second = [True] * i + [False] * (n - i), [True] * j + [False] * (m - j)
            mass_delta += weight * estimate_delta(first, second, confidence_level=0.8).covers(
                abs(q - p)
            )
            truth = (1 - p + q) / 2
            mass_iiv += weight * estimate_iiv_error(first, second, confidence_level=0.8).covers(
                truth
            )
    assert mass_delta >= 0.8
    assert mass_iiv >= 0.8


def test_the_floor_shares_the_allowance_and_takes_the_worst_ends():
    """Three proportions at (1 - c)/4 each, by SciPy: 1 - p_high + e_low - k/K - delta_high."""
    counts = {"training": (30, 40), "generated": (20, 50), "error": (3, 60)}
    flags = {name: [True] * k + [False] * (n - k) for name, (k, n) in counts.items()}
    result = estimate_reduction(
        training_above=flags["training"],
        generated_above=flags["generated"],
        error_above=flags["error"],
        generated_valid=[True, False],
        size_ratio=0.1,
        confidence_level=0.9,
    )
    p, q, e = (
        binomtest(k, n).proportion_ci(1 - 0.1 / 4, method="exact") for k, n in counts.values()
    )
    delta_high = max(q.high - p.low, p.high - q.low)
    assert result.floor == pytest.approx(1 - p.high + e.low - 0.1 - delta_high, rel=1e-12)


def test_delta_interval_is_not_vacuous():
    """With 10^4 draws each the interval is narrower than 0.05 and excludes 0."""
    rng = np.random.default_rng(1)
    e = estimate_delta(rng.random(10_000) < 0.3, rng.random(10_000) < 0.5, confidence_level=0.95)
    assert 0.15 < e.low < 0.2 < e.high < 0.25


def test_estimate_error_counts_errors():
    """3 invalid of 4."""
    assert estimate_error([True, False, False, False]).value == 0.75


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: proportion(3, 2), "successes must be <= trials = 2, got 3"),
        (lambda: proportion(1, 0), "trials must be a whole number >= 1, got 0"),
        (
            lambda: proportion(1, 2, confidence_level=1.0),
            r"confidence_level must be in \(0, 1\), got 1.0",
        ),
        (lambda: estimate_error([]), "generated_valid must be a non-empty vector"),
        (lambda: estimate_delta([True], [0.3]), "generated_above must be true or false"),
    ],
)
def test_bad_input(call, message):
    """One sentence each."""
    with pytest.raises(InvalidInput, match=message):
        call()
