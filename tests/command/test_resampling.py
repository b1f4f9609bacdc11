"""Paired sign-flip test, and many of them at once."""

import numpy as np
import pytest
from scipy.stats import binomtest, permutation_test

from hallucination_theory.scores.resampling import holm, sign_flip_test
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


@pytest.mark.parametrize("unit", [1e-10, 1.0, 1e12])
def test_the_unit_of_the_scores_does_not_matter(unit):
    """Twenty questions, all in favour of one log: p is about 2 / 2^20 whatever a point is worth."""
    rng = np.random.default_rng(3)
    a, b = unit * (1 + rng.random(20)), np.zeros(20)
    found = sign_flip_test(a, b, rng=0)
    assert found.p_value == sign_flip_test(a / unit, b, rng=0).p_value == 1e-4
    assert found.difference == pytest.approx(a.mean())


def test_equal_logs_have_p_one():
    found = sign_flip_test([1, 0, -1], [1, 0, -1], rng=0)
    assert (found.difference, found.p_value, found.n_different) == (0, 1, 0)


def test_same_seed_same_p():
    a, b = [1, 0, 1, 0, 1], [0, 0, 1, 1, 0]
    assert sign_flip_test(a, b, rng=5) == sign_flip_test(a, b, rng=5)


def test_bad_pairs():
    with pytest.raises(InvalidInput, match="two vectors of equal length"):
        sign_flip_test([1], [1, 2], rng=0)


def test_holm_by_hand_and_against_its_definition():
    """The smallest of m is multiplied by m, the next by m - 1, and none falls below a smaller."""
    assert holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])
    p = np.random.default_rng(2).random(20) ** 3
    for level in np.linspace(0.01, 0.99, 50):
        rejected = set()
        for k, i in enumerate(np.argsort(p)):
            if p[i] > level / (20 - k):
                break
            rejected.add(i)
        assert rejected == set(np.flatnonzero(holm(p) <= level))
    assert holm([]).size == 0


def test_many_true_hypotheses_are_rarely_rejected_together():
    """Ten tests of equal logs: one of them looks small in 40 %, one adjusted in 5 % at most."""
    rng = np.random.default_rng(20260504)
    p = rng.random((2000, 10))
    raw = int((p.min(axis=1) <= 0.05).sum())
    small = sum(bool(holm(row).min() <= 0.05) for row in p)
    assert binomtest(small, 2000, 0.05, alternative="greater").pvalue > 1e-6
    assert raw > 600
