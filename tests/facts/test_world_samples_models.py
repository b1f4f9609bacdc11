"""Definitions 1 and 2, and models of facts in closed form against written-out arrays."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.errors import InvalidInput
from theory.facts import (
    FactSample,
    FactWorld,
    calibrated_memoriser,
    expected_missing_mass,
    expected_singleton_rate,
    missing_mass,
    model_of_cells,
    singleton_rate,
)
from theory.facts.samples import expected_squared_mass
from theory.reduction import (
    bound_of_split,
    error_of_split,
    iiv_error_of_split,
    signed_gap_of_split,
    split_at,
    theorem_1_bound,
)
from theory.testing.strategies import fact_models, fact_samples, fact_worlds


@settings(max_examples=40)
@given(facts=fact_worlds(), data=st.data())
def test_definition_1(facts, data):
    """p(a_c|c) = alpha_c, p(IDK|c) = 1 - alpha_c, E_c = R_c minus a_c, V_c = {a_c, IDK}."""
    flat = facts.by_prompt()
    answers = [data.draw(st.integers(0, int(n) - 1)) for n in flat.n_responses]
    world = facts.with_answers(answers)
    assert world.mu.tolist() == flat.mu.tolist()
    assert world.n_errors.tolist() == flat.n_errors.tolist()
    assert set(world.n_valid) == {2}
    for c, (start, a) in enumerate(zip(world.starts, answers, strict=True)):
        row = world.p[start : start + world.n_responses[c]]
        assert (row[a], row[-1]) == (flat.answer_prob[c], 1 - flat.answer_prob[c])


def test_birthdays_have_364_errors():
    world = FactWorld(mu=[0.25] * 4, n_responses=365)
    assert (world.min_errors, world.max_errors, world.total_prompts) == (364, 364, 4)


@settings(max_examples=40)
@given(sample=fact_samples())
def test_definition_2_by_hand(sample):
    """S = prompts that occur once with a non-IDK response, U = never; sr = |S|/N, MM = mu'(U)."""
    world, counts = sample.world, sample.n_answers.tolist()
    assert singleton_rate(sample) == Fraction(counts.count(1), sample.n_samples)
    unseen = [m for m, n in zip(world.answer_mass, counts, strict=True) if n == 0]
    assert missing_mass(sample) == sum(unseen)
    assert sample.n_unseen == len(unseen)
    assert sample.unseen_mass(2) == sum(m * m for m in unseen)


def samples_with_probability(world, n_samples):
    """All training samples of a world given prompt by prompt, with their probabilities."""
    outcomes = [(c, m) for c, m in enumerate(world.answer_mass)]
    idk = 1 - sum(world.answer_mass)
    for sequence in product([*outcomes, (None, idk)], repeat=n_samples):
        probability, counts = Fraction(1), [0] * world.n_classes
        for c, m in sequence:
            probability *= m
            if c is not None:
                counts[c] += 1
        yield FactSample.of_prompts(world, n_samples, counts), probability


@pytest.mark.parametrize("n_samples", [1, 2, 3, 4])
def test_expectations_equal_full_enumeration(n_samples):
    """E sr, E MM and E Q over all samples, with unequal mu and abstentions, exactly."""
    world = FactWorld(
        [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)],
        3,
        [Fraction(1), Fraction(1, 2), Fraction(3, 4)],
    )
    mean = {"sr": Fraction(0), "MM": Fraction(0), "Q": Fraction(0), "mass": Fraction(0)}
    for sample, probability in samples_with_probability(world, n_samples):
        mean["sr"] += probability * singleton_rate(sample)
        mean["MM"] += probability * missing_mass(sample)
        mean["Q"] += probability * sample.unseen_mass(2)
        mean["mass"] += probability
    assert mean["mass"] == 1
    assert expected_singleton_rate(world, n_samples) == mean["sr"]
    assert expected_missing_mass(world, n_samples) == mean["MM"]
    assert expected_squared_mass(world, n_samples) == mean["Q"]


@given(facts=fact_worlds(), n_samples=st.integers(1, 30))
def test_mean_singleton_rate_exceeds_mean_missing_mass_by_at_most_1_over_n(facts, n_samples):
    """0 <= E sr - E MM <= 1/N (used in Corollary 3 and X4)."""
    gap = expected_singleton_rate(facts, n_samples) - expected_missing_mass(facts, n_samples)
    assert 0 <= gap <= Fraction(1, n_samples)


