"""Each hypothesis of each statement, dropped: a world that violates it and breaks the conclusion.

In the paper's order; exact wherever the statement is sure. ``World`` refuses most violations, so
these tests build the numbers from the definitions or from a ``Split``.
"""

from fractions import Fraction

import numpy as np
import pytest

from theory.errors import InvalidInput
from theory.facts import (
    FactModel,
    FactSample,
    FactWorld,
    calibrated_memoriser,
    corollary_3_interval,
    lemma_1_interval,
    lemma_2_bound,
    missing_mass,
    model_of_cells,
    singleton_rate,
    theorem_2_lower,
    theorem_2_upper,
)
from theory.other_factors import dropped_hypotheses
from theory.reduction import (
    World,
    calibration_delta,
    error_of_split,
    generative_error,
    iiv_error,
    iiv_error_of_split,
    per_prompt_bound,
    signed_gap_of_split,
    split_at,
    theorem_1_bound,
    tight_world,
)
from theory.testing import reduction_terms

F = Fraction


def one_prompt(n_errors, n_valid=1):
    """One prompt; p on the first valid response."""
    rest = [F(0)] * (n_valid - 1 + n_errors)
    return World(p=[F(1), *rest], valid=[True] * n_valid + [False] * n_errors)


def rule(world, p_hat, *, threshold, size_ratio, use_delta=True):
    """Theorem 1's right side with another threshold, small term or no delta."""
    delta = calibration_delta(world, p_hat, threshold) if use_delta else 0
    return 2 * iiv_error(world, p_hat, threshold) - size_ratio - delta


@pytest.mark.parametrize("case", dropped_hypotheses(), ids=lambda case: case.hypothesis)
def test_without_its_hypothesis_the_statement_fails(case):
    """The package's own list (notebook 06): err and the bound that is then claimed."""
    assert (case.err, case.claimed) == {
        "p(E) = 0": (F(1, 2), F(3, 4)),
        "the term delta": (0, F(3, 4)),
        "the term k/K": (F(1, 4), 1),
        "the threshold 1/K": (0, F(7, 8)),
        "D uniform on E_c": (F(1, 4), F(7, 8)),
        "one prompt law": (0, F(3, 4)),
        "|V_c| = 1": (F(1, 2), F(2, 3)),
        "t chosen for the model": (F(1, 4), F(2, 3)),
    }[case.hypothesis]


# Corollary 1 and Theorem 1: the hypotheses on the world


def test_theorem_1_needs_noiseless_training_data():
    """Half of p on one error, which the model lists at just over 1/K: err = 2/100 < bound = 1/2."""
    K = 100
    p = [F(1, 2), F(1, 2)] + [F(0)] * (K - 1)
    q = [F(98, 100), F(2, 100)] + [F(0)] * (K - 1)
    valid = [True] + [False] * K
    with pytest.raises(InvalidInput, match=r"p must be 0 on every response that is not valid"):
        World(p=p, valid=valid)
    # D keeps its meaning: half p, half uniform errors, judged by the true labels.
    D = [p_x / 2 + F(0 if v else 1, 2 * K) for p_x, v in zip(p, valid, strict=True)]
    above = [q_x > F(1, K) for q_x in q]
    err = sum(q_x for q_x, v in zip(q, valid, strict=True) if not v)
    err_iiv = sum(d for d, v, a in zip(D, valid, above, strict=True) if v != a)
    delta = abs(sum(q_x - p_x for q_x, p_x, a in zip(q, p, above, strict=True) if a))
    assert (err, delta) == (F(1, 50), 0)
    assert 2 * err_iiv - F(1, K) - delta == F(1, 2)


@pytest.mark.parametrize(
    ("valid", "message"),
    [([True, True], "number of erroneous responses"), ([False, False], "number of valid")],
)
def test_theorem_1_needs_a_valid_and_an_erroneous_response(valid, message):
    """Without errors 1/K and D do not exist; without a valid response p(V) = 1 cannot hold."""
    with pytest.raises(InvalidInput, match=message):
        World(p=[F(1, 2), F(1, 2)], valid=valid)


def test_theorem_1_needs_the_same_prompts_for_model_and_judge():
    """Asked only where it is right it errs 0; judged where it knows nothing, the bound is 1/2."""
    world = World(
        p=[F(1), F(0), F(0)] * 2,
        valid=[True, False, False] * 2,
        n_responses=[3, 3],
        mu=[F(0), F(1)],
    )
    p_hat = [F(1), F(0), F(0), F(1, 3), F(1, 3), F(1, 3)]
    asked = World(world.p, world.valid, world.n_responses, mu=[F(1), F(0)])
    assert generative_error(asked, p_hat) == 0
    assert theorem_1_bound(world, p_hat).bound == F(1, 2)


