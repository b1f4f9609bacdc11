"""Small numbers worked by hand, where the mutation check found that broad tests leave room."""

import math
from fractions import Fraction as F

import numpy as np
import pytest

from simulations.facts import several_answers
from theory.errors import InvalidInput
from theory.facts import (
    CountsOfCounts,
    FactSample,
    FactWorld,
    best_lower,
    best_upper,
    calibrated_memoriser,
    closed_interval,
    closed_upper,
    corollary_3_interval,
    counted_drop,
    counted_floor_drop,
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
from theory.facts.best_bounds import _nearer
from theory.facts.closed_form import _peak, drop_at, rise_at
from theory.facts.four_events import answer_deviation, squared_mass_bound
from theory.facts.from_counts import _grid
from theory.facts.missing_mass_bounds import (
    LEMMA_1_OWN_FACTOR,
    LEMMA_1_TIGHTER_FACTOR,
    log_ratio,
)
from theory.facts.samples import expected_squared_mass
from theory.facts.theorem_2 import printed_upper_term

WORLD = FactWorld([F(1, 2), F(1, 2)], 5)
CALLS = {
    "counted_drop": lambda N, g: counted_drop(CountsOfCounts(N, [1], [1]), gamma=g),
    "counted_rise": lambda N, g: counted_rise(CountsOfCounts(N, [1], [1]), gamma=g),
    "counted_floor_drop": lambda N, g: counted_floor_drop(CountsOfCounts(N, [1], [1]), gamma=g),
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
    with pytest.raises(InvalidInput, match="singleton_rate must be"):
        closed_upper(1.5, 1000, max_errors=9)


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
    for factor, value in ((LEMMA_1_OWN_FACTOR, 2.65), (LEMMA_1_TIGHTER_FACTOR, 3.834213562)):
        interval = lemma_1_interval(0.5, 4 * 10**6, gamma=5 * math.exp(-4), factor=factor)
        assert interval.above == pytest.approx(value / 1000, rel=1e-9)


def test_both_ways_to_an_upper_bound_share_the_failure_probability():
    """Each gets gamma/2: a bound that is the better of two must pay for both."""
    counts = CountsOfCounts(10**4, [1, 2], [2000, 500])
    bound = best_upper(counts, max_errors=9, gamma=0.02)
    closed, counted = rise_term(10**4, gamma=0.01), counted_rise(counts, gamma=0.01)
    # (MM)(1 - 1/R): a tenth of the guesses are right by luck.
    assert bound.bound == pytest.approx(0.9 * (0.2 + min(closed, counted)), rel=1e-6)
    careless = min(rise_term(10**4, gamma=0.02), counted_rise(counts, gamma=0.02))
    assert bound.bound > 0.9 * (0.2 + careless) + 1e-5


@pytest.mark.parametrize(("twice", "method"), [(100, "X13"), (300_000, "X9")])
def test_each_way_to_an_upper_bound_gets_half_of_gamma(twice, method):
    """Whichever is nearer: with few pairs the counts tell more, with many the closed form."""
    counts = CountsOfCounts(10**6, [1, 2], [10**4 if twice == 100 else 300_000, twice])
    bound = best_upper(counts, max_errors=9, gamma=0.02)
    ways = {"X9": rise_term(10**6, gamma=0.01), "X13": counted_rise(counts, gamma=0.01)}
    assert bound.method == method == min(ways, key=ways.get)
    assert bound.sampling_term == 0.9 * ways[method]


def test_a_tie_is_told_as_the_closed_form():
    assert _nearer(0.5, 0.5) == (0.5, "X9")


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


def highest(d, p, q, s):
    """Largest value of 0 and e^(-s x)(d + p x + q x^2) over a fine grid of x >= 0."""
    x = np.linspace(0, 60, 600_001)
    return max(0.0, float((np.exp(-s * x) * (d + p * x + q * x**2)).max()))


@pytest.mark.parametrize(
    ("d", "p", "q", "s"),
    [
        (0.43, 0.29, 0.08, 0.51),  # 2q > s p: the larger root by the sum
        (-1.0, 2.0, 3.0, 2.0),
        (0.1, 0.5, 0.05, 1.0),  # 2q < s p: the same root without cancellation
        (-0.5, 1.0, 0.25, 2.0),
        (0.9, 0.1, 0.5, 1.0),  # falls, then rises again to less than d
        (0.2, -1.0, 2.0, 1.0),  # falls, then rises to more than d
        (1.0, 0.5, 0.1, 1.0),  # only falls
        (-2.0, -1.0, 0.01, 1.0),  # below 0 everywhere but for a late crest near 0
        (2.0, 2.0, 1.0, 1.0),  # a double root at 0: (2 + 2x + x^2) e^(-x) falls
        (0.5, 1.0, 0.5, 1.0),  # 2q = s p, roots -1/s' and 1/s'
    ],
)
def test_the_crest_of_the_cubic_bound(d, p, q, s):
    """X9's supremum on the upper side against a grid of x."""
    assert _peak(d, p, q, s) == pytest.approx(highest(d, p, q, s), abs=1e-8)


def test_the_crest_by_hand():
    """x e^(-x) is highest at 1 with 1/e; x^2 e^(-x) at 2 with 4/e^2 (q = 0 is no case of X9)."""
    assert _peak(0.0, 0.0, 1.0, 1.0) == pytest.approx(4 / math.e**2, rel=1e-15)
    assert _peak(0.0, 1.0, 1e-12, 1.0) == pytest.approx(1 / math.e, rel=1e-9)


def test_the_ends_of_the_ranges_for_which_x9_is_proved():
    """r = 0 is no circle; r = 1 and r = 1/ln 2 belong to the upper side, exactly."""
    assert drop_at(0.5, 2.0, 100, 0.01, 1.0) == math.inf
    assert math.isfinite(rise_at(0.25, 0.0, 100, 0.01))
    assert math.isfinite(rise_at(0.25, (1 / math.log(2) - 1) * 4, 100, 0.01))


def test_the_thetas_of_x13():
    """1/3 halved while above sqrt(2 ln(1/g)/N): 18 ln(100) 4^6 = 339,538 samples have seven."""
    for N, n_thetas in ((10, 1), (84, 1), (339_000, 6), (340_000, 7)):
        thetas = _grid(CountsOfCounts(N, [1], [1]), 0.01, 1 / 3)
        assert thetas.tolist() == pytest.approx([2.0**-i / 3 for i in range(n_thetas)])


def test_the_floor_from_counts_for_a_wide_loss():
    """By pair with four answers rho = 4: sigma = 5, and theta begins at 1/(2 sqrt 5)."""
    N, once, twice = 1000, 300, 40
    counts = CountsOfCounts(N, [1, 2], [once, twice])
    thetas, gaps = [0.5 / math.sqrt(5) / 2**i for i in range(2)], []
    for t in thetas:
        eta = (1 - math.sqrt(5) * t) / 2
        phi = np.linspace(0, math.pi, 20_001)
        i0e = np.trapezoid(np.exp(eta * N * (np.cos(phi) - 1)), phi) / math.pi
        kappa = math.sqrt(2 * math.pi * N) * math.exp(1 / (12 * N)) * i0e
        logs = once * math.log(1 + t) + twice * math.log(1 - 5 * t**2)
        gaps.append(once - (logs - math.log(kappa * len(thetas) / 0.01)) / t)
    term = counted_floor_drop(counts, gamma=0.01, stretch=4.0)
    assert term == pytest.approx(min(gaps) / N, rel=1e-8)


def test_a_ratio_beyond_the_floats():
    """ln(10^300/10^-300) = 600 ln 10."""
    assert log_ratio(1e300, 1e-300) == pytest.approx(600 * math.log(10), rel=1e-15)


def test_x4_with_two_responses_and_shares_of_its_own():
    """R/(R-1) = 2 and Q ln(1/g)/2 = 1/8: Hoeffding gives 2 sqrt(1/8); four shares as asked for."""
    assert answer_deviation(0.25, 2, math.exp(-1)) == pytest.approx(2 * math.sqrt(0.125))
    assert answer_deviation(0.25, 3, math.exp(-1)) == pytest.approx(1.5 * math.sqrt(0.125))
    events = four_events_term(100, min_responses=2, gamma=0.4, shares=(0.1, 0.05, 0.15, 0.1))
    assert events.answers == answer_deviation(squared_mass_bound(100, 0.1), 2, 0.1)
    assert events.singletons == pytest.approx(math.sqrt(2 * math.log(20) / 100))
    assert events.missing == pytest.approx(math.sqrt(2 * math.log(1 / 0.15) / (math.e * 100)))


def test_a_split_in_fractions_allows_for_no_rounding():
    model = calibrated_memoriser(FactSample.of_prompts(WORLD, 2, [2, 0]))
    assert model.split().tolerance == 0
    floats = calibrated_memoriser(FactSample.of_prompts(FactWorld([0.5, 0.5], 5), 2, [2, 0]))
    assert floats.split().tolerance == 1e-9


@pytest.mark.parametrize(("N", "seed"), [(400, 5), (40, 0), (40, 1), (40, 2), (40, 3), (4, 0)])
def test_one_trial_of_several_answers_prompt_by_prompt(N, seed):
    """R = 12, three right answers; the guess goes evenly over what was not seen."""
    R, m = 12, N // 4
    found = several_answers._trial(N, R, 0.05, rng=np.random.default_rng(seed))
    rng = np.random.default_rng(seed)
    prompts, answers = rng.integers(m, size=N), rng.choice(3, p=(0.5, 0.3, 0.2), size=N)
    seen = [set() for _ in range(m)]
    for c, a in zip(prompts.tolist(), answers.tolist(), strict=True):
        seen[c].add(a)
    unseen = [sum((0.5, 0.3, 0.2)[a] for a in range(3) if a not in s) for s in seen]
    err = sum(u * (R - 3) / (R - len(s)) for u, s in zip(unseen, seen, strict=True)) / m
    assert found["err"] == pytest.approx(err, rel=1e-12)
    by_prompt = np.bincount(prompts, minlength=m)
    by_pair = np.bincount(prompts * 3 + answers, minlength=3 * m)
    for name, counts in (("prompt", by_prompt), ("pair", by_pair)):
        table = CountsOfCounts.of_prompts(counts)
        floor = best_lower(table, min_errors=R - 3, n_answers=3, by_pair=name == "pair", gamma=0.05)
        assert found[f"rate_{name}"] == (counts == 1).sum() / N
        assert found[f"lower_{name}"] == floor.bound
