"""Appendix B's tools: Hoeffding, McDiarmid, negative association, Kearns-Saul.

Each inequality with a logarithm or an exponential is reduced to f(0) = 0 and the sign of a
derivative that is a rational function, which z3 decides for all reals.
"""

from fractions import Fraction
from itertools import product

import pytest

from tests.derivations.proving import arb, certain, identical, prove, reals, sympy, z3

x, y, s, N, eps = sympy.symbols("x y s N epsilon", positive=True)


def starts_at_zero_and_rises(f, variable, positive_slope):
    """f(0) = 0 and f' equals an expression whose sign z3 settles: then f >= 0 for variable >= 0."""
    assert sympy.limit(f, variable, 0) == 0
    identical(sympy.diff(f, variable), positive_slope)


# Elementary facts


def test_log_of_one_minus_x_is_below_minus_x():
    """ln(1 - x) <= -x on [0, 1): so (1 - x)^N <= exp(-N x)."""
    starts_at_zero_and_rises(-x - sympy.log(1 - x), x, x / (1 - x))
    r = reals("r")[0]
    prove(r / (1 - r) >= 0, r >= 0, r < 1)


def test_exponential_is_above_its_tangents():
    """e^u >= 1 + u: the second derivative e^u is positive and the first vanishes at 0 only."""
    u = sympy.Symbol("u", real=True)
    f = sympy.exp(u) - 1 - u
    assert f.subs(u, 0) == 0
    assert sympy.diff(f, u).subs(u, 0) == 0
    assert sympy.diff(f, u, 2).is_positive


def test_x_times_exp_minus_a_x_peaks_at_one_over_e_a():
    """x e^(-a x) <= 1/(e a): with u = a x - 1 this is 1 + u <= e^u."""
    a = sympy.Symbol("a", positive=True)
    u = a * x - 1
    identical((1 + u) / (sympy.E * a) * sympy.exp(-u), x * sympy.exp(-a * x))


def test_x_times_unseen_probability_is_at_most_one_over_e_N():
    """x (1 - x)^N <= x e^(-N x) <= 1/(e N); the peak x = 1/(N+1) shows how close it comes."""
    peak = sympy.diff(x * (1 - x) ** N, x)
    assert sympy.simplify(peak.subs(x, 1 / (N + 1))) == 0
    assert sympy.limit(N * (x * (1 - x) ** N).subs(x, 1 / (N + 1)), N, sympy.oo) == 1 / sympy.E


def test_x_times_probability_of_N_minus_one_misses_is_at_most_one_over_N():
    """x (1 - x)^(N-1) <= 1/N: N x (1 - x)^(N-1) is the probability of exactly one success.

    In one line: the slope (1 - x)^(N-2) (1 - N x) vanishes at 1/N only, where the value is
    (1/N) (1 - 1/N)^(N-1) <= 1/N.
    """
    slope = sympy.diff(x * (1 - x) ** (N - 1), x)
    identical(sympy.powsimp(slope / (1 - x) ** (N - 2)), 1 - N * x)
    for n in range(1, 13):
        law = [sympy.binomial(n, j) * x**j * (1 - x) ** (n - j) for j in range(n + 1)]
        identical(sum(law), 1)
        identical(law[1], n * x * (1 - x) ** (n - 1))


# Hoeffding


def test_hoeffding_lemma():
    """Centred Z in an interval of length 1: ln E e^(sZ) <= s^2 / 8.

    By convexity the worst law sits on the two ends; there phi(0) = phi'(0) = 0 and
    phi'' = w (1 - w) <= 1/4, with w the tilted probability of the upper end.
    """
    u = sympy.Symbol("u", real=True)
    theta = sympy.Symbol("theta", positive=True)
    mgf = 1 - theta + theta * sympy.exp(u)
    phi = sympy.log(mgf) - theta * u
    assert phi.subs(u, 0) == 0
    assert sympy.simplify(sympy.diff(phi, u).subs(u, 0)) == 0
    w = theta * sympy.exp(u) / mgf
    identical(sympy.diff(phi, u, 2), w * (1 - w))
    r = reals("r")[0]
    prove(r * (1 - r) <= z3.Q(1, 4))


