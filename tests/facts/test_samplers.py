"""Both samplers draw from the same law, that of N single draws with replacement (X7).

Every comparison below is one chi-square, Kolmogorov-Smirnov or normal test with a fixed seed; the
seed was not searched for, and each would fail by chance with probability FALSE_ALARM.
"""

from collections import Counter
from itertools import product
from math import sqrt

import numpy as np
import pytest
from scipy import stats

from simulations.facts import draw_banded, draw_by_prompt, uniform_law, zipf_law
from simulations.facts.occupancy import (
    _by_poisson,
    _histogram,
    _poisson,
    _throw,
    _throw_all,
    occupancy,
)
from simulations.facts.prompt_laws import banded_law
from tests.facts.pair_by_pair import draw_corpus
from theory.errors import InvalidInput
from theory.facts import (
    FactWorld,
    expected_missing_mass,
    expected_singleton_rate,
    missing_mass,
    singleton_rate,
)

FALSE_ALARM = 1e-4


def agrees(observed, probabilities):
    """Chi-square of outcome counts against exact probabilities, rare outcomes pooled."""
    n = sum(observed.values())
    assert set(observed) <= set(probabilities)
    common = [k for k, p in probabilities.items() if n * p >= 5]
    rare = 1 - sum(probabilities[k] for k in common)
    seen = [observed[k] for k in common]
    expected = [n * probabilities[k] for k in common]
    if rare > 1e-12:
        seen.append(n - sum(seen))
        expected.append(n * rare)
    return stats.chisquare(seen, expected).pvalue > FALSE_ALARM


def enumerated_histograms(n_balls, n_boxes):
    law = Counter()
    for balls in product(range(n_boxes), repeat=n_balls):
        counts = np.bincount(balls, minlength=n_boxes)
        law[tuple(np.bincount(counts, minlength=n_balls + 1))] += n_boxes**-n_balls
    return law


def as_key(histogram, n_balls):
    key = np.zeros(n_balls + 1, dtype=int)
    key[histogram[0]] = histogram[1]
    return tuple(key)


WAYS = {
    "thrown": _throw_all,
    "thrown into boxes": lambda n, m, rng: _throw(n, np.zeros(1, np.int64), np.array([m]), rng),
    "multinomial": lambda n, m, rng: _histogram(rng.multinomial(n, np.full(m, 1 / m))),
    "poisson": _by_poisson,
}


@pytest.mark.parametrize(("n_balls", "n_boxes"), [(2, 3), (4, 2), (5, 4), (6, 3)])
@pytest.mark.parametrize("way", WAYS)
def test_occupancy_equals_full_enumeration(n_balls, n_boxes, way):
    """Tiny cases: the law of the whole histogram, on each of the three ways to draw it."""
    rng = np.random.default_rng(1)
    draws = (WAYS[way](n_balls, n_boxes, rng) for _ in range(1_500))
    observed = Counter(as_key(draw, n_balls) for draw in draws)
    assert agrees(observed, enumerated_histograms(n_balls, n_boxes))


@pytest.mark.parametrize(("n_balls", "n_boxes"), [(0, 3), (1, 1), (7, 1), (40, 6), (30, 10**6)])
def test_all_balls_thrown_one_by_one(n_balls, n_boxes):
    """The same throws, counted box by box in plain Python."""
    hit = Counter(np.random.default_rng(8).integers(n_boxes, size=n_balls).tolist())
    sizes = Counter(hit.values()) | Counter({0: n_boxes - len(hit)})
    counts, boxes = _throw_all(n_balls, n_boxes, np.random.default_rng(8))
    assert dict(zip(counts.tolist(), boxes.tolist(), strict=True)) == sizes


