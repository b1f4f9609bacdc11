"""The singleton rate of other sizes: rarefied exactly, extrapolated within a band, or refused."""

from fractions import Fraction as F
from itertools import combinations
from math import comb

import numpy as np
import pytest
from scipy.stats import binomtest

from simulations.facts import (
    draw_banded,
    geometric_law,
    pareto_law,
    two_level_law,
    uniform_law,
    zipf_law,
)
from theory.errors import InvalidInput
from theory.facts import (
    CountsOfCounts,
    chao_unseen,
    closed_lower,
    expected_singleton_rate,
    floor_until,
    growth_curve,
    samples_until,
)
from theory.testing import assert_coverage


@pytest.mark.parametrize("counts", [[3, 1, 2, 1], [1, 1, 1], [5], [4, 4, 1, 1, 1]])
def test_rarefaction_is_the_mean_over_all_subsamples(counts):
    """Every subset of the rows, enumerated."""
    rows = np.repeat(np.arange(len(counts)), counts)
    table = CountsOfCounts.of_prompts(counts)
    for n in range(1, len(rows) + 1):
        rates = [
            (np.bincount(rows[list(s)]) == 1).sum() / n for s in combinations(range(len(rows)), n)
        ]
        assert growth_curve(table, [n]).singleton_rate[0] == pytest.approx(np.mean(rates))


