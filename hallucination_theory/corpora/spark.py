"""Count a corpus on a Spark cluster: the same query and the same integers as DuckDB.

For corpora that one machine cannot hold. Spark reads the files itself, so they are Parquet or JSON
lines, or CSV with a header, and lie where its workers see them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hallucination_theory.corpora import identity
from hallucination_theory.corpora.duck import Counted, counted
from hallucination_theory.corpora.identity import ABSTAIN, fold_abstentions
from hallucination_theory.corpora.prompts import PROMPT, RESPONSE, refuse
from hallucination_theory.corpora.sql import MERGED, Words
from theory.errors import InvalidInput, require

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

LOCAL = "local-cluster[2,1,1024]"
"""Two worker processes with one core and 1 GiB each, on this machine."""
READERS = {
    ".parquet": "parquet",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".csv": "csv",
}
ODD = "[{{\\\\t-\\\\r\\\\x1c-\\\\x1f]|  |^ | $"
FOLDED = (
    "coalesce(fold_text(CASE WHEN octet_length({x}) <> char_length({x}) "
    f"OR {{x}} RLIKE '{ODD}' THEN {{x}} END), lower({{x}}))"
)
"""Spark's way of folding; only texts that are odd travel to Python."""


def count_on_spark(
    session: SparkSession,
    paths: Sequence[str],
    *,
    abstain: Sequence[str] = ABSTAIN,
    by: str | None = None,
    skip: bool = False,
    raw: bool = False,
) -> Counted:
    """Count prompts, answers and singletons with Spark (Definition 2).

    Parameters
    ----------
    session : SparkSession
        Yours; it stays open.
    paths : sequence of str
        What Spark reads: files, folders or patterns of one format, on any file system it knows.
    abstain, by, skip, raw
        As :func:`hallucination_theory.corpora.duck.count_corpus`.

    Returns
    -------
    Counted
        Exact, and equal to what DuckDB counts.

    Raises
    ------
    InvalidInput
        If a column is missing, a row lacks a prompt or a response, or all are abstentions.
    MissingExtra
        If sqlglot (extra ``spark``) is not installed.
    """
    frame = _read(session, paths)
    wanted = [PROMPT, RESPONSE, *([by] if by else [])]
    for name in wanted:
        if name not in frame.columns:
            there = ", ".join(map(repr, frame.columns))
            raise InvalidInput(f"the columns of {paths[0]}", f"at least {name!r}", there)
    columns = [f"CAST(`{name}` AS STRING) AS `{name}`" for name in wanted]
    frame.selectExpr(*columns).createOrReplaceTempView("corpus")
    words = Words(abstain, abstain, key="xxhash64({x})")
    if not raw:
        _teach_folding(session)
        words = Words(abstain, fold_abstentions(abstain), "FOLD_OF({x})", "xxhash64({x})")
    rows, parts = _counts(session, words, by)
    if not skip:
        name = paths[0] if len(paths) == 1 else f"{len(paths)} paths"
        refuse(name, sum(row[4] for row in rows), sum(row[5] for row in rows))
    return counted(paths[0], len(frame.inputFiles()), rows, parts)


def on_cluster(master: str, paths: Sequence[str], **options: Any) -> Counted:
    """Open a session at a master, count (:func:`count_on_spark`), and close it.

    Raises
    ------
    InvalidInput
        As :func:`count_on_spark`.
    MissingExtra
        If Spark (extra ``spark``) is not installed.
    """
    sql = require("pyspark.sql", "spark", "counting on Spark")
    builder = sql.SparkSession.builder.master(master).appName("hallucination-theory singletons")
    session = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    try:
        return count_on_spark(session, list(paths), **options)
    finally:
        session.stop()


def _teach_folding(session: SparkSession) -> None:
    """Send the folding itself to the workers, which need not have this package."""
    cloudpickle = require("pyspark.cloudpickle", "spark", "counting on Spark")
    cloudpickle.register_pickle_by_value(identity)

    def folded(text: str | None) -> str | None:
        return None if text is None else identity.fold(text)

    session.udf.register("fold_text", folded, "string")


def _read(session: SparkSession, paths: Sequence[str]) -> DataFrame:
    kinds = {kind for path in paths for end, kind in READERS.items() if f".{end}" in path}
    kind = kinds.pop() if len(kinds) == 1 else "parquet"
    reader = session.read.option("header", True).option("multiLine", kind == "csv")
    return reader.option("escape", '"').format(kind).load(list(paths))


def _counts(
    session: SparkSession, words: Words, by: str | None
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    spellings = words.per_prompt("corpus", by=f'"{by}"' if by else None)
    if not by:
        return _ask(session, words.counts(f"({spellings})")), []
    merged = MERGED.format(keys=PROMPT, source=f"({spellings}) AS parts")
    whole = _ask(session, words.counts(f"({merged})"))
    return whole, _ask(session, words.counts(f"({spellings})", part=True))


def _ask(session: SparkSession, query: str) -> list[tuple[Any, ...]]:
    sqlglot = require("sqlglot", "spark", "translating SQL")
    text = sqlglot.transpile(query, read="duckdb", write="spark")[0]
    for name in (PROMPT, RESPONSE):
        text = text.replace(f"FOLD_OF({name})", FOLDED.format(x=name))
    return [tuple(row) for row in session.sql(text).collect()]
