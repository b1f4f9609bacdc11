"""Fitting n-gram models from counts: maximum likelihood, additive, Kneser-Ney (App. C)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from theory.arrays import Array, Number, blocks, ratio
from theory.errors import InvalidInput
from theory.poor_models.ngram_counts import NGramCounts, NGramTable, row_starts
from theory.poor_models.ngrams import NGramLevel, NGramModel

Counts = npt.NDArray[np.integer]
"""Whole numbers of any width."""


def fit_maximum_likelihood(counts: NGramCounts, *, exact: bool = False) -> NGramModel:
    r"""Relative frequencies: the model that minimises cross-entropy (App. C).

    .. math:: p(w | h) = c(h w) / c(h)

    Parameters
    ----------
    counts : NGramCounts
        From :func:`theory.poor_models.ngram_counts.count_ngrams`.
    exact : bool
        Whether to compute with Fractions (for small models).

    Returns
    -------
    NGramModel
        A context that was never seen is cut from the left until it was.

    Examples
    --------
    >>> from theory.poor_models import count_ngrams
    >>> from theory.poor_models import Vocabulary
    >>> text = Vocabulary.of(["ab"]).encode([["a"], ["a"], ["b"]])
    >>> print(fit_maximum_likelihood(count_ngrams(text, 2), exact=True).conditional("a", ["<s>"]))
    2/3
    """
    unigrams = _predicted(counts.unigrams)
    levels: list[NGramLevel] = []
    for table, n_contexts in _with_contexts(counts):
        totals, lengths = _row_totals(table, table.counts, n_contexts, counts.vocabulary.size)
        seen = _shares(_numbers(table.counts, exact), totals, lengths)
        backoff = _numbers(np.where(lengths == 0, 1, 0), exact)
        levels.append(NGramLevel(table.keys, seen, backoff))
    first = ratio(unigrams, int(unigrams.sum()), exact=exact)
    return NGramModel(counts.vocabulary, first, tuple(levels))


def fit_kneser_ney(
    counts: NGramCounts, discount: Number | None = None, *, exact: bool = False
) -> NGramModel:
    r"""Interpolated Kneser-Ney smoothing (Chen and Goodman 1999, one discount per level).

    .. math:: p_k(w | h) = \frac{\max(c_k(h w) - D, 0)}{c_k(h)}
              + \frac{D\, |\{w : c_k(h w) > 0\}|}{c_k(h)}\, p_{k-1}(w | h')

    Below the highest level c_k(h w) is the number of distinct tokens seen before h w (the count
    itself if h w begins a sentence); below the unigrams lies the uniform law.

    Parameters
    ----------
    counts : NGramCounts
        From :func:`theory.poor_models.ngram_counts.count_ngrams`.
    discount : number, optional
        D in [0, 1], the same at each level. Default: n_1 / (n_1 + 2 n_2) at each level, where n_j
        k-grams have count j; 1/2 where n_1 = 0, as KenLM falls back to.
    exact : bool
        Whether to compute with Fractions.

    Raises
    ------
    InvalidInput
        If ``discount`` is outside [0, 1].
    TypeError
        If ``discount`` is a float and ``exact``.
    """
    _check_exact("discount", discount, exact)
    if discount is not None and not 0 <= discount <= 1:
        raise InvalidInput("discount", "in [0, 1]", discount)
    size, n_outcomes = counts.vocabulary.size, counts.vocabulary.n_outcomes
    levels: list[NGramLevel] = []
    for k, (table, n_contexts) in enumerate(_with_contexts(counts), start=2):
        modified = _continuation_counts(counts, k)
        D = _discount(modified, discount, exact)
        totals, lengths = _row_totals(table, modified, n_contexts, size)
        seen = _numbers(modified, exact)
        seen -= D
        seen = _shares(seen, totals, lengths)
        # A context that ends its sentence has no continuation and is never asked for one.
        backoff = _numbers(lengths, exact)
        backoff *= D
        backoff /= np.maximum(totals, 1, out=totals)
        backoff[lengths == 0] = 1
        levels.append(NGramLevel(table.keys, seen, backoff))
    unigrams = _predicted(_continuation_counts(counts, 1))
    D = _discount(unigrams, discount, exact)
    first = _numbers(unigrams, exact) - _numbers(np.where(unigrams > 0, 1, 0), exact) * D
    first[:n_outcomes] += ratio(D * int((unigrams > 0).sum()), n_outcomes, exact=exact)
    return NGramModel(counts.vocabulary, first / int(unigrams.sum()), tuple(levels))


def _check_exact(name: str, value: Number | None, exact: bool) -> None:
    if exact and isinstance(value, float):
        raise TypeError(f"an exact model needs an exact {name}; pass a Fraction.")


def _continuation_counts(counts: NGramCounts, k: int) -> Counts:
    if k == counts.order:
        return counts.unigrams if k == 1 else counts.tables[k - 2].counts
    longer = counts.tables[k - 1]
    before = np.bincount(longer.suffixes, minlength=_n_grams(counts, k))
    if k > 1:
        # Nothing stands before BEGIN, so these keep their plain counts (as KenLM has it).
        begin = counts.tables[k - 2].first_begin
        before[begin:] = counts.tables[k - 2].counts[begin:]
    return before


def _n_grams(counts: NGramCounts, k: int) -> int:
    return counts.vocabulary.size if k == 1 else len(counts.tables[k - 2])


def _with_contexts(counts: NGramCounts) -> list[tuple[NGramTable, int]]:
    return [(table, _n_grams(counts, k)) for k, table in enumerate(counts.tables, start=1)]


def _row_totals(
    table: NGramTable, values: Counts, n_contexts: int, size: int
) -> tuple[Counts, Counts]:
    """Sum of ``values`` over each context's k-grams, and how many there are."""
    starts = row_starts(table.keys, n_contexts, size)
    cumulative = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=cumulative[1:])
    return np.diff(cumulative[starts]), np.diff(starts)


def _shares(values: Array, totals: Array, lengths: Counts) -> Array:
    """Divide each context's run of values by its total, in place and block by block."""
    stops = np.cumsum(lengths)
    starts = stops - lengths
    for block in blocks(starts):
        rows = slice(starts[block][0], stops[block][-1])
        values[rows] /= np.repeat(totals[block], lengths[block])
    return values


def _predicted(unigrams: Counts) -> Counts:
    """Return the counts without BEGIN, which is never predicted."""
    return np.append(unigrams[:-1], 0)


def _discount(values: Counts, given: Number | None, exact: bool) -> Number:
    n_1, n_2 = int((values == 1).sum()), int((values == 2).sum())
    estimated = Fraction(n_1, n_1 + 2 * n_2) if n_1 else Fraction(1, 2)
    D = estimated if given is None else given
    return D if exact else float(D)


def _numbers(values: Counts, exact: bool) -> Array:
    return ratio(values, 1, exact=True) if exact else values.astype(np.float64)
