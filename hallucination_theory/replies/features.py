"""The features of a reply: n-grams of letters, words and kinds of words, hashed into one table.

Names, numbers and what is quoted are masked first: which name an answer has is nothing to learn.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from hallucination_theory.replies.lexicon import NAME, NUMBER, QUOTE, is_listed, language_of

BITS = 17
"""The table has 2 to this power entries."""
Codes = npt.NDArray[np.uint32]

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u02bb`\u00b4\uff07\u2032", "'"))
_DIGITS = re.compile(r"\d+(?:[.,:/-]\d+)*")
_QUOTED = re.compile(
    r"\"[^\"\n]{2,80}\"|\u201c[^\u201d]{2,80}\u201d|\u201e[^\u201c\u201d]{2,80}[\u201c\u201d]"
    r"|\u00ab[^\u00bb]{2,80}\u00bb|\u00bb[^\u00ab]{2,80}\u00ab"
    r"|[\u300c\u300e\u300a][^\u300d\u300f\u300b]{1,80}[\u300d\u300f\u300b]"
)
_QUOTES = re.compile('[\u00ab\u00bb\u201c\u201d\u201e\u300c\u300d\u300e\u300f\u300a\u300b"]')
_CAPITAL = re.compile(rf"(?<=[\w,;:'\"(*{NAME}-])([ '(])([A-ZÀ-Þ][\w'-]*)")
_NAMES = re.compile(rf"(?:{NAME}[ -]*)+{NAME}")
_KATAKANA = re.compile("[\u30a1-\u30f6\u30fc]{2,}")
_WORDS = re.compile(r"[\u3040-\u9fff]|[^\W\u3040-\u9fff]+|[^\w\s]")
_LATIN = re.compile(r"[^\W\d_][\w']*")
_CONTENT = frozenset({"x", "xx", NAME, NUMBER, QUOTE, "A", "O", ","})
_STEP, _SPREAD = np.uint32(2_654_435_761), np.uint32(2_246_822_519)


def folded(text: str) -> str:
    """Return a reply in compatibility forms with straight apostrophes."""
    return unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)


def masked(text: str) -> str:
    r"""Return a reply in lower case with names, numbers and quotations masked.

    Examples
    --------
    >>> masked("I can't tell when Ada Lovelace wrote “Note G”, perhaps 1843.")
    'i can\'t tell when ¤ wrote " , perhaps 0.'
    """
    text = _DIGITS.sub(NUMBER, " ".join(folded(text).split()))
    most = 0.6 * len(text)
    text = _QUOTED.sub(lambda m: f" {QUOTE} " if len(m.group()) < most else m.group(), text)
    text = _CAPITAL.sub(_name, _QUOTES.sub(QUOTE, text))
    text = _KATAKANA.sub(NAME, _NAMES.sub(NAME, text))
    return " ".join(text.lower().split())


def _name(match: re.Match[str]) -> str:
    word = match.group(2).lower()
    if is_listed(word) or is_listed(re.split("['-]", word, maxsplit=1)[0]):
        return match.group()
    return match.group(1) + NAME


def blocks(text: str) -> list[npt.NDArray[np.intp]]:
    """Return the entries of the table that a reply has, a sorted array for each kind of feature."""
    plain = masked(text)
    lexicon = language_of(plain)
    kinds = _joined(lexicon.kinds(plain))
    bare = [kind for kind in kinds if kind not in {"x", "xx", ","}]
    letters = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return [
        _grams(letters, 5, 1),
        _grams(_codes(_WORDS.findall(plain)), 3, 2),
        _grams(_codes(["^", *kinds, "$"]), 4, 3),
        _grams(_codes(["^", *bare, "$"]), 4, 4),
        _grams(_codes(sorted(set(_shape(text, plain, kinds)))), 1, 5),
    ]


def _joined(kinds: Sequence[str]) -> list[str]:
    """Drop function words, join unknown words to ``x`` (one or two) or ``xx``, names to one."""
    joined: list[str] = []
    run = 0
    for kind in [*kinds, "$"]:
        if kind == "F":
            continue
        if kind == "x":
            run += 1
            continue
        if run:
            joined.append("x" if run < 3 else "xx")
            run = 0
        told = kind.replace("F", "")
        if not (told in {NAME, NUMBER} and joined and joined[-1] == told):
            joined.append(told)
    joined.pop()
    while joined and joined[-1] in {".", ","}:
        joined.pop()
    return joined


def _shape(text: str, plain: str, kinds: list[str]) -> Iterator[str]:
    """Yield what the whole reply is like: which kinds occur, in which order, in which sentences."""
    sentences = [sentence.split() for sentence in " ".join(kinds).split(" . ")]
    bare = [_CONTENT.issuperset(sentence) for sentence in sentences]
    silent = [_is_silent(set("".join(sentence))) for sentence in sentences]
    yield f"sentences {min(len(sentences), 4)}"
    yield f"bare {min(sum(bare), 2)} {bare[0]} {all(bare)} {len(bare) > 1}"
    yield f"silent {min(sum(silent), 2)}"
    yield f"not silent {min(len(silent) - sum(silent), 2)}"
    yield f"first {silent[0]}, last {silent[-1]}"
    yield f"length {len(kinds) if len(kinds) <= 8 else 8 + min(len(kinds) // 8, 4)}"
    if is_title(text):
        yield "title"
    if "?" in plain:
        yield "asks"
    letters = sorted(set("".join(kinds)))
    yield from (f"has {a}" for a in letters)
    yield from (f"has {a}{b}" for a in letters for b in letters if a < b)
    for place, kind in enumerate(kinds[:60]):
        yield from (f"{kind} before {later}" for later in set(kinds[place + 1 : 60]))


def _is_silent(letters: set[str]) -> bool:
    return bool(letters & set("NULV") and letters & set("KTCDUVI"))


def is_title(text: str) -> bool:
    """Tell a title ("I Don't Know How to Love Him") from a sentence by its capitals.

    Examples
    --------
    >>> is_title("I Don't Know How to Love Him"), is_title("I don't know how to love him")
    (True, False)
    """
    words = _LATIN.findall(text)
    small = [word for word in words if word[0].islower()]
    large = len(words) - len(small)
    return (
        large >= max(2, len(small)) and max(map(len, small), default=0) <= 4 and not text.isupper()
    )


@lru_cache(maxsize=65_536)
def _code(token: str) -> int:
    return zlib.crc32(token.encode("utf-8", "surrogatepass"))


def _codes(tokens: Sequence[str]) -> Codes:
    return np.array([_code(token) for token in tokens], dtype=np.uint32)


def _grams(codes: Codes, longest: int, salt: int) -> npt.NDArray[np.intp]:
    """Hash all runs of one to ``longest`` codes; each entry once."""
    found = []
    runs = codes * _STEP + np.uint32(salt)
    for n in range(1, longest + 1):
        mixed = (runs ^ (runs >> np.uint32(15))) * _SPREAD
        found.append((mixed ^ (mixed >> np.uint32(13))) >> np.uint32(32 - BITS))
        if len(codes) <= n:
            break
        runs = (runs[:-1] * _SPREAD + codes[n:]) * _STEP + np.uint32(n)
    return np.unique(np.concatenate(found)).astype(np.intp)
