"""Inspect AI logs (``.eval`` and ``.json``), read without Inspect.

An ``.eval`` file is a zip archive of Zstandard members; the sample files hold the full answers.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np

from hallucination_theory.inputs.json_text import child, listed, located, scalar, whole, word
from hallucination_theory.inputs.opened import Source
from hallucination_theory.inputs.words import quoted, shown
from hallucination_theory.logs.answers import final_texts
from hallucination_theory.logs.confidences import as_number, in_unit
from hallucination_theory.logs.inspect_archive import Sample, open_log
from hallucination_theory.logs.labels import (
    VERDICTS,
    WORDS,
    ReadOptions,
    choose,
    kinds_of_labels,
    word_of,
)
from hallucination_theory.logs.recogniser import Recogniser
from hallucination_theory.logs.records import (
    CORRECT,
    UNPARSED,
    UNSCORED,
    Readings,
    encode,
)
from theory.errors import InvalidInput
from theory.grading import require_target

OUR_SCORER = "confidence_target"
NO_ANSWER_LABELS = {"n", "noanswer"}


def read_inspect(source: Source, options: ReadOptions, _: Recogniser) -> Readings:
    """Read one log.

    A sample that the run planned and the file lacks is not guessed; the report says how many.

    Raises
    ------
    InvalidInput
        If the file is damaged, unfinished or empty, or a score has no meaning here.
    MissingExtra
        If zipfile-zstd (extra ``logs``) is needed and not installed.
    """
    part = options.columns.get("subset", "")
    with open_log(source, part) as (header, stream):
        samples = list(stream)
    run = child(header, "eval", str(source))
    if not samples:
        raise InvalidInput(f"the samples of {source}", "at least one", 0)
    scorer = _scorer(samples, options, source)
    rows = [_reading(sample, scorer, source) for sample in samples]
    answers, certain = final_texts([row["answer"] for row in rows], options.answer_pattern)
    verdict = _verdicts(rows, certain, options)
    codes, names = encode([row["question"] for row in rows])
    confidence, scale = in_unit(
        np.array([row["confidence"] for row in rows]), lambda i: str(rows[i]["where"])
    )
    stated = _stated([row["stated"] for row in rows], source)
    subsets, subset_names = encode([sample["subset"] for sample in samples])
    if part and subset_names == [""]:
        what = f"the samples' metadata of {source}"
        raise InvalidInput(what, f"such that it has {part!r}", "none that has")
    return Readings(
        source=str(source),
        reader=f"Inspect log (status {word(header, 'status')}), scorer {scorer}",
        question=np.array(codes),
        names=names,
        verdict=np.array(verdict, dtype=np.int8),
        label_has_idk=any(row["label_has_idk"] for row in rows),
        labels_are_ours=scorer == OUR_SCORER,
        answer=answers,
        epoch=np.array([row["epoch"] for row in rows]),
        confidence=None if np.isnan(confidence).all() else confidence,
        stated=stated,
        subset=np.array(subsets) if part else None,
        subset_names=subset_names,
        target=[sample["target"] for sample in samples],
        dataset=word(child(run, "dataset", ""), "name") or word(run, "task"),
        model=word(run, "model"),
        notes=_planned(run, len(samples)) + scale,
    )


def _planned(run: dict[str, Any], n_samples: int) -> tuple[str, ...]:
    planned = len(listed(child(run, "dataset", ""), "sample_ids", ""))
    planned *= whole(child(run, "config", ""), "epochs", "")
    if planned <= n_samples:
        return ()
    return (f"{n_samples:,} of {planned:,} planned samples are in the log",)


def _scorer(samples: list[Sample], options: ReadOptions, source: Source) -> str:
    found = list(dict.fromkeys(name for s in samples for name in s["scores"]))
    if not found and options.scorer is None:
        return "none: no sample was scored"
    if options.scorer is None and OUR_SCORER in found:
        return OUR_SCORER
    return choose("scorer", found, options.scorer, where=str(source), flag="--scorer")


def _reading(sample: Sample, scorer: str, source: Source) -> dict[str, Any]:
    where = f"sample {shown(sample['id'])} (epoch {sample['epoch']}) of {source}"
    score = sample["scores"].get(scorer) or {}
    metadata = score.get("metadata") or {}
    stated, confidence = metadata.get("confidence_target"), metadata.get("confidence")
    value = score.get("value")
    return {
        "question": sample["id"],
        "epoch": sample["epoch"],
        "where": where,
        "value": value if isinstance(value, str | dict) else _plain_number(value, where),
        "reason": score.get("reason") or metadata.get("unscored_reason"),
        "failed": sample["failed"],
        "label_has_idk": isinstance(value, dict),
        "answer": _answer(sample, score, where) if score else None,
        "confidence": math.nan
        if confidence is None
        else as_number(located(as_number, confidence, where)),
        "stated": None if stated is None else located(require_target, stated, where),
    }


def _plain_number(value: Any, where: str) -> Any:
    if isinstance(value, list):
        allowed = "a number, a letter, a word or a dict"
        raise InvalidInput("a score", allowed, quoted(value), where=where)
    return value


def _verdicts(
    rows: list[dict[str, Any]], certain: list[int | None], options: ReadOptions
) -> list[int]:
    labels = [row["value"] for row in rows if not isinstance(row["value"], dict)]
    first = {row["value"]: row["where"] for row in reversed(rows) if row["value"] in labels}
    known = kinds_of_labels(Counter(labels), options, place=first.__getitem__, letters="inspect")
    return [_verdict(row, kind, known) for row, kind in zip(rows, certain, strict=True)]


def _verdict(row: dict[str, Any], certain: int | None, known: dict[Any, int]) -> int:
    if row["failed"]:
        return UNSCORED  # an error of the run is no mistake of the model
    value = row["value"]
    kind = _verdict_of_dict(value, row["where"]) if isinstance(value, dict) else known[value]
    if kind == CORRECT:
        return kind
    if certain is not None and kind != UNSCORED:
        return certain
    if word_of(value) in NO_ANSWER_LABELS and row["answer"] is not None:
        # Some scorers write N for an answer that is not in the asked form: its text decides.
        kind = UNPARSED
    # Inspect records why a score is abnormal; "grade" failures of old logs lie in the metadata.
    return WORDS.get(row["reason"], kind) if isinstance(row["reason"], str) else kind


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
    # found nothing leaves the completion to be judged. A letter stands for the option's text, so
    # that an option "I don't know" is an abstention.
    given = scalar(score.get("answer"), "a score's answer", where)
    choices: list[Any] = sample["choices"]
    if given and len(given) == 1 and 0 <= ord(given.upper()) - ord("A") < len(choices):
        return str(choices[ord(given.upper()) - ord("A")])
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
    """Tell an Inspect JSON log from JSON lines by its beginning; old logs bear no version."""
    return '"eval"' in head and ('"version"' in head or '"eval_id"' in head or '"plan"' in head)
