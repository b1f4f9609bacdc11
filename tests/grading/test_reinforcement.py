"""Fig. 2: calibration before and after reinforcement; and descent that makes delta small."""

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import spearmanr

from simulations.calibration import descend, misfit
from simulations.grading import draw_choice_questions, train_two_phases
from simulations.grading.reinforcement import (
    cross_entropy_gradient,
    held_out_terms,
    option_reliability,
    policy_gradient,
)
from theory.calibration import cross_entropy
from theory.errors import InvalidInput
from theory.grading import BINARY, confidence_target
from theory.reduction import World

SEED = 20250904


@pytest.fixture(scope="module")
def questions():
    return draw_choice_questions(1000, 2000, rng=SEED)


@pytest.fixture(scope="module")
def trained(questions):
    graders = {"binary": BINARY, "target": confidence_target(0.75)}
    return {
        name: train_two_phases(*questions, grader, base_steps=150, policy_steps=150)
        for name, grader in graders.items()
    }


def ends(columns):
    """Values at the end of the base phase and at the end of training."""
    base = np.flatnonzero(columns["phase"] == 0)[-1]
    return {name: (column[base], column[-1]) for name, column in columns.items()}


def test_binary_reward_raises_ece_and_delta_and_ends_abstention(questions, trained):
    """The direction of the GPT-4 report (ECE 0.007 -> 0.074), and no more IDK."""
    columns, _ = trained["binary"]
    at = ends(columns)
    assert at["ece"][0] < 0.03
    assert at["ece"][1] > 3 * at["ece"][0]
    assert at["delta"][0] < 0.1
    assert at["delta"][1] > 0.2
    # Calibrated: as often as the texts, up to what 1,000 training questions leave open.
    assert at["abstention"][0] == pytest.approx(1 - questions[1].alpha.mean(), abs=0.02)
    assert at["abstention"][1] < 0.05
    assert at["accuracy"][1] > at["accuracy"][0]
    assert at["err"][1] > at["err"][0]


def test_confidence_target_keeps_abstention_and_lowers_err(trained):
    """A grader that charges for wrong answers keeps IDK where the model is unsure."""
    at = ends(trained["target"][0])
    assert at["abstention"][1] > 0.25
    assert at["err"][1] < at["err"][0] / 1.5
    assert at["err"][1] < ends(trained["binary"][0])["err"][1] / 1.5


def test_the_policy_abstains_where_it_is_less_than_t_sure(questions, trained):
    """Behaviour at t = 3/4: IDK goes with a low best option of the base model."""
    _, held_out = questions
    _, weights = trained["target"]
    base = softmax((held_out.features @ weights["base"])[:, :-1], axis=1).max(axis=1)
    idk = held_out.answered_by(weights["policy"])[:, -1]
    assert idk[base < 0.5].mean() > 0.8
    less = spearmanr(base, idk, alternative="less")
    assert less.pvalue < 1e-6  # a chance of one in a million if they had nothing to do


def test_cross_entropy_phase_is_the_same_for_every_grader(trained):
    one, two = (trained[name][0] for name in ("binary", "target"))
    base = one["phase"] == 0
    for name in ("ece", "delta", "err"):
        assert (one[name][base] == two[name][base]).all()


def test_gradients_are_those_of_the_loss_and_of_the_reward(questions):
    """Central differences, entry by entry; and the mean of REINFORCE's one-sample estimates."""
    training, _ = questions
    rng = np.random.default_rng(1)
    weights = 0.3 * rng.standard_normal((9, 5))
    reward = training.points(confidence_target(0.75))

    def loss(w):
        return cross_entropy(training.world, training.answered_by(w).ravel())

    def value(w):
        return float(np.mean(np.sum(training.answered_by(w) * reward, axis=1)))

    downhill = cross_entropy_gradient(training, weights)
    uphill = policy_gradient(training, weights, reward)
    h = 1e-5
    for i, j in ((0, 0), (3, 2), (8, 4)):
        step = np.zeros((9, 5))
        step[i, j] = h
        assert downhill[i, j] == pytest.approx(
            -(loss(weights + step) - loss(weights - step)) / (2 * h), abs=1e-7
        )
        assert uphill[i, j] == pytest.approx(
            (value(weights + step) - value(weights - step)) / (2 * h), abs=1e-7
        )
    pi = training.answered_by(weights)
    estimates = []
    for child in rng.spawn(200):
        drawn = (child.random((len(pi), 1)) > np.cumsum(pi, axis=1)[:, :-1]).sum(axis=1)
        score = np.eye(5)[drawn] - pi
        gain = reward[np.arange(len(pi)), drawn][:, None]
        estimates.append(training.features.T @ (score * gain) / len(pi))
    noise = np.std(estimates, axis=0) / np.sqrt(200)
    # 45 entries, 6 standard errors: a false alarm once in 10^7.
    assert (np.abs(np.mean(estimates, axis=0) - uphill) < 6 * noise).all()


