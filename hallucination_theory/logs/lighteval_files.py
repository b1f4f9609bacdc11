"""Details files of lighteval (``details_TASK_DATE.parquet``), in its older and newer layout."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from hallucination_theory.inputs.opened import Source
from hallucination_theory.inputs.words import quoted
from hallucination_theory.logs.answers import final_texts
from hallucination_theory.logs.labels import ReadOptions, choose, kinds_of_labels
from hallucination_theory.logs.recogniser import Recogniser
from hallucination_theory.logs.records import CORRECT, Readings, encode
from hallucination_theory.tables.formats import parquet_types
from hallucination_theory.tables.read import read_table
from hallucination_theory.tables.table import Table
from hallucination_theory.tables.wanted import Wanted
from theory.errors import InvalidInput

NEWER = ("doc", "metric", "model_response")
OLDER = ("example", "predictions", "metrics")
PREFERRED = ("em", "acc", "exact_match", "extractive_match")
"""Metrics taken without asking if a file has several; the report says which."""


def looks_like_lighteval(source: Source) -> bool:
    """Tell a details file from a plain table by its columns."""
    found = set(parquet_types(source, Wanted((), NEWER + OLDER)))
    return set(NEWER) <= found or set(OLDER) <= found


def read_lighteval(source: Source, options: ReadOptions, _: Recogniser) -> Readings:
    """Read one details file: one task.

    Raises
    ------
    InvalidInput
        If a record lacks its scores, a metric must be named, or its values are not 0 or 1.
    """
    table = read_table(source, (), NEWER + OLDER)
    rows = [_row(row, table.place(i)) for i, row in enumerate(table.arrow.to_pylist())]
    metric = _metric(rows, options, table)
    for row in rows:
        if metric not in row["metrics"]:
            raise InvalidInput(f"metric {metric}", "in every record", "none", where=row["where"])
    labels = [row["metrics"][metric] for row in rows]
    first = {v: row["where"] for v, row in zip(reversed(labels), reversed(rows), strict=True)}
    known = kinds_of_labels(Counter(labels), options, place=first.__getitem__)
    answers, certain = final_texts([row["answer"] for row in rows], options.answer_pattern)
    kinds = [
        known[label] if sure is None or known[label] == CORRECT else sure
        for label, sure in zip(labels, certain, strict=True)
    ]
    codes, names = encode([row["question"] for row in rows])
    return Readings(
        source=str(source),
        reader=f"lighteval details, metric {metric}",
        question=np.array(codes),
        names=names,
        verdict=np.array(kinds, dtype=np.int8),
        answer=answers,
        dataset=rows[0]["task"],
    )


def _row(row: dict[str, Any], where: str) -> dict[str, Any]:
    newer = row.get("doc") is not None
    metrics = row.get("metric" if newer else "metrics")
    if not isinstance(metrics, dict):
        raise InvalidInput("metrics", "a group of numbers", quoted(metrics), where=where)
    doc = row["doc"] if newer else {}
    texts = (row.get("model_response") or {}).get("text") if newer else row.get("predictions")
    question = doc.get("id") or doc.get("query") if newer else row.get("example")
    return {
        "where": where,
        "metrics": {k: v for k, v in metrics.items() if isinstance(v, int | float)},
        "answer": _first_text(texts),
        "question": str(question),
        "task": str(doc.get("task_name") or ""),
    }


def _first_text(texts: Any) -> str | None:
    while isinstance(texts, list):
        texts = texts[0] if texts else None
    return texts if isinstance(texts, str) else None


def _metric(rows: list[dict[str, Any]], options: ReadOptions, table: Table) -> str:
    found = list(dict.fromkeys(name for row in rows for name in row["metrics"]))
    if options.scorer is None:
        for name in PREFERRED:
            if name in found:
                return name
    return choose("metric", found, options.scorer, where=table.file, flag="--scorer")
