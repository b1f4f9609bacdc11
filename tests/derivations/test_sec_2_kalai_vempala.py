"""The precursor's Corollary 1 (Kalai & Vempala 2024, arXiv:2311.14648): its numbers at 99 %."""

from tests.derivations.proving import arb, certain, identical, rational, sympy


def test_sparsity_term_at_99_percent():
    """3 e^(-s)/gamma with e^(-s) = |Facts|/|Possible| and gamma = 1/100 is 300 times the ratio."""
    ratio = sympy.Symbol("ratio", positive=True)
    s = -sympy.log(ratio)
    identical(3 * sympy.exp(-s) / sympy.Rational(1, 100), 300 * ratio)


def test_sampling_term_at_99_percent():
    """sqrt(6 ln 600) = 6.195... <= 7, so the printed 7/sqrt(n) is safe; 6.2 would do."""
    root = (6 * arb(600).log()).sqrt()
    certain(root < rational(62, 10))
    certain(root > rational(61, 10))
