"""Inspect AI logs (``.eval`` and ``.json``), read without Inspect.

An ``.eval`` file is a zip archive of Zstandard members; the sample files hold the full answers.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hallucination_theory.inputs.json_text import child, listed, located, scalar, whole, word
from hallucination_theory.inputs.limits import ABSENT
from hallucination_theory.inputs.opened import Source
from hallucination_theory.inputs.words import quoted, shown
from hallucination_theory.logs.inspect_archive import Sample, open_log
from hallucination_theory.logs.labels import LABELS, VERDICTS, ReadOptions, choose, kind_of_label
from hallucination_theory.logs.records import (
    CORRECT,
    UNPARSED,
    UNSCORED,
    Readings,
    encode,
    require_confidence,
)
from theory.errors import InvalidInput
from theory.grading import require_target

OUR_SCORER = "confidence_target"


def read_inspect(source: Source, options: ReadOptions) -> Readings:
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
    with open_log(source) as (header, stream):
        samples = list(stream)
    run = child(header, "eval", str(source))
    missing = _missing(run, samples, source)
    if not samples and not missing:
        raise InvalidInput(f"the samples of {source}", "at least one", 0)
    scorer = _scorer(samples, options, source)
    rows = [_reading(sample, scorer, options, source) for sample in samples]
    rows += [_unscored(*key) for key in missing]
    codes, names = encode([row["question"] for row in rows])
    confidence = np.array([row["confidence"] for row in rows])
    stated = _stated([row["stated"] for row in rows], source)
    return Readings(
        source=str(source),
        reader=f"Inspect log (status {word(header, 'status')}), scorer {scorer}",
        question=np.array(codes),
        names=names,
        verdict=np.array([row["verdict"] for row in rows], dtype=np.int8),
        label_has_idk=any(row["label_has_idk"] for row in rows),
        labels_are_ours=scorer == OUR_SCORER,
        answer=[row["answer"] for row in rows],
        epoch=np.array([row["epoch"] for row in rows]),
        confidence=None if np.isnan(confidence).all() else confidence,
        stated=stated,
        dataset=word(child(run, "dataset", ""), "name") or word(run, "task"),
        model=word(run, "model"),
    )


def _missing(run: dict[str, Any], samples: list[Sample], source: Source) -> list[tuple[str, int]]:
    planned = listed(child(run, "dataset", ""), "sample_ids", "")
    epochs = whole(child(run, "config", ""), "epochs", "") or 1
    if len(planned) * epochs - len(samples) > ABSENT:
        raise InvalidInput(
            f"the samples of {source}", f"complete but for {ABSENT:,}",
            f"{len(samples):,} of {len(planned) * epochs:,} planned",
        )  # fmt: skip
    there = {(s["id"], s["epoch"]) for s in samples}
    return [
        (str(name), epoch)
        for name in planned
        for epoch in range(1, epochs + 1)
        if (str(name), epoch) not in there
    ]


def _scorer(samples: list[Sample], options: ReadOptions, source: Source) -> str:
    found = list(dict.fromkeys(name for s in samples for name in s["scores"]))
    if not found and options.scorer is None:
        return "none: no sample was scored"
    if options.scorer is None and OUR_SCORER in found:
        return OUR_SCORER
    return choose("scorer", found, options.scorer, where=str(source), flag="--scorer")


def _unscored(question: str, epoch: int) -> dict[str, Any]:
    return {
        "question": question,
        "epoch": epoch,
        "verdict": UNSCORED,
        "label_has_idk": False,
        "answer": None,
        "confidence": math.nan,
        "stated": None,
    }


def _reading(sample: Sample, scorer: str, options: ReadOptions, source: Source) -> dict[str, Any]:
    where = f"sample {shown(sample['id'])} (epoch {sample['epoch']}) of {source}"
    row = _unscored(sample["id"], sample["epoch"])
    score = sample["scores"].get(scorer)
    if score is None:
        return row
    metadata = score.get("metadata") or {}
    stated, confidence = metadata.get("confidence_target"), metadata.get("confidence")
    return row | {
        "verdict": _verdict(score, options, where),
        "label_has_idk": isinstance(score["value"], dict),
        "answer": _answer(sample, score, where),
        "confidence": math.nan
        if confidence is None
        else located(require_confidence, confidence, where),
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
    known = LABELS.get(reason, kind) if isinstance(reason, str) else kind
    return kind if kind == CORRECT else known


def _verdict_of_dict(value: dict[str, Any], where: str) -> int:
    if not set(VERDICTS) <= set(value):
        raise InvalidInput(
            "a score", f"a number, a letter or a dict with keys {', '.join(VERDICTS)}",
            quoted(value), where=where,
        )  # fmt: skip
    if not all(isinstance(value[key], int | float) for key in VERDICTS):
        raise InvalidInput("a score", "numbers 0 and 1", quoted(value), where=where)
    marked = [key for key in VERDICTS if value[key] == 1]
    if not marked and not any(value[key] for key in VERDICTS):
        return UNPARSED
    if len(marked) != 1 or sum(value[key] for key in VERDICTS) != 1:
        raise InvalidInput(
            "a score", "1 for one of its keys and 0 for the rest", quoted(value), where=where
        )
    return VERDICTS[marked[0]]


def _answer(sample: Sample, score: dict[str, Any], where: str) -> str | None:
    # What the scorer extracted says more than a completion that reasons first; but a scorer that
    # found nothing leaves the completion to be judged.
    given = scalar(score.get("answer"), "a score's answer", where)
    completion: str | None = sample["completion"]
    return given or completion


def _stated(values: list[Any], source: Source) -> Any:
    given = {value for value in values if value is not None}
    if not given:
        return None
    if len(given) == 1:  # samples that were not scored were asked like the others
        return np.full(len(values), given.pop(), dtype=float)
    if None in values:
        what = f"the stated target of {source}"
        raise InvalidInput(what, "given for every sample", "some without")
    return np.array(values, dtype=float)


def looks_like_inspect_json(head: str) -> bool:
    """Tell an Inspect JSON log from JSON lines by its beginning."""
    return '"eval"' in head and '"version"' in head
