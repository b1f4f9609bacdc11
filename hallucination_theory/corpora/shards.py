"""Shards: counts of each prompt kept in Parquet files, to be joined exactly."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hallucination_theory.corpora.duck import MEMORY_LIMIT, Counted, counted, words_of
from hallucination_theory.corpora.engine import complaints, new_engine
from hallucination_theory.corpora.files import corpus_files
from hallucination_theory.corpora.prompts import SETTINGS, SHARED, Count
from hallucination_theory.inputs.opened import Source, opened
from theory.errors import InvalidInput, require


def merge_shards(
    paths: str | Path | Sequence[str | Path], *, memory_limit: str = MEMORY_LIMIT
) -> Counted:
    """Join shards that :func:`count_corpus` saved: the counts of all their files together.

    Raises
    ------
    InvalidInput
        If a file is no shard, or the shards differ in abstentions, ``raw`` or ``by``.
    MissingExtra
        If DuckDB (extra ``files``) is not installed.
    """
    require("duckdb", "files", "merging shards")
    files = corpus_files([paths] if isinstance(paths, (str, Path)) else paths)
    settings = {file: shard_settings(file) for file in files}
    kinds: Counter[str] = Counter()
    for one in settings.values():
        kinds.update(one.pop("recognised"))
    first = settings[files[0]]
    for file, other in settings.items():
        if other != first:
            remedy = "count them again alike"
            raise InvalidInput(f"the settings of {file}", str(first), other, remedy=remedy)
    with new_engine(memory_limit) as (engine, folder):
        words = words_of(engine, first["abstain"], raw=first["raw"], key=SHARED)
        count = Count(engine, folder, words, first["by"], skip=True, spelt=True, n_parts=2)
        names = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        with complaints(Source(Path(files[0]), f"{len(files)} shards")):
            engine.execute(f"CREATE TEMP TABLE prompts AS FROM read_parquet([{names}])")
            rows, parts = count.kept()
    name = files[0] if len(files) == 1 else f"{len(files)} shards"
    return counted(name, len(files), rows, parts, kinds)


def shard_settings(path: str) -> dict[str, Any]:
    """Return how a shard was counted: abstentions, ``raw`` and ``by``.

    Raises
    ------
    InvalidInput
        If the file is no shard.
    """
    pa = require("pyarrow", "files", "merging shards")
    import pyarrow.parquet as pq

    with opened(path) as source:
        try:
            found = (pq.read_metadata(source.path).metadata or {}).get(SETTINGS.encode())
        except (pa.ArrowException, OSError):
            found = None
    if found is None:
        allowed = "a shard, made with --save-shard"
        raise InvalidInput(f"the file {path}", allowed, "a file without its settings")
    settings: dict[str, Any] = json.loads(found)
    return settings
