r"""Hamming codes as memories: achievability that runs (extension X11).

A perfect code of n = (R^m - 1)/(R - 1) symbols holds, for every sequence of n answers, a codeword
that differs from it in one place at most. A system that stores the n - m free symbols of that
codeword answers all n facts with

.. math:: b = \Bigl(1 - \frac mn\Bigr) \ln R,\qquad e = \frac{1 - R^{-m}}{n}.

R is a prime or 4: GF(4) has its own tables, the others count modulo R.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product

import numpy as np

from theory.arrays import ArrayLike, IntArray
from theory.errors import InvalidInput, require_integer

MULTIPLY_4 = np.array([[0, 0, 0, 0], [0, 1, 2, 3], [0, 2, 3, 1], [0, 3, 1, 2]])
"""GF(4) = {0, 1, x, x + 1} as 0, 1, 2, 3; its sum is the bitwise exclusive or."""


@dataclass(frozen=True)
class HammingMemory:
    """A memory for n answers that keeps the nearest codeword of a Hamming code (X11).

    Parameters
    ----------
    n_answers : int
        R, a prime or 4.
    n_checks : int
        m >= 2.

    Raises
    ------
    InvalidInput
        If R is neither a prime nor 4, or m is below 2.

    Examples
    --------
    Seven facts with two answers each and four bits of memory: seven sequences of eight have one
    wrong answer.

    >>> memory = HammingMemory(2, 3)
    >>> memory.n_facts, memory.n_stored, memory.error
    (7, 4, Fraction(1, 8))
    >>> memory.recall(memory.store([[1, 1, 0, 1, 0, 0, 1]])).tolist()
    [[1, 1, 0, 0, 0, 0, 1]]
    """

    n_answers: int
    n_checks: int

    def __post_init__(self) -> None:
        R = require_integer("n_answers", self.n_answers, at_least=2)
        require_integer("n_checks", self.n_checks, at_least=2)
        if R != 4 and any(R % d == 0 for d in range(2, math.isqrt(R) + 1)):
            raise InvalidInput("n_answers", "a prime or 4", R)

    @property
    def n_facts(self) -> int:
        """Number of facts, n = (R^m - 1)/(R - 1)."""
        return int((self.n_answers**self.n_checks - 1) // (self.n_answers - 1))

    @property
    def n_stored(self) -> int:
        """Number of symbols that are kept, n - m."""
        return self.n_facts - self.n_checks

    @property
    def memory(self) -> float:
        """Nats a fact, b = (1 - m/n) ln R."""
        return self.n_stored / self.n_facts * math.log(self.n_answers)

    @property
    def error(self) -> Fraction:
        """Exact share of wrong answers, e = (1 - R^-m)/n."""
        return (1 - Fraction(1, self.n_answers**self.n_checks)) / self.n_facts

    @cached_property
    def checks(self) -> IntArray:
        """Parity-check matrix, shape (m, n): every direction once, the unit vectors last."""
        R, m = self.n_answers, self.n_checks
        points = [v for v in product(range(R), repeat=m) if any(v) and _leading(v) == 1]
        points.sort(key=lambda v: (sum(x > 0 for x in v) == 1, [-x for x in v]))
        return np.array(points).T

    def store(self, answers: ArrayLike) -> IntArray:
        """Keep n - m symbols of the codeword nearest to each row of answers.

        Parameters
        ----------
        answers : array_like of int, shape (sequences, n)
            Each in 0 .. R - 1.

        Returns
        -------
        ndarray of int, shape (sequences, n - m)

        Raises
        ------
        InvalidInput
            If the shape or an answer is off.
        """
        a = self._symbols("answers", answers, self.n_facts)
        syndrome = self._times(self.checks, a)
        codeword = a.copy()
        for j, column in enumerate(self.checks.T):
            for factor in range(1, self.n_answers):
                wrong = (syndrome == self._multiply(column, factor)).all(axis=1)
                codeword[wrong, j] = self._subtract(codeword[wrong, j], factor)
        return codeword[:, : self.n_stored]

    def recall(self, stored: ArrayLike) -> IntArray:
        """Answer all n facts from what was stored.

        Raises
        ------
        InvalidInput
            If the shape or a symbol is off.
        """
        kept = self._symbols("stored", stored, self.n_stored)
        parity = self._times(self.checks[:, : self.n_stored], kept)
        return np.concatenate([kept, self._subtract(0 * parity, parity)], axis=1)

    def _symbols(self, name: str, values: ArrayLike, width: int) -> IntArray:
        x = np.asarray(values)
        fits = x.ndim == 2 and x.shape[1] == width and x.dtype.kind in "iu"
        if not fits or x.min(initial=0) < 0 or x.max(initial=0) >= self.n_answers:
            raise InvalidInput(
                name, f"rows of {width} symbols in 0..{self.n_answers - 1}", f"shape {x.shape}"
            )
        return x.astype(np.int64)

    def _multiply(self, x: IntArray, y: IntArray | int) -> IntArray:
        return MULTIPLY_4[x, y] if self.n_answers == 4 else x * y % self.n_answers

    def _subtract(self, x: IntArray, y: IntArray | int) -> IntArray:
        return x ^ y if self.n_answers == 4 else (x - y) % self.n_answers

    def _times(self, matrix: IntArray, rows: IntArray) -> IntArray:
        """Multiply each row by the matrix over the field, shape (sequences, m)."""
        out = np.zeros((len(rows), len(matrix)), dtype=np.int64)
        for column, x in zip(matrix.T, rows.T, strict=True):
            term = self._multiply(np.broadcast_to(column, out.shape), x[:, None])
            out = out ^ term if self.n_answers == 4 else (out + term) % self.n_answers
        return out


def _leading(v: tuple[int, ...]) -> int:
    return next(x for x in v if x)
