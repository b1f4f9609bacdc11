"""Extension X4: Theorem 2 without the logarithm, step by step, and its printed numbers."""

from fractions import Fraction

import pytest

from tests.derivations.proving import arb, certain, identical, prove, rational, reals, sympy

N, w, s, eps, g = sympy.symbols("N w s epsilon gamma", positive=True)
a, Lam = sympy.symbols("a Lambda", positive=True)


def test_step_i_hoeffding_given_the_data():
    """Ranges mu' R/(R-1) (erratum 4): radius R/(R-1) sqrt(Q ln(1/g1)/2), and R/(R-1) falls in R."""
    R, Q = sympy.symbols("R Q", positive=True)
    radius = R / (R - 1) * sympy.sqrt(Q * sympy.log(1 / g) / 2)
    identical(sympy.exp(-2 * radius**2 / ((R / (R - 1)) ** 2 * Q)), g)
    r, larger = reals("r larger")
    prove(larger / (larger - 1) <= r / (r - 1), r >= 2, larger >= r)


def test_step_ii_lower_tail_of_the_missing_mass():
    """exp(-e N eps^2 / 2) = g3 at eps = sqrt(2 ln(1/g3)/(e N)); the tail itself is in App. B."""
    radius = sympy.sqrt(2 * sympy.log(1 / g) / (sympy.E * N))
    identical(sympy.exp(-sympy.E * N * radius**2 / 2), g)


def test_step_iii_upper_tail_of_the_singleton_rate():
    """exp(-N eps^2 / 2) = g2 at eps = sqrt(2 ln(1/g2)/N) (McDiarmid, App. B)."""
    radius = sympy.sqrt(2 * sympy.log(1 / g) / N)
    identical(sympy.exp(-N * radius**2 / 2), g)


def test_steps_add_up():
    """Theorem 1, then 2 err_iiv >= MM - h, MM >= E MM - m, E MM >= E sr - 1/N, E sr >= sr - d."""
    err, iiv, K, delta, MM, EMM, Esr, sr = reals("err iiv K delta MM EMM Esr sr")
    h, miss, dev, n = reals("h miss dev n")
    steps = [
        err >= 2 * iiv - 2 / K - delta,
        2 * iiv >= MM - h,
        MM >= EMM - miss,
        EMM >= Esr - 1 / n,
        Esr >= sr - dev,
    ]
    prove(err >= sr - 2 / K - delta - (1 / n + dev + miss + h), *steps)


def test_step_v_no_heavy_prompt_stays_unseen():
    """Fewer than N/Lam prompts have N mu' > Lam, each unseen with chance <= e^-Lam."""
    weight, count, n, level, chance = reals("weight count n level chance")
    heavy = [count >= 0, count * weight <= 1, n * weight > level, n >= 1, level > 0]
    prove(count <= n / level, *heavy)
    prove(count * chance <= n / level * chance, count <= n / level, chance >= 0)


def test_step_v_chernoff_exponent():
    """With y = N mu' <= Lam and exponent t = a/Lam: E e^(t y^2 X) <= exp(t y / (e (1-a))).

    ln(1 + Q (e^z - 1)) <= Q (e^z - 1) <= Q z e^z with z = t y^2 <= a y and Q <= e^-y, so it is at
    most t y * y e^(-(1-a) y) <= t y / (e (1-a)). Summing y <= N gives N t/(e(1-a)).
    """
    z = sympy.Symbol("z", positive=True)
    f = z * sympy.exp(z) - (sympy.exp(z) - 1)
    assert f.subs(z, 0) == 0
    identical(sympy.diff(f, z), z * sympy.exp(z))
    y, t, level, share = reals("y t level share")
    prove(t * y * y <= share * y, t == share / level, y <= level, y >= 0, share > 0, level > 0)
    u = (1 - a) * w - 1
    identical((1 + u) * sympy.exp(-u) / (sympy.E * (1 - a)), w * sympy.exp(-(1 - a) * w))


