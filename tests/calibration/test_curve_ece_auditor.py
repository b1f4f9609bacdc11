"""Sec. 2 of the theory: delta at one threshold, at all of them, as a derivative, from samples."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve

from theory.calibration import (
    answer_ece,
    audit_delta,
    audit_delta_curve,
    blind_bins,
    cross_entropy,
    delta_curve,
    equal_mass_bins,
    expected_calibration_error,
    multiple_choice_ece,
    reliability,
    rescale,
    swapped_confidences,
    unweighted_cross_entropy,
)
from theory.errors import InvalidInput
from theory.reduction import World, calibration_delta, common_threshold, signed_gap, uniform_model
from theory.testing.strategies import models, worlds


@settings(max_examples=40)
@given(data=st.data())
def test_delta_curve_agrees_with_delta_at_each_threshold(data):
    """delta_z of the sorted curve = |p_hat(A_z) - p(A_z)| one threshold at a time, exactly."""
    world = data.draw(worlds())
    p_hat = data.draw(models(world))
    curve = delta_curve(world, p_hat)
    between = [(a + b) / 2 for a, b in zip(curve.threshold[:-1], curve.threshold[1:], strict=True)]
    for z in [*curve.threshold, *between, Fraction(1), common_threshold(world)]:
        assert curve.at(z) == calibration_delta(world, p_hat, z)


def test_delta_is_zero_at_both_ends():
    """Nothing is above 1; everything that has mass is above 0 if the model covers V."""
    world = World(p=[0.7, 0.3, 0, 0], valid=[True, True, False, False])
    curve = delta_curve(world, [0.4, 0.3, 0.2, 0.1])
    assert curve.at(1) == 0
    assert curve.at(0) == pytest.approx(0, abs=1e-15)
    assert curve.at(0.35) == pytest.approx(0.3)


def test_delta_curve_rejects_thresholds_outside_the_unit_interval():
    world = World(p=[1.0, 0.0], valid=[True, False])
    curve = delta_curve(world, [0.5, 0.5])
    for z in (-0.1, 1.1, float("nan")):
        with pytest.raises(InvalidInput, match=r"threshold must be in \[0, 1\]"):
            curve.at(z)


@settings(max_examples=40)
@given(data=st.data())
def test_delta_is_the_slope_of_the_rescaled_cross_entropy(data):
    """dL(q_s)/ds at s = 1 is q(A) - p(A): central differences, ragged worlds with prompts."""
    world = data.draw(worlds()).to_float()
    # Mixed with the uniform model so that L is finite.
    p_hat = 0.5 * data.draw(models_as_floats(world)) + 0.5 * uniform_model(world)
    h = 1e-5
    up, down = (cross_entropy(world, rescale(world, p_hat, 1 + sign * h)) for sign in (1, -1))
    slope = signed_gap(world, p_hat)
    assert (up - down) / (2 * h) == pytest.approx(slope, abs=1e-8)
    assert calibration_delta(world, p_hat) == abs(slope)


@st.composite
def models_as_floats(draw, world):
    weights = [draw(st.integers(1, 9)) for _ in range(world.n_examples)]
    w = np.array(weights, dtype=float)
    return w / world.per_example(np.add.reduceat(w, world.starts))


def symbolic_loss(mu, p, q, above, weight):
    """Prompted loss of q_s in sympy, term by term; ``weight(c, r)`` multiplies -log q_s."""
    s = sympy.Symbol("s", positive=True)
    loss = 0
    for c, row in enumerate(q):
        Z = sum(value * (s if above[c][r] else 1) for r, value in enumerate(row))
        for r, value in enumerate(row):
            if p[c][r] != 0:
                scaled = value * (s if above[c][r] else 1) / Z
                loss += mu[c] * weight(c, r) * -sympy.log(scaled)
    return sympy.diff(loss, s).subs(s, 1)


def two_prompts_in_symbols():
    mu = sympy.symbols("mu_0 mu_1", positive=True)
    a, b, d, e = sympy.symbols("a b d e", positive=True)
    p = [[a, 1 - a, 0], [b, 1 - b, 0]]
    q = [[d, d / 2, 1 - 3 * d / 2], [e, 1 - 2 * e, e]]
    above = [[True, False, False], [False, True, False]]
    gap = sum(mu[c] * (q[c][r] - p[c][r]) for c in range(2) for r in range(3) if above[c][r])
    return mu, p, q, above, gap


def test_derivative_identity_holds_symbolically():
    """d/ds of sum mu p (-log q_s) at s = 1 equals q(A) - p(A) identically (sympy)."""
    mu, p, q, above, gap = two_prompts_in_symbols()
    slope = symbolic_loss(mu, p, q, above, weight=lambda c, r: p[c][r])
    assert sympy.simplify(slope - gap) == 0


def test_erratum_2_the_printed_loss_has_another_slope():
    """Without the weight p(r|c), as Sec. 3.2 prints the loss, the identity fails."""
    mu, p, q, above, gap = two_prompts_in_symbols()
    slope = symbolic_loss(mu, p, q, above, weight=lambda c, r: 1)
    assert sympy.simplify(slope - gap) != 0
    world = World(p=[0.8, 0.2, 0, 0], valid=[True, True, False, False])
    p_hat = np.array([0.6, 0.2, 0.1, 0.1])
    up, down = (unweighted_cross_entropy(world, rescale(world, p_hat, s)) for s in (1.001, 0.999))
    assert (up - down) / 0.002 == pytest.approx(0.2, abs=1e-4)
    assert signed_gap(world, p_hat) == pytest.approx(-0.2)


def test_erratum_2_only_trained_responses_count():
    """The slope is E[n_c p_hat(A|c) - |A_c and supp p|]: 0.9 - 1 here, not 0.9 - |A| = -1.1."""
    world = World(p=[1, 0, 0, 0], valid=[True, False, False, False])
    p_hat = np.array([0.4, 0.5, 0.05, 0.05])
    up, down = (unweighted_cross_entropy(world, rescale(world, p_hat, s)) for s in (1.001, 0.999))
    assert (up - down) / 0.002 == pytest.approx(-0.1, abs=1e-4)


@settings(max_examples=40)
@given(data=st.data())
def test_rescaling_there_and_back_is_the_identity(data):
    """q_s rescaled by 1/s is q, exactly, while A is held fixed; s = 1 changes nothing."""
    world = data.draw(worlds())
    p_hat = data.draw(models(world))
    assert (rescale(world, p_hat, Fraction(1)) == p_hat).all()
    away = rescale(world, p_hat, Fraction(3, 2), Fraction(0))
    assert (rescale(world, away, Fraction(2, 3), Fraction(0)) == p_hat).all()


def test_a_minimum_over_s_has_delta_zero():
    """Where the rescaled family is at its best, delta vanishes (while A stays the same)."""
    world = World(p=[0.9, 0.1, 0, 0, 0, 0], valid=[True, True, False, False, False, False])
    p_hat = np.array([0.5, 0.1, 0.1, 0.1, 0.1, 0.1])
    best = min(
        np.linspace(0.5, 20, 2000), key=lambda s: cross_entropy(world, rescale(world, p_hat, s))
    )
    assert best == pytest.approx(9, abs=0.02)
    assert calibration_delta(world, rescale(world, p_hat, 9.0)) == pytest.approx(0, abs=1e-12)


def test_zero_probability_on_training_data_is_infinite_cross_entropy_not_nan():
    world = World(p=[0.5, 0.5, 0], valid=[True, True, False])
    for loss in (cross_entropy, unweighted_cross_entropy):
        assert loss(world, [1, 0, 0]) == np.inf
        assert np.isfinite(loss(world, [0.5, 0.5, 0]))
    with pytest.raises(InvalidInput, match="s must be a finite number > 0"):
        rescale(world, [0.5, 0.5, 0], 0)


def test_uniform_model_has_delta_zero_without_being_right():
    """delta = 0 does not need q = p: A is empty."""
    world = World(p=[1, 0, 0], valid=[True, False, False])
    assert calibration_delta(world, uniform_model(world)) == 0


def test_delta_zero_with_any_ece_and_ece_zero_with_any_delta():
    """delta is one number about one threshold: neither quantity bounds the other."""
    for rare in (Fraction(1, 4), Fraction(1, 100)):
        world, p_hat = swapped_confidences(rare)
        assert calibration_delta(world, p_hat) == 0
        assert answer_ece(world, p_hat) == pytest.approx(1 - 2 * float(rare))
    for shift in (Fraction(1, 2), Fraction(1)):
        world, p_hat = blind_bins(shift)
        assert calibration_delta(world, p_hat) == shift
        assert multiple_choice_ece(world, p_hat) == pytest.approx(0, abs=1e-15)


def test_example_makers_reject_parameters_without_an_example():
    with pytest.raises(InvalidInput, match=r"rare must be in \(0, 1/2\)"):
        swapped_confidences(Fraction(1, 2))
    with pytest.raises(InvalidInput, match=r"shift must be in \(0, 1\]"):
        blind_bins(Fraction(0))
    with pytest.raises(InvalidInput, match="n_half must be a whole number >= 20"):
        blind_bins(Fraction(1), 5)


@pytest.mark.parametrize(("binning", "strategy"), [("width", "uniform"), ("mass", "quantile")])
@pytest.mark.parametrize("n", [1000, 4000])
def test_reliability_agrees_with_scikit_learn(binning, strategy, n):
    """Bin averages equal sklearn's calibration_curve on continuous confidences."""
    rng = np.random.default_rng(20250904)
    confidence = rng.random(n)
    correct = rng.random(n) < confidence**1.5
    ours = reliability(confidence, correct, binning=binning)
    accuracy, stated = calibration_curve(correct, confidence, n_bins=10, strategy=strategy)
    # sklearn's quantile edges lie between samples, ours on them: at most one sample moves.
    tolerance = 1e-12 if binning == "width" else 30 / n
    assert ours.accuracy == pytest.approx(accuracy, abs=tolerance)
    assert ours.confidence == pytest.approx(stated, abs=tolerance)
    assert ours.weight.sum() == pytest.approx(1)
    if binning == "width":
        share = np.histogram(confidence, bins=10, range=(0, 1))[0] / n
        theirs = float(np.sum(share * np.abs(accuracy - stated)))
        assert expected_calibration_error(confidence, correct) == pytest.approx(theirs)


