"""Inspect AI logs (``.eval`` and ``.json``), read without Inspect.

An ``.eval`` file is a zip archive of Zstandard members; the sample files hold the full answers.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from hallucination_theory.logs.inspect_archive import open_log
from hallucination_theory.logs.json_text import child, encode, located
from hallucination_theory.logs.labels import LABELS, VERDICTS, ReadOptions, choose, kind_of_label
from hallucination_theory.logs.records import CORRECT, UNPARSED, UNSCORED, Readings
from theory.errors import InvalidInput
from theory.grading import check_confidence, require_target

OUR_SCORER = "confidence_target"

Sample = dict[str, Any]


def read_inspect(path: Path, options: ReadOptions) -> Readings:
    """Read one log.

    Samples that the run was to have and the file lacks are added as unscored, so that they stay in
    the denominator.

    Raises
    ------
    InvalidInput
        If the file is damaged, unfinished or empty, or a score has no meaning here.
    MissingExtra
        If zipfile-zstd (extra ``logs``) is needed and not installed.
    """
    header, samples = open_log(path)
    run = child(header, "eval", str(path))
    missing = _missing(run, samples)
    if not samples and not missing:
        raise InvalidInput(f"the samples of {path}", "at least one", 0)
    scorer = _scorer(samples, options, path)
    rows = [_reading(sample, scorer, options, path) for sample in samples]
    rows += [_unscored(*key) for key in missing]
    codes, names = encode([row["question"] for row in rows])
    confidence = np.array([row["confidence"] for row in rows])
    stated = _stated([row["stated"] for row in rows], path)
    return Readings(
        source=str(path),
        reader=f"Inspect log (status {header.get('status')}), scorer {scorer}",
        question=np.array(codes),
        names=names,
        verdict=np.array([row["verdict"] for row in rows], dtype=np.int8),
        label_has_idk=any(row["label_has_idk"] for row in rows),
        labels_are_ours=scorer == OUR_SCORER,
        answer=[row["answer"] for row in rows],
        epoch=np.array([row["epoch"] for row in rows]),
        confidence=None if np.isnan(confidence).all() else confidence,
        stated=stated,
        dataset=str((run.get("dataset") or {}).get("name") or run.get("task", "")),
        model=str(run.get("model", "")),
    )


def _missing(run: dict[str, Any], samples: list[Sample]) -> list[tuple[Any, int]]:
    planned = (run.get("dataset") or {}).get("sample_ids") or []
    epochs = (run.get("config") or {}).get("epochs") or 1
    there = {(str(s["id"]), s.get("epoch", 1)) for s in samples}
    return [
        (name, epoch)
        for name in planned
        for epoch in range(1, epochs + 1)
        if (str(name), epoch) not in there
    ]


def _scorer(samples: list[Sample], options: ReadOptions, path: Path) -> str:
    found = list(dict.fromkeys(name for s in samples for name in s.get("scores") or {}))
    if not found and options.scorer is None:
        return "none: no sample was scored"
    if options.scorer is None and OUR_SCORER in found:
        return OUR_SCORER
    return choose("scorer", found, options.scorer, where=str(path), flag="--scorer")


def _unscored(question: Any, epoch: int) -> dict[str, Any]:
    return {
        "question": str(question),
        "epoch": epoch,
        "verdict": UNSCORED,
        "label_has_idk": False,
        "answer": None,
        "confidence": math.nan,
        "stated": None,
    }


def _reading(sample: Sample, scorer: str, options: ReadOptions, path: Path) -> dict[str, Any]:
    where = f"sample {sample['id']} (epoch {sample.get('epoch', 1)}) of {path}"
    row = _unscored(sample["id"], sample.get("epoch", 1))
    score = (sample.get("scores") or {}).get(scorer)
    if score is None:
        return row
    metadata = score.get("metadata") or {}
    stated, confidence = metadata.get("confidence_target"), metadata.get("confidence")
    return row | {
        "verdict": _verdict(score, options, where),
        "label_has_idk": isinstance(score["value"], dict),
        "answer": _answer(sample, score),
        "confidence": math.nan
        if confidence is None
        else located(check_confidence, confidence, where),
        "stated": None if stated is None else located(require_target, stated, where),
    }


def _verdict(score: dict[str, Any], options: ReadOptions, where: str) -> int:
    value = score["value"]
    if isinstance(value, dict):
        kind = _verdict_of_dict(value, where)
    else:
        kind = kind_of_label(value, options, where=where)
    # Inspect records why a score is abnormal; "grade" failures of old logs lie in the metadata.
    reason = score.get("reason") or (score.get("metadata") or {}).get("unscored_reason")
    return kind if kind == CORRECT else LABELS.get(str(reason), kind)


def _verdict_of_dict(value: dict[str, Any], where: str) -> int:
    if not set(VERDICTS) <= set(value):
        raise InvalidInput(
            "a score", f"a number, a letter or a dict with keys {', '.join(VERDICTS)}", value,
            where=where,
        )  # fmt: skip
    if not all(isinstance(value[key], (int, float)) for key in VERDICTS):
        raise InvalidInput("a score", "numbers 0 and 1", value, where=where)
    marked = [key for key in VERDICTS if value[key] == 1]
    if not marked and not any(value[key] for key in VERDICTS):
        return UNPARSED
    if len(marked) != 1 or sum(value[key] for key in VERDICTS) != 1:
        raise InvalidInput(
            "a score", "1 for one of its keys and 0 for the rest", value, where=where
        )
    return VERDICTS[marked[0]]


def _answer(sample: Sample, score: dict[str, Any]) -> str | None:
    # What the scorer extracted says more than a completion that reasons first; but a scorer that
    # found nothing leaves the completion to be judged.
    if score.get("answer"):
        return str(score["answer"])
    completion = (sample.get("output") or {}).get("completion")
    return None if completion is None else str(completion)


def _stated(values: list[Any], path: Path) -> Any:
    given = {value for value in values if value is not None}
    if not given:
        return None
    if len(given) == 1:  # samples that were not scored were asked like the others
        return np.full(len(values), given.pop(), dtype=float)
    if None in values:
        raise InvalidInput(f"the stated target of {path}", "given for every sample", "some without")
    return np.array(values, dtype=float)


def looks_like_inspect_json(head: str) -> bool:
    """Tell an Inspect JSON log from JSON lines by its beginning."""
    return '"eval"' in head and '"version"' in head
