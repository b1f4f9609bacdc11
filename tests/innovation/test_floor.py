"""The delta-free floor with prompts (X10): an identity, its bound, and every learner on it."""

import math
from dataclasses import replace
from fractions import Fraction as F
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from simulations.facts import zipf_law
from simulations.facts.learners import LEARNERS
from simulations.innovation import floor_trial, learner_floors
from theory.errors import InvalidInput
from theory.facts import FactSample, FactWorld, calibrated_memoriser
from theory.innovation import floor_of_facts, floor_of_world
from theory.reduction import World, generative_error
from theory.testing.strategies import distributions, fact_models

WORLD = zipf_law(2000).facts(n_responses=20, answer_prob=0.8)
GAMBLERS = {"committing guesser", "heavy gambler", "tilter"}
"""Learners whose errors on unseen prompts depend on luck."""


def spread(masses, k):
    """Largest less smallest error over the places of k right answers: the slow way."""
    errors = [sum(masses) - sum(chosen) for chosen in combinations(masses, k)]
    return max(errors) - min(errors)


@given(st.data())
def test_the_floor_is_the_mean_error_over_the_unseen_answers(data):
    """One seen and one unseen prompt, k of R answers right, IDK: enumerated, exact."""
    R = data.draw(st.integers(2, 5))
    k = data.draw(st.integers(1, R - 1))
    q = [data.draw(distributions(R + 1)) for _ in range(2)]
    errs, floors = [], []
    for right in combinations(range(R), k):
        row = [F(i in right, k) / 2 for i in range(R)] + [F(1, 2)]
        valid = [i in right for i in range(R)] + [True]
        world = World(
            p=[F(1)] + [F(0)] * R + row,
            valid=[True] + [False] * (R - 1) + [True] + valid,
            n_responses=[R + 1] * 2,
            mu=[F(1, 3), F(2, 3)],
        )
        model = q[0] + q[1]
        idk = np.tile([False] * R + [True], 2)
        floors.append(floor_of_world(world, model, unseen=[False, True], abstains=idk))
        errs.append(generative_error(world, model))
        assert floors[-1].err == errs[-1]
    assert len({f.expected_err for f in floors}) == 1  # it does not look at the answers
    assert floors[0].expected_err == sum(errs) / len(errs)
    assert floors[0].squared_range == (F(2, 3) * spread(q[1][:R], k)) ** 2


@given(model=fact_models())
def test_both_forms_agree(model):
    """By cells and row by row, on any model of facts with every prompt unseen, exact."""
    world, p_hat = model.explicit()
    cells = floor_of_facts(model, np.ones(len(model.fact_class), dtype=bool))
    idk = np.zeros(world.n_examples, dtype=bool)
    idk[np.cumsum(world.n_responses) - 1] = True
    rows = floor_of_world(world, p_hat, unseen=np.ones(world.n_prompts, dtype=bool), abstains=idk)
    for name in ("err", "err_seen", "answered_unseen", "expected_err", "squared_range"):
        assert getattr(cells, name) == getattr(rows, name), name


def test_nonsense_on_unseen_prompts_is_wrong_for_sure():
    world = World(
        p=[F(1), F(0), F(0), F(0)],
        valid=[True, False, True, False],
        nonsense=[False, False, False, True],
    )
    floor = floor_of_world(
        world, [F(1, 4)] * 4, unseen=[True], abstains=[False, False, True, False]
    )
    assert (floor.answered_unseen, floor.expected_err) == (F(1, 2), F(1, 4) + F(1, 4))


def test_the_identity_needs_neither_delta_nor_the_singleton_rate():
    """X5 is this identity with q_c eliminated: the memoriser's err is MM (1 - 1/R)."""
    sample = FactSample.of_prompts(FactWorld([F(1, 2), F(1, 2)], 4, [F(1, 2)] * 2), 5, [4, 0])
    floor = floor_of_facts(calibrated_memoriser(sample), sample.n_answers == 0)
    assert floor.expected_unseen == sample.unseen_mass() * F(3, 4) == floor.err


@pytest.mark.parametrize("learner", LEARNERS)
def test_every_learner_lies_on_the_line(learner):
    """err is its mean where nothing is left to luck; else the mean over 200 trials agrees.

    Given data and model err - E err has mean 0: a sum of independent terms, of length d_c each.
    |mean difference| beyond 5 standard errors has probability below 1e-6.
    """
    t = learner_floors(WORLD, 1000, n_trials=200, rng=7, learners=[learner])
    gap = t["err"] - t["expected_err"]
    if learner not in GAMBLERS:
        assert abs(gap).max() < 1e-12
        return
    assert 1e-6 < gap.std() < t["luck"].mean()
    assert abs(gap.mean()) < 5 * gap.std() / math.sqrt(len(gap))