# Corollary 1 and Theorem 1: the terms


def test_the_threshold_may_not_be_lower_than_one_over_K():
    """At 1/(2K) all errors lie above with half the mass: err = 1/2 < 1 - 1/10."""
    world = one_prompt(10)
    p_hat = [F(1, 2)] + [F(1, 20)] * 10
    right = rule(world, p_hat, threshold=F(1, 21), size_ratio=F(1, 10))
    assert generative_error(world, p_hat) == F(1, 2) < right == F(9, 10)


def test_the_factor_two_may_not_be_larger():
    """2.01 err_iiv exceeds the tight family's err."""
    world, p_hat = tight_world(2, 5)
    result = theorem_1_bound(world, p_hat)
    assert result.err < F(201, 100) * result.err_iiv - result.size_ratio - result.delta


def two_prompts(n_valid, n_errors, mu):
    p, valid = [], []
    for V, E in zip(n_valid, n_errors, strict=True):
        p += [F(1)] + [F(0)] * (V - 1 + E)
        valid += [True] * V + [False] * E
    sizes = [V + E for V, E in zip(n_valid, n_errors, strict=True)]
    return World(p=p, valid=valid, n_responses=sizes, mu=mu)


def test_k_may_not_be_the_smallest_number_of_valid_responses():
    """All prompts asked have |V_c| = 2 of K = 4: err = 1/2 < 1 - 1/4."""
    world = two_prompts([1, 2], [4, 4], [F(0), F(1)])
    p_hat = [F(1), F(0), F(0), F(0), F(0)] + [F(1, 4), F(1, 4)] + [F(1, 8)] * 4
    right = rule(world, p_hat, threshold=F(1, 4), size_ratio=F(1, 4))
    assert generative_error(world, p_hat) == F(1, 2) < right == F(3, 4)


def test_K_may_not_be_the_largest_number_of_errors():
    """At 1/10 the two errors of the first prompt lie above with 2/5 in all: 2/5 < 1 - 1/10."""
    world = two_prompts([1, 1], [2, 10], [F(1), F(0)])
    p_hat = [F(3, 5), F(1, 5), F(1, 5)] + [F(1)] + [F(0)] * 10
    right = rule(world, p_hat, threshold=F(1, 10), size_ratio=F(1, 10))
    assert generative_error(world, p_hat) == F(2, 5) < right == F(9, 10)


def test_the_model_is_compared_per_prompt_not_jointly():
    """mu(c) q(r|c) > 1/K is never true for ten prompts and K = 5: a perfect model is "blind"."""
    C, K = 10, 5
    world = World(
        p=([F(1)] + [F(0)] * K) * C, valid=([True] + [False] * K) * C, n_responses=[K + 1] * C
    )
    p_hat = world.p
    joint = world.per_example(world.mu) * p_hat
    assert not (joint > F(1, K)).any()
    # Nothing above: every valid sample is missed, so 2 err_iiv = 1 and delta = 0.
    assert generative_error(world, p_hat) == 0 < 1 - F(1, K)
    assert theorem_1_bound(world, p_hat).bound < 0


def test_the_halves_of_D_must_be_equal():
    """With 3/4 of D valid the tight family has 2 err_iiv = 3/2: bound 3/2 - 2/5 > err = 3/5."""
    world, p_hat = tight_world(2, 5)
    split = split_at(world, p_hat)
    weighted_iiv = F(3, 4) * split.mean(split.p_below) + F(1, 4) * split.mean(
        split.iiv_weight_above
    )
    assert error_of_split(split) == F(3, 5) < 2 * weighted_iiv - F(2, 5)


# Nonsense (Sec. 5), X1-X3, X8


def test_nonsense_must_count_as_error():
    """A model that only babbles has q(E) = 0, below the bound; q(N or E) = 1 obeys it."""
    world = World(
        p=[F(1)] + [F(0)] * 20,
        valid=[True] + [False] * 20,
        nonsense=[False] * 11 + [True] * 10,
    )
    p_hat = [F(0)] * 11 + [F(1, 10)] * 10
    on_plausible_errors = sum(p_hat[1:11])
    bound = theorem_1_bound(world, p_hat)
    assert on_plausible_errors == 0 < bound.bound == F(9, 10)
    assert bound.err == 1