def test_ece_is_sum_of_gaps_over_bins_counted_by_hand():
    """A slow twin: filter each bin, average, add up."""
    rng = np.random.default_rng(7)
    c, y = rng.integers(0, 11, 500) / 10, rng.integers(0, 2, 500)
    slow = 0.0
    for i in range(10):
        inside = [k for k in range(500) if (i / 10 < c[k] <= (i + 1) / 10) or (i == 0 == c[k])]
        if inside:
            slow += abs(y[inside].mean() - c[inside].mean()) * len(inside) / 500
    assert expected_calibration_error(c, y) == pytest.approx(slow)


def test_empty_bins_are_left_out_and_ties_share_a_bin():
    """Verbalised confidences on a 0.1 grid crash some libraries' equal-mass bins; not ours."""
    curve = reliability([0.95, 0.95, 0.05], [1, 1, 0])
    assert len(curve.weight) == 2
    assert curve.weight.tolist() == pytest.approx([1 / 3, 2 / 3])
    assert equal_mass_bins([0.5] * 6, np.ones(6), 3).tolist() == [2] * 6
    tied = np.repeat([0.1, 0.5, 0.9], [700, 200, 100])
    assert len(reliability(tied, tied, binning="mass").weight) <= 3
    assert expected_calibration_error(tied, tied, binning="mass") == 0


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: expected_calibration_error([0.5, 1.2], [0, 1]), r"confidence .*\[0, 1\], got 1.2"),
        (lambda: expected_calibration_error([], []), "non-empty"),
        (lambda: expected_calibration_error([0.5], [1, 0]), r"of shape \(1,\)"),
        (lambda: expected_calibration_error([0.5], [1], n_bins=0), "n_bins must be a whole number"),
        (lambda: expected_calibration_error([0.5], [1], n_bins=2, binning="mass"), "n_bins .*<= 1"),
        (lambda: expected_calibration_error([0.5], [1], binning="log"), '"width" or "mass"'),
        (lambda: expected_calibration_error([0.5], [1], weight=[0]), "not all zero"),
        (lambda: equal_mass_bins([0.5, 0.6], [1, -1], 2), "mass must be"),
        (lambda: audit_delta([0.5], [0.5], 1.5), r"threshold must be in \[0, 1\]"),
        (lambda: audit_delta([1.5], [0.5], 0.5), "training_scores must be .* at sample 0"),
        (lambda: audit_delta([], [0.5], 0.5), "training_above must be a non-empty"),
        (lambda: audit_delta_curve([0.5], [0.5], []), "thresholds must be at least one"),
    ],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(InvalidInput, match=match):
        call()


