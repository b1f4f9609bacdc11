"""Prompt laws: their values, their bands, and what banding costs."""

import numpy as np
import pytest

from simulations.facts import geometric_law, pareto_law, two_level_law, uniform_law, zipf_law
from simulations.facts.prompt_laws import (
    N_RANKS_SUMMED,
    _power_sums,
    band_edges,
    banded_law,
    law_of_counts,
)
from theory.errors import InvalidInput
from theory.facts import expected_missing_mass, expected_singleton_rate

RANKS = np.arange(1, 10**6 + 1)
CURVES = [
    (lambda b: zipf_law(10**6, exponent=0.0, max_bands=b), RANKS**-0.0),
    (lambda b: zipf_law(10**6, exponent=0.5, max_bands=b), RANKS**-0.5),
    (lambda b: zipf_law(10**6, exponent=1.0, max_bands=b), RANKS**-1.0),
    (lambda b: zipf_law(10**6, exponent=2.5, max_bands=b), RANKS**-2.5),
    (lambda b: pareto_law(10**6, shape=1.2, max_bands=b), ((RANKS - 0.5) / 10**6) ** (-1 / 1.2)),
    (lambda b: geometric_law(10**6, ratio=0.9999, max_bands=b), 0.9999 ** (RANKS - 1)),
]


@pytest.mark.parametrize(("law", "weights"), CURVES)
def test_prompt_by_prompt_law_is_its_formula(law, weights):
    np.testing.assert_allclose(law(None).mu, weights / weights.sum(), rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize(("law", "weights"), CURVES)
@pytest.mark.parametrize("n_bands", [1, 40, 1000])
def test_band_totals_are_the_sums_of_their_ranks(law, weights, n_bands):
    """Slow twin: add up the ranks of each band one by one."""
    banded = law(n_bands)
    starts = np.concatenate([[0], np.cumsum(banded.n_prompts)[:-1]])
    np.testing.assert_allclose(
        banded.mu, np.add.reduceat(weights / weights.sum(), starts), rtol=1e-9, atol=1e-300
    )


@pytest.mark.parametrize("n", [1, 2, 999, 1000, 1001, 10**6, 10**12, 10**15])
def test_bands_are_few_and_cover_every_rank_once(n):
    edges = band_edges(n, 1000)
    assert len(edges) - 1 <= 1000
    assert (edges[0], edges[-1]) == (0, n)
    assert (np.diff(edges) > 0).all()


def test_bands_by_hand():
    """As many bands as ranks, one band, and two: the first rank and the rest."""
    assert band_edges(10, 10).tolist() == list(range(11))
    assert band_edges(9, 1).tolist() == [0, 9]
    assert band_edges(9, 2).tolist() == [0, 1, 9]


def test_a_law_prompt_by_prompt_loses_no_digit():
    """Only bands far from the head are summed by a formula that is right to 13 digits."""
    weights = np.arange(1, 5001.0) ** -0.7
    assert (zipf_law(5000, exponent=0.7).mu == weights / weights.sum()).all()


def test_a_band_may_end_where_the_sum_term_by_term_ends():
    edges = np.array([0, 10, N_RANKS_SUMMED, 5000])
    twin = np.add.reduceat(1 / RANKS[:5000], edges[:-1])
    assert _power_sums(edges, 1.0) == pytest.approx(twin, rel=1e-12)


@pytest.mark.parametrize("exponent", [0.5, 1.0, 2.0])
def test_a_thousand_bands_move_the_singleton_rate_by_less_than_a_thousandth(exponent):
    """What steps instead of a curve cost: relative change of E sr and E MM at K = N = 10^6."""
    curve = zipf_law(10**6, exponent=exponent).facts()
    steps = zipf_law(10**6, exponent=exponent, max_bands=1000).facts()
    for mean in (expected_singleton_rate, expected_missing_mass):
        assert mean(steps, 10**6) == pytest.approx(mean(curve, 10**6), rel=1e-3)


def test_internet_scale_law_sums_to_1():
    law = zipf_law(10**12, max_bands=1000)
    assert law.mu.sum() == pytest.approx(1, abs=1e-12)
    assert law.n_prompts.sum() == 10**12
    harmonic = np.log(10**12) + np.euler_gamma
    assert law.mu[0] == pytest.approx(1 / harmonic, rel=1e-9)


def test_simple_laws():
    assert uniform_law(7).n_prompts.tolist() == [7]
    head = two_level_law(10, head_prompts=2, head_mass=0.75)
    assert (head.mu.tolist(), head.n_prompts.tolist()) == ([0.75, 0.25], [2, 8])
    assert law_of_counts([1, 5, 1, 3]).mu.tolist() == [0.5, 0.3, 0.2]
    assert banded_law([2, 2], [1, 9]).mu.tolist() == [0.5, 0.5]
    assert (geometric_law(3, ratio=0.5).mu * 7).tolist() == pytest.approx([4, 2, 1])


def test_abstention_may_differ_by_prompt():
    world = uniform_law(4).facts(answer_prob=0.5)
    assert world.answer_mass.tolist() == [0.125]
    mixed = banded_law([1, 1], [2, 2]).facts(answer_prob=[0.0, 1.0], n_responses=[2, 365])
    assert mixed.answer_mass.tolist() == [0.0, 0.25]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: uniform_law(0), "n_prompts must be a whole number >= 1, got 0"),
        (lambda: zipf_law(10, exponent=-1), "exponent must be >= 0, got -1"),
        (lambda: zipf_law(10, exponent=float("nan")), "exponent must be >= 0, got nan"),
        (lambda: zipf_law(10, max_bands=0), "max_bands must be a whole number >= 1"),
        (lambda: pareto_law(10, shape=0), "shape must be > 0, got 0"),
        (lambda: geometric_law(10, ratio=1.0), r"ratio must be in \(0, 1\), got 1.0"),
        (lambda: two_level_law(10, head_prompts=10, head_mass=0.5), "head_prompts must be < n"),
        (lambda: two_level_law(10, head_prompts=1, head_mass=2), r"head_mass must be in \[0, 1\]"),
        (lambda: law_of_counts([]), "counts must be a non-empty vector"),
        (lambda: law_of_counts([0, 0]), "weights must be >= 0, finite and not all 0"),
        (lambda: banded_law([1, -1], [1, 1]), "weights must be >= 0, finite"),
        (lambda: banded_law([1], [1, 2]), "two vectors of equal length"),
        (lambda: banded_law([1], [0]), "n_prompts must be >= 1 in each band"),
    ],
)
def test_bad_laws_are_refused(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()
