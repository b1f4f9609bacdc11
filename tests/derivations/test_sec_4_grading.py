"""Section 4, Appendices E and F: Observation 1, confidence targets, erratum 1, SimpleQA."""

from fractions import Fraction

import pytest

from tests.derivations.proving import (
    certain,
    consistent,
    identical,
    prove,
    rational,
    reals,
    sympy,
    z3,
)

q, t, r = reals("q t r")
UNIT = [q >= 0, q <= 1, t >= 0, t < 1]


def score(confidence, target):
    """Expected score of answering: +1 if right, -t/(1-t) if wrong."""
    return confidence - (1 - confidence) * target / (1 - target)


def test_observation_1_under_any_belief():
    """A binary grader pays 0 for abstaining; under any belief the best response pays at least 0.

    Beliefs are mixtures of graders: the expected score of a response is a weighted mean of zeros
    and ones. For any response that some grader in the belief accepts, abstaining is strictly worse.
    """
    weights = reals("w1 w2 w3")
    grades = reals("g1 g2 g3")
    belief = [w >= 0 for w in weights] + [sum(weights) == 1]
    binary = [z3.Or(g == 0, g == 1) for g in grades]
    expected = sum(w * g for w, g in zip(weights, grades, strict=True))
    prove(expected >= 0, *belief, *binary)
    prove(expected > 0, *belief, *binary, weights[0] > 0, grades[0] == 1)


def test_expected_score_of_answering():
    """q - (1 - q) t/(1 - t) = (q - t)/(1 - t)."""
    confidence, target = sympy.symbols("q t", positive=True)
    identical(score(confidence, target), (confidence - target) / (1 - target))


def test_answer_iff_confidence_exceeds_the_target():
    """For all q in [0, 1], t in [0, 1): positive iff q > t, zero iff q = t."""
    consistent(*UNIT, q > t)
    prove((score(q, t) > 0) == (q > t), *UNIT)
    prove((score(q, t) == 0) == (q == t), *UNIT)


def test_behavioural_calibration_is_optimal_at_every_target_at_once():
    """Any other rule that answers at q <= t or abstains at q > t scores no more, whatever t."""
    answered = z3.Bool("answered")
    other = z3.If(answered, score(q, t), 0)
    best = z3.If(q > t, score(q, t), 0)
    prove(best >= other, *UNIT)


def test_hidden_target_no_rule_is_best_for_two_targets():
    """With t1 < q < t2 answering wins at t1 and loses at t2; an answer known right wins at both."""
    t1, t2 = reals("t1 t2")
    between = [t1 >= 0, t1 < q, q < t2, t2 < 1]
    consistent(*between)
    prove(z3.And(score(q, t1) > 0, score(q, t2) < 0), *between)
    prove(score(z3.RealVal(1), t) == 1, t >= 0, t < 1)


@pytest.mark.parametrize(
    ("numerator", "denominator", "penalty"), [(0, 1, 0), (1, 2, 1), (3, 4, 3), (9, 10, 9)]
)
def test_penalties(numerator, denominator, penalty):
    target = Fraction(numerator, denominator)
    assert target / (1 - target) == penalty


def test_erratum_1_the_penalty_at_three_quarters_is_three():
    """With the printed penalty 2 the break-even confidence would be 2/3, not 3/4."""
    prove(q == z3.Q(2, 3), q * 1 - (1 - q) * 2 == 0)
    prove(q == z3.Q(3, 4), q * 1 - (1 - q) * 3 == 0)


def test_affine_normal_form():
    """A grader with correct > wrong is a scale times (1, t', 0) plus a shift, t' = (a-w)/(c-w)."""
    c, a, w = sympy.symbols("c a w", real=True)
    scale, shift = c - w, w
    for paid, normal in ((c, 1), (a, (a - w) / (c - w)), (w, 0)):
        identical(scale * normal + shift, paid)
    cc, aa, ww = reals("cc aa ww")
    answer = q * cc + (1 - q) * ww
    prove((answer > aa) == (q > (aa - ww) / (cc - ww)), cc > ww)


def test_the_target_grader_in_normal_form_pays_t_for_abstaining():
    """(1, 0, -t/(1-t)) times 1 - t plus t is (1, t, 0)."""
    target = sympy.Symbol("t", positive=True)
    for paid, normal in ((1, 1), (0, target), (-target / (1 - target), 0)):
        identical((1 - target) * paid + target, normal)


def test_model_A_loses_to_model_B_under_binary_grading():
    """A abstains where B guesses, right with chance q > 0; only a target t > q reverses it."""
    known, unsure = reals("known unsure")
    shares = [known >= 0, unsure > 0, known + unsure == 1]
    prove(known < known + unsure * q, *shares, q > 0, q <= 1)
    prove(known > known + unsure * score(q, t), *shares, *UNIT, t > q)


def test_simpleqa_ranks_swap_at_2_49():
    """(0.24 - 0.22)/(0.75 - 0.26) = 2/49 = 0.0408..., a target of t = 2/51."""
    penalty = Fraction(24 - 22, 75 - 26)
    assert penalty == Fraction(2, 49)
    certain(abs(rational(2, 49) - rational(41, 1000)) < rational(5, 10_000))
    assert penalty / (1 + penalty) == Fraction(2, 51)
    x = reals("x")[0]
    mini, o4 = z3.Q(22, 100) - x * z3.Q(26, 100), z3.Q(24, 100) - x * z3.Q(75, 100)
    prove((mini > o4) == (x > z3.Q(2, 49)))


def test_table_2_guessing_is_best_under_both_kinds_of_grader():
    """Binary: q * 1 > 0 for q > 0. A rubric that pays a wrong answer more than IDK: for every q."""
    prove(q * 1 + (1 - q) * 0 > 0, q > 0, q <= 1)
    right, idk, wrong = reals("right idk wrong")
    prove(q * right + (1 - q) * wrong > idk, q >= 0, q <= 1, right > wrong, wrong > idk)


def test_hle_calibration_error_at_stated_confidence_zero_is_the_accuracy():
    """sqrt(sum n_b (0 - y_b)^2 / n) with the same y in each bin is y: 0 if always wrong, else 1."""
    n1, n2, y = sympy.symbols("n1 n2 y", nonnegative=True)
    rms = sympy.sqrt(sympy.simplify((n1 * y**2 + n2 * y**2) / (n1 + n2)))
    identical(rms, y)
    assert (rms.subs(y, 0), rms.subs(y, 1)) == (0, 1)
