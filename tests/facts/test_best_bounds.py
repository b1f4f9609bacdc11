"""X9 and X13: numbers against 50 digits, printed tables, one rule of choice."""

import math
import time

import mpmath
import numpy as np
import pytest

from simulations.facts import draw_banded, geometric_law, two_level_law, uniform_law, zipf_law
from theory.errors import InvalidInput
from theory.facts import (
    CountsOfCounts,
    best_interval,
    best_lower,
    best_upper,
    closed_interval,
    closed_lower,
    closed_upper,
    drop_term,
    four_events_term,
    lemma_1_interval,
    lemma_2_term,
    rise_term,
    theorem_2_lower,
)
from theory.facts.closed_form import drop_at, rise_at
from theory.facts.from_counts import _grid, counted_drop, counted_floor_drop, counted_rise

SIZES = [10, 100, 10**4, 10**6, 10**9, 10**12, 10**15]
BIRTHDAYS = 365 / 364
DIGITS = 1e-10


def kappa(N, decay):
    """Sqrt(2 pi N) e^(1/(12 N)) I0(decay N) e^(-decay N), in 50 digits."""
    z = decay * N
    scaled = mpmath.besseli(0, z) * mpmath.exp(-z) if z < 1000 else bessel_series(z)
    return mpmath.sqrt(2 * mpmath.pi * N) * mpmath.exp(mpmath.mpf(1) / (12 * N)) * scaled


def bessel_series(z):
    """I0(z) e^(-z) for large z: 1/sqrt(2 pi z) sum of ((2k-1)!!)^2 / (k! (8z)^k)."""
    term, total, k = mpmath.mpf(1), mpmath.mpf(1), 0
    while abs(term) > mpmath.mpf(10) ** -50 and k < 200:
        k += 1
        term *= mpmath.mpf((2 * k - 1) ** 2) / (k * 8 * z)
        total += term
    return total / mpmath.sqrt(2 * mpmath.pi * z)


def drop_in_50_digits(theta, tau, N, gamma, stretch):
    """X9 as it is printed, without any rearrangement."""
    with mpmath.workdps(60):
        theta, tau, gamma, stretch = (mpmath.mpf(v) for v in (theta, tau, gamma, stretch))
        r, sigma = 1 - tau * theta, 1 + stretch**2 / 4
        slope = r * mpmath.expm1(theta) - theta
        exponent = 2 * r * slope / (sigma * theta**2) - 1
        A = sigma * theta**2 / (2 * r) * mpmath.exp(exponent) if exponent <= 0 else slope
        price = mpmath.log(kappa(N, mpmath.exp(-theta) * r / 2) / gamma)
        return ((r - 1 - mpmath.log(r)) + A + price / N) / theta


def rise_in_50_digits(theta, tau, N, gamma):
    """The upper side, its supremum from both critical points and the end."""
    with mpmath.workdps(60):
        theta, tau, gamma = (mpmath.mpf(v) for v in (theta, tau, gamma))
        r, B = 1 + tau * theta, -mpmath.expm1(-theta)
        d, p, q, s = theta - B * r, theta * (B * r - theta / 2), theta**3 / 6, r - theta
        b, c = s * p - 2 * q, s * d - p
        root = mpmath.sqrt(b * b - 4 * s * q * c)
        xs = [x for x in ((-b + root) / (2 * s * q), (-b - root) / (2 * s * q)) if x > 0]
        A = max([0, d, *(mpmath.exp(-s * x) * (d + p * x + q * x * x) for x in xs)])
        price = mpmath.log(kappa(N, (mpmath.mpf(1) / 2 - theta) * r) / gamma)
        return ((r - 1 - mpmath.log(r)) + A + price / N) / theta


@pytest.mark.parametrize("N", SIZES)
@pytest.mark.parametrize("gamma", [0.2, 0.01, 1e-9])
def test_x9_has_ten_digits(N, gamma):
    """At the scale of the best theta and away from it, N = 10 to 10^15, against 60-digit sums."""
    scale = math.sqrt(math.log(2 / gamma) / N)
    for theta in (min(1.2, 2 * scale), min(0.3, scale / 3)):
        for tau in (0.4, 0.1):
            for stretch in (0.0, BIRTHDAYS, 2.0):
                exact = drop_in_50_digits(theta, tau, N, gamma, stretch)
                assert abs(drop_at(theta, tau, N, gamma, stretch) / exact - 1) < DIGITS
            inside = min(theta, 0.4)
            exact = rise_in_50_digits(inside, tau, N, gamma)
            assert abs(rise_at(inside, tau, N, gamma) / exact - 1) < DIGITS


