"""Small linear programs solved in rationals: HiGHS proposes, exact duality decides.

The solver's primal and dual solutions are rounded to nearby fractions and then checked in exact
arithmetic: feasible both, with equal values. Where they fail the check, or the solver finds
nothing feasible, the simplex method in rationals decides. So no float rounding is left to trust.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from theory.reduction.simplex import simplex

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
    """Exact scalar product, for linear programs in rationals."""
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def solve_exactly(program: Program) -> tuple[Fraction, list[Fraction]] | None:
    """Return the least value and a vertex that attains it, or None if nothing is feasible.

    Raises
    ------
    ArithmeticError
        If the value has no lower limit.

    Examples
    --------
    Minimise x + y with x + 2 y >= 1:

    >>> one = Fraction(1)
    >>> solve_exactly(Program([one, one], [[-one, -2 * one]], [-one], [], []))
    (Fraction(1, 2), [Fraction(0, 1), Fraction(1, 2)])
    """
    proposed = _proposal(program)
    x = proposed[0] if proposed and not objections(program, *proposed) else in_fractions(program)[0]
    return None if x is None else (dot(program.c, x), x)


def in_fractions(program: Program) -> tuple[list[Fraction] | None, list[Fraction], list[Fraction]]:
    """Solve by the simplex method in rationals; return x and multipliers of G and F.

    If nothing is feasible, x is None and the multipliers prove it (Farkas): y_G <= 0, no reduced
    cost of a program without costs is negative, and h y_G + g y_F > 0.

    Raises
    ------
    ArithmeticError
        If the value has no lower limit.
    """
    n, m = len(program.c), len(program.G)
    slack = [[Fraction(i == j) for j in range(m)] for i in range(m)]
    rows = [[*row, *unit] for row, unit in zip(program.G, slack, strict=True)]
    rows += [[*row, *[Fraction(0)] * m] for row in program.F]
    x, y = simplex([*program.c, *[Fraction(0)] * m], rows, [*program.h, *program.g])
    return None if x is None else x[:n], y[:m], y[m:]


def _proposal(program: Program) -> tuple[list[Fraction], list[Fraction], list[Fraction]] | None:
    """Return HiGHS's x and multipliers of G and F, rounded to nearby fractions."""
    from scipy.optimize import linprog

    n, m, k = len(program.c), len(program.G), len(program.F)
    found = linprog(
        np.array(program.c, dtype=float),
        A_ub=np.array(program.G, dtype=float).reshape(m, n),
        b_ub=np.array(program.h, dtype=float),
        A_eq=np.array(program.F, dtype=float).reshape(k, n),
        b_eq=np.array(program.g, dtype=float),
        method="highs-ds",
    )
    if found.status != 0:
        return None
    marginals = found.ineqlin.marginals, found.eqlin.marginals
    return _fractions(found.x), _fractions(marginals[0]), _fractions(marginals[1])


def _fractions(values: Any) -> list[Fraction]:
    return [Fraction(float(v)).limit_denominator(MAX_DENOMINATOR) for v in values]


def objections(program: Program, x: Row, y_G: Row, y_F: Row) -> list[str]:
    """List why a linear program's x and multipliers are not proved best; empty if they are.

    Weak duality: feasible x and y of equal value are both optimal.
    """
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
    return [name for name, passed in checks.items() if not passed]
