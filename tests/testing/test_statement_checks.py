"""Checks beyond the reduction: true statements pass, each damaged one is caught and rebuilt."""

import pickle
from dataclasses import asdict, replace
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations.facts import fact_trial, zipf_law
from simulations.facts.learners import regurgitator
from simulations.trials import stack
from theory.errors import InvalidInput
from theory.facts import (
    FactSample,
    FactWorld,
    calibrated_memoriser,
    missing_mass,
    model_of_cells,
)
from theory.facts.missing_mass_bounds import LEMMA_1_OWN_FACTOR
from theory.grading import confidence_target
from theory.other_factors import decryption_world
from theory.reduction import World, best_bound, error_of_split
from theory.testing import (
    BoundViolation,
    StatementViolation,
    assert_answer_rule,
    assert_best_bound,
    assert_brier_identity,
    assert_calibrated_memoriser,
    assert_closed_interval,
    assert_corollary_3,
    assert_kalai_vempala,
    assert_lemma_1,
    assert_lemma_2,
    assert_observation_1,
    assert_observation_2,
    assert_theorem_2_lower,
    assert_theorem_2_upper,
    assert_theorem_3,
    assert_theorem_4,
    assert_trade_off,
)
from theory.testing import choice as choice_module
from theory.testing import reduction as assertions_module
from theory.testing.choice import _compare
from theory.testing.facts import fact_code
from theory.testing.strategies import (
    beliefs,
    confidences,
    corpora,
    fact_samples,
    float_worlds,
    graders,
    models,
    multiple_choice_worlds,
    sentences,
    targets,
    worlds,
)

F = Fraction


# Surely, on exact inputs


@given(data=st.data())
@settings(max_examples=40)
def test_best_bound_holds(data):
    world = data.draw(worlds(nonsense=True))
    p_hat = data.draw(models(world))
    assert_best_bound(world, p_hat)
    assert_best_bound(world, p_hat, per_prompt=True)


@given(data=st.data())
@settings(max_examples=50)
def test_best_bound_holds_in_float(data):
    world = data.draw(float_worlds())
    assert_best_bound(world, data.draw(models(world)))


@given(sample=fact_samples())
@settings(max_examples=60)
def test_calibrated_memoriser(sample):
    """delta_z = 0 for every z and err = sum over U of mu'(1 - 1/|R_c|), with tolerance zero."""
    assert_calibrated_memoriser(sample)


@given(
    delta=st.fractions(0, 1, max_denominator=20),
    counts=st.lists(st.integers(0, 2), min_size=3, max_size=3),
)
@settings(max_examples=60)
def test_trade_off(delta, counts):
    world = FactWorld([F(1, 2), F(1, 3), F(1, 6)], 5, [F(1, 2), F(2, 5), F(3, 5)])
    assert_trade_off(FactSample.of_prompts(world, 9, counts), delta)


@given(belief=beliefs())
def test_observation_1(belief):
    assert_observation_1(*belief)


@given(grader=graders(), q=confidences())
def test_answer_rule_for_any_table_of_points(grader, q):
    assert_answer_rule(grader, q)


@given(t=targets(), q=confidences())
def test_answer_rule_at_any_target_at_once(t, q):
    assert_answer_rule(confidence_target(t), q, lambda grader, q: q > t)


@given(q=confidences(), correct=st.booleans())
def test_brier_identity(q, correct):
    assert_brier_identity(q, correct)
    assert_brier_identity(float(q), correct)


@given(data=st.data())
@settings(max_examples=40)
def test_theorems_3_and_4(data):
    """Any family on any multiple-choice world, tolerance zero; and in floats."""
    world = data.draw(multiple_choice_worlds())
    family = data.draw(st.lists(models(world), min_size=1, max_size=3))
    assert_theorem_3(world, family)
    assert_theorem_4(world, family[0])
    assert_theorem_4(world.to_float(), family[0].astype(float))


