"""Small numbers worked by hand, where the mutation check found that broad tests leave room."""

from fractions import Fraction as F

from theory.other_factors import dropped_hypotheses, shift_bound, with_prompt_law
from theory.other_factors.counterexamples import _theorem_1
from theory.reduction import World, generative_error

BY_HAND = {
    # err and what would be claimed, with K = 8 and k = 1 unless the case says otherwise.
    "p(E) = 0": (F(1, 2), F(3, 4)),  # half the data false: err_iiv 1/2, delta 0, k/K 1/4
    "the term delta": (F(0), 1 - F(2, 8)),  # always IDK: nothing else above 1/8
    "the term k/K": (F(1, 4), F(1)),  # tight world of 3 and 4
    "the threshold 1/K": (F(0), 1 - F(1, 8)),  # nothing is above 1
    "D uniform on E_c": (F(1, 4), 1 - F(1, 8)),
    "one prompt law": (F(0), 1 - F(1, 4)),
    "|V_c| = 1": (F(1, 2), 2 * (1 - F(1, 3)) * F(1, 2)),
    "t chosen for the model": (F(1, 4), 2 * (1 - F(1, 3)) * F(1, 2)),
}


def test_counterexamples_in_numbers():
    found = {case.hypothesis: (case.err, case.claimed) for case in dropped_hypotheses()}
    assert found == BY_HAND
    assert dropped_hypotheses()[-1].statement == "Theorem 4 at t = 9/10"


def test_what_theorem_1_would_claim():
    """2 x 3/8 - 1/4 - 1/16: in most of the counterexamples delta itself is 0."""
    assert _theorem_1(F(3, 8), F(1, 4), F(1, 16)) == F(7, 16)


def test_shifted_prompts_by_hand():
    """Always wrong at the first prompt, wrong in a quarter at the second; TV = 1/3."""
    world = World(
        p=[F(1), F(0), F(1), F(0)],
        valid=[True, False, True, False],
        n_responses=[2, 2],
        mu=[F(1, 3), F(2, 3)],
    )
    q = [F(0), F(1), F(3, 4), F(1, 4)]
    b = shift_bound(world, q, [F(2, 3), F(1, 3)])
    assert b.err_train == F(1, 3) + F(2, 3) * F(1, 4)
    assert b.err_test == F(2, 3) + F(1, 3) * F(1, 4)
    assert b.bound == F(1, 3) * (1 - F(1, 4))
    assert b.err_test - b.err_train == b.bound, "two prompts: the bound is attained"
    moved = with_prompt_law(world, [F(2, 3), F(1, 3)])
    assert generative_error(moved, q) == b.err_test