def gap_in_50_digits(counts, gamma, kind, thetas):
    """X13 as it is printed: the logarithms of the counts, not their excesses."""
    with mpmath.workdps(60):
        found = []
        for value in thetas:
            t, N = mpmath.mpf(float(value)), counts.n_samples
            pairs = list(zip(counts.times.tolist(), counts.n_prompts.tolist(), strict=True))
            share = mpmath.mpf(gamma) / len(thetas)
            if kind == "L":
                logs = sum(m * mpmath.log(1 - (-t) ** n) for n, m in pairs)
                low = (logs - mpmath.log(kappa(N, (1 - t) / 2) / share)) / t
                found.append(counts.answered(1) - low)
            elif kind == "U":
                logs = -sum(m * mpmath.log(1 - t**n) for n, m in pairs)
                price = mpmath.log(kappa(N, mpmath.mpf(1) / 2 - t) / share)
                found.append((logs + price) / t - counts.answered(1))
            else:
                once, twice = counts.answered(1), counts.answered(2)
                logs = once * mpmath.log(1 + t) + twice * mpmath.log(1 - 5 * t**2 / 4)
                price = mpmath.log(kappa(N, (1 - mpmath.sqrt(5) / 2 * t) / 2) / share)
                found.append(once - (logs - price) / t)
        return min(found) / counts.n_samples


@pytest.mark.parametrize("N", SIZES)
def test_x13_has_ten_digits(N):
    """Three counts of counts at each size, both sides and the floor."""
    for once, twice, often in ((1.0, 0.0, 0.0), (0.3, 0.15, 0.02), (0.01, 0.002, 0.3)):
        times, prompts = [1, 2, 3], [int(once * N), int(twice * N), int(often * N / 3)]
        counts = CountsOfCounts(N, times, prompts)
        thetas = _grid(counts, 0.01, 1 / 3)
        for kind, value in (
            ("L", counted_drop(counts)),
            ("U", counted_rise(counts)),
            ("T2", counted_floor_drop(counts)),
        ):
            exact = gap_in_50_digits(counts, 0.01, kind, thetas)
            assert abs(value / exact - 1) < DIGITS, (kind, N, once)


def fresh(call, repeats=15):
    """Seconds of the processor for the quickest fresh call, whatever else the machine does."""
    spent = []
    for i in range(repeats):
        start = time.process_time()
        call(0.01 + 1e-6 * (i + 1))
        spent.append(time.process_time() - start)
    return min(spent)


def test_a_call_takes_less_than_5_ms():
    sample = draw_banded(zipf_law(10**6, max_bands=300).facts(), 10**6, rng=0)
    counts = CountsOfCounts.of_sample(sample)
    assert fresh(lambda gamma: drop_term(10**6, gamma=gamma, stretch=BIRTHDAYS)) < 5e-3
    assert fresh(lambda gamma: rise_term(10**6, gamma=gamma)) < 5e-3
    assert fresh(lambda gamma: counted_floor_drop(counts, gamma=gamma)) < 5e-3


@pytest.mark.parametrize(
    ("N", "birthdays", "coins", "mass"),
    [
        (10**2, 0.2842, 0.332, 0.2658),
        (10**3, 0.0854, 0.1004, 0.0797),
        (10**4, 0.02654, 0.03127, 0.02475),
        (10**6, 0.002634, 0.003107, 0.002456),
        (10**12, 2.632e-6, 3.104e-6, 2.454e-6),
    ],
)
def test_x9_printed_numbers(N, birthdays, coins, mass):
    """The term at 99 % for R = 365, R = 2 and for the missing mass itself."""
    for value, stretch in ((birthdays, BIRTHDAYS), (coins, 2.0), (mass, 0.0)):
        assert drop_term(N, stretch=stretch) == pytest.approx(value, rel=6e-4)


def test_x9_upper_side_printed_number():
    assert rise_term(10**6) == pytest.approx(0.00245, rel=5e-3)


@pytest.mark.parametrize(
    ("twice", "below", "above"),
    [(0, 3.75e-4, 3.87e-4), (2_500, 4.77e-4, 4.93e-4), (23_000, 9.11e-4, 9.45e-4)],
)
def test_x13_printed_numbers(twice, below, above):
    """N = 10^6, sr = 0.01: at most 2 % above what a grid of nine thetas gave."""
    counts = CountsOfCounts(10**6, [1, 2], [10**4, twice])
    assert 0.95 * below < counted_drop(counts) < 1.02 * below
    assert 0.95 * above < counted_rise(counts) < 1.02 * above