@given(data=st.data())
@settings(max_examples=40)
def test_observation_2(data):
    n_messages = data.draw(st.integers(2, 5))
    decrypt = data.draw(st.permutations(range(n_messages)))
    world = decryption_world(list(decrypt), data.draw(confidences()))
    assert_observation_2(world, data.draw(models(world)))


# Damaged versions


@pytest.mark.parametrize("bound", [F(2), F(-2)])
@pytest.mark.parametrize(
    ("check", "name", "title"),
    [
        (assert_theorem_4, "theorem_4", "Theorem 4"),
        (assert_observation_2, "observation_2_bound", "Observation 2"),
    ],
)
def test_a_damaged_bound_is_named(monkeypatch, check, name, title, bound):
    """Too high or too low alike."""
    world = decryption_world([1, 0], F(1)) if "2" in name else multiple_choice_example()
    p_hat = world.per_example(1 / (F(1) * world.n_responses.astype(object)))
    true = getattr(choice_module, name)
    monkeypatch.setattr(choice_module, name, lambda w, q: replace(true(w, q), bound=bound))
    with pytest.raises(BoundViolation, match=f"{title}: bound is {bound} but should be"):
        check(world, p_hat)


def test_an_error_below_a_true_bound_is_told():
    """Theorem 4 itself damaged: its terms are as computed, yet err = 1/4 < bound = 1/2."""
    world, true = multiple_choice_example(), {"err": F(1, 4), "bound": F(1, 2)}
    with pytest.raises(BoundViolation, match=r"Theorem 4: err = 1/4 is below the bound 1/2\."):
        _compare("Theorem 4", world, world.p, SimpleNamespace(**true), true)


def multiple_choice_example():
    return World(p=[F(1), F(0)], valid=[True, False])


def test_a_bound_that_is_too_high_is_caught(monkeypatch):
    """The small term of X8 lowered by 1/100 breaks the bound on its extremal world."""
    from theory.reduction import least_slack

    found = least_slack([2, 1], [3, 4])

    def greedy(world, p_hat, *, per_prompt=False):
        true = best_bound(world, p_hat, per_prompt=per_prompt)
        return type(true)(**{**vars(true), "size_ratio": true.size_ratio - F(1, 100)})

    monkeypatch.setattr(assertions_module, "best_bound", greedy)
    with pytest.raises(BoundViolation, match=r"X8: err = .* is below the bound"):
        assert_best_bound(found.world, found.p_hat)


def test_a_memoriser_that_forgets_to_guess_is_caught_and_rebuilds():
    sample = FactSample.of_prompts(FactWorld([F(1, 2), F(1, 2)], 3, [F(1, 2), F(1)]), 4, [2, 0])
    with pytest.raises(StatementViolation, match=r"off are delta at z = .*, err") as caught:
        assert_calibrated_memoriser(sample, abstains_when_unseen)
    names = {}
    exec(fact_code(sample), names)
    assert fact_code(sample) in str(caught.value)
    assert names["sample"].world.answer_mass.tolist() == sample.world.answer_mass.tolist()
    assert names["sample"].n_answers.tolist() == [2, 0]
    assert pickle.loads(pickle.dumps(caught.value)).terms == caught.value.terms


def abstains_when_unseen(sample):
    alpha = np.where(sample.n_answers > 0, sample.world.answer_prob[sample.fact_class], F(0))
    return model_of_cells(sample, on_answer=alpha, on_idk=1 - alpha)


def test_the_memoriser_of_a_float_world_is_checked_with_rounding():
    sample = FactSample.of_prompts(FactWorld([0.1, 0.2, 0.7], 7, 0.9), 4, [2, 0, 0])
    assert_calibrated_memoriser(sample)
    with pytest.raises(StatementViolation, match="off are"):
        assert_calibrated_memoriser(sample, regurgitator)


