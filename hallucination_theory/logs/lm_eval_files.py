"""Sample files of lm-evaluation-harness (``samples_TASK_TIME.jsonl``, written by --log_samples)."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np

from hallucination_theory.logs.json_text import encode, located, read_lines
from hallucination_theory.logs.labels import VERDICTS, ReadOptions, choose, kind_of_label
from hallucination_theory.logs.records import UNPARSED, WRONG, Readings
from theory.errors import InvalidInput
from theory.grading import require_target

UNMATCHED = "[invalid]"
"""What the harness's regex filters return when nothing matches."""
PREFERRED = ("exact_match", "acc")
"""Metrics taken without asking if a file has several; the report says which."""
OURS = "confidence target"
STANDARD_KEYS = {
    *("doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter"),
    *("doc_hash", "prompt_hash", "target_hash", "metrics"),
}

Record = dict[str, Any]


def read_lm_eval(path: Path, options: ReadOptions) -> Readings:
    """Read one sample file: one task, one filter.

    Raises
    ------
    InvalidInput
        If a line is malformed, a record lacks what the harness writes, targets are missing, tasks
        are mixed, or a metric is neither 0 nor 1.
    """
    records = list(read_lines(path))
    if not records:
        raise InvalidInput(f"the file {path}", "at least one record", "an empty file")
    for where, record in records:
        # Files of before 2025 do not list their metrics; these are the keys that are not theirs.
        record.setdefault("metrics", [key for key in record if key not in STANDARD_KEYS])
        _check(record, where)
    _check_one_task(records, path)
    found = list(dict.fromkeys(str(r.get("filter", "none")) for _, r in records))
    chosen = choose("filter", found, options.filter, where=str(path), flag="--filter")
    records = [(w, r) for w, r in records if str(r.get("filter", "none")) == chosen]
    metric = _metric(records[0][1], options, path)
    codes, names = encode([_name(r) for _, r in records])
    confidence = np.array([_choice_confidence(r, w) for w, r in records])
    return Readings(
        source=str(path),
        reader=_described(metric, chosen, confidence),
        question=np.array(codes),
        names=names,
        verdict=np.array([_verdict(r, metric, options, w) for w, r in records], dtype=np.int8),
        label_has_idk=metric == OURS,
        labels_are_ours=metric == OURS,
        answer=[_answer(r) for _, r in records],
        confidence=None if np.isnan(confidence).all() else confidence,
        stated=_stated(records),
    )


def _described(metric: str, chosen: str, confidence: Any) -> str:
    softmax = "; confidence = softmax of the log-likelihoods of the choices"
    text = f"lm-evaluation-harness samples, metric {metric}, filter {chosen}"
    return text if np.isnan(confidence).all() else text + softmax


def _check(record: Record, where: str) -> None:
    if not isinstance(record["metrics"], list):
        raise InvalidInput("metrics", "a list of names", record["metrics"], where=where)
    for key in ("doc_id", "target"):
        if record.get(key) is None:
            raise InvalidInput(
                f"a record's {key}", "given, as lm-evaluation-harness writes it", "no value",
                where=where,
            )  # fmt: skip


def _check_one_task(records: list[tuple[str, Record]], path: Path) -> None:
    first = records[0][1]["metrics"]
    for where, record in records:
        if record["metrics"] != first:
            raise InvalidInput(
                f"the tasks of {path}", "one task per file", "records with other metrics",
                where=where,
            )  # fmt: skip


def _name(record: Record) -> str:
    # The hash of the document keeps question 0 of one task from being paired with another's.
    return f"{record['doc_id']} {str(record.get('doc_hash', ''))[:12]}".strip()


def _metric(record: Record, options: ReadOptions, path: Path) -> str:
    found = list(record["metrics"])
    if options.scorer is None:
        if set(VERDICTS) <= set(found):
            return OURS
        for name in PREFERRED:
            if name in found:
                return name
    return choose("metric", found, options.scorer, where=str(path), flag="--scorer")


def _verdict(record: Record, metric: str, options: ReadOptions, where: str) -> int:
    if metric == OURS:
        marked = [key for key in VERDICTS if _value(record, key, where) == 1]
        return VERDICTS[marked[0]] if marked else UNPARSED
    kind = kind_of_label(_value(record, metric, where), options, where=where)
    unmatched = record.get("filtered_resps") in ([UNMATCHED], UNMATCHED)
    return UNPARSED if kind == WRONG and unmatched else kind


def _value(record: Record, metric: str, where: str) -> Any:
    if metric not in record:
        raise InvalidInput(f"metric {metric}", "in every record", "none", where=where)
    return record[metric]


def _answer(record: Record) -> str | None:
    """Text of a generated answer; the raw one if the filter found nothing in it."""
    for key in ("filtered_resps", "resps"):
        text = record.get(key)
        while isinstance(text, list) and len(text) == 1:
            text = text[0]
        if isinstance(text, str) and text != UNMATCHED:
            return text
    return None


def _choice_confidence(record: Record, where: str) -> float:
    """Probability of the chosen option: softmax of log-likelihoods, which are logged as strings."""
    responses = record.get("filtered_resps")
    if not isinstance(responses, list) or len(responses) < 2:
        return math.nan
    if not all(isinstance(r, list) and len(r) == 2 for r in responses):
        return math.nan
    try:
        loglik = np.array([float(r[0]) for r in responses])
    except ValueError as error:
        raise InvalidInput("a log-likelihood", "a number", responses, where=where) from error
    weights = np.exp(loglik - loglik.max())
    return float(weights.max() / weights.sum())


def _stated(records: list[tuple[str, Record]]) -> Any:
    """Target that this package's task file writes into each record's metrics."""
    if "stated_t" not in records[0][1]["metrics"]:
        return None
    stated = [located(require_target, _value(r, "stated_t", w), w) for w, r in records]
    return np.array(stated, dtype=float)


def looks_like_lm_eval(head: str) -> bool:
    """Tell a sample file from a plain table by its first line."""
    return re.search(r'"doc_id"\s*:', head) is not None and '"resps"' in head
