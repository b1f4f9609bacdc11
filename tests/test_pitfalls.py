"""Five mistakes around Theorem 2, each with its wrong and its right number."""

from math import comb

import numpy as np
import pytest

from simulations.fact_learners import calibrated_memoriser
from simulations.fact_samplers import draw_banded, draw_by_prompt
from simulations.pitfalls import (
    distinct_hallucinations,
    joint_threshold,
    pitfalls,
    singletons_per_item,
    uniform_wrong_answers,
    without_replacement,
)
from simulations.prompt_laws import two_level_law, uniform_law, zipf_law
from theory.reduction import error_of_split, theorem_1_bound


def test_without_replacement_equals_counting_subsets():
    """Slow twin: the hypergeometric mean by binomial coefficients, and by drawing."""
    pool, N = np.array([5, 3, 1, 1]), 4
    M = int(pool.sum())
    hand = sum(m * comb(M - m, N - 1) for m in pool.tolist()) / comb(M, N) / N
    case = without_replacement(pool, N)
    assert case.wrong == pytest.approx(hand, rel=1e-12)
    rng = np.random.default_rng(0)
    rows = np.repeat(np.arange(4), pool)
    drawn = [(np.bincount(rng.choice(rows, N, replace=False)) == 1).sum() / N for _ in range(4_000)]
    assert np.mean(drawn) == pytest.approx(case.wrong, abs=4 * np.std(drawn) / 4_000**0.5)
    assert case.right == pytest.approx(sum(m / M * (1 - m / M) ** 3 for m in pool), rel=1e-12)


def test_the_whole_pool_without_replacement_has_only_true_singletons():
    """Draw all rows: sr is the pool's own share of unique rows."""
    assert without_replacement(np.array([2, 1, 1]), 4).wrong == pytest.approx(0.5)


def test_distinct_hallucinations_by_generating():
    """Slow twin: generate, and count distinct (prompt, error) pairs."""
    world = two_level_law(30, head_prompts=10, head_mass=0.5).facts(n_responses=4)
    sample = draw_by_prompt(world, 20, rng=1)
    case = distinct_hallucinations(sample, 200)
    full, p_hat = calibrated_memoriser(sample).explicit()
    joint = p_hat * full.per_example(full.mu)
    rng = np.random.default_rng(2)
    rates, shares = [], []
    for _ in range(400):
        drawn = rng.choice(len(joint), size=200, p=joint)
        wrong = drawn[~full.valid[drawn]]
        rates.append(len(wrong) / 200)
        shares.append(len(set(wrong.tolist())) / 200)
    assert np.mean(rates) == pytest.approx(case.right, abs=5 * np.std(rates) / 20)
    assert np.mean(shares) == pytest.approx(case.wrong, abs=5 * np.std(shares) / 20)


def test_singletons_per_item_is_another_number():
    sample = draw_banded(zipf_law(1_000).facts(), 1_000, rng=3)
    case = singletons_per_item(sample)
    seen = 1_000 - sample.n_unseen
    assert (case.wrong, case.right) == (sample.n_singletons / seen, sample.n_singletons / 1_000)
    assert case.wrong > 2 * case.right


def test_joint_threshold_claims_that_everything_is_wrong():
    """Slow twin: cut the joint at 1/K on the written-out array."""
    sample = draw_banded(uniform_law(400).facts(n_responses=51), 400, rng=4)
    case = joint_threshold(sample)
    world, p_hat = calibrated_memoriser(sample).explicit()
    joint = p_hat * world.per_example(world.mu)
    assert (joint <= 1 / 50).all()
    assert case.wrong == pytest.approx(1 - 2 / 50)
    assert case.right == pytest.approx(theorem_1_bound(world, p_hat).bound)
    assert case.right <= error_of_split(calibrated_memoriser(sample).split()) < case.wrong


def test_uniform_wrong_answers_refute_a_true_theorem():
    """Err = 0.01, the wrong bound says 0.98; with D as defined the bound holds."""
    world = two_level_law(10_000, head_prompts=100, head_mass=0.99).facts(n_responses=365)
    case = uniform_wrong_answers(world)
    err = 0.01
    assert case.wrong == pytest.approx(0.01 + 0.99 * 363 / 364 - 2 / 364 - 0.01)
    assert case.right <= err < case.wrong


def test_the_five_numbers():
    """The numbers of notebook 02 (same seed): wrong against right."""
    table = pitfalls(rng=2025)
    got = {
        m: (w, r)
        for m, w, r in zip(*(table[k] for k in ("mistake", "wrong", "right")), strict=True)
    }
    expected = {
        "sampling without replacement": (0.334, 0.216),
        "distinct hallucinations over all generations": (0.291, 0.398),
        "singletons per distinct item": (0.655, 0.184),
        "joint probability against 1/K": (0.995, 0.358),
        "wrong answers of uniform prompts": (0.982, 0.004),
    }
    for mistake, numbers in expected.items():
        assert got[mistake] == pytest.approx(numbers, abs=1e-3), mistake
