"""The one query that counts how many prompts were answered how often, in any dialect.

It is written for DuckDB; sqlglot (extra ``sql``) translates it for other engines.
"""

from __future__ import annotations

from collections.abc import Sequence

from theory.errors import InvalidInput, require

DIALECTS = ("duckdb", "spark", "bigquery", "trino")

PER_PROMPT = """
SELECT {keys}, count(response) AS n_rows, count(*) - count(response) AS n_lost,
       count(answer) AS n_answers, min(answer) AS least, max(answer) AS greatest
FROM (SELECT {columns}, response, CASE WHEN response NOT IN ({abstain}) THEN {answer} END AS answer
      FROM {source}) AS answered
GROUP BY {keys}
"""
"""One row for each prompt; ``keys`` is ``prompt``, or ``part`` (a column to count by) and it."""

MERGED = """
SELECT {keys}, sum(n_rows) AS n_rows, sum(n_lost) AS n_lost, sum(n_answers) AS n_answers,
       min(least) AS least, max(greatest) AS greatest
FROM {source} GROUP BY {keys}
"""
"""The same from several tables of this kind, one under the other."""

COUNTS = """
SELECT {part}n_answers AS times_seen,
       sum(CASE WHEN prompt IS NULL THEN 0 ELSE 1 END) AS n_facts,
       sum(CASE WHEN prompt IS NULL THEN 0 ELSE n_rows END) AS n_rows,
       sum(CASE WHEN prompt IS NOT NULL AND least <> greatest THEN 1 ELSE 0 END) AS n_contradictory,
       sum(CASE WHEN prompt IS NULL THEN n_rows + n_lost ELSE 0 END) AS n_without_prompt,
       sum(CASE WHEN prompt IS NULL THEN 0 ELSE n_lost END) AS n_without_response
FROM {prompts}
GROUP BY {part}n_answers ORDER BY {part}n_answers
"""
"""One row for each number of times; the first four columns are those that ``--counts`` reads."""


def literals(texts: Sequence[str]) -> str:
    """Return texts as a list of SQL literals.

    Examples
    --------
    >>> literals(["IDK", "don't know"])
    "'IDK', 'don''t know'"
    """
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts)


def per_prompt(
    source: str,
    *,
    abstain: Sequence[str],
    answer: str = "response",
    prompt: str = "prompt",
    by: str | None = None,
) -> str:
    """Return SQL for one row a prompt: rows, answers, least and greatest answer.

    Parameters
    ----------
    source : str
        A table or subquery with the columns prompt and response.
    abstain : sequence of str
        Responses that are abstentions.
    answer, prompt : str
        SQL for an answer (or a stand-in that is equal for equal answers) and for a prompt's key.
    by : str, optional
        SQL for a column to count by.
    """
    columns = f"{prompt} AS prompt" if prompt != "prompt" else "prompt"
    return PER_PROMPT.format(
        keys="part, prompt" if by else "prompt",
        columns=f"{by} AS part, {columns}" if by else columns,
        abstain=literals(abstain) or "''",
        answer=answer,
        source=source,
    ).strip()


def counts_query(dialect: str, *, table: str = "corpus", abstain: Sequence[str]) -> str:
    """Return the query that makes the table for ``--counts``, for one engine.

    Raises
    ------
    InvalidInput
        If the dialect is unknown.
    MissingExtra
        If sqlglot is not installed.

    Examples
    --------
    >>> print(counts_query("duckdb", abstain=["IDK"]).splitlines()[0])
    SELECT
    """
    if dialect not in DIALECTS:
        raise InvalidInput("dialect", f"one of {', '.join(DIALECTS)}", repr(dialect))
    sqlglot = require("sqlglot", "sql", "translating SQL")
    prompts = f"({per_prompt(table, abstain=abstain)}) AS prompts"
    query = COUNTS.format(part="", prompts=prompts)
    text: str = sqlglot.transpile(query, read="duckdb", write=dialect, pretty=True)[0]
    return text
