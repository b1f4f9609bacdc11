"""Families of models that trade calibration for fewer errors, and a system that never errs."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations.calibration import draw_study
from simulations.calibration.base_model import fit_base
from simulations.trade_off import trade_off_families
from simulations.trade_off.families import prices
from theory.errors import InvalidInput
from theory.facts import FactWorld
from theory.reduction import (
    World,
    abstain,
    calibration_delta,
    generative_error,
    regurgitate,
    temper,
    theorem_1_bound,
)
from theory.testing.strategies import models, worlds
from theory.trade_off import table_and_calculator

FACTS = FactWorld(mu=[0.5, 0.5], n_responses=10, answer_prob=0.7, n_prompts=[20, 100])


@pytest.fixture(scope="module")
def families():
    study = draw_study(FACTS, 100, rng=1)
    columns = trade_off_families(
        study,
        shares=[0, 0.5, 1],
        temperatures=[0.3, 0.6, 1, 1.5, 2],
        repeats=[1, 10, 100],
        rng=2,
    )
    return study, columns


def rows(columns, family):
    chosen = columns["family"] == family
    order = np.argsort(columns["strength"][chosen])
    return {name: column[chosen][order] for name, column in columns.items()}


@settings(max_examples=40)
@given(data=st.data())
def test_families_stay_models_and_do_nothing_at_strength_zero(data):
    """Exact: shares 0 and T = 1 are the identity; every member is a distribution."""
    world = data.draw(worlds())
    p_hat, memory = data.draw(models(world)), data.draw(models(world))
    idk = np.zeros(world.n_examples, dtype=bool)
    idk[world.starts] = True
    assert (abstain(world, p_hat, idk, Fraction(0)) == p_hat).all()
    assert (regurgitate(world, p_hat, memory, Fraction(0)) == p_hat).all()
    assert (regurgitate(world, p_hat, memory, Fraction(1)) == memory).all()
    silent = abstain(world, p_hat, idk, Fraction(1))
    assert (silent[world.starts] == 1).all()
    world.check_model(abstain(world, p_hat, idk, Fraction(1, 3)))
    floats = world.to_float()
    same = temper(floats, p_hat.astype(float), 1.0)
    assert same == pytest.approx(p_hat.astype(float))
    floats.check_model(temper(floats, p_hat.astype(float), 0.01))


@settings(max_examples=40)
@given(data=st.data())
def test_abstaining_lowers_err_by_the_share(data):
    """err((1 - lam) of everything said) = (1 - lam) err when IDK is valid everywhere, exactly."""
    world = data.draw(worlds())
    p_hat = data.draw(models(world))
    idk = np.zeros(world.n_examples, dtype=bool)
    idk[world.starts] = True  # the strategies put a valid response first
    lam = Fraction(1, 3)
    err = generative_error(world, abstain(world, p_hat, idk, lam))
    assert err == (1 - lam) * generative_error(world, p_hat)


def test_temperature_there_and_back():
    """Inverse pair: T and 1/T undo each other; T -> 0 is the most likely response."""
    world = World(
        p=[1.0, 0, 0, 1.0, 0], valid=[True, False, False, True, False], n_responses=[3, 2]
    )
    q = np.array([0.5, 0.3, 0.2, 0.4, 0.6])
    assert temper(world, temper(world, q, 3.0), 1 / 3) == pytest.approx(q)
    assert temper(world, q, 0.001) == pytest.approx([1, 0, 0, 0, 1])
    assert temper(world, q, 1e6) == pytest.approx([1 / 3] * 3 + [1 / 2] * 2, abs=1e-5)


@pytest.mark.parametrize("family", ["abstain", "regurgitate", "upweight"])
def test_fewer_errors_cost_calibration_and_cross_entropy(families, family):
    """Along the family err falls, ECE and cross-entropy rise."""
    _, columns = families
    column = rows(columns, family)
    assert (np.diff(column["err"]) < 0).all()
    assert (np.diff(column["ece"]) > 0).all()
    assert (np.diff(column["cross_entropy"]) > 0).all()


def test_sharpening_lowers_err_and_tempering_raises_it(families):
    """T is the strength: err grows with T on both sides of 1; delta grows away from 1."""
    _, columns = families
    sharp, flat = rows(columns, "sharpen"), rows(columns, "temper")
    for column in (sharp, flat):
        assert (np.diff(column["err"]) > 0).all()
    assert (np.diff(sharp["delta"]) < 0).all()
    assert (np.diff(flat["delta"]) > 0).all()
    # The base model minimises cross-entropy: any other temperature costs.
    assert (np.diff(sharp["cross_entropy"]) < 0).all()
    assert (np.diff(flat["cross_entropy"]) > 0).all()


def test_silence_never_errs_and_has_infinite_cross_entropy(families):
    """Abstaining always, or repeating the text alone: err = 0, delta large, L infinite."""
    _, columns = families
    for family in ("abstain", "regurgitate"):
        column = rows(columns, family)
        assert column["err"][-1] == pytest.approx(0, abs=1e-12)
        assert column["delta"][-1] > 0.2
        assert column["cross_entropy"][-1] == np.inf


def test_no_family_beats_theorem_1_nor_the_frontier_of_its_facts(families):
    """Every member keeps Theorem 1 and err >= (1 - 1/R)(MM - delta) (X5)."""
    study, columns = families
    answered = np.add.reduceat(np.where(study.idk, 0, study.counts), study.world.starts)
    MM = 0.7 * float(study.world.mu[answered == 0].sum())
    assert (columns["err"] >= 0.9 * (MM - columns["delta"]) - 1e-12).all()
    base, _ = fit_base(study)
    for x in (0.0, 0.4, 1.0):
        assert theorem_1_bound(study.world, abstain(study.world, base, study.idk, x)).holds
    assert MM > 0.25


def test_table_and_calculator_never_errs_and_has_a_large_delta():
    """err = 0 exactly; delta = mu(known)(1 - alpha) + mu(unknown) alpha, exactly."""
    alpha = Fraction(3, 4)
    world, p_hat = table_and_calculator(5, 60, 15, answer_prob=alpha)
    assert generative_error(world, p_hat) == 0
    delta = calibration_delta(world, p_hat)
    assert delta == Fraction(5, 80) * (1 - alpha) + Fraction(60, 80) * alpha
    assert delta > Fraction(1, 2)
    bound = theorem_1_bound(world, p_hat)
    assert bound.holds
    # With everything in the table and nothing asked but sums the price is gone.
    assert calibration_delta(*table_and_calculator(0, 0, 5, answer_prob=alpha)) == 0


def test_same_seed_same_study():
    a, b, other = (draw_study(FACTS, 50, rng=seed) for seed in (1, 1, 2))
    assert (a.counts == b.counts).all()
    assert (a.counts != other.counts).any()
    assert prices(a.world, a.memory)["err"] == 0


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda w, q: temper(w, q, 0), "temperature must be a positive number"),
        (lambda w, q: temper(w, q, float("nan")), "temperature must be a positive number"),
        (lambda w, q: abstain(w, q, [True, False, False], 1.5), r"share must be in \[0, 1\]"),
        (lambda w, q: abstain(w, q, [True, True, False], 0.5), "one row per prompt at most"),
        (lambda w, q: abstain(w, q, [True], 0.5), "idk must be a mask of shape"),
        (lambda w, q: regurgitate(w, q, [1, 0], 0.5), "memory must be of shape"),
        (
            lambda w, q: table_and_calculator(1, 1, 1, answer_prob=Fraction(1)),
            "answer_prob must be in",
        ),
        (
            lambda w, q: table_and_calculator(0, 0, 0, answer_prob=Fraction(1, 2)),
            "number of prompts",
        ),
    ],
)
def test_bad_input_is_named(call, match):
    world = World(p=[0.5, 0.5, 0], valid=[True, True, False])
    with pytest.raises(InvalidInput, match=match):
        call(world, np.array([0.5, 0.25, 0.25]))


def test_families_need_strengths():
    study = draw_study(FACTS, 50, rng=1)
    with pytest.raises(InvalidInput, match="shares, temperatures and repeats must be non-empty"):
        trade_off_families(study, shares=[], temperatures=[1], repeats=[1], rng=0)
