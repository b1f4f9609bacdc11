"""Hardness, shifted prompts and bad data (Sec. 3.4, App. D), and hypotheses dropped one by one."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.errors import InvalidInput
from theory.other_factors import (
    decryption_world,
    drifted,
    dropped_hypotheses,
    gigo_bound,
    noisy_training,
    observation_2_bound,
    random_ciphertext_distance,
    shift_bound,
    with_prompt_law,
)
from theory.other_factors.counterexamples import noisy_case
from theory.other_factors.hardness import advantage
from theory.other_factors.shift import error_per_prompt
from theory.reduction import (
    World,
    generative_error,
    iiv_error,
    least_slack,
    theorem_1_bound,
    uniform_model,
)
from theory.testing.strategies import distributions, models, worlds

F = Fraction
shares = st.fractions(0, 1, max_denominator=12)


@settings(max_examples=40)
@given(
    decrypt=st.integers(2, 5).flatmap(lambda n: st.permutations(range(n))),
    alpha=shares,
    data=st.data(),
)
def test_observation_2(decrypt, alpha, data):
    """A guesser with advantage beta errs >= 1 - beta - 2/(|M| - 1) - delta."""
    world = decryption_world(decrypt, F(alpha))
    q = data.draw(models(world))
    result = observation_2_bound(world, q)
    assert result.slack >= 0
    assert result.bound == theorem_1_bound(world, q).bound
    n = len(decrypt)
    assert result.bound == 1 - result.beta - F(2, n - 1) - result.delta
    # Definition 3: beta-breaking means err_iiv <= (1 - beta)/2, and beta is the largest such.
    assert iiv_error(world, q) == (1 - result.beta) / 2


def test_observation_2_says_something_and_ends_at_the_key():
    """No knowledge: beta = 0 and a bound near 1. The key: beta = 1, err = 0."""
    world = decryption_world(np.arange(101), F(1))
    guess = [F(1, 101)] * 101 + [F(0)]
    blind = observation_2_bound(world, guess * 101)
    assert blind.err == F(100, 101)
    keyed = observation_2_bound(world, world.p)
    assert (keyed.err, keyed.beta) == (0, 1)
    both = decryption_world(np.arange(101), F(1, 2))
    assert observation_2_bound(both, both.p).beta == 1
    uniform = observation_2_bound(both, uniform_model(both))
    assert uniform.bound == 1 - F(2, 100)
    assert uniform.slack == F(100, 102) - uniform.bound


@pytest.mark.parametrize(("n_messages", "least"), [(2, 1), (3, 0), (4, 0)])
def test_observation_2_is_attained_from_three_messages_on(n_messages, least):
    """Least slack over all models at |V| = 2, |E| = |M| - 1: 1 for two messages, else 0."""
    assert least_slack([2], [n_messages - 1]).slack == least


def test_advantage_is_definition_3_solved_for_beta():
    assert advantage(F(1, 2)) == 0
    assert advantage(F(0)) == 1


def error_pairs(encrypt, n_ciphertexts):
    """The laws of (wrong message, given ciphertext) under D, and of App. D's random pairs."""
    n_messages = len(encrypt)
    right = np.zeros((n_messages, n_ciphertexts), dtype=bool)
    right[np.arange(n_messages), encrypt] = True
    used = right.any(axis=0)
    in_iiv = (~right & used) * F(1, n_messages * (n_messages - 1))
    return in_iiv, ~right * F(1, n_messages * (n_ciphertexts - 1))


@settings(max_examples=40)
@given(
    n_messages=st.integers(2, 5),
    n_ciphertexts=st.integers(2, 9),
    seed=st.integers(0, 99),
)
def test_erratum_5(n_messages, n_ciphertexts, seed):
    """App. D's random pairs have the law of D's errors iff |H| = |M|; else they are TV apart."""
    n_ciphertexts = max(n_messages, n_ciphertexts)
    encrypt = np.random.default_rng(seed).permutation(n_ciphertexts)[:n_messages]
    in_iiv, random_pairs = error_pairs(encrypt, n_ciphertexts)
    assert in_iiv.sum() == random_pairs.sum() == 1
    distance = abs(in_iiv - random_pairs).sum() / 2
    assert distance == random_ciphertext_distance(n_messages, n_ciphertexts)
    assert (distance == 0) == (n_messages == n_ciphertexts)


@settings(max_examples=40)
@given(world=worlds(nonsense=True), data=st.data())
def test_shift_moves_err_by_at_most_distance_times_spread(world, data):
    """|err' - err| <= TV(mu, mu') (max err_c - min err_c); drift is linear (extension)."""
    q = data.draw(models(world))
    mu = data.draw(distributions(world.n_prompts))
    result = shift_bound(world, q, mu)
    assert result.slack >= 0
    assert result.err_train == generative_error(world, q)
    assert result.err_test == generative_error(with_prompt_law(world, mu), q)
    s = F(data.draw(shares))
    mixed = generative_error(drifted(world, mu, s), q)
    assert mixed == (1 - s) * result.err_train + s * result.err_test
    assert theorem_1_bound(drifted(world, mu, s), q).slack >= 0


