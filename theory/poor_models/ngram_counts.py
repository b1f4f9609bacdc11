"""Counting n-grams with whole-number keys: exact, vectorised, about 20 bytes per n-gram.

An n-gram is the pair (number of its first n - 1 tokens as an (n-1)-gram, last token), packed in
one int64 key. Keys are kept sorted, so an n-gram's number is its rank, the continuations of a
context are one run of keys, and a lookup is a binary search: no hashing, and no overflow for any
order, since only one prefix number and one token are ever packed together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from theory.arrays import IntArray
from theory.errors import require_integer
from theory.poor_models.vocabulary import Sentences, TokenArray, Vocabulary

MISSING = -1
"""Stands for an n-gram that was never seen."""
_BLOCK_BITS = 20
_BLOCK = 1 << _BLOCK_BITS
_PACKABLE = 1 << (63 - _BLOCK_BITS)


@dataclass(frozen=True, eq=False)
class NGramTable:
    """The distinct k-grams of a corpus for one k >= 2, sorted.

    Attributes
    ----------
    keys : ndarray of int64, shape (n_k,)
        (number of the prefix) * (vocabulary size) + (last token).
    counts : ndarray of int32, shape (n_k,)
        How often each occurs.
    suffixes : ndarray of int32, shape (n_k,)
        Number of the (k-1)-gram that is left without the first token.
    first_begin : int
        From this number on the k-grams begin with BEGIN.
    """

    keys: IntArray
    counts: npt.NDArray[np.int32]
    suffixes: npt.NDArray[np.int32]
    first_begin: int

    def __len__(self) -> int:
        """Return the number of distinct k-grams, n_k."""
        return len(self.keys)


@dataclass(frozen=True, eq=False)
class NGramCounts:
    """Counts of all k-grams, k = 1 .. order, that lie within one sentence.

    Attributes
    ----------
    vocabulary : Vocabulary
        The words.
    unigrams : ndarray of int64, shape (vocabulary.size,)
        How often each token occurs; BEGIN counts the sentences.
    tables : tuple of NGramTable
        For k = 2 .. order.
    """

    vocabulary: Vocabulary
    unigrams: IntArray
    tables: tuple[NGramTable, ...]

    @property
    def order(self) -> int:
        """Longest n-gram counted."""
        return len(self.tables) + 1

    @property
    def n_distinct(self) -> int:
        """Number of distinct n-grams of all orders."""
        return int((self.unigrams > 0).sum()) + sum(len(t) for t in self.tables)


def count_ngrams(sentences: Sentences, order: int) -> NGramCounts:
    """Count the n-grams of encoded sentences (Sec. 3.3.2, App. C).

    Parameters
    ----------
    sentences : Sentences
        From :meth:`theory.poor_models.vocabulary.Vocabulary.encode`.
    order : int
        n >= 1: a token is predicted from the n - 1 tokens before it. No n-gram reaches past the
        beginning of a sentence; BEGIN stands there once.

    Raises
    ------
    InvalidInput
        If ``order`` is not a whole number >= 1.

    Examples
    --------
    >>> vocabulary = Vocabulary.of(["ab", "b"])
    >>> counts = count_ngrams(vocabulary.encode([["a", "b"], ["b"]]), order=2)
    >>> counts.unigrams.tolist()  # END, a, b, BEGIN
    [2, 1, 2, 2]
    >>> counts.tables[0].counts.tolist()  # a b, b END, BEGIN a, BEGIN b
    [1, 2, 1, 1]
    """
    order = require_integer("order", order, at_least=1)
    tokens, vocabulary = sentences.tokens, sentences.vocabulary
    unigrams = np.bincount(tokens, minlength=vocabulary.size)
    ends = tokens
    tables: list[NGramTable] = []
    for k in range(2, order + 1):
        keys = _packed(ends, tokens, vocabulary)
        if k < order:
            tables.append(_table(keys.copy(), tables, vocabulary))
            ends = np.append(np.int32(MISSING), locate(tables[-1].keys, keys))
        else:
            del ends  # 10^7 tokens: this and sorting in place keep the peak at 40 bytes per n-gram
            tables.append(_table(keys, tables, vocabulary))
    return NGramCounts(vocabulary, unigrams, tuple(tables))


def _packed(ends: TokenArray, tokens: TokenArray, vocabulary: Vocabulary) -> IntArray:
    """Key of the k-gram that ends at each position but the first, from the (k-1)-grams' numbers."""
    keys = ends[:-1] * np.int64(vocabulary.size)
    keys += tokens[1:]
    keys[(ends[:-1] == MISSING) | (tokens[1:] == vocabulary.begin)] = MISSING
    return keys


