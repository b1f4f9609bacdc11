"""Memory and calibration (X12): the judge's floor, and what calibrated systems can reach."""

import math
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from simulations.memory import floor_curve
from theory.errors import InvalidInput
from theory.memory import (
    best_system,
    judge_floor,
    judge_memory,
    known_share_error,
    least_calibrated_error,
    least_error_calibrated_everywhere,
)

SIZES = (2, 3, 10, 365, 10**6, 10**9)
SHARES = (0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999)


@pytest.mark.parametrize("R", SIZES)
def test_the_floor_is_certified(R):
    """The judge uses exactly its memory, and weak duality gives the same value: 1e-12."""
    for share in SHARES:
        b = share * math.log(R)
        j = judge_floor(R, b)
        accepted = (1 - j.false_negatives + (R - 1) * j.false_positives) / R
        # 1 - accepted has lost the digits of a tiny FN, which then weighs nothing.
        assert judge_memory(j.false_negatives, 1 - accepted) <= b * (1 + 1e-7)
        assert j.value == pytest.approx(j.certificate, abs=1e-12)


@pytest.mark.parametrize("R", [2, 3, 10])
def test_no_judge_on_a_grid_is_better(R):
    for share in (0.1, 0.5, 0.9):
        b = share * math.log(R)
        grid = [
            fn + fp
            for fn, fp in product(np.linspace(0, 1, 201), repeat=2)
            if judge_memory(fn, 1 - (1 - fn + (R - 1) * fp) / R) <= b
        ]
        assert judge_floor(R, b).value <= min(grid) + 1e-12
        assert min(grid) < judge_floor(R, b).value + 0.02


def test_numbers_of_the_specification():
    """R = 365; at half the memory it is 0.0497 (the specification prints 0.0498)."""
    for share, value in ((0.1, 0.474), (0.25, 0.219), (0.5, 0.0497), (0.75, 0.0093), (0.9, 0.0022)):
        floor = judge_floor(365, share * math.log(365)).value
        assert floor == pytest.approx(value, abs=5e-4 if share < 0.5 else 5e-5)


def test_a_bloom_filter_is_never_quite_the_best_judge():
    """FN = 0 gives FP = (R e^-b - 1)/(R - 1); a small FN > 0 does better, at every b."""
    for share in (0.1, 0.5, 0.6):
        b = share * math.log(365)
        bloom = (365 * math.exp(-b) - 1) / 364
        j = judge_floor(365, b)
        assert j.value < bloom
        assert j.false_negatives > 0
    assert bloom - j.value < 1e-12  # but by very little from half the memory on


@pytest.mark.parametrize("R", [2, 3, 5])
def test_judges_of_every_small_memory_obey_the_bound(R):
    """One fact, every memory of two states and every deterministic judge of it, enumerated."""
    for states in product(range(2), repeat=R):  # what the memory holds for each answer
        shares = [states.count(w) / R for w in range(2)]
        b = -sum(s * math.log(s) for s in shares if s > 0)  # I(A; W) = H(W)
        floor = judge_floor(R, b).value
        for judge in product((False, True), repeat=2 * R):
            accepts = np.array(judge).reshape(2, R)
            own = sum(accepts[w, a] for a, w in enumerate(states)) / R
            others = sum(accepts[w].sum() - accepts[w, a] for a, w in enumerate(states))
            FN, FP = 1 - own, others / (R * (R - 1))
            assert floor - 1e-12 <= FN + FP


def test_the_information_step_for_every_small_judge():
    """KL(Bern(1 - FN) || Bern(Q)) <= I(A; W) for two states and R = 3, every memory and judge."""
    R = 3
    for states in product(range(2), repeat=R):
        shares = [states.count(w) / R for w in range(2)]
        b = -sum(s * math.log(s) for s in shares if s > 0)
        for judge in product((False, True), repeat=2 * R):
            accepts = np.array(judge).reshape(2, R)
            missed = 1 - sum(accepts[w, a] for a, w in enumerate(states)) / R
            rejected = 1 - sum(shares[w] * accepts[w].mean() for w in range(2))
            assert judge_memory(missed, rejected) <= b + 1e-12


def random_pair(rng, R):
    """A model and a posterior, often with many masses at the threshold."""
    K = R - 1
    q = rng.dirichlet(np.full(R, rng.choice([0.2, 1, 20])))
    if rng.random() < 0.5:
        n = int(rng.integers(1, R))
        q = np.zeros(R)
        q[:n] = 1 / K
        q[0] += 1 - n / K
    return q, rng.dirichlet(np.full(R, rng.choice([0.1, 1, 20])))