def test_step_v_qbar():
    """Markov at g4/2: N^2 Q <= N/(e(1-a)) + ln(2/g4)/t, that is Qbar."""
    t = a / Lam
    log_term = sympy.Symbol("log_term", positive=True)
    level = N / (sympy.E * (1 - a)) + log_term / t
    qbar = (1 / (sympy.E * (1 - a)) + Lam * log_term / (a * N)) / N
    identical(level / N**2, qbar)


def test_step_v_best_share_has_a_closed_form():
    """min over a of A/(1-a) + B/a is (sqrt A + sqrt B)^2 at a = sqrt B/(sqrt A + sqrt B)."""
    A, B, share = reals("A B share")
    prove(
        A * A / (1 - share) + B * B / share >= (A + B) * (A + B),
        A > 0,
        B > 0,
        share > 0,
        share < 1,
    )
    at = B / (A + B)
    prove(
        A * A / (1 - at) + B * B / at == (A + B) * (A + B),
        A > 0,
        B > 0,
    )


def test_upper_side_chernoff_exponent():
    """With s = theta N: Q (e^(sw) - 1 - sw) sums to at most theta^2 N/(2 e (1-theta)).

    e^u - 1 - u <= (u^2/2) e^u; then w e^(-(1-theta) N w) <= 1/(e (1-theta) N) and sum w <= 1.
    """
    u = sympy.Symbol("u", positive=True)
    f = u**2 / 2 * sympy.exp(u) - (sympy.exp(u) - 1 - u)
    assert f.subs(u, 0) == 0
    assert sympy.diff(f, u).subs(u, 0) == 0
    # The second derivative is (u^2/2 + 2u) e^u >= 0.
    identical(sympy.diff(f, u, 2), (u**2 / 2 + 2 * u) * sympy.exp(u))
    theta = sympy.Symbol("theta", positive=True)
    peak = 1 / (sympy.E * (1 - theta) * N)
    identical((theta * N) ** 2 / 2 * peak, theta**2 * N / (2 * sympy.E * (1 - theta)))


def ball(value):
    value = Fraction(value)
    return rational(value.numerator, value.denominator)


def enclose_lambda(n, half_g4):
    """Ball around the root of N e^-L / L = g4/2: bisection with certified signs."""
    low, high = Fraction(1, 8), Fraction(128)

    def excess(level):
        return n * (-ball(level)).exp() / ball(level) - half_g4

    certain(excess(low) > 0)
    certain(excess(high) < 0)
    for _ in range(60):
        middle = (low + high) / 2
        if excess(middle) > 0:
            low = middle
        else:
            certain(excess(middle) < 0)
            high = middle
    return ball(low).union(ball(high))


def bracket(n, gamma=Fraction(1, 100), R=365):
    """The bracket of X4 with four equal shares, as a ball; the best a in closed form."""
    share = ball(gamma / 4)
    ln_share, e, n = (1 / share).log(), arb(1).exp(), arb(n)
    lam = enclose_lambda(n, share / 2)
    qbar = (1 / e.sqrt() + (lam * (2 / share).log() / n).sqrt()) ** 2 / n
    hoeffding = rational(R, R - 1) * (qbar * ln_share / 2).sqrt()
    return 1 / n + (2 * ln_share / n).sqrt() + (2 * ln_share / (e * n)).sqrt() + hoeffding


@pytest.mark.parametrize(
    ("n", "printed", "half_unit", "times_smaller"),
    [
        (10**4, "0.0679", "0.00005", 13),
        (10**6, "0.00663", "0.000005", 18),
        (10**12, "0.00000661", "0.000000005", 30),
    ],
)
def test_printed_brackets(n, printed, half_unit, times_smaller):
    """0.0679, 0.00663, 6.61e-6: each digit, and 13, 18, 30 times below (35 + 6 ln N)/sqrt N."""
    value = bracket(n)
    certain(abs(value - ball(printed)) < ball(half_unit))
    ratio = (35 + 6 * arb(n).log()) / arb(n).sqrt() / value
    certain(abs(ratio - times_smaller) < rational(1, 2))


def test_the_bracket_shrinks_like_one_over_root_n():
    """No logarithm is left: sqrt N times the bracket tends to a constant below 6.7."""
    constant = bracket(10**24) * arb(10) ** 12
    certain(constant < rational(67, 10))
    certain(constant > rational(64, 10))