@pytest.mark.parametrize("n_balls", [0, 1, 5, 60])
def test_balls_thrown_into_boxes_that_hold_some(n_balls):
    """Boxes numbered cell after cell: the same throws, box by box; the cell of one box empties."""
    held, boxes = np.array([4, 0, 1, 7]), np.array([1, 5, 3, 2])
    hit = np.random.default_rng(9).integers(11, size=n_balls)
    expected = Counter((np.repeat(held, boxes) + np.bincount(hit, minlength=11)).tolist())
    counts, sizes = _throw(n_balls, held, boxes, np.random.default_rng(9))
    assert dict(zip(counts.tolist(), sizes.tolist(), strict=True)) == expected
    assert (np.diff(counts) > 0).all()


@pytest.mark.parametrize(
    ("mean", "n_boxes"), [(0.001, 10**6), (1.0, 10**9), (3.0, 10), (200.0, 10**12), (1e4, 50)]
)
def test_poisson_counts_are_all_that_may_occur_the_rarest_first(mean, n_boxes):
    """Against SciPy's probabilities of every count up to far beyond the mean."""
    counts, p = _poisson(mean, n_boxes)
    every = np.arange(2 * mean + 200)
    pmf = stats.poisson.pmf(every, mean)
    assert sorted(counts) == every[n_boxes * pmf > 1e-18].tolist()
    assert p == pytest.approx(pmf[counts], rel=1e-9, abs=0)
    assert (np.diff(p) >= 0).all()


def test_poisson_probabilities_sum_to_1_where_their_logarithms_lose_digits():
    """At a mean of 10^7 they add up to 1 + 5e-10 before they are scaled, and NumPy refuses that."""
    assert _poisson(1e7, 10)[1].sum() == pytest.approx(1, rel=1e-13)


WORLD = FactWorld([0.5, 0.3, 0.2], 5, [1.0, 0.5, 0.25], [1, 2, 3])


@pytest.mark.parametrize("draw", [draw_by_prompt, draw_banded, draw_corpus])
def test_samplers_equal_full_enumeration(draw):
    """(singletons, unseen) of 4 samples over 6 prompts in 3 classes, abstentions included."""
    flat = WORLD.by_prompt()
    law = Counter()
    outcomes = [*enumerate(flat.answer_mass), (6, 1 - flat.answer_mass.sum())]
    for sequence in product(outcomes, repeat=4):
        counts = np.bincount([c for c, _ in sequence], minlength=7)[:6]
        key = (int((counts == 1).sum()), int((counts == 0).sum()))
        law[key] += np.prod([p for _, p in sequence])
    rng, observed = np.random.default_rng(2), Counter()
    for _ in range(1_500):
        drawn = draw(WORLD, 4, rng=rng)
        sample = drawn.sample() if draw is draw_corpus else drawn
        observed[sample.n_singletons, sample.n_unseen] += 1
    assert agrees(observed, law)


def test_the_two_samplers_agree_in_law():
    """Kolmogorov-Smirnov on singleton rate and missing mass; bands large enough for Poisson."""
    world = banded_law([3, 2, 1], [2_000, 5_000, 9_000]).facts(answer_prob=[0.9, 1.0, 0.5])
    columns = {}
    for draw in (draw_by_prompt, draw_banded):
        rng = np.random.default_rng(3)
        samples = [draw(world, 20_000, rng=rng) for _ in range(150)]
        columns[draw] = [(singleton_rate(s), missing_mass(s)) for s in samples]
    slow, fast = (np.array(columns[draw]).T for draw in (draw_by_prompt, draw_banded))
    for a, b in zip(slow, fast, strict=True):
        assert stats.ks_2samp(a, b).pvalue > FALSE_ALARM


@pytest.mark.parametrize("n", [10**5, 10**9, 10**12])
def test_occupancy_has_the_right_mean_and_spread_at_scale(n):
    """Empty boxes of n balls in n boxes: mean n e^-1, variance n (e^-1 - 2 e^-2), both known."""
    rng = np.random.default_rng(4)
    empty = np.array([occupancy(n, n, rng=rng)[1][0] for _ in range(200)], dtype=float)
    mean = n * np.exp(n * np.log1p(-1 / n))
    sd = sqrt(n * (np.exp(-1) - 2 * np.exp(-2)))
    z = (empty - mean) / sd
    assert stats.norm.sf(abs(z.mean()) * sqrt(len(z))) * 2 > FALSE_ALARM
    assert FALSE_ALARM < stats.chi2.cdf((z**2).sum(), len(z)) < 1 - FALSE_ALARM


