"""Small numbers worked by hand, where the mutation check found that broad tests leave room."""

from fractions import Fraction as F

import numpy as np
import pytest

from theory.poor_models import (
    BEGIN,
    Vocabulary,
    count_ngrams,
    fit_kneser_ney,
    fit_maximum_likelihood,
    opt_of_view,
    theorem_4,
)
from theory.poor_models.error_curve import threshold_curve
from theory.poor_models.ngram_counts import _BLOCK, _PACKABLE, _sorted, row_starts
from theory.poor_models.ngram_opt import response_pairs
from theory.poor_models.vocabulary import END
from theory.reduction import World


def test_rounding_that_theorem_4_allows_for():
    """Twice (1e-9 + 1e-12): once for p_hat, once for p; nothing in Fractions."""
    exact = World(p=[F(1), F(0)], valid=[True, False])
    assert theorem_4(exact, [F(3, 4), F(1, 4)]).tolerance == 0
    allowed = theorem_4(exact.to_float(), [0.75, 0.25]).tolerance
    assert allowed == pytest.approx(2 * (1e-9 + 1e-12), rel=1e-9)


def test_a_curve_that_begins_above_several_scores():
    """D = (1/2, 1/6, 1/6, 1/6): at 0 all four scores but the last are lost, two of them errors."""
    world = World(p=[F(1), F(0), F(0), F(0)], valid=[True, False, False, False])
    curve = threshold_curve(world, np.array([F(-3), F(-2), F(-1), F(1)], dtype=object), F(0))
    assert curve.thresholds.tolist() == [0, 1]
    assert curve.errors.tolist() == [F(1, 2) + F(1, 6), F(1, 2)]


def test_scores_that_tie_are_one_step_of_the_curve():
    """D = (1/2, 1/6, 1/6, 1/6): at 1/2 two errors are mended at once."""
    world = World(p=[F(1), F(0), F(0), F(0)], valid=[True, False, False, False])
    scores = np.array([F(1), F(1, 4), F(1, 2), F(1, 2)], dtype=object)
    curve = threshold_curve(world, scores, F(0))
    assert curve.thresholds.tolist() == [0, F(1, 4), F(1, 2), 1]
    assert curve.errors.tolist() == [F(1, 2), F(1, 3), 0, F(1, 2)]
    assert curve.best == (0, F(1, 2))


TEXT = ["a b a b c", "a b c", "b a a", "c a b", "a"]


@pytest.mark.parametrize("fit", [fit_maximum_likelihood, fit_kneser_ney])
@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_a_state_advanced_by_a_token_is_the_state_of_the_longer_prompt(fit, order):
    vocabulary = Vocabulary.of(["abc"])
    sentences = [text.split() for text in TEXT]
    model = fit(count_ngrams(vocabulary.encode(sentences), order))
    prompts = [["a"], ["a", "b"], ["c", "c"], ["b", "a"], ["a", "b", "a"], ["c", "a", "b"]]
    states = model.states(vocabulary.encode(prompts, complete=False))
    for word in "abc":
        longer = vocabulary.encode([[*prompt, word] for prompt in prompts], complete=False)
        token = np.full(len(prompts), vocabulary.number(word))
        assert model.advance(states, token).tolist() == model.states(longer).tolist()


def test_a_context_of_just_the_right_length():
    vocabulary = Vocabulary.of(["abc"])
    text = vocabulary.encode([text.split() for text in TEXT])
    model = fit_maximum_likelihood(count_ngrams(text, 3), exact=True)
    assert model.conditional("c", ["a", "b"]) == F(1, 2)


def test_an_order_looks_at_so_many_tokens_and_no_further():
    """Words before those that the model looks at may be any; at order 1 all may."""
    vocabulary = Vocabulary.of(["abc"])
    text = vocabulary.encode([text.split() for text in TEXT])
    for order in (1, 2, 3):
        model = fit_maximum_likelihood(count_ngrams(text, order), exact=True)
        context = ["a", "b"][3 - order :]
        assert model.conditional("c", ["?", *context]) == model.conditional("c", context)


@pytest.mark.parametrize("fit", [fit_maximum_likelihood, fit_kneser_ney])
def test_after_a_word_that_was_never_seen_the_unigrams_speak(fit):
    """d is in the vocabulary only: 5 of 19 tokens after it are END, as anywhere."""
    vocabulary = Vocabulary.of(["abcd"])
    text = vocabulary.encode([text.split() for text in TEXT])
    unigrams = fit(count_ngrams(text, 1), exact=True)
    model = fit(count_ngrams(text, 3), exact=True)
    law = [model.conditional(word, ["d", "d"]) for word in vocabulary.outcomes]
    assert sum(law) == 1
    if fit is fit_maximum_likelihood:
        assert law == [unigrams.conditional(word, []) for word in vocabulary.outcomes]


def test_a_discount_may_be_a_fraction_in_floats():
    """A bare refusal of numpy's before: 1/2 and 0.5 are one discount."""
    vocabulary = Vocabulary.of(["abc"])
    counts = count_ngrams(vocabulary.encode([text.split() for text in TEXT]), 2)
    half, floats = fit_kneser_ney(counts, F(1, 2)), fit_kneser_ney(counts, 0.5)
    assert half.unigrams.tolist() == floats.unigrams.tolist()
    assert half.levels[0].seen.tolist() == floats.levels[0].seen.tolist()


def test_pairs_of_a_long_context_begin_with_the_sentence():
    (pairs,) = response_pairs([["a"]], [[["b"]]], order=5)
    assert pairs == {((BEGIN, "a"), "b"): 1, ((BEGIN, "a", "b"), END): 1}


def test_rows_of_keys_start_by_prefix():
    """Keys 0 1 | (none) | 5 of two tokens each: prefix 2 has one, and there is no prefix 3."""
    assert row_starts(np.array([0, 1, 5]), 3, 2).tolist() == [0, 2, 2, 3]


@pytest.mark.parametrize("largest", [_PACKABLE - 1, _PACKABLE])
def test_numbers_are_sorted_with_their_places(largest):
    """Just below and at the number that no longer fits beside a place in 64 bits."""
    wanted = np.array([7, largest, -1, 5, 7])
    ranked, order = _sorted(wanted)
    assert ranked.tolist() == [-1, 5, 7, 7, largest]
    assert wanted[order].tolist() == ranked.tolist()
    assert largest * _BLOCK + _BLOCK - 1 < 2**63 or largest == _PACKABLE


def test_a_view_that_is_as_often_wrong_as_right_is_called_an_error():
    world = World(p=[F(1), F(0), F(1), F(0)], valid=[True, False] * 2, n_responses=[2, 2])
    opt = opt_of_view(world, ["a", "a", "b", "c"])
    assert (opt.value, opt.member) == (F(1, 4), {"b"})
