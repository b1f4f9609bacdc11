"""Read a log of any format: the file's suffix and beginning tell which."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hallucination_theory.inputs.opened import Source, opened
from hallucination_theory.logs.inspect_files import looks_like_inspect_json, read_inspect
from hallucination_theory.logs.labels import ReadOptions
from hallucination_theory.logs.lighteval_files import looks_like_lighteval, read_lighteval
from hallucination_theory.logs.lm_eval_files import looks_like_lm_eval, read_lm_eval
from hallucination_theory.logs.plain import read_plain
from hallucination_theory.logs.recogniser import Recogniser
from hallucination_theory.logs.records import EvalLog, Readings, resolve, split_by_stated_target

HEAD = 1 << 16


def read_logs(path: Path, options: ReadOptions, recogniser: Recogniser) -> list[EvalLog]:
    """Read one file: one log, or one per target that was stated to the model.

    Raises
    ------
    InvalidInput
        If the file is missing, damaged, empty or not a log, naming file and record.
    MissingExtra
        If reading this format needs an optional package.
    """
    with opened(path) as source:
        readings = _reader(source)(source, options, recogniser)
    return split_by_stated_target(resolve(readings, recogniser))


def _reader(source: Source) -> Callable[[Source, ReadOptions, Recogniser], Readings]:
    if source.suffix == ".eval":
        return read_inspect
    if source.suffix in {".json", ".jsonl", ".ndjson"}:
        head = source.head(HEAD).decode("utf-8", errors="replace")
        if looks_like_inspect_json(head):
            return read_inspect
        if looks_like_lm_eval(head):
            return read_lm_eval
    if source.suffix == ".parquet" and looks_like_lighteval(source):
        return read_lighteval
    return read_plain
