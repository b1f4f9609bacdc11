"""Section 3.1-3.2: delta is the slope of the cross-entropy in the scale of the part above.

L(s) = -sum_c mu(c) sum_r p(r|c) log q_s(r|c), where q_s multiplies q on A by s and renormalises
each prompt: Z_c(s) = 1 + (s - 1) q(A|c).
"""

from tests.derivations.proving import identical, prove, reals, sympy

s = sympy.Symbol("s", positive=True)
mu, p_A, q_A = sympy.symbols("mu p_A q_A", positive=True)


def loss_of_prompt(p_above, q_above, weight):
    """Cross-entropy of one prompt as a function of s; the part free of s is dropped.

    log q_s = log q + [A] log s - log Z, and p sums to 1.
    """
    Z = 1 + (s - 1) * q_above
    return -weight * (p_above * sympy.log(s) - sympy.log(Z))


def test_the_slope_at_one_is_the_signed_gap_of_each_prompt():
    """dL/ds at s = 1 is mu (q(A|c) - p(A|c)); summed over prompts, q(A) - p(A)."""
    slope = sympy.diff(loss_of_prompt(p_A, q_A, mu), s).subs(s, 1)
    identical(slope, mu * (q_A - p_A))


def test_two_prompts_share_one_scale():
    names = sympy.symbols("mu1 mu2 p1 p2 q1 q2", positive=True)
    mu1, mu2, p1, p2, q1, q2 = names
    both = loss_of_prompt(p1, q1, mu1) + loss_of_prompt(p2, q2, mu2)
    identical(sympy.diff(both, s).subs(s, 1), (mu1 * q1 + mu2 * q2) - (mu1 * p1 + mu2 * p2))


def test_the_loss_is_convex_in_the_logarithm_of_the_scale():
    """With s = e^x the second derivative is q(1-q)e^x/Z^2 >= 0: a stationary point is a minimum."""
    x = sympy.Symbol("x", real=True)
    second = sympy.diff(loss_of_prompt(p_A, q_A, mu).subs(s, sympy.exp(x)), x, 2)
    Z = 1 + (sympy.exp(x) - 1) * q_A
    identical(sympy.simplify(second), mu * q_A * (1 - q_A) * sympy.exp(x) / Z**2)
    q, scale, weight = reals("q scale weight")
    prove(weight * q * (1 - q) * scale >= 0, q >= 0, q <= 1, scale > 0, weight >= 0)


def test_erratum_2_the_unweighted_loss_has_another_slope():
    """Without the weight p(r|c) the loss of a prompt with n responses, m above, slopes n q(A) - m.

    One valid response and one error, q = (3/4, 1/4), A = {valid}: the weighted slope is -1/4, as
    q(A) - p(A) says; the unweighted one is 2 (3/4) - 1 = +1/2, of the wrong sign.
    """
    n, m = sympy.symbols("n m", positive=True)
    Z = 1 + (s - 1) * q_A
    unweighted = -(m * sympy.log(s) - n * sympy.log(Z))
    identical(sympy.diff(unweighted, s).subs(s, 1), n * q_A - m)
    wrong = sympy.diff(unweighted, s).subs({s: 1, n: 2, m: 1, q_A: sympy.Rational(3, 4)})
    right = sympy.diff(loss_of_prompt(p_A, q_A, 1), s).subs(
        {s: 1, p_A: 1, q_A: sympy.Rational(3, 4)}
    )
    assert (wrong, right) == (sympy.Rational(1, 2), -sympy.Rational(1, 4))


def test_the_uniform_model_has_delta_zero():
    """q = 1/(V + E) <= 1/E never exceeds the threshold: A is empty."""
    V, E = reals("V E")
    prove(1 / (V + E) <= 1 / E, V >= 1, E >= 1)