def test_x2_needs_its_own_thresholds():
    """The small term of X2 with err_iiv and delta at 1/K = 1: a perfect model has err 0 < 9/10."""
    world = two_prompts([1, 1], [1, 10], [F(0), F(1)])
    p_hat = world.p
    mixed = rule(world, p_hat, threshold=F(1), size_ratio=per_prompt_bound(world, p_hat).size_ratio)
    assert generative_error(world, p_hat) == 0 < mixed == F(9, 10)


def test_x3_needs_no_more_valid_responses_than_errors():
    with pytest.raises(InvalidInput, match="n_errors must be >= n_valid = 3"):
        tight_world(3, 2)


def test_x1_needs_the_signed_gap():
    """With delta in its place the terms would add up to less than the slack by `sign`."""
    world = one_prompt(3)
    p_hat = [F(2, 3), F(1, 9), F(1, 9), F(1, 9)]
    terms = reduction_terms(world, p_hat)
    assert terms["sign"] == F(2, 3)
    assert terms["slack"] != terms["overshoot"] + terms["unused_room"] + terms["ragged"]


# The delta identity (Sec. 3.1)


def test_delta_vanishes_only_for_families_that_can_rescale():
    """With q = (x, 3/5 - x | 1/10 four times), p = (9/10, 1/10), the best x has delta 9/25.

    The slope of the cross-entropy, -9/10 / x + 1/10 / (3/5 - x), is zero at x = 27/50 exactly.
    """
    x = F(27, 50)
    assert -F(9, 10) / x + F(1, 10) / (F(3, 5) - x) == 0
    world = World(p=[F(9, 10), F(1, 10)] + [F(0)] * 4, valid=[True] * 2 + [False] * 4)
    p_hat = [x, F(3, 5) - x] + [F(1, 10)] * 4
    assert calibration_delta(world, p_hat) == F(9, 25)


# Definitions 1-2, Corollary 3, Lemmas 1-2, Theorem 2


def sample_of(n_prompts_by_count, n_samples, *, answer_prob=1.0, n_responses=365):
    """Equally likely facts; keys say how often a prompt occurs with its answer."""
    n_prompts = sum(n_prompts_by_count.values())
    world = FactWorld([1.0], n_responses, answer_prob, n_prompts=n_prompts)
    counts = list(n_prompts_by_count)
    return FactSample(
        world, n_samples, [0] * len(counts), counts, list(n_prompts_by_count.values())
    )


@pytest.mark.parametrize("interval", [corollary_3_interval, lemma_1_interval])
def test_samples_must_be_drawn_with_replacement(interval):
    """Half of the prompts, each drawn once: all singletons, yet half the mass is missing."""
    N = 10**6
    sample = sample_of({1: N, 0: N}, N)
    assert (singleton_rate(sample), missing_mass(sample)) == (1.0, 0.5)
    assert not interval(1.0, N).covers(0.5)


