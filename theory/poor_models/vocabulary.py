"""Words as whole numbers: the ground on which n-gram counting stands (Sec. 3.3.2, App. C)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt

from theory.arrays import BoolArray, IntArray
from theory.errors import InvalidInput

BEGIN, END = "<s>", "</s>"
"""Markers that enclose every sentence; they cannot be words."""

TokenArray = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Sentences:
    """Encoded sentences, one after the other in one flat array.

    Attributes
    ----------
    tokens : ndarray of int32, shape (T,)
        Each sentence is BEGIN, its words and, if it is complete, END.
    starts : ndarray of int, shape (S,)
        Position of each BEGIN.
    vocabulary : Vocabulary
        What the numbers mean.
    """

    tokens: TokenArray
    starts: IntArray
    vocabulary: Vocabulary

    def __len__(self) -> int:
        """Return the number of sentences, S."""
        return len(self.starts)

    @property
    def stops(self) -> IntArray:
        """Position just after each sentence, shape (S,)."""
        return np.append(self.starts[1:], len(self.tokens))

    @property
    def is_start(self) -> BoolArray:
        """Whether a position is a BEGIN, shape (T,)."""
        mask = np.zeros(len(self.tokens), dtype=bool)
        mask[self.starts] = True
        return mask


@dataclass(frozen=True)
class Vocabulary:
    """A closed list of words.

    Number 0 is END, 1 .. W are the words, W + 1 is BEGIN: the possible next tokens are exactly
    the first W + 1 numbers.

    Parameters
    ----------
    words : sequence of str
        Distinct words (any hashable value will do).
    unknown : str, optional
        One of the words, which stands for every word that is not in the list. Without it, such a
        word is an error.

    Raises
    ------
    InvalidInput
        If there is no word, a word occurs twice or is a marker, or ``unknown`` is not a word.

    Examples
    --------
    >>> vocabulary = Vocabulary.of([["she", "left"], ["he", "left"]])
    >>> vocabulary.words, vocabulary.outcomes
    (('she', 'left', 'he'), ('</s>', 'she', 'left', 'he'))
    >>> vocabulary.encode([["he", "left"]]).tokens.tolist()
    [4, 3, 2, 0]
    """

    words: tuple[str, ...]
    unknown: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", tuple(self.words))
        if not self.words:
            raise InvalidInput("the vocabulary", "non-empty", "no words")
        for marker in (BEGIN, END):
            if marker in self._index:
                raise InvalidInput("a word", f"neither {BEGIN!r} nor {END!r}", repr(marker))
        if len(self._index) < len(self.words):
            raise InvalidInput("the words", "distinct", "a word that occurs twice")
        if self.unknown is not None and self.unknown not in self._index:
            raise InvalidInput("unknown", "one of the words", repr(self.unknown))

    @classmethod
    def of(cls, sentences: Iterable[Sequence[str]], unknown: str | None = None) -> Vocabulary:
        """Collect the words of some sentences in order of appearance (and ``unknown``)."""
        words = dict.fromkeys(chain.from_iterable(sentences))
        if unknown is not None:
            words.setdefault(unknown)
        return cls(tuple(words), unknown)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {word: i for i, word in enumerate(self.words, start=1)}

    @property
    def begin(self) -> int:
        """Number of the marker BEGIN, also the largest number."""
        return len(self.words) + 1

    @property
    def size(self) -> int:
        """How many numbers there are: the words and both markers."""
        return len(self.words) + 2

    @property
    def n_outcomes(self) -> int:
        """How many tokens can come next: the words and END."""
        return len(self.words) + 1

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The tokens that can come next, in the order of their numbers."""
        return (END, *self.words)

    def number(self, word: str) -> int:
        """Return the number of a word or marker.

        Raises
        ------
        InvalidInput
            If the word is not in the vocabulary and nothing stands for it.
        """
        markers = {END: 0, BEGIN: self.begin}
        found = markers.get(word, self._index.get(word, self._index.get(self.unknown or "")))
        if found is None:
            raise _unknown_word(word)
        return found

    def encode(self, sentences: Sequence[Sequence[str]], *, complete: bool = True) -> Sentences:
        """Turn lists of words into numbers, with the markers around them.

        Parameters
        ----------
        sentences : sequence of sequences of str
            One list of words per sentence.
        complete : bool
            Whether the sentences end (END is put after them) or are prompts to be continued.

        Raises
        ------
        InvalidInput
            If there is no sentence, a sentence is a plain string, or a word is not in the
            vocabulary.
        """
        lengths = _lengths(sentences)
        stops = np.cumsum(lengths + 1 + complete)
        starts = stops - (lengths + 1 + complete)
        tokens = np.zeros(int(stops[-1]), dtype=np.int32)
        is_word = np.ones(len(tokens), dtype=bool)
        is_word[starts] = False
        if complete:
            is_word[stops - 1] = False
        tokens[starts] = self.begin
        tokens[is_word] = self._numbers(sentences, int(lengths.sum()))
        return Sentences(tokens, starts, self)

    def decode(self, sentences: Sentences) -> list[list[str]]:
        """Turn numbers back into words; markers are left out."""
        names = np.array([*self.outcomes, BEGIN], dtype=object)
        rows = np.split(sentences.tokens, sentences.starts[1:])
        return [names[row[(row != 0) & (row != self.begin)]].tolist() for row in rows]

    def _numbers(self, sentences: Sequence[Sequence[str]], n_words: int) -> TokenArray:
        words = chain.from_iterable(sentences)
        if self.unknown is not None:
            other, index = self._index[self.unknown], self._index
            return np.fromiter((index.get(w, other) for w in words), np.int32, n_words)
        try:
            return np.fromiter(map(self._index.__getitem__, words), np.int32, n_words)
        except KeyError as error:
            raise self._first_unknown(sentences) from error

    def _first_unknown(self, sentences: Sequence[Sequence[str]]) -> InvalidInput:
        places = ((i, word) for i, sentence in enumerate(sentences) for word in sentence)
        i, word = next(place for place in places if place[1] not in self._index)
        return _unknown_word(word).at(f"sentence {i}")


def _lengths(sentences: Sequence[Sequence[str]]) -> IntArray:
    if len(sentences) == 0:
        raise InvalidInput("sentences", "non-empty", "no sentence")
    if isinstance(sentences, str) or any(isinstance(s, str) for s in sentences):
        raise InvalidInput(
            "a sentence", "a list of words", "a string", remedy="text.split() makes one"
        )
    return np.fromiter(map(len, sentences), np.int64, len(sentences))


def _unknown_word(word: str) -> InvalidInput:
    return InvalidInput(
        "a word",
        "in the vocabulary of the model",
        repr(word),
        remedy="add it to the vocabulary or name a word that stands for unknown ones",
    )
