"""Section 3.3.2 and Appendix C: Theorems 3 and 4, Corollary 2."""

import pytest

from tests.derivations.proving import consistent, identical, prove, reals, sympy, z3

C = sympy.Symbol("C", positive=True)


def test_opt_bound():
    """err_iiv of the thresholded model is at least opt(G); Theorem 1 does the rest."""
    err, iiv, opt, ratio, delta = reals("err iiv opt ratio delta")
    prove(err >= 2 * opt - ratio - delta, err >= 2 * iiv - ratio - delta, iiv >= opt)


def test_average_over_thresholds_of_one_indicator():
    """For uniform t in [0, 1]: Pr[q > t] = q and Pr[q <= t] = 1 - q."""
    t, q = sympy.symbols("t q", positive=True)
    identical(sympy.integrate(1, (t, 0, q)), q)
    identical(sympy.integrate(1, (t, q, 1)), 1 - q)


def test_theorem_4_false_positives():
    """At r in E_c: D = mu/(2|E_c|), accepted with chance q: at most mu q/(2K), as K <= |E_c|."""
    mu, q, n_E, K = reals("mu q n_E K")
    prove(mu / (2 * n_E) * q <= mu * q / (2 * K), n_E >= K, K >= 1, mu >= 0, q >= 0)


def test_theorem_4_false_negatives():
    """One valid response of model mass 1 - err_c: missed with chance err_c, weight mu/2."""
    mu, err_c = sympy.symbols("mu err_c", positive=True)
    q_valid = 1 - err_c
    identical(mu / 2 * (1 - q_valid), mu * err_c / 2)


def test_theorem_4_average_is_an_equality_for_equal_sizes():
    """Mean err_iiv(f_t) = err/2 + err/(2(C-1)) = err C/(2(C-1)): err = 2 (1 - 1/C) mean."""
    err = sympy.Symbol("err", positive=True)
    mean = err / 2 + err / (2 * (C - 1))
    identical(2 * (1 - 1 / C) * mean, err)


def test_theorem_4_some_threshold_is_no_worse_than_the_average():
    """If every err_iiv(f_t) exceeded the mean, so would the mean: two thresholds show the step."""
    low, high, weight = reals("low high weight")
    mean = weight * low + (1 - weight) * high
    prove(z3.Or(low <= mean, high <= mean), weight >= 0, weight <= 1)


def test_theorem_3_follows_from_theorem_4():
    """f_t is in G up to its threshold, so err_iiv(f_t) >= opt(G); no delta enters."""
    err, iiv, opt, n = reals("err iiv opt n")
    consistent(n >= 2, err >= 2 * (1 - 1 / n) * iiv, iiv >= opt, opt > 0, err <= 1)
    prove(err >= 2 * (1 - 1 / n) * opt, n >= 2, err >= 2 * (1 - 1 / n) * iiv, iiv >= opt)


@pytest.mark.parametrize("gender_first", [True, False])
def test_corollary_2_the_trigram_model_cannot_tell_the_prompts_apart(gender_first):
    """Both prompts end in "out of": the same (a, b) for "her mind." and "his mind." in both.

    err = (q(his|she) + q(her|he))/2 = (b + a)/2 with a + b = 1: exactly 1/2, and opt(G) = 1/2,
    for D gives each (prompt, pronoun) a quarter and any rule on the pronoun alone is half right.
    """
    a, b = reals("a b")
    prove((a + b) / 2 == z3.Q(1, 2), a + b == 1)
    accept_her, accept_his = z3.Bools("accept_her accept_his")

    def wrong(accepts, is_valid):
        return z3.If(accepts == is_valid, z3.Q(0, 1), z3.Q(1, 4))

    total = (
        wrong(accept_her, gender_first)
        + wrong(accept_his, not gender_first)
        + wrong(accept_her, not gender_first)
        + wrong(accept_his, gender_first)
    )
    prove(total == z3.Q(1, 2))
    identical((2 * (1 - 1 / C) / 2).subs(C, 2), sympy.Rational(1, 2))
