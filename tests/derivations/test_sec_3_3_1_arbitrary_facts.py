"""Section 3.3.1 and Appendix B: Corollary 3, Lemmas 1-2, Theorem 2, and errata 3, 4 and 6.

The inequalities behind the tails are in ``test_app_b_concentration``; here they are put together
and every printed constant is certified in ball arithmetic.
"""

from tests.derivations.proving import arb, certain, identical, prove, rational, reals, sympy, z3
from theory.facts.missing_mass_bounds import LEMMA_1_OWN_FACTOR

R, m, N, g = sympy.symbols("R m N gamma", positive=True)


def ln(number):
    return arb(number).log()


# Corollary 3 and Lemma 1


def test_corollary_3_constant():
    """Four tails of g/4: sqrt(2 ln(4/g)/N) for GT, sqrt(ln(4/g)/N) for M: 1 + sqrt 2 < 2.42."""
    certain(1 + arb(2).sqrt() < rational(242, 100))
    certain(1 + arb(2).sqrt() > rational(241, 100))


def test_erratum_3_lemma_1_constant():
    """The paper's own proof adds sqrt 2 for the abstentions, not 2: 2.42 + sqrt 2 < 3.84 < 4.42."""
    certain(rational(242, 100) + arb(2).sqrt() < rational(384, 100))
    certain(rational(384, 100) < rational(442, 100))


def test_lemma_1_with_2_65():
    """Extension: |MM - sr| <= 2.65 sqrt(ln(5/g)/N), for every N and g; no step for abstentions.

    |MM - sr| <= 1/N + (1 + sqrt 2) sqrt(ln(4/g)/N) by the tails. If 2.65 sqrt(ln(5/g)/N) >= 1 there
    is nothing to show. Else N > 2.65^2 ln 5 > 11.3, so N >= 12, and
    1/N <= sqrt(ln(5/g)/N) / sqrt(12 ln 5).
    """
    own = rational(265, 100)
    assert LEMMA_1_OWN_FACTOR == 265 / 100
    certain(own**2 * ln(5) > 11)
    certain(1 / (12 * ln(5)).sqrt() + 1 + arb(2).sqrt() < own)


# Lemma 2


def loss_if_answer_above():
    """g_c when the true answer is one of the m responses of R above the threshold (times 1/2)."""
    return (m - 1) / (R - 1) / 2


def loss_if_answer_below():
    return (1 + m / (R - 1)) / 2


def test_the_loss_of_an_unseen_prompt_has_mean_one_half():
    """The answer is uniform on R_c and independent of q: whatever q accepts, E g_c = 1/2."""
    mean = m / R * loss_if_answer_above() + (1 - m / R) * loss_if_answer_below()
    identical(mean, sympy.Rational(1, 2))


def test_erratum_4_the_loss_lies_in_an_interval_of_half_R_over_R_minus_1():
    """The paper takes [0, mu'], length 1: valid, but up to twice the true length for large R."""
    length = loss_if_answer_below() - loss_if_answer_above()
    identical(length, R / (R - 1) / 2)
    r = reals("r")[0]
    prove(z3.And(r / (r - 1) / 2 <= 1, r / (r - 1) / 2 > z3.Q(1, 2)), r >= 2)
    assert sympy.limit(length, R, sympy.oo) == sympy.Rational(1, 2)


def test_the_abstention_only_adds_to_the_loss():
    """D(E|c) = 1/2 >= alpha/2: the loss of prompt c is at least alpha_c g_c, so mu' g_c counts."""
    alpha, missed, accepted = reals("alpha missed accepted")
    unit = [alpha >= 0, alpha <= 1, missed >= 0, accepted >= 0]
    prove(alpha * missed / 2 + accepted / 2 >= alpha * (missed + accepted) / 2, *unit)


def test_no_heavy_prompt_stays_unseen():
    """mu' > L/N with L = ln(3N/g): fewer than N/L such prompts, each unseen with chance <= e^-L.

    Together N e^-L / L = g/(3L) <= g/3, as L >= ln 3 > 1.
    """
    L = sympy.log(3 * N / g)
    identical(N * sympy.exp(-L) / L, g / 3 / L)
    certain(ln(3) > 1)
    weight, count, n, level = reals("weight count n level")
    prove(count < n / level, count * weight <= 1, weight > level / n, n >= 1, level > 0, count >= 0)


