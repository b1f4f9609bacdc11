"""How to audit: targets, treatment of odd records, intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from hallucination_theory.logs.records import KINDS
from theory.arrays import IntArray
from theory.errors import InvalidInput
from theory.grading import TARGETS

COLUMNS = ("correct", "wrong", "abstained", "undetermined")
"""Where the kinds go; undetermined records earn 0 points and stay in every denominator."""

DEFAULT_TREATMENT = {
    "correct": "correct",
    "wrong": "wrong",
    "abstain": "abstained",
    "refusal": "abstained",
    "empty": "abstained",
    "unparsed": "undetermined",
    "unscored": "undetermined",
    "unclear": "undetermined",
}
"""A refusal or an empty answer claims nothing, so it is no mistake. What an answer that nobody
could read or score would have earned is not known, so it is neither right nor wrong."""


@dataclass(frozen=True)
class Treatment:
    """How each kind of record counts.

    Raises
    ------
    InvalidInput
        If a kind or a column is unknown, or a change would touch right and wrong answers.
    """

    changes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        changeable = [k for k in KINDS if k not in {"correct", "wrong"}]
        for kind, column in self.changes.items():
            if kind not in changeable:
                raise InvalidInput(
                    "a kind of record", f"one of {', '.join(changeable)}", repr(kind)
                )
            if column not in COLUMNS[1:]:
                raise InvalidInput(
                    f"what {kind} counts as", f"one of {', '.join(COLUMNS[1:])}", repr(column)
                )

    @property
    def table(self) -> dict[str, str]:
        """Kind -> column."""
        return DEFAULT_TREATMENT | dict(self.changes)

    @property
    def codes(self) -> IntArray:
        """Position in :data:`COLUMNS` of each kind, shape (8,)."""
        return np.array([COLUMNS.index(self.table[kind]) for kind in KINDS])


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
        Seed of the random orders and of the permutation test.
    common : bool
        Whether two logs may be compared on the questions they share.
    separate : bool
        Whether logs are scored each for itself, without comparison.
    ece_bins : int
        Bins of equal width of the expected calibration error.
    """

    targets: Sequence[float] = TARGETS
    treatment: Treatment = field(default_factory=Treatment)
    confidence_level: float = 0.95
    seed: int = 0
    common: bool = False
    separate: bool = False
    ece_bins: int = 10
