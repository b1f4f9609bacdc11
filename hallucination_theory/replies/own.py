"""A language of the user's own: patterns in a TOML file, read sentence by sentence.

The text is cut into segments, at the ends of sentences and at words like "but". A segment abstains,
refuses, is courtesy ("I'd be happy to help with something else"), announces an answer, or has other
content. A text abstains if some segment does and all others are courtesy; it answers if a segment
announces an answer or is a bare short one; with other content beside an abstention it is unclear.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hallucination_theory.inputs.opened import small_text
from hallucination_theory.inputs.words import quoted, shown
from hallucination_theory.replies.features import folded
from theory.errors import InvalidInput

ROLES = ("whole", "abstain", "refusal", "courtesy", "answer", "contrast")
"""Lists of a pattern file; ``whole`` must be the whole segment, the others are found anywhere."""
MAX_CHARACTERS = 20_000
"""Longer texts are judged by their beginning and end, half of this each."""
SHORT = 4
"""A segment of at most so many words beside an abstention is taken for an answer."""
_SENTENCE_END = re.compile(r"[.!?;\u2026]+(?=\s|$)|[\u3002!?]|\n+")
_WORD = re.compile(r"[\u3040-\u9fff]{1,2}|[^\W\u3040-\u9fff]+")
_MARKS = " \t\"'*_.,:!()[]{}<>\u201c\u201d\u00ab\u00bb\u300c\u300d\u3001~-"


@dataclass(frozen=True)
class Language:
    """A language's patterns.

    Attributes
    ----------
    name : str
        The language.
    patterns : dict of str to tuple of str
        Role, one of :data:`ROLES`, -> regular expressions, read on lower-case text.
    """

    name: str
    patterns: dict[str, tuple[str, ...]]

    def recognise(self, answer: str) -> str | None:
        """Return ``"abstain"``, ``"refusal"``, ``"unclear"``, or None for an attempt.

        Examples
        --------
        >>> polish = Language("Polish", {"whole": ("nie wiem",)})
        >>> polish.recognise("Nie wiem."), polish.recognise("Nie wiem. Kto wie?")
        ('abstain', None)
        """
        if len(answer) > MAX_CHARACTERS:
            half = MAX_CHARACTERS // 2
            answer = f"{answer[:half]}\n{answer[-half:]}"
        kinds = [*self._kinds(answer)]
        silent = [kind for kind in kinds if kind in {"abstain", "refusal"}]
        if not silent:
            return "unclear" if kinds and set(kinds) == {"courtesy"} else None
        if {"answer", "short"} & set(kinds):
            return None
        return "unclear" if "content" in kinds else silent[0]

    @cached_property
    def _find(self) -> dict[str, re.Pattern[str]]:
        """One pattern a role; a role without patterns finds nothing."""
        return {
            role: re.compile("|".join(f"(?:{p})" for p in self.patterns.get(role, ())) or r"(?!)")
            for role in ROLES
        }

    def _kinds(self, answer: str) -> Iterator[str]:
        """Yield what each segment of an answer is."""
        for sentence in _SENTENCE_END.split(folded(answer).lower()):
            for segment in self._find["contrast"].sub("\n", sentence).split("\n"):
                text = " ".join(segment.split()).strip(_MARKS)
                if text:
                    yield self._kind(text)

    def _kind(self, text: str) -> str:
        find = self._find
        if find["whole"].fullmatch(text):
            return "abstain"
        for kind in ("refusal", "abstain"):
            match = find[kind].search(text)
            if match:
                after = find["answer"].search(text, match.end())
                return "answer" if after and text[after.end() :].strip(_MARKS) else kind
        for kind in ("courtesy", "answer"):
            if find[kind].search(text):
                return kind
        return "short" if len(_WORD.findall(text)) <= SHORT else "content"


def read_language(path: Path) -> Language:
    """Read a file of patterns.

    Raises
    ------
    InvalidInput
        If it is not TOML, a value is no list of regular expressions, or one of them is invalid.
    """
    try:
        given = tomllib.loads(small_text(path, "pattern file"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidInput(f"the pattern file {path}", "TOML", shown(error)) from error
    patterns = {role: tuple(_listed(given, role, path)) for role in ROLES}
    return Language(str(given.get("language", path)), patterns)


def _listed(given: dict[str, Any], role: str, path: Path) -> list[str]:
    value = given.get(role, [])
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(p, str) for p in listed):
        raise InvalidInput(f"{role} in {path}", "a list of regular expressions", quoted(value))
    for pattern in listed:
        _require_pattern(pattern)
    return listed


def _require_pattern(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        allowed = f"a regular expression ({error})"
        raise InvalidInput("a pattern", allowed, repr(pattern)) from error