def test_crowded_boxes_have_the_right_spread():
    """5,000 boxes with 10^6 balls each: counts have variance n/m (1 - 1/m)."""
    counts, boxes = occupancy(5 * 10**9, 5_000, rng=5)
    n, m = 5 * 10**9, 5_000
    statistic = (boxes * (counts - n / m) ** 2).sum() / (n / m)
    assert FALSE_ALARM < stats.chi2.cdf(statistic, m - 1) < 1 - FALSE_ALARM


@pytest.mark.parametrize("draw", [draw_by_prompt, draw_banded])
def test_sample_means_are_the_exact_expectations(draw):
    """200 samples: mean sr and MM within their standard errors of E sr and E MM."""
    world = zipf_law(3_000, max_bands=30).facts(answer_prob=0.8)
    rng = np.random.default_rng(6)
    samples = [draw(world, 3_000, rng=rng) for _ in range(200)]
    for statistic, mean in (
        (singleton_rate, expected_singleton_rate),
        (missing_mass, expected_missing_mass),
    ):
        values = [statistic(s) for s in samples]
        assert stats.ttest_1samp(values, mean(world, 3_000)).pvalue > FALSE_ALARM


@pytest.mark.parametrize("n", [0, 1, 1_000, 10**6, 10**10])
@pytest.mark.parametrize("m", [1, 2, 5_000, 10**10])
def test_occupancy_keeps_every_ball_and_box(n, m):
    counts, boxes = occupancy(n, m, rng=7)
    assert (boxes.sum(), (counts * boxes).sum()) == (m, n)
    assert (boxes > 0).all()
    assert (np.diff(counts) > 0).all()


@pytest.mark.parametrize("draw", [draw_by_prompt, draw_banded])
def test_same_seed_same_sample(draw):
    world = zipf_law(10**4, max_bands=20).facts()
    a, b, c = (draw(world, 10**5, rng=seed) for seed in (1, 1, 2))
    assert np.array_equal(a.n_answers, b.n_answers)
    assert np.array_equal(a.n_prompts, b.n_prompts)
    assert a.n_singletons != c.n_singletons


def test_limits():
    """One prompt; N = 1; nobody ever answers."""
    assert singleton_rate(draw_banded(uniform_law(1).facts(), 1, rng=0)) == 1
    assert draw_banded(uniform_law(1).facts(), 5, rng=0).n_answers.tolist() == [5]
    silent = draw_banded(uniform_law(10**6).facts(answer_prob=0.0), 10**6, rng=0)
    assert (silent.n_unseen, silent.n_singletons) == (10**6, 0)


def test_probabilities_may_sum_to_1_up_to_rounding():
    """NumPy refuses a sum above 1 by more than 10^-12, worlds by more than 10^-9."""
    sample = draw_banded(FactWorld([0.5, 0.5 + 5e-10], 5), 10, rng=0)
    assert sample.n_answers.sum() == 10


def test_bad_input_is_refused():
    world = uniform_law(10**12).facts()
    with pytest.raises(InvalidInput, match="n_samples must be a whole number >= 1, got 0"):
        draw_banded(world, 0, rng=0)
    for draw in (draw_by_prompt, draw_banded):
        with pytest.raises(InvalidInput, match="n_samples must be a whole number >= 1, got -1"):
            draw(WORLD, -1, rng=0)
    with pytest.raises(InvalidInput, match="use draw_banded"):
        draw_by_prompt(world, 10, rng=0)
    with pytest.raises(InvalidInput, match="n_boxes must be a whole number >= 1"):
        occupancy(3, 0, rng=0)
