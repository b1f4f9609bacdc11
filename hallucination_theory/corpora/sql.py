"""The one query that counts how many prompts were answered how often, in any dialect.

It is written for DuckDB; sqlglot (extra ``sql``) translates it for other engines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hallucination_theory.corpora.identity import ENDS, PORTABLE, fold_abstentions
from theory.errors import InvalidInput, require

NORMAL_FORM = {
    "duckdb": "NFC_NORMALIZE(",
    "spark": "(",
    "bigquery": "NORMALIZE(",
    "trino": "NORMALIZE(",
}
"""Dialect -> its function for Unicode normal form C."""
DIALECTS = tuple(NORMAL_FORM)

PER_PROMPT = """
SELECT {keys}, count(response) AS n_rows, count(*) - count(response) AS n_lost,
       count(answer) AS n_answers, min(answer) AS least, max(answer) AS greatest,
       {spelled} AS n_spelled
FROM (SELECT {keys}, response, CASE WHEN {answers} THEN {answer} END AS answer{as_given}
      FROM (SELECT {columns}, response, {folded} AS folded{abstains} FROM {source}) AS texts)
     AS answered
GROUP BY {keys}
"""
"""One row for each spelling of a prompt; ``keys`` is ``prompt``, or ``part`` and it.

``answer`` leaves abstentions out however they are spelt, ``spelled`` only as they are given.
"""

ANSWERS = """
CASE WHEN {begins} THEN rtrim(folded, '{ends}') NOT IN ({texts}) ELSE response IS NOT NULL END
"""
"""Whether a row has an answer; most texts do not begin like an abstention, which is soon told."""

MERGED = """
SELECT {keys}, sum(n_rows) AS n_rows, sum(n_lost) AS n_lost, sum(n_answers) AS n_answers,
       min(least) AS least, max(greatest) AS greatest, sum(n_spelled) AS n_spelled
FROM {source} GROUP BY {keys}
"""
"""The same from several tables of this kind, one under the other."""

ALIKE = """
SELECT {part}{folded} AS prompt, sum(n_rows) AS n_rows, sum(n_lost) AS n_lost,
       sum(n_answers) AS n_answers, min(least) AS least, max(greatest) AS greatest,
       count(*) AS n_spellings, sum(CASE WHEN n_spelled = 1 THEN 1 ELSE 0 END) AS n_once
FROM {source} GROUP BY {part}{folded}
"""
"""One row for each prompt from one row for each spelling."""

AS_SPELT = """
SELECT *, 1 AS n_spellings, CASE WHEN n_spelled = 1 THEN 1 ELSE 0 END AS n_once FROM {source}
"""
"""The same if only equal texts are alike."""

COUNTS = """
SELECT {part}n_answers AS times_seen,
       sum(CASE WHEN prompt IS NULL THEN 0 ELSE 1 END) AS n_facts,
       sum(CASE WHEN prompt IS NULL THEN 0 ELSE n_rows END) AS n_rows,
       sum(CASE WHEN prompt IS NOT NULL AND least <> greatest THEN 1 ELSE 0 END) AS n_contradictory,
       sum(CASE WHEN prompt IS NULL THEN n_rows + n_lost ELSE 0 END) AS n_without_prompt,
       sum(CASE WHEN prompt IS NULL THEN 0 ELSE n_lost END) AS n_without_response,
       sum(CASE WHEN n_spellings > 1 THEN n_rows ELSE 0 END) AS n_rows_merged,
       sum(CASE WHEN prompt IS NULL THEN 0 ELSE n_once END) AS n_once_as_spelt
