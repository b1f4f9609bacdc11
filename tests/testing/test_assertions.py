"""The checks of ``theory.testing``: true numbers pass, each damaged number is named."""

import pickle
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from theory.errors import InvalidInput
from theory.reduction import World, theorem_1_bound, tight_world
from theory.testing import (
    BoundViolation,
    as_code,
    assert_corollary_1,
    assert_coverage,
    assert_per_prompt_bound,
    assert_slack_identity,
    assert_theorem_1,
    assert_tight,
    reduction_terms,
)
from theory.testing.strategies import models, ragged_worlds, worlds

F = Fraction
TERMS = ["err", "err_iiv", "delta", "signed_gap", "size_ratio", "bound"]


def ragged_example():
    """Two prompts whose four slack terms are all positive."""
    world = World(
        p=[F(1), F(0), F(0), F(1), F(0), F(0), F(0), F(0)],
        valid=[True, False, False, True, True, False, False, False],
        n_responses=[3, 5],
        mu=[F(1, 4), F(3, 4)],
    )
    return world, [F(0), F(3, 4), F(1, 4), F(5, 9), F(1, 9), F(1, 9), F(1, 9), F(1, 9)]


@given(data=st.data())
def test_true_numbers_pass(data):
    """Every sure statement holds on every exact world, nonsense included, with tolerance zero."""
    world = data.draw(worlds(nonsense=True))
    p_hat = data.draw(models(world))
    assert assert_theorem_1(world, p_hat).tolerance == 0
    assert_per_prompt_bound(world, p_hat)
    assert_slack_identity(world, p_hat)


@given(data=st.data())
def test_true_numbers_pass_in_float(data):
    world = data.draw(ragged_worlds())
    p_hat = data.draw(models(world)).astype(float)
    assert_theorem_1(world.to_float(), p_hat)
    assert_per_prompt_bound(world.to_float(), p_hat)


def test_the_example_has_four_positive_slack_terms():
    terms = reduction_terms(*ragged_example())
    assert all(terms[name] > 0 for name in ("overshoot", "unused_room", "ragged", "sign"))


@pytest.mark.parametrize("name", TERMS)
@pytest.mark.parametrize("shift", [F(1, 10**12), -F(1, 10**12)])
def test_a_wrong_term_is_named(name, shift):
    world, p_hat = ragged_example()
    true = reduction_terms(world, p_hat)[name]
    with pytest.raises(BoundViolation, match=f"Theorem 1: {name} is {true + shift} but should be"):
        assert_theorem_1(world, p_hat, {name: true + shift})


def test_float_numbers_are_judged_by_the_rounding_of_their_sums():
    """1e-14 is rounding for a dozen rows; 1e-9 is a wrong formula."""
    world, p_hat = ragged_example()
    world, p_hat = world.to_float(), np.array(p_hat, dtype=float)
    err = theorem_1_bound(world, p_hat).err
    assert_theorem_1(world, p_hat, {"err": err + 1e-14})
    with pytest.raises(BoundViolation, match="err is"):
        assert_theorem_1(world, p_hat, {"err": err + 1e-9})


def test_nan_is_wrong():
    world, p_hat = ragged_example()
    with pytest.raises(BoundViolation, match="err is nan"):
        assert_theorem_1(world.to_float(), np.array(p_hat, dtype=float), {"err": float("nan")})


def test_a_wrong_function_is_shrunk_to_the_smallest_world_and_rebuilds():
    """A delta without its absolute value fails only where the gap is negative."""

    def forgets_abs(world, p_hat):
        result = theorem_1_bound(world, p_hat)
        return replace(result, delta=result.signed_gap)

    with pytest.raises(BoundViolation, match="delta is -") as caught:
        assert_theorem_1(*underconfident(20), forgets_abs)
    error = caught.value
    assert error.world.n_prompts == 1
    names = {}
    exec(as_code(error.world, error.p_hat), names)
    assert as_code(error.world, error.p_hat) in str(error)
    assert names["p_hat"] == error.p_hat.tolist()
    assert reduction_terms(names["world"], names["p_hat"]) == error.terms


def underconfident(n_prompts):
    """Above 1/K lies all of p and only two thirds of the model."""
    p = [F(1), F(0), F(0), F(0)] * n_prompts
    p_hat = [F(2, 3), F(1, 9), F(1, 9), F(1, 9)] * n_prompts
    return World(
        p=p, valid=[True, False, False, False] * n_prompts, n_responses=[4] * n_prompts
    ), p_hat


@pytest.mark.parametrize(("n_prompts", "left"), [(3, 3), (4, 1)])
def test_a_world_of_twelve_rows_is_shown_as_it_is(n_prompts, left):
    """Hypothesis has its own way to make it smaller; one of sixteen rows is shrunk here."""
    with pytest.raises(BoundViolation) as caught:
        assert_theorem_1(*underconfident(n_prompts), lambda world, q: {"err": F(2)})
    assert caught.value.world.n_prompts == left


