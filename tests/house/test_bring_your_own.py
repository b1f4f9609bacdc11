"""Wherever a name is taken, so is a function of one's own, called as the one table says."""

import re
from functools import partial
from importlib import import_module

import numpy as np
import pytest

from simulations import trials
from simulations.calibration import draw_study
from simulations.facts import coverage, fact_trial, fact_trials, uniform_law
from simulations.facts.learners import LEARNERS
from simulations.facts.samplers import draw_banded
from simulations.facts.trials import trial_of_sample
from simulations.innovation.floors import floor_trial, learner_floors
from simulations.reduction import reduction_study, reduction_trial, size_ratio_study
from simulations.reduction.base_models import BASE_MODELS
from simulations.reduction.random_worlds import FAMILIES
from simulations.sweep import grid, run_point, run_sweep
from simulations.sweep.points import point_seed
from simulations.trade_off import trade_off_families
from simulations.trials import run_trials
from theory.errors import InvalidInput

FACTS = uniform_law(50).facts(n_responses=20)


def equal(a, b):
    """Tell whether two results hold the same numbers."""
    a, b = (x if isinstance(x, dict) else vars(x) for x in (a, b))
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


def guesser(sample, *, rng):
    return LEARNERS["committing guesser"](sample, rng=rng)


def first_family(*, rng):
    return FAMILIES["regular"](rng=rng)


def first_model(world, *, rng):
    return BASE_MODELS["knows some prompts"](world, rng=rng)


TAKES_A_LEARNER = {
    "fact_trial": lambda learner: fact_trial(FACTS, 60, learner=learner, rng=1),
    "fact_trials": lambda learner: fact_trials([FACTS], [60], learner=learner, rng=1),
    "trial_of_sample": lambda learner: trial_of_sample(
        draw_banded(FACTS, 60, rng=1), learner, rng=np.random.default_rng(1)
    ),
    "floor_trial": lambda learner: floor_trial(FACTS, 60, learner=learner, rng=1),
    "learner_floors": lambda f: learner_floors(FACTS, 60, n_trials=3, learners=[f], rng=1),
    "coverage": lambda f: coverage(FACTS, 60, gamma=0.1, n_trials=3, learners=[f], rng=1),
}


@pytest.mark.parametrize("place", TAKES_A_LEARNER)
def test_a_learner_of_facts(place):
    by_name, own = (TAKES_A_LEARNER[place](f) for f in ("committing guesser", guesser))
    for found, label in ((by_name, "committing guesser"), (own, "guesser")):
        if isinstance(found, dict) and "learner" in found:
            names = set(np.atleast_1d(found.pop("learner")).tolist())
            assert label in names
    assert equal(by_name, own)
    with pytest.raises(InvalidInput, match=r"learner must be one of .*, or a function, got 'oops'"):
        TAKES_A_LEARNER[place]("oops")


def test_a_family_and_a_base_model():
    named = reduction_trial(
        family="regular", model="knows some prompts", rng=np.random.default_rng(2)
    )
    own = reduction_trial(family=first_family, model=first_model, rng=np.random.default_rng(2))
    assert named == own
    for wrong, name in [({"family": "oops"}, "family"), ({"model": "oops"}, "model")]:
        with pytest.raises(InvalidInput, match=f"{name} must be one of"):
            reduction_trial(
                **{"family": "regular", "model": "uniform"} | wrong, rng=np.random.default_rng(0)
            )


def test_studies_take_them_by_the_names_they_show():
    table = reduction_study(
        2,
        families={"mine": first_family},
        models={"own": first_model, "own too": first_model},
        rng=0,
    )
    assert table["family"].tolist() == ["mine"] * 4
    assert table["model"].tolist() == ["own", "own", "own too", "own too"]
    sizes = {"n_valid": [1, 2], "n_errors": 4, "n_worlds": 2, "rng": 0}
    named = size_ratio_study(model="knows some prompts", **sizes)
    assert equal(named, size_ratio_study(model=first_model, **sizes))


def test_a_trade_off():
    """The same chance at every strength, and the fitted base model to start from."""
    study = draw_study(FACTS, 60, rng=0)
    seen = []

    def own(study, p_hat, strength, *, rng):
        seen.append(rng.random())
        return p_hat

    table = trade_off_families(
        study,
        shares=[0.0],
        temperatures=[1.0],
        repeats=[1],
        own={"mine": ([0.0, 1.0], own)},
        rng=3,
    )
    mine = table["family"] == "mine"
    assert table["strength"][mine].tolist() == [0, 1]
    assert table["err"][mine] == pytest.approx(table["err"][table["family"] == "temper"][0])
    assert len(set(seen)) == 1


def trial(*, rng, a=3):
    return {"x": rng.random(), "a": a}


def test_trials_and_sweeps_call_a_trial_alike(tmp_path):
    """By keyword only; a sweep hands its table back, which is what run_trials gave."""
    summary = run_sweep(
        trial, grid(a=[3, 4]), seed=0, path=tmp_path / "a.parquet", n_trials=5, progress=False
    )
    table = summary.table()
    assert list(table) == ["a", "trial", "x"]
    for a in (3, 4):
        point = run_point(trial, {"a": a}, seed=0, n_trials=5)
        assert table["x"][table["a"] == a].tolist() == point["x"]
    alone = run_trials(partial(trial, a=3), 5, rng=point_seed(0, {"a": 3}))
    assert alone["x"].tolist() == table["x"][:5].tolist()


def test_the_one_table_names_where_each_is_typed():
    rows = re.findall(r"``([a-z_.]+)``\n", trials.__doc__)
    assert len(rows) >= 7
    for row in rows:
        import_module(f"simulations.{row}")
