"""Was it right to abstain: hallucination rate, questions without an answer, false abstention."""

from __future__ import annotations

from typing import Any

import numpy as np

from hallucination_theory.scores.settings import COLUMNS, Settings
from hallucination_theory.scores.tally import Share, Tally, share
from theory.arrays import IntArray

RIGHT, WRONG, ABSTAINED, UNDETERMINED = range(len(COLUMNS))


def hallucination_rate(counts: Tally, settings: Settings) -> Share:
    """Return wrong / (wrong + abstained), with its interval; None if it is undefined."""
    wrong = counts.column == WRONG
    return share(counts, wrong, counts.column != RIGHT, settings)


def unanswerable_report(counts: Tally, settings: Settings) -> dict[str, Any] | None:
    """Return how often a log abstains where a question has no answer, and where it has one.

    To abstain is right where there is no answer, so such a record counts as right.
    """
    none = counts.log.readings.unanswerable
    if none is None or not none.any():
        return None
    abstained = counts.column == np.where(none, RIGHT, ABSTAINED)
    return {
        "n": int(none.sum()),
        "abstained": share(counts, abstained, none, settings),
        "n_answerable": int((~none).sum()),
        "answerable_abstained": share(counts, abstained, ~none, settings),
    }


def false_abstention(
    base: Tally, counts: Tally, here: IntArray, there: IntArray, settings: Settings
) -> dict[str, Any]:
    """Compare the abstentions at a stated target with the answers at target 0.

    Parameters
    ----------
    base, counts : Tally
        The same questions at target 0 and at a higher target.
    here, there : ndarray of int
        Positions of the same records in ``base`` and in ``counts``.
    settings : Settings
        Confidence level of the intervals.
    """
    before = np.full(len(counts.column), UNDETERMINED)
    before[there] = base.column[here]
    paired = np.zeros(len(counts.column), dtype=bool)
    paired[there] = True
    right, abstained = before == RIGHT, counts.column == ABSTAINED
    unknown = before == UNDETERMINED
    return {
        "t": counts.log.stated_t,
        "n_abstained": int((paired & abstained).sum()),
        "right_of_abstained": share(counts, right, paired & abstained, settings, unknown=unknown),
        "n_right_at_0": int((paired & right).sum()),
        "abstained_of_right": share(counts, abstained, paired & right, settings),
    }
