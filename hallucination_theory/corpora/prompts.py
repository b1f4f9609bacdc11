"""How often each prompt occurs and is answered: one table in DuckDB, from files of all kinds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hallucination_theory.corpora.abstentions import Abstentions
from hallucination_theory.corpora.engine import (
    PATTERN,
    complaints,
    plain_types,
    sql_name,
    streamed,
)
from hallucination_theory.corpora.spellings import twins
from hallucination_theory.corpora.sql import MERGED, Words
from hallucination_theory.inputs.opened import Source, opened
from hallucination_theory.inputs.progress import advance, step
from hallucination_theory.inputs.words import shown
from hallucination_theory.tables.formats import format_of, parquet_types, read_batches
from hallucination_theory.tables.wanted import Wanted
from simulations.whole_files import replaced
from theory.errors import InvalidInput

if TYPE_CHECKING:
    import duckdb

PROMPT, RESPONSE = "prompt", "response"
# Answers are compared by 64-bit hash, whose size does not depend on their length: a group that
# holds only numbers can be spilled. Two answers collide with probability 5e-20.
ANSWER = "hash({x})"
SHARED = "md5({x})"
"""The same for shards, which may come from another version of DuckDB."""
LOST = """
SELECT coalesce(sum(n_rows + n_lost) FILTER (prompt IS NULL), 0),
       coalesce(sum(n_lost) FILTER (prompt IS NOT NULL), 0) FROM part
