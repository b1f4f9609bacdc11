"""Miao and Kearns (2025): monofacts, Markov models and upweighting, every sum exact."""

import numpy as np
import pytest
from scipy.stats import binomtest, chisquare

from simulations.trade_off import MarkovModel, monofact_trial, pareto_facts, string_keys
from simulations.trade_off.monofacts import (
    MonofactCorpus,
    careless_miscalibration,
    exact_miscalibration,
    upweight,
)
from theory.errors import InvalidInput
from theory.poor_models import Vocabulary, count_ngrams, fit_maximum_likelihood

SEED = 20250211


def small_corpus(shape=1.0):
    corpus = pareto_facts(60, shape=shape, n_tokens=5, vocabulary_size=6, rng=SEED)
    return corpus, corpus.sample(80, rng=SEED + 1)


def words(tokens):
    return [[f"{t}:{w}" for t, w in enumerate(row)] for row in tokens.tolist()]


@pytest.mark.parametrize("order", [1, 2, 3, 7])
def test_fact_probabilities_agree_with_the_n_gram_model(order):
    """Two ways to the same maximum-likelihood law: rows in groups, and a table of n-grams."""
    corpus, counts = small_corpus()
    model = MarkovModel(corpus.tokens, counts, order, corpus.vocabulary_size)
    facts = words(corpus.tokens)
    vocabulary = Vocabulary.of(facts)
    training = vocabulary.encode([f for f, n in zip(facts, counts, strict=True) for _ in range(n)])
    twin = fit_maximum_likelihood(count_ngrams(training, order + 1))
    with np.errstate(divide="ignore"):
        log_p = np.log(model.fact_probabilities())
    trained = counts > 0
    expected = twin.sentence_log_probabilities(vocabulary.encode(facts))
    assert log_p[trained] == pytest.approx(expected[trained])
    # Unseen facts: the n-gram model cuts contexts that it never saw, a Markov chain cannot.
    impossible = np.isinf(log_p)
    assert not impossible[trained].any()
    assert log_p[~impossible] == pytest.approx(expected[~impossible])


@pytest.mark.parametrize("order", [1, 2, 4])
def test_support_lists_every_string_once_with_its_probability(order):
    """Probabilities sum to 1, facts have theirs, and the rest of it is err."""
    corpus, counts = small_corpus()
    model = MarkovModel(corpus.tokens, counts, order, corpus.vocabulary_size)
    keys, q = model.support()
    assert len(np.unique(keys)) == len(keys)
    assert q.sum() == pytest.approx(1)
    assert (q > 0).all()
    listed = dict(zip(keys.tolist(), q.tolist(), strict=True))
    facts = string_keys(corpus.tokens, corpus.vocabulary_size)
    exact = model.fact_probabilities()
    assert [listed.get(k, 0.0) for k in facts.tolist()] == pytest.approx(exact.tolist())
    assert q[~corpus.is_fact(keys)].sum() == pytest.approx(1 - exact.sum())


def test_generations_follow_the_exact_law():
    """Chi-square over all strings that can be generated (false alarm 1e-6)."""
    corpus, counts = small_corpus()
    model = MarkovModel(corpus.tokens, counts, 2, corpus.vocabulary_size)
    keys, q = model.support()
    drawn = string_keys(model.generate(40_000, rng=3), corpus.vocabulary_size)
    order = np.argsort(keys)
    place = np.searchsorted(keys[order], drawn)
    assert (keys[order][place] == drawn).all()
    observed = np.bincount(place, minlength=len(keys))
    assert chisquare(observed, 40_000 * q[order]).pvalue > 1e-6


def test_hallucination_rate_is_exact_and_every_generation_counts():
    """Invented share of 20,000 generations against 1 - sum of p_hat over facts (binomial)."""
    corpus = pareto_facts(2000, shape=1.2, vocabulary_size=40, rng=SEED)
    counts = corpus.sample(1500, rng=4)
    err = monofact_trial(corpus, counts, 2).err
    model = MarkovModel(corpus.tokens, counts, 2, 40)
    keys = string_keys(model.generate(20_000, rng=5), 40)
    invented = int((~corpus.is_fact(keys)).sum())
    assert binomtest(invented, 20_000, err).pvalue > 1e-6
    # Counting distinct strings only, as public code does, estimates something else.
    distinct = np.unique(keys)
    assert abs((~corpus.is_fact(distinct)).mean() - err) > 0.05


def test_training_sample_is_drawn_with_replacement():
    """One fact can be drawn more often than it is told; without replacement it could not."""
    corpus, counts = small_corpus()
    assert counts.sum() == 80
    only = MonofactCorpus(corpus.tokens[:1], np.ones(1), corpus.vocabulary_size)
    assert only.sample(7, rng=0).tolist() == [7]


@pytest.mark.parametrize("order", [2, 3])
def test_hallucination_rises_with_the_monofact_rate(order):
    """Flatter Pareto repetition, more monofacts, more hallucination: 20 pairs of worlds.

    A fair coin would give as many pairs in this order with a chance of 0.001 at most.
    """
    more_monofacts = more_hallucination = 0
    for seed in range(SEED, SEED + 20):
        steep, flat = (
            monofact_trial(corpus, corpus.sample(1000, rng=seed), order)
            for corpus in (
                pareto_facts(2000, shape=shape, vocabulary_size=40, rng=seed)
                for shape in (0.6, 3.0)
            )
        )
        more_monofacts += flat.monofact_rate > steep.monofact_rate + 0.2
        more_hallucination += flat.err > steep.err
    for pairs in (more_monofacts, more_hallucination):
        assert binomtest(pairs, 20, 0.5, alternative="greater").pvalue < 1e-3