def sampled_world():
    p = np.array([0.5, 0.25, 0.15, 0.1, 0, 0, 0, 0])
    world = World(p=p, valid=[True] * 4 + [False] * 4)
    return world, np.array([0.35, 0.3, 0.05, 0.0, 0.1, 0.1, 0.05, 0.05])


def test_auditor_covers_delta_from_samples_alone():
    """95 % intervals from 200 + 300 draws cover the true delta_z (false alarm 1e-6, exact)."""
    world, p_hat = sampled_world()
    rng = np.random.default_rng(11)
    thresholds = [0.04, 0.2, 0.32]
    truth = [calibration_delta(world, p_hat, z) for z in thresholds]
    covered = jointly = 0
    for child in rng.spawn(40):
        training = p_hat[child.choice(8, size=200, p=world.p)]
        generated = p_hat[child.choice(8, size=300, p=p_hat)]
        covered += audit_delta(training, generated, 0.2).covers(truth[1])
        curve = audit_delta_curve(training, generated, thresholds)
        jointly += all(e.covers(t) for e, t in zip(curve, truth, strict=True))
    for count in (covered, jointly):
        assert binomtest(count, 40, 0.95, alternative="less").pvalue > 1e-6
    assert truth[1] == pytest.approx(0.1)


def test_auditor_finds_a_gap_and_a_strict_threshold():
    """Non-vacuity: a gap of 0.3 is told from 0; a score equal to z is not above it."""
    estimate = audit_delta([0.9] * 500 + [0.1] * 500, [0.9] * 800 + [0.1] * 200, 0.5)
    assert estimate.low > 0.2
    assert audit_delta([0.5] * 10, [0.5] * 10, 0.5).value == 0


def test_options_weigh_their_prompt_divided_by_its_number_of_options():
    """Prompts of 2 and 4 options weigh 1/4 and 1/8 each: 0.1/4 in the top bin, 0.1/4 below."""
    world = World(p=[1, 0, 1, 0, 0, 0], valid=[1, 0, 1, 0, 0, 0], n_responses=[2, 4])
    p_hat = [0.9, 0.1, 0.25, 0.25, 0.25, 0.25]
    assert multiple_choice_ece(world, p_hat, n_bins=4) == pytest.approx(1 / 20)
