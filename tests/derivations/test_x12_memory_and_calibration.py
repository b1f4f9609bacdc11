"""Extension X12: memory and calibration, step by step."""

import numpy as np
import pytest

from tests.derivations.proving import identical, prove, reals, sympy, z3

R, FN, FP, alpha, Q, lam, nu = sympy.symbols("R FN FP alpha Q lam nu", positive=True)


def test_a_random_answer_is_accepted_with_probability_Q():
    """It is the right one with probability 1/R: Q = (1 - FN)/R + (1 - 1/R) FP."""
    identical((1 - FN) / R + (1 - 1 / R) * FP, (1 - FN + (R - 1) * FP) / R)


def test_two_errors_are_one_less_the_distance_of_two_coins():
    """FN + FP = 1 - R/(R-1) (alpha - Q)."""
    q = (1 - FN + (R - 1) * FP) / R
    identical(FN + FP, 1 - R / (R - 1) * ((1 - FN) - q))


def test_the_least_lies_at_positive_FN():
    """Along KL(alpha || Q) = b the slope dQ/dalpha grows without bound as FN -> 0.

    So FN + FP falls when FN leaves 0: no Bloom filter is best, and "FN = 0 from half the memory on"
    holds to rounding only.
    """
    KL = alpha * sympy.log(alpha / Q) + (1 - alpha) * sympy.log((1 - alpha) / (1 - Q))
    slope = -sympy.diff(KL, alpha) / sympy.diff(KL, Q)
    expected = (sympy.log(alpha / (1 - alpha)) - sympy.log(Q / (1 - Q))) / (
        (alpha - Q) / (Q * (1 - Q))
    )
    difference = sympy.lambdify((alpha, Q), slope - expected)
    assert all(abs(difference(a, q)) < 1e-12 for a, q in ((0.9, 0.2), (0.5, 0.1), (0.99, 0.6)))
    assert sympy.limit(expected.subs(Q, sympy.Rational(1, 5)), alpha, 1, dir="-") == sympy.oo


def test_theorem_1_with_the_judge():
    """2 err_iiv = FN + FP and k/K = 1/(R-1): err >= FN + FP - 1/(R-1) - delta."""
    err, err_iiv, fn, fp, n, delta = reals("err err_iiv fn fp n delta")
    prove(
        err >= fn + fp - 1 / (n - 1) - delta,
        err >= 2 * err_iiv - 1 / (n - 1) - delta,
        2 * err_iiv == fn + fp,
        n >= 2,
    )


def test_the_supporting_line_of_the_certificate():
    """ln(1 + z Q) <= ln(1 + z q) + z (Q - q)/(1 + z q): a concave function below its tangent."""
    z, q = sympy.symbols("z q", positive=True)
    second = sympy.diff(sympy.log(1 + z * Q), Q, 2)
    identical(second, -(z**2) / (1 + z * Q) ** 2)
    identical(sympy.diff(sympy.log(1 + z * Q), Q).subs(Q, q), z / (1 + z * q))


def test_the_best_posterior_is_a_gibbs_law():
    """Least of sum pi c + lam sum pi ln pi: -lam ln sum exp(-c/lam), at pi ~ exp(-c/lam)."""
    c1, c2, p = sympy.symbols("c1 c2 p", positive=True)
    loss = p * c1 + (1 - p) * c2 + lam * (p * sympy.log(p) + (1 - p) * sympy.log(1 - p))
    w1, w2 = sympy.exp(-c1 / lam), sympy.exp(-c2 / lam)
    gibbs = w1 / (w1 + w2)
    identical(sympy.diff(loss, p, 2), lam / p + lam / (1 - p))
    numeric = sympy.lambdify((c1, c2, lam), sympy.diff(loss, p).subs(p, gibbs))
    value = sympy.lambdify((c1, c2, lam), loss.subs(p, gibbs) + lam * sympy.log(w1 + w2))
    for point in ((0.3, 1.1, 0.5), (2.0, 0.1, 0.7), (0.0, 0.0, 2.0)):
        assert abs(numeric(*point)) < 1e-12
        assert abs(value(*point)) < 1e-12


