"""Recognise answers that are no answers: abstentions, refusals, empty ones, and unclear ones.

The text is cut into segments, at the ends of sentences and at words like "but". A segment abstains,
refuses, is courtesy ("I'd be happy to help with something else"), announces an answer, or has other
content. A text abstains if some segment does and all others are courtesy; it answers if a segment
announces an answer or is a bare short one; with other content beside an abstention it is unclear,
and the report counts it as undetermined. The patterns of each language lie in a readable file in
``languages/``, with examples that are tests; a user's own file has the same form.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from hallucination_theory.inputs.opened import small_text
from hallucination_theory.inputs.patterns import Pattern
from hallucination_theory.inputs.words import quoted, shown
from theory.errors import InvalidInput

LANGUAGES = ("en", "zh", "es", "de", "fr", "ja")
"""The built-in languages; all of them are tried on every answer, so a log may mix them."""
ROLES = ("whole", "abstain", "refusal", "courtesy", "answer", "contrast")
MAX_CHARACTERS = 20_000
"""Longer texts are judged by their beginning and end, half of this each."""
SHORT = 4
"""A segment of at most so many words (or twice as many CJK characters) beside an abstention is
taken for an answer."""
FAR, FAR_CHINESE = 80, 16
"""An abstention that begins after so many characters of a segment stands beside other content."""

_BLANK = r"^[\s\v\x1c-\x1f\x{85}\p{Z}]*$"
_UNUSUAL = (
    r"[\x{300}-\x{36f}\x{2100}-\x{214f}\x{2460}-\x{24ff}\x{fb00}-\x{fb06}\x{ff21}-\x{ff3a}"
    r"\x{ff41}-\x{ff5a}\x{ff66}-\x{ff9f}\x{1d400}-\x{1d7ff}\x{ad}\x{200b}-\x{200f}]"
)
"""Forms of letters that no cue has; normalisation makes ordinary letters of them."""
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u02bb`\u00b4\uff07\u2032", "'"))
_SENTENCE_END = re.compile(
    r"[.!?;\u3002\u2026]+(?=\s|$|[\u3040-\u9fff])|[\u3002\uff01\uff1f]|[!?]|\n+"
)
_QUOTED = re.compile(
    r"\"[^\"\n]{3,80}\"|\u201c[^\u201d]{2,80}\u201d|\u201e[^\u201c\u201d]{2,80}[\u201c\u201d]"
    r"|\u00ab[^\u00bb]{2,80}\u00bb|\u00bb[^\u00ab]{2,80}\u00ab|[\u300c\u300e\u300a][^\u300d\u300f\u300b]{2,80}[\u300d\u300f\u300b]"
)
_ANSWER = re.compile("answer|respuesta|antwort|réponse|答案|回答|答え|答复")
_WORD = re.compile(r"[\u3040-\u9fff]{1,2}|[^\W\u3040-\u9fff]+")
_HAN, _KANA = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[\u3040-\u30ff]")
_LEAD_IN = re.compile(r"^((my |the )?(final )?(answer|response)( is)?\s*[:=-]\s*)+")
_MARKS = " \t\"'*_.,:!()[]{}<>\u201c\u201d\u00ab\u00bb\u300c\u300d\u3001\uff0c~-"


def normalise(answer: str) -> str:
    """Lower case, compatibility forms, straight apostrophes, single blanks, no marks around.

    Examples
    --------
    >>> normalise('  "I don’t KNOW."  ')
    "i don't know"
    """
    return " ".join(_folded(answer).split()).strip(" \"'`*_.!()[]{}<>")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()


@dataclass(frozen=True)
class Language:
    """The patterns of one language.

    Attributes
    ----------
    name : str
        The language.
    patterns : dict of str to tuple of str
        Role, one of :data:`ROLES`, -> regular expressions.
    examples : dict of str to list of str
        ``abstain``, ``refusal``, ``answer`` -> texts that must be recognised so.
    cues : tuple of str
        Expressions in RE2's syntax; a text that none of them is found in is an answer. Where the
        file has none, every text is looked at.
    """

    name: str
    patterns: dict[str, tuple[str, ...]]
    examples: dict[str, list[str]]
    cues: tuple[str, ...] = ("",)


@lru_cache(maxsize=8)
def built_in_languages() -> tuple[Language, ...]:
    """Return the languages that come with the package."""
    folder = resources.files("hallucination_theory.logs") / "languages"
    return tuple(
        _language(tomllib.loads((folder / f"{code}.toml").read_text("utf-8")), code)
        for code in LANGUAGES
    )


def read_language(path: Path) -> Language:
    """Read a user's own file of patterns, a TOML file like those in ``languages/``.

    Raises
    ------
    InvalidInput
        If it is not TOML, a value is no list of regular expressions, or one of them is invalid.
    """
    try:
        given = tomllib.loads(small_text(path, "pattern file"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidInput(f"the pattern file {path}", "TOML", shown(error)) from error
    return _language(given, str(path))


def _language(given: dict[str, Any], source: str) -> Language:
    patterns = {
        role: tuple(require_pattern(p) for p in _listed(given, role, source)) for role in ROLES
    }
    cues = tuple(_listed(given, "cue", source)) or ("",)
    return Language(str(given.get("language", source)), patterns, given.get("examples", {}), cues)


def _listed(given: dict[str, Any], role: str, source: str) -> list[str]:
    value = given.get(role, [])
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(p, str) for p in listed):
        raise InvalidInput(f"{role} in {source}", "a list of regular expressions", quoted(value))
    return listed


def require_pattern(pattern: str) -> str:
    """Return ``pattern`` if it is a regular expression.

    Raises
    ------
    InvalidInput
        If it is none.
    """
    try:
        re.compile(pattern)
    except re.error as error:
        allowed = f"a regular expression ({error})"
        raise InvalidInput("a pattern", allowed, repr(pattern)) from error
    return pattern


@dataclass(frozen=True)
class Recogniser:
    """What counts as an abstention and what as a refusal.

    Attributes
    ----------
    abstentions, refusals : tuple of str
        Regular expressions of the user's own, searched anywhere in the answer, in any case.
    built_in : bool
        Whether the built-in languages count too.
    languages : tuple of Language
        Languages of the user's own.

    Raises
    ------
    InvalidInput
        If an expression is not a regular expression, or matches the empty text and so everything.
    """

    abstentions: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    built_in: bool = field(default=True, kw_only=True)
    languages: tuple[Language, ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        for patterns in self._user.values():
            for pattern in patterns:
                if pattern.found([""])[0]:
                    allowed = "one that does not match every answer"
                    raise InvalidInput("a pattern", allowed, repr(pattern.text))

    def recognise(self, answer: str) -> str | None:
        """Return ``"abstain"``, ``"refusal"``, ``"empty"``, ``"unclear"``, or None for an attempt.

        Examples
        --------
        >>> r = Recogniser()
        >>> [r.recognise(a) for a in ("IDK", "I can't help with that.", " ", "Paris")]
        ['abstain', 'refusal', 'empty', None]
        >>> r.recognise("I don't know the day, but I'd be happy to help with something else.")
        'abstain'
        >>> r.recognise("I'm not sure. Several scholars discussed her travels and her letters.")
        'unclear'
        """
        return self.recognise_all([answer])[0]

    def recognise_all(self, answers: Sequence[str]) -> list[str | None]:
        """Recognise many answers: the user's own patterns search all of them at once."""
        found: list[str | None] = ["empty" if not text.strip() else None for text in answers]
        for kind, patterns in self._user.items():
            for pattern in patterns:
                hits = pattern.found(answers)
                found = [f or (kind if h else None) for f, h in zip(found, hits, strict=True)]
        hinted = self._cues.found(answers)
        return [
            f or (self._built_in(text) if hint else None)
            for f, hint, text in zip(found, hinted, answers, strict=True)
        ]

    def cues(self) -> str:
        """Return one expression in RE2's syntax that is found in every text that is no attempt.

        An engine's own ``regexp_matches`` can sort out with it the texts that need no look: most
        answers have no cue. It holds by construction, because :meth:`recognise_all` itself looks at
        nothing else.

        Examples
        --------
        >>> from hallucination_theory.inputs.patterns import Pattern
        >>> Pattern(Recogniser().cues()).found(["Paris", "7 May 1912", "I've no idea.", ""])
        [False, False, True, True]
        """
        own = (*self.abstentions, *self.refusals, _BLANK, self._cues.text)
        return "(?i)" + "|".join(f"(?:{cue})" for cue in own)

    def _built_in(self, answer: str) -> str | None:
        if len(answer) > MAX_CHARACTERS:
            half = MAX_CHARACTERS // 2
            answer = f"{answer[:half]}\n{answer[-half:]}"
        return _verdict([*self._kinds(answer)]) if self._patterns else None

    def describe(self) -> dict[str, list[str]]:
        """Return what is in use, for the report: the user's expressions and the languages."""
        return {
            "abstain": [*self.abstentions],
            "refusal": [*self.refusals],
            "languages": [language.name for language in self._all],
        }

    @property
    def _all(self) -> tuple[Language, ...]:
        return (*(built_in_languages() if self.built_in else ()), *self.languages)

    @cached_property
    def _user(self) -> dict[str, list[Pattern]]:
        return {
            "abstain": [Pattern(text) for text in self.abstentions],
            "refusal": [Pattern(text) for text in self.refusals],
        }

    @cached_property
    def _cues(self) -> Pattern:
        """What a text has in it that the languages have a say about; nothing without languages."""
        cues = [cue for language in self._all for cue in language.cues]
        return Pattern("|".join([*cues, _UNUSUAL] if cues else [r"[^\s\S]"]), "a cue")

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        """One pattern a role, all languages in it; a language without a role adds nothing."""
        joined = {r: [p for language in self._all for p in language.patterns[r]] for r in ROLES}
        return {
            role: re.compile("|".join(f"(?:{p})" for p in patterns) or r"(?!)")
            for role, patterns in joined.items()
            if self._all
        }

    def _kinds(self, answer: str) -> Iterator[str]:
        """Yield what each segment of an answer is."""
        for raw in _SENTENCE_END.split(answer):
            if is_title(raw):
                yield "short"
                continue
            told = _QUOTED.sub(_title, raw)
            for segment in self._patterns["contrast"].sub("\n", _folded(told)).split("\n"):
                text = _LEAD_IN.sub("", " ".join(segment.split()).strip(_MARKS)).strip(_MARKS)
                if text:
                    yield self._kind(text)

    def _kind(self, text: str) -> str:
        find = self._patterns
        if find["whole"].fullmatch(text):
            return "abstain"
        for kind in ("refusal", "abstain"):
            match = find[kind].search(text)
            if match:
                after = find["answer"].search(text, match.end())
                if after and text[after.end() :].strip(_MARKS):
                    return "answer"
                far = FAR_CHINESE if _HAN.search(text) and not _KANA.search(text) else FAR
                return kind if match.start() <= far else "content"
        for kind in ("courtesy", "answer"):
            if find[kind].search(text):
                return kind
        return "short" if _is_short(text) else "content"


