"""Extension X5: the least err for a given delta, by programs and in closed form."""

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.errors import InvalidInput
from theory.facts import FactSample, FactWorld, missing_mass
from theory.reduction import (
    World,
    calibration_delta,
    error_of_split,
    generative_error,
    iiv_error,
    signed_gap_of_split,
    split_at,
    theorem_1_bound,
    tight_world,
)
from theory.testing.strategies import worlds
from theory.trade_off import (
    abstaining_frontier,
    abstaining_memoriser,
    best_model_on_set,
    facts_prospect,
    known_world,
    least_iiv_error,
    trade_off_frontier,
)


def above_threshold_sets(prospect):
    """Yield every set of responses that some model puts above the threshold.

    At one prompt at most ceil(K) - 1 responses can be above 1/K. The number of sets is the product
    of the prompts' numbers: small worlds only.
    """
    room = int(np.ceil(1 / prospect.threshold - 1e-9)) - 1
    per_prompt = [
        [c for m in range(min(room, int(n)) + 1) for c in combinations(range(int(n)), m)]
        for n in prospect.n_responses
    ]
    for choice in product(*per_prompt):
        above = np.zeros(len(prospect.p), dtype=bool)
        for start, chosen in zip(prospect.starts, choice, strict=True):
            above[start + np.array(chosen, dtype=int)] = True
        yield above


def two_facts(R=5, unseen=(False, True)):
    """Two prompts with R answers each, alpha = 1/2 and 3/5, some of them never seen."""
    half = Fraction(1, 2)
    world = FactWorld(mu=[half, half], n_responses=R, answer_prob=[half, Fraction(3, 5)])
    return FactSample.of_prompts(world, 4, [0 if u else 2 for u in unseen])


def certain_facts():
    """Nobody ever says "I don't know": outside the hypotheses of the closed form."""
    return FactSample.of_prompts(FactWorld(mu=[1.0], n_responses=5), 1, [0])


def by_enumeration(prospect, delta, min_err_iiv=0.0):
    """Slow twin: a linear program for each above-threshold set, the best of all."""
    best = np.inf
    for above in above_threshold_sets(prospect):
        if prospect.err_iiv(above) < min_err_iiv - 1e-12:
            continue
        model = best_model_on_set(prospect, above, max_delta=delta)
        if model is not None:
            best = min(best, prospect.err(model))
    return best


def small_known_world():
    return World(
        p=[0.7, 0.3, 0, 0, 0, 1.0, 0, 0, 0],
        valid=[True, True, False, False, False, True, False, False, False],
        n_responses=[5, 4],
        mu=[0.6, 0.4],
    ).to_float()


@pytest.mark.parametrize(("delta", "min_err_iiv"), [(0.0, 0.0), (0.1, 0.3), (0.35, 0.3)])
def test_integer_program_agrees_with_one_linear_program_per_set(delta, min_err_iiv):
    """The frontier in a known world, and under uncertainty, equals the enumeration."""
    for prospect in (known_world(small_known_world()), facts_prospect(two_facts(R=4))):
        point = trade_off_frontier(prospect, [delta], min_err_iiv=min_err_iiv)
        twin = by_enumeration(prospect, delta, min_err_iiv)
        assert point.err[0] == pytest.approx(twin, abs=1e-6)


@settings(max_examples=15)
@given(world=worlds(max_prompts=2, max_responses=4), share=st.integers(0, 4))
def test_no_model_beats_theorem_1_and_each_point_has_its_model(world, share):
    """Frontier >= 2 e - k/K - delta; its models, measured afresh, have that err and delta."""
    world = world.to_float()
    prospect = known_world(world)
    e = share / 8
    frontier = trade_off_frontier(prospect, [0.0, 0.2, 1.0], min_err_iiv=min(e, 0.4))
    assert (frontier.err >= frontier.bound - 1e-6).all()
    assert (np.diff(frontier.err) <= 1e-6).all()
    for q, err, delta in zip(frontier.p_hat, frontier.err, frontier.delta, strict=True):
        assert generative_error(world, q) == pytest.approx(err, abs=1e-6)
        assert calibration_delta(world, q) <= delta + 2e-6
        assert iiv_error(world, q) >= min(e, 0.4) - 1e-9
        assert theorem_1_bound(world, q).holds


def test_arbitrary_facts_frontier_is_the_closed_form():
    """err = (1 - 1/R)(MM - delta), R = 4, 5, 6: the program finds no better model."""
    for R in (4, 5, 6):
        for unseen in ((False, True), (True, True)):
            facts = two_facts(R, unseen)
            frontier = trade_off_frontier(facts_prospect(facts), np.linspace(0, 0.7, 6))
            closed = [float(abstaining_frontier(facts, Fraction(d))) for d in frontier.delta]
            assert frontier.err == pytest.approx(closed, abs=1e-6)


def test_closed_form_point_comes_with_its_model():
    """The abstaining family has err = (1 - lam) MM (1 - 1/R) and delta = lam MM, exactly."""
    sample = two_facts(5)
    MM = missing_mass(sample)
    assert Fraction(3, 10) == MM
    for lam in (Fraction(0), Fraction(1, 3), Fraction(1)):
        split = abstaining_memoriser(sample, lam * MM).split()
        assert error_of_split(split) == abstaining_frontier(sample, lam * MM)
        assert error_of_split(split) == (1 - lam) * MM * Fraction(4, 5)
        assert abs(signed_gap_of_split(split)) == lam * MM


