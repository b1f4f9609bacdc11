"""Trigrams with Kneser-Ney smoothing on 10^5 short sentences: against nltk.lm and KenLM.

Targets: fit 40 times as fast as ``nltk.lm``, score within twice the time of KenLM's query library
and equal to it to 5 digits, 40 bytes of memory per distinct n-gram at 10^7 tokens.
"""

import tracemalloc

import numpy as np
import pytest

from tests.poor_models.arpa import write_arpa
from theory.poor_models import Vocabulary, count_ngrams, fit_kneser_ney

ORDER, N_SENTENCES, N_WORDS = 3, 10**5, 20_000
LONG = 10**7
BYTES_PER_NGRAM = 40


@pytest.fixture(scope="module")
def sentences():
    """4 to 12 words each, drawn from Zipf's law over 20,000."""
    rng = np.random.default_rng(20250904)
    lengths = rng.integers(4, 13, N_SENTENCES)
    words = np.array([f"w{i}" for i in range(N_WORDS)], dtype=object)[zipf(rng, lengths.sum())]
    return [part.tolist() for part in np.split(words, np.cumsum(lengths)[:-1])]


def zipf(rng, n_words):
    share = 1 / np.arange(1, N_WORDS + 1)
    return rng.choice(N_WORDS, n_words, p=share / share.sum())


def fitted(sentences):
    vocabulary = Vocabulary.of(sentences)
    return fit_kneser_ney(count_ngrams(vocabulary.encode(sentences), ORDER))


def fitted_by_nltk(sentences):
    """As nltk's documentation has it; nltk only counts here, and smooths at every query."""
    from nltk.lm import KneserNeyInterpolated
    from nltk.lm.preprocessing import padded_everygram_pipeline

    model = KneserNeyInterpolated(ORDER)
    model.fit(*padded_everygram_pipeline(ORDER, sentences))
    return model


def test_fit_against_nltk(compare, sentences):
    assert len(fitted_by_nltk(sentences[:50]).vocab) > 50
    compare(
        "Kneser-Ney trigrams from 10^5 sentences: words to numbers, counted and fitted",
        lambda: fitted(sentences),
        {"nltk.lm": lambda: fitted_by_nltk(sentences)},
        faster={"nltk.lm": 40},
        rounds=2,
    )


def test_score_against_kenlm(compare, sentences, tmp_path):
    kenlm = pytest.importorskip("kenlm", reason="extra 'peers'")
    model = fitted(sentences)
    write_arpa(model, tmp_path / "model.arpa")
    theirs = kenlm.Model(str(tmp_path / "model.arpa"))
    lines = [" ".join(words) for words in sentences]

    def ours():
        return model.sentence_log_probabilities(model.vocabulary.encode(sentences))

    scores = np.array([theirs.score(line) for line in lines])
    np.testing.assert_allclose(ours() / np.log(10), scores, rtol=1e-5)
    compare(
        "the same trigrams score 10^5 sentences, words to numbers included",
        ours,
        {"KenLM": lambda: [theirs.score(line) for line in lines]},
        at_most={"KenLM": 2},
        rounds=7,
    )


def test_memory_of_ten_million_tokens(benchmark):
    """Peak while counting and fitting, the tokens included, over the number of n-grams."""
    rng = np.random.default_rng(20250904)
    vocabulary = Vocabulary(tuple(f"w{i}" for i in range(N_WORDS)))
    text = vocabulary.encode([["w0"] * 8] * (LONG // 10))
    is_word = (text.tokens != 0) & (text.tokens != vocabulary.begin)
    text.tokens[is_word] = 1 + zipf(rng, is_word.sum())
    tracemalloc.start()
    counts = count_ngrams(text, ORDER)
    fit_kneser_ney(counts)
    peak = tracemalloc.get_traced_memory()[1] + text.tokens.nbytes
    tracemalloc.stop()
    per_ngram = peak / counts.n_distinct
    benchmark.extra_info["memory, tokens included"] = (
        f"{per_ngram:.1f} bytes per distinct n-gram (target {BYTES_PER_NGRAM})"
    )
    benchmark.pedantic(lambda: fit_kneser_ney(count_ngrams(text, ORDER)), rounds=2)