def test_base_model_is_calibrated_because_its_family_holds_the_law(questions, trained):
    """Every bin is right on average; the same weights four times as large are overconfident."""
    _, held_out = questions
    _, weights = trained["binary"]
    curve = option_reliability(held_out, weights["base"])
    assert len(curve.weight) >= 8
    assert np.abs(curve.accuracy - curve.confidence).max() < 0.1
    overconfident = held_out_terms(held_out, 4 * weights["base"])
    assert overconfident["ece"] > 3 * held_out_terms(held_out, weights["base"])["ece"]


def test_same_seed_same_questions():
    a, b, other = (draw_choice_questions(5, 5, rng=seed)[0] for seed in (1, 1, 2))
    assert (a.features == b.features).all()
    assert (a.features != other.features).any()


def additive_misfit():
    """Four cells of ten responses told by two features, with masses that no additive model has.

    p: 0.1 on cell (1, 1), 0.45 on (1, 0) and (0, 1), 0 on (0, 0). The best fit knows the margins
    0.55 only and puts 0.55^2 on (1, 1), the one cell above 1/K = 1/36; so delta = 0.55^2 - 0.1.
    """
    features = np.repeat([[1.0, 1.0], [1, 0], [0, 1], [0, 0]], 10, axis=0)
    p = np.zeros(40)
    p[[0, 10, 20, 21]] = 0.1, 0.45, 0.225, 0.225
    return World(p=p, valid=p > 0), features


def test_descent_makes_delta_small_only_for_a_model_that_can_rescale():
    """With the scale of A as a parameter delta -> 0; without it delta stays where it must."""
    world, features = additive_misfit()
    free = descend(world, features, can_rescale=True, n_steps=800)
    stuck = descend(world, features, can_rescale=False, n_steps=800)
    assert free["delta"][-1] == pytest.approx(0, abs=1e-9)
    assert stuck["delta"][-1] == pytest.approx(0.55**2 - 0.1, abs=1e-9)
    assert free["cross_entropy"][-1] < stuck["cross_entropy"][-1]


def test_cross_entropy_falls_along_descent():
    world, features = misfit(rng=0)
    for can_rescale in (True, False):
        loss = descend(world, features, can_rescale=can_rescale, n_steps=400)["cross_entropy"]
        assert (np.diff(loss) <= 1e-9).all()
        assert loss[-1] < loss[0]


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: draw_choice_questions(0, 5, rng=0), "n_training must be a whole number >= 1"),
        (
            lambda: draw_choice_questions(5, 5, rng=0, n_options=3),
            "n_options must be a whole number >= 4",
        ),
        (lambda: draw_choice_questions(5, 5, rng=0, idk_logit=np.inf), "idk_logit must be finite"),
        (lambda: draw_choice_questions(5, 5, rng=0, scale=-1), "scale must be > 0"),
        (
            lambda: train_two_phases(*draw_choice_questions(5, 5, rng=0), BINARY, step_size=0),
            "step_size must be > 0",
        ),
        (
            lambda: train_two_phases(*draw_choice_questions(5, 5, rng=0), BINARY, every=0),
            "every must be a whole number",
        ),
        (lambda: misfit(rng=0, n_responses=10), "n_responses must be a whole number >= 11"),
        (
            lambda: descend(misfit(rng=0)[0], np.zeros((3, 1)), can_rescale=True),
            r"features must be of shape \(200, D\)",
        ),
        (
            lambda: descend(*misfit(rng=0), can_rescale=True, step_size=-1),
            "step_size must be > 0",
        ),
    ],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(InvalidInput, match=match):
        call()
