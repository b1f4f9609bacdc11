"""Inspect's two file formats, opened and checked as far as their structure goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hallucination_theory.inputs.archives import Archive, archive
from hallucination_theory.inputs.json_text import (
    child,
    document,
    listed,
    parse,
    require_object,
    scalar,
    whole,
)
from hallucination_theory.inputs.opened import Source
from theory.errors import InvalidInput

Sample = dict[str, Any]

TOO_LARGE = "`inspect log convert --to eval` makes one that is read sample by sample"
SCORE_KEYS = ("value", "answer", "reason", "metadata")


@contextmanager
def open_log(source: Source, subset: str = "") -> Iterator[tuple[dict[str, Any], Iterator[Sample]]]:
    """Yield header and samples of an ``.eval`` archive or a ``.json`` log.

    The samples of an archive are read one by one; of their metadata, ``subset`` is kept.

    Raises
    ------
    InvalidInput
        If the file is damaged or unfinished, or lacks what Inspect writes into every log.
    MissingExtra
        If zipfile-zstd (extra ``logs``) is needed and not installed.
    """
    if source.suffix != ".eval":
        log = require_object(document(source, TOO_LARGE), "the log", str(source))
        samples = enumerate(listed(log, "samples", str(source)), start=1)
        places = ((f"sample number {number} of {source}", sample) for number, sample in samples)
        yield _header(log, source), (_checked(sample, where, subset) for where, sample in places)
        return
    with archive(source) as members:
        folder = _folder(members, source)
        header = _header(_member(members, f"{folder}header.json", source), source)
        names = sorted(n for n in members.names if n.startswith(f"{folder}samples/"))
        found = ((_member(members, n, source), f"{n} of {source}") for n in names)
        yield header, (_checked(sample, where, subset) for sample, where in found)


def _folder(members: Archive, source: Source) -> str:
    """Return the folder of the header: none, or one added when the log was zipped again."""
    found = [n.removesuffix("header.json") for n in members.names if n.endswith("header.json")]
    folder = min(found, key=len, default=None)
    if folder is None or not (folder == "" or folder.endswith("/")):
        raise InvalidInput(
            f"the log {source}", "of a finished run", "an archive without header.json",
            remedy="the run was interrupted; `inspect log recover` saves what it had done",
        )  # fmt: skip
    return folder


def _member(members: Archive, name: str, source: Source) -> Any:
    return parse(members.read(name), f"{name} of {source}")


def _header(log: Any, source: Source) -> dict[str, Any]:
    run = child(require_object(log, "the header", str(source)), "eval", str(source))
    dataset, config = (child(run, key, str(source)) for key in ("dataset", "config"))
    for name in listed(dataset, "sample_ids", str(source)):
        scalar(name, "a sample's id", str(source))
    whole(config, "epochs", str(source))
    header: dict[str, Any] = log
    return header


def _checked(sample: Any, where: str, subset: str) -> Sample:
    """Check a sample and keep what a score needs: the rest, most of it messages, is let go."""
    given = require_object(sample, "a sample", where)
    if scalar(given.get("id"), "a sample's id", where) is None:
        raise InvalidInput("a sample's id", "given", "none", where=where)
    scores = child(given, "scores", where)
    for name, score in scores.items():
        if "value" not in require_object(score, f"the score {name}", where):
            raise InvalidInput(f"the value of score {name}", "given", "none", where=where)
        child(score, "metadata", where)
    return {
        "id": str(given["id"]),
        "epoch": whole(given, "epoch", where),
        "failed": bool(given.get("error")),
        "choices": listed(given, "choices", where),
        "target": given.get("target"),
        "subset": scalar(child(given, "metadata", where).get(subset), subset, where) or "",
        "completion": scalar(child(given, "output", where).get("completion"), "output", where),
        "scores": {
            name: {key: score[key] for key in SCORE_KEYS if key in score}
            for name, score in scores.items()
        },
    }
