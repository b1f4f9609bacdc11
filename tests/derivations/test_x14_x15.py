"""Extensions X14 (several right answers) and X15 (judges that err), executed."""

from fractions import Fraction as F
from itertools import combinations, permutations

import pytest

from tests.derivations.proving import identical, prove, reals, sympy
from theory.facts.best_bounds import loss_stretch
from theory.reduction import World, generative_error, iiv_error

SIZES = [(R, k) for R in range(2, 7) for k in range(1, 4) if k < R]
"""Every R <= 6 and k <= 3."""


def losses(R, k, weights, above, seen=0):
    """G_c for every ordered tuple of unseen answers; the first ``seen`` responses are seen answers.

    G_c = sum of weights of the unseen answers below + share of the errors that lie above.
    """
    rest = range(seen, R)
    for unseen in permutations(rest, k - seen):
        below = sum(w for w, a in zip(weights, unseen, strict=True) if a not in above)
        errors = [r for r in rest if r not in unseen]
        yield below + F(sum(r in above for r in errors), len(errors))


def weights_of(n):
    """Unequal weights that sum to 1."""
    total = n * (n + 1) // 2
    return [F(i + 1, total) for i in range(n)]


@pytest.mark.parametrize(("R", "k"), SIZES)
def test_x14_loss_by_prompt(R, k):
    """Mean 1, and an interval of length R/(R - k), whatever lies above the threshold."""
    for j in range(R + 1):
        found = list(losses(R, k, weights_of(k), set(range(j))))
        assert sum(found) == len(found)
        assert min(found) >= 0
        assert max(found) - min(found) <= F(R, R - k)


@pytest.mark.parametrize(("R", "k"), SIZES)
def test_x14_loss_by_pair(R, k):
    """With some answers seen, the unseen ones weigh like their masses; any subset of them too."""
    for seen in range(k):
        n = k - seen
        for size in range(1, n + 1):
            for chosen in combinations(range(n), size):
                weights = [F(0)] * n
                for w, i in zip(weights_of(size), chosen, strict=True):
                    weights[i] = w
                for j in range(seen, R + 1):
                    found = list(losses(R, k, weights, set(range(seen, j)), seen))
                    assert sum(found) == len(found)
                    assert min(found) >= 0
                    assert max(found) - min(found) <= 1 + F(n, R - k)


def test_x14_the_range_is_attained():
    """R = 6, k = 2, four responses above: R/(R - k) = 3/2 exactly."""
    found = list(losses(6, 2, weights_of(2), {0, 1, 2, 3}))
    assert max(found) - min(found) == F(3, 2) == F(loss_stretch(4, 2))


def test_x14_twice_the_iiv_error_of_an_unseen_prompt_is_one_on_average():
    """The same from the reduction's own err_iiv: one prompt, R = 5, k = 2, a model of any kind."""
    R, pi = 5, [F(2, 3), F(1, 3)]
    p_hat = [F(1, 2), F(3, 10), F(1, 10), F(1, 10), F(0)]
    total, n = F(0), 0
    for answers in permutations(range(R), 2):
        p, valid = [F(0)] * R, [False] * R
        for a, share in zip(answers, pi, strict=True):
            p[a], valid[a] = share, True
        total += 2 * iiv_error(World(p=p, valid=valid), p_hat)
        n += 1
    assert total == n


def test_x14_pairs_pay_with_the_square_root_of_k():
    """(u_1 + .. + u_k)^2 <= k (u_1^2 + .. + u_k^2), so Hoeffding's exponent splits over the pairs.

    Pairs whose factor exp(-u + k rho^2 u^2/8) would exceed 1 are given weight 0 beforehand: the
    loss of any subset of the unseen answers has mean 1 in the same range (above).
    """
    u, v, w = reals("u v w")
    prove((u + v + w) * (u + v + w) <= 3 * (u * u + v * v + w * w))
    prove((u + v) * (u + v) <= 2 * (u * u + v * v))
    assert loss_stretch(2, 2, by_pair=True) ** 2 == pytest.approx(2 * loss_stretch(2, 2) ** 2)


def test_x14_without_distinct_answers_the_range_is_longer():
    """Drop "different": if both answers are one response, k = 2 counts an answer twice."""
    R, k = 4, 2
    found = []
    for a in range(R):  # a_1 = a_2 = a, errors counted as R - k
        above = {0, 1}
        errors_above = len(above) - (a in above)
        found.append(F(a not in above) + F(errors_above, R - k))
    assert sum(found) != len(found)


def test_x15_identity_and_bounds():
    """err_J is linear in err with slope 1 - a - b; the floors follow for a + b <= 1."""
    err, a, b, B, judged = reals("err a b B judged")
    rates = [a >= 0, b >= 0, a + b <= 1, err >= 0, err <= 1]
    prove(a * (1 - err) + (1 - b) * err >= a + (1 - a - b) * B, err >= B, *rates)
    prove(err >= (judged - a) / (1 - a), judged <= a * (1 - err) + err, a >= 0, a < 1)
    x, s, t = sympy.symbols("x s t")
    identical((s * (1 - x) + (1 - t) * x - s) / (1 - s - t), x)


def test_x15_a_judge_measured_under_d():
    """V = 10, E = 40, q = 1/40 on V and on 30 errors: b = 3/4 under D, yet nothing is found wrong.

    The judge is blind to the 30 errors that the model makes. err = 3/4 is also Theorem 1's bound;
    a + (1 - a - b) B = 3/16 is not below err_J = 0.
    """
    n_valid, n_errors, blind = 10, 40, 30
    q = [F(1, 40)] * (n_valid + blind) + [F(0)] * (n_errors - blind)
    world = World(
        p=[F(1, 10)] * n_valid + [F(0)] * n_errors, valid=[True] * n_valid + [False] * n_errors
    )
    err = generative_error(world, q)
    assert err == F(3, 4) == 2 * iiv_error(world, q) - F(n_valid, n_errors)
    b_under_d, b_under_q = F(blind, n_errors), F(1)
    judged = (1 - b_under_q) * err
    assert judged == 0 < (1 - b_under_d) * err == F(3, 16)
