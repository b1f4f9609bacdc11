"""What to cite for a result: the statement, its paper, and whether it is the paper's or ours."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from hallucination_theory.paper_map import MapRow, read_map
from theory.errors import InvalidInput

PAPER = (
    "Kalai, Nachum, Vempala and Zhang, Why Language Models Hallucinate, arXiv:2509.04664v1 (2025); "
    "Nature (2026), doi:10.1038/s41586-026-10549-w"
)
OURS = "hallucination-theory, the package; not in arXiv:2509.04664v1"
OTHERS = {
    "KV 2024": "Kalai and Vempala, Calibrated Language Models Must Hallucinate, STOC 2024, "
    "arXiv:2311.14648",
    "DS 2026": "Das and Srivastava, Innovation: An Almost Characterization of Hallucination, ICML "
    "2026, arXiv:2605.26808",
    "MK 2025": "Miao and Kearns, arXiv:2502.08666 (2025)",
    "HLE": "Phan et al., Humanity's Last Exam, arXiv:2501.14249 (2025)",
    "SimpleQA": "Wei et al., Measuring short-form factuality in large language models, "
    "arXiv:2411.04368 (2024)",
}
"""How an item of the map begins that is another paper's -> that paper."""
OWN_ITEMS = ("X", "Erratum", "Real ")
WORDS = {
    "Thm": "Theorem",
    "Cor.": "Corollary",
    "Lem.": "Lemma",
    "Obs.": "Observation",
    "Def.": "Definition",
}


@dataclass(frozen=True)
class Citation:
    """One statement and whose it is; ``print`` shows it as one line.

    Attributes
    ----------
    item, statement, source : str
        Its name in the map of ``paper_notes.md``, what it says, the paper to cite.
    extension : bool
        True if it is this package's own and in no paper.
    """

    item: str
    statement: str
    source: str
    extension: bool

    def __str__(self) -> str:
        """Return statement and source."""
        return f"{_in_words(self.item)}: {self.statement}. {self.source}."


def cite(result: Any) -> tuple[Citation, ...]:
    """Say what to cite for a result, in the order of the map in ``paper_notes.md``.

    Parameters
    ----------
    result : object, function or str
        What a function of this package returned, the function, or an item of the map
        (``"Thm 1"`` or ``"Theorem 1"``). A class of results may serve several statements: all of
        them are returned, and the function tells which.

    Raises
    ------
    InvalidInput
        If no row of the map computes it or bears this name.

    Examples
    --------
    >>> from theory import corollary_1_bound
    >>> (one,) = cite(corollary_1_bound)
    >>> print(str(one)[:60])
    Corollary 1: err >= 2 err_iiv - V/E - delta (no prompts). Ka
    >>> cite("X8")[0].extension
    True
    """
    rows = read_map()
    if isinstance(result, str):
        found = [row for row in rows if result in (row.item, _in_words(row.item))]
        near = get_close_matches(result, [row.item for row in rows], n=3, cutoff=0.3)
        remedy = f"the nearest are {', '.join(near)}" if near else ""
    else:
        names = _names(result)
        found = [row for row in rows if names & _makers(row, result)]
        remedy = "what a statement of the paper computes is listed in paper_notes.md"
    if not found:
        allowed = "a result, a function or an item of the map in paper_notes.md"
        raise InvalidInput("what to cite", allowed, repr(result)[:80], remedy=remedy)
    return tuple(_citation(row) for row in found)


def _in_words(item: str) -> str:
    return " ".join(WORDS.get(word, word) for word in item.split())


def _names(result: Any) -> set[str]:
    """Return the import path of a function or class, or that of the class of a result."""
    named = result if hasattr(result, "__qualname__") else type(result)
    return {f"{named.__module__}.{named.__qualname__}"}


def _makers(row: MapRow, result: Any) -> set[str]:
    """Return the functions of a row, and the classes that they return."""
    made = {_returned(name) for name in row.functions if not hasattr(result, "__qualname__")}
    return {*row.functions, *made}


def _returned(function: str) -> str:
    """Return the import path of the class that a function returns, if it is one of ours.

    Only modules that are loaded matter: a result came from one of them.
    """
    module, name = function.rsplit(".", 1)
    maker = getattr(sys.modules.get(module), name, None)
    annotation = getattr(maker, "__annotations__", {}).get("return", "")
    kind = getattr(maker, "__globals__", {}).get(str(annotation))
    return f"{kind.__module__}.{kind.__qualname__}" if isinstance(kind, type) else ""


def _citation(row: MapRow) -> Citation:
    extension = row.item.startswith(OWN_ITEMS) or "(extension)" in row.statement
    other = next((paper for name, paper in OTHERS.items() if row.item.startswith(name)), PAPER)
    return Citation(row.item, row.statement, OURS if extension else other, extension)
