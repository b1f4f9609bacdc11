"""Published scores and what they reveal: SimpleQA, and the table of the Nature version.

With the question alone (closed rubric) the answers do not depend on t, so in the form correct 1,
abstain t, wrong 0 the score is accuracy + t x abstention rate: affine in t. Two numbers explain a
row of rounded scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

from theory.arrays import ArrayLike, Number, as_numbers, size, total
from theory.errors import InvalidInput
from theory.grading.outcomes import Outcomes
from theory.grading.targets import require_target

SIMPLEQA = {
    "gpt-5-thinking-mini": Outcomes(correct=22, wrong=26, abstained=52),
    "o4-mini": Outcomes(correct=24, wrong=75, abstained=1),
}
"""SimpleQA in per cent, as published: the model with more errors has the higher accuracy."""

ROUNDING = 0.005
"""How far a score rounded to 0.01 may lie from the true one."""


@dataclass(frozen=True)
class AffineRow:
    """Accuracy and abstention rate recovered from scores at several targets.

    Attributes
    ----------
    accuracy, abstention_rate : number
        Least-squares intercept and slope.
    worst_residual : number
        Largest distance of a score from the least-squares line.
    affine_gap : number
        Least possible largest distance of the scores from any line. At most 0.005 if and only if
        scores rounded to 0.01 may come from answers that do not depend on t.
    """

    accuracy: Any
    abstention_rate: Any
    worst_residual: Any
    affine_gap: Any

    @property
    def error_rate(self) -> Any:
        """What is neither right nor abstained."""
        return 1 - self.accuracy - self.abstention_rate


def recover_rates(targets: ArrayLike, scores: ArrayLike) -> AffineRow:
    r"""Recover accuracy and abstention from a published row of graded scores (Nature version).

    .. math:: \mathrm{score}_t = \mathrm{accuracy} + t \cdot \mathrm{abstention}

    Parameters
    ----------
    targets : array_like, shape (m,)
        At least two different targets in [0, 1).
    scores : array_like, shape (m,)
        Mean scores with correct 1, abstain t, wrong 0.

    Raises
    ------
    InvalidInput
        If lengths differ, a target is outside [0, 1), or fewer than two differ.

    Examples
    --------
    >>> row = recover_rates([0, 0.5], [0.25, 0.5])
    >>> row.accuracy, row.abstention_rate, row.error_rate
    (0.25, 0.5, 0.25)
    """
    t, s = as_numbers("targets", targets), as_numbers("scores", scores)
    for target in t:
        require_target(target, name="a target")
    if t.shape != s.shape or len(set(t.tolist())) < 2:
        raise InvalidInput("targets", "two or more different values, one per score", t.tolist())
    n = len(t)
    mean_t, mean_s = total(t) / n, total(s) / n
    centred = t - mean_t
    slope = total(centred * s) / total(centred * t)
    intercept = mean_s - slope * mean_t
    pairs = zip(t.tolist(), s.tolist(), strict=True)
    worst = max(size(score - (slope * target + intercept)) for target, score in pairs)
    return AffineRow(intercept, slope, worst, _affine_gap(t, s))


def _affine_gap(t: Any, s: Any) -> Number:
    # Chebyshev's line: the best one is off by half of what the worst triple bends (Helly).
    points = sorted(zip(t.tolist(), s.tolist(), strict=True))
    gaps = [0 * s[0]]
    for (t1, s1), (t2, s2), (t3, s3) in combinations(points, 3):
        if t1 < t3:
            share = (t2 - t1) / (t3 - t1)
            gaps.append(abs(s2 - (1 - share) * s1 - share * s3) / 2)
    largest: Number = max(gaps)
    return largest