def test_the_chord_lies_above_a_convex_function():
    """The two ends are the worst law: e^(sz) <= (1 - z) + z e^s on [0, 1].

    z e^s + (1 - z) - e^(sz) is zero at z = 0 and z = 1 and has second derivative -s^2 e^(sz) < 0.
    """
    z = sympy.Symbol("z", real=True)
    gap = z * sympy.exp(s) + (1 - z) - sympy.exp(s * z)
    assert gap.subs(z, 0) == 0
    assert sympy.simplify(gap.subs(z, 1)) == 0
    assert (-sympy.diff(gap, z, 2)).is_positive


def test_chernoff_step():
    """min over s of -s e + s^2 c/8 is -2 e^2/c: Hoeffding and McDiarmid with c = sum of range^2."""
    c = sympy.Symbol("c", positive=True)
    exponent = -s * eps + s**2 * c / 8
    (best,) = sympy.solve(sympy.diff(exponent, s), s)
    identical(exponent.subs(s, best), -2 * eps**2 / c)


# McDiarmid for the number of singletons


def test_one_sample_changes_the_number_of_singletons_by_at_most_two():
    """Moving one ball changes two counts; each count's indicator [= 1] changes by at most 1."""
    a, b = z3.Ints("a b")

    def once(count):
        return z3.If(count == 1, 1, 0)

    change = once(a - 1) - once(a) + once(b + 1) - once(b)
    prove(z3.And(change <= 2, change >= -2), a >= 1, b >= 0)
    solver = z3.Solver()
    solver.add(a >= 1, b >= 0, change == 2)
    assert solver.check() == z3.sat, "two is attained, so the constant cannot be 1"


def test_one_sample_to_or_from_an_abstention_changes_it_by_at_most_one():
    """A sample that abstains is a ball in no bin: X4 needs no separate step for abstentions."""
    a = z3.Int("a")
    change = z3.If(a - 1 == 1, 1, 0) - z3.If(a == 1, 1, 0)
    prove(z3.And(change <= 1, change >= -1), a >= 1)


def test_mcdiarmid_for_the_singleton_rate():
    """N differences of 2/N: c = 4/N, so Pr[sr - E sr >= e] <= exp(-N e^2 / 2)."""
    exponent = -2 * eps**2 / (N * (2 / N) ** 2)
    identical(exponent, -N * eps**2 / 2)
    gamma = sympy.Symbol("gamma", positive=True)
    radius = sympy.sqrt(2 * sympy.log(1 / gamma) / N)
    identical(sympy.exp(exponent.subs(eps, radius)), gamma)


# Good-Turing: the two means


def test_expected_singleton_rate_minus_expected_missing_mass():
    """E sr - E MM = sum m (1-m)^(N-1) - sum m (1-m)^N = sum m [m (1-m)^(N-1)] in [0, 1/N].

    The bracket is at most 1/N (one success in N) and the m sum to at most 1.
    """
    m, missed = sympy.symbols("m missed", positive=True)  # missed = (1 - m)^(N-1)
    identical(m * missed - m * (1 - m) * missed, m * (m * missed))
    weight, bracket, n = reals("weight bracket n")
    limits = [weight >= 0, bracket >= 0, bracket <= 1 / n, n >= 1]
    prove(z3.And(weight * bracket >= 0, weight * bracket <= weight / n), *limits)


# Negative association of the unseen prompts


def test_unseen_together_is_rarer_than_independent():
    """Pr[I unseen] = (1 - sum w)^N <= prod (1 - w)^N: induction over I for all real weights."""
    first, rest, bound = reals("first rest bound")
    step = [first >= 0, rest >= 0, first + rest <= 1, bound >= 1 - rest]
    prove(1 - first - rest <= (1 - first) * bound, *step)


