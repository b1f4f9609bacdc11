"""Section 3.4 and Appendix D: Observation 2 and erratum 5."""

from fractions import Fraction

import pytest
from proving import consistent, prove, reals, z3


def test_observation_2():
    """No beta-break means err_iiv > (1 - beta)/2; then Theorem 1 with |V_c| = 2, |E_c| = M - 1."""
    err, iiv, beta, M, delta = reals("err iiv beta M delta")
    facts = [err >= 2 * iiv - 2 / (M - 1) - delta, iiv > (1 - beta) / 2, M >= 2, beta >= 0]
    consistent(*facts, beta <= 1, err <= 1, delta >= 0)
    prove(err >= 1 - beta - 2 / (M - 1) - delta, *facts)


def distance_from_D(n_messages, n_ciphertexts):
    """Total variation between the errors of D and the errors of a random-ciphertext guesser.

    D draws a message m' != m for the ciphertext of m: uniform on the ciphertexts in use. The
    paper's stand-in draws a ciphertext uniformly from all of H.
    """
    used = Fraction(1, n_messages)
    uniform = Fraction(1, n_ciphertexts)
    unused = n_ciphertexts - n_messages
    return (n_messages * abs(used - uniform) + unused * uniform) / 2


@pytest.mark.parametrize("n_messages", [2, 5, 16])
def test_erratum_5_random_ciphertexts_match_only_for_a_bijection(n_messages):
    """Distance 0 if |H| = |M|, and 1 - |M|/|H| otherwise: already 1/2 for twice as many."""
    assert distance_from_D(n_messages, n_messages) == 0
    assert distance_from_D(n_messages, 2 * n_messages) == Fraction(1, 2)
    for n_ciphertexts in range(n_messages, 3 * n_messages):
        distance = distance_from_D(n_messages, n_ciphertexts)
        assert distance == 1 - Fraction(n_messages, n_ciphertexts)


def test_gigo_a_model_close_to_noisy_data_repeats_the_noise():
    """If a share eta of p is false and q is within total variation d of p, then err >= eta - d."""
    q_E, eta, d = reals("q_E eta d")
    distance = z3.If(q_E >= eta, q_E - eta, eta - q_E)
    prove(q_E >= eta - d, distance <= d)
