"""The world refuses what the theorems exclude, in one sentence each."""

import pickle
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given

from theory.errors import InvalidInput
from theory.reduction import World, theorem_1_bound, uniform_model
from theory.testing.strategies import worlds

V, E = True, False


@given(world=worlds(nonsense=True))
def test_counts_add_up(world):
    """|V_c| + |E_c| + |N_c| = R_c, and masks agree with counts."""
    n_nonsense = np.add.reduceat(world.nonsense.astype(int), world.starts)
    assert (world.n_valid + world.n_errors + n_nonsense == world.n_responses).all()
    assert world.n_examples == world.n_responses.sum()
    assert world.errors.sum() == world.n_errors.sum()
    assert world.min_errors == min(world.n_errors)
    assert world.max_valid == max(world.n_valid)


def test_no_prompts_is_one_prompt():
    """The default is a single prompt of probability 1."""
    world = World(p=[0.5, 0.5, 0], valid=[V, V, E])
    assert world.n_prompts == 1
    assert world.mu.tolist() == [1.0]


def test_a_world_cannot_be_changed():
    """Neither through its arrays nor through the array it was made from."""
    p = np.array([1.0, 0.0])
    world = World(p=p, valid=[V, E])
    p[0] = 0.3
    assert world.p[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        world.p[0] = 0.3
    with pytest.raises(AttributeError):
        world.p = p


def test_to_float_keeps_the_world():
    """Exact and float worlds agree to rounding (1 ulp of each entry)."""
    world = World(p=[F(1, 3), F(2, 3), F(0)], valid=[V, V, E])
    assert world.exact
    assert not world.to_float().exact
    np.testing.assert_allclose(world.to_float().p, [1 / 3, 2 / 3, 0], rtol=1e-15)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"p": [], "valid": []}, "p must be non-empty"),
        ({"p": [[1.0, 0.0]], "valid": [V, E]}, r"one-dimensional, got shape \(1, 2\).*ravel"),
        ({"p": ["a", "b"], "valid": [V, E]}, "p must be numbers"),
        ({"p": [1.5, -0.5], "valid": [V, V]}, "erroneous responses must be at least 1"),
        (
            {"p": [1.5, -0.5, 0], "valid": [V, V, E]},
            r"p must be in \[0, 1\], got 1.5 at prompt 0, response 0",
        ),
        (
            {"p": [np.nan, 1.0, 0], "valid": [V, V, E]},
            r"p must be in \[0, 1\], got nan at prompt 0, response 0",
        ),
        (
            {"p": [0.5, 0.4, 0], "valid": [V, V, E]},
            "sum of p must be 1 within 1e-09 in each prompt, got 0.9 at prompt 0; nothing is renor",
        ),
        (
            {"p": [F(1, 2), F(1, 3), F(0)], "valid": [V, V, E]},
            "sum of p must be 1 exactly in each prompt, got 5/6",
        ),
        (
            {"p": [0.5, 0.5, 0], "valid": [V, E, E]},
            r"p must be 0 on every response that is not valid .*, got 0.5 at prompt 0, response 1",
        ),
        (
            {"p": [1, 0, 1, 0], "valid": [V, E, V, V], "n_responses": [2, 2]},
            "number of erroneous responses must be at least 1 for each prompt, got 0 at prompt 1",
        ),
        (
            {"p": [1, 0, 1, 0], "valid": [E, E, V, E], "n_responses": [2, 2]},
            "number of valid responses must be at least 1 for each prompt, got 0 at prompt 0",
        ),
        ({"p": [1, 0], "valid": [V]}, r"valid must be of shape \(2,\)"),
        ({"p": [1, 0], "valid": [V, 7]}, "valid must be true or false"),
        ({"p": [1, 0], "valid": [V, E], "n_responses": [3]}, "sum of n_responses must be 2"),
        ({"p": [1, 0], "valid": [V, E], "n_responses": [1, 1]}, "n_responses must be >= 2"),
        (
            {"p": [1, 0], "valid": [V, E], "n_responses": []},
            "n_responses must be a vector of whole numbers",
        ),
        ({"p": [1, 0], "valid": [V, E], "mu": [0.5]}, "sum of mu must be 1 within 1e-09"),
        ({"p": [1, 0], "valid": [V, E], "mu": [0.5, 0.5]}, r"mu must be of shape \(1,\)"),
        (
            {"p": [1, 0, 1, 0], "valid": [V, E, V, E], "n_responses": [2, 2], "mu": [1.5, -0.5]},
            r"mu must be in \[0, 1\], got 1.5 at prompt 0",
        ),
        (
            {"p": [1, 0, 0], "valid": [V, E, E], "nonsense": [V, E, E]},
            "valid or nonsense, not both",
        ),
    ],
)
def test_bad_world(kwargs, message):
    """Name, allowed range, value, place."""
    with pytest.raises(InvalidInput, match=message):
        World(**kwargs)