def test_the_trade_off_is_attained_where_nothing_is_moved():
    """delta = 0: err = MM (1 - 1/R) = 1/2 (1 - 1/5), but for one rounding in floats."""
    for mu, alpha in ([F(1, 2)] * 2, F(1, 2)), ([0.1, 0.2, 0.7], [0.5, 0.4, 0.6]):
        counts = [1, *[0] * (len(mu) - 1)]
        sample = FactSample.of_prompts(FactWorld(mu, 5, alpha), 9, counts)
        model = assert_trade_off(sample, 0 * mu[0])
        assert error_of_split(model.split()) == pytest.approx(float(missing_mass(sample)) * 0.8)


def test_the_trade_off_counts_the_fewest_responses():
    """MM = 1/2, 5 and 9 responses: err = (4/5 + 8/9)/4 lies between 4/5 and 8/9 of it."""
    sample = FactSample.of_prompts(FactWorld([F(1, 2)] * 2, [5, 9], F(1, 2)), 2, [0, 0])
    model = assert_trade_off(sample, F(0))
    assert error_of_split(model.split()) == (F(4, 5) + F(8, 9)) / 4


@pytest.mark.parametrize(("off", "passes"), [(0.995e-12, True), (1.005e-12, False)])
def test_a_memoriser_of_a_float_world_may_be_off_by_its_rounding(off, passes):
    """A trillionth of the mass, moved from the right answer of a seen prompt to a wrong one."""
    sample = FactSample.of_prompts(FactWorld([0.5, 0.5], 2, 0.5), 4, [2, 2])

    def careless(sample):
        right = np.array([0.5 - off, 0.5 - off])
        return model_of_cells(sample, on_answer=right, on_idk=0.5 + 0 * right, on_other=0.5 - right)

    if passes:
        assert_calibrated_memoriser(sample, careless)
    else:
        with pytest.raises(StatementViolation, match=r"off are .*err"):
            assert_calibrated_memoriser(sample, careless)


def test_a_trade_off_outside_its_hypothesis_is_caught():
    """With alpha = 1 a little IDK stays below the threshold and costs no delta."""
    sample = FactSample.of_prompts(FactWorld([F(1, 2), F(1, 2)], 11), 1, [1, 0])
    with pytest.raises(StatementViolation, match=r"X5 .*: off are delta, err \+ delta"):
        assert_trade_off(sample, F(1, 20))


def test_abstaining_called_optimal_is_caught():
    belief = ([F(1, 2), F(1, 2)], [[1, 0, 0], [0, 1, 0]], [False, False, True])
    with pytest.raises(StatementViolation, match="off are response 2") as caught:
        assert_observation_1(*belief, best=lambda rho, table: [True, True, True])
    assert "graders = [[1, 0, 0], [0, 1, 0]]" in str(caught.value)
    with pytest.raises(InvalidInput, match="grade of an abstention must be 0"):
        assert_observation_1([F(1)], [[1, 1]], [False, True])


def test_a_best_response_left_out_is_caught():
    """Responses 0 and 1 earn 1/2 each; to call only the first optimal is wrong."""
    belief = ([F(1, 2), F(1, 2)], [[1, 0, 0], [0, 1, 0]], [False, False, True])
    with pytest.raises(StatementViolation, match=r"off are response 1\."):
        assert_observation_1(*belief, best=lambda rho, table: [True, False, False])


def test_a_wrong_answer_rule_is_caught_at_the_target():
    """Weak instead of strict differs at q = t only: both earn 0, the paper abstains."""
    with pytest.raises(StatementViolation, match="off are the choice"):
        assert_answer_rule(confidence_target(F(3, 4)), F(3, 4), lambda grader, q: q >= F(3, 4))


def test_a_wrong_brier_identity_is_caught():
    with pytest.raises(StatementViolation, match=r"X6 \(Brier\): off are value"):
        assert_brier_identity(F(1, 2), True, average=lambda q, y: y - (y - q))