def test_the_moment_generating_function_factorises_upwards():
    """For l > 0, prod e^(l w X) = prod (1 + (e^(l w) - 1) X) has coefficients >= 0.

    So E of each monomial may be replaced by the product of means: E prod <= prod E. Two factors
    at a time: with a, b >= 0 and E XY <= EX EY, E (1 + aX)(1 + bY) <= (1 + a EX)(1 + b EY).
    """
    a, b, EX, EY, EXY = reals("a b EX EY EXY")
    prove(
        1 + a * EX + b * EY + a * b * EXY <= (1 + a * EX) * (1 + b * EY),
        a >= 0,
        b >= 0,
        EXY <= EX * EY,
    )
    factor = sympy.exp(s * x) - 1
    assert factor.subs(x, 0) == 0
    assert sympy.diff(factor, x).is_positive


def test_a_prompt_left_out_makes_the_others_likelier():
    """Given that one prompt (weight v) is unseen, each other weight is w/(1 - v) >= w.

    More balls fall on J, so Pr[J seen | i unseen] >= Pr[J seen], that is
    Pr[i and J seen] <= Pr[i seen] Pr[J seen]: the lower tail's side of negative association.
    """
    w, v, joint, seen_i, seen_J = reals("w v joint seen_i seen_J")
    prove(w / (1 - v) >= w, w >= 0, v >= 0, v < 1)
    unseen_i_and_J = seen_J - joint
    prove(
        joint <= seen_i * seen_J,
        seen_i >= 0,
        seen_i < 1,
        unseen_i_and_J >= (1 - seen_i) * seen_J,
    )


def probability(weights, n_samples, event):
    """Exact probability by enumeration; the last weight is an abstention (a ball in no bin)."""
    bins = range(len(weights))
    found = Fraction(0)
    for balls in product(bins, repeat=n_samples):
        if event({ball for ball in balls if ball < len(weights) - 1}):
            chance = Fraction(1)
            for ball in balls:
                chance *= weights[ball]
            found += chance
    return found


@pytest.mark.parametrize("n_samples", [1, 2, 3, 5])
@pytest.mark.parametrize("weights", [(3, 2, 1), (1, 1, 1, 4), (5, 1, 1, 0)])
def test_negative_association_by_enumeration(weights, n_samples):
    """Both product inequalities, exactly, on every pair and the triple of small cases."""
    w = [Fraction(v, sum(weights)) for v in weights]
    prompts = range(len(w) - 1)
    sets = [{i, j} for i in prompts for j in prompts if i < j] + [set(prompts)]
    for chosen in sets:
        independent_unseen = independent_seen = Fraction(1)
        for i in chosen:
            unseen = (1 - w[i]) ** n_samples
            independent_unseen *= unseen
            independent_seen *= 1 - unseen
        assert (
            probability(w, n_samples, lambda seen, chosen=chosen: not seen & chosen)
            <= independent_unseen
        )
        assert (
            probability(w, n_samples, lambda seen, chosen=chosen: seen >= chosen)
            <= independent_seen
        )


# Missing mass: both tails


def test_lower_tail_of_the_missing_mass():
    """Pr[MM <= E MM - e] <= exp(-e N e^2 / 2), e the base of the logarithm in the first factor.

    Bernoulli(Q) times w: ln E e^(-s w (X - Q)) <= Q (e^(-sw) - 1 + sw) <= Q (sw)^2 / 2, and
    sum Q w^2 <= sum w [w (1-w)^N] <= 1/(e N).
    """
    u = sympy.Symbol("u", positive=True)
    f = u**2 / 2 - (sympy.exp(-u) - 1 + u)
    assert f.subs(u, 0) == 0
    assert sympy.diff(f, u).subs(u, 0) == 0
    starts_at_zero_and_rises(sympy.diff(f, u), u, 1 - sympy.exp(-u))
    exponent = -s * eps + s**2 / 2 / (sympy.E * N)
    (best,) = sympy.solve(sympy.diff(exponent, s), s)
    identical(exponent.subs(s, best), -sympy.E * N * eps**2 / 2)
    certain(arb(1).exp() / 2 > 1)