@pytest.mark.parametrize(
    ("p_hat", "message"),
    [
        ([0.5, 0.5], r"p_hat must be of shape \(3,\), one value per example, got shape \(2,\)"),
        ([0.5, 0.6, -0.1], r"p_hat must be in \[0, 1\], got -0.1 at prompt 0, response 2"),
        ([0.5, np.nan, 0.5], r"p_hat must be in \[0, 1\], got nan"),
        ([0.5, 0.2, 0.2], "sum of p_hat must be 1 within 1e-09"),
    ],
)
def test_bad_model(p_hat, message):
    """The same for models."""
    world = World(p=[1.0, 0, 0], valid=[V, E, E])
    with pytest.raises(InvalidInput, match=message):
        theorem_1_bound(world, p_hat)


def test_exact_and_float_do_not_mix():
    """A Fraction world takes Fraction models; nothing is converted silently."""
    exact = World(p=[F(1), F(0), F(0)], valid=[V, E, E])
    with pytest.raises(TypeError, match="both be float or both be Fractions"):
        theorem_1_bound(exact, [0.5, 0.25, 0.25])
    with pytest.raises(TypeError, match="mixes floats and Fractions"):
        theorem_1_bound(exact, [F(1, 2), 0.25, 0.25])
    with pytest.raises(TypeError, match="both be float or both be Fractions"):
        theorem_1_bound(exact.to_float(), uniform_model(exact))
    with pytest.raises(TypeError, match="mu and p"):
        World(p=[F(1), F(0)], valid=[V, E], mu=[1.0])


def test_tolerance_is_the_callers_choice():
    """Rounded tables pass only if the caller says how rounded."""
    rounded = [0.333, 0.333, 0.333, 0]
    valid = [V, V, V, E]
    with pytest.raises(InvalidInput, match="within 1e-09"):
        World(p=rounded, valid=valid)
    assert World(p=rounded, valid=valid, tolerance=0.01).tolerance == 0.01


def test_errors_travel_between_processes():
    """Workers send exceptions home pickled."""
    error = InvalidInput("t", "in [0, 1)", 1.0, where="row 3", remedy="lower it", prompt=2)
    copy = pickle.loads(pickle.dumps(error))
    assert str(copy) == str(error) == "t must be in [0, 1), got 1.0 at row 3; lower it."
    assert copy.prompt == 2
    assert str(error.at("prompt 'x'")) == "t must be in [0, 1), got 1.0 at prompt 'x'; lower it."


def test_training_mass_on_nonsense_is_refused():
    """p(E) = 0 and p(N) = 0: with p = 1/2 on nonsense Theorem 1 would have no proof."""
    with pytest.raises(InvalidInput, match=r"p must be 0 on every response that is not valid"):
        World(p=[0.5, 0, 0.5], valid=[True, False, False], nonsense=[False, False, True])
