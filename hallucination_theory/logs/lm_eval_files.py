"""Sample files of lm-evaluation-harness and lmms-eval (``samples_TASK_TIME.jsonl``)."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Any

import numpy as np

from hallucination_theory.inputs.json_text import located, objects, scalar, word
from hallucination_theory.inputs.opened import Source
from hallucination_theory.inputs.words import quoted
from hallucination_theory.logs.answers import final_texts
from hallucination_theory.logs.labels import VERDICTS, ReadOptions, choose, kinds_of_labels
from hallucination_theory.logs.recogniser import Recogniser
from hallucination_theory.logs.records import CORRECT, UNPARSED, WRONG, Readings, encode
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
    *("input", "input_media", "token_counts"),  # lmms-eval
}

Record = dict[str, Any]


def read_lm_eval(source: Source, options: ReadOptions, _: Recogniser) -> Readings:
    """Read one sample file: one task, one filter.

    Raises
    ------
    InvalidInput
        If a line is malformed, a record lacks what the harness writes, targets are missing, tasks
        are mixed, or a metric is neither 0 nor 1.
    """
    records = [_record(line, where) for where, line in objects(source)]
    if not records:
        raise InvalidInput(f"the file {source}", "at least one record", "an empty file")
    _check_one_task(records, source)
    found = list(dict.fromkeys(r["filter"] for r in records))
    chosen = choose("filter", found, options.filter, where=str(source), flag="--filter")
    records = [r for r in records if r["filter"] == chosen]
    metric = _metric(list(records[0]["values"]), options, source)
    codes, names = encode([r["name"] for r in records])
    chosen_options = [_option(r["options"], metric) for r in records]
    confidence = np.array([probability for _, probability in chosen_options])
    given = [
        text if r["answer"] is None else r["answer"]
        for r, (text, _) in zip(records, chosen_options, strict=True)
    ]
    answers, certain = final_texts(given, options.answer_pattern)
    kinds = [
        kind if sure is None or kind == CORRECT else sure
        for kind, sure in zip(_kinds(records, metric, options), certain, strict=True)
    ]
    return Readings(
        source=str(source),
        reader=_described(metric, chosen, confidence),
        question=np.array(codes),
        names=names,
        verdict=np.array(kinds, dtype=np.int8),
        label_has_idk=metric == OURS,
        labels_are_ours=metric == OURS,
        answer=answers,
        confidence=None if np.isnan(confidence).all() else confidence,
        stated=_stated(records),
        target=[r["target"] for r in records],
    )


def _described(metric: str, chosen: str, confidence: Any) -> str:
    softmax = "; confidence = softmax over the choices (not stated by the model)"
    text = f"lm-evaluation-harness samples, metric {metric}, filter {chosen}"
    return text if np.isnan(confidence).all() else text + softmax


def _record(line: Record, where: str) -> Record:
    """Keep of a record what a score needs: the rest, documents and prompts, is let go."""
    for key in ("doc_id", "target"):
        if line.get(key) is None:
            raise InvalidInput(
                f"a record's {key}", "given, as lm-evaluation-harness writes it", "no value",
                where=where,
            )  # fmt: skip
    # Files of before 2025 do not list their metrics; these are the keys that are not theirs.
    metrics = line.get("metrics", [key for key in line if key not in STANDARD_KEYS])
    if not isinstance(metrics, list) or not all(isinstance(name, str) for name in metrics):
        raise InvalidInput("metrics", "a list of names", quoted(metrics), where=where)
    # The hash of the document keeps question 0 of one task from being paired with another's.
    name = f"{scalar(line['doc_id'], 'doc_id', where)} {word(line, 'doc_hash')[:12]}".strip()
    return {
        "where": where,
        "name": name,
        "filter": word(line, "filter") or "none",
        "values": {key: _metric_value(line.get(key, MISSING)) for key in metrics},
        "unmatched": line.get("filtered_resps") in ([UNMATCHED], UNMATCHED),
        "answer": _answer(line),
        "target": line["target"],
        "options": _options(line, where),
    }


def _metric_value(given: Any) -> Any:
    """Return a metric's value; lmms-eval keeps it as the score of a group."""
    return given["score"] if isinstance(given, dict) and "score" in given else given


MISSING = object()
"""Stands for a metric that a record lists and lacks."""


