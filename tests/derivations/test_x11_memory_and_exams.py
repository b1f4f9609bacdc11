"""Extension X11: an exam and a full memory, step by step."""

from itertools import product

import pytest

from tests.derivations.proving import arb, certain, consistent, identical, prove, reals, sympy, z3

R, y, L, e = sympy.symbols("R y L e", positive=True)
Z = R - 1 + sympy.exp(y)
ERROR = (R - 1) / Z
G = sympy.log(1 + (sympy.exp(y) - 1) / R)


def rate(error):
    return (
        sympy.log(R)
        + error * sympy.log(error)
        + (1 - error) * sympy.log(1 - error)
        - error * sympy.log(R - 1)
    )


def test_the_accuracy_is_the_slope_of_G():
    identical(sympy.diff(G, y), 1 - ERROR)


def test_the_rate_is_the_conjugate_of_G():
    """f(e(y)) = y G'(y) - G(y): the terms, written in ln Z."""
    right = sympy.exp(y) / Z
    lnZ = sympy.Symbol("lnZ")
    by_terms = (
        sympy.log(R)
        + ERROR * (sympy.log(R - 1) - lnZ)
        + right * (y - lnZ)
        - ERROR * sympy.log(R - 1)
    )
    identical(by_terms, y * right - (lnZ - sympy.log(R)))
    identical(sympy.exp(G) * R, Z)


def test_fano_step_in_each_answered_fact():
    """H(A | answer, answered) <= h(e) + e ln(R-1): by convexity, equality at even errors.

    Executed for R = 3: the errors' entropy e h(p) is largest at p = 1/2.
    """
    p = sympy.Symbol("p", positive=True)
    h = -p * sympy.log(p) - (1 - p) * sympy.log(1 - p)
    assert sympy.simplify(sympy.diff(h, p).subs(p, sympy.Rational(1, 2))) == 0
    assert sympy.simplify(sympy.diff(h, p, 2) + 1 / (p * (1 - p))) == 0
    identical(sympy.expand_log(h.subs(p, sympy.Rational(1, 2)), force=True), sympy.log(2))


def test_the_rate_is_convex_and_so_is_its_perspective():
    """f'' = 1/(e (1-e)) > 0; the Hessian of s f(w/s) is f'' (w/s, -1) (w/s, -1)^T / s."""
    identical(sympy.diff(rate(e), e, 2), 1 / e + 1 / (1 - e))
    w, s = sympy.symbols("w s", positive=True)
    perspective = s * rate(w / s)
    curvature = (1 / e + 1 / (1 - e)).subs(e, w / s)
    for first, second, factor in ((w, w, 1), (w, s, -w / s), (s, s, (w / s) ** 2)):
        identical(sympy.diff(perspective, first, second), curvature * factor / s)


def test_a_full_memory_stands_at_the_most_score_per_nat():
    """d/de of (1 - (1+L) e)/f(e) vanishes iff G(y) = t y, y the tilt of e."""
    t = L / (1 + L)
    f = sympy.Symbol("f")
    tilt = sympy.log(1 - e) + sympy.log(R - 1) - sympy.log(e)
    identical(sympy.diff(rate(e), e), -tilt)
    # -(1+L) f + (1 - (1+L) e) tilt = 0  <=>  f = ((1-e) - t) tilt  <=>  y G' - f = t y = G.
    stationary = sympy.solve(-(1 + L) * f + (1 - (1 + L) * e) * y, f)[0]
    identical((1 - e) * y - stationary, t * y)


def test_the_equation_of_the_critical_error():
    """G(y) = t y iff e (1-e)^L = (1 - 1/R) R^-L: the logarithms differ by (1+L)(G - t y)."""
    lnZ = sympy.Symbol("lnZ")
    left = sympy.log(R - 1) - lnZ + L * (y - lnZ)
    right = sympy.log(R - 1) - sympy.log(R) - L * sympy.log(R)
    identical(right - left, (1 + L) * (lnZ - sympy.log(R)) - L * y)


