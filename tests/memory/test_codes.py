"""Memories that run (X11): Hamming codes, the best small codes, a learned codebook."""

import math
from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest

from simulations.memory import codebook_study, exam_shares, gap_to_the_bound, train_codebook
from theory.errors import InvalidInput
from theory.memory import HammingMemory, best_small_code, best_system, memory_needed
from theory.memory.codes import MULTIPLY_4

CODES = [(2, 2), (2, 3), (3, 2), (4, 2), (5, 2)]


@pytest.mark.parametrize(("R", "m"), CODES)
def test_a_hamming_memory_errs_in_one_place_at_most(R, m):
    """Every sequence of answers, stored and recalled: the exact error, in Fractions."""
    memory = HammingMemory(R, m)
    n = memory.n_facts
    assert n == (R**m - 1) // (R - 1)
    answers = np.array(list(product(range(R), repeat=n)))
    stored = memory.store(answers)
    assert stored.shape == (R**n, n - m)
    assert len(np.unique(stored, axis=0)) == R ** (n - m)  # that many states, and all are used
    wrong = memory.recall(stored) != answers
    assert wrong.sum(axis=1).max() == 1
    assert F(int(wrong.sum()), wrong.size) == memory.error == (1 - F(1, R**m)) / n
    # A perfect code: every place is wrong equally often.
    assert len(set(wrong.sum(axis=0).tolist())) == 1


@pytest.mark.parametrize(("R", "m"), [(2, 5), (3, 3), (4, 3), (7, 2)])
def test_large_hamming_memories_on_sampled_answers(R, m):
    """10,000 sequences; each has an error with probability 1 - R^-m (false alarm 1e-6)."""
    from scipy.stats import binomtest

    memory = HammingMemory(R, m)
    answers = np.random.default_rng(5).integers(0, R, (10_000, memory.n_facts))
    wrong = (memory.recall(memory.store(answers)) != answers).sum(axis=1)
    assert wrong.max() == 1
    assert binomtest(int(wrong.sum()), 10_000, 1 - R**-m).pvalue > 1e-6


@pytest.mark.parametrize(("R", "m"), [*CODES, (2, 5), (3, 3), (4, 3), (2, 10)])
def test_hamming_memories_obey_the_converse_and_come_near(R, m):
    """f(e) <= b; long ones need little more than they must: 77 to 3 per cent more."""
    memory = HammingMemory(R, m)
    e = float(memory.error)
    needed = memory_needed(1 - e, e, R)
    assert needed <= memory.memory < needed * 1.8
    best = best_system(0, R, memory.memory)
    assert best.accuracy >= 1 - e


def test_field_of_four():
    """GF(4) is a field: sums and products associate, distribute, and can be undone."""
    times = MULTIPLY_4
    for a, b, c in product(range(4), repeat=3):
        assert times[a, b] == times[b, a]
        assert times[a, times[b, c]] == times[times[a, b], c]
        assert times[a, b ^ c] == times[a, b] ^ times[a, c]
    for a in range(1, 4):
        assert sorted(times[a].tolist()) == [0, 1, 2, 3]


def all_codes_by_hand(n, R, M, t):
    """Best score by brute force over ordered codes, in Fractions: the slow twin."""
    L = t / (1 - t)
    outputs = list(product(range(-1, R), repeat=n))
    answers = list(product(range(R), repeat=n))

    def points(out, a):
        return sum(F(1) if o == x else (F(0) if o < 0 else -L) for o, x in zip(out, a, strict=True))

    return max(
        sum(max(points(out, a) for out in code) for a in answers) / (n * len(answers))
        for code in product(outputs, repeat=M)
    )


@pytest.mark.parametrize(("n", "R", "M"), [(2, 2, 1), (2, 2, 2), (2, 2, 3), (1, 3, 2), (2, 3, 2)])
@pytest.mark.parametrize("t", [F(0), F(1, 3), F(1, 2), F(3, 4)])
def test_the_search_finds_the_best_code(n, R, M, t):
    assert best_small_code(n, R, M, t).score == all_codes_by_hand(n, R, M, t)


def test_no_small_code_beats_the_bound():
    """Every size searched, exact; the bound is met where nothing or everything is stored."""
    sizes = [(1, 2, 2), (2, 2, 1), (2, 2, 3), (3, 2, 2), (3, 2, 4), (2, 3, 3), (2, 3, 9), (3, 3, 3)]
    t = gap_to_the_bound(sizes, [F(0), F(1, 3), F(1, 2), F(3, 4)])
    gap = t["bound"] - t["score"]
    assert gap.min() > -1e-12
    met = gap < 1e-12
    assert met.any()
    assert gap[(t["share"] > 0.3) & (t["share"] < 0.7)].min() > 0.002


def test_the_best_small_code_is_a_code_with_its_score():
    """Recomputed from the outputs alone."""
    t = F(1, 2)
    code = best_small_code(3, 2, 3, t)
    assert len(set(code.outputs)) == 3
    total = sum(
        max(
            sum(1 if o == x else (0 if o < 0 else -1) for o, x in zip(out, a, strict=True))
            for out in code.outputs
        )
        for a in product(range(2), repeat=3)
    )
    assert code.score == F(total, 24) == code.right - code.wrong


def test_a_learned_memory_moves_along_the_frontier():
    """Trained on accuracy it answers everything; on a target of 3/4 it errs less and abstains."""
    t = codebook_study([0, 0.75], [8, 32], rng=3, n_facts=4, n_answers=4)
    assert (t["score"] <= t["bound"] + 1e-12).all()
    for M in (8, 32):
        free, strict = ((t["n_states"] == M) & (t["t"] == x) for x in (0, 0.75))
        assert t["right"][free] + t["wrong"][free] == pytest.approx(1)
        assert t["wrong"][strict] < t["wrong"][free] / 4
        assert (t["right"] + t["wrong"])[strict] < 0.9


def test_training_is_reproducible_and_shares_are_exact():
    one = train_codebook(3, 2, 4, 0.5, rng=1)
    assert np.array_equal(one, train_codebook(3, 2, 4, 0.5, rng=1))
    perfect = np.array(list(product(range(2), repeat=3)))
    assert exam_shares(perfect, 2, 0.5) == (1.0, 0.0)
    silent = np.full((1, 3), -1)
    assert exam_shares(silent, 2, 0.5) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: HammingMemory(6, 2), "n_answers must be a prime or 4"),
        (lambda: HammingMemory(2, 1), "n_checks must be a whole number >= 2"),
        (lambda: HammingMemory(2, 2).store([[0, 1, 2]]), "answers must be rows of 3 symbols"),
        (lambda: HammingMemory(2, 2).recall([[0, 1]]), "stored must be rows of 1 symbols"),
        (lambda: best_small_code(6, 6, 6, 0), "n_states must be small enough"),
        (lambda: best_small_code(1, 2, 3, 0), "n_states must be small enough"),
        (lambda: train_codebook(3, 2, 0, 0, rng=0), "n_states must be"),
    ],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(InvalidInput, match=match):
        call()


def test_memory_of_a_hamming_code_by_hand():
    """Four of seven bits: 4/7 ln 2 nats a fact."""
    assert HammingMemory(2, 3).memory == pytest.approx(4 / 7 * math.log(2), rel=1e-15)
