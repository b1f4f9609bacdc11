"""The simplex method in rationals: the last word where a float solver's answer is not certified.

Dense and slow, with Bland's rule, so that it always ends; meant for programs with some hundred
numbers. Every number in it is a Fraction, and what it says comes with multipliers that prove it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

Row = Sequence[Fraction]
Table = list[list[Fraction]]


def simplex(c: Row, A: Sequence[Row], b: Row) -> tuple[list[Fraction] | None, list[Fraction]]:
    """Minimise c x subject to A x = b, x >= 0.

    Returns
    -------
    x : list of Fraction, or None
        A vertex that attains the least value; None if nothing is feasible.
    y : list of Fraction
        Multipliers of the rows: A'y <= c and b y = c x, which proves that x is best; if nothing is
        feasible, A'y <= 0 and b y > 0, which proves that (Farkas).

    Raises
    ------
    ArithmeticError
        If the value has no lower limit.

    Examples
    --------
    >>> one = Fraction(1)
    >>> simplex([one, one], [[one, 2 * one]], [one])
    ([Fraction(0, 1), Fraction(1, 2)], [Fraction(1, 2)])
    >>> simplex([one], [[one]], [-one])
    (None, [Fraction(-1, 1)])
    """
    n, signs = len(c), [1 if right >= 0 else -1 for right in b]
    rows = [
        [*(sign * v for v in row), *(Fraction(i == j) for j in range(len(b))), sign * right]
        for i, (row, right, sign) in enumerate(zip(A, b, signs, strict=True))
    ]
    basis = [n + i for i in range(len(b))]
    artificial = [Fraction(0)] * n + [Fraction(1)] * len(b)
    costs = _minimise(rows, basis, artificial, n)
    if costs[-1] < 0:
        return None, _multipliers(costs, artificial, signs, n)
    _drive_out(rows, basis, n)
    real = [*c, *([Fraction(0)] * len(b))]
    costs = _minimise(rows, basis, real, n)
    x = [Fraction(0)] * n
    for j, row in zip(basis, rows, strict=True):
        if j < n:
            x[j] = row[-1]
    return x, _multipliers(costs, real, signs, n)


def _minimise(rows: Table, basis: list[int], cost: Row, n: int) -> list[Fraction]:
    """Pivot on the first n columns until no reduced cost is negative; return the cost row."""
    costs = [*cost, Fraction(0)]
    for column, row in zip(basis, rows, strict=True):
        if costs[column]:
            costs = _less(costs, costs[column], row)
    while (j := next((j for j in range(n) if costs[j] < 0), None)) is not None:
        steps = [(row[-1] / row[j], basis[i], i) for i, row in enumerate(rows) if row[j] > 0]
        if not steps:
            raise ArithmeticError("the linear program has no least value")
        *_, r = min(steps)
        _pivot(rows, basis, r, j)
        costs = _less(costs, costs[j], rows[r])
    return costs


def _pivot(rows: Table, basis: list[int], r: int, j: int) -> None:
    pivot = rows[r][j]
    rows[r] = [v / pivot if v else v for v in rows[r]]
    for i, row in enumerate(rows):
        if i != r and row[j]:
            rows[i] = _less(row, row[j], rows[r])
    basis[r] = j


def _less(row: Sequence[Fraction], factor: Fraction, other: Row) -> list[Fraction]:
    return [a - factor * b if b else a for a, b in zip(row, other, strict=True)]


def _drive_out(rows: Table, basis: list[int], n: int) -> None:
    """Replace artificial columns that stayed in the basis at 0, where the row leaves a choice."""
    for r, row in enumerate(rows):
        if basis[r] >= n and (j := next((j for j in range(n) if row[j]), None)) is not None:
            _pivot(rows, basis, r, j)


def _multipliers(costs: Row, cost: Row, signs: Sequence[int], n: int) -> list[Fraction]:
    return [sign * (cost[-1] - costs[n + i]) for i, sign in enumerate(signs)]