def test_a_world_of_thirteen_rows_is_shrunk():
    world = World(p=[F(1)] + [F(0)] * 12, valid=[True] + [False] * 12)
    with pytest.raises(BoundViolation) as caught:
        assert_theorem_1(world, world.p, lambda world, q: {"err": F(2)})
    assert caught.value.world.n_examples == 2


def test_a_large_world_is_not_printed_but_attached():
    world, p_hat = underconfident(100)
    with pytest.raises(BoundViolation, match="400 rows") as caught:
        assert_theorem_1(world, p_hat, {"err": F(0)})
    assert "p_hat = [" not in str(caught.value)
    assert caught.value.world is world


def test_a_failure_travels_between_processes():
    world, p_hat = ragged_example()
    with pytest.raises(BoundViolation) as caught:
        assert_theorem_1(world, p_hat, {"err": F(0)})
    copy = pickle.loads(pickle.dumps(caught.value))
    assert str(copy) == str(caught.value)
    assert copy.terms == caught.value.terms


def test_the_code_of_a_float_world_is_exact_to_the_bit():
    world, p_hat = ragged_example()
    world, p_hat = world.to_float(), np.array(p_hat, dtype=float)
    names = {}
    exec(as_code(world, p_hat), names)
    np.testing.assert_array_equal(names["world"].p, world.p)
    np.testing.assert_array_equal(names["world"].mu, world.mu)
    np.testing.assert_array_equal(names["p_hat"], p_hat)


def test_other_statements_complain_in_their_own_name():
    world, p_hat = ragged_example()
    with pytest.raises(BoundViolation, match=r"X2 .*: size_ratio is 0 but"):
        assert_per_prompt_bound(world, p_hat, {"size_ratio": F(0)})
    with pytest.raises(InvalidInput, match="number of prompts must be 1 for Corollary 1"):
        assert_corollary_1(world, p_hat)
    with pytest.raises(BoundViolation, match=r"Corollary 1: delta is 1 but"):
        assert_corollary_1(*tight_world(1, 2), {"delta": F(1)})


def test_attained_and_not_attained():
    assert assert_tight(*tight_world(2, 5)).slack == 0
    world, p_hat = ragged_example()
    with pytest.raises(
        BoundViolation, match=r"X3: .*overshoot = .*unused_room = .*ragged = .*sign ="
    ):
        assert_tight(world, p_hat)


def test_bad_input_is_said_at_once():
    world, p_hat = ragged_example()
    with pytest.raises(InvalidInput, match="a term must be one of err, err_iiv"):
        assert_theorem_1(world, p_hat, {"error": F(0)})
    with pytest.raises(InvalidInput, match="sum of p_hat must be 1"):
        assert_theorem_1(world, [F(0)] * 8)


def test_coverage_fails_by_chance_once_in_a_million_runs():
    """A claim of 1 - 1.005e-6 is missed that often by a single trial: no check could fail."""
    with pytest.raises(InvalidInput, match="trials must be so many that the check can fail"):
        assert_coverage(1, 1, claimed=1 - 1.005e-6)
    assert assert_coverage(1, 1, claimed=1 - 0.995e-6) == 1


def test_coverage_judges_exactly():
    assert assert_coverage([True] * 99 + [False], claimed=0.9) > 0.99
    first_passing = next(h for h in range(1001) if binom.cdf(h, 1000, 0.99) >= 1e-6)
    assert first_passing == 972
    assert_coverage(first_passing, 1000, claimed=0.99)
    with pytest.raises(AssertionError, match=r"held in 971 of 1000 trials"):
        assert_coverage(first_passing - 1, 1000, claimed=0.99)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"hits": 5, "trials": 4, "claimed": 0.9}, "hits must be at most trials = 4"),
        (
            {"hits": 4, "trials": 5, "claimed": 0.9},
            "trials must be so many that the check can fail",
        ),
        ({"hits": 40, "trials": 50, "claimed": 1.0}, r"claimed must be in \(0, 1\)"),
        ({"hits": 40, "trials": 50, "claimed": 0.9, "false_alarm": 0.0}, "false_alarm must be in"),
        ({"hits": 40, "trials": 0, "claimed": 0.9}, "trials must be a whole number >= 1"),
    ],
)
def test_coverage_refuses_what_it_cannot_judge(arguments, message):
    with pytest.raises(InvalidInput, match=message):
        assert_coverage(**arguments)


def test_import_needs_only_the_core():
    """A user's tests need neither Hypothesis nor z3 nor scipy.stats to import the checks."""
    code = (
        "import sys, theory.testing; "
        "print(sorted({'hypothesis', 'z3', 'sympy', 'flint', 'scipy.stats'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
