"""A memory of M states that is learned for an exam, by alternating optimisation (X11).

The system is a network with one categorical layer of M states: storing picks the state whose
outputs would score best, recalling reads the outputs of the state. Training alternates between the
two on sampled answers, as k-means does; each output is the most frequent answer of its state, or
"I don't know" (-1) if that is right too seldom for the target. Nothing of the optimum is built in.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np

from simulations.trials import Columns, stack
from theory.arrays import FloatArray, IntArray
from theory.errors import require_integer
from theory.grading import penalty
from theory.memory import best_system


def train_codebook(
    n_facts: int,
    n_answers: int,
    n_states: int,
    t: float,
    *,
    rng: np.random.Generator | int,
    n_samples: int = 4000,
    n_rounds: int = 40,
    n_starts: int = 4,
) -> IntArray:
    """Learn what each memory state answers, from sampled sequences of answers.

    Parameters
    ----------
    n_facts, n_answers, n_states : int
        n, R and M.
    t : float
        Confidence target of the exam it is trained for.
    rng : numpy Generator or int
        Source of randomness.
    n_samples, n_rounds, n_starts : int
        Training sequences, rounds of improvement, and how often training starts anew; the start
        with the best score in training is kept.

    Returns
    -------
    ndarray of int, shape (M, n)
        Answers in 0 .. R - 1, or -1 for "I don't know".

    Raises
    ------
    InvalidInput
        If a number is out of range.
    """
    for name, value in (("n_facts", n_facts), ("n_states", n_states), ("n_rounds", n_rounds)):
        require_integer(name, value, at_least=1)
    require_integer("n_answers", n_answers, at_least=2)
    require_integer("n_samples", n_samples, at_least=n_states)
    rng = np.random.default_rng(rng)
    best, found = -math.inf, np.empty(0, dtype=np.int64)
    for child in rng.spawn(require_integer("n_starts", n_starts, at_least=1)):
        sample = child.integers(0, n_answers, (n_samples, n_facts))
        book = sample[child.choice(n_samples, n_states, replace=False)]
        for _ in range(n_rounds):
            state = _points(sample, book, t).argmax(axis=1)
            better = _improve(sample, state, book, n_answers, t, child)
            if np.array_equal(better, book):
                break
            book = better
        score = float(_points(sample, book, t).max(axis=1).mean())
        if score > best:
            best, found = score, book
    return found


def exam_shares(book: IntArray, n_answers: int, t: float) -> tuple[float, float]:
    """Shares that a trained codebook answers rightly and wrongly, exact over every sequence."""
    answers = np.array(list(product(range(n_answers), repeat=book.shape[1])))
    state = _points(answers, book, t).argmax(axis=1)
    outputs = book[state]
    right = float((outputs == answers).mean())
    return right, float((outputs >= 0).mean()) - right


def codebook_study(
    targets: Sequence[float],
    states: Sequence[int],
    *,
    rng: np.random.Generator | int,
    n_facts: int = 6,
    n_answers: int = 4,
) -> Columns:
    """Train a codebook for each target and size and set it beside the best possible system.

    Returns
    -------
    dict of str to ndarray, shape (sizes x targets,)
        n_states, share (of the memory that all facts need), t, right, wrong, score of the learned
        system; best_right, best_wrong, bound of the optimum with that memory.

    Raises
    ------
    InvalidInput
        If a number is out of range.
    """
    grid = list(product(states, targets))
    children = np.random.default_rng(rng).spawn(len(grid))
    rows = []
    for (M, t), child in zip(grid, children, strict=True):
        book = train_codebook(n_facts, n_answers, M, t, rng=child)
        right, wrong = exam_shares(book, n_answers, t)
        memory = math.log(M) / n_facts
        best = best_system(t, n_answers, memory)
        rows.append(
            {
                "n_states": M,
                "share": memory / math.log(n_answers),
                "t": t,
                "right": right,
                "wrong": wrong,
                "score": right - penalty(t) * wrong,
                "best_right": best.right,
                "best_wrong": best.wrong,
                "bound": best.score(t),
            }
        )
    return stack(rows)


def _points(answers: IntArray, book: IntArray, t: float) -> FloatArray:
    """Points of every state for every sequence of answers, shape (sequences, M)."""
    values = np.arange(max(answers.max(), book.max()) + 1)
    one_hot, outputs = (
        (x[:, :, None] == values).reshape(len(x), -1).astype(float) for x in (answers, book)
    )
    L = penalty(t)
    points: FloatArray = (1 + L) * (one_hot @ outputs.T) - L * (book >= 0).sum(axis=1)
    return points


def _improve(
    sample: IntArray,
    state: IntArray,
    book: IntArray,
    n_answers: int,
    t: float,
    rng: np.random.Generator,
) -> IntArray:
    """Best outputs of each state for the sequences that chose it; idle states start anew."""
    M, n = book.shape
    cell = (state[:, None] * n + np.arange(n)) * n_answers + sample
    counts = np.bincount(cell.ravel(), minlength=M * n * n_answers).reshape(M, n, n_answers)
    members = np.bincount(state, minlength=M)[:, None]
    better = np.where(counts.max(axis=2) > t * members, counts.argmax(axis=2), -1)
    idle = members[:, 0] == 0
    better[idle] = sample[rng.integers(0, len(sample), int(idle.sum()))]
    return better
