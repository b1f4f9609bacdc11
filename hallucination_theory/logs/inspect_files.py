"""Inspect AI logs (``.eval`` and ``.json``), read without Inspect.

An ``.eval`` file is a zip archive of Zstandard members; the sample files hold the full answers.
"""

from __future__ import annotations

import math
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from hallucination_theory.logs.json_text import encode, parse
from hallucination_theory.logs.labels import LABELS, ReadOptions, choose, kind_of_label
from hallucination_theory.logs.records import (
    ABSTAIN,
    CORRECT,
    UNPARSED,
    UNSCORED,
    WRONG,
    Readings,
)
from theory.errors import InvalidInput, MissingExtra
from theory.targets import check_confidence, require_target

VERDICTS = {"correct": CORRECT, "incorrect": WRONG, "not_attempted": ABSTAIN}
"""Keys of the dict-valued score that this package's scorer and SimpleQA's write."""

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
    header, samples = _eval_file(path) if path.suffix == ".eval" else _json_file(path)
    run = header["eval"]
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


def _eval_file(path: Path) -> tuple[dict[str, Any], list[Sample]]:
    _require_zstd()
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "header.json" not in names:
                raise InvalidInput(
                    f"the log {path}",
                    "of a finished run",
                    "an archive without header.json",
                    remedy="the run was interrupted before Inspect wrote its header",
                )
            header = _member(archive, "header.json", path)
            members = sorted(n for n in names if n.startswith("samples/"))
            return header, [_member(archive, name, path) for name in members]
    except zipfile.BadZipFile as error:
        raise _damaged(path, error) from error


def _member(archive: zipfile.ZipFile, name: str, path: Path) -> Any:
    # The Zstandard decoders (package and standard library) raise errors of their own making.
    try:
        text = archive.read(name)
    except Exception as error:
        raise _damaged(path, error, where=name) from error
    return parse(text, f"{name} of {path}")


def _damaged(path: Path, error: Exception, *, where: str = "") -> InvalidInput:
    return InvalidInput(
        f"the log {path}", "a complete Inspect log", f"a damaged archive ({error})", where=where
    )


def _require_zstd() -> None:
    if sys.version_info >= (3, 14):
        return
    try:
        import zipfile_zstd  # noqa: F401  # teaches zipfile the method
    except ModuleNotFoundError as error:
        raise MissingExtra("zipfile-zstd", "logs", purpose="reading Inspect logs") from error


def _json_file(path: Path) -> tuple[dict[str, Any], list[Sample]]:
    log = parse(path.read_bytes(), str(path))
    return log, log.get("samples") or []


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
        "confidence": math.nan if confidence is None else _checked(confidence, where),
        "stated": stated,
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


def _checked(confidence: Any, where: str) -> float:
    try:
        check_confidence(confidence)
    except InvalidInput as error:
        raise error.at(where) from error
    return float(confidence)


def _stated(values: list[Any], path: Path) -> Any:
    given = {value for value in values if value is not None}
    if not given:
        return None
    if len(given) == 1:
        t = require_target(given.pop())
        return np.full(len(values), t, dtype=float)
    if None in values:
        raise InvalidInput(f"the stated target of {path}", "given for every sample", "some without")
    return np.array([require_target(value) for value in values], dtype=float)


def looks_like_inspect_json(head: str) -> bool:
    """Tell an Inspect JSON log from JSON lines by its beginning."""
    return '"eval"' in head and '"version"' in head