@given(facts=fact_worlds(), n_samples=st.integers(1, 30))
def test_mean_squared_mass_is_at_most_1_over_e_n(facts, n_samples):
    """E Q = sum w^2 (1-w)^N <= max x(1-x)^N <= 1/(e N): the variance behind X4, step ii."""
    E_Q = expected_squared_mass(facts, n_samples)
    assert Fraction(n_samples**n_samples, (n_samples + 1) ** (n_samples + 1)) >= E_Q
    assert float(E_Q) <= 1 / (np.e * n_samples)


@given(facts=fact_worlds(), n_samples=st.integers(1, 30))
def test_classes_change_no_expectation(facts, n_samples):
    """A class of m prompts is worth m prompts."""
    flat = facts.by_prompt()
    assert expected_missing_mass(flat, n_samples) == expected_missing_mass(facts, n_samples)
    floats = FactWorld(
        facts.mu.astype(float), facts.n_responses, facts.answer_prob.astype(float), facts.n_prompts
    )
    assert expected_singleton_rate(floats, n_samples) == pytest.approx(
        float(expected_singleton_rate(facts, n_samples)), rel=1e-12
    )


def test_expectations_keep_their_digits_at_internet_scale():
    """K = N = 10^12, uniform: E MM = exp(-1) up to 1/N; 1 - 1e-12 alone would lose digits."""
    world = FactWorld(mu=[1.0], n_prompts=10**12, n_responses=365)
    assert expected_missing_mass(world, 10**12) == pytest.approx(np.exp(-1), rel=2e-12)


@settings(max_examples=40)
@given(model=fact_models(), numerator=st.integers(0, 12))
def test_closed_form_equals_the_written_out_array(model, numerator):
    """err, err_iiv and the gap at any threshold: by cell = by prompt and response, exactly."""
    z = Fraction(numerator, 12)
    world, p_hat = model.explicit()
    slow, fast = split_at(world, p_hat, z), model.split(z)
    assert error_of_split(fast) == error_of_split(slow)
    assert iiv_error_of_split(fast) == iiv_error_of_split(slow)
    assert signed_gap_of_split(fast) == signed_gap_of_split(slow)


@settings(max_examples=40)
@given(model=fact_models())
def test_theorem_1_on_facts_is_the_same_by_cell(model):
    fast, slow = bound_of_split(model.split()), theorem_1_bound(*model.explicit())
    assert fast.terms() == slow.terms()
    assert fast.slack >= 0


@settings(max_examples=40)
@given(sample=fact_samples(), numerator=st.integers(0, 24))
def test_calibrated_memoriser_has_delta_0_at_every_threshold(sample, numerator):
    """delta_z = 0 for every z (Theorem 2, upper part)."""
    assert signed_gap_of_split(calibrated_memoriser(sample).split(Fraction(numerator, 24))) == 0


@settings(max_examples=40)
@given(sample=fact_samples())
def test_error_of_the_calibrated_memoriser(sample):
    """err = sum over U of mu'(c) (1 - 1/|R_c|), exactly (Theorem 2, upper part)."""
    world = sample.world
    hand = sum(
        m * (1 - Fraction(1, int(R)))
        for m, R, n in zip(world.answer_mass, world.n_responses, sample.n_answers, strict=True)
        if n == 0
    )
    assert error_of_split(calibrated_memoriser(sample).split()) == hand


@settings(max_examples=15)
@given(model=fact_models())
def test_a_fresh_answer_makes_the_mean_iiv_loss_one_half(model):
    """Lemma 2's heart: for q fixed and a_c uniform on R_c, the loss of c is 1/2 on average."""
    world, q = model.explicit()
    facts = FactWorld(world.mu, world.n_responses - 1)  # alpha = 1, all prompts unseen
    z = Fraction(1, facts.min_errors)
    total, n_worlds = Fraction(0), 0
    for answers in product(*[range(int(n)) for n in facts.n_responses[:2]]):
        rest = [0] * (facts.n_classes - len(answers))
        split = split_at(facts.with_answers([*answers, *rest]), q, z)
        first = slice(0, len(answers))
        loss = (split.p_below + split.iiv_weight_above)[first] / 2
        total, n_worlds = total + loss, n_worlds + 1
    assert set((total / n_worlds).tolist()) == {Fraction(1, 2)}