@pytest.mark.parametrize("R", [3, 5, 8])
def test_no_mixture_of_random_systems_beats_the_least_error(R):
    """Programs over 3,000 random pairs (q, pi): never below ``lower``, for several memories."""
    rng = np.random.default_rng(R)
    rows = []
    for _ in range(3000):
        q, pi = random_pair(rng, R)
        S = q > 1 / (R - 1) + 1e-12
        nats = math.log(R) + float((pi * np.log(np.maximum(pi, 1e-300))).sum())
        rows.append((1 - q @ pi, q[S].sum() - pi[S].sum(), nats))
    err, gap, nats = np.array([*rows, (1 - 1 / R, 0, 0), (0, 0, math.log(R))]).T
    for share in (0.2, 0.5, 0.8):
        for delta in (0.0, 0.05):
            b = share * math.log(R)
            found = linprog(
                err,
                A_ub=[nats, gap, -gap],
                b_ub=[b, delta, delta],
                A_eq=np.ones((1, len(err))),
                b_eq=[1],
            ).fun
            least = least_calibrated_error(R, b, delta=delta)
            assert least.lower <= found + 1e-9
            assert found < known_share_error(R, b) + 1e-9
            assert least.upper - least.lower < 1e-6


@pytest.mark.parametrize("R", [3, 20, 365])
def test_the_best_mixture_is_a_calibrated_system_with_that_memory(R):
    for share in (0.25, 0.75):
        b = share * math.log(R)
        least = least_calibrated_error(R, b)
        s, err, gap, nats = np.array(least.groups).T
        assert s.sum() == pytest.approx(1, abs=1e-5)
        assert s @ err == pytest.approx(least.upper, abs=1e-5)
        assert abs(s @ gap) < 1e-5
        assert s @ nats < b + 1e-4


def test_how_much_of_the_gap_is_real():
    """R = 365, half the memory: Theorem 1 promises 0.047, and no calibrated system is below 0.4609.

    Calibrated at every level: 0.4984, where knowing half and guessing the rest has 0.4986.
    """
    c = floor_curve([0.5])
    assert c["judge_floor"][0] == pytest.approx(0.0470, abs=5e-5)
    assert c["least"][0] == pytest.approx(0.4609, abs=5e-5)
    assert c["least_everywhere"][0] == pytest.approx(0.4984, abs=5e-5)
    assert c["known_share"][0] == pytest.approx(0.4986, abs=5e-5)


@pytest.mark.parametrize("R", [3, 20])
def test_the_floors_are_in_order(R):
    """Theorem 1 <= one threshold <= every level <= knowing a share; none below the guesser."""
    c = floor_curve([0.05, 0.3, 0.6, 0.95], n_answers=R)
    assert (c["judge_floor"] <= c["least"]).all()
    assert (c["least"] <= c["least_everywhere"]).all()
    assert (c["least_everywhere"] <= c["known_share"] + 1e-12).all()
    for share, least in zip(c["share"], c["least"], strict=True):
        assert least >= best_system(0, R, share * math.log(R)).error - 1e-9


@pytest.mark.parametrize("R", [2, 3, 6])
def test_calibration_everywhere_by_a_program_over_laws(R):
    """Mixtures of 4,000 random laws q with pi = q: never below, and near it with the right laws."""
    rng = np.random.default_rng(R)
    laws = [rng.dirichlet(np.full(R, a)) for a in rng.choice([0.1, 0.5, 2, 10], 4000)]
    laws += [np.r_[a, np.full(R - 1, (1 - a) / (R - 1))] for a in np.linspace(1 / R, 1, 400)]
    err = np.array([1 - q @ q for q in laws])
    nats = np.array([math.log(R) + (q * np.log(np.maximum(q, 1e-300))).sum() for q in laws])
    for share in (0.1, 0.5, 0.9):
        b = share * math.log(R)
        found = linprog(err, A_ub=[nats], b_ub=[b], A_eq=np.ones((1, len(err))), b_eq=[1]).fun
        least = least_error_calibrated_everywhere(R, b)
        assert least - 1e-9 <= found < least + 1e-4


def test_without_calibration_the_floor_falls():
    """Drop delta = 0: the best guesser errs 0.387 where a calibrated system cannot below 0.4609."""
    half = math.log(365) / 2
    guesser = best_system(0, 365, half).error
    assert guesser < least_calibrated_error(365, half).lower
    assert least_calibrated_error(365, half, delta=1.0).upper == pytest.approx(guesser, abs=2e-3)


def test_without_a_limit_of_memory_there_is_no_floor():
    assert judge_floor(365, 6).value == 0
    assert least_calibrated_error(20, 3).upper == pytest.approx(0, abs=1e-6)
    assert least_error_calibrated_everywhere(20, 3) == 0
    assert judge_floor(365, 0).value == 1


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: judge_floor(1, 1), "n_answers must be a whole number >= 2"),
        (lambda: judge_floor(2, -1), "memory must be a finite number"),
        (lambda: judge_floor(2, 0.1).error_floor(2), r"delta must be in \[0, 1\]"),
        (lambda: least_calibrated_error(2, 0.1), "n_answers must be a whole number >= 3"),
        (lambda: least_calibrated_error(1001, 0.1), "n_answers must be <= 1000"),
        (lambda: least_calibrated_error(3, 0.1, delta=-1), r"delta must be in \[0, 1\]"),
    ],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(InvalidInput, match=match):
        call()
