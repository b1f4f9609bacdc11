"""Models in the field's exchange format: what lets KenLM, an oracle, read our tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from theory.arrays import FloatArray, IntArray
from theory.poor_models import BEGIN, END, NGramLevel, NGramModel, locate


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
