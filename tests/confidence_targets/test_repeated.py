"""The interval of a mean over questions that are asked several times."""

from itertools import combinations_with_replacement, permutations
from math import factorial, log, prod

import numpy as np
import pytest
from scipy.stats import binomtest

from theory.confidence_targets import question_interval, repeated
from theory.errors import InvalidInput

VALUES = (0.0, 0.5, 1.0)


def orders_of(n, b=20, seed=0):
    return np.random.default_rng(seed).permuted(np.tile(np.arange(n), (b, 1)), axis=1)


def capital(rho, s, w, orders, needed, stake=0.9, seen_as=None):
    """Slow twin: gamblers one by one, question after question; stakes are set by what they see."""
    m = s if seen_as is None else seen_as
    ends = []
    for order in orders:
        wealth, seen, weight, squares = 1.0, 0.5, 1.0, 0.25
        for i, q in enumerate(order):
            bet = min((2 * needed / (len(s) * squares / (i + 1))) ** 0.5, stake / rho)
            wealth *= 1 + bet * (s[q] - rho * w[q])
            seen, weight = seen + m[q], weight + w[q]
            squares += (m[q] - seen / weight * w[q]) ** 2
        ends.append(wealth)
    return sum(ends) / len(ends)


def cases():
    """Few and many questions, with and without an open record."""
    rng = np.random.default_rng(3)
    for n in (1, 2, 7, 60, 400):
        w = rng.integers(1, 4, n) / 3
        low = w * np.round(rng.random(n), int(rng.integers(0, 4)))
        for high in (low, np.minimum(w, low + 0.2), w):
            yield (low, high, w), {"orders": orders_of(n), "confidence_level": 0.9}


def test_secants_end_where_forty_halvings_end(monkeypatch):
    """To the last bit."""
    found = [question_interval(*x, **how) for x, how in cases()]
    monkeypatch.setattr(repeated, "HALVINGS", repeated.GRID)
    assert found == [question_interval(*x, **how) for x, how in cases()]
    ends = [end for e in found for end in (e.low, e.high)]
    assert all((end * 2**40).is_integer() for end in ends)


def test_secants_look_less_than_half_as_often_as_halvings(monkeypatch):
    """At most 35 times for both ends, where forty halvings look 80 times."""
    looks = []

    class Counted:
        @staticmethod
        def log(x):
            looks[-1] += 1
            return log(x)

    monkeypatch.setattr(repeated, "math", Counted)
    for x, how in cases():
        looks.append(0)
        question_interval(*x, **how)
    assert 20 < max(looks) <= 35


def test_stakes_are_set_by_the_middle_of_what_is_open():
    rng = np.random.default_rng(1)
    w = rng.integers(1, 4, 12) / 3
    low = w * rng.random(12) / 2
    high = low + (w - low) * rng.random(12)
    orders, needed, middle = orders_of(12, 5), log(2 / 0.1), (low + high) / 2
    found = question_interval(low, high, w, orders=orders, confidence_level=0.9)
    at_low = capital(found.low, low, w, orders, needed, seen_as=middle)
    at_high = capital(1 - found.high, w - high, w, orders, needed, seen_as=w - middle)
    assert [at_low, at_high] == pytest.approx([20, 20], rel=1e-6)


def test_at_both_ends_the_gamblers_are_as_rich_as_they_must_be():
    """2/gamma, and no less: a tail of gamma instead of gamma/2 would give half of that."""
    rng = np.random.default_rng(1)
    w = rng.integers(1, 4, 12) / 3
    s = w * rng.random(12)
    orders = orders_of(12, 5)
    found = question_interval(s, s, w, orders=orders, confidence_level=0.9)
    needed = log(2 / 0.1)
    assert capital(found.low, s, w, orders, needed) == pytest.approx(20, rel=1e-6)
    assert capital(1 - found.high, w - s, w, orders, needed) == pytest.approx(20, rel=1e-6)
    assert found.value == pytest.approx(s.sum() / w.sum(), rel=1e-12)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_question_interval_covers_by_enumeration(n):
    """Questions worth 0, 1/2 or 1, in all orders: the exact coverage is never below nominal."""
    orders = np.array(list(permutations(range(n))))
    bags = list(combinations_with_replacement(range(3), n))
    ways = [factorial(n) / prod(factorial(bag.count(k)) for k in range(3)) for bag in bags]
    found = [
        question_interval(s, s, np.ones(n), orders=orders, confidence_level=0.6)
        for s in ([VALUES[k] for k in bag] for bag in bags)
    ]
    for i in range(21):
        for j in range(21 - i):
            p = np.array([i, j, 20 - i - j]) / 20
            weight = [w * np.prod(p[list(bag)]) for w, bag in zip(ways, bags, strict=True)]
            covered = [e.covers(float(p @ VALUES)) for e in found]
            assert np.dot(weight, covered) >= 0.6 - 1e-12


