"""A base model fitted by cross-entropy, then improved by policy gradient on a grader (Fig. 2).

Multiple-choice questions with features; a question's right option is drawn from a law that a
linear softmax model can express, so a model fitted by cross-entropy knows how sure to be. The
same weights are then moved by the exact expected policy gradient of a grader's points. Everything
is measured on held-out questions, in the sense of the GPT-4 report's calibration plot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from simulations.trials import Columns, stack
from theory.arrays import FloatArray, IntArray
from theory.calibration import Reliability, reliability
from theory.errors import InvalidInput, require_integer
from theory.grading import Grader
from theory.reduction import World, calibration_delta


@dataclass(frozen=True, eq=False)
class ChoiceQuestions:
    """Multiple-choice questions with one right option each.

    Attributes
    ----------
    features : ndarray, shape (C, D)
        What the model sees of each question.
    right : ndarray of int, shape (C,)
        The right option, 0 .. m - 1.
    n_options : int
        m >= 4, so that 1/K = 1/(m - 1) can tell a guess from an answer.
    alpha : ndarray, shape (C,)
        How often the training text answers; else it says IDK.
    """

    features: FloatArray
    right: IntArray
    n_options: int
    alpha: FloatArray

    @property
    def text(self) -> FloatArray:
        """Training distribution p(r|c), shape (C, m + 1); the last column is IDK."""
        p = np.full((len(self.right), self.n_options + 1), 0.0)
        p[np.arange(len(self.right)), self.right] = self.alpha
        p[:, -1] = 1 - self.alpha
        return p

    @property
    def world(self) -> World:
        """The questions as a world, IDK valid."""
        p, m = self.text, self.n_options
        valid = np.zeros(p.shape, dtype=bool)
        valid[np.arange(len(p)), self.right] = valid[:, -1] = True
        return World(p=p.ravel(), valid=valid.ravel(), n_responses=[m + 1] * len(p))

    def answered_by(self, weights: FloatArray) -> FloatArray:
        """Return what a linear softmax model says, shape (C, m + 1)."""
        law: FloatArray = softmax(self.features @ weights, axis=1)
        return law

    def points(self, grader: Grader) -> FloatArray:
        """Reward of each response, shape (C, m + 1)."""
        reward = np.full((len(self.right), self.n_options + 1), float(grader.wrong))
        reward[np.arange(len(self.right)), self.right] = float(grader.correct)
        reward[:, -1] = float(grader.abstain)
        return reward


def draw_choice_questions(
    n_training: int,
    n_held_out: int,
    *,
    rng: np.random.Generator | int,
    n_features: int = 8,
    n_options: int = 4,
    idk_logit: float = 1.5,
    scale: float = 0.6,
) -> tuple[ChoiceQuestions, ChoiceQuestions]:
    """Draw the exam's training and held-out questions: answers follow one linear softmax law.

    The law is over the options and IDK, so texts abstain more on harder questions, and a model
    with the same features can be calibrated.

    Parameters
    ----------
    n_training, n_held_out : int
        Numbers of questions, at least 1.
    rng : numpy Generator or int
        Source of randomness, or a seed.
    n_features, n_options : int
        D >= 1 and m >= 4.
    idk_logit : float
        Logit of IDK; the options' logits vary about 0.
    scale : float
        > 0. How much the features tell; small: hard questions.

    Raises
    ------
    InvalidInput
        If a parameter is out of range.
    """
    sizes = [
        require_integer("n_training", n_training, at_least=1),
        require_integer("n_held_out", n_held_out, at_least=1),
    ]
    D = require_integer("n_features", n_features, at_least=1)
    m = require_integer("n_options", n_options, at_least=4)
    if not np.isfinite(idk_logit):
        raise InvalidInput("idk_logit", "finite", idk_logit)
    if not scale > 0:
        raise InvalidInput("scale", "> 0", scale)
    generator = np.random.default_rng(rng)
    truth = scale * generator.standard_normal((D, m))
    sets = []
    for n in sizes:
        features = generator.standard_normal((n, D))
        logits = features @ truth
        alpha = 1 - softmax(np.hstack([logits, np.full((n, 1), idk_logit)]), axis=1)[:, -1]
        law = softmax(logits, axis=1)
        right = (generator.random((n, 1)) > np.cumsum(law, axis=1)[:, :-1]).sum(axis=1)
        # A constant feature lets the model learn how often texts abstain.
        features = np.hstack([features, np.ones((n, 1))])
        sets.append(ChoiceQuestions(features, right, m, alpha))
    return sets[0], sets[1]


def cross_entropy_gradient(questions: ChoiceQuestions, weights: FloatArray) -> FloatArray:
    """Gradient of minus the cross-entropy, the first of two training phases, shape (D, m + 1)."""
    gap = questions.text - questions.answered_by(weights)
    step: FloatArray = questions.features.T @ gap / len(gap)
    return step


def policy_gradient(
    questions: ChoiceQuestions, weights: FloatArray, reward: FloatArray
) -> FloatArray:
    r"""Exact gradient of the expected reward: the mean of REINFORCE, without its noise.

    .. math:: \nabla \mathbb E_{r \sim \pi}[G] = \mathbb E_c \sum_r \pi(r|c)\,
              (G(c, r) - \bar G(c))\, \nabla \theta(c, r)
    """
    pi = questions.answered_by(weights)
    advantage = reward - np.sum(pi * reward, axis=1, keepdims=True)
    step: FloatArray = questions.features.T @ (pi * advantage) / len(pi)
    return step


def train_two_phases(
    training: ChoiceQuestions,
    held_out: ChoiceQuestions,
    grader: Grader,
    *,
    base_steps: int = 300,
    policy_steps: int = 300,
    step_size: float = 1.0,
    every: int = 10,
) -> tuple[Columns, dict[str, FloatArray]]:
    """Fit by cross-entropy, then reinforce what an exam rewards; measure on held-out questions.

    Parameters
    ----------
    training, held_out : ChoiceQuestions
        From :func:`draw_choice_questions`.
    grader : Grader
        The points of the second phase, such as ``theory.grading.graders.BINARY``.
    base_steps, policy_steps : int
        Gradient steps in each phase, at least 1.
    step_size : float
        > 0, the same in both phases.
    every : int
        Steps between two measurements.

    Returns
    -------
    columns : dict of str to ndarray
        ``step``, ``phase`` (0 base, 1 policy), ``ece``, ``delta``, ``abstention``, ``err``,
        ``accuracy``.
    weights : dict of str to ndarray
        ``base`` and ``policy``.

    Raises
    ------
    InvalidInput
        If a number is out of range.
    """
    for name, n in (("base_steps", base_steps), ("policy_steps", policy_steps), ("every", every)):
        require_integer(name, n, at_least=1)
    if not step_size > 0:
        raise InvalidInput("step_size", "> 0", step_size)
    reward = training.points(grader)
    weights = np.zeros((training.features.shape[1], training.n_options + 1))
    records, kept = [], {}
    for step in range(base_steps + policy_steps + 1):
        if step == base_steps:
            kept["base"] = weights.copy()
        if step % every == 0:
            phase = int(step > base_steps)
            records.append({"step": step, "phase": phase} | held_out_terms(held_out, weights))
        if step < base_steps:
            weights = weights + step_size * cross_entropy_gradient(training, weights)
        else:
            weights = weights + step_size * policy_gradient(training, weights, reward)
    return stack(records), kept | {"policy": weights}


def held_out_terms(questions: ChoiceQuestions, weights: FloatArray) -> dict[str, float]:
    """Return ECE, delta, abstention, err and accuracy of a reinforced model, held out."""
    pi = questions.answered_by(weights)
    on_right = pi[np.arange(len(pi)), questions.right]
    return {
        "ece": option_reliability(questions, weights).calibration_error,
        "delta": float(calibration_delta(questions.world, pi.ravel())),
        "abstention": float(pi[:, -1].mean()),
        "err": float((1 - on_right - pi[:, -1]).mean()),
        "accuracy": float(on_right.mean()),
    }


def option_reliability(
    questions: ChoiceQuestions, weights: FloatArray, *, n_bins: int = 10
) -> Reliability:
    """Confidence in each option of a trained exam-taker against how often it is right."""
    shares = softmax((questions.features @ weights)[:, :-1], axis=1)
    right = np.eye(questions.n_options)[questions.right]
    return reliability(np.minimum(shares, 1).ravel(), right.ravel(), n_bins=n_bins)


def reliability_before_and_after(
    questions: ChoiceQuestions, weights: dict[str, FloatArray], *, n_bins: int = 10
) -> Columns:
    """Reliability curve of each phase's options: ``phase``, ``confidence``, ``accuracy``."""
    curves = {
        phase: option_reliability(questions, w, n_bins=n_bins) for phase, w in weights.items()
    }
    return {
        "phase": np.repeat(list(curves), [len(c.weight) for c in curves.values()]),
        "confidence": np.concatenate([c.confidence for c in curves.values()]),
        "accuracy": np.concatenate([c.accuracy for c in curves.values()]),
    }
