"""The best code for a few facts and a few memory states, by exhaustive search (extension X11)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

import numpy as np

from theory.arrays import IntArray, Number
from theory.errors import InvalidInput, require_integer
from theory.grading.targets import penalty
from theory.memory.exam import best_system

LARGEST_SEARCH = 20_000_000
"""Most pairs of a code and a sequence of answers that are looked at."""


@dataclass(frozen=True)
class SmallCode:
    """The best system with few memory states, found by looking at all of them (X11).

    Attributes
    ----------
    score : Fraction
        Expected points a question, exact.
    bound : float
        What no system with that many states can exceed, for any number of facts.
    right, wrong : Fraction
        Shares of all facts.
    outputs : tuple of tuple of int
        What each state answers; -1 is "I don't know".
    """

    score: Fraction
    bound: float
    right: Fraction
    wrong: Fraction
    outputs: tuple[tuple[int, ...], ...]


def best_small_code(n_facts: int, n_answers: int, n_states: int, t: Number) -> SmallCode:
    """Search all codes of ``n_states`` states for the best expected score at target t (X11).

    A state is a sequence of answers or abstentions; whoever stores picks the state that scores
    best. Randomness does not help: a mean of codes is no better than the best of them.

    Parameters
    ----------
    n_facts, n_answers, n_states : int
        n >= 1, R >= 2 and 1 <= M <= R^n; small, for the search is exhaustive.
    t : float or Fraction
        Confidence target in [0, 1). The penalty t/(1 - t) is taken for the nearest fraction with a
        denominator of 10^9 at most.

    Raises
    ------
    InvalidInput
        If a value is out of range or the search would be too large.

    Examples
    --------
    Three facts with two answers each and one bit: repeat the majority, right three times of four.

    >>> best_small_code(3, 2, 2, 0).score
    Fraction(3, 4)
    """
    n = require_integer("n_facts", n_facts, at_least=1)
    R = require_integer("n_answers", n_answers, at_least=2)
    M = require_integer("n_states", n_states, at_least=1)
    L = Fraction(penalty(t)).limit_denominator(10**9)
    outputs = list(product(range(-1 if L > 0 else 0, R), repeat=n))
    if math.comb(len(outputs), M) * R**n > LARGEST_SEARCH or R**n < M:
        raise InvalidInput("n_states", "small enough to search, and at most R^n", n_states)
    answers = np.array(list(product(range(R), repeat=n)))
    table = np.array(outputs)
    right = (answers == table[:, None]).sum(axis=2)
    wrong = (table >= 0).sum(axis=1)[:, None] - right
    points = L.denominator * right - L.numerator * wrong
    best = _search(points, M)
    state = points[list(best)].argmax(axis=0)
    of = np.arange(len(answers))
    x, w = (Fraction(int(m[list(best)][state, of].sum()), n * len(of)) for m in (right, wrong))
    return SmallCode(
        score=x - L * w,
        bound=best_system(t, R, math.log(M) / n).score(t),
        right=x,
        wrong=w,
        outputs=tuple(outputs[i] for i in best),
    )


def _search(points: IntArray, M: int) -> tuple[int, ...]:
    """Return the M rows whose columnwise maxima have the largest sum."""
    best, found = -math.inf, tuple(range(M))
    for head in combinations(range(len(points)), M - 1):
        first = head[-1] + 1 if head else 0
        tail = points[first:]
        if len(tail) == 0:
            continue
        reached = points[list(head)].max(axis=0) if head else tail.min(axis=0)
        totals = np.maximum(tail, reached).sum(axis=1)
        i = int(totals.argmax())
        if totals[i] > best:
            best, found = float(totals[i]), (*head, first + i)
    return found