def tilt():
    """Letters of the Kearns-Saul proof: a = ln((1-Q)/Q), so Q = 1/(1 + e^a)."""
    a = sympy.Symbol("a", real=True, nonzero=True)
    u = sympy.Symbol("u", real=True)
    Q = 1 / (1 + sympy.exp(a))
    return a, u, Q, sympy.log(1 - Q + Q * sympy.exp(u)) - Q * u, (1 - 2 * Q) / (4 * a)


def test_kearns_saul():
    """ln E e^(u (X - Q)) <= u^2 (1 - 2Q) / (4 ln((1-Q)/Q)) for a Bernoulli(Q) X and every u.

    Let h be the right side minus the left. h' vanishes at 0, a and 2a; h'' = 2c - w(1-w) with w
    rising in u, so h'' changes sign at most twice and h' has no other zero: h falls to 0, rises
    to a, falls to 2a, rises (a > 0; mirrored for a < 0). h(0) = h(2a) = 0, so h >= 0.
    """
    a, u, Q, phi, c = tilt()
    h = c * u**2 - phi
    for zero in (0, a, 2 * a):
        assert sympy.simplify(sympy.diff(h, u).subs(u, zero).rewrite(sympy.exp)) == 0
    assert h.subs(u, 0) == 0
    at_2a = 1 - Q + Q * sympy.exp(2 * a)
    identical(at_2a, sympy.exp(a))
    identical(sympy.simplify(c * (2 * a) ** 2 - (a - 2 * a * Q)), 0)
    w = Q * sympy.exp(u) / (1 - Q + Q * sympy.exp(u))
    identical(sympy.diff(phi, u, 2), w * (1 - w))
    identical(sympy.diff(w, u), w * (1 - w))
    r, r2 = reals("r r2")
    prove(r * (1 - r) < r2 * (1 - r2), r >= 0, r < r2, r2 <= z3.Q(1, 2))


def test_variance_proxy_of_an_unseen_prompt():
    """(1 - 2Q) / ln((1-Q)/Q) <= 1 / ln(1/Q): g(Q) = ln(1-Q) - 2 Q ln Q is concave.

    g vanishes at 0 and at 1/2, so it is >= 0 between them and <= 0 beyond, which is the claim
    multiplied by ln((1-Q)/Q), whose sign changes at 1/2 too.
    """
    Q = sympy.Symbol("Q", positive=True)
    g = sympy.log(1 - Q) - 2 * Q * sympy.log(Q)
    assert sympy.limit(g, Q, 0) == 0
    assert sympy.simplify(g.subs(Q, sympy.Rational(1, 2))) == 0
    identical(sympy.diff(g, Q, 2), -(1 / (1 - Q) ** 2) - 2 / Q)
    r = reals("r")[0]
    prove(-(1 / ((1 - r) * (1 - r))) - 2 / r < 0, r > 0, r < 1)


def test_upper_tail_of_the_missing_mass():
    """Pr[MM >= E MM + e] <= exp(-N e^2), and the same below (Corollary 3's tails for M).

    Kearns-Saul with weight w: proxy c w^2 and Q <= e^(-N w), so 4 c w^2 <= w^2/ln(1/Q) <= w/N;
    the w sum to at most 1.
    """
    c = sympy.Symbol("c", positive=True)
    exponent = -s * eps + c * s**2
    (best,) = sympy.solve(sympy.diff(exponent, s), s)
    identical(exponent.subs(s, best).subs(c, 1 / (4 * N)), -N * eps**2)
    w, log_inverse_Q, n = reals("w log_inverse_Q n")
    prove(w * w / log_inverse_Q <= w / n, w > 0, n >= 1, log_inverse_Q >= n * w)
