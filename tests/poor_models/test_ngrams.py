"""n-gram models: counts, three fits, exact conditional probabilities, ARPA files."""

from collections import Counter
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.poor_models.arpa import write_arpa
from theory.errors import InvalidInput
from theory.poor_models import (
    BEGIN,
    END,
    Vocabulary,
    count_ngrams,
    fit_kneser_ney,
    fit_maximum_likelihood,
    locate,
)

ABC = Vocabulary(tuple("abc"))
texts = st.lists(st.text("abc", max_size=5).map(list), min_size=1, max_size=8)
orders = st.integers(1, 4)


def grams(text, k):
    """Slow twin of the counting: a dictionary of tuples."""
    padded = [(BEGIN, *s, END) for s in text]
    return Counter(s[i : i + k] for s in padded for i in range(len(s) - k + 1))


def counts_of(text, order):
    return count_ngrams(ABC.encode(text), order)


def names_of(counts, k):
    names = [*ABC.outcomes, BEGIN]
    if k == 1:
        return [(w,) for w in names]
    shorter = names_of(counts, k - 1)
    return [(*shorter[key // ABC.size], names[key % ABC.size]) for key in counts.tables[k - 2].keys]


@given(text=texts, order=orders)
def test_counts_equal_a_dictionary(text, order):
    """Every k-gram within a sentence is counted, and nothing else."""
    counts = counts_of(text, order)
    for k in range(2, order + 1):
        found = zip(names_of(counts, k), counts.tables[k - 2].counts.tolist(), strict=True)
        assert dict(found) == grams(text, k)
    assert counts.n_distinct == sum(len(grams(text, k)) for k in range(1, order + 1))


@given(text=texts, order=orders)
def test_suffixes_and_beginnings(text, order):
    """Each k-gram knows its (k-1)-gram suffix; those that begin a sentence come last."""
    counts = counts_of(text, order)
    for k in range(2, order + 1):
        table, below = names_of(counts, k), names_of(counts, k - 1)
        suffixes = counts.tables[k - 2].suffixes.tolist()
        assert [below[s] for s in suffixes] == [name[1:] for name in table]
        first = counts.tables[k - 2].first_begin
        assert [name[0] == BEGIN for name in table] == [i >= first for i in range(len(table))]


def contexts_of(text, order):
    """All histories a model is asked about: in the text or not, clipped at the beginning."""
    inner = product("abc", repeat=order - 1)
    starts = [(BEGIN, *h) for k in range(order - 1) for h in product("abc", repeat=k)]
    return [*inner, *starts]


def mle_twin(text, context, word, order):
    for h in (context[i:] for i in range(len(context) + 1)):
        continuations = {w: c for w, c in grams(text, len(h) + 1).items() if w[:-1] == h}
        continuations.pop((BEGIN,), None)
        if continuations:
            return Fraction(continuations.get((*h, word), 0), sum(continuations.values()))
    raise AssertionError


def kneser_ney_twin(text, context, word, order, discount):
    """Chen and Goodman's recursion, written with dictionaries of tuples."""
    k = len(context) + 1
    count = grams(text, k)
    count.pop((BEGIN,), None)
    if k < order:
        longer = grams(text, k + 1)
        before = Counter(g[1:] for g in longer)
        count = {g: c if g[0] == BEGIN else before[g] for g, c in count.items()}
    once, twice = (sum(c == j for c in count.values()) for j in (1, 2))
    D = discount
    if D is None:
        D = Fraction(once, once + 2 * twice) if once else Fraction(1, 2)
    row = {g[-1]: c for g, c in count.items() if g[:-1] == context}
    if k > 1:
        lower = kneser_ney_twin(text, context[1:], word, order, discount)
    else:
        lower = Fraction(1, ABC.n_outcomes)
    if not row:
        return lower
    own = max(row.get(word, 0) - D, 0) if word in row else 0
    return (own + D * len(row) * lower) / Fraction(sum(row.values()))


@settings(max_examples=25)
@given(text=texts, order=orders)
def test_maximum_likelihood_is_relative_frequency(text, order):
    """p(w|h) = c(hw)/c(h); unseen contexts are cut from the left until they were seen."""
    model = fit_maximum_likelihood(counts_of(text, order), exact=True)
    for context in contexts_of(text, order):
        law = {w: model.conditional(w, context) for w in ABC.outcomes}
        assert sum(law.values()) == 1
        assert law == {w: mle_twin(text, context, w, order) for w in ABC.outcomes}


@settings(max_examples=25)
@given(text=texts, order=orders, discount=st.sampled_from([None, Fraction(3, 4), 0, 1]))
def test_kneser_ney_is_its_recursion(text, order, discount):
    """Interpolated Kneser-Ney against dictionaries of tuples, in Fractions; rows sum to 1."""
    model = fit_kneser_ney(counts_of(text, order), discount, exact=True)
    for context in contexts_of(text, order)[:: max(1, order - 2)]:
        law = {w: model.conditional(w, context) for w in ABC.outcomes}
        assert sum(law.values()) == 1
        expected = {w: kneser_ney_twin(text, context, w, order, discount) for w in ABC.outcomes}
        assert law == expected


FITS = [fit_maximum_likelihood, fit_kneser_ney]


@pytest.mark.parametrize("fit", FITS)
@settings(max_examples=25)
@given(text=texts, order=orders)
def test_batched_views_agree_with_single_conditionals(fit, text, order):
    """next_token, token_probabilities, responses and float models say what conditional says."""
    model = fit(counts_of(text, order), exact=True)
    prompts = [[], ["a"], ["b", "a", "c"]]
    law = model.next_token(model.states(ABC.encode(prompts, complete=False)))
    for prompt, row in zip(prompts, law, strict=True):
        assert row.tolist() == [model.conditional(w, (BEGIN, *prompt)) for w in ABC.outcomes]
    whole = ABC.encode([[*p, "b", "b"] for p in prompts])
    p = model.token_probabilities(whole)
    ends = ABC.encode([["b", "b"]] * 3)
    answers = model.response_probabilities(ABC.encode(prompts, complete=False), ends, [1, 1, 1])
    for i, prompt in enumerate(prompts):
        words = [BEGIN, *prompt, "b", "b", END]
        chain = [model.conditional(words[j], words[:j]) for j in range(1, len(words))]
        start = whole.starts[i]
        assert p[start : start + len(words)].tolist() == [1, *chain]
        assert answers[i] == chain[-3] * chain[-2] * chain[-1]
    inexact = fit(counts_of(text, order)).token_probabilities(whole)
    np.testing.assert_allclose(inexact, p.astype(float), rtol=1e-12, atol=1e-15)


def test_responses_of_a_world_are_scored_in_one_batch():
    """Ragged responses, prompt after prompt, add up to the mass that the model gives them."""
    text = [list("abc"), list("abb"), list("acb")]
    model = fit_kneser_ney(counts_of(text, 3))
    prompts = ABC.encode([["a"], ["a", "c"]], complete=False)
    responses = ABC.encode([["b"], ["c"], ["b", "c"], ["b"]])
    p = model.response_probabilities(prompts, responses, [3, 1])
    single = [
        model.response_probabilities(ABC.encode([prompt], complete=False), ABC.encode([r]), [1])[0]
        for prompt, r in [(["a"], ["b"]), (["a"], ["c"]), (["a"], ["b", "c"]), (["a", "c"], ["b"])]
    ]
    np.testing.assert_allclose(p, single, rtol=1e-13)
    logs = model.response_log_probabilities(prompts, responses, [3, 1])
    np.testing.assert_allclose(np.exp(logs), p, rtol=1e-13)


def test_zero_probability_is_minus_infinity_without_a_warning():
    model = fit_maximum_likelihood(counts_of([["a"]], 2))
    assert model.sentence_log_probabilities(ABC.encode([["b"], ["a"]])).tolist() == [-np.inf, 0]


def test_large_batches_take_the_same_answers_as_small_ones():
    """Blocks and sorted needles change nothing: against a plain search, beyond one block."""
    rng = np.random.default_rng(5)
    keys = np.unique(rng.integers(0, 1 << 40, 50_000))
    wanted = np.where(rng.random(1_200_000) < 0.5, rng.choice(keys, 1_200_000), -1)
    expected = np.where(wanted < 0, -1, np.searchsorted(keys, wanted))
    assert np.array_equal(locate(keys, wanted), expected)
    huge = keys << 20
    assert np.array_equal(locate(huge, np.where(wanted < 0, -1, wanted << 20)), expected)


@pytest.mark.parametrize("fit", FITS)
def test_an_order_beyond_every_sentence_changes_nothing(fit):
    """No 9-gram exists: the laws are distributions."""
    model = fit(counts_of([[], ["a"]], 9))
    law = model.next_token(model.states(ABC.encode([[], ["a"], ["a", "a"]], complete=False)))
    np.testing.assert_allclose(law.sum(axis=1), 1, rtol=1e-12)


def test_words_round_trip():
    sentences = [["a", "c"], [], ["b"]]
    assert ABC.decode(ABC.encode(sentences)) == sentences
    assert ABC.decode(ABC.encode(sentences, complete=False)) == sentences


def test_unknown_words_may_have_a_stand_in():
    vocabulary = Vocabulary.of([["a"]], unknown="?")
    assert vocabulary.decode(vocabulary.encode([["a", "z"]])) == [["a", "?"]]
    assert vocabulary.number("z") == vocabulary.number("?")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ABC.encode([["a"], ["z"]]), "vocabulary of the model, got 'z' at sentence 1"),
        (lambda: ABC.number("z"), "vocabulary of the model, got 'z'"),
        (lambda: ABC.encode([]), "sentences must be non-empty"),
        (lambda: ABC.encode(["ab"]), "a list of words"),
        (lambda: Vocabulary(()), "vocabulary must be non-empty"),
        (lambda: Vocabulary(("a", "a")), "distinct"),
        (lambda: Vocabulary((END,)), "a word must be neither"),
        (lambda: Vocabulary(("a",), unknown="b"), "unknown must be one of the words"),
        (lambda: counts_of([["a"]], 0), "order must be a whole number >= 1"),
        (lambda: fit_kneser_ney(counts_of([["a"]], 2), 1.5), r"discount must be in \[0, 1\]"),
        (
            lambda: fit_kneser_ney(counts_of([["a"]], 3)).conditional("a", ["b"]),
            "the context must be at least 2 tokens long",
        ),
        (
            lambda: fit_kneser_ney(counts_of([["a"]], 2)).states(
                Vocabulary(("a",)).encode([[]], complete=False)
            ),
            "encoded with the vocabulary of the model",
        ),
        (
            lambda: fit_kneser_ney(counts_of([["a"]], 2)).response_probabilities(
                ABC.encode([[]], complete=False), ABC.encode([["a"], ["b"]]), [1]
            ),
            "n_responses must be 1 numbers that add up to 2",
        ),
    ],
)
def test_bad_input_is_said_in_one_sentence(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()


def test_exact_models_refuse_float_parameters():
    with pytest.raises(TypeError, match="pass a Fraction"):
        fit_kneser_ney(counts_of([["a"]], 2), 0.5, exact=True)


@pytest.mark.slow
def test_arpa_file_means_the_same_to_kenlm(tmp_path):
    """KenLM, reading our tables, gives every sentence our probability to five digits."""
    kenlm = pytest.importorskip("kenlm", reason="extra 'peers': KenLM's query library")
    rng = np.random.default_rng(3)
    share = 1 / np.arange(1, 301)
    draws = rng.choice(300, size=(4_000, 7), p=share / share.sum())
    text = [[f"w{i}" for i in row[: 2 + row[0] % 6]] for row in draws]
    vocabulary = Vocabulary.of(text)
    model = fit_kneser_ney(count_ngrams(vocabulary.encode(text), 3))
    write_arpa(model, tmp_path / "m.arpa")
    theirs = kenlm.Model(str(tmp_path / "m.arpa"))
    held_out = [[f"w{i}" for i in row] for row in rng.integers(0, 100, size=(500, 6))]
    ours = model.sentence_log_probabilities(vocabulary.encode(text + held_out)) / np.log(10)
    scores = [theirs.score(" ".join(sentence)) for sentence in text + held_out]
    np.testing.assert_allclose(ours, scores, rtol=1e-5)
    positions = model.token_probabilities(vocabulary.encode(text[:1]))[1:]
    full = [10**score for score, _, _ in theirs.full_scores(" ".join(text[0]))]
    np.testing.assert_allclose(positions, full, rtol=1e-5)


@pytest.mark.slow
def test_ten_million_tokens_fit_in_forty_bytes_per_ngram():
    """Peak memory of counting and fitting, tokens included, over the number of n-grams."""
    import tracemalloc

    rng = np.random.default_rng(4)
    share = 1 / np.arange(1, 20_001)
    vocabulary = Vocabulary(tuple(f"w{i}" for i in range(20_000)))
    sentences = vocabulary.encode([["w0"] * 8] * 1_000_000)
    is_word = (sentences.tokens != 0) & (sentences.tokens != vocabulary.begin)
    sentences.tokens[is_word] = 1 + rng.choice(20_000, is_word.sum(), p=share / share.sum())
    del is_word
    assert len(sentences.tokens) == 10_000_000
    tracemalloc.start()
    counts = count_ngrams(sentences, 3)
    fit_kneser_ney(counts)
    peak = tracemalloc.get_traced_memory()[1] + sentences.tokens.nbytes
    tracemalloc.stop()
    assert peak / counts.n_distinct <= 40
