"""How to audit: targets, treatment of odd records, intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hallucination_theory.scores.tally import Treatment
from theory.grading import TARGETS


@dataclass(frozen=True)
class Settings:
    """How to audit.

    Attributes
    ----------
    targets : sequence of float
        Confidence targets in [0, 1).
    treatment : Treatment
        How refusals, empty, unparsed and unscored records count.
    confidence_level : float
        Coverage of the intervals.
    seed : int
        Seed of bootstrap and permutation test.
    common : bool
        Whether two logs may be compared on the questions they share.
    separate : bool
        Whether logs are scored each for itself, without comparison.
    """

    targets: Sequence[float] = TARGETS
    treatment: Treatment = field(default_factory=Treatment)
    confidence_level: float = 0.95
    seed: int = 0
    common: bool = False
    separate: bool = False
