"""Generation from n-gram models, and models in the field's exchange format (Sec. 3.3.2)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from theory.arrays import Array, FloatArray, IntArray
from theory.errors import require_integer
from theory.poor_models import (
    BEGIN,
    END,
    MISSING,
    NGramLevel,
    NGramModel,
    Sentences,
    locate,
    row_starts,
)


def generate(
    model: NGramModel, n_sentences: int, *, rng: np.random.Generator | int, max_tokens: int = 100
) -> Sentences:
    """Sample whole sentences from an n-gram model (App. C).

    Parameters
    ----------
    model : NGramModel
        Fitted.
    n_sentences : int
        At least 1.
    rng : numpy Generator or int
        Source of randomness, or a seed.
    max_tokens : int
        A sentence that has not ended after so many words is cut (it then lacks END).

    Returns
    -------
    Sentences
        Encoded; ``model.vocabulary.decode`` makes words of them.

    Raises
    ------
    InvalidInput
        If a number is not a whole number >= 1.
    """
    n_sentences = require_integer("n_sentences", n_sentences, at_least=1)
    prompts = model.vocabulary.encode([[]] * n_sentences, complete=False)
    return sample_responses(model, prompts, rng=rng, max_tokens=max_tokens)


def sample_responses(
    model: NGramModel,
    prompts: Sentences,
    *,
    rng: np.random.Generator | int,
    max_tokens: int = 100,
) -> Sentences:
    """Sample one response to each prompt.

    Parameters
    ----------
    model : NGramModel
        Fitted.
    prompts : Sentences
        Encoded with ``complete=False``; repeat a prompt to get several responses to it.
    rng : numpy Generator or int
        Source of randomness, or a seed.
    max_tokens : int
        A response that has not ended after so many words is cut (it then lacks END).

    Returns
    -------
    Sentences
        One response per prompt, without the prompt.

    Raises
    ------
    InvalidInput
        If ``max_tokens`` is not a whole number >= 1 or the vocabulary is another one.
    """
    max_tokens = require_integer("max_tokens", max_tokens, at_least=1)
    generator = np.random.default_rng(rng)
    sampler = _Sampler(model)
    states = model.states(prompts)
    active = np.arange(len(prompts))
    columns: list[IntArray] = []
    while len(active) and len(columns) <= max_tokens:
        drawn = sampler.draw(states, generator)
        if len(columns) == max_tokens:
            # One draw more than words are allowed: only those that end here are complete.
            active, drawn = active[drawn == 0], drawn[drawn == 0]
        column = np.full(len(prompts), MISSING)
        column[active] = drawn
        columns.append(column)
        goes_on = drawn != 0
        active = active[goes_on]
        states = model.advance(states[goes_on], drawn[goes_on]) if len(active) else states
    return _joined(columns, prompts)


def _joined(columns: list[IntArray], prompts: Sentences) -> Sentences:
    begin = np.full(len(prompts), prompts.vocabulary.begin)
    table = np.stack([begin, *columns], axis=1)
    lengths = (table != MISSING).sum(axis=1)
    tokens = table[table != MISSING].astype(np.int32)
    return Sentences(tokens, np.cumsum(lengths) - lengths, prompts.vocabulary)


class _Sampler:
    """Draws next tokens level by level: a seen continuation, or else on to a shorter context.

    That is the interpolation read as a mixture, so no row of vocabulary size is ever formed.
    """

    def __init__(self, model: NGramModel) -> None:
        self._size = model.vocabulary.size
        self._levels = model.levels
        self._cumulative = [_cumulative(level.seen) for level in model.levels]
        self._rows = [
            row_starts(level.keys, len(level.backoff), self._size) for level in model.levels
        ]
        self._backoff = [level.backoff.astype(float) for level in model.levels]
        self._unigrams = _cumulative(model.unigrams[:-1])

    def draw(self, states: IntArray, rng: np.random.Generator) -> IntArray:
        """Return one next token per state, shape (S,)."""
        tokens = np.empty(len(states), dtype=np.int64)
        pending = np.arange(len(states))
        for column in reversed(range(len(self._levels))):
            context = states[pending, column]
            known = context != MISSING
            backoff = np.ones(len(pending))
            backoff[known] = self._backoff[column][context[known]]
            here = rng.random(len(pending)) >= backoff
            chosen = self._choose(column, context[here], rng)
            tokens[pending[here]] = self._levels[column].keys[chosen] % self._size
            pending = pending[~here]
        starts = np.zeros(len(pending), dtype=np.int64)
        stops = starts + len(self._unigrams) - 1
        tokens[pending] = _pick(self._unigrams, starts, stops, rng)
        return tokens

    def _choose(self, column: int, context: IntArray, rng: np.random.Generator) -> IntArray:
        rows = self._rows[column]
        return _pick(self._cumulative[column], rows[context], rows[context + 1], rng)


def _cumulative(weights: Array) -> FloatArray:
    return np.concatenate([[0.0], np.cumsum(weights.astype(float))])


def _pick(
    cumulative: FloatArray, starts: IntArray, stops: IntArray, rng: np.random.Generator
) -> IntArray:
    """Draw one entry of each row start .. stop - 1 by its share of the row's weight."""
    low, high = cumulative[starts], cumulative[stops]
    target = low + rng.random(len(starts)) * (high - low)
    # Searched in order: neighbours then find what they look up in the processor's cache.
    order = np.argsort(target)
    entry = np.empty(len(target), dtype=np.int64)
    entry[order] = np.searchsorted(cumulative, target[order], side="right") - 1
    return np.clip(entry, starts, stops - 1)