@pytest.mark.parametrize("interval", [corollary_3_interval, lemma_1_interval])
def test_samples_must_be_independent(interval):
    """Every document twice: no singletons, yet almost everything is missing."""
    N = 10**6
    sample = sample_of({2: N // 2, 0: 99 * N // 2}, N)
    assert singleton_rate(sample) == 0
    assert missing_mass(sample) == pytest.approx(0.99, rel=1e-12)  # one rounded sum
    assert not interval(0.0, N).covers(0.99)


def test_abstentions_must_not_count_as_singletons():
    """If alpha = 0 and each prompt is met once: counted, GT = 1; the missing mass is 0."""
    N = 10**6
    sample = sample_of({0: 10 * N}, N, answer_prob=0.0)
    met_once = N / N
    assert (singleton_rate(sample), missing_mass(sample)) == (0.0, 0.0)
    assert not corollary_3_interval(met_once, N).covers(0.0)


def knows_everything(sample):
    """The training distribution itself: what a learner outputs that has found the pattern."""
    alpha = sample.world.answer_prob[sample.fact_class]
    return model_of_cells(sample, on_answer=alpha, on_idk=1 - alpha)


def terms_of(model: FactModel):
    split = model.split()
    return error_of_split(split), iiv_error_of_split(split), abs(signed_gap_of_split(split))


def test_theorem_2_needs_answers_without_a_pattern():
    """If a_c follows from c, a learner knows it unseen: err = 0, far below sr - ... = 0.88."""
    N = 10**8
    sample = sample_of({1: 9 * N // 10, 2: N // 20, 0: 9 * N}, N)
    err, err_iiv, delta = terms_of(knows_everything(sample))
    assert (err, err_iiv, delta) == (0, 0, 0)
    assert theorem_2_lower(singleton_rate(sample), N, min_errors=364).bound > 0.87
    assert lemma_2_bound(singleton_rate(sample), N).bound > 0.88


def test_theorem_2_lower_needs_independent_samples():
    """Each prompt exactly once: sr = 1 and nothing is missing, so the memoriser never errs."""
    N = 10**8
    sample = sample_of({1: N}, N)
    err, _, delta = terms_of(calibrated_memoriser(sample))
    assert (err, delta) == (0, 0)
    assert theorem_2_lower(singleton_rate(sample), N, min_errors=364).bound > 0.97


def test_theorem_2_lower_needs_the_delta_term():
    """Say IDK to every unseen prompt: err = 0, delta = MM (rate 0.9), bound without delta 0.87."""
    N = 10**8
    sample = sample_of({1: 9 * N // 10, 2: N // 20, 0: 9 * N}, N)
    seen = sample.n_answers > 0
    model = model_of_cells(
        sample, on_answer=np.where(seen, 1.0, 0.0), on_idk=np.where(seen, 0.0, 1.0)
    )
    err, _, delta = terms_of(model)
    assert err == 0
    assert delta == pytest.approx(missing_mass(sample), rel=1e-12)  # one rounded sum
    assert theorem_2_lower(singleton_rate(sample), N, min_errors=364).bound > 0.87
    assert theorem_2_lower(singleton_rate(sample), N, min_errors=364, delta=delta).bound < 0


def test_theorem_2_upper_needs_independent_samples():
    """Every document twice: sr = 0, the memoriser errs on 99 % of the prompts."""
    N = 10**6
    sample = sample_of({2: N // 2, 0: 99 * N // 2}, N)
    err, _, _ = terms_of(calibrated_memoriser(sample))
    assert err > 0.98 > theorem_2_upper(0.0, N, max_errors=364).bound


def test_theorem_2_upper_needs_the_calibrated_memoriser():
    """A learner that always names one wrong date on unseen prompts errs more than the ceiling."""
    N = 10**8
    sample = sample_of({1: 9 * N // 10, 2: N // 20, 0: 9 * N}, N, n_responses=2)
    seen = sample.n_answers > 0
    wrong = np.where(seen, 0.0, 1.0)
    model = model_of_cells(sample, on_answer=1 - wrong, on_idk=0 * wrong, on_other=wrong)
    err, _, _ = terms_of(model)
    assert err > 0.89 > theorem_2_upper(singleton_rate(sample), N, max_errors=1).bound


def test_theorem_2_upper_needs_the_largest_number_of_errors():
    """One prompt with two responses among prompts with 365: L = 1 would promise half the err."""
    N = 10**8
    world = FactWorld([1e-9, 1 - 1e-9], [2, 365], n_prompts=[1, 10**9 - 1])
    n_once, n_twice = 9 * N // 10, N // 20
    unseen = 10**9 - 1 - n_once - n_twice
    sample = FactSample(world, N, [0, 1, 1, 1], [0, 1, 2, 0], [1, n_once, n_twice, unseen])
    err, _, _ = terms_of(calibrated_memoriser(sample))
    assert err > theorem_2_upper(singleton_rate(sample), N, max_errors=1).bound + 0.4


# Theorems 3-4, Corollary 2


def least_iiv_over_thresholds(world, p_hat):
    """Least over t in [0, 1] of err_iiv(f_t): it only changes at the values of q."""
    cuts = sorted({F(0), F(1), *p_hat})
    return min(iiv_error(world, p_hat, t) for t in cuts)


def test_theorem_3_needs_every_threshold_in_the_family():
    """Over the single threshold t = 1, opt is 1/2 for the perfect model, whose err is 0."""
    world = one_prompt(3)
    assert generative_error(world, world.p) == 0
    assert iiv_error(world, world.p, F(1)) == F(1, 2)
    assert least_iiv_over_thresholds(world, world.p) == 0


def test_theorem_4_needs_the_smallest_number_of_choices():
    """C = 11 from the other prompt: the uniform guess of two errs 1/2 < 2 (1 - 1/11) (1/2)."""
    world = two_prompts([1, 1], [1, 10], [F(1), F(0)])
    p_hat = [F(1, 2)] * 2 + [F(1)] + [F(0)] * 10
    least = least_iiv_over_thresholds(world, p_hat)
    assert generative_error(world, p_hat) == F(1, 2) < 2 * (1 - F(1, 11)) * least
    assert generative_error(world, p_hat) >= 2 * (1 - F(1, 2)) * least


@pytest.mark.parametrize(
    ("mu", "valid", "err"),
    [
        ([F(1, 2), F(1, 2)], [True, False, False, True], F(1, 2)),
        ([F(1), F(0)], [True, False, False, True], F(0)),
        ([F(1, 2), F(1, 2)], [True, False, True, False], F(0)),
    ],
    ids=["as stated", "only one prompt is asked", "one pronoun is valid for both"],
)
def test_corollary_2_needs_both_prompts_and_different_answers(mu, valid, err):
    """A trigram model says "her mind." with one probability x to both; the least err over x."""
    p = [F(int(v)) for v in valid]
    world = World(p=p, valid=valid, n_responses=[2, 2], mu=mu)
    # err is linear in x, so its least value lies at an end.
    least = min(generative_error(world, [x, 1 - x, x, 1 - x]) for x in (F(0), F(1)))
    assert least == err


# Observation 2


def test_observation_2_needs_an_unbroken_cipher():
    """Who holds the key has err_iiv = 0, that is beta = 1; claiming beta = 0 would demand 0.98."""
    M = 101
    world = World(p=[F(1, 2), F(1, 2)] + [F(0)] * (M - 1), valid=[True] * 2 + [False] * (M - 1))
    assert iiv_error(world, world.p) == 0
    assert generative_error(world, world.p) == 0 < 1 - 0 - F(2, M - 1)


# Observation 1 and confidence targets


def expected_score(confidence, right, wrong):
    return confidence * right + (1 - confidence) * wrong


@pytest.mark.parametrize(
    ("right", "idk", "wrong"),
    [(F(1), F(0), F(-3)), (F(1), F(1, 4), F(0)), (F(6), F(4), F(2))],
    ids=["a penalty", "credit for IDK", "a rubric with IDK above a wrong answer"],
)
def test_observation_1_needs_binary_grades_and_no_credit_for_abstaining(right, idk, wrong):
    """At confidence 1/10 abstaining is best under each of these graders."""
    assert expected_score(F(1, 10), right, wrong) < idk


def test_a_confidence_target_needs_true_confidence():
    """Stated 9/10, true 1/2, t = 3/4: the rule answers and expects 1/2 - 3/2 = -1 instead of 0."""
    stated, true, t = F(9, 10), F(1, 2), F(3, 4)
    assert stated > t
    assert expected_score(true, 1, -t / (1 - t)) == -1


def test_a_confidence_target_needs_a_stated_t():
    """The rule for t = 1/2 answers at 3/5; graded at t = 3/4 that costs 3/5."""
    confidence, graded = F(3, 5), F(3, 4)
    assert expected_score(confidence, 1, -graded / (1 - graded)) == -F(3, 5)


# X5-X7


def test_x5_needs_abstentions_above_the_threshold():
    """With alpha = 1 IDK at lam <= 1/K stays below, delta = 0, and err + delta < MM (1 - 1/R)."""
    R = 11
    sample = FactSample.of_prompts(FactWorld([F(1, 2), F(1, 2)], R), 1, [1, 0])
    lam = F(1, 10)
    guess = (1 - lam) / R
    model = model_of_cells(
        sample,
        on_answer=np.array([F(1), guess]),
        on_idk=np.array([F(0), lam]),
        on_other=np.array([F(0), guess]),
    )
    err, _, delta = terms_of(model)
    assert delta == 0
    assert err + delta == (1 - lam) * F(1, 2) * (1 - F(1, R)) < F(1, 2) * (1 - F(1, R))


def test_x6_needs_the_weight_one_minus_t():
    """Unweighted, the mean score of A (sure, right 8 times in 9) is minus infinity; weighted 7/9.

    A wrong answer with confidence q costs q + ln(1 - q) unweighted, which has no lower limit.
    """
    costs = [q + np.log1p(-q) for q in (0.9, 0.99, 0.999999)]
    assert costs[0] > costs[1] > costs[2]
    assert costs[2] < -12
    assert F(8, 9) * 1 + F(1, 9) * (0 - 1) == F(7, 9)