def test_one_point_of_penalty():
    """L = 1: e (1-e) = (1 - 1/R)/R has the roots 1/R and 1 - 1/R."""
    assert set(sympy.solve(e * (1 - e) - (1 - 1 / R) / R, e)) == {1 / R, (R - 1) / R}


def test_the_guess_is_always_a_root_and_the_other_is_below_one_minus_t():
    """e (1-e)^L rises up to e = 1 - t and falls beyond it."""
    x = (1 - 1 / R) * (1 / R) ** L
    identical((e * (1 - e) ** L).subs(e, 1 - 1 / R), x)
    slope = sympy.diff(sympy.log(e) + L * sympy.log(1 - e), e)
    identical(slope, (1 - (1 + L) * e) / (e * (1 - e)))


def test_up_to_t_of_one_in_R_every_guess_pays():
    """A guess scores 1/R - L (1 - 1/R) >= 0 iff t <= 1/R."""
    n, t = reals("n t")
    guess = 1 / n - t / (1 - t) * (1 - 1 / n)
    prove(
        z3.And(z3.Implies(guess >= 0, t * n <= 1), z3.Implies(t * n <= 1, guess >= 0)),
        n >= 2,
        t >= 0,
        t < 1,
    )


def test_the_swap_target():
    """x - L (1 - x) = h at t = (x - h)/(1 - h)."""
    x, h = sympy.symbols("x h", positive=True)
    t = (x - h) / (1 - h)
    identical(x - t / (1 - t) * (1 - x), h)


def test_a_fact_of_importance_mu_is_kept_iff_G_exceeds_t_y():
    """mu (1 - (1+L) e) - lam f = lam (y (1-e) - f - t y) with y = mu (1+L)/lam."""
    mu, lam, f = sympy.symbols("mu lam f", positive=True)
    tilt, t = mu * (1 + L) / lam, L / (1 + L)
    identical(mu * (1 - (1 + L) * e) - lam * f, lam * (tilt * (1 - e) - f - t * tilt))


@pytest.mark.parametrize("q", [2, 3])
def test_hamming_codes_are_perfect(q):
    """Balls of radius 1 around the codewords fill the space: (1 + n (q-1)) q^(n-m) = q^n."""
    m = sympy.Symbol("m", positive=True, integer=True)
    n = (q**m - 1) / sympy.Integer(q - 1)
    identical((1 + n * (q - 1)) * q ** (n - m), q**n)


def test_numbers_in_ball_arithmetic():
    """R = 365: f(1/R) and the shares of the specification at t = 1/2."""
    n = arb(365)
    p = 1 / n
    f = n.log() + p * p.log() + (1 - p) * (1 - p).log() - p * (n - 1).log()
    s = n.log() / 2 / f
    certain(s * (1 - p) > arb("0.50160"))
    certain(s * (1 - p) < arb("0.50162"))
    certain(s * p < arb("0.001379"))
    certain(s * p > arb("0.001377"))


def test_sums_of_informations_for_every_tiny_memory():
    """Sum over c of I(A_c; W) <= I(A; W) for independent A_c: two bits, every W of two states."""
    from math import log

    def entropy(weights):
        whole = sum(weights)
        return -sum(w / whole * log(w / whole) for w in weights if w)

    answers = list(product(range(2), repeat=2))
    for states in product(range(2), repeat=4):
        joint = entropy([states.count(w) for w in range(2)])
        parts = 0.0
        for c in range(2):
            table = [[0, 0], [0, 0]]
            for a, w in zip(answers, states, strict=True):
                table[a[c]][w] += 1
            parts += (
                log(2)
                + entropy([states.count(w) for w in range(2)])
                - entropy([*table[0], *table[1]])
            )
        assert parts <= joint + 1e-12


def test_the_setting_is_consistent():
    n, t = reals("n t")
    consistent(n >= 2, t * n > 1, t < 1)