def write_arpa(model: NGramModel, path: Path) -> None:
    """Write a model as an ARPA file, which KenLM and others load.

    Interpolated models are backoff models in disguise: a seen n-gram gets its full probability,
    an unseen one the lower level's times the backoff weight. Probabilities 0 become 10^-99.
    """
    p, names = model.unigrams.astype(float), _names(model)
    sections = [_lines(p, [(w,) for w in names], model.levels)]
    suffixes: IntArray = np.arange(len(names))
    words: list[tuple[str, ...]] = [(w,) for w in names]
    for column, level in enumerate(model.levels):
        prefixes, last = np.divmod(level.keys, len(names))
        words = [(*words[h], names[w]) for h, w in zip(prefixes, last, strict=True)]
        if column:
            keys = suffixes[prefixes] * len(names) + last
            last = locate(model.levels[column - 1].keys, keys).astype(np.int64)
        suffixes = last
        p = level.seen.astype(float) + level.backoff[prefixes].astype(float) * p[suffixes]
        sections.append(_lines(p, words, model.levels[column + 1 :]))
    with path.open("w", encoding="utf-8") as file:
        file.write("\\data\\\n")
        file.writelines(f"ngram {k}={len(s)}\n" for k, s in enumerate(sections, start=1))
        for k, section in enumerate(sections, start=1):
            file.write(f"\n\\{k}-grams:\n")
            file.writelines(section)
        file.write("\n\\end\\\n")


def _names(model: NGramModel) -> list[str]:
    return [*model.vocabulary.outcomes, BEGIN]


def _lines(
    p: FloatArray, words: list[tuple[str, ...]], longer: tuple[NGramLevel, ...]
) -> list[str]:
    log_p = _log10(p)
    if not longer:
        return [f"{a:.9g}\t{' '.join(w)}\n" for a, w in zip(log_p, words, strict=True)]
    weight = _log10(longer[0].backoff.astype(float))
    return [
        f"{a:.9g}\t{' '.join(w)}" + ("\n" if w[-1] == END else f"\t{b:.9g}\n")
        for a, w, b in zip(log_p, words, weight, strict=True)
    ]


def _log10(x: FloatArray) -> FloatArray:
    return np.log10(x, out=np.full(len(x), -99.0), where=x > 0)
