"""Count a corpus on a Spark cluster: the same query and the same integers as DuckDB.

For corpora that one machine cannot hold. Spark reads the files itself, so they are Parquet or JSON
lines, or CSV with a header, and lie where its workers see them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hallucination_theory.corpora import identity
from hallucination_theory.corpora.abstentions import ABSTAINS, Abstentions
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
LARGEST = 10**6
"""So many different texts with a cue are looked at by one process."""
ODD = (
    "coalesce(octet_length({x}) <> char_length({x}) "
    "OR {x} RLIKE '[{{\\\\t-\\\\r\\\\x1c-\\\\x1f]|  |^ | $', false)"
)
"""Texts that Spark cannot fold itself; Python is asked about them only, row by row."""


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
    wanted, n_files = [PROMPT, RESPONSE, *([by] if by else [])], len(frame.inputFiles())
    for name in wanted:
        if name not in frame.columns:
            there = ", ".join(map(repr, frame.columns))
            raise InvalidInput(f"the columns of {paths[0]}", f"at least {name!r}", there)
    kinds: Counter[str] = Counter()
    frame = frame.selectExpr(*(f"CAST(`{name}` AS STRING) AS `{name}`" for name in wanted))
    if raw:
        rows, parts = _counts(frame, Words(abstain, abstain, key="xxhash64({x})"), by, set())
    else:
        _teach_folding(session)
        alike = fold_abstentions(abstain)
        frame, kinds = _looked(frame, Abstentions(abstain)) if abstain else (frame, Counter())
        silent = "abstains" if abstain else ""
        words = Words(abstain, alike, "folded_{x}", "xxhash64({x})", silent)
        rows, parts = _counts(frame, words, by, _odd(frame))
    if not skip:
        name = paths[0] if len(paths) == 1 else f"{len(paths)} paths"
        refuse(name, sum(row[4] for row in rows), sum(row[5] for row in rows))
    return counted(paths[0], n_files, rows, parts, kinds)


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


def _looked(frame: DataFrame, known: Abstentions) -> tuple[DataFrame, Counter[str]]:
    """Add the column ``abstains``; the texts with a cue come to this process, once each."""
    from pyspark.sql.functions import broadcast, col, expr, when

    given = frame.where(f"{PROMPT} IS NOT NULL").groupBy(RESPONSE).count()
    cue = known.sieve.replace("(?i)", "(?iu)")
    # Java's word boundaries are RE2's where all is ASCII.
    ascii_, text = expr(f"octet_length({RESPONSE}) = char_length({RESPONSE})"), col(RESPONSE)
    has_cue = when(ascii_, text.rlike(cue)).otherwise(text.rlike(_bounded(cue)))
    # That it looks at the count keeps Spark from searching every row instead of each text.
    found = given.where(when(col("count") > 0, has_cue))
    rows = [tuple(row) for row in found.limit(LARGEST + 1).collect()]
    if len(rows) > LARGEST:
        allowed = f"at most {LARGEST} different texts that may abstain"
        remedy = "count with --raw, or without Spark"
        raise InvalidInput("the responses", allowed, f"more than {LARGEST}", remedy=remedy)
    told = known.kinds([text for text, _ in rows])
    kinds: Counter[str] = Counter()
    for (_, n), kind in zip(rows, told, strict=True):
        kinds[kind or ""] += n
    silent = [(text,) for (text, _), kind in zip(rows, told, strict=True) if kind in ABSTAINS]
    table = broadcast(frame.sparkSession.createDataFrame(silent, "abstention string"))
    frame = frame.join(table, frame[RESPONSE] == table["abstention"], "left")
    return frame.selectExpr("*", "abstention IS NOT NULL AS abstains").drop("abstention"), kinds


def _bounded(expression: str) -> str:
    """Spell out RE2's word boundaries, which know ASCII only."""
    return expression.replace(r"\b", r"(?:(?<!\w)(?=\w)|(?<=\w)(?!\w))")


def _odd(frame: DataFrame) -> set[str]:
    """Return which columns hold texts that Spark cannot fold itself."""
    names = (PROMPT, RESPONSE)
    row = frame.selectExpr(*(f"max({ODD.format(x=name)}) AS {name}" for name in names)).first()
    return {name for name in names if row and row[name]}


def _folded(frame: DataFrame, column: str, odd: set[str]) -> DataFrame:
    """Add the folded column; rows do not travel to Python unless their text is odd."""
    if column not in odd:
        return frame.selectExpr("*", f"lower({column}) AS folded_{column}")
    is_odd = ODD.format(x=column)
    plain = frame.where(f"NOT {is_odd}").selectExpr("*", f"lower({column}) AS folded_{column}")
    rest = frame.where(is_odd).selectExpr("*", f"fold_text({column}) AS folded_{column}")
    return plain.unionAll(rest)


def _counts(
    frame: DataFrame, words: Words, by: str | None, odd: set[str]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    def rows(spellings: DataFrame, *, part: bool = False) -> list[tuple[Any, ...]]:
        _folded(spellings, PROMPT, odd).createOrReplaceTempView("spellings")
        return [tuple(row) for row in _sql(frame, words.counts("spellings", part=part)).collect()]

    _folded(frame, RESPONSE, odd).createOrReplaceTempView("corpus")
    spellings = _sql(frame, words.per_prompt("corpus", by=f'"{by}"' if by else None))
    if not by:
        return rows(spellings), []
    spellings.createOrReplaceTempView("parts")
    return rows(_sql(frame, MERGED.format(keys=PROMPT, source="parts"))), rows(spellings, part=True)


def _sql(frame: DataFrame, query: str) -> DataFrame:
    sqlglot = require("sqlglot", "spark", "translating SQL")
    return frame.sparkSession.sql(sqlglot.transpile(query, read="duckdb", write="spark")[0])