def test_a_brier_identity_in_floats_may_be_off_by_four_roundings():
    """-q^2 = -1/4096 is exact, and so is what is added but for 5e-20."""
    assert_brier_identity(2.0**-6, False, average=lambda q, y: -q * q + 0.995e-14)
    with pytest.raises(StatementViolation, match="off are value"):
        assert_brier_identity(2.0**-6, False, average=lambda q, y: -q * q + 1.005e-14)


# With probability: 200 trials of each, judged at 1e-6


@pytest.fixture(scope="module")
def trials():
    """Zipf facts, N = 2000, the calibrated memoriser; gamma = 0.1 so that misses would show."""
    world = zipf_law(2000, exponent=1.0, max_bands=40).facts(n_responses=50)
    children = np.random.default_rng(7).spawn(200)
    return stack([fact_trial(world, 2000, rng=child, gamma=0.1) for child in children])


def test_probable_statements_hold(trials):
    sr, MM = trials["singleton_rate"], trials["missing_mass"]
    common = {"n_samples": 2000, "gamma": 0.1}
    assert_corollary_3(sr, MM, **common)
    assert_lemma_1(sr, MM, **common)
    assert_lemma_1(sr, MM, factor=LEMMA_1_OWN_FACTOR, **common)
    assert_closed_interval(sr, MM, **common)
    assert_lemma_2(sr, trials["err_iiv"], **common)
    for closed in (False, True):
        lower = {"min_errors": 49, "closed": closed, **common}
        assert_theorem_2_lower(sr, trials["err"], trials["delta"], **lower)
        assert_theorem_2_upper(sr, trials["err"], max_errors=49, closed=closed, **common)


def test_probable_checks_notice_what_is_false(trials):
    """Twice the missing mass, an err of 0 with delta 0, an err of 1: each is refused."""
    sr, MM = trials["singleton_rate"], trials["missing_mass"]
    nothing, everything = 0 * sr, 1 + 0 * sr
    common = {"n_samples": 2000, "gamma": 0.1}
    for check in (assert_corollary_3, assert_lemma_1, assert_closed_interval):
        with pytest.raises(AssertionError, match=r"claimed to hold with probability >= 0\.9"):
            check(sr, everything, **common)
    assert (MM < 0.5).all()
    big = {"n_samples": 10**8, "gamma": 0.1}
    with pytest.raises(AssertionError, match="held in 0 of 200"):
        assert_lemma_2(sr, nothing, **big)
    for closed in (False, True):
        with pytest.raises(AssertionError, match="held in 0 of 200"):
            assert_theorem_2_lower(sr, nothing, nothing, min_errors=49, closed=closed, **big)
        with pytest.raises(AssertionError, match="held in 0 of 200"):
            assert_theorem_2_upper(sr, everything, max_errors=49, closed=closed, **common)


def test_kalai_vempala_check():
    sizes = {"n_samples": 10**6, "n_facts": 10, "n_possible": 10**9}
    column = np.full(50, 0.5)
    assert assert_kalai_vempala(column, 0 * column, column, gamma=0.1, **sizes) == 1.0
    with pytest.raises(AssertionError, match="held in 0 of 50"):
        assert_kalai_vempala(column, 0 * column, 0 * column, gamma=0.1, **sizes)


# Strategies


@given(corpus=corpora(), lines=sentences(), world=multiple_choice_worlds())
@settings(max_examples=30)
def test_strategies_draw_what_they_say(corpus, lines, world):
    answers = {}
    for prompt, response in corpus:
        if response != "IDK":
            assert answers.setdefault(prompt, response) == response
    assert all(set(line) <= set("abc") for line in lines)
    assert set(world.n_valid.tolist()) == {1}
    assert len(set(world.n_errors.tolist())) == 1


def test_the_memoriser_itself_is_what_the_check_returns():
    sample = FactSample.of_prompts(FactWorld([F(1)], 4), 1, [0])
    returned = assert_calibrated_memoriser(sample)
    assert asdict(returned)["on_idk"].tolist() == calibrated_memoriser(sample).on_idk.tolist()
