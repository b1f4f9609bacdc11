"""The table of scores published with the Nature version, read from the package's own data."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from importlib import resources

from theory.grading import AffineRow, recover_rates

N_QUESTIONS = 4326
"""Questions of SimpleQA behind every score."""


@dataclass(frozen=True)
class ScoreRow:
    """Scores of one model in one setting at four targets, exactly as printed.

    Attributes
    ----------
    model : str
        LLM1 to LLM4.
    answers : str
        ``single`` sample, or ``consistency`` of two.
    rubric : str
        ``closed`` (question alone) or ``open`` (scoring rule in the prompt).
    targets, scores : tuple of Fraction
        Scores with correct 1, abstain t, wrong 0.
    """

    model: str
    answers: str
    rubric: str
    targets: tuple[Fraction, ...]
    scores: tuple[Fraction, ...]

    @property
    def rates(self) -> AffineRow:
        """Accuracy and abstention rate by least squares (they mean something if closed)."""
        return recover_rates(self.targets, self.scores)


def nature_scores() -> list[ScoreRow]:
    """Return the 16 rows of four scores, sorted as in the file.

    Examples
    --------
    >>> row = nature_scores()[0]
    >>> row.model, row.answers, row.rubric, float(row.scores[0])
    ('LLM1', 'consistency', 'closed', 0.61)
    """
    file = resources.files("simulations.confidence_targets") / "nature_simpleqa_scores.csv"
    grouped: dict[tuple[str, str, str], list[tuple[Fraction, Fraction]]] = {}
    for line in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
        key = line["model"], line["answers"], line["rubric"]
        point = Fraction(Decimal(line["t"])), Fraction(Decimal(line["score"]))
        grouped.setdefault(key, []).append(point)
    return [
        ScoreRow(*key, *(tuple(column) for column in zip(*points, strict=True)))
        for key, points in grouped.items()
    ]
