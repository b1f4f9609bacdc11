"""Section 3.4 and Appendix D: Observation 2 and erratum 5."""

from fractions import Fraction

import pytest

from tests.derivations.proving import consistent, prove, reals, z3
from theory.other_factors import random_ciphertext_distance


def test_observation_2():
    """No beta-break means err_iiv > (1 - beta)/2; then Theorem 1 with |V_c| = 2, |E_c| = M - 1."""
    err, iiv, beta, M, delta = reals("err iiv beta M delta")
    facts = [err >= 2 * iiv - 2 / (M - 1) - delta, iiv > (1 - beta) / 2, M >= 2, beta >= 0]
    consistent(*facts, beta <= 1, err <= 1, delta >= 0)
    prove(err >= 1 - beta - 2 / (M - 1) - delta, *facts)


def pairs_of_D(n_messages, cipher):
    """Error half of D: the ciphertext of a random message with another random message."""
    chance = Fraction(1, n_messages * (n_messages - 1))
    return {(cipher[m], w): chance for m in range(n_messages) for w in range(n_messages) if w != m}


def pairs_of_the_paper(n_messages, n_ciphertexts, cipher):
    """Its stand-in in App. D: a random message with a random ciphertext that is not its own."""
    chance = Fraction(1, n_messages * (n_ciphertexts - 1))
    return {
        (h, m): chance for m in range(n_messages) for h in range(n_ciphertexts) if h != cipher[m]
    }


@pytest.mark.parametrize("n_messages", [2, 3, 5])
@pytest.mark.parametrize("unused", [0, 1, 4])
def test_erratum_5_random_ciphertexts_match_only_for_a_bijection(n_messages, unused):
    """Total variation 1 - (|M| - 1)/(|H| - 1): 0 iff |H| = |M|, by enumeration of all pairs."""
    cipher = list(range(n_messages))[::-1]
    right = pairs_of_D(n_messages, cipher)
    paper = pairs_of_the_paper(n_messages, n_messages + unused, cipher)
    assert sum(right.values()) == sum(paper.values()) == 1
    distance = sum(abs(right.get(x, 0) - paper.get(x, 0)) for x in {*right, *paper}) / 2
    assert distance == random_ciphertext_distance(n_messages, n_messages + unused)
    assert (distance == 0) == (unused == 0)


def test_gigo_a_model_close_to_noisy_data_repeats_the_noise():
    """If a share eta of p is false and q is within total variation d of p, then err >= eta - d."""
    q_E, eta, d = reals("q_E eta d")
    distance = z3.If(q_E >= eta, q_E - eta, eta - q_E)
    prove(q_E >= eta - d, distance <= d)