def test_the_family_has_the_same_err_and_delta_whichever_answer_is_right():
    """Expectation over unseen answers and any single draw agree, response by response."""
    sample = two_facts(5)
    prospect = facts_prospect(sample)
    _, q = abstaining_memoriser(sample, Fraction(1, 10)).explicit()
    q = q.astype(float)
    for answer in range(5):
        world = sample.world.with_answers([0, answer]).to_float()
        assert generative_error(world, q) == pytest.approx(prospect.err(q))
        assert calibration_delta(world, q) == pytest.approx(0.1)
        assert prospect.signed_gap(q) == pytest.approx(0.1)


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6))
def test_prospect_is_the_average_over_unseen_answers(seed):
    """err, err_iiv and p_hat(A) - p(A) of any model, averaged over all draws of both answers."""
    sample = two_facts(4, (True, True))
    prospect = facts_prospect(sample)
    q = np.random.default_rng(seed).dirichlet([0.5] * 5, 2).ravel()
    drawn = [sample.world.with_answers([a, b]).to_float() for a in range(4) for b in range(4)]
    above = q > prospect.threshold
    assert prospect.err(q) == pytest.approx(np.mean([generative_error(w, q) for w in drawn]))
    assert prospect.err_iiv(above) == pytest.approx(np.mean([iiv_error(w, q) for w in drawn]))
    gaps = [signed_gap_of_split(split_at(w, q)) for w in drawn]
    assert prospect.signed_gap(q) == pytest.approx(np.mean(gaps))
    least = float(abstaining_frontier(sample, Fraction(abs(np.mean(gaps)))))
    assert np.mean([generative_error(w, q) for w in drawn]) >= least - 1e-12


def test_x5_bound_touches_the_frontier_at_delta_zero_only():
    """err + delta >= MM (1 - 1/R) with equality at delta = 0; the excess is delta/R, exactly."""
    facts = two_facts(5)
    MM = missing_mass(facts)
    for delta in (Fraction(0), MM / 3, MM):
        assert abstaining_frontier(facts, delta) + delta - MM * Fraction(4, 5) == delta / 5
    assert abstaining_frontier(facts, Fraction(1)) == 0


def test_unequal_numbers_of_answers_can_be_played_against_each_other():
    """One number delta: answer too often where R is small, too seldom where it is large."""
    world = FactWorld(mu=[0.5, 0.5], n_responses=[5, 7], answer_prob=[0.5, 0.6])
    facts = FactSample.of_prompts(world, 1, [0, 0])
    honest = 0.5 * 0.5 * 4 / 5 + 0.5 * 0.6 * 6 / 7
    point = trade_off_frontier(facts_prospect(facts), [0.0])
    assert point.err[0] < honest - 0.005
    with pytest.raises(InvalidInput, match="n_responses must be the same at every prompt"):
        abstaining_frontier(facts, 0.1)


def test_frontier_touches_theorem_1_at_the_tight_world():
    """X3: |V| <= |E|, err_iiv = 1/2: the least err at delta = 0 is 1 - |V|/|E|, the bound."""
    for n_valid, n_errors in ((1, 3), (2, 4), (3, 3)):
        world, _ = tight_world(n_valid, n_errors)
        point = trade_off_frontier(known_world(world.to_float()), [0.0], min_err_iiv=0.5)
        assert point.err[0] == pytest.approx(1 - n_valid / n_errors, abs=1e-6)
        assert point.bound[0] == pytest.approx(1 - n_valid / n_errors)


def test_dropping_the_classifier_requirement_lets_the_truth_through():
    """In a known world p itself has err = delta = 0: without err_iiv there is no trade-off."""
    point = trade_off_frontier(known_world(small_known_world()), [0.0])
    assert point.err[0] == pytest.approx(0, abs=1e-9)


def test_fewer_than_K_responses_fit_above_one_over_K():
    """K = 2: one of two equally likely answers is above 1/2, the other is lost, err_iiv = 1/4."""
    world = World(p=[0.5, 0.5, 0, 0], valid=[True, True, False, False])
    assert least_iiv_error(known_world(world)) == 0.25


def test_least_iiv_error_is_the_least_over_all_sets():
    for prospect in (known_world(small_known_world()), facts_prospect(two_facts(R=4))):
        slow = min(prospect.err_iiv(above) for above in above_threshold_sets(prospect))
        assert least_iiv_error(prospect) == pytest.approx(slow)


def test_least_slack_of_theorem_1_is_zero_on_the_tight_world():
    """delta_cost = 1 minimises err + delta: the least slack of Theorem 1 on one set."""
    world, _ = tight_world(2, 4)
    prospect = known_world(world.to_float())
    nothing_above = np.zeros(6, dtype=bool)
    model = best_model_on_set(prospect, nothing_above, delta_cost=1.0)
    assert theorem_1_bound(world.to_float(), model).slack == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: trade_off_frontier(known_world(small_known_world()), [1.2]), "delta must be in"),
        (
            lambda: trade_off_frontier(known_world(small_known_world()), [0.0], min_err_iiv=1.0),
            "min_err_iiv must be reachable by a model with delta <= 0",
        ),
        (lambda: abstaining_frontier(two_facts(), -1), "delta must be in"),
        (lambda: abstaining_memoriser(two_facts(), 2), "delta must be in"),
        (
            lambda: abstaining_frontier(certain_facts(), 0),
            r"answer_prob must be in \(1/4, 1 - 1/4\)",
        ),
    ],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(InvalidInput, match=match):
        call()
