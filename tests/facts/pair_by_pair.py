"""The slow way: draw each training pair, learn from the pairs, build prompts x responses arrays.

For small worlds only: an oracle that shares no formula with :mod:`simulations.facts.learners`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.arrays import FloatArray, IntArray
from theory.facts import FactSample, FactWorld
from theory.reduction import World


@dataclass(frozen=True, eq=False)
class Pairs:
    """Right answers and N training pairs of a world given prompt by prompt (Definitions 1, 2).

    Attributes
    ----------
    facts : FactWorld
        One class per prompt.
    answers : ndarray of int, shape (C,)
        a_c as a position in R_c.
    prompts, responses : ndarray of int, shape (N,)
        The pairs; IDK is the response number |R_c|.
    """

    facts: FactWorld
    answers: IntArray
    prompts: IntArray
    responses: IntArray

    @property
    def world(self) -> World:
        """The world once the answers are known."""
        return self.facts.with_answers(self.answers)

    def sample(self) -> FactSample:
        """Count the pairs (Definition 2)."""
        answered = self.responses < self.facts.n_responses[self.prompts]
        counts = np.bincount(self.prompts[answered], minlength=self.facts.n_classes)
        return FactSample.of_prompts(self.facts, len(self.prompts), counts)


def draw_corpus(facts: FactWorld, n_samples: int, *, rng: np.random.Generator | int) -> Pairs:
    """Draw the answers, then N pairs, one after the other."""
    rng = np.random.default_rng(rng)
    flat = facts.by_prompt()
    answers = rng.integers(flat.n_responses)
    prompts = rng.choice(flat.n_classes, size=n_samples, p=flat.mu)
    says = rng.random(n_samples) < flat.answer_prob[prompts]
    responses = np.where(says, answers[prompts], flat.n_responses[prompts])
    return Pairs(flat, answers, prompts, responses)


def learn(corpus: Pairs, learner: str, *, rng: np.random.Generator | int) -> FloatArray:
    """Train a learner on the pairs; return p_hat as a vector, shape (X,), rows as in the world.

    Parameters
    ----------
    corpus : Pairs
        A small one.
    learner : str
        "calibrated memoriser", "regurgitator", "committing guesser", "abstainer",
        "smoothed counts" or "tempered", with the parameters of
        :data:`simulations.facts.learners.LEARNERS`.
    rng : numpy Generator or int
        For the guesser.

    """
    rng = np.random.default_rng(rng)
    rows = []
    for c in range(corpus.facts.n_classes):
        heard = corpus.responses[corpus.prompts == c]
        rows.append(_ROWS[learner](corpus, c, heard, rng))
    return np.concatenate(rows)


def _memorise(corpus: Pairs, c: int, heard: IntArray, rng: np.random.Generator) -> FloatArray:
    R, alpha = int(corpus.facts.n_responses[c]), float(corpus.facts.answer_prob[c])
    row = np.zeros(R + 1)
    row[R] = 1 - alpha
    answers = {int(r) for r in heard if r < R}
    for r in answers or range(R):
        row[r] = alpha if answers else alpha / R
    return row


def _regurgitate(corpus: Pairs, c: int, heard: IntArray, rng: np.random.Generator) -> FloatArray:
    R = int(corpus.facts.n_responses[c])
    known = any(r < R for r in heard)
    return _memorise(corpus, c, heard, rng) if known else _abstain(corpus, c, heard, rng)


def _abstain(corpus: Pairs, c: int, heard: IntArray, rng: np.random.Generator) -> FloatArray:
    row = np.zeros(int(corpus.facts.n_responses[c]) + 1)
    row[-1] = 1
    return row


def _commit(corpus: Pairs, c: int, heard: IntArray, rng: np.random.Generator) -> FloatArray:
    R = int(corpus.facts.n_responses[c])
    known = any(r < R for r in heard)
    # A guess is taken for a memory, and then stated with the same confidence.
    return _memorise(corpus, c, heard if known else rng.integers(R, size=1), rng)


def _smooth(corpus: Pairs, c: int, heard: IntArray, rng: np.random.Generator) -> FloatArray:
    R, alpha = int(corpus.facts.n_responses[c]), float(corpus.facts.answer_prob[c])
    counts = np.bincount(heard, minlength=R + 1)[:R] + 0.01
    return np.append(alpha * counts / counts.sum(), 1 - alpha)


def _temper(corpus: Pairs, c: int, heard: IntArray, rng: np.random.Generator) -> FloatArray:
    row = _memorise(corpus, c, heard, rng) ** (1 / 1.5)
    tempered: FloatArray = row / row.sum()
    return tempered


_ROWS = {
    "calibrated memoriser": _memorise,
    "regurgitator": _regurgitate,
    "committing guesser": _commit,
    "abstainer": _abstain,
    "smoothed counts": _smooth,
    "tempered": _temper,
}
