"""What an exam makes of a full memory (X11): closed forms against independent optima."""

import math
from fractions import Fraction as F

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar

from simulations.memory import answers_by_fame, exam_curve, memory_frontier
from theory.errors import InvalidInput
from theory.grading import penalty
from theory.memory import (
    best_system,
    critical_error,
    critical_tilt,
    error_of_tilt,
    honest_system,
    memory_needed,
    memory_rate,
    rate_of_tilt,
    share_memory,
    swap_target,
    tilt_of_rate,
)

SIZES = (2, 3, 10, 365, 10**4, 10**9)
TARGETS = (0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
SHARES = (0.01, 0.25, 0.5, 0.75, 0.99)
mpmath.mp.dps = 50


def exact_rate(e, R):
    """f(e) as printed, in fifty digits."""
    e = mpmath.mpf(e)
    h = sum(-x * mpmath.log(x) for x in (e, 1 - e) if x > 0)
    return mpmath.log(R) - h - e * mpmath.log(R - 1)


@pytest.mark.parametrize("R", SIZES)
def test_the_rate_is_the_formula_to_twelve_digits(R):
    for e in (0, 1e-12, 0.1, 0.5, 1 - 2 / R, (1 - 1 / R) * (1 - 1e-3)):
        assert memory_rate(e, R) == pytest.approx(float(exact_rate(e, R)), rel=2e-12, abs=1e-300)
    assert memory_rate(1 - 1 / R, R) < 1e-15
    for y in (1e-6, 1e-3, 0.3, 2.0, 20.0, 50.0):
        e = (R - 1) / (R - 1 + mpmath.exp(y))
        assert float(rate_of_tilt(y, R)) == pytest.approx(float(exact_rate(e, R)), rel=1e-12)
        assert float(error_of_tilt(y, R)) == pytest.approx(float(e), rel=1e-13)
        if 0.3 <= y <= 2:
            assert tilt_of_rate(float(rate_of_tilt(y, R)), R) == pytest.approx(y, rel=1e-11)


def best_by_search(R, t, b):
    """Best score by a search over e, with the printed rate in floats: no closed form, no tilt.

    Either everything is answered, with the error that b allows (bisection), or less, with a smaller
    error (a bounded search over ln e for the most score per nat).
    """
    L = penalty(t)

    def rate(e):
        return math.log(R) + e * math.log(e / (R - 1)) + (1 - e) * math.log1p(-e)

    all_answered = brentq(lambda e: rate(e) - b, 1e-300, 1 - 1 / R, xtol=1e-300)
    per_nat = minimize_scalar(
        lambda x: -(1 - (1 + L) * math.exp(x)) / rate(math.exp(x)),
        bounds=(-600, math.log(all_answered)),
        method="bounded",
        options={"xatol": 1e-12},
    )
    return max(1 - (1 + L) * all_answered, -per_nat.fun * b, b / math.log(R))


@pytest.mark.parametrize("R", SIZES)
@pytest.mark.parametrize("t", TARGETS)
def test_no_search_finds_a_better_system(R, t):
    """The closed form equals an independent optimum to 1e-10 on the grid of (R, t, b)."""
    for share in SHARES:
        b = share * math.log(R)
        best = best_system(t, R, b)
        assert best.score(t) == pytest.approx(best_by_search(R, t, b), abs=1e-10)
        assert best.memory == pytest.approx(b, rel=1e-12)
        assert memory_needed(best.right, best.wrong, R) <= b * (1 + 1e-9) + 1e-15


def blahut_arimoto(R, t, lam, rounds=20_000):
    """Least of I(A; output) - score/lam over all channels to R answers and IDK, A uniform."""
    L = penalty(t)
    points = np.full((R, R + 1), -float(L))
    points[:, R] = 0
    points[np.arange(R), np.arange(R)] = 1
    weight = np.exp(points / lam)
    q = np.array([0.7 / R] * R + [0.3])
    for _ in range(rounds):
        channel = weight * q
        channel /= channel.sum(axis=1, keepdims=True)
        q = channel.mean(axis=0)
    return -np.log(weight @ q).mean()


@pytest.mark.parametrize("R", [2, 3, 6])
@pytest.mark.parametrize("t", [0, 0.3, 0.5, 0.8])
def test_the_best_channel_of_all_is_the_symmetric_one(R, t):
    """Over every channel, Blahut and Arimoto find max(0, G(y) - t y), y = (1 + L)/lam."""
    for lam in (0.3, 0.9, 2.5):
        y = (1 + penalty(t)) / lam
        closed = max(0.0, math.log1p(math.expm1(y) / R) - t * y)
        assert -blahut_arimoto(R, t, lam) == pytest.approx(closed, abs=1e-10)


@pytest.mark.parametrize("R", SIZES)
def test_the_critical_error_solves_its_equation(R):
    """e (1 - e)^L = (1 - 1/R) R^(-L) to twelve digits up to t = 1 - 1e-12, in logarithms."""
    for t in (0.1, 0.3, 0.6, 0.75, 0.9, 0.999, 1 - 1e-6, 1 - 1e-9, 1 - 1e-12):
        y = critical_tilt(t, R)
        if t * R <= 1:
            assert y == 0
            assert critical_error(t, R) == pytest.approx(1 - 1 / R, rel=1e-15)
            continue
        L = mpmath.mpf(F(repr(t)).numerator) / (F(repr(t)).denominator - F(repr(t)).numerator)
        z = mpmath.log(R - 1 + mpmath.exp(y))
        left = mpmath.log(R - 1) - z + L * (y - z)
        right = mpmath.log(1 - mpmath.mpf(1) / R) - L * mpmath.log(R)
        assert abs(left / right - 1) < 1e-12
        assert critical_error(t, R) < 1 - t or critical_error(t, R) == 0


def test_a_penalty_of_one_point_gives_one_error_in_R():
    """t = 1/2: e = 1/R, exactly; e (1 - e) = (1 - 1/R)/R is an identity."""
    for R in (2, 3, 365, 10**9):
        e = critical_error(F(1, 2), R)
        assert e == F(1, R)
        assert e * (1 - e) == (1 - F(1, R)) * F(1, R)
        assert critical_error(0.5, R) == pytest.approx(1 / R, rel=1e-15)
        assert float(error_of_tilt(critical_tilt(0.5, R), R)) == pytest.approx(1 / R, rel=1e-12)


@given(R=st.integers(3, 1000), p=st.integers(1, 9), q=st.integers(1, 9))
def test_rational_targets_are_enclosed(R, p, q):
    """L = p/q: the polynomial e^q (1 - e)^p - (1 - 1/R)^q R^(-p) changes sign within 1e-11 of e."""
    t = F(p, p + q)
    if t * R <= F(11, 10):  # the two roots of the equation meet at t = 1/R
        return
    e = F(critical_error(t, R))
    right = (1 - F(1, R)) ** q * F(1, R) ** p
    low, high = e * (1 - F(1, 10**11)), e * (1 + F(1, 10**11))
    assert low**q * (1 - low) ** p < right < high**q * (1 - high) ** p


def test_numbers_of_the_specification():
    """R = 365, memory for half the facts: right and wrong in per cent, and the swap targets."""
    half = math.log(365) / 2
    for t, right, wrong in (
        (0, 61.3, 38.7),
        (0.1, 61.3, 38.7),
        (0.25, 54.5, 9.4),
        (0.5, 50.16, 0.14),
        (0.75, 50.0, 0.0),
    ):
        best = best_system(t, 365, half)
        assert 100 * best.right == pytest.approx(right, abs=0.05 if t < 0.5 else 0.005)
        assert 100 * best.wrong == pytest.approx(wrong, abs=0.05 if t < 0.5 else 0.005)
    for share, t in ((0.25, 0.1473), (0.5, 0.2259), (0.75, 0.3111)):
        assert swap_target(365, share * math.log(365)) == pytest.approx(t, abs=5e-5)


@pytest.mark.parametrize("R", [2, 365, 10**6])
def test_the_honest_system_overtakes_the_guesser_at_the_swap_target(R):
    for share in SHARES:
        b = share * math.log(R)
        t, guesser, honest = swap_target(R, b), best_system(0, R, b), honest_system(R, b)
        assert guesser.score(t) == pytest.approx(honest.score(t), abs=1e-9)
        assert guesser.score(t / 2) > honest.score(t / 2)
        assert guesser.score((1 + t) / 2) < honest.score((1 + t) / 2)


def test_the_score_never_gains_from_a_higher_penalty_nor_loses_from_memory():
    scores = [[best_system(t, 365, s * math.log(365)).score(t) for s in SHARES] for t in TARGETS]
    assert (np.diff(scores, axis=0) <= 1e-12).all()
    assert (np.diff(scores, axis=1) > 0).all()


def test_limits():
    """No memory: guess at t = 0, abstain at t = 1/2. All the memory: everything is right."""
    assert best_system(0, 4, 0).right == pytest.approx(0.25, rel=1e-15)
    assert best_system(0.5, 4, 0).answered == 0
    assert best_system(0.9, 4, 10).right == 1
    assert memory_needed(0, 0, 4) == 0
    assert honest_system(4, 100).right == 1


# Unequal importance.


def test_equal_importance_is_the_plain_case():
    for t in TARGETS:
        for share in SHARES:
            b = share * math.log(365)
            best = best_system(t, 365, b)
            shared = share_memory([0.1] * 10, t, 365, 10 * b)
            # Whole facts are kept first, so only the mean is the same.
            assert shared.right.mean() == pytest.approx(best.right, rel=1e-9)
            assert shared.wrong.mean() == pytest.approx(best.wrong, rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("t", [0, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_the_memory_is_used_up_and_no_other_sharing_scores_more(t, share):
    """Weak duality: for every multiplier, the sum of max(0, G(y) - t y) lam + lam B is above."""
    mu = np.array([0.4, 0.3, 0.2, 0.06, 0.04])
    counts, R = np.array([1, 2, 1, 3, 5]), 20
    B = share * counts.sum() * math.log(R)
    best = share_memory(mu, t, R, B, n_facts=counts)
    L = penalty(t)
    score = float(np.dot(mu * counts, best.right - L * best.wrong))
    assert np.dot(counts, best.memory) == pytest.approx(B, rel=1e-9, abs=1e-12)

    def dual(lam):
        y = mu * (1 + L) / lam
        gain = np.maximum(0, np.logaddexp(math.log(R - 1), y) - math.log(R) - t * y)
        return float(lam * (np.dot(counts, gain) + B))

    grid = [dual(lam) for lam in np.geomspace(1e-3, 10, 4000)]
    assert score <= min(grid) + 1e-9
    if 0 < best.multiplier < math.inf:
        assert score == pytest.approx(dual(best.multiplier), abs=1e-9)


def test_facts_nobody_asks_for_are_guessed_or_left():
    """mu = 0: guessed for nothing at t = 0, not answered at t = 1/2; the rest is known."""
    for t, answered in ((0, 1.0), (0.5, 0.0)):
        best = share_memory([1, 0], t, 4, 10)
        assert best.answered.tolist() == [1.0, answered]
        assert best.error[0] == 0


def test_a_kept_fact_passes_the_test_of_its_tilt():
    """Kept iff G(y) > t y, and then wrong with probability (R - 1)/(R - 1 + e^y)."""
    mu, t, R = 1 / np.arange(1, 200), 0.5, 365
    best = share_memory(mu, t, R, 50 * math.log(R))
    y = mu * 2 / best.multiplier
    kept = np.log1p(np.expm1(np.minimum(y, 700)) / R) > t * y * (1 + 1e-12)
    assert (best.answered[kept] == 1).all()
    assert best.answered[~kept].sum() <= 1
    np.testing.assert_allclose(
        best.error[kept], (R - 1) / (R - 1 + np.exp(np.minimum(y[kept], 700))), rtol=1e-9
    )


def test_a_binary_exam_makes_errors_of_rare_facts_and_a_penalty_abstentions():
    """Non-vacuity: at t = 0 nothing is abstained and the rarest fact is wrong 9 times of 10."""
    t = answers_by_fame([0, 0.5], n_facts=1000)
    free, strict = (slice(0, 1000), slice(1000, 2000))
    assert t["abstained"][free].max() == 0
    assert t["wrong"][free][-1] > 0.9
    assert t["wrong"][free][0] < 1e-3
    assert t["wrong"][strict].max() < 0.003
    assert t["abstained"][strict][-1] == 1


# Converse and hypotheses.


def test_the_frontier_uses_exactly_its_memory():
    f = memory_frontier([0.25, 0.5], n_points=30)
    for share, right, wrong in zip(f["share"], f["right"], f["wrong"], strict=True):
        assert memory_needed(right, wrong, 365) == pytest.approx(share * math.log(365), rel=1e-9)


def test_the_converse_needs_independent_answers():
    """All answers equal: ln R nats in all, not a fact, answer everything rightly."""
    n, R = 10, 4
    assert memory_needed(1, 0, R) == pytest.approx(math.log(R))
    assert math.log(R) / n < memory_needed(1, 0, R)


def test_the_converse_needs_uniform_answers():
    """An answer that is right nine times of ten needs no memory at error 1/10."""
    assert memory_needed(0.9, 0.1, 4) > 0.8


def test_exam_curve_agrees_with_best_system():
    t = exam_curve([0, 0.5], n_answers=10, share=0.3)
    best = best_system(0.5, 10, 0.3 * math.log(10))
    assert (t["right"][1], t["wrong"][1], t["score"][1]) == (
        best.right,
        best.wrong,
        best.score(0.5),
    )
    assert t["honest_score"].tolist() == pytest.approx([0.3, 0.3])


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: best_system(1, 4, 1), r"t must be in \[0, 1\)"),
        (lambda: best_system(0, 1, 1), "n_answers must be a whole number >= 2"),
        (lambda: best_system(0, 4, -1), "memory must be a finite number of nats"),
        (lambda: best_system(0, 4, math.nan), "memory must be a finite number of nats"),
        (lambda: best_system(0, 4, "1"), "memory must be a finite number of nats"),
        (lambda: swap_target(4, 2), "memory must be below ln R"),
        (lambda: memory_rate(1.5, 4), r"error must be in \[0, 1\]"),
        (lambda: memory_needed(0.6, 0.6, 4), r"right \+ wrong must be in"),
        (lambda: share_memory([], 0, 4, 1), "mu must be numbers >= 0, not all 0"),
        (lambda: share_memory([0.0], 0, 4, 1), "mu must be numbers >= 0, not all 0"),
        (lambda: share_memory([1.0], 0, 4, 1, n_facts=0), "n_facts must be 1 whole numbers"),
    ],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(InvalidInput, match=match):
        call()