"""
"""Rows of one file without a prompt, and with one but without a response."""
SETTINGS = "hallucination_theory"
"""Where a shard keeps how it was counted."""

Rows = list[tuple[Any, ...]]


@dataclass
class Count:
    """One count in one engine.

    Attributes
    ----------
    abstentions : Abstentions, optional
        What abstains beside the texts given; without it only they do.
    spelt : bool
        Whether a prompt may be spelt in several ways; one that is a number is not.
    n_parts : int
        How many tables were put together into ``prompts``.
    kinds : Counter of str
        How many rows were recognised as what.
    """

    engine: duckdb.DuckDBPyConnection
    folder: Path
    words: Words
    by: str | None
    skip: bool
    abstentions: Abstentions | None = None
    spelt: bool = False
    n_parts: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def wanted(self) -> Wanted:
        """The columns to read, as text."""
        names = (PROMPT, RESPONSE, self.by or PROMPT)
        return Wanted(tuple(dict.fromkeys(names)), text=True)

    def keep(self, files: list[str]) -> None:
        """Count files into the table ``prompts``, one row a spelling and run of files.

        A run is of Parquet files that DuckDB reads together; any other file is by itself.
        """
        if len(files) == 1:
            step(f"counting {shown(files[0])}", "rows")
        else:
            step("counting", "files", len(files))
        for _, run in groupby(files, self._kind):
            together = list(run)
            try:
                self._add(together)
            except InvalidInput:
                if len(together) == 1:
                    raise
                for file in together:  # one of them is to blame, and is named
                    self._add([file])

    def _kind(self, file: str) -> tuple[str, ...]:
        """Return the types of what DuckDB reads itself, or the file's own name."""
        source = Source(Path(file), file)
        if source.suffix != ".parquet" or PATTERN & set(file) or not source.path.is_file():
            return (file,)
        if not plain_types(source, self.wanted):
            return (file,)
        return tuple(map(str, parquet_types(source, self.wanted).values()))

    def _add(self, files: list[str]) -> None:
        with opened(files[0]) as source:
            whole = source if len(files) == 1 else Source(source.path, f"{len(files)} files")
            self._read(whole, files[1:])
            if not self.skip:
                lost = self.engine.execute(LOST).fetchall()[0]
                refuse(str(whole), *lost, source=source if len(files) == 1 else None)
        first = self.n_parts == 0
        verb = "ALTER TABLE part RENAME TO prompts" if first else "INSERT INTO prompts FROM part"
        self.engine.execute(verb)
        self.n_parts += 1
        advance(len(files), "files")

    def kept(self) -> tuple[Rows, Rows]:
        """Return the counts of counts of the table ``prompts``: of the whole, and by part."""
        whole = "prompts"
        if self.by or self.n_parts > 1:
            whole = "whole"
            query = MERGED.format(keys=PROMPT, source="prompts")
            self.engine.execute(f"CREATE TEMP TABLE whole AS {query}")
        twins = self._twins(whole)
        parts = self._counts(f"({self._merged()})", twins, part=True) if self.by else []
        return self._counts(whole, twins), parts

    def _twins(self, table: str) -> str:
        """Return SQL that is true for prompts that may have another spelling in a table."""
        if self.words.raw or not self.spelt:
            return "FALSE"
        return twins(self.engine, table, ANSWER.format(x=self.words.fold.format(x=PROMPT)))

    def save(self, path: Path) -> None:
        """Write the table ``prompts`` as a shard, whole or not at all."""
        settings: dict[str, Any] = {"abstain": list(self.words.abstain), "raw": self.words.raw}
        settings |= {"by": self.by, "recognised": {str(k): n for k, n in self.kinds.items()}}
        text = json.dumps(settings, sort_keys=True).replace("'", "''")
        options = f"FORMAT parquet, KV_METADATA {{{SETTINGS}: '{text}'}}"
        with replaced(path) as (partial,):
            target = str(partial).replace("'", "''")
            self.engine.execute(f"COPY ({self._merged()}) TO '{target}' ({options})")

    def _merged(self) -> str:
        return MERGED.format(keys="part, prompt" if self.by else PROMPT, source="prompts")

    def _keep(self, relation: str, words: Words) -> None:
        query = words.per_prompt(relation, by=self._by())
        text = f"SELECT * REPLACE (CAST({PROMPT} AS VARCHAR) AS {PROMPT}) FROM ({query})"
        self.engine.execute(f"CREATE OR REPLACE TEMP TABLE part AS {text}")

    def _counts(self, spellings: str, twins: str, *, part: bool = False) -> Rows:
        query = self.words.counts(spellings, part=part, twins=twins)
        return self.engine.execute(query).fetchall()

    def _read(self, source: Source, more: Sequence[str]) -> None:
        """Count a file, and more Parquet files like it, into the table ``part``."""
        wanted = self.wanted
        with complaints(source):
            if format_of(source) == "Parquet" and plain_types(source, wanted):
                relation = self._parquet(source, more)
                words, known = self.words, self.abstentions
                if known is not None:
                    words = replace(words, silent=known.look(self.engine, relation, self.kinds))
                self._keep(relation, words)
            else:
                self.spelt = True
                read_batches(source, wanted, lambda b: self._stream(source, b))

    def _stream(self, source: Source, batches: Iterator[Any]) -> None:
        """Count batches; whether a response abstains is told as they pass."""
        words, known = self.words, self.abstentions
        if known is not None:
            words = replace(words, silent="silent")
        marked = None if known is None else partial(known.marked, kinds=self.kinds)
        streamed(self.engine, source, self.wanted, batches, lambda t: self._keep(t, words), marked)

    def _by(self) -> str | None:
        return '"' + self.by.replace('"', '""') + '"' if self.by else None

    def _parquet(self, source: Source, more: Sequence[str]) -> str:
        import pyarrow as pa

        types = parquet_types(source, self.wanted)
        number = pa.types.is_integer(types[PROMPT]) and self.by != PROMPT
        self.spelt |= not number
        names = ['"' + name.replace('"', '""') + '"' for name in self.wanted.required]
        # Numbers are grouped faster than their texts; `_keep` writes them as texts.
        columns = [f"CAST({name} AS VARCHAR) AS {name}" for name in names[number:]]
        files = [sql_name(source, self.folder), *(file.replace("'", "''") for file in more)]
        listed = ", ".join(f"'{file}'" for file in files)
        return (
            f"(SELECT {', '.join([*names[:number], *columns])} "
            f"FROM read_parquet([{listed}], hive_partitioning=false))"
        )


def refuse(
    name: str, n_without_prompt: int, n_without_response: int, *, source: Source | None = None
) -> None:
    """Complain about rows without a prompt or a response; in a file the first one is looked up."""
    for column, n_rows in ((PROMPT, n_without_prompt), (RESPONSE, n_without_response)):
        if n_rows:
            raise InvalidInput(
                f"{column} of {name}",
                "given in every row",
                f"{n_rows} rows without one",
                where=_first_without(source, column) if source else "",
                remedy="leave them out with --skip",
            )


def _first_without(source: Source, column: str) -> str:
    """Say which row is the first one without a value in a column."""

    def first(batches: Iterator[Any]) -> str:
        seen = 0
        for batch in batches:
            if column not in batch.schema.names:
                return f"data row {seen + 1}"
            values = batch.column(column)
            if values.null_count:
                return f"data row {seen + 1 + values.is_null().index(True).as_py()}"
            seen += len(batch)
        return ""

    return read_batches(source, Wanted((column,), text=True), first)
