"""Extensions X5 (trade-off frontier), X6 (Brier identity) and X7 (banded sampling)."""

from fractions import Fraction
from itertools import product
from math import comb, factorial

import pytest

from tests.derivations.proving import consistent, identical, prove, reals, sympy

# X5


def test_x5_the_abstaining_family():
    """err = (1 - lam) MM (1 - 1/R), delta = lam MM: their sum is >= MM (1 - 1/R)."""
    lam, MM, R = reals("lam MM R")
    err, delta = (1 - lam) * MM * (1 - 1 / R), lam * MM
    family = [lam >= 0, lam <= 1, MM >= 0, MM <= 1, R >= 2]
    consistent(*family)
    prove(err + delta >= MM * (1 - 1 / R), *family)
    prove(err + delta == MM * (1 - 1 / R), *family, lam == 0)


def test_x5_gap_of_the_abstaining_family():
    """On unseen prompts lam alpha moves to IDK, above the threshold: q(A) - p(A) = lam MM."""
    mu, alpha, lam = sympy.symbols("mu alpha lam", positive=True)
    q_A, p_A = (1 - alpha) + lam * alpha, 1 - alpha
    identical(mu * (q_A - p_A), lam * (mu * alpha))


# X6


def test_x6_thresholds_integrate_to_accuracy_minus_brier():
    """2 int (1-t) score_t dt over [0, q] = y - (y - q)^2 for y = 0 and y = 1."""
    t, q = sympy.symbols("t q", positive=True)
    for y in (0, 1):
        score = y - (1 - y) * t / (1 - t)
        weighted = sympy.expand(sympy.simplify((1 - t) * score))
        identical(2 * sympy.integrate(weighted, (t, 0, q)), y - (y - q) ** 2)


def test_x6_averages_to_accuracy_minus_brier():
    """In expectation over y ~ Bernoulli(a): a - [a (1-q)^2 + (1-a) q^2], greatest at q = a."""
    a, q = sympy.symbols("a q", positive=True)
    value = a * (1 - (1 - q) ** 2) + (1 - a) * (0 - q**2)
    identical(value, a**2 - (q - a) ** 2)


# X7


def poisson(lam, k):
    return lam**k / factorial(k)


def test_x7_poisson_counts_given_their_sum_are_multinomial():
    """prod Poisson(lam; k_i) / Poisson(m lam; n) = n!/(prod k_i!) m^-n, whatever lam."""
    lam = sympy.Symbol("lam", positive=True)
    for k in product(range(3), repeat=3):
        n, m = sum(k), len(k)
        joint = sympy.prod([poisson(lam, i) * sympy.exp(-lam) for i in k])
        given = joint / (poisson(m * lam, n) * sympy.exp(-m * lam))
        identical(given, Fraction(factorial(n), sympy.prod([factorial(i) for i in k]) * m**n))


def occupancy(n_balls, n_boxes):
    """Exact law of the sorted counts of n balls in m boxes."""
    law = {}
    for balls in product(range(n_boxes), repeat=n_balls):
        counts = tuple(sorted(balls.count(box) for box in range(n_boxes)))
        law[counts] = law.get(counts, Fraction(0)) + Fraction(1, n_boxes**n_balls)
    return law


@pytest.mark.parametrize(("first", "rest"), [(0, 3), (1, 2), (3, 1), (2, 2)])
def test_x7_throwing_the_remaining_balls_one_by_one_gives_the_exact_law(first, rest):
    """Counts of `first` balls, then `rest` more on random boxes: the law of first + rest balls."""
    n_boxes = 3
    law = occupancy(first, n_boxes)
    for _ in range(rest):
        longer = {}
        for counts, chance in law.items():
            for box in range(n_boxes):
                after = tuple(sorted(c + (i == box) for i, c in enumerate(counts)))
                longer[after] = longer.get(after, Fraction(0)) + chance / n_boxes
        law = longer
    assert law == occupancy(first + rest, n_boxes)


def test_x7_the_histogram_of_independent_counts_is_one_multinomial():
    """The histogram of m iid counts is multinomial(m, law of one count); here m = 4, 3 values."""
    law = [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]
    found = {}
    for draw in product(range(3), repeat=4):
        histogram = tuple(draw.count(v) for v in range(3))
        chance = law[draw[0]] * law[draw[1]] * law[draw[2]] * law[draw[3]]
        found[histogram] = found.get(histogram, Fraction(0)) + chance
    for (a, b, c), chance in found.items():
        assert chance == comb(4, a) * comb(4 - a, b) * law[0] ** a * law[1] ** b * law[2] ** c
