"""A linear classifier of replies, learned from replies written by hand in six languages.

Its weights are learned and its error is measured by ``benchmarks/abstentions.py``; they lie in
``languages/weights.npz``, one for each entry of the table of
:mod:`hallucination_theory.replies.features`, with two thresholds. Below the first one a reply is an
answer, from the second on an abstention, in between unclear.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from math import sqrt

import numpy as np
import numpy.typing as npt

from hallucination_theory.replies.features import blocks

WINDOW = 600
"""A longer reply than two windows is judged by its beginning and its end, each of this length."""


REPLIES = ("seven sets of replies", "replies written to be hard")
"""What the error was measured on, see ``benchmarks/abstentions.md``."""


@dataclass(frozen=True)
class Measured:
    """Counts of replies: abstentions, answers, called abstentions, and rightly so."""

    replies: str
    n_abstentions: int
    n_answers: int
    n_called: int
    n_right: int


@dataclass(frozen=True)
class Classifier:
    """Weights and thresholds.

    Attributes
    ----------
    weights : ndarray of int8, shape (2^17,)
        In units of ``scale``.
    scale, intercept : float
        The score of a reply is the intercept plus, over the blocks of its features, the sum of
        their weights over the square root of their number: the log odds of an abstention.
    unclear_from, abstains_from : float
        The thresholds of the score.
    measured : tuple of Measured
        Its error on replies that it had not learned from.
    """

    weights: npt.NDArray[np.int8]
    scale: float
    intercept: float
    unclear_from: float
    abstains_from: float
    measured: tuple[Measured, ...]

    def score(self, text: str) -> float:
        """Return the score of a short reply."""
        found = [entries for entries in blocks(text) if len(entries)]
        total = sum(
            int(self.weights[entries].sum(dtype=np.int64)) / sqrt(len(entries)) for entries in found
        )
        return self.intercept + self.scale * total

    def verdict(self, text: str) -> str:
        """Return ``"abstains"``, ``"unclear"`` or ``"answers"``.

        A long reply abstains or answers if its beginning and its end do so.

        Examples
        --------
        >>> [classifier().verdict(a) for a in ("Keine Ahnung, wer das war.", "Das war Goethe.")]
        ['abstains', 'answers']
        """
        parts = [text] if len(text) <= 2 * WINDOW else [text[:WINDOW], text[-WINDOW:]]
        said = {self._verdict(self.score(part)) for part in parts}
        return said.pop() if len(said) == 1 else "unclear"

    def _verdict(self, score: float) -> str:
        if score < self.unclear_from:
            return "answers"
        return "abstains" if score >= self.abstains_from else "unclear"


@lru_cache(maxsize=1)
def classifier() -> Classifier:
    """Return the classifier that comes with the package."""
    file = resources.files("hallucination_theory.replies") / "languages" / "weights.npz"
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
        scale, intercept, low, high = stored["numbers"].tolist()
        measured = (
            Measured(name, *map(int, row))
            for name, row in zip(REPLIES, stored["measured"], strict=True)
        )
        return Classifier(stored["weights"], scale, intercept, low, high, tuple(measured))
