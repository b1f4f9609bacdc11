"""Three ways to be sure: z3 for all reals, sympy for identities, ball arithmetic for constants."""

import pytest

flint = pytest.importorskip("flint", reason="derivations need the extra `testing`")
sympy = pytest.importorskip("sympy", reason="derivations need the extra `testing`")
z3 = pytest.importorskip("z3", reason="derivations need the extra `testing`")

arb = flint.arb
flint.ctx.prec = 128
TIMEOUT_MS = 60_000


def prove(conclusion, *assumptions):
    """Fail, with a counter-example, unless the conclusion follows for all real (integer) values."""
    solver = z3.Solver()
    solver.set("timeout", TIMEOUT_MS)
    solver.add(*assumptions, z3.Not(conclusion))
    verdict = solver.check()
    shown = solver.model() if verdict == z3.sat else solver.reason_unknown()
    assert verdict == z3.unsat, f"{conclusion} does not follow: {shown}"


def consistent(*assumptions):
    """Fail unless the assumptions can hold together: from a contradiction anything follows."""
    solver = z3.Solver()
    solver.set("timeout", TIMEOUT_MS)
    solver.add(*assumptions)
    assert solver.check() == z3.sat, f"{assumptions} contradict each other"


def reals(names):
    return z3.Reals(names)


def identical(left, right):
    """Fail unless two symbolic expressions are the same for all values of their symbols."""
    difference = sympy.simplify(sympy.expand(left - right))
    assert difference == 0, f"{left} - ({right}) = {difference}"


def certain(comparison):
    """Fail unless a comparison of balls holds for every point of both balls."""
    assert comparison is True or comparison == 1, "not certain at this precision"


def rational(numerator, denominator=1):
    """Exact rational as a ball without width."""
    return arb(flint.fmpq(numerator, denominator))
