"""Which responses abstain: the texts given, however spelt, and what ``score`` recognises.

Only distinct texts with a cue (:meth:`hallucination_theory.logs.recogniser.Recogniser.cues`) are
looked at, once each; an engine's own regular expression sorts out the rest.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hallucination_theory.corpora.identity import ENDS, fold, fold_abstentions
from hallucination_theory.corpora.sql import literals
from hallucination_theory.logs.recogniser import Recogniser

if TYPE_CHECKING:
    import duckdb

SILENT = ("abstain", "refusal", "empty")
"""What ``score`` takes for no answer; an unclear text stays an answer here, and is counted."""
GIVEN = "given"
ABSTAINS = (GIVEN, *SILENT)
FOREIGN = r"\x{130}\x{df}\x{1f0}\x{37e}\x{1e96}-\x{1e9a}\x{1fef}\x{fb00}-\x{fb06}"
"""Characters beyond ASCII whose folding begins with several of ASCII; `(?i)` knows the others."""

TOLD, FEW = 50_000, 5_000
"""If the first so many responses are at most so many texts, equal ones are put together first."""
LOOKED = """
CREATE OR REPLACE TEMP TABLE looked AS
WITH texts AS {how} MATERIALIZED (
    SELECT response, count(*) AS n FROM {relation} WHERE prompt IS NOT NULL AND {first}
    GROUP BY response)
SELECT response, n, kind_of(response) AS kind FROM texts WHERE {then}
"""


class Abstentions:
    """What abstains beside the texts given.

    Parameters
    ----------
    given : sequence of str
        Texts of abstentions. Without any nobody abstains.
    """

    def __init__(self, given: Sequence[str]) -> None:
        self.alike = frozenset(fold_abstentions(given))
        self._recogniser = Recogniser(built_in=bool(given))

    @cached_property
    def sieve(self) -> str:
        r"""An expression in RE2's syntax that is found in every text that may abstain.

        Examples
        --------
        >>> from hallucination_theory.inputs.patterns import Pattern
        >>> Pattern(Abstentions(["Zilch"]).sieve).found(["ZILCH!", "I've no idea.", "Paris"])
        [True, True, False]
        """
        begins = "".join(sorted({_begin(text) for text in self.alike}))
        blanks = r"[\s\v\x1c-\x1f\x{85}\p{Z}]*"
        return f"{self._recogniser.cues()}|^{blanks}[{begins}{FOREIGN}]"

    def kinds(self, texts: Sequence[str]) -> list[str | None]:
        """Return "given", or what the recogniser calls a text; None for an answer.

        Examples
        --------
        >>> Abstentions(["IDK"]).kinds(["idk.", "I'm not sure.", "Paris"])
        ['given', 'abstain', None]
        """
        found = self._recogniser.recognise_all(texts)
        return [
            GIVEN if fold(text).rstrip(ENDS) in self.alike else kind
            for text, kind in zip(texts, found, strict=True)
        ]

    def teach(self, engine: Any) -> None:
        """Give DuckDB a function ``kind_of`` that tells the kind of a text."""
        import pyarrow as pa

        def kind_of(texts: Any) -> Any:
            return pa.array(self.kinds(texts.to_pylist()), pa.string())

        engine.create_function(
            "kind_of", kind_of, [str], str, type="arrow", null_handling="special"
        )

    def look(self, engine: duckdb.DuckDBPyConnection, relation: str, kinds: Counter[str]) -> str:
        """Return SQL that is true for responses of a relation that abstain, and count the kinds."""

        def ask(query: str) -> list[tuple[Any, ...]]:
            return engine.execute(query).fetchall()

        begin = f"(SELECT response FROM {relation} LIMIT {TOLD})"
        few = ask(f"SELECT count(DISTINCT response) <= {FEW} FROM {begin}")[0][0]
        cue = f"regexp_matches(response, {literals([self.sieve])[0]})"
        first, then, how = ("TRUE", cue, "") if few else (cue, "TRUE", "NOT")
        engine.execute(LOOKED.format(how=how, relation=relation, first=first, then=then))
        kinds.update(dict(ask("SELECT kind, sum(n)::BIGINT FROM looked GROUP BY kind")))
        silent = f"SELECT response FROM looked WHERE kind IN ({', '.join(literals(ABSTAINS))})"
        return f"response IN ({silent})" if ask(f"{silent} LIMIT 1") else "FALSE"

    def marked(self, batch: Any, kinds: Counter[str]) -> Any:
        """Add to rows the column ``silent``, whether the response abstains, and count the kinds."""
        import pyarrow as pa
        import pyarrow.compute as pc

        responses = batch.column("response")
        cue = pc.match_substring_regex(responses, self.sieve)
        found = responses.filter(pc.and_(cue, pc.is_valid(batch.column("prompt"))))
        texts = pc.value_counts(found)
        values = texts.field("values").to_pylist()
        told = dict(zip(values, self.kinds(values), strict=True))
        for text, n in zip(values, texts.field("counts").to_pylist(), strict=True):
            kinds[told[text] or ""] += n
        silent = [text for text, kind in told.items() if kind in ABSTAINS]
        return batch.append_column("silent", pc.is_in(responses, pa.array(silent, responses.type)))


def _begin(text: str) -> str:
    """Return, for a class of characters, what a text begins with that folds to this one."""
    if not text:
        return re.escape(ENDS)
    first = unicodedata.normalize("NFD", text[0])[0]
    return re.escape(first) if text[0].isascii() else rf"{re.escape(first)}\x{{80}}-\x{{10ffff}}"
