"""Weighed candidates as the model that ``check`` speaks of, and as a table with one row a text.

The arrays of a sample file are a World as they stand. The table, with a copy of every question in
each of its rows, is made only where a complaint must name a row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hallucination_theory.tables.fingerprints import SPREAD, fingerprints
from hallucination_theory.tables.model_table import (
    MOST_TIMES,
    ModelTable,
    grouped,
    model_of,
    repeated,
)
from hallucination_theory.tables.sample_table import Weighed
from hallucination_theory.tables.table import Table, to_arrow, to_numpy
from theory.arrays import BoolArray, IntArray
from theory.errors import InvalidInput
from theory.reduction import World

OTHER_TEXT = "(any other text)"


@dataclass(frozen=True, eq=False)
class SampleTable(Table):
    """A table whose rows come from records; complaints name the record."""

    record: IntArray

    def place(self, row: int) -> str:
        """Say which record a row comes from."""
        return f"data row {self.record[row] + 1} of {self.file}"


def model_of_samples(found: Weighed, tolerance: float) -> ModelTable:
    """Return the model behind a sample file.

    Raises
    ------
    InvalidInput
        If a candidate occurs twice in a question, or a count or a probability is none.
    """
    try:
        model = None if _may_repeat(found) else _model(found, tolerance)
    except InvalidInput:
        model = None
    # What is wrong is told by the table, in the words of the file.
    return model or model_of(table_of(found), tolerance=tolerance, abstain=found.abstentions)


def _model(found: Weighed, tolerance: float) -> ModelTable | None:
    """Make a World of the arrays; None if a count is no whole number."""
    world = World(
        found.p, found.valid, found.n_responses, found.mu, found.nonsense, tolerance=tolerance
    )
    relation, count = found.document("relation"), found.document("count")
    names = None if relation is None else np.array(relation.to_pylist(), dtype=object)
    model = ModelTable(world, found.p_hat, True, lambda: grouped(table_of(found)), relation=names)
    if count is None:
        return model
    seen = to_numpy(count, "float64")
    if not ((seen >= 0) & (seen < np.inf) & (seen == np.floor(seen))).all():
        return None
    abstains = _abstains(found)
    # An answer is what was seen; the first one stands for all of its question.
    times = (np.minimum(seen, MOST_TIMES) * ~abstains[world.starts]).astype(np.int64)
    return replace(model, unseen=times == 0, abstains=abstains, times=times)


def _may_repeat(found: Weighed) -> bool:
    """Say whether a question may hold a text twice, as far as fingerprints tell."""
    import pyarrow as pa

    keys = np.empty(len(found.p), dtype=np.uint64)
    keys[found.nonsense] = fingerprints(pa.chunked_array([to_arrow([OTHER_TEXT])]))
    keys[~found.nonsense] = fingerprints(found.candidates)
    question = np.repeat(np.arange(len(found.mu), dtype=np.uint64), found.n_responses)
    return bool(repeated(keys + question * SPREAD).size)


def _abstains(found: Weighed) -> BoolArray:
    """Say which rows hold one of the abstentions of the file."""
    import pyarrow.compute as pc

    silent = found.abstentions
    told = pc.is_in(found.candidates, to_arrow(silent))
    abstains = np.full(len(found.p), OTHER_TEXT in silent)
    abstains[~found.nonsense] = to_numpy(told, "uint8")
    return abstains


def table_of(found: Weighed) -> SampleTable:
    """Return the table of ``check``: the candidates of each question, then every other text."""
    import pyarrow as pa

    record = np.repeat(np.arange(len(found.mu)), found.n_responses)
    texts = pa.chunked_array([*found.candidates.chunks, to_arrow([OTHER_TEXT])])
    text = np.where(found.nonsense, len(texts) - 1, np.cumsum(~found.nonsense) - 1)
    columns: dict[str, Any] = {
        "prompt": found.file.arrow.column("question").take(pa.array(record)),
        "response": texts.take(pa.array(text)),
        "valid": pa.array(found.valid),
        "train_prob": pa.array(found.p),
        "model_prob": pa.array(found.p_hat),
        "nonsense": pa.array(found.nonsense),
        "prompt_prob": pa.array(found.mu[record]),
    }
    if (relation := found.document("relation")) is not None:
        columns["relation"] = relation.take(pa.array(record))
    if (count := found.document("count")) is not None:
        seen = np.zeros(len(record))
        seen[np.cumsum(found.n_responses) - found.n_responses] = to_numpy(count, "float64")
        columns["count"] = pa.array(seen)
    return SampleTable(found.file.file, pa.table(columns), record)
