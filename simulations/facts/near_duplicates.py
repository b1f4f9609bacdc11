"""Copies of documents: what they do to the singleton rate, and what is left without them.

The theorem wants independent samples. A mirror of a page is none, but two authors who tell the
same fact are two. MinHash (datasketch, extra ``dedup``) estimates the Jaccard similarity of two
documents from their pairs of words. It tells copies with small changes from texts that only agree
in a fact, if the threshold lies between the two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np

from theory.arrays import FloatArray, IntArray
from theory.errors import InvalidInput, require, require_integer, require_probability

PERMUTATIONS = 128
"""Hashes a document: similarities are known to about 0.05."""


def distinct_documents(documents: Sequence[str], threshold: float) -> IntArray:
    """Return the positions of documents that are no near-duplicate of one kept before.

    Parameters
    ----------
    documents : sequence of str
        Texts.
    threshold : float
        Estimated Jaccard similarity of pairs of words from which on two documents are copies, in
        (0, 1]; at 1 only documents with the same pairs of words are.

    Raises
    ------
    InvalidInput
        If the threshold is outside its range.
    MissingExtra
        If datasketch (extra ``dedup``) is not installed.

    Examples
    --------
    >>> texts = ["Ann was born on May 1, they say.", "Ann was born on May 1, they say!", "Bob was."]
    >>> distinct_documents(texts, 0.5).tolist()
    [0, 2]
    """
    require_probability("threshold", threshold, zero=False)
    datasketch = require("datasketch", "dedup", "finding near-duplicates")
    shingles = [_pairs(document) for document in documents]
    if threshold == 1:
        first = {frozenset(pairs): i for i, pairs in reversed(list(enumerate(shingles)))}
        return np.sort(np.array(list(first.values()), dtype=np.int64))
    index = datasketch.MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    kept: dict[int, object] = {}
    for i, sketch in enumerate(datasketch.MinHash.generator(shingles, num_perm=PERMUTATIONS)):
        # The index proposes, the estimate decides: its own threshold is soft.
        if not any(sketch.jaccard(kept[j]) >= threshold for j in index.query(sketch)):
            index.insert(i, sketch)
            kept[i] = sketch
    return np.array(list(kept), dtype=np.int64)


def _pairs(document: str) -> set[bytes]:
    words = document.split()
    return {f"{a} {b}".encode() for a, b in zip(["", *words], [*words, ""], strict=True)}


def mirrored(
    documents: Sequence[str],
    *,
    mean_copies: float,
    noise: float,
    n_own_words: int = 20,
    rng: np.random.Generator | int,
) -> tuple[list[str], IntArray]:
    """Put each document into words of its author, and copy it with noise.

    Parameters
    ----------
    documents : sequence of str
        One sentence each; it survives all copies.
    mean_copies : float
        Further copies of a document, Poisson.
    noise : float
        Probability with which each of the author's words is replaced in a copy.
    n_own_words : int
        Random words of the author about the sentence.
    rng : numpy Generator or int
        Source of the words, copies and noise.

    Returns
    -------
    texts : list of str
        Originals first, then copies.
    origin : ndarray of int
        Which document each text tells.

    Raises
    ------
    InvalidInput
        If a number is outside its range.
    """
    require_probability("noise", noise)
    require_integer("n_own_words", n_own_words, at_least=2)
    if not mean_copies >= 0:
        raise InvalidInput("mean_copies", "at least 0", mean_copies)
    generator = np.random.default_rng(rng)
    n = len(documents)
    origin = np.append(np.arange(n), np.repeat(np.arange(n), generator.poisson(mean_copies, n)))
    words = generator.integers(10**4, size=(n, n_own_words))[origin]
    noisy = generator.random(words.shape) < noise
    noisy[:n] = False
    words = np.where(noisy, generator.integers(10**4, size=words.shape), words)
    half = n_own_words // 2
    texts = [
        " ".join([*(f"w{w}" for w in own[:half]), documents[i], *(f"w{w}" for w in own[half:])])
        for i, own in zip(origin.tolist(), words.tolist(), strict=True)
    ]
    return texts, origin


def rates_without_copies(
    documents: Sequence[str],
    facts: Sequence[Sequence[Hashable]],
    thresholds: Sequence[float],
) -> dict[str, FloatArray]:
    """Measure the singleton rate as the documents are, and after each deduplication.

    Parameters
    ----------
    documents : sequence of str
        Texts.
    facts : sequence of sequences
        What each document tells, one entry a sample; None for an abstention.
    thresholds : sequence of float
        Of :func:`distinct_documents`.

    Returns
    -------
    dict of str to ndarray
        ``threshold`` (infinite: nothing is removed), ``n_documents``, ``n_samples`` and
        ``singleton_rate``, one entry for the documents as they are and one a threshold.

    Raises
    ------
    InvalidInput
        If a threshold is outside its range.
    """
    rows = []
    for threshold in (np.inf, *thresholds):
        everything = np.arange(len(documents))
        kept = everything if threshold == np.inf else distinct_documents(documents, threshold)
        told = [fact for i in kept.tolist() for fact in facts[i]]
        times = Counter(fact for fact in told if fact is not None)
        once = sum(n == 1 for n in times.values())
        rows.append((threshold, len(kept), len(told), once / max(len(told), 1)))
    names = ("threshold", "n_documents", "n_samples", "singleton_rate")
    return dict(zip(names, np.array(rows, dtype=float).T, strict=True))
