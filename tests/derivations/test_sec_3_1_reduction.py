"""Sections 3.1, 3.2 and 5, App. A, X1-X3: the reduction, line by line.

Letters as in the paper: t = 1/K is the threshold, q the model at one response, E and V the numbers
of errors and valid responses of its prompt. What is proved for one response holds for the sums,
because every sum has non-negative weights mu(c).
"""

from tests.derivations.proving import consistent, identical, prove, reals, sympy, z3

q, t, p, mu = reals("q t p mu")
n_E, n_V, k, K = reals("n_E n_V k K")
SIZES = [n_V >= 1, n_V <= k, n_E >= K, K >= 1]


def test_the_two_halves_of_D_sum_to_one():
    """D = mu p / 2 on V and mu / (2 |E_c|) on E: per prompt 1/2 + |E_c| / (2 |E_c|) = 1."""
    size, half = sympy.Symbol("E", positive=True), sympy.Rational(1, 2)
    identical(half * 1 + size * half / size, 1)


def test_a_misclassified_error_weighs_at_most_what_the_model_puts_there():
    """r in E_c, q > 1/K: 2 D(c, r) = mu/|E_c| <= mu q (the overshoot of X1 is >= 0)."""
    consistent(*SIZES, q > 1 / K, q <= 1, mu > 0)
    prove(mu / n_E <= mu * q, *SIZES, q > 1 / K, mu >= 0)


def test_a_missed_valid_response_leaves_room_below_the_threshold():
    """r in V_c, q <= 1/K: t - q >= 0; above the threshold the room is t itself."""
    prove(mu * (1 / K - q) >= 0, *SIZES, q <= 1 / K, mu >= 0)
    prove(mu * (1 / K) >= 0, *SIZES, mu >= 0)


def test_the_model_fits_at_most_k_over_K_on_valid_responses_below():
    """q(B and V_c) <= |V_c| / K <= k/K: by induction over the valid responses."""
    before, n = reals("before n")
    prove(before + q <= (n + 1) / K, before <= n / K, q <= 1 / K, K >= 1)
    prove(n_V / K <= k / K, *SIZES)


def test_overshoot_of_a_set_of_errors():
    """q(A and E_c) >= |A and E_c| / |E_c|: by induction over the errors above the threshold."""
    before, n = reals("before n")
    prove(before + q >= (n + 1) / n_E, before >= n / n_E, q > 1 / K, *SIZES)


def test_ragged_and_sign_are_not_negative():
    """k/K - sum mu |V_c|/K >= 0 term by term, and |x| - x >= 0."""
    x = reals("x")[0]
    prove(mu * (k / K - n_V / K) >= 0, *SIZES, mu >= 0)
    prove(z3.If(x >= 0, x, -x) - x >= 0)


def masses():
    """Masses of one prompt, the fourth model mass and the second training mass eliminated."""
    names = "q_VA q_VB q_RA p_A E_A n_V n_E t"
    return sympy.symbols(names, nonnegative=True)


def prompt_terms(t_of_prompt):
    """(err, 2 err_iiv, gap, overshoot, unused room) of one prompt, from the definitions."""
    q_VA, q_VB, q_RA, p_A, E_A, V, E, _ = masses()
    q_RB = 1 - q_VA - q_VB - q_RA
    err = q_RA + q_RB
    twice_iiv = (1 - p_A) + E_A / E
    gap = (q_VA + q_RA) - p_A
    overshoot = q_RA - E_A / E
    unused_room = V * t_of_prompt - q_VB
    return err, twice_iiv, gap, overshoot, unused_room


def test_the_slack_identity_of_one_prompt():
    """X1: err = 2 err_iiv - gap - |V_c| t + overshoot + unused room, whatever t is.

    Both sides are linear in the prompts' terms, so the mu-average of this line is X1: the slack of
    Theorem 1 is overshoot + unused room + ragged + sign.
    """
    *_, V, _, t_c = masses()
    err, twice_iiv, gap, overshoot, unused_room = prompt_terms(t_c)
    identical(err, twice_iiv - gap - V * t_c + overshoot + unused_room)


def test_theorem_1_follows():
    """From X1 and the four signs: err >= 2 err_iiv - k/K - |gap|, and the signed form."""
    err, iiv, gap, room, over, unused, ratio = reals("err iiv gap room over unused ratio")
    x1 = [err == 2 * iiv - gap - room + over + unused]
    signs = [over >= 0, unused >= 0, room <= ratio]
    absolute = z3.If(gap >= 0, gap, -gap)
    consistent(*x1, *signs)
    prove(err >= 2 * iiv - ratio - absolute, *x1, *signs)
    prove(err >= 2 * iiv - ratio - gap, *x1, *signs)


def test_the_classifier_does_no_worse_than_one_half_plus():
    """Corollary of Theorem 1: err_iiv <= (1 + k/K + delta) / 2, since err <= 1."""
    err, iiv, delta, ratio = reals("err iiv delta ratio")
    prove(iiv <= (1 + ratio + delta) / 2, err >= 2 * iiv - ratio - delta, err <= 1)


def test_nonsense_only_adds_to_the_error():
    """Sec. 5: at r in N, D = 0 and the model's mass counts in full: overshoot q >= 0."""
    prove(mu * q - 0 >= 0, mu >= 0, q >= 0)


def test_per_prompt_thresholds():
    """X2: with t = 1/|E_c| the identity reads V_c/|E_c|, and overshoot and room stay >= 0."""
    *_, V, E, _ = masses()
    err, twice_iiv, gap, overshoot, unused_room = prompt_terms(1 / E)
    identical(err, twice_iiv - gap - V / E + overshoot + unused_room)
    prove(mu * (q - 1 / n_E) >= 0, n_E >= 1, q > 1 / n_E, mu >= 0)
    prove(mu * (1 / n_E - q) >= 0, n_E >= 1, q <= 1 / n_E, mu >= 0)


def test_per_prompt_size_ratio_is_sharper():
    """|V_c|/|E_c| <= k/K for every prompt, so the small term of X2 is never the larger one."""
    prove(n_V / n_E <= k / K, *SIZES)


def test_the_tight_family():
    """X3: q = 1/E on V and (1 - V/E)/E on E is a model with err = 1 - V/E and slack 0."""
    V, E = sympy.symbols("V E", positive=True)
    on_error = (1 - V / E) / E
    identical(V / E + E * on_error, 1)
    err, twice_iiv, gap = E * on_error, 1, 0
    identical(err, 1 - V / E)
    identical(err - (twice_iiv - V / E - gap), 0)
    prove(z3.And(1 / K * (1 - k / K) >= 0, 1 / K * (1 - k / K) <= 1 / K), k >= 1, K >= k)


def test_the_constant_two_cannot_be_larger():
    """With c > 2 in place of 2, the tight family violates c/2 - V/E <= 1 - V/E."""
    c, V, E = reals("c V E")
    prove(z3.Not(1 - V / E >= c / 2 - V / E), c > 2, E >= V, V >= 1)