def test_the_shift_bound_is_tight():
    """Two prompts, right at one and wrong at the other: err goes from 0 to 1 = TV."""
    world = World(p=[F(1), F(0)] * 2, valid=[True, False] * 2, n_responses=[2, 2], mu=[F(1), F(0)])
    result = shift_bound(world, [F(1), F(0), F(0), F(1)], [F(0), F(1)])
    assert result.slack == 0
    assert (result.err_test, result.distance) == (1, 1)


@settings(max_examples=40)
@given(world=worlds(nonsense=True), data=st.data(), share=shares)
def test_gigo_bounds(world, data, share):
    """err >= 2 err_iiv - k/K - delta_eta - eta, and err >= eta - TV(q, p_eta) (extension)."""
    q = data.draw(models(world))
    result = gigo_bound(world, q, F(share))
    assert result.slack >= 0
    assert result.err == generative_error(world, q)


@settings(max_examples=40)
@given(world=worlds(), share=shares)
def test_who_learns_false_data_perfectly_repeats_it(world, share):
    """p_hat = p_eta has err = eta exactly: both sides of the second bound meet."""
    noisy = noisy_training(world, F(share))
    result = gigo_bound(world, noisy, F(share))
    assert result.err == result.learned_bound == F(share)
    assert result.delta == 0


@settings(max_examples=40)
@given(world=worlds(), data=st.data(), share=shares)
def test_a_linear_learner_only_gets_worse(world, data, share):
    """A learner that mixes as its data mix: err = (1 - eta) err_0 + eta, which grows with eta."""
    clean = data.draw(models(world))
    wrong = noisy_training(world, 1)
    mixed = (1 - F(share)) * clean + F(share) * wrong
    err_0 = generative_error(world, clean)
    assert generative_error(world, mixed) == (1 - F(share)) * err_0 + F(share) >= err_0


def test_theorem_1_fails_when_the_training_data_err():
    """Dropping p(E) = 0: against its noisy data the model is calibrated, and errs too little."""
    counter_world, _, share, wrong = noisy_case()
    counter = gigo_bound(*noisy_case())
    plain = 2 * counter.err_iiv - counter.size_ratio - counter.delta
    assert counter.err < plain
    assert counter.slack >= 0
    with pytest.raises(InvalidInput, match=r"p\(E\) = 0, noiseless"):
        World(p=noisy_training(counter_world, share, wrong), valid=counter_world.valid)


def test_every_dropped_hypothesis_breaks_its_statement():
    """One hypothesis at a time: without it the claimed bound exceeds err, in Fractions."""
    cases = dropped_hypotheses()
    assert len({case.hypothesis for case in cases}) == len(cases) == 8
    for case in cases:
        assert case.err < case.claimed, case.hypothesis
        assert case.claimed <= 1, case.hypothesis


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: decryption_world([0]), r"\|M\| must be at least 2, got 1"),
        (lambda: decryption_world([0, 0, 1]), "each of 0 .. 2 once"),
        (lambda: decryption_world([0, 1], 2), "answer_prob must be in"),
        (lambda: random_ciphertext_distance(1, 4), r"\|M\| must be at least 2"),
        (lambda: random_ciphertext_distance(4, 3), "n_ciphertexts must be a whole number >= 4"),
        (lambda: advantage(1.5), r"err_iiv must be in \[0, 1\]"),
        (
            lambda: observation_2_bound(World(p=[1, 0], valid=[True, False]), [1, 0]),
            "a decryption world",
        ),
        (lambda: noisy_training(TWO, 1.5), r"share must be in \[0, 1\]"),
        (lambda: noisy_training(TWO, 0.5, [1, 0, 0]), "wrong must be 0 on every valid response"),
        (lambda: drifted(TWO, [0.5], 0.5), "the sum of mu must be 1"),
        (lambda: shift_bound(TWO, TWO.p, [0.5, 0.5]), r"mu must be of shape \(1,\)"),
    ],
)
def test_bad_input_is_said_in_one_sentence(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()


TWO = World(p=[1, 0, 0], valid=[True, False, False])


def test_error_per_prompt_averages_to_err():
    world = World(p=[1, 0, 1, 0], valid=[True, False] * 2, n_responses=[2, 2], mu=[0.25, 0.75])
    assert error_per_prompt(world, [0.5, 0.5, 0, 1]).tolist() == [0.5, 1]
