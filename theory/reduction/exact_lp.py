"""Small linear programs solved in rationals: HiGHS proposes, exact duality decides.

The solver's primal and dual solutions are rounded to nearby fractions and then checked in exact
arithmetic: feasible both, with equal values. So no float rounding is left to trust.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

Row = Sequence[Fraction]
MAX_DENOMINATOR = 10**6
"""Vertices of the programs here have denominators far below; a worse guess fails the check."""


@dataclass(frozen=True)
class Program:
    r"""Minimise c x subject to G x <= h, F x = g, x >= 0, all in Fractions.

    Attributes
    ----------
    c : sequence of Fraction, shape (n,)
    G, h : rows and right sides of the inequalities
    F, g : rows and right sides of the equations
    """

    c: Row
    G: Sequence[Row]
    h: Row
    F: Sequence[Row]
    g: Row


def dot(a: Row, b: Row) -> Fraction:
    """Exact scalar product."""
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def solve_exactly(program: Program) -> tuple[Fraction, list[Fraction]] | None:
    """Return the least value and a vertex that attains it, or None if nothing is feasible.

    Raises
    ------
    ArithmeticError
        If the solver's answer cannot be certified in exact arithmetic.

    Examples
    --------
    Minimise x + y with x + 2 y >= 1:

    >>> one = Fraction(1)
    >>> solve_exactly(Program([one, one], [[-one, -2 * one]], [-one], [], []))
    (Fraction(1, 2), [Fraction(0, 1), Fraction(1, 2)])
    """
    from scipy.optimize import linprog

    n = len(program.c)
    found = linprog(
        np.array(program.c, dtype=float),
        A_ub=np.array(program.G, dtype=float).reshape(-1, n),
        b_ub=np.array(program.h, dtype=float),
        A_eq=np.array(program.F, dtype=float).reshape(-1, n),
        b_eq=np.array(program.g, dtype=float),
        method="highs-ds",
    )
    infeasible = 2
    if found.status == infeasible:
        return None
    x = _fractions(found.x)
    _certify(program, x, _fractions(found.ineqlin.marginals), _fractions(found.eqlin.marginals))
    return dot(program.c, x), x


def _fractions(values: Any) -> list[Fraction]:
    return [Fraction(float(v)).limit_denominator(MAX_DENOMINATOR) for v in values]


def _certify(program: Program, x: Row, y_G: Row, y_F: Row) -> None:
    """Weak duality, exactly: feasible x and y of equal value are both optimal."""
    reduced = [
        cost - dot([row[j] for row in program.G], y_G) - dot([row[j] for row in program.F], y_F)
        for j, cost in enumerate(program.c)
    ]
    checks = {
        "x >= 0": min(x) >= 0,
        "G x <= h": all(dot(r, x) <= b for r, b in zip(program.G, program.h, strict=True)),
        "F x = g": all(dot(r, x) == b for r, b in zip(program.F, program.g, strict=True)),
        "y <= 0": all(y <= 0 for y in y_G),
        "reduced costs >= 0": min(reduced) >= 0,
        "equal values": dot(program.c, x) == dot(program.h, y_G) + dot(program.g, y_F),
    }
    failed = [name for name, passed in checks.items() if not passed]
    if failed:
        raise ArithmeticError(f"linear program not certified in rationals: {', '.join(failed)}")
