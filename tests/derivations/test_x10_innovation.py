"""Extension X10: innovation, step by step (first part after Das and Srivastava 2026)."""

from fractions import Fraction as F
from itertools import product

from tests.derivations.proving import consistent, identical, prove, reals, sympy, z3

g_U, g_H, g_UF, top = reals("g_U g_H g_UF top")
K, seen_facts, U, gamma, pi = reals("K O U gamma pi")  # |F| <= K, |O|, |U|
SETTING = [g_H + g_UF == g_U, g_H >= 0, g_UF >= 0]


def test_regular_facts_are_rarer_than_K_less_O_over_U():
    """|F and U| <= K - |O| for every outcome, so pi |U| = E |F and U| <= K - |O| <= K."""
    expected = reals("expected")[0]
    prove(pi <= (K - seen_facts) / U, U > 0, expected == pi * U, expected <= K - seen_facts)
    prove((K - seen_facts) / U <= K / U, U > 0, seen_facts >= 0)


def test_a_hallucinations_are_unseen():
    """O is part of F, so H is part of U: g(H) <= g(U)."""
    prove(g_H <= g_U, *SETTING)


def test_c_markov():
    """E g(U and F) = pi g(U); Markov at level gamma: g(U and F) < pi g(U)/gamma but for gamma."""
    prove(
        g_H >= g_U * (1 - (K - seen_facts) / (gamma * U)),
        *SETTING,
        g_UF <= pi * g_U / gamma,
        pi <= (K - seen_facts) / U,
        U > 0,
        gamma > 0,
        g_U >= 0,
    )


def test_d_the_heaviest_unseen_statement_would_have_to_be_a_fact():
    """If g(H) < g(U)/(k + 1), k unseen facts hold the rest.

    So one of them holds more than g(U)/(k + 1), more than g(H): it is no hallucination. k >= 1.
    """
    k = reals("k")[0]
    small = g_H < g_U / (k + 1)
    prove(top > g_U / (k + 1), *SETTING, k >= 1, small, top * k >= g_UF)
    prove(top > g_H, *SETTING, k >= 1, small, top * k >= g_UF)
    consistent(*SETTING, k >= 1, small, top * k >= g_UF, g_U == 1)


def test_e_a_block_that_meets_U_is_unseen_by_one_part_in_O_plus_one_at_least():
    """|B and U| = u >= 1 and |B and O| <= |O|: u/(u + |B and O|) >= 1/(|O| + 1)."""
    u, seen = reals("u seen")
    prove(u / (u + seen) >= 1 / (seen_facts + 1), u >= 1, seen >= 0, seen <= seen_facts)
    prove(
        1 / (seen_facts + 1) >= 1 / K, seen_facts >= 0, seen_facts <= K - 1
    )  # a missing fact leaves |O| <= K - 1


def test_e_total_variation_moves_a_probability_by_no_more_than_itself():
    """g(U) - p'(U) >= -TV, TV = half the sum of |g - p'| over U and its complement at least."""
    p_U, TV = reals("p_U TV")
    prove(g_U >= p_U - TV, 2 * TV >= z3.Abs(g_U - p_U) + z3.Abs((1 - g_U) - (1 - p_U)))


def test_the_mean_error_of_an_unseen_prompt():
    """a uniform on R answers with masses q_1 .. q_R: E[q - q(a)] = q (1 - 1/R)."""
    R = 5
    q = sympy.symbols(f"q1:{R + 1}")
    mean = sum(sum(q) - q[a] for a in range(R)) / R
    identical(mean, sum(q) * (1 - sympy.Rational(1, R)))


def test_hoeffding_with_the_lengths_d_c():
    """exp(-2 t^2 / sum mu^2 d^2) = gamma at t = sqrt(ln(1/gamma)/2 sum mu^2 d^2)."""
    Q, g = sympy.symbols("Q g", positive=True)
    t = sympy.sqrt(sympy.log(1 / g) / 2 * Q)
    identical(sympy.exp(sympy.expand_log(sympy.simplify(-2 * t**2 / Q), force=True)), g)


def test_hoeffding_by_enumeration_of_small_worlds():
    """Every law of three unseen prompts with R = 3: Pr[err < E err - s] <= exp(-2 s^2/sum d^2)."""
    from math import exp

    rows = [(F(1), F(0), F(0)), (F(1, 2), F(1, 4), F(1, 4)), (F(1, 3),) * 3]
    for prompts in product(rows, repeat=3):
        errs = [
            sum(1 - q[a] for q, a in zip(prompts, answers, strict=True)) / 3
            for answers in product(range(3), repeat=3)
        ]
        mean = sum(errs) / len(errs)
        squared = sum((max(q) - min(q)) ** 2 for q in prompts) / 9
        for s in {mean - e for e in errs if e < mean}:
            chance = sum(e <= mean - s for e in errs) / len(errs)
            assert chance <= exp(-2 * float(s**2 / squared))
