"""Recognise answers that are no answers: abstentions, refusals, empty ones; explicit, overridable.

A recognised answer is *as a whole* an abstention or a refusal: patterns must match all of it, after
:func:`normalise`. A test for a substring would take "invalid" for "valid", and "I don't know the
year, but the city is Paris" for an abstention. Patterns that a user adds match anywhere instead,
because their author knows the file. The built-in ones are English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from theory.errors import InvalidInput

_I = r"(i|we)"
_DO_NOT = r"((do|did) not|don'?t|didn'?t|cannot|can not|can'?t|could not|couldn'?t)"
_TAIL = r"( [^.!?]*)?"
ABSTENTIONS = (
    r"idk|dunno|unknown|unsure|not sure|no idea|no answer|not attempted|i abstain|abstain|pass",
    rf"{_I} {_DO_NOT}( really| actually)? (know|recall|remember|tell|say|determine){_TAIL}",
    rf"{_I}( am|'?m| are|'?re) (not (\w+ )?(sure|certain|confident)|unsure|uncertain){_TAIL}",
    rf"{_I} {_DO_NOT} (have|find|possess) (enough|sufficient|any|the|that) "
    rf"(information|knowledge|data|answer|context){_TAIL}",
    rf"{_I} {_DO_NOT} (confidently |reliably )?answer{_TAIL}",
    rf"{_I} have no (idea|clue|information){_TAIL}",
    rf"(the answer|it|this|that) is (unknown|not known|unclear)( to me)?{_TAIL}",
)
"""Expressions for "I don't know", each for the whole answer."""

REFUSALS = (
    rf"{_I}( am|'?m) (unable|not able) to (help|assist|comply|provide|discuss|answer){_TAIL}",
    rf"{_I} (cannot|can not|can'?t|will not|won'?t|must decline to|decline to|refuse to) "
    rf"(help|assist|comply|provide|discuss|do|fulfil|fulfill|engage|continue|share|support){_TAIL}",
    rf"as an ai( language model| assistant)?,? {_I} (cannot|can not|can'?t|am unable to){_TAIL}",
)
"""Expressions that decline to answer, each for the whole answer."""

_ABSTENTIONS = [re.compile(p) for p in ABSTENTIONS]
_REFUSALS = [re.compile(p) for p in REFUSALS]

# An answer follows after all: these words make a long sentence an attempt.
CONTRAST = re.compile(r"\b(but|however|although|though|guess|probably|perhaps|maybe|possibly)\b")
LEAD_IN = re.compile(
    r"^((sorry|i'?m sorry|i am sorry|i apologi[sz]e|unfortunately|well|hmm|(final )?answer)"
    r"[,.:;!]? *(but )?)+"
)
MAX_SENTENCES = 2


def normalise(answer: str) -> str:
    """Lower case, straight apostrophes, single blanks, no quotes or marks around.

    Examples
    --------
    >>> normalise('  "I don’t KNOW."  ')
    "i don't know"
    """
    text = " ".join(answer.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").lower().split())
    return text.strip(" \"'`*_.!()[]{}<>")


def extract(answer: str, pattern: str | None) -> str | None:
    """Return what a pattern finds (its first group if it has one); the answer if there is none."""
    if pattern is None:
        return answer
    match = re.search(pattern, answer)
    if match is None:
        return None
    return str(match.group(1) if match.re.groups else match.group())


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
        Whether :data:`ABSTENTIONS` and :data:`REFUSALS` count too.

    Raises
    ------
    InvalidInput
        If an expression is not a regular expression, or matches the empty text and so everything.
    """

    abstentions: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    built_in: bool = field(default=True, kw_only=True)

    def __post_init__(self) -> None:
        for pattern in (*self.abstentions, *self.refusals):
            if re.search(require_pattern(pattern), ""):
                raise InvalidInput(
                    "a pattern", "one that does not match every answer", repr(pattern)
                )

    def recognise(self, answer: str) -> str | None:
        """Return ``"abstain"``, ``"refusal"``, ``"empty"``, or None for an attempt.

        Examples
        --------
        >>> r = Recogniser()
        >>> [r.recognise(a) for a in ("IDK", "I can't help with that.", " ", "Paris")]
        ['abstain', 'refusal', 'empty', None]
        """
        if not answer.strip():
            return "empty"
        if any(pattern.search(answer) for pattern in self._user["abstain"]):
            return "abstain"
        if any(pattern.search(answer) for pattern in self._user["refusal"]):
            return "refusal"
        return self._built_in(normalise(answer)) if self.built_in else None

    def describe(self) -> dict[str, list[str]]:
        """Return every expression in use, for the report."""
        return {
            "abstain": [*self.abstentions, *(ABSTENTIONS if self.built_in else ())],
            "refusal": [*self.refusals, *(REFUSALS if self.built_in else ())],
        }

    @cached_property
    def _user(self) -> dict[str, list[re.Pattern[str]]]:
        return {
            "abstain": [re.compile(p, re.IGNORECASE) for p in self.abstentions],
            "refusal": [re.compile(p, re.IGNORECASE) for p in self.refusals],
        }

    def _built_in(self, text: str) -> str | None:
        text = LEAD_IN.sub("", text)
        sentences = [s for s in re.split(r"[.!?;] +", text) if s]
        if not sentences or len(sentences) > MAX_SENTENCES or CONTRAST.search(text):
            return None
        kinds = [_kind(sentence.strip(" .!?,;")) for sentence in sentences]
        return kinds[0] if None not in kinds else None


def _kind(sentence: str) -> str | None:
    if any(pattern.fullmatch(sentence) for pattern in _REFUSALS):
        return "refusal"
    if any(pattern.fullmatch(sentence) for pattern in _ABSTENTIONS):
        return "abstain"
    return None