def test_repetitions_that_are_all_alike_count_as_one():
    """Ten repetitions a question: 95 % intervals of 40 questions, not 400 (false alarm 1e-6)."""
    rng = np.random.default_rng(20260503)
    covered, width = 0, []
    for child in rng.spawn(120):
        s = (child.random(40) < 0.6).astype(float)
        e = question_interval(s, s, np.ones(40), orders=orders_of(40, 5))
        covered += e.covers(0.6)
        width.append(e.high - e.low)
    assert binomtest(covered, 120, 0.95, alternative="less").pvalue > 1e-6
    assert 0.3 < np.mean(width) < 0.45  # the normal interval of 40 questions has 0.30


def test_it_narrows_like_the_root_of_the_number_of_questions():
    """Non-vacuity: 1.4 times the normal interval at 1,000 questions, not more than 1.5 times."""
    s = np.tile([0.0, 0.5, 1.0, 1.0], 250)
    e = question_interval(s, s, np.ones(1000), orders=orders_of(1000))
    normal = 2 * 1.96 * s.std() / 1000**0.5
    assert normal < e.high - e.low < 1.5 * normal


def test_without_any_event_there_is_a_doubt_left():
    """200 questions without a mistake: the mean may be 0.98 but not 0.95."""
    n = 200
    e = question_interval(np.ones(n), np.ones(n), np.ones(n), orders=orders_of(n))
    assert (e.value, e.high) == (1, 1)
    assert 0.95 < e.low < 0.983  # 0.025 ** (1/200), what is known of 200 independent answers
    one = question_interval([1.0], [1.0], [1.0], orders=orders_of(1))
    assert (one.low < 0.05, one.high) == (True, 1)


def test_undetermined_records_may_be_anything():
    """Every way to complete them lies between the ends, whatever order one looks at."""
    w, low = np.full(9, 1.0), np.array([0, 0.5, 1, 1, 0.5, 1, 1, 0.5, 1.0])
    open_, orders = np.array([1, 0.5, 0, 0, 0, 0, 0, 0.5, 0.0]), orders_of(9)
    found = question_interval(low, low + open_, w, orders=orders)
    for share in ((0, 0, 0), (1, 1, 1), (0, 1, 0), (1, 0, 1)):
        s = low + open_ * np.array([share[0], share[1], 0, 0, 0, 0, 0, share[2], 0])
        mean = s.sum() / 9
        assert found.low <= mean <= found.high
    known = question_interval(low, low, w, orders=orders)
    assert found.high > known.high


def test_a_share_of_attempted_records_weighs_questions_by_them():
    """Questions without an attempt change nothing but how much is risked on each."""
    s, w = np.array([1, 1, 0.5, 1, 0] * 20), np.array([1, 1, 1, 1, 0] * 20)
    e = question_interval(s, s, w, orders=orders_of(100))
    assert e.value == pytest.approx(3.5 / 4)
    assert 0.75 < e.low < e.value < e.high < 0.96


def test_bad_input():
    with pytest.raises(InvalidInput, match="weight must be positive for some question"):
        question_interval([0], [0], [0], orders=orders_of(1))
    with pytest.raises(InvalidInput, match="0 <= lowest <= highest <= weight <= 1"):
        question_interval([1], [0], [1], orders=orders_of(1))
    with pytest.raises(InvalidInput, match="confidence_level must be"):
        question_interval([1], [1], [1], orders=orders_of(1), confidence_level=0)
