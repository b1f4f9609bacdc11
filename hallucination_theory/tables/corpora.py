"""Count a user's corpus of (prompt, response) rows, however large, with DuckDB.

DuckDB keeps to its memory limit and spills to disk beyond it; the spilled files lie in a
temporary folder that is removed at the end.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hallucination_theory.tables.formats import check_looks, format_of
from hallucination_theory.tables.wanted import Wanted, first_line
from theory.errors import InvalidInput, require

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "1500MB"
"""DuckDB's own limit by default; the whole process then stays below 2 GB."""
COLUMNS = Wanted(("prompt", "response"), ())

COUNT = """
SELECT coalesce(sum(n_rows), 0), count(*), coalesce(sum(n_answers), 0),
       coalesce(count_if(n_answers > 0), 0), coalesce(count_if(n_answers = 1), 0),
       coalesce(count_if(contradictory), 0),
       coalesce(sum(n_rows) FILTER (prompt IS NULL), 0), coalesce(sum(n_rows - n_responses), 0)
FROM (SELECT prompt, count(*) AS n_rows, count(response) AS n_responses,
             count(answer) AS n_answers, min(answer) <> max(answer) AS contradictory
      FROM (SELECT prompt, response,
                   CASE WHEN response NOT IN (SELECT unnest($abstain)) THEN hash(response) END
                   AS answer FROM {source})
      GROUP BY prompt)
"""
# Answers are compared by 64-bit hash, whose size does not depend on their length: a group that
# holds only numbers can be spilled. Two answers collide with probability 5e-20.


@dataclass(frozen=True)
class CorpusCounts:
    """What Definition 2 needs to know of a corpus.

    Attributes
    ----------
    n_samples : int
        N, all rows.
    n_prompts : int
        Distinct prompts.
    n_answers : int
        Rows that are no abstention.
    n_answered_prompts : int
        Prompts that occur with an answer at least once.
    n_singletons : int
        |S|, prompts that occur exactly once with an answer.
    n_contradictory : int
        Prompts with two or more different answers. Each of their rows counts as an occurrence, so
        none of them is a singleton.
    """

    n_samples: int
    n_prompts: int
    n_answers: int
    n_answered_prompts: int
    n_singletons: int
    n_contradictory: int

    @property
    def n_abstentions(self) -> int:
        """Rows that abstain."""
        return self.n_samples - self.n_answers

    @property
    def singleton_rate(self) -> float:
        """Sr = |S|/N (Definition 2)."""
        return self.n_singletons / self.n_samples


def count_corpus(
    path: str | Path,
    *,
    abstain: Sequence[str] = ("IDK",),
    memory_limit: str = MEMORY_LIMIT,
) -> CorpusCounts:
    """Count prompts, answers and singletons of a file (Definition 2).

    Parameters
    ----------
    path : str or Path
        CSV, JSON lines or Parquet with the columns prompt and response; others are not read.
    abstain : sequence of str
        Responses that are abstentions, exactly as written in the file.
    memory_limit : str
        How much memory DuckDB may take before it spills to disk, such as "1GB".

    Returns
    -------
    CorpusCounts
        Exact.

    Raises
    ------
    InvalidInput
        If the file is missing, empty, damaged or lacks a column or a value, or if every response
        is an abstention.
    MissingExtra
        If DuckDB (extra ``files``) is not installed.
    """
    path = Path(path)
    kind = format_of(path)
    check_looks(path, kind)
    with _engine(memory_limit) as (engine, folder):
        row = _ask(engine, path, kind, folder, list(abstain))
    *counts, no_prompt, no_response = (int(value) for value in row)
    for name, missing in (("prompt", no_prompt), ("response", no_response)):
        if missing:
            raise InvalidInput(
                f"{name} of {path}", "given in every row", f"{missing} rows without one"
            )
    result = CorpusCounts(counts[0], counts[1], *counts[2:])
    if result.n_samples == 0:
        raise InvalidInput(f"the file {path}", "a table with at least one row", "none")
    if result.n_answers == 0:
        raise InvalidInput(
            f"the responses of {path}",
            "at least one answer",
            f"only abstentions in {result.n_samples} rows",
        )
    return result


@contextmanager
def _engine(memory_limit: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    duckdb = require("duckdb", "files", "counting a corpus")
    with tempfile.TemporaryDirectory(prefix="hallucination-theory-") as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_limit,
            "temp_directory": str(Path(folder) / "spilled"),
            "preserve_insertion_order": False,
        }
        try:
            engine = duckdb.connect(config=settings)
        except duckdb.Error as error:
            raise InvalidInput(
                "memory_limit", 'a size such as "1GB"', repr(memory_limit)
            ) from error
        with engine:
            engine.execute("SET enable_progress_bar = false")
            yield engine, Path(folder)


def _ask(
    engine: duckdb.DuckDBPyConnection, path: Path, kind: str, folder: Path, abstain: list[str]
) -> Sequence[int]:
    import duckdb

    plain = path
    if set(str(path)) & set("*?[]{}"):
        # DuckDB would take such a name for a pattern.
        plain = folder / f"corpus{path.suffix}"
        plain.symlink_to(path.resolve())
    try:
        source = _source(engine, plain, path, kind)
        row = engine.execute(COUNT.format(source=source), {"abstain": abstain}).fetchone()
    except duckdb.OutOfMemoryException as error:
        raise InvalidInput(
            "memory_limit",
            "large enough for DuckDB to spill to disk",
            first_line(error),
            remedy="raise it or free disk space",
        ) from error
    except duckdb.Error as error:
        raise InvalidInput(
            f"the file {path}",
            f"well-formed {kind}",
            f"a damaged one ({first_line(error).strip()})",
        ) from error
    return row or ()


def _source(engine: duckdb.DuckDBPyConnection, plain: Path, path: Path, kind: str) -> str:
    """Return SQL that reads prompt and response, responses as text."""
    file = "'" + str(plain).replace("'", "''") + "'"
    if kind == "CSV":
        header = _header(path)
        COLUMNS.among(header, path)
        # Only the wanted columns keep their names: the others may be empty, equal, or differ from
        # these by the case of a letter, which DuckDB does not see.
        named = (x if x in COLUMNS.required else f"unused {i}" for i, x in enumerate(header))
        names = ", ".join(f"'{name}': 'VARCHAR'" for name in named)
        table = (
            f"read_csv({file}, auto_detect=false, header=true, delim=',', quote='\"', "
            f"escape='\"', strict_mode=true, columns={{{names}}})"
        )
        # An empty cell is empty text, as in all tables of this package.
        filled = ", ".join(f"coalesce({name}, '') AS {name}" for name in COLUMNS.required)
        return f"(SELECT {filled} FROM {table})"
    if kind == "Parquet":
        table = f"read_parquet({file}, hive_partitioning=false)"
        COLUMNS.among([row[0] for row in engine.execute(f"DESCRIBE FROM {table}").fetchall()], path)
        return f"(SELECT prompt, CAST(response AS VARCHAR) AS response FROM {table})"
    return (
        f"read_json({file}, format='newline_delimited', hive_partitioning=false, "
        "columns={prompt: 'VARCHAR', response: 'VARCHAR'})"
    )


def _header(path: Path) -> list[str]:
    # What is not UTF-8 is left to DuckDB, which says where it is.
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return next(csv.reader(file), [])