@pytest.mark.parametrize("order", [2, 3])
def test_repeating_five_percent_lowers_hallucination_and_raises_miscalibration(order):
    """Upweighting moves err down and Mis up: mean of 20 worlds.

    The least of the four differences is 15 of its standard errors at order 2, 5.3 at order 3.
    """
    times, err, Mis = (1, 10, 50), np.zeros(3), np.zeros(3)
    for seed in range(SEED, SEED + 20):
        corpus = pareto_facts(2000, shape=1.5, vocabulary_size=40, rng=seed)
        counts = corpus.sample(1000, rng=seed)
        trials = [
            monofact_trial(corpus, counts, order, trained_on=upweight(counts, 0.05, n, rng=2))
            for n in times
        ]
        assert len({t.monofact_rate for t in trials}) == 1
        err += [t.err for t in trials]
        Mis += [t.miscalibration for t in trials]
    assert err[2] < err[1] < err[0]
    assert Mis[0] < Mis[1] < Mis[2] - 20 * 0.05


def test_order_3_keeps_the_2024_bound_where_careless_counting_breaks_it():
    """MF - Mis <= err although err is near 0: with all of Mis counted the bound is kept."""
    corpus = pareto_facts(20_000, shape=2.0, rng=SEED)
    counts = corpus.sample(10_000, rng=1)
    trial = monofact_trial(corpus, counts, 3)
    assert trial.err < 0.05
    assert trial.monofact_rate > 0.4
    assert trial.monofact_rate - trial.miscalibration <= trial.err
    assert trial.bound <= trial.err
    model = MarkovModel(corpus.tokens, counts, 3, corpus.vocabulary_size)
    careless = careless_miscalibration(corpus, model, 10_000, rng=2)
    assert trial.monofact_rate - careless > trial.err + 0.1


def test_a_memoriser_has_mis_equal_to_the_missing_mass_and_more():
    """Order T - 1 from one text each: nothing invented, Mis at least the missing mass."""
    corpus, counts = small_corpus(3.0)
    model = MarkovModel(corpus.tokens, counts, 5, corpus.vocabulary_size)
    assert model.fact_probabilities() == pytest.approx(counts / counts.sum())
    Mis = exact_miscalibration(corpus, model)
    assert Mis >= corpus.p[counts == 0].sum() - 1e-12


def test_same_seed_same_facts_and_generations():
    a, b = (pareto_facts(50, shape=1, rng=1) for _ in range(2))
    assert (a.tokens == b.tokens).all()
    assert (a.p == b.p).all()
    other = pareto_facts(50, shape=1, rng=2)
    assert (a.tokens != other.tokens).any()
    model = MarkovModel(a.tokens, a.sample(40, rng=0), 2, 100)
    assert (model.generate(9, rng=5) == model.generate(9, rng=5)).all()
    assert (model.generate(9, rng=5) != model.generate(9, rng=6)).any()


def test_upweighting_nothing_changes_nothing():
    _, counts = small_corpus()
    assert (upweight(counts, 0.05, 1, rng=0) == counts).all()
    assert (upweight(counts, 0.0, 9, rng=0) == counts).all()
    assert upweight(counts, 1.0, 3, rng=0).tolist() == (3 * counts).tolist()
    assert upweight(counts, 0.05, 11, rng=0).sum() == 80 + 10 * 4


def model(**changes):
    valid = {"tokens": np.zeros((1, 3), int), "counts": np.ones(1, int)}
    return MarkovModel(**(valid | {"order": 1, "vocabulary_size": 2} | changes))


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: model(order=0), "order must be a whole number >= 1"),
        (lambda: model(counts=np.zeros(1, int)), "counts must be >= 0 and not all 0"),
        (lambda: model(counts=np.ones(2, int)), "tokens and counts must be of shapes"),
        (lambda: model(tokens=np.full((1, 3), 2)), "tokens must be in 0 .. 1"),
        (lambda: model(vocabulary_size=2**22), "small enough for 64-bit keys"),
        (lambda: model(tokens=np.zeros((1, 63), int)), "small enough for 64-bit keys"),
        (lambda: model().generate(0, rng=0), "n must be a whole number >= 1"),
        (lambda: pareto_facts(5, shape=0, rng=0), "shape must be > 0"),
        (lambda: pareto_facts(20, shape=1, rng=0, n_tokens=2, vocabulary_size=5), "n_facts must"),
        (lambda: upweight(np.ones(3, int), 1.5, 2, rng=0), r"share must be in \[0, 1\]"),
        (lambda: upweight(np.ones(3, int), 0.5, 0, rng=0), "times must be a whole number"),
    ],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(InvalidInput, match=match):
        call()


def test_too_many_strings_to_list_is_said():
    corpus = pareto_facts(3000, shape=3, vocabulary_size=20, rng=0)
    chain = MarkovModel(corpus.tokens, corpus.sample(3000, rng=1), 1, 20)
    with pytest.raises(InvalidInput, match="number of strings the model can generate must be <="):
        chain.support(limit=10_000)
