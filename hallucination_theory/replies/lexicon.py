"""The words of each language by what they do in a reply: deny, know, tell, hedge, decline, ...

A word's kind is a letter that all languages share, so what is learned from one language about "I do
not know" helps in another. The lists lie in ``languages/*.toml``, one file a language.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources

KINDS = {
    "self": "I",
    "not": "N",
    "know": "K",
    "tell": "T",
    "can": "C",
    "source": "D",
    "unknown": "U",
    "hedge": "H",
    "but": "B",
    "sorry": "S",
    "you": "P",
    "question": "Q",
    "others": "O",
    "decline": "V",
    "lack": "L",
    "is": "A",
    "until": "W",
    "asked": "R",
    "filler": "Y",
    "function": "F",
}
"""The lists of a language's file -> the letter of their words."""
CUES = frozenset("INULVSKP")
"""Kinds of words of which every abstention is expected to have one."""
LANGUAGES = ("en", "zh", "es", "de", "fr", "ja")
"""The built-in languages; a log may mix them."""
NAME, NUMBER, QUOTE = "\N{CURRENCY SIGN}", "0", '"'
"""What stands for a name, a number and something quoted in a masked text."""
_KANA, _HAN = re.compile(r"[\u3040-\u30ff]"), re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(
    r"n't|[¤0\".!?;:,\u3001\u3002()\u2013\u2014-]|[^\W\d_]+?(?=n't)|[^\W\d_]+|[\U0001f000-\U0001faff]"
)
_ENDS, _PAUSES = frozenset(".!?;:\u3002"), frozenset(",\u3001()\u2013\u2014-")
SHORTEST_STEM = 2
APOSTROPHES = "['`\u2018\u2019\u02bc\u02bb\u00b4\uff07\u2032]"


@dataclass(frozen=True)
class Lexicon:
    """The words of one language.

    Attributes
    ----------
    code, name : str
        The language.
    words, stems : dict of str to str
        Whole words, and beginnings of words, -> the letters of their kinds.
    whole : frozenset of str
        Replies that abstain and are too short to learn from: "unknown", "pass".
    refusals : tuple of str
        Regular expressions that tell a refusal from other abstentions.
    examples : dict of str to list of str
        ``abstain``, ``refusal``, ``answer`` -> texts that must be recognised so.
    """

    code: str
    name: str
    words: dict[str, str]
    stems: dict[str, str]
    whole: frozenset[str]
    refusals: tuple[str, ...]
    examples: dict[str, list[str]]

    @property
    def unspaced(self) -> bool:
        """Whether the language writes no blanks between words."""
        return self.code in {"zh", "ja"}

    def kinds(self, masked: str) -> list[str]:
        """Return what each token is: letters of kinds, ``x`` unknown, or a mark."""
        if self.unspaced:
            return self._unspaced_kinds(masked)
        return [self._kind(token) for token in _TOKEN.findall(masked)]

    def find(self, word: str) -> str | None:
        """Return the letters of a word, by itself or by its longest listed beginning."""
        found = self.words.get(word)
        if found is None:
            ends = range(min(len(word), self._longest_stem), SHORTEST_STEM - 1, -1)
            found = next((self.stems[word[:n]] for n in ends if word[:n] in self.stems), None)
        return found

    def cues(self) -> str:
        """Return an expression in RE2's syntax for words of :data:`CUES` and whole replies."""
        words = {*self.whole} | {w for w, kinds in self.words.items() if CUES & {*kinds}}
        stems = {stem for stem, kinds in self.stems.items() if CUES & {*kinds}}
        if self.unspaced:
            stems, words = words | stems, set()
        stems = {s for s in stems if not any(self._hides(t, s) for t in stems - {s})}
        words = {w for w in words if not any(self._hides(t, w) for t in stems)}
        return _alternatives(sorted(words), sorted(stems), apart=not self.unspaced)

    def _hides(self, stem: str, word: str) -> bool:
        return stem in word if self.unspaced else word.startswith(stem)

    def _kind(self, token: str) -> str:
        if token in {NAME, NUMBER, QUOTE}:
            return token
        if token in _ENDS or token in _PAUSES:
            return "." if token in _ENDS else ","
        return self.find(token) or "x"

    def _unspaced_kinds(self, masked: str) -> list[str]:
        kinds, end = [], 0
        for match in self._listed.finditer(masked):
            kinds += ["x"] if match.start() > end else []
            token, end = match.group(), match.end()
            kinds.append(NAME if token[0].isascii() and token.isalpha() else self._kind(token))
        return [*kinds, "x"] if end < len(masked) else kinds

    @cached_property
    def _listed(self) -> re.Pattern[str]:
        words = sorted({*self.words, *self.stems}, key=lambda word: (-len(word), word))
        return re.compile("|".join(map(re.escape, words)) + r"|[¤0\".!?;:,\u3001\u3002]|[a-z]+")

    @cached_property
    def _longest_stem(self) -> int:
        return max(map(len, self.stems), default=0)


def _alternatives(words: list[str], stems: list[str], *, apart: bool) -> str:
    """One expression for words and beginnings; RE2 knows the edges of ASCII words only."""
    groups: dict[tuple[bool, bool], list[str]] = {}
    for word in (*words, *stems):
        before = apart and word[0].isascii() and word != "n't"
        after = apart and word in words and word[-1].isascii()
        spelled = re.escape(word).replace("'", APOSTROPHES)
        groups.setdefault((before, after), []).append(spelled)
    return "|".join(
        (r"\b" if before else "") + f"(?:{'|'.join(spelled)})" + (r"\b" if after else "")
        for (before, after), spelled in groups.items()
    )


@lru_cache(maxsize=1)
def lexicons() -> dict[str, Lexicon]:
    """Return the built-in languages by code."""
    folder = resources.files("hallucination_theory.replies") / "languages"
    return {code: _read(code, (folder / f"{code}.toml").read_text("utf-8")) for code in LANGUAGES}


def _read(code: str, text: str) -> Lexicon:
    given = tomllib.loads(text)
    words: dict[str, str] = {}
    stems: dict[str, str] = {}
    for kind, letter in KINDS.items():
        for word in given["words"][kind].split():
            listed = stems if word.endswith("*") else words
            listed[word.rstrip("*")] = listed.get(word.rstrip("*"), "") + letter
    whole, refusals = frozenset(given["whole"]), tuple(given["refusal"])
    return Lexicon(code, given["language"], words, stems, whole, refusals, given["examples"])


def language_of(masked: str) -> Lexicon:
    """Return the language that a text is most likely in, by its script or by most listed words.

    Examples
    --------
    >>> [language_of(text).code for text in ("das weiß ich nicht", "不知道", "no lo sé", "さあ")]
    ['de', 'zh', 'es', 'ja']
    """
    known = lexicons()
    if _KANA.search(masked):
        return known["ja"]
    if _HAN.search(masked):
        return known["zh"]
    words = _WORD.findall(masked)
    spaced = [known[code] for code in ("en", "es", "de", "fr")]
    return max(spaced, key=lambda lexicon: sum(word in lexicon.words for word in words))


@lru_cache(maxsize=65_536)
def is_listed(word: str) -> bool:
    """Tell whether some language's lists have the word, in lower case."""
    return any(lexicon.find(word) is not None for lexicon in lexicons().values())