def _table(keys: IntArray, shorter: list[NGramTable], vocabulary: Vocabulary) -> NGramTable:
    keys.sort()
    distinct, counts = _runs(keys)
    begin = shorter[-1].first_begin if shorter else vocabulary.begin
    return NGramTable(
        keys=distinct,
        counts=counts,
        suffixes=_suffixes(distinct, shorter, vocabulary.size),
        first_begin=int(np.searchsorted(distinct, begin * vocabulary.size)),
    )


def _runs(sorted_keys: IntArray) -> tuple[IntArray, npt.NDArray[np.int32]]:
    sorted_keys = sorted_keys[np.searchsorted(sorted_keys, 0) :]
    is_first = np.ones(len(sorted_keys), dtype=bool)
    np.not_equal(sorted_keys[1:], sorted_keys[:-1], out=is_first[1:])
    first = np.flatnonzero(is_first).astype(np.int32)
    return sorted_keys[first], np.diff(first, append=np.int32(len(sorted_keys)))


def _suffixes(keys: IntArray, shorter: list[NGramTable], size: int) -> TokenArray:
    suffixes = np.empty(len(keys), dtype=np.int32)
    for start in range(0, len(keys), _BLOCK):
        block = slice(start, start + _BLOCK)
        prefixes, last = np.divmod(keys[block], size)
        if shorter:
            below = shorter[-1]
            last = locate(below.keys, below.suffixes[prefixes] * np.int64(size) + last)
        suffixes[block] = last
    return suffixes


def locate(keys: IntArray, wanted: IntArray) -> TokenArray:
    """Return the rank of each wanted key among sorted distinct keys, or MISSING.

    Examples
    --------
    >>> locate(np.array([3, 5, 8]), np.array([8, 4, 3, -1])).tolist()
    [2, -1, 0, -1]
    """
    ranks = np.full(len(wanted), MISSING, dtype=np.int32)
    if len(keys) == 0:
        return ranks
    for start in range(0, len(wanted), _BLOCK):
        block = slice(start, start + _BLOCK)
        ranks[block] = _locate_block(keys, wanted[block])
    return ranks


def _locate_block(keys: IntArray, wanted: IntArray) -> TokenArray:
    # Sorted needles walk through the keys in order and stay in the cache: sorting them first
    # takes a third of the time of scattered binary searches.
    needles, order = _sorted(wanted)
    rank = np.searchsorted(keys, needles).astype(np.int32)
    np.minimum(rank, len(keys) - 1, out=rank)
    rank[keys[rank] != needles] = MISSING
    ranks = np.empty_like(rank)
    ranks[order] = rank
    return ranks


def _sorted(wanted: IntArray) -> tuple[IntArray, IntArray]:
    """Sort one block of numbers >= -1; return them and the order."""
    if wanted.max() >= _PACKABLE:
        order = np.argsort(wanted)
        return wanted[order], order
    # Number and position in one integer: sorting values is three times as fast as argsort.
    packed = np.sort(wanted * _BLOCK + np.arange(len(wanted)))
    return packed >> _BLOCK_BITS, packed & (_BLOCK - 1)


def row_starts(keys: IntArray, n_prefixes: int, size: int) -> IntArray:
    """Return where each prefix's run of keys starts, shape (n_prefixes + 1,)."""
    return np.searchsorted(keys, np.arange(n_prefixes + 1, dtype=np.int64) * size)


def rows_of_ngrams(keys: IntArray, prefixes: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """Return where the run of keys of each given prefix starts and stops."""
    return np.searchsorted(keys, prefixes * size), np.searchsorted(keys, (prefixes + 1) * size)