def _title(match: re.Match[str]) -> str:
    """Replace what is quoted inside a longer sentence: a title says nothing about the speaker."""
    text, (start, end) = match.string, match.span()
    around = f"{text[max(start - FAR, 0) : start]} {text[end : end + FAR]}"
    alone = _ANSWER.search(around.lower()) or len(_WORD.findall(around)) <= 1
    return match.group() if alone else " X "


def _verdict(kinds: list[str]) -> str | None:
    silent = [kind for kind in kinds if kind in {"abstain", "refusal"}]
    if not silent:
        return "unclear" if kinds and set(kinds) == {"courtesy"} else None
    if {"answer", "short"} & set(kinds):
        return None
    return "unclear" if "content" in kinds else silent[0]


def _is_short(text: str) -> bool:
    return len(_WORD.findall(text)) <= SHORT


def is_title(text: str) -> bool:
    """Tell a title ("I Don't Know How to Love Him") from a sentence by its capitals.

    Examples
    --------
    >>> is_title("I Don't Know How to Love Him"), is_title("I don't know how to love him")
    (True, False)
    """
    words = re.findall(r"[^\W\d_][\w'\u2019]*", text)
    long = [word for word in words if len(word) > 3]
    return (
        len(words) >= 5
        and len(long) >= 2
        and all(word[0].isupper() for word in long)
        and (not text.isupper())
    )
