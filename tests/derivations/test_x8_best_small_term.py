"""Extension X8: sum mu min(1, |V_c|/K) may replace k/K in Theorem 1, and nothing smaller may."""

from tests.derivations.proving import consistent, prove, reals, z3

V, E, K, k = reals("V E K k")
SIZES = [V >= 1, V <= k, E >= K, K >= 1]


def least(a, b):
    return z3.If(a <= b, a, b)


def test_valid_mass_below_the_threshold_is_at_most_the_smaller_of_one_and_V_over_K():
    """q(B and V_c) <= |V_c|/K (each response below 1/K) and <= 1: the unused room stays >= 0."""
    q_VB = reals("q_VB")[0]
    prove(least(1, V / K) - q_VB >= 0, *SIZES, q_VB <= V / K, q_VB <= 1)


def test_it_is_never_larger_than_the_small_terms_of_theorem_1_and_x2():
    prove(least(1, V / K) <= k / K, *SIZES)
    prove(least(1, V / E) <= V / E, *SIZES)


def test_the_extremal_model_is_one():
    """q = min(1, V/K)/V on V_c and the rest spread over E_c: all at most 1/K, so A is empty."""
    valid = least(1, V / K)
    on_error = (1 - valid) / E
    consistent(*SIZES, V < K)
    prove(z3.And(valid / V <= 1 / K, valid / V >= 0), *SIZES)
    prove(z3.And(on_error >= 0, on_error <= 1 / K), *SIZES)


def test_the_extremal_model_attains_the_bound():
    """A empty: 2 err_iiv = 1 and delta = 0, so the bound is 1 - min(1, V/K), which is its err."""
    valid = least(1, V / K)
    on_error = (1 - valid) / E
    err, bound = E * on_error, 1 - valid - 0
    prove(err == bound, *SIZES)
