"""Small numbers worked by hand, where the mutation check found that broad tests leave room."""

import math
from fractions import Fraction as F

import numpy as np
import pytest

from theory.errors import InvalidInput
from theory.memory import (
    best_small_code,
    best_system,
    critical_tilt,
    judge_floor,
    least_error_calibrated_everywhere,
    memory_needed,
    share_memory,
    tilt_of_rate,
)
from theory.memory.calibrated import _Columns, _profiles
from theory.memory.judge import JudgeFloor, _tilt
from theory.memory.rate import accuracy_of_tilt, rate_of_tilt
from theory.memory.small_codes import _search


def test_what_theorem_1_makes_of_a_judge():
    """FN + FP - 1/(R - 1) - delta = 1/4 + 3/8 - 1/4 - 1/8."""
    assert JudgeFloor(5, 0.25, 0.375, 0.5).error_floor(0.125) == 0.25


def test_a_judge_with_nearly_all_the_memory_misses_almost_nothing():
    """A millionth less than ln R: FN is 1e-304 at R = 700, and not told from 0 at R = 800."""
    for R, told in ((700, True), (800, False)):
        judge = judge_floor(R, (1 - 1e-6) * math.log(R))
        assert 0 <= judge.false_negatives < 1e-300
        assert (judge.false_negatives > 0) == told
    assert _tilt(0.0, 0.5) == 700


def test_a_judge_without_memory_and_one_that_knows_everything():
    """Nothing known: accept everything. All known: no mistake."""
    nothing, everything = judge_floor(5, 0), judge_floor(5, math.log(5))
    assert (nothing.false_negatives, nothing.false_positives, nothing.certificate) == (0, 1, 1)
    assert (everything.value, everything.certificate) == (0, 0)


def test_shares_are_checked_one_by_one():
    """Though their sum is a probability."""
    with pytest.raises(InvalidInput, match="right must be in"):
        memory_needed(-0.25, 0.5, 4)
    with pytest.raises(InvalidInput, match="wrong must be in"):
        memory_needed(0.5, -0.25, 4)


def test_the_ends_of_the_memory_rate():
    """All of ln R is tilt infinity, none of it tilt 0, and a nat below it is neither."""
    assert tilt_of_rate(math.log(5), 5) == math.inf
    assert tilt_of_rate(0, 5) == 0
    assert 0 < tilt_of_rate(0.6, 5) < math.inf


@pytest.mark.parametrize("R", [2, 5, 10**6])
@pytest.mark.parametrize("memory", [1e-280, 1e-40, 1e-12])
def test_a_little_memory_is_a_little_tilt(R, memory):
    """f(y) = y^2 (R - 1)/(2 R^2) but for a share of y; nine equal facts share it evenly."""
    tilt = memory**0.5 * (2 / (R - 1)) ** 0.5 * R
    assert tilt_of_rate(memory, R) == pytest.approx(tilt, rel=tilt + 1e-12, abs=0)
    shared = share_memory([1.0] * 9, 0, R, memory)
    assert 3 / shared.multiplier == pytest.approx(tilt, rel=tilt + 1e-12, abs=0)


def test_the_least_memory_of_all():
    assert 0 < tilt_of_rate(5e-324, 3) < 1e-160
    assert share_memory([1, 2, 3], 0, 3, 5e-324).error == pytest.approx(2 / 3)


def test_a_target_below_zero_is_refused_by_name():
    with pytest.raises(InvalidInput, match=r"t must be in \[0, 1\)"):
        critical_tilt(-0.5, 4)


@pytest.mark.parametrize(("t", "R"), [(0.3, 4), (0.75, 100)])
def test_enough_memory_for_all_that_is_asked_for(t, R):
    """ln R for each asked fact: all right, no price; the fact nobody asks for is left out."""
    shared = share_memory([0.5, 0, 0.25], t, R, 2 * math.log(R))
    assert shared.multiplier == 0
    assert shared.answered.tolist() == [1, 0, 1]
    assert shared.accuracy[[0, 2]].tolist() == [1, 1]
    kept_at_the_margin = accuracy_of_tilt(critical_tilt(t, R), R)
    assert shared.accuracy[1] == pytest.approx(float(kept_at_the_margin))


@pytest.mark.parametrize("t", [0.0, 0.9])
def test_a_single_fact_has_all_the_memory(t):
    """Beyond the margin its tilt is that of the memory, mu (1 + L)/multiplier."""
    B = (float(rate_of_tilt(critical_tilt(t, 2), 2)) + math.log(2)) / 2
    shared = share_memory([3.0], t, 2, B)
    assert shared.answered.tolist() == [1]
    assert shared.multiplier == pytest.approx(3 / (1 - t) / tilt_of_rate(B, 2), rel=1e-9)


def test_facts_that_carry_their_own_weight_share_a_memory_exactly():
    """The memory is used up, and one nat more earns the multiplier."""
    mu, t, R, B = [0.5, 0.3, 0.2], 0.5, 10, 3.0
    shared = share_memory(mu, t, R, B)
    assert shared.memory.sum() == pytest.approx(B, rel=1e-9)

    def score(memory):
        best = share_memory(mu, t, R, memory)
        return float(np.dot(mu, best.right - best.wrong))

    slope = (score(B + 1e-5) - score(B - 1e-5)) / 2e-5
    assert slope == pytest.approx(shared.multiplier, rel=1e-4)


def test_a_mixture_keeps_the_gap_on_either_side():
    """A system without error but with gap -1 or 1 may take a share of delta = 0.1 at most."""
    for gap in (-1.0, 1.0):
        columns = _Columns(4, 10.0, 0.1)
        columns.pairs = [(0.0, gap, 0.0), (1.0, 0.0, 0.0)]
        err, _, price, shares = columns.mixture()
        assert err == pytest.approx(0.9)
        assert price == pytest.approx(gap)
        assert shares.tolist() == pytest.approx([0.1, 0.9])