@pytest.mark.parametrize("learner", sorted(GAMBLERS))
def test_the_bound_fails_with_probability_at_most_gamma(learner):
    """1,000 trials at gamma = 0.1, exact binomial at a false-alarm rate of 1e-6."""
    t = learner_floors(WORLD, 1000, n_trials=1000, rng=11, learners=[learner], gamma=0.1)
    kept = int((t["err"] >= t["bound"] - 1e-12).sum())
    assert binomtest(kept, 1000, 0.9, alternative="less").pvalue > 1e-6
    assert (t["bound"] > 0).mean() > 0.99  # it says something


def test_a_single_prompt_attains_the_range():
    """One unseen prompt, a committed guess of R = 2: err is 0 or 1, its mean 1/2, d = 1."""
    world = World(p=[1.0, 0.0], valid=[True, False])
    for q, err in ([1.0, 0.0], 0), ([0.0, 1.0], 1):
        floor = floor_of_world(world, q, unseen=[True], abstains=[False] * 2, gamma=0.5)
        assert (floor.err, floor.expected_err, floor.squared_range) == (err, 0.5, 1)
        assert floor.bound == 0.5 - math.sqrt(math.log(2) / 2)


# Each hypothesis, dropped.


def test_the_floor_needs_answers_without_a_pattern():
    """A pattern that holds for unseen prompts too is learnt: all answers equal, err = 0."""
    world = World(p=[F(1), F(0)] * 2, valid=[True, False] * 2, n_responses=[2, 2])
    floor = floor_of_world(
        world, [F(1), F(0)] * 2, unseen=[False, True], abstains=np.zeros(4, dtype=bool)
    )
    assert floor.err == 0 < floor.expected_err == F(1, 4)


def test_the_floor_needs_a_model_that_does_not_see_the_answers():
    """Of all models that commit, one knows each answer: only their mean is the floor."""
    world = World(p=[F(1), F(0)] * 2, valid=[True, False] * 2, n_responses=[2, 2])
    errs = []
    for a, b in product(range(2), repeat=2):
        q = [F(a == 0), F(a == 1), F(b == 0), F(b == 1)]
        errs.append(generative_error(world, q))
        floor = floor_of_world(world, q, unseen=[True] * 2, abstains=np.zeros(4, dtype=bool))
        assert floor.expected_err == F(1, 2)
    assert min(errs) == 0
    assert sum(errs) / 4 == F(1, 2)


def test_the_bound_needs_independent_answers():
    """All unseen answers alike: 100 prompts are lucky together, with probability 1/2, not 1 %."""
    n = 100
    world = World(p=[1.0, 0.0] * n, valid=[True, False] * n, n_responses=[2] * n)
    floor = floor_of_world(
        world, [1.0, 0.0] * n, unseen=[True] * n, abstains=np.zeros(2 * n, dtype=bool)
    )
    assert floor.err == 0 < floor.bound


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda w: floor_of_world(w, [1, 0], unseen=[True] * 2, abstains=[False] * 2), "unseen"),
        (lambda w: floor_of_world(w, [1, 0], unseen=[True], abstains=[False]), "abstains"),
        (lambda w: floor_of_world(w, [1, 0], unseen=[True], abstains=[False, True]), "abstention"),
        (
            lambda w: floor_of_world(w, [1, 0], unseen=[True], abstains=[False] * 2, gamma=1),
            r"gamma must be in \(0, 1\)",
        ),
        (lambda w: floor_trial(WORLD, 10, rng=0, learner="oracle"), "learner must be one of"),
    ],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(InvalidInput, match=match):
        call(World(p=[1.0, 0.0], valid=[True, False]))


def test_a_floor_by_hand():
    """Two unseen facts a cell, half of the mass each way: d = 1/2, two times mu^2 d^2."""
    world = FactWorld([F(1)], 3, [F(1)], n_prompts=[4])
    sample = FactSample(world, 4, [0, 0], [2, 0], [2, 2])
    model = calibrated_memoriser(sample)
    floor = floor_of_facts(model, sample.n_answers == 0)
    assert floor.slack == float(floor.err) - floor.bound
    assert floor.squared_range == 0
    tilted = replace(model, on_other=model.on_other * 0, on_answer=model.on_answer * 0 + F(1))
    wide = floor_of_facts(tilted, sample.n_answers == 0)
    assert wide.squared_range == 2 * F(1, 16)
    assert wide.slack == float(wide.err) - wide.bound
    assert wide.slack != float(wide.err)
    with pytest.raises(InvalidInput, match="gamma must be in"):
        floor_of_facts(model, sample.n_answers == 0, gamma=1.0)