@pytest.mark.parametrize("n", [3, 5])
def test_the_best_model_is_an_extreme_point(n):
    """-lam ln sum exp((q + nu 1_S)/lam) is concave in q: on 500 segments, seen at the middle."""
    rng = np.random.default_rng(n)
    for _ in range(500):
        q, r = rng.dirichlet(np.ones(n), 2)
        shift, scale = rng.normal(size=n), rng.uniform(0.1, 2)

        def value(x, shift=shift, scale=scale):
            return -scale * np.log(np.exp((x + shift) / scale).sum())

        assert value((q + r) / 2) >= (value(q) + value(r)) / 2 - 1e-12


def test_extreme_points_of_models_with_a_threshold():
    """q >= 1/K on S (m answers), q <= 1/K elsewhere, sum 1: all but one coordinate at a bound.

    m at or above, j elsewhere at 1/K: the one on S holds 1 - (m - 1 + j)/K, which is >= 1/K iff
    m + j <= K; a free coordinate outside S would hold a whole multiple of 1/K, that is, a bound.
    """
    K, m, j, x = reals("K m j x")
    prove(
        z3.And(z3.Implies(x >= 1 / K, m + j <= K), z3.Implies(m + j <= K, x >= 1 / K)),
        K >= 1,
        m >= 1,
        j >= 0,
        x == 1 - (m - 1 + j) / K,
    )


def test_calibration_everywhere_makes_the_posterior_the_model():
    """With the price nu(v) = lam ln v - v of each level, c_r = -q_r - nu(q_r) = -lam ln q_r.

    So the Gibbs law is q itself, and what is left is 1 - sum q^2 + lam (ln R - H(q)).
    """
    v = sympy.Symbol("v", positive=True)
    price = lam * sympy.log(v) - v
    identical(sympy.exp(-(-v - price) / lam), v)
    # 1 + sum nu(q) q - lam ln(1/R) = 1 + lam sum q ln q - sum q^2 + lam ln R, term by term.
    identical(price * v, lam * v * sympy.log(v) - v**2)


def test_the_best_law_has_one_large_answer_and_the_rest_even():
    """phi(v) = -v^2 + lam v ln v: phi' takes a value twice at most, concave only above lam/2."""
    v = sympy.Symbol("v", positive=True)
    phi = -(v**2) + lam * v * sympy.log(v)
    identical(sympy.diff(phi, v, 2), -2 + lam / v)
    assert sympy.solve(sympy.diff(phi, v, 2), v) == [lam / 2]


def test_where_the_chord_from_the_guess_touches_that_curve():
    """sum q^2 - 1/R = R/(R-1) (a - p)^2, p = 1/R, against KL(a || p) nats: steepest at a = 1 - p.

    By Kearns and Saul (App. B) ln E e^(u (X - p)) <= c u^2 with c = (1 - 2p)/(4 ln((1-p)/p)), so
    KL(a || p) >= max over u of u (a - p) - c u^2 = (a - p)^2/(4c); equal at a = 1 - p.
    """
    a, u, p, c, odds = sympy.symbols("a u p c odds", positive=True)
    identical(a**2 + (1 - a) ** 2 / (R - 1) - 1 / R, R / (R - 1) * (a - 1 / R) ** 2)
    (best,) = sympy.solve(sympy.diff(u * (a - p) - c * u**2, u), u)
    identical((u * (a - p) - c * u**2).subs(u, best), (a - p) ** 2 / (4 * c))
    # With odds = ln((1-p)/p), KL(1-p || p) = (1-p) odds - p odds.
    touching = ((a - p) ** 2 / (4 * c)).subs(c, (1 - 2 * p) / (4 * odds)).subs(a, 1 - p)
    identical(touching, (1 - p) * odds - p * odds)