@pytest.mark.parametrize("N", [10**3, 10**6, 10**12])
def test_each_step_beats_the_one_before(N):
    """X9 < X4 < paper at every N; at sr = 0.01 X13 < X9."""
    closed = drop_term(N, stretch=BIRTHDAYS)
    assert closed < four_events_term(N, min_responses=365).total < lemma_2_term(N)
    few = CountsOfCounts(N, [1, 2], [N // 100, N // 400])
    assert counted_floor_drop(few, stretch=BIRTHDAYS) < closed


@pytest.mark.parametrize("N", [10, 10**4, 10**9])
@pytest.mark.parametrize("stretch", [0.0, BIRTHDAYS, 2.0])
def test_no_neighbour_of_the_minimum_is_lower(N, stretch):
    """The search need not be trusted for validity; here it is shown to lose nothing."""
    best = drop_term(N, stretch=stretch)
    theta = np.geomspace(0.02, 50, 300) / math.sqrt(N)
    grid = [drop_at(t, tau, N, 0.01, stretch) for t in theta for tau in np.linspace(0, 1, 41)]
    assert best <= min(grid) * (1 + 1e-9)


@pytest.mark.parametrize("theta", [0.003, 0.1, 0.4])
@pytest.mark.parametrize("tau", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("stretch", [0.0, BIRTHDAYS, 2.0])
def test_lemma_a_is_above_the_supremum(theta, tau, stretch):
    """A >= (1/x) ln(1 + e^(-rx)[...]) on a fine grid of x, on both sides."""
    x = np.geomspace(1e-4, 300, 20_000)
    N, gamma = 10**6, 0.01

    def part(term, r, decay):
        """What is left of a term when the radius and kappa are taken out: A."""
        price = math.log(2 * math.pi * N) / 2 + 1 / (12 * N) - math.log(gamma)
        scaled = -0.5 * math.log(2 * math.pi * decay * N) + 1 / (8 * decay * N)
        return term * theta - (r - 1 - math.log(r)) - (price + scaled) / N

    r = 1 - tau * theta
    m = np.exp(np.minimum(0, -theta * x + (theta * x * stretch) ** 2 / 8))
    curve = np.log1p(np.exp(-r * x) * (math.expm1(theta) * r * x + m - 1)) / x
    A = part(drop_at(theta, tau, N, gamma, stretch), r, math.exp(-theta) * r / 2)
    assert curve.max() <= A + 1e-11
    r = 1 + tau * theta
    curve = np.log1p(np.exp(-r * x) * (math.expm1(-theta) * r * x + np.expm1(theta * x))) / x
    A = part(rise_at(theta, tau, N, gamma), r, (0.5 - theta) * r)
    assert curve.max() <= A + 1e-9


def test_outside_the_proved_range_the_term_is_infinite():
    assert drop_at(2.0, 0.6, 10, 0.01, 0.0) == math.inf
    assert rise_at(0.5, 0.1, 10, 0.01) == math.inf
    assert rise_at(0.1, -0.1, 10, 0.01) == math.inf
    assert rise_at(0.4, 1.2, 10, 0.01) == math.inf


def test_the_rule_of_choice():
    """From counts: both at gamma/2, the nearer reported; from (sr, N) alone: X9 at gamma."""
    few = CountsOfCounts(10**6, [1, 2], [10**4, 100])
    floor = best_lower(few, min_errors=364, delta=0.001)
    assert floor.method == "X13"
    assert floor.sampling_term == counted_floor_drop(few, gamma=0.005, stretch=BIRTHDAYS)
    assert floor.bound == pytest.approx(0.01 - 2 / 364 - 0.001 - floor.sampling_term, rel=1e-12)
    many = CountsOfCounts(10**6, [1, 2], [420_000, 180_000])
    floor = best_lower(many, min_errors=364)
    assert (floor.method, floor.gamma) == ("X9", 0.01)
    assert floor.sampling_term == drop_term(10**6, gamma=0.005, stretch=BIRTHDAYS)
    alone = closed_lower(0.42, 10**6, min_errors=364)
    assert alone.sampling_term == drop_term(10**6, stretch=BIRTHDAYS) < floor.sampling_term


def test_upper_bounds_follow_the_same_rule():
    few = CountsOfCounts(10**6, [1], [10**4])
    ceiling = best_upper(few, max_errors=9)
    assert ceiling.method == "X13"
    assert ceiling.bound == pytest.approx(0.9 * (0.01 + counted_rise(few, gamma=0.005)))
    assert closed_upper(0.01, 10**6, max_errors=9).bound == pytest.approx(
        0.9 * (0.01 + rise_term(10**6))
    )


def test_intervals_follow_the_same_rule():
    few = CountsOfCounts(10**6, [1], [10**4])
    interval = best_interval(few)
    assert interval.below == counted_drop(few, gamma=0.0025)
    assert interval.above == counted_rise(few, gamma=0.0025)
    assert interval.method == "X13"
    alone = closed_interval(0.01, 10**6)
    assert (alone.below, alone.above) == (
        drop_term(10**6, gamma=0.005),
        rise_term(10**6, gamma=0.005),
    )
    assert interval.above < alone.above < lemma_1_interval(0.01, 10**6).above / 4


def test_non_vacuous_where_the_paper_is_vacuous():
    """N = 10^4, sr = 0.2: paper below 0, X9 0.168."""
    assert theorem_2_lower(0.2, 10**4, min_errors=364).vacuous
    assert closed_lower(0.2, 10**4, min_errors=364).bound == pytest.approx(0.168, abs=5e-4)


LAWS = {
    "uniform": lambda n: uniform_law(round(n / 0.87)),
    "two levels": lambda n: two_level_law(n, head_prompts=max(1, n // 50), head_mass=0.5),
    "zipf": lambda n: zipf_law(n, max_bands=200),
    "geometric": lambda n: geometric_law(n, ratio=1 - 10 / n, max_bands=200),
}


@pytest.mark.parametrize("law", LAWS)
def test_counts_of_a_sample_are_those_of_its_prompts(law):
    """One pass over prompts and the cells of a banded sample give the same table."""
    sample = draw_banded(LAWS[law](1000).facts(answer_prob=0.8), 1000, rng=3)
    counts = CountsOfCounts.of_sample(sample)
    flat = CountsOfCounts.of_prompts(np.repeat(sample.n_answers, sample.n_prompts), 1000)
    assert counts.times.tolist() == flat.times.tolist()
    assert counts.n_prompts.tolist() == flat.n_prompts.tolist()
    assert counts.answered(1) == sample.n_singletons
    assert counts.singleton_rate == sample.n_singletons / 1000


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: drop_term(0), "n_samples must be a whole number >= 1"),
        (lambda: rise_term(10, gamma=1), r"gamma must be in \(0, 1\)"),
        (lambda: closed_lower(1.5, 10, min_errors=3), r"singleton_rate must be in \[0, 1\]"),
        (lambda: closed_lower(0.5, 10, min_errors=0), "min_errors must be a whole number >= 1"),
        (lambda: closed_lower(0.5, 10, min_errors=1, delta=2), r"delta must be in \[0, 1\]"),
        (lambda: closed_upper(0.5, 10, max_errors=0), "max_errors must be a whole number >= 1"),
        (lambda: CountsOfCounts(0, [1], [0]), "n_samples must be a whole number >= 1"),
        (lambda: CountsOfCounts(9, [0], [1]), "times must be >= 1, got 0 at position 0"),
        (lambda: CountsOfCounts(9, [1], [-1]), "n_prompts must be >= 0, got -"),
        (lambda: CountsOfCounts(9, [1, 1], [1, 1]), "times must be different numbers"),
        (lambda: CountsOfCounts(9, [1, 2], [1]), "times must be different numbers"),
        (lambda: CountsOfCounts(9, [5], [2]), "n_samples must be at least the 10 samples counted"),
        (
            lambda: best_lower(CountsOfCounts(9, [1], [2]), min_errors=0),
            "min_errors must be a whole number >= 1",
        ),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()


def test_against_published_constants():
    """MM above sr, N = 10^6, sr = 0.01, 99 %: each published interval with explicit constants.

    McAllester and Schapire (2000): (2 sqrt 2 + sqrt 3) sqrt(ln(3/g)/N). Berend and Kontorovich's
    tail exp(-N e^2) of MM joined with McDiarmid's for GT, g/2 each, as in Corollary 3.
    """
    N, g = 10**6, 0.01
    schapire = (2 * math.sqrt(2) + math.sqrt(3)) * math.sqrt(math.log(3 / g) / N)
    tails = (1 + math.sqrt(2)) * math.sqrt(math.log(2 / g) / N)
    counted = counted_rise(CountsOfCounts(N, [1], [10**4]), gamma=g)
    assert schapire == pytest.approx(0.0109, abs=5e-5)
    assert tails == pytest.approx(0.0056, abs=5e-5)
    assert rise_term(N) == pytest.approx(0.00246, abs=5e-6)
    assert counted == pytest.approx(0.00038, abs=5e-6)
