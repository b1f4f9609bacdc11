"""A base model of arbitrary facts, fitted to a sample by cross-entropy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.arrays import BoolArray, FloatArray, IntArray
from theory.calibration import cross_entropy
from theory.errors import require_integer
from theory.facts import FactWorld
from theory.reduction import World

STRENGTHS = np.geomspace(0.02, 50, 60)
"""Prior strengths among which :func:`fit_base` chooses."""


@dataclass(frozen=True, eq=False)
class FactStudy:
    """Facts with their answers drawn, and a training sample of them.

    Attributes
    ----------
    world : World
        Prompt by prompt: the plausible answers, then IDK.
    counts : ndarray of int, shape (X,)
        How often each (prompt, response) occurs in the training text.
    prior : ndarray, shape (X,)
        What is known of a prompt before any text on it: answers alike, IDK as often as usual.
    """

    world: World
    counts: IntArray
    prior: FloatArray

    @property
    def idk(self) -> BoolArray:
        """Rows that abstain, shape (X,)."""
        mask = np.zeros(self.world.n_examples, dtype=bool)
        mask[self.world.starts + self.world.n_responses - 1] = True
        return mask

    def learn(self, counts: IntArray, strength: float) -> FloatArray:
        """Return the posterior mean (counts + strength * prior) / (n_c + strength), shape (X,)."""
        w = counts + strength * self.prior
        model: FloatArray = w / self.world.per_example(np.add.reduceat(w, self.world.starts))
        return model

    @property
    def memory(self) -> FloatArray:
        """Relative frequencies of the text; IDK at prompts of which it says nothing."""
        nothing = np.add.reduceat(self.counts, self.world.starts) == 0
        silent = self.idk & self.world.per_example(nothing)
        return self.learn(np.where(silent, 1, self.counts), 0.0)


def draw_study(facts: FactWorld, n_samples: int, *, rng: np.random.Generator | int) -> FactStudy:
    """Draw the facts whose base model's calibration is studied, and its training text of n samples.

    Raises
    ------
    InvalidInput
        If ``n_samples`` is not a whole number >= 1.
    """
    n_samples = require_integer("n_samples", n_samples, at_least=1)
    generator = np.random.default_rng(rng)
    one_by_one = facts.by_prompt()
    sizes = one_by_one.n_responses
    world = one_by_one.with_answers(generator.integers(sizes)).to_float()
    counts = generator.multinomial(n_samples, world.per_example(world.mu) * world.p)
    alpha = one_by_one.answer_prob.astype(float)
    prior = world.per_example(alpha / sizes)
    prior[world.starts + sizes] = 1 - alpha
    return FactStudy(world, counts, prior)


def fit_base(study: FactStudy) -> tuple[FloatArray, float]:
    """Choose the prior strength with the least cross-entropy under p; return model and strength."""
    losses = [cross_entropy(study.world, study.learn(study.counts, s)) for s in STRENGTHS]
    strength = float(STRENGTHS[int(np.argmin(losses))])
    return study.learn(study.counts, strength), strength