def test_lemma_2_constant():
    """With L = ln(3N/g): sqrt 2 L (Hoeffding, R >= 2) + 4.42 sqrt(ln(15/g)) <= 6 L if L >= 1.78.

    ln(15/g) <= L + ln 5. Smaller L means N = 1, where 6 L >= 6 ln 3 > 1 and Lemma 2 says nothing.
    """
    certain(ln(6) > rational(178, 100))
    certain(6 * ln(3) > 1)
    least = rational(178, 100)
    room = 6 - arb(2).sqrt()
    certain(room * least > rational(442, 100) * (least + ln(5)).sqrt())
    # Beyond: room^2 L^2 - 4.42^2 (L + ln 5) rises, its slope 2 room^2 L - 4.42^2 being positive.
    certain(2 * room**2 * least > rational(442, 100) ** 2)


def test_hoeffding_radius_of_lemma_2():
    """2 err_iiv misses its mean by R/(R-1) sqrt(Q ln(1/g1)/2) at most; then Q <= L/N, R >= 2."""
    e, Q, tail = sympy.symbols("e Q tail", positive=True)
    widths = (R / (R - 1)) ** 2 * Q
    radius = R / (R - 1) * sympy.sqrt(Q * sympy.log(1 / tail) / 2)
    identical(sympy.exp(-2 * e**2 / widths).subs(e, radius), tail)
    L = sympy.Symbol("L", positive=True)
    worst = 2 * sympy.sqrt(L / N * L / 2)
    identical(worst, sympy.sqrt(2) * L / sympy.sqrt(N))


# Theorem 2


def test_theorem_2_lower_at_99_percent():
    """6 ln(3N/0.01) = 6 ln N + 6 ln 300, and 6 ln 300 = 34.2... <= 35."""
    certain(6 * ln(300) < 35)
    certain(6 * ln(300) > 34)


def test_err_of_the_calibrated_memoriser():
    """An unseen prompt errs with mu' (1 - 1/R); R <= L + 1, so err <= (1 - 1/(L+1)) MM."""
    mass, r, L = reals("mass r L")
    prove(mass * (1 - 1 / r) <= mass * (1 - 1 / (L + 1)), mass >= 0, r >= 2, r <= L + 1)


def test_theorem_2_upper_constants():
    """(1 - 1/(L+1)) 4.42 <= 5, and 5 sqrt(ln 500) = 12.46... <= 13 at 99 %."""
    certain(rational(442, 100) < 5)
    certain(5 * ln(500).sqrt() < 13)
    certain(5 * ln(500).sqrt() > 12)


def test_theorem_2_upper_with_one_sided_tails():
    """Extension: err <= (1 - 1/(L+1)) (sr + (1 + sqrt 2) sqrt(ln(2/g)/N)); 5.56/sqrt N at 99 %.

    Only two tails are needed, and E MM <= E sr needs no 1/N.
    """
    certain((1 + arb(2).sqrt()) * ln(200).sqrt() < rational(556, 100))


def lower_term(n):
    """(35 + 6 ln N)/sqrt N, as a ball."""
    return (35 + 6 * ln(n)) / arb(n).sqrt()


def test_erratum_6_where_the_lower_bound_starts_to_say_something():
    """(35 + 6 ln N)/sqrt N falls for N >= 1, is 1 near 7,900 and 0.2 near 307,000."""
    slope = sympy.diff((35 + 6 * sympy.log(N)) / sympy.sqrt(N), N)
    identical(slope, -(23 + 6 * sympy.log(N)) / (2 * N ** sympy.Rational(3, 2)))
    first_below_one, first_below_a_fifth = 7_893, 306_954
    certain(lower_term(first_below_one - 1) > 1)
    certain(lower_term(first_below_one) < 1)
    certain(lower_term(first_below_a_fifth - 1) > rational(1, 5))
    certain(lower_term(first_below_a_fifth) < rational(1, 5))
