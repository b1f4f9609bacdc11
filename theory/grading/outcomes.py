"""What a test-taker did: answers right, answers wrong, abstentions (Sec. 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.arrays import LARGEST, as_array
from theory.errors import InvalidInput, shown


@dataclass(frozen=True, eq=False)
class Outcomes:
    """How often a test-taker was right, was wrong and abstained, as counts or as shares.

    Attributes
    ----------
    correct, wrong, abstained : number or ndarray
        Non-negative, not all 0; arrays hold one entry per test-taker.

    Raises
    ------
    InvalidInput
        If one is negative or not a number, or all three are 0.

    Examples
    --------
    >>> exam = Outcomes(correct=22, wrong=26, abstained=52)
    >>> exam.accuracy, exam.error_rate, exam.abstention_rate
    (0.22, 0.26, 0.52)
    """

    correct: Any
    wrong: Any
    abstained: Any

    def __post_init__(self) -> None:
        for name, value in vars(self).copy().items():
            if not np.all(as_array(name, value) >= 0):
                raise InvalidInput(name, "a number >= 0", repr(value))
            object.__setattr__(self, name, _wide(name, value))
        if not np.all(np.asarray(self.total) > 0):
            raise InvalidInput("the number of questions", "at least 1", 0)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Outcomes):
            return NotImplemented
        return all(np.array_equal(value, vars(other)[name]) for name, value in vars(self).items())

    def __hash__(self) -> int:
        return hash(tuple(tuple(np.ravel(value).tolist()) for value in vars(self).values()))

    @property
    def total(self) -> Any:
        """Number of questions (1 if shares are given)."""
        return self.correct + self.wrong + self.abstained

    @property
    def accuracy(self) -> Any:
        """Share of all questions answered correctly, in [0, 1]."""
        return self.correct / self.total

    @property
    def error_rate(self) -> Any:
        """Share of all questions answered wrongly (the hallucination rate), in [0, 1]."""
        return self.wrong / self.total

    @property
    def abstention_rate(self) -> Any:
        """Share of all questions left unanswered, in [0, 1]."""
        return self.abstained / self.total

    @property
    def accuracy_attempted(self) -> Any:
        """Share of the attempted questions answered correctly; nan if none was attempted.

        Not 0: a test-taker who never answers is not one who is always wrong.
        """
        attempted = self.correct + self.wrong
        if isinstance(attempted, np.ndarray):
            nothing = np.full(attempted.shape, np.nan)
            return np.divide(self.correct, attempted, out=nothing, where=attempted > 0)
        return self.correct / attempted if attempted else float("nan")


def _wide(name: str, value: Any) -> Any:
    """Return counts in a type in which three of them add up without wrapping."""
    if isinstance(value, np.integer):
        return int(value)
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iu":
        return value
    if value.max(initial=0) > LARGEST // 4:
        raise InvalidInput(name, "at most 2^60", shown(int(value.max())))
    return value.astype(np.int64)
