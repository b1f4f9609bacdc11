"""A small policy trained on a reward: what a grader teaches (Sec. 4).

The policy answers with probability sigma(w (belief - s)): two parameters, a slope and a target.
It is trained by policy gradient on sampled rewards alone; nobody tells it the target.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from theory.arrays import FloatArray
from theory.errors import InvalidInput, require_integer
from theory.grading import Examinees, Grader, normal_form

SLOPE_UNIT = 10.0
"""Beliefs enter in tenths: a slower slope would learn "never" at high targets."""


@dataclass(frozen=True, eq=False)
class TrainedPolicy:
    """What the policy learned.

    Attributes
    ----------
    belief, answers : ndarray, shape (m,)
        Belief of each level, and the learned probability of answering there.
    target : float
        Belief at which it answers every second time; 0 if it answers more often than that at every
        level, 1 if less often at every level.
    reward : ndarray, shape (steps,)
        Mean reward of each batch, in the grader's normal form (points in [0, 1]).
    """

    belief: FloatArray
    answers: FloatArray
    target: float
    reward: FloatArray


def train_policy(
    examinees: Examinees,
    grader: Grader,
    *,
    rng: np.random.Generator | int,
    n_steps: int = 4000,
    batch: int = 1000,
    rate: float = 10.0,
) -> TrainedPolicy:
    r"""Train an answering policy on a grader's rewards by policy gradient.

    .. math:: \nabla \mathbb E[r] = \mathbb E[(a - \pi)(r - r_{\text{idk}})(1, \text{belief})]

    Parameters
    ----------
    examinees : Examinees
        Population that sits the exams.
    grader : Grader
        Reward, brought to its normal form so that one learning rate serves all.
    rng : numpy Generator or int
        Source of questions, answers and their correctness.
    n_steps, batch : int
        Gradient steps and questions per step.
    rate : float
        Learning rate.

    Raises
    ------
    InvalidInput
        If a number is out of range.
    """
    require_integer("n_steps", n_steps, at_least=1)
    require_integer("batch", batch, at_least=1)
    if not 0 < rate < float("inf"):
        raise InvalidInput("rate", "a finite number > 0", repr(rate))
    generator = np.random.default_rng(rng)
    t = float(normal_form(grader).abstain)
    belief = examinees.belief.astype(float)
    features = np.stack([np.ones(len(belief)), SLOPE_UNIT * (belief - 0.5)])
    weights, rewards = np.zeros(2), np.empty(n_steps)
    for step in range(n_steps):
        answers = expit(weights @ features)
        asked = generator.multinomial(batch, examinees.share.astype(float))
        answered = generator.binomial(asked, answers)
        right = generator.binomial(answered, examinees.chance.astype(float))
        # Abstaining earns t, its own baseline; an answer earns 1 or 0 instead.
        gain = right - t * answered
        weights = weights + rate * features @ ((1 - answers) * gain) / batch
        rewards[step] = (right.sum() + t * (batch - answered.sum())) / batch
    answers = expit(weights @ features)
    return TrainedPolicy(belief, answers, _learned_target(belief, answers), rewards)


def _learned_target(belief: FloatArray, answers: FloatArray) -> float:
    if answers.min() > 0.5:
        return 0.0
    if answers.max() < 0.5:
        return 1.0
    order = np.argsort(answers)
    return float(np.interp(0.5, answers[order], belief[order]))