FROM {prompts}
GROUP BY {part}n_answers ORDER BY {part}n_answers
"""
"""One row for each number of times; the first four columns are those that ``--counts`` reads."""


LITERAL = (
    "/* Abstentions are the texts listed here and no others; "
    "singletons itself recognises them in other words too. */\n"
)


def literals(texts: Sequence[str]) -> list[str]:
    """Return SQL for some texts.

    Examples
    --------
    >>> literals(["IDK", "don't know"])
    ["'IDK'", "'don''t know'"]
    """
    return ["'" + text.replace("'", "''") + "'" for text in texts]


@dataclass(frozen=True)
class Words:
    """How one engine says which texts are alike: SQL with ``{x}`` for a text.

    Attributes
    ----------
    fold : str
        What texts of the same fact have in common; ``{x}`` itself if only equal texts are alike.
    key : str
        A stand-in for an answer, equal for equal answers.
    abstain, alike : sequence of str
        Abstentions as given, and as folded responses are compared with them.
    silent : str
        Where the abstaining texts were found beforehand: SQL that tells them; "FALSE" if there are
        none.
    """

    abstain: Sequence[str]
    alike: Sequence[str]
    fold: str = "{x}"
    key: str = "{x}"
    silent: str = ""

    @property
    def raw(self) -> bool:
        """Whether only equal texts are alike."""
        return self.fold == "{x}"

    def per_prompt(self, source: str, *, by: str | None = None) -> str:
        """Return SQL for one row for each spelling of a prompt; ``by`` is a column in SQL."""
        return PER_PROMPT.format(
            keys="part, prompt" if by else "prompt",
            columns=f"{by} AS part, prompt" if by else "prompt",
            folded=self.fold.format(x="response"),
            abstains=f", {self.silent} AS abstains" if self.silent else "",
            answers=self._answers(),
            spelled="count(answer)" if self._one_spelling else "count(spelled)",
            as_given=""
            if self._one_spelling
            else f", CASE WHEN {self._as_given()} THEN 1 END AS spelled",
            answer=self.key.format(x="folded"),
            source=source,
        ).strip()

    @property
    def _one_spelling(self) -> bool:
        """Whether every abstention is spelt as given."""
        return self.raw or self.silent == "FALSE"

    def _as_given(self) -> str:
        given = ", ".join(literals(self.abstain))
        return f"response NOT IN ({given})" if given else "response IS NOT NULL"

    def _answers(self) -> str:
        if self.silent:
            return "NOT abstains AND response IS NOT NULL"
        if self.raw or not self.alike:
            return self._as_given()
        texts = literals(self.alike)
        begins = " OR ".join(f"starts_with(folded, {text})" for text in texts)
        return ANSWERS.format(begins=begins, ends=ENDS, texts=", ".join(texts)).strip()

    def counts(self, spellings: str, *, part: bool = False, twins: str = "") -> str:
        """Return SQL for the counts of counts from one row for each spelling of a prompt.

        Where ``twins``, a condition, is false, a prompt surely has no other spelling.
        """
        by, source = "part, " if part else "", f"{spellings} AS spellings"
        alone = AS_SPELT.format(source=source)
        if self.raw:
            return COUNTS.format(part=by, prompts=f"({alone}) AS prompts")
        some, folded = f"WHERE {twins}" if twins else "", self.fold.format(x="prompt")
        prompts = ALIKE.format(part=by, folded=folded, source=f"{source} {some}")
        if twins:
            prompts = f"{alone} WHERE NOT ({twins}) UNION ALL BY NAME ({prompts})"
        return COUNTS.format(part=by, prompts=f"({prompts}) AS prompts")


def counts_query(dialect: str, *, abstain: Sequence[str], raw: bool = False) -> str:
    """Return the query that makes the table for ``--counts``, for one engine.

    Parameters
    ----------
    dialect : str
        One of :data:`DIALECTS`. Only Spark has no Unicode normal form; none has the order of JSON
        keys, and none recognises abstentions in other words.
    abstain : sequence of str
        Responses that are abstentions.
    raw : bool
        Whether only equal texts are alike.

    Raises
    ------
    InvalidInput
        If the dialect is unknown.
    MissingExtra
        If sqlglot is not installed.

    Examples
    --------
    >>> print(counts_query("duckdb", abstain=["IDK"]).splitlines()[1])
    SELECT
    """
    if dialect not in DIALECTS:
        raise InvalidInput("dialect", f"one of {', '.join(DIALECTS)}", repr(dialect))
    sqlglot = require("sqlglot", "sql", "translating SQL")
    alike = abstain if raw else fold_abstentions(abstain)
    words = Words(abstain, alike, *([] if raw else [PORTABLE]))
    query = words.counts(f"({words.per_prompt('corpus')})")
    text: str = sqlglot.transpile(query, read="duckdb", write=dialect, pretty=True)[0]
    if dialect == "duckdb":  # the others replace every match without being told
        text = text.replace("+', ' ')", "+', ' ', 'g')")
    return LITERAL + text.replace("NFC_OF(", NORMAL_FORM[dialect])
