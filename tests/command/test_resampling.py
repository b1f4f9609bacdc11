"""Paired sign-flip test and bootstrap over questions."""

import numpy as np
import pytest
from scipy.stats import binomtest, permutation_test

from hallucination_theory.scores.resampling import bootstrap_questions, sign_flip_test
from theory.errors import InvalidInput


def test_sign_flip_agrees_with_scipys_exact_permutation_test():
    """Ten questions: scipy enumerates all 2^10 flips."""
    a = np.array([1, 1, 0, -3, 1, 1, 0, 1, 1, -3.0])
    b = np.array([0, 1, 0, -3, -3, 1, -3, 0, 1, 0.0])
    exact = permutation_test(
        (a - b,), lambda d, axis: np.mean(d, axis=axis), permutation_type="samples",
        n_resamples=np.inf, vectorized=True,
    ).pvalue  # fmt: skip
    found = sign_flip_test(a, b, rng=1, n_resamples=200_000)
    assert found.difference == pytest.approx(np.mean(a - b))
    assert found.p_value == pytest.approx(exact, abs=0.005)
    assert found.n_different == 5


def test_sign_flip_holds_its_level():
    """Under equal laws p <= 0.05 in at most 5 % of 1,000 pairs (false alarm rate 1e-6)."""
    rng = np.random.default_rng(20260502)
    small = 0
    for _ in range(1000):
        a, b = rng.choice([1.0, 0.0, -3.0], p=[0.5, 0.3, 0.2], size=(2, 40))
        small += sign_flip_test(a, b, rng=rng, n_resamples=999).p_value <= 0.05
    assert binomtest(small, 1000, 0.05, alternative="greater").pvalue > 1e-6


def test_sign_flip_sees_a_difference():
    found = sign_flip_test(np.ones(40), np.zeros(40), rng=0)
    assert found.p_value == 1 / 10_000


def test_equal_logs_have_p_one():
    found = sign_flip_test([1, 0, -1], [1, 0, -1], rng=0)
    assert (found.difference, found.p_value, found.n_different) == (0, 1, 0)


def test_same_seed_same_p():
    a, b = [1, 0, 1, 0, 1], [0, 0, 1, 1, 0]
    assert sign_flip_test(a, b, rng=5) == sign_flip_test(a, b, rng=5)


def test_bad_pairs():
    with pytest.raises(InvalidInput, match="two vectors of equal length"):
        sign_flip_test([1], [1, 2], rng=0)


def test_bootstrap_over_questions_covers_what_records_do_not():
    """Ten repetitions per question, all alike: the interval is that of 40 questions, not 400."""
    rng = np.random.default_rng(20260503)
    covered = 0
    for _ in range(400):
        right = 10 * (rng.random(40) < 0.6)
        table = np.stack([right, 10 - right], axis=1)
        low, high = bootstrap_questions(
            table, lambda s: s[:, :1] / s.sum(axis=1, keepdims=True), rng=rng, n_resamples=499
        )
        covered += bool(low[0] <= 0.6 <= high[0])
    assert binomtest(covered, 400, 0.90, alternative="less").pvalue > 1e-6


def test_bootstrap_of_an_undefined_statistic_is_nan():
    low, high = bootstrap_questions(np.ones((5, 1)), lambda s: np.full((len(s), 1), np.nan), rng=0)
    assert np.isnan([low[0], high[0]]).all()