@pytest.mark.parametrize("R", [2, 3, 6])
def test_erratum_4_the_loss_lies_in_a_shorter_interval(R):
    """The loss of an unseen prompt spans (1/2) R/(R-1), not the 1 that Lemma 2 allows for."""
    facts = FactWorld([Fraction(1)], R)
    z = Fraction(1, 2 * R)  # any threshold: with j responses above it, for every j
    for j in range(1, R):
        below = Fraction(1, 4 * R * R)
        above = (1 - (R - j) * below) / j
        q = np.array([above] * j + [below] * (R - j) + [Fraction(0)], dtype=object)
        losses = {iiv_error_of_split(split_at(facts.with_answers([a]), q, z)) for a in range(R)}
        assert max(losses) - min(losses) == Fraction(1, 2) * Fraction(R, R - 1) <= 1


def test_seen_only_with_idk_is_unseen():
    """A prompt that only ever abstained in training counts as unseen and in N."""
    world = FactWorld([0.5, 0.5], 365, 0.5)
    sample = FactSample.of_prompts(world, 10, [1, 0])
    assert (sample.n_unseen, singleton_rate(sample)) == (1, 0.1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mu": []}, "mu must be non-empty"),
        ({"mu": [0.5, 0.4]}, "the sum of mu must be 1"),
        ({"mu": [1.5, -0.5]}, r"mu must be in \[0, 1\], got 1.5 at position 0"),
        ({"mu": [1.0], "n_responses": 1}, "n_responses must be >= 2, got 1"),
        ({"mu": [1.0], "n_responses": 2.5}, "n_responses must be a vector of whole numbers"),
        ({"mu": [1.0], "answer_prob": 1.1}, r"answer_prob must be in \[0, 1\], got 1.1"),
        ({"mu": [1.0], "answer_prob": float("nan")}, r"answer_prob must be in \[0, 1\]"),
        ({"mu": [1.0], "n_prompts": 0}, "n_prompts must be >= 1"),
        ({"mu": [1.0], "n_prompts": [1, 2]}, "one number or of shape"),
    ],
)
def test_bad_worlds_are_refused(arguments, message):
    with pytest.raises(InvalidInput, match=message):
        FactWorld(**({"n_responses": 365} | arguments))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, [0], [0], [2]), "n_samples must be a whole number >= 1"),
        ((3, [0], [0], [1]), "n_prompts must be 2 in all"),
        ((3, [0, 0], [2, 2], [1, 1]), "at most n_samples = 3 in all, got 4"),
        ((3, [1], [0], [2]), "fact_class must be < 1"),
        ((3, [0, 0], [0], [2]), "equally long"),
        ((3, [0], [-1], [2]), "n_answers must be >= 0, got -"),
    ],
)
def test_bad_samples_are_refused(arguments, message):
    with pytest.raises(InvalidInput, match=message):
        FactSample(FactWorld([1.0], 365, n_prompts=2), *arguments)


def test_mixing_floats_and_fractions_is_refused():
    with pytest.raises(TypeError, match="answer_prob must both be"):
        FactWorld([Fraction(1)], 3, 0.5)
    with pytest.raises(TypeError, match="answer_prob must both be"):
        FactWorld([1.0], 3, [Fraction(1, 2)])


def test_bad_models_and_answers_are_refused():
    world = FactWorld([0.5, 0.5], 3)
    sample = FactSample.of_prompts(world, 2, [2, 0])
    with pytest.raises(InvalidInput, match=r"the sum of p_hat must be 1, got 0\.9 at cell 0"):
        model_of_cells(sample, on_answer=np.array([0.9, 1.0]), on_idk=np.zeros(2))
    with pytest.raises(InvalidInput, match="the mass of each part"):
        model_of_cells(sample, on_answer=np.array([1.5, 1.0]), on_idk=np.array([-0.5, 0]))
    with pytest.raises(InvalidInput, match="one position in R_c per prompt"):
        world.with_answers([0, 3])
    with pytest.raises(InvalidInput, match=r"threshold must be in \[0, 1\]"):
        calibrated_memoriser(sample).split(1.5)
