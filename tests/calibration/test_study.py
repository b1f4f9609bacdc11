"""The experiments behind notebooks 03 and 04 return what they say, from their seed alone."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import binomtest

from simulations.calibration.study import (
    auditor_study,
    delta_against_ece,
    delta_curves,
    fact_models,
    slope_study,
)
from simulations.trade_off.study import (
    facts_frontier_study,
    known_frontier_study,
    monofact_study,
    never_errs_study,
    upweighting_study,
)
from theory.reduction import calibration_delta


def same(a, b):
    return all(np.array_equal(a[name], b[name]) for name in a)


@pytest.fixture(scope="module")
def models():
    return fact_models(200, rng=1)


def test_slopes_are_deltas_and_tangents_touch(models):
    """At s = 1 the tangent meets the curve; its slope is plus or minus delta."""
    world, by_name = models
    columns = slope_study(world, by_name, [0.999, 1.0, 1.001])
    at_1 = columns["s"] == 1
    assert columns["cross_entropy"][at_1] == pytest.approx(columns["tangent"][at_1])
    assert columns["cross_entropy"] == pytest.approx(columns["tangent"], abs=1e-6)
    deltas = [float(calibration_delta(world, q)) for q in by_name.values()]
    assert np.abs(columns["slope"][at_1]) == pytest.approx(deltas)


def test_curves_list_every_jump(models):
    world, by_name = models
    columns = delta_curves(world, by_name)
    assert set(columns["model"]) == set(by_name)
    assert {len(c) for c in columns.values()} == {len(columns["delta"])}
    for name, q in by_name.items():
        jumps = columns["threshold"][columns["model"] == name]
        assert set(q.tolist()) <= set(jumps.tolist())


def test_audits_cover_and_shrink(models):
    world, by_name = models

    def run():
        return auditor_study(world, by_name["base"], [50, 5000], rng=3, repeats=5)

    columns = run()
    assert same(columns, run())
    width = columns["high"] - columns["low"]
    assert width[columns["size"] == 5000].max() < width[columns["size"] == 50].min()
    assert (columns["high"] >= columns["truth"]).mean() >= 0.8


def test_the_two_families_span_both_axes():
    columns = delta_against_ece([Fraction(1, 10), Fraction(9, 10)])
    assert columns["swapped_ece"] == pytest.approx([0.1, 0.9])
    assert columns["blind_delta"].tolist() == [0.1, 0.9]
    assert columns["swapped_delta"].tolist() == [0, 0]
    assert columns["blind_ece"] == pytest.approx([0, 0], abs=1e-12)


def test_frontier_studies_keep_their_bounds():
    facts, models_of_points = facts_frontier_study([0.0, 0.2])
    assert facts["err"] == pytest.approx(facts["closed_form"], abs=1e-6)
    assert models_of_points.sum(axis=1) == pytest.approx([2, 2])
    known = known_frontier_study([0.0, 0.3])
    assert (known["err"] >= known["theorem_1_bound"] - 1e-6).all()


def test_a_fuller_table_has_a_smaller_delta_and_never_errs():
    columns = never_errs_study([0, 30, 90])
    assert (columns["err"] == 0).all()
    assert (np.diff(columns["delta"]) > 0).all()


def test_sampled_hallucination_agrees_with_the_exact_sum():
    """Invented among 1,000 generations against err, 4 models (binomial, false alarm 1e-6)."""
    columns = monofact_study([1, 3], rng=2, n_facts=2000, n_samples=1000)
    for err, sampled in zip(columns["err"], columns["sampled_err"], strict=True):
        assert binomtest(round(1000 * sampled), 1000, err).pvalue > 1e-6


def test_markov_studies_depend_on_their_seed_alone():
    small = {"n_facts": 500, "n_samples": 300}

    def run(seed):
        return monofact_study([0.8, 2], rng=seed, **small)

    assert same(run(1), run(1))
    assert not same(run(1), run(2))

    def again():
        return upweighting_study([1, 20], rng=1, **small)

    assert same(again(), again())
    assert (np.diff(again()["err"][::2]) < 0).all()