@pytest.mark.parametrize("N", [1_000, 10**6])
def test_rarefaction_formula_in_rationals(N):
    table = CountsOfCounts(N, [1, 2, 7, N // 4], [N // 10, N // 20, 3, 1])
    for n in (1, 2, N // 3, N - 1, N):
        exact = (
            sum(
                m * k * F(comb(N - k, n - 1), comb(N, n)) / n
                for k, m in zip(table.times.tolist(), table.n_prompts.tolist(), strict=True)
            )
            if N == 1_000
            else None
        )
        value = growth_curve(table, [n]).singleton_rate[0]
        assert exact is None or value == pytest.approx(float(exact), rel=1e-10)
        assert 0 <= value <= 1


def test_at_its_own_size_the_rate_is_the_corpus_own():
    table = CountsOfCounts(10**15, [1, 2], [10**13, 10**12])
    assert growth_curve(table, [10**15]).singleton_rate[0] == pytest.approx(0.01, rel=1e-12)


LAWS = {
    "uniform": uniform_law(2_000),
    "two levels": two_level_law(3_000, head_prompts=50, head_mass=0.5),
    "zipf": zipf_law(5_000),
    "geometric": geometric_law(1_000, ratio=0.99),
    "pareto": pareto_law(3_000, shape=2),
}
SIZES = np.linspace(200, 4_000, 20).astype(int)


def corpora(per_law):
    """So many corpora of 2,000 samples for each law, with the law's world."""
    for law in LAWS.values():
        world = law.facts()
        for seed in range(per_law):
            yield world, CountsOfCounts.of_sample(draw_banded(world, 2_000, rng=seed))


def truth_of(world, sizes):
    return np.array([expected_singleton_rate(world, int(n)) for n in sizes])


def test_the_truth_lies_in_the_whole_band():
    """Five laws, 40 corpora of 2,000 samples each: the curve to 4,000 in at least 95 % of 200.

    So many hits are seen with probability below 10^-2 where coverage is 95 % or less, and 98 %
    of coverage fails with probability 2 x 10^-3.
    """
    truths = {name: truth_of(law.facts(), SIZES) for name, law in LAWS.items()}
    names = np.repeat(list(LAWS), 40)
    inside = 0
    for name, (_, counts) in zip(names, corpora(40), strict=True):
        curve = growth_curve(counts, SIZES)
        inside += bool(((curve.low <= truths[name]) & (truths[name] <= curve.high)).all())
    assert_coverage(inside, 200, claimed=0.95)
    assert binomtest(inside, 200, 0.95, alternative="greater").pvalue < 0.01


@pytest.mark.parametrize("level", [0.2, 0.3])
def test_the_floor_falls_below_a_level_between_the_sizes_named(level):
    """Five laws: at the first size the floor's mean is not yet below, at the last it is."""
    errors, held, begins, ends = 364, [], 0, 0
    for world, counts in corpora(8):
        earliest, latest = floor_until(counts, level, min_errors=errors)
        right = True
        if latest is not None:
            ends += 1
            right &= truth_of(world, [latest])[0] - 2 / errors < level
        if earliest is not None and earliest > counts.n_samples:
            begins += 1
            rate = truth_of(world, [earliest])[0]
            right &= closed_lower(rate, earliest, min_errors=errors, gamma=0.005).bound >= level
        held.append(right)
    assert_coverage(held, claimed=0.95)
    assert begins
    assert ends


GROWING = CountsOfCounts(5_000, [1, 2, 4], [2_000, 900, 300])
GRID = np.unique(np.linspace(1, 2, 200) * 5_000).astype(int)


def sides_of_the_floor():
    """Each size with the band of its singleton rate, and the lower side less what X9 takes off."""
    curve = growth_curve(GROWING, GRID, gamma=0.02)
    terms = [closed_lower(0.0, n, min_errors=50, gamma=0.01).sampling_term for n in GRID.tolist()]
    return list(zip(GRID.tolist(), curve.low - np.array(terms), curve.high, strict=True))


@pytest.mark.parametrize(("level", "delta"), [(0.25, 0.0), (0.25, 0.05), (0.3, 0.02), (0.1, 0.2)])
def test_sizes_until_a_floor_one_by_one(level, delta):
    earliest, latest, before = None, None, int(GRID[0])
    for n, low, high in sides_of_the_floor():
        if earliest is None and low - 2 / 50 - delta < level:
            earliest = before
        if latest is None and high - 2 / 50 - delta < level:
            latest = n
        before = n
    found = floor_until(GROWING, level, min_errors=50, delta=delta, gamma=0.02)
    assert found == (earliest, latest)


def test_a_floor_at_the_level_is_not_below_it():
    """Where a side of the band meets the level exactly, in floats too, the next size is first."""
    held = []
    for k, (n, low, high) in enumerate(sides_of_the_floor()[:-1]):
        # What is named as the earliest is the size before the first that may be below.
        for side, value, first in ((0, low, n), (1, high, GRID[k + 1])):
            level = value - 2 / 50
            if k % 7 == 0 and level >= 0 and level + 2 / 50 == value:
                found = floor_until(GROWING, level, min_errors=50, gamma=0.02)
                held.append(found[side] == first)
    assert len(held) > 20
    assert all(held)


def test_a_floor_is_a_probability():
    with pytest.raises(InvalidInput, match=r"floor must be in \[0, 1\], got 1.5"):
        floor_until(GROWING, 1.5, min_errors=50)


def test_the_band_is_narrow_enough_to_say_something():
    """Zipf: at 2N the band is narrower than the fall of the rate; at N it is three times less."""
    counts = CountsOfCounts.of_sample(draw_banded(LAWS["zipf"].facts(), 2_000, rng=0))
    curve = growth_curve(counts, [200, 2_000, 4_000])
    width = curve.high - curve.low
    assert width[2] < 0.2 < curve.singleton_rate[0] - curve.singleton_rate[2]
    assert width[1] < 0.08


def test_the_series_bounds_from_both_sides():
    """Exactly known counts (means of a Poisson law): partial sums alternate about the truth."""
    x, m, t = 1.3, 10**6, 1.0
    N = m * x
    means = {k: m * np.exp(-x) * x**k / np.prod(np.arange(1.0, k + 1)) for k in range(1, 9)}
    truth = np.exp(-(1 + t) * x)
    sums = np.cumsum([k * (-t) ** (k - 1) * means[k] / N for k in means])
    assert (sums[::2] > truth).all()
    assert (sums[1::2] < truth).all()


TABLES = [
    CountsOfCounts(110, [1, 2, 3, 4, 5, 6, 9], [20, 10, 7, 4, 3, 1, 1]),
    CountsOfCounts(40, [1], [40]),
    CountsOfCounts(40, [2, 5], [10, 4]),
    CountsOfCounts(10**6, [1, 2, 3, 4, 5, 6, 7], [10**5, 10**5, 10**5, 5000, 9000, 3000, 100]),
]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("more", [0.05, 0.5, 1.0])
def test_the_band_ahead_by_hand(table, more):
    """Partial sums up to order 1 .. 6, each less or more 2.5758 sqrt(sum w^2 N_k + 1/N^2)."""
    N, size = table.n_samples, round((1 + more) * table.n_samples)
    t, pairs = size / N - 1, dict(zip(table.times.tolist(), table.n_prompts.tolist(), strict=True))
    lows, highs = [0.0], [1.0]
    for j in range(1, 7):
        w = {k: k * (-t) ** (k - 1) / N for k in pairs if k <= j}
        value = sum(w[k] * pairs[k] for k in w)
        spread = 2.5758293035489 * (sum(w[k] ** 2 * pairs[k] for k in w) + N**-2) ** 0.5
        highs, lows = (
            (highs, [*lows, value - spread])
            if j % 2 == 0
            else (
                [*highs, value + spread],
                lows,
            )
        )
    high = min(highs)
    low = min(max(lows), high)
    curve = growth_curve(table, [size])
    assert curve.singleton_rate[0] == pytest.approx((low + high) / 2, rel=1e-9)
    assert curve.low[0] == pytest.approx(min(1, max(0, low)), abs=1e-9)
    assert curve.high[0] == pytest.approx(min(1, max(0, high)), abs=1e-9)


def test_the_band_stays_among_the_probabilities():
    """Every sample a singleton: the rate is 1, and the band ends there."""
    curve = growth_curve(CountsOfCounts(40, [1], [40]), [1, 40])
    assert curve.singleton_rate.tolist() == [1, 1]
    assert curve.high.tolist() == [1, 1]
    assert (curve.low < 1).all()
    assert (growth_curve(CountsOfCounts(40, [2], [20]), [40]).low == 0).all()


def test_where_nothing_was_seen_once_the_band_stays_open():
    """No singleton at all: at its own size 0, and at most 2.5758/N."""
    curve = growth_curve(CountsOfCounts(40, [2, 5], [10, 4]), [40])
    assert curve.singleton_rate[0] == 0
    assert curve.high[0] == pytest.approx(2.5758293035489 / 40)


@pytest.mark.parametrize("table", TABLES)
def test_the_sizes_at_which_a_level_is_reached_and_passed(table):
    """Of 200 sizes from 1 to 2N; where the band touches the level, it is not yet below."""
    sizes = np.unique(np.geomspace(1, 2 * table.n_samples, 200).astype(int))
    curve = growth_curve(table, sizes)
    for rate in (0.9, 0.3, 0.05, float(curve.low[5]), float(curve.high[-20]), 1.0):
        reached = [i for i, low in enumerate(curve.low) if low < rate]
        passed = [i for i, high in enumerate(curve.high) if high < rate]
        earliest = int(sizes[max(0, reached[0] - 1)]) if reached else None
        latest = int(sizes[passed[0]]) if passed else None
        assert samples_until(table, rate) == (earliest, latest)
    with pytest.raises(InvalidInput, match=r"rate must be in \[0, 1\]"):
        samples_until(table, 1.5)


def test_beyond_twice_the_data_nothing_is_said():
    table = CountsOfCounts(100, [1], [50])
    with pytest.raises(InvalidInput, match="from 1 to 2 N = 200"):
        growth_curve(table, [201])
    with pytest.raises(InvalidInput, match=r"gamma must be in \(0, 1\)"):
        growth_curve(table, [10], gamma=0)


def test_how_much_more_data():
    """A level far above, one inside the reach, and one that the data cannot tell about."""
    table = CountsOfCounts.of_sample(draw_banded(uniform_law(10**5).facts(), 10**5, rng=1))
    earliest, latest = samples_until(table, 0.5)
    assert earliest <= 10**5 * np.log(2) <= latest < 10**5
    earliest, latest = samples_until(table, 0.3)
    assert earliest <= 10**5 * np.log(1 / 0.3) <= latest < 2 * 10**5
    assert samples_until(table, 0.05) == (None, None)


def test_chao_by_hand():
    assert chao_unseen(CountsOfCounts(20, [1, 2], [10, 4])) == 9
    assert chao_unseen(CountsOfCounts(20, [2], [4])) == 0
