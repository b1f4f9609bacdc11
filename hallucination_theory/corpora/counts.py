"""What is known of a corpus: counts of counts, from any engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hallucination_theory.tables.read import read_table
from theory.arrays import IntArray
from theory.errors import InvalidInput
from theory.facts import CountsOfCounts

LARGEST = 10**15
"""Counts beyond this do not fit in the digits of a float."""


@dataclass(frozen=True)
class CorpusCounts:
    """What Definition 2 and extension X13 need to know of a corpus.

    Attributes
    ----------
    counts : CountsOfCounts
        N, all rows, and how many prompts occur with an answer how often.
    n_prompts : int
        Distinct prompts.
    n_contradictory : int
        Prompts with two or more different answers. Each of their rows counts as an occurrence, so
        none of them is a singleton.
    """

    counts: CountsOfCounts
    n_prompts: int
    n_contradictory: int

    @classmethod
    def of_rows(
        cls, name: str, rows: Iterable[tuple[int, ...]], *, silent: bool = False
    ) -> CorpusCounts:
        """Build it from rows (times seen, prompts, samples, contradictory prompts).

        A ``silent`` corpus may hold nothing but abstentions.

        Raises
        ------
        InvalidInput
            If there is no row at all, or no answer.
        """
        times, n_prompts, n_samples, n_contradictory = (
            np.array(list(rows), dtype=np.int64).reshape(-1, 4).T
        )
        seen = times > 0
        if not len(times):
            raise InvalidInput(name, "a table with at least one row", "none")
        if not (silent or seen.any()):
            received = f"only abstentions in {int(n_samples.sum())} rows"
            raise InvalidInput(f"the responses of {name}", "at least one answer", received)
        counts = CountsOfCounts(int(n_samples.sum()), times[seen], n_prompts[seen])
        return cls(counts, int(n_prompts.sum()), int(n_contradictory.sum()))

    @property
    def n_samples(self) -> int:
        """N, all rows."""
        return self.counts.n_samples

    @property
    def n_abstentions(self) -> int:
        """Rows that abstain."""
        return self.n_samples - self.counts.n_answers


def read_counts(path: str | Path) -> CorpusCounts:
    """Read counts of counts that any engine made: how many facts were seen how often.

    Parameters
    ----------
    path : str or Path
        CSV, JSON lines or Parquet with the columns times_seen and n_facts, one row for each number
        of times; n_rows (training samples, abstentions included) and n_contradictory if they are
        there. Without n_rows nobody abstained.

    Raises
    ------
    InvalidInput
        If the table is malformed, holds anything but whole numbers, names a number of times twice,
        or has fewer rows than answers.
    """
    table = read_table(path, ("times_seen", "n_facts"), ("n_rows", "n_contradictory"), text=True)

    def whole(name: str) -> IntArray:
        values = table.exact_numbers(name)
        for row, value in enumerate(values):
            if value.denominator != 1 or not 0 <= value <= LARGEST:
                allowed = "a whole number from 0 to 10^15"
                raise InvalidInput(name, allowed, value, where=table.place(row))
        return values.astype(np.int64)

    times, facts = whole("times_seen"), whole("n_facts")
    rows = whole("n_rows") if "n_rows" in table else times * facts
    odd = whole("n_contradictory") if "n_contradictory" in table else 0 * times
    if len(set(times.tolist())) < len(times):
        raise InvalidInput(f"times_seen of {table.file}", "different numbers", "one of them twice")
    few = np.flatnonzero(rows < times * facts)
    if len(few):
        raise InvalidInput(
            "n_rows", "at least times_seen x n_facts", int(rows[few[0]]), where=table.place(few[0])
        )
    return CorpusCounts.of_rows(table.file, zip(times, facts, rows, odd, strict=True))
