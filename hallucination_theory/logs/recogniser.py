"""Recognise answers that are no answers: abstentions, refusals, empty ones, and unclear ones.

A text of the built-in languages is an answer unless it has a cue, a word such as "not" or "unknown"
from their lists. What has one is judged by a classifier learned from replies written by hand
(:mod:`hallucination_theory.replies`): an answer, an abstention, or unclear, which the report counts
as undetermined. A user's own expressions and languages count beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from hallucination_theory.inputs.patterns import Pattern, found_in
from hallucination_theory.replies.classifier import classifier
from hallucination_theory.replies.features import folded
from hallucination_theory.replies.lexicon import lexicons
from hallucination_theory.replies.own import Language
from theory.errors import InvalidInput

_BLANK = r"^[\s\v\x1c-\x1f\x{85}\p{Z}]*$"
_UNUSUAL = (
    r"[\x{300}-\x{36f}\x{2100}-\x{214f}\x{2460}-\x{24ff}\x{fb00}-\x{fb06}\x{ff21}-\x{ff3a}"
    r"\x{ff41}-\x{ff5a}\x{ff66}-\x{ff9f}\x{1d400}-\x{1d7ff}\x{ad}\x{200b}-\x{200f}]"
)
"""Forms of letters that no cue has; normalisation makes ordinary letters of them."""
_FINAL = re.compile(
    r"\W{0,9}(?:(?:the|my|die|la|ma|mi) )?(?:(?:final|endgültige) )?"
    r"(?:answer|antwort|respuesta|réponse|最终答案|答案|最終回答|回答|答え)"
    r"(?: (?:is|ist|es|est|final|finale))?\W{0,3}[:\uff1a](?=.*\w)",
    re.IGNORECASE,
)
"""What the last of several lines begins with if it alone is the answer."""
READ = 1_200
"""Characters at the beginning of a reply in which a refusal is looked for."""


def normalise(answer: str) -> str:
    """Lower case, compatibility forms, straight apostrophes, single blanks, no marks around.

    Examples
    --------
    >>> normalise('  "I don\u2019t KNOW."  ')
    "i don't know"
    """
    return " ".join(folded(answer).lower().split()).strip(" \"'`*_.!()[]{}<>")


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
        """Recognise many answers; the searches for expressions and cues take all of them at once.

        A text that occurs often is better given once.
        """
        found: list[str | None] = ["empty" if not text.strip() else None for text in answers]
        for kind, patterns in self._user.items():
            for pattern in patterns:
                hits = pattern.found(answers)
                found = [f or (kind if h else None) for f, h in zip(found, hits, strict=True)]
        cued = found_in(answers, f"(?i){_cues()}") if self.built_in else [False] * len(answers)
        return [
            f or self._recognised(text, cued=cue)
            for f, text, cue in zip(found, answers, cued, strict=True)
        ]

    def cues(self) -> str:
        """Return one expression in RE2's syntax that is found in every text that is no attempt.

        An engine's own ``regexp_matches`` can sort out with it the texts that need no look: most
        short answers have no cue. It holds by construction, because :meth:`recognise_all` itself
        looks at nothing else. With a language of the user's own it is found in every text.

        Examples
        --------
        >>> from hallucination_theory.inputs.patterns import Pattern
        >>> Pattern(Recogniser().cues()).found(["Paris", "7 May 1912", "I've no idea.", ""])
        [False, False, True, True]
        """
        used = [*self.abstentions, *self.refusals, _BLANK]
        used += [_cues()] if self.built_in else []
        used += [""] if self.languages else []
        return "(?i)" + "|".join(f"(?:{cue})" for cue in used)

    def _recognised(self, answer: str, *, cued: bool) -> str | None:
        said = [language.recognise(answer) for language in self.languages]
        if cued:
            said.append(_judged(answer))
        kinds = [kind for kind in said if kind]
        return next((kind for kind in kinds if kind != "unclear"), kinds[0] if kinds else None)

    def describe(self) -> dict[str, list[Any]]:
        """Return what is in use, for the report: expressions, languages, the classifier's error."""
        return {
            "abstain": [*self.abstentions],
            "refusal": [*self.refusals],
            "languages": [
                *(lexicon.name for lexicon in lexicons().values() if self.built_in),
                *(language.name for language in self.languages),
            ],
            "measured": [asdict(row) for row in classifier().measured if self.built_in],
        }

    @property
    def _user(self) -> dict[str, list[Pattern]]:
        return {
            "abstain": [Pattern(text) for text in self.abstentions],
            "refusal": [Pattern(text) for text in self.refusals],
        }


@lru_cache(maxsize=1)
def _cues() -> str:
    return "|".join([*(lexicon.cues() for lexicon in lexicons().values()), _UNUSUAL])


@lru_cache(maxsize=1)
def _refusals() -> re.Pattern[str]:
    return re.compile("|".join(p for lexicon in lexicons().values() for p in lexicon.refusals))


def _judged(answer: str) -> str | None:
    *before, last = answer.rstrip().rsplit("\n", 1)
    final = _FINAL.match(last) if before else None
    if final:
        answer = last[final.end() :]
    plain = normalise(answer[:READ]).strip("\u201c\u201d\u201e\u00ab\u00bb\u3002 ")
    known = any(plain in lexicon.whole for lexicon in lexicons().values())
    verdict = "abstains" if known else classifier().verdict(answer)
    if verdict == "abstains":
        return "refusal" if _refusals().search(plain) else "abstain"
    return None if verdict == "answers" else verdict