@pytest.mark.parametrize("lam", [1e-6, 1e-4, 0.05, 0.7])
@pytest.mark.parametrize("nu", [-0.6, -0.01, 0.0, 0.3])
def test_the_pair_that_prices_favour_is_the_best_of_all(lam, nu):
    """R = 5: the least of error + nu gap + lam nats over every profile, each written out.

    Less lam nats for the memory and |nu| for every unit of delta it bounds any mixture.
    """
    memory, delta = 0.75, 0.25
    columns = _Columns(5, memory, delta)
    every = [(m, j) for m in range(5) for j in range(5) if 1 <= m <= 4 - j or (m, j) == (0, 4)]
    m, j, log_counts = _profiles(5)
    assert sorted(zip(m.tolist(), j.tolist(), strict=True)) == sorted(every)
    counts = {tuple(map(round, row)) for row in np.exp(log_counts).T.tolist()}
    assert counts == {(min(m, 1), max(m - 1, 0), j, 5 - m - j) for m, j in every}
    pairs = [columns._pair(m, j, lam, nu) for m, j in every]
    costs = [error + nu * gap + lam * nats for error, gap, nats in pairs]
    lower, pair = columns.price(lam, nu)
    assert lower == pytest.approx(min(costs) - lam * memory - abs(nu) * delta, abs=1e-9)
    assert pair[0] + nu * pair[1] + lam * pair[2] == pytest.approx(min(costs), abs=1e-9)


def test_a_pair_by_hand():
    """R = 3, one answer above and one at 1/2: q = (1/2, 1/2, 0), pi uniform where lam is huge."""
    error, gap, nats = _Columns(3, 1.0, 0.0)._pair(1, 1, 1e12, 0.0)
    assert (error, gap) == pytest.approx((1 - 1 / 3, 1 / 2 - 1 / 3))
    assert nats == pytest.approx(0, abs=1e-9)
    # lam small: pi sits on the answer above if nu favours it.
    error, gap, nats = _Columns(3, 1.0, 0.0)._pair(1, 1, 1e-3, 0.5)
    assert (error, gap, nats) == pytest.approx((1 / 2, -1 / 2, math.log(3)))


@pytest.mark.parametrize("R", [2, 4, 50])
def test_the_chord_of_calibration_at_every_level(R):
    """From the guess, without memory, to accuracy a = 1 - 1/R at (1 - 2/R) ln(R - 1) nats."""
    guess, corner = 1 - 1 / R, 1 - (1 - 1 / R) ** 2 - 1 / (R**2 * (R - 1))
    whole = (1 - 2 / R) * math.log(R - 1)
    for share in (0, 0.25, 1):
        error = least_error_calibrated_everywhere(R, share * whole)
        assert error == pytest.approx(guess + share * (corner - guess), rel=1e-12)
    # The curve behind the corner is convex: no chord from the guess reaches below it.
    b = (whole + math.log(R)) / 2
    error = least_error_calibrated_everywhere(R, b)
    assert error == pytest.approx(error_of_law(R, b), rel=1e-9)
    assert error > guess + b * (corner - guess) / whole if whole else error < guess


def error_of_law(R, b):
    """1 - a^2 - (1 - a)^2/(R - 1), with a found from the memory by halving."""
    low, high = 1 / R, 1.0
    for _ in range(60):
        a = (low + high) / 2
        nats = math.log(R) + a * math.log(a) + (1 - a) * math.log((1 - a) / (R - 1))
        low, high = (a, high) if nats < b else (low, a)
    return 1 - a**2 - (1 - a) ** 2 / (R - 1)


def test_the_search_for_a_small_code_by_hand():
    """Three codes for two sequences: the second and third together reach 3 + 5."""
    points = np.array([[2, 2], [3, 0], [0, 5]])
    assert _search(points, 2) == (1, 2)
    assert _search(points, 1) == (2,)
    assert _search(-points, 1) == (1,)
    assert _search(np.array([[0, 0], [0, 1]]), 1) == (1,)
    # A second code that adds nothing is still another code, and a later one.
    assert _search(np.array([[1, 1], [0, 0], [0, 0]]), 2) == (0, 1)
    # Of several that are best, the first.
    assert _search(np.array([[1, 0], [0, 1], [1, 0]]), 2) == (0, 1)


def test_graded_by_accuracy_no_code_abstains():
    """Seven facts and one bit: the majority of the answers. With abstentions it is no small search.

    The larger of k and 7 - k, k of Binomial(7, 1/2): 2 (7 + 6 x 7 + 5 x 21 + 4 x 35)/128 of 7.
    """
    assert best_small_code(7, 2, 2, 0).score == F(2 * (7 + 6 * 7 + 5 * 21 + 4 * 35), 7 * 128)
    with pytest.raises(InvalidInput, match="n_states must be small enough to search"):
        best_small_code(7, 2, 2, F(1, 2))


def test_a_small_code_beside_its_bound():
    """One fact, two answers, one state, t = 12/25: a guess earns 1/2 - (12/13)/2 = 1/26."""
    code = best_small_code(1, 2, 1, F(12, 25))
    assert code.score == F(1, 26)
    # L = 1/(10^9 + 1) is taken for the nearest fraction of denominator 10^9 at most.
    assert best_small_code(1, 2, 1, F(1, 10**9 + 2)).score == F(1, 2) - F(1, 2 * 10**9)
    code = best_small_code(3, 2, 2, 0)
    assert code.bound == best_system(0, 2, math.log(2) / 3).score(0)