def _check_one_task(records: list[Record], source: Source) -> None:
    first = list(records[0]["values"])
    for record in records:
        if list(record["values"]) != first:
            raise InvalidInput(
                f"the tasks of {source}", "one task per file", "records with other metrics",
                where=record["where"],
            )  # fmt: skip


def _metric(found: list[str], options: ReadOptions, source: Source) -> str:
    if options.scorer is None:
        if set(VERDICTS) <= set(found):
            return OURS
        for name in PREFERRED:
            if name in found:
                return name
    return choose("metric", found, options.scorer, where=str(source), flag="--scorer")


def _kinds(records: list[Record], metric: str, options: ReadOptions) -> list[int]:
    if metric == OURS:
        return [_our_verdict(record) for record in records]
    values = [_value(record, metric) for record in records]
    for record, value in zip(records, values, strict=True):
        if isinstance(value, list | dict):
            what = f"metric {metric}"
            raise InvalidInput(what, "0 or 1", quoted(value), where=record["where"])
    first = {v: r["where"] for v, r in zip(reversed(values), reversed(records), strict=True)}
    known = kinds_of_labels(Counter(values), options, place=first.__getitem__)
    return [
        UNPARSED if known[value] == WRONG and record["unmatched"] else known[value]
        for record, value in zip(records, values, strict=True)
    ]


def _our_verdict(record: Record) -> int:
    marked = [key for key in VERDICTS if _value(record, key) == 1]
    return VERDICTS[marked[0]] if marked else UNPARSED


def _value(record: Record, metric: str) -> Any:
    value = record["values"][metric]
    if value is MISSING:
        raise InvalidInput(f"metric {metric}", "in every record", "none", where=record["where"])
    return value


def _answer(line: Record) -> str | None:
    """Text of a generated answer; the raw one if the filter found nothing in it."""
    for key in ("filtered_resps", "resps"):
        text = line.get(key)
        while isinstance(text, list) and len(text) == 1:
            text = text[0]
        if isinstance(text, str) and text != UNMATCHED:
            return text
    return None


def _options(line: Record, where: str) -> list[tuple[str, float]]:
    """Return text and log-likelihood (logged as a string) of each option of a multiple choice."""
    responses = line.get("filtered_resps")
    if not isinstance(responses, list) or len(responses) < 2:
        return []
    if not all(isinstance(r, list) and len(r) == 2 for r in responses):
        return []
    try:
        loglik = [float(r[0]) for r in responses]
    except (ValueError, TypeError, OverflowError):
        loglik = [math.nan]
    if not all(math.isfinite(value) for value in loglik):
        raise InvalidInput("a log-likelihood", "a number", quoted(responses), where=where)
    arguments = line.get("arguments")
    return list(zip(_continuations(arguments, len(loglik)), loglik, strict=True))


def _continuations(arguments: Any, n: int) -> list[str]:
    """Return the option texts: the harness logs a list of pairs or a dict of numbered dicts."""
    if isinstance(arguments, dict):
        arguments = [list(a.values()) if isinstance(a, dict) else a for a in arguments.values()]
    if not isinstance(arguments, list) or len(arguments) != n:
        return [""] * n
    pairs = [a if isinstance(a, list) and len(a) == 2 else [None, ""] for a in arguments]
    return [text if isinstance(text, str) else "" for _, text in pairs]


def _option(options: list[tuple[str, float]], metric: str) -> tuple[str | None, float]:
    """Return text and probability of the option that a metric credits.

    ``acc`` credits the most likely option, ``acc_norm`` the one most likely per character; the
    probability is the softmax over the options. Other metrics credit none that is known here.
    """
    if not options or metric not in {"acc", "acc_norm"}:
        return None, math.nan
    texts, loglik = [text for text, _ in options], np.array([value for _, value in options])
    if metric == "acc_norm" and not all(texts):
        return None, math.nan
    credited = loglik / [len(text) for text in texts] if metric == "acc_norm" else loglik
    best = int(np.argmax(credited))
    weights = np.exp(loglik - loglik.max())
    return texts[best].strip() or None, float(weights[best] / weights.sum())


def _stated(records: list[Record]) -> Any:
    """Target that this package's task file writes into each record's metrics."""
    if "stated_t" not in records[0]["values"]:
        return None
    stated = [located(require_target, _value(r, "stated_t"), r["where"]) for r in records]
    return np.array(stated, dtype=float)


def looks_like_lm_eval(head: str) -> bool:
    """Tell a sample file from a plain table by its first line."""
    return re.search(r'"doc_id"\s*:', head) is not None and 'resps"' in head
