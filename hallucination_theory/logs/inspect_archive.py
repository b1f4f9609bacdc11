"""Inspect's two file formats, opened and checked as far as their structure goes."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import Any

from hallucination_theory.logs.json_text import child, parse, require_object
from theory.errors import InvalidInput, require


def open_log(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return header and samples of an ``.eval`` archive or a ``.json`` log.

    Raises
    ------
    InvalidInput
        If the file is damaged or unfinished, or lacks what Inspect writes into every log.
    MissingExtra
        If zipfile-zstd (extra ``logs``) is needed and not installed.
    """
    header, samples = _eval_file(path) if path.suffix == ".eval" else _json_file(path)
    run = child(require_object(header, "the header", str(path)), "eval", str(path))
    for key in ("dataset", "config"):
        child(run, key, str(path))
    if not isinstance(samples, list):
        raise InvalidInput("samples", "a list", type(samples).__name__, where=str(path))
    for number, sample in enumerate(samples, start=1):
        _check_sample(sample, f"sample number {number} of {path}")
    return header, samples


def _check_sample(sample: Any, where: str) -> None:
    if "id" not in require_object(sample, "a sample", where):
        raise InvalidInput("a sample's id", "given", "none", where=where)
    child(sample, "output", where)
    for name, score in child(sample, "scores", where).items():
        if "value" not in require_object(score, f"the score {name}", where):
            raise InvalidInput(f"the value of score {name}", "given", "none", where=where)
        child(score, "metadata", where)


def _eval_file(path: Path) -> tuple[Any, Any]:
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
    if sys.version_info < (3, 14):  # newer ones know the method
        require("zipfile_zstd", "logs", "reading Inspect logs")


def _json_file(path: Path) -> tuple[Any, Any]:
    log = require_object(parse(path.read_bytes(), str(path)), "the log", str(path))
    return log, log.get("samples") or []
