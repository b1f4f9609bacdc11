"""Every simulator at sizes ten apart: beside numpy's own draw, and beside how it is done today."""

from functools import cache, partial

import numpy as np
import pandas as pd
import pytest
from cases import SEED, THOUSANDS, Case
from peers import (
    MarkovChain,
    missing_mass_by_loop,
    nltk_model,
    singleton_rate_by_groupby,
    singleton_rate_by_loop,
    training_counts,
)

from simulations.facts import draw_banded, draw_by_prompt, fact_trial, zipf_law
from simulations.facts.occupancy import occupancy
from simulations.language_models import NGramLanguageModel, make_biographies
from simulations.reduction import random_world, sampled_reduction
from simulations.sweep import run_sweep
from simulations.sweep.points import grid
from simulations.trials import run_trials
from theory.facts import missing_mass, singleton_rate
from theory.poor_models import Vocabulary, count_ngrams, fit_kneser_ney, fit_maximum_likelihood
from theory.reduction import uniform_model

MILLIONS = [10**4, 10**5, 10**6]


def training_samples(N):
    """N samples over N/2 people, Zipf: singleton rate and missing mass."""
    facts = zipf_law(N // 2).facts()
    mu, weights = facts.mu, facts.mu.tolist()
    rng = np.random.default_rng(SEED)

    def ours():
        sample = draw_by_prompt(facts, N, rng=rng)
        return singleton_rate(sample), missing_mass(sample)

    def today():
        counts = training_counts(weights, N, SEED)
        return singleton_rate_by_loop(counts, N), missing_mass_by_loop(weights, counts)

    return {
        "ours": ours,
        "floor": lambda: np.bincount(rng.choice(len(mu), size=N, p=mu), minlength=len(mu)),
        "today": today,
    }


def full_trial(N):
    facts = zipf_law(N // 2).facts(answer_prob=0.9)
    mu, rng = facts.mu, np.random.default_rng(SEED)
    return {
        "ours": lambda: fact_trial(facts, N, rng=rng),
        "floor": lambda: np.bincount(rng.choice(len(mu), size=N, p=mu), minlength=len(mu)),
    }


def banded_trial(N):
    facts = zipf_law(N, max_bands=1000).facts(answer_prob=0.9)
    mu, rng = facts.mu, np.random.default_rng(SEED)
    return {
        "ours": lambda: fact_trial(facts, N, rng=rng),
        "floor": lambda: rng.multinomial(N, mu),
    }


def boxes(n):
    rng = np.random.default_rng(SEED)
    runs = {"ours": lambda: occupancy(n, n, rng=rng)}
    if n <= 10**7:
        runs["floor"] = lambda: np.bincount(np.bincount(rng.integers(n, size=n), minlength=n))
    return runs


def banded_sample(N):
    facts = zipf_law(N, max_bands=1000).facts()
    rng = np.random.default_rng(SEED)
    return {
        "ours": lambda: draw_banded(facts, N, rng=rng),
        "floor": lambda: rng.multinomial(N, facts.mu),
    }


def count_corpus(N):
    """A column of prompts that is already there: counting without drawing."""
    rng = np.random.default_rng(SEED)
    prompts = rng.zipf(1.5, size=N) % (N // 2)
    frame = pd.DataFrame({"prompt": prompts})
    return {
        "ours": lambda: (np.unique(prompts, return_counts=True)[1] == 1).sum() / N,
        "floor": lambda: np.sort(prompts),
        "today": lambda: singleton_rate_by_groupby(frame),
    }


def worlds(n_prompts):
    rng = np.random.default_rng(SEED)
    ours = partial(random_world, n_prompts, n_valid=(2, 2), n_errors=(60, 60), rng=rng)
    return {"ours": ours, "floor": lambda: rng.gamma(1.0, size=62 * n_prompts)}


def samples_of_a_world(n_samples):
    rng = np.random.default_rng(SEED)
    world = random_world(100, n_valid=(2, 2), n_errors=(60, 60), rng=rng)
    q = uniform_model(world)
    joint = world.per_example(world.mu) * q
    joint /= joint.sum()
    return {
        "ours": lambda: sampled_reduction(world, q, n_samples, rng=rng),
        "floor": lambda: [rng.choice(len(joint), size=n_samples, p=joint) for _ in range(3)],
    }


@cache
def sentences_of(n_sentences):
    """Short sentences, 4 to 12 words, Zipf over 20,000 words."""
    rng = np.random.default_rng(SEED)
    lengths = rng.integers(4, 13, size=n_sentences)
    mu = zipf_law(20_000).mu
    words = np.char.add("w", rng.choice(20_000, size=lengths.sum(), p=mu).astype(str)).tolist()
    ends = np.cumsum(lengths)
    return [words[end - n : end] for end, n in zip(ends.tolist(), lengths.tolist(), strict=True)]


@cache
def encoded(n_sentences):
    sentences = sentences_of(n_sentences)
    vocabulary = Vocabulary.of(sentences)
    return sentences, vocabulary.encode(sentences)


def fit_trigrams(n_sentences):
    sentences, tokens = encoded(n_sentences)
    ids = np.asarray(tokens.tokens, dtype=np.int64)
    keys = (ids[:-2] * 20_003 + ids[1:-1]) * 20_003 + ids[2:]
    return {
        "ours": lambda: fit_kneser_ney(count_ngrams(tokens, 3)),
        "floor": lambda: np.sort(keys),
        "today": lambda: nltk_model(sentences, 3),
    }


def fit_from_words(n_sentences):
    sentences = sentences_of(n_sentences)

    def ours():
        vocabulary = Vocabulary.of(sentences)
        return fit_maximum_likelihood(count_ngrams(vocabulary.encode(sentences), 3))

    return {"ours": ours, "today": lambda: MarkovChain(2).fit(sentences)}


def score_sentences(n_sentences):
    sentences, tokens = encoded(n_sentences)
    model, chain = fit_maximum_likelihood(count_ngrams(tokens, 3)), MarkovChain(2).fit(sentences)
    return {
        "ours": lambda: model.sentence_log_probabilities(tokens),
        "today": lambda: chain.log_probabilities(sentences),
    }


def biographies(n_documents):
    law, rng = zipf_law(n_documents // 2), np.random.default_rng(SEED)
    return {
        "ours": lambda: make_biographies(law, n_documents, rng=rng).documents,
        "floor": lambda: rng.choice(len(law.mu), size=n_documents, p=law.mu),
    }


def train_on_text(n_documents):
    law = zipf_law(n_documents // 2)
    documents = make_biographies(law, n_documents, rng=SEED).documents
    words = [document.split() for document in documents]
    return {
        "ours": lambda: NGramLanguageModel(7).fit(documents),
        "today": lambda: nltk_model(words, 7),
    }


def one_draw(rng):
    return {"x": rng.random()}


def trials(n_trials):
    rng = np.random.default_rng(SEED)
    return {
        "ours": lambda: run_trials(one_draw, n_trials, rng=SEED),
        "floor": lambda: [child.random() for child in rng.spawn(n_trials)],
    }


def one_point(i, *, rng):
    return {"x": rng.random()}


def sweep_of(folder, n_points):
    def ours():
        path = folder / f"{n_points}.parquet"
        path.unlink(missing_ok=True)
        return run_sweep(one_point, grid(i=range(n_points)), seed=0, path=path, progress=False)

    return {"ours": ours}


DRAW = "`rng.choice` with p, then `np.bincount`"
CHAIN = "dictionary Markov chain"
CASES = [
    Case(
        "draw_by_prompt, singleton rate, missing mass",
        training_samples,
        "samples",
        MILLIONS,
        floor=DRAW,
        today="`random.choices`, `Counter`, two loops",
    ),
    Case("fact_trial, all errors and bounds", full_trial, "samples", MILLIONS, floor=DRAW),
    Case(
        "fact_trial, N prompts in 1,000 bands",
        banded_trial,
        "samples",
        [10**6, 10**8, 10**10, 10**12],
        stated=0.5,
        floor="`rng.multinomial` over the bands",
    ),
    Case(
        "draw_banded",
        banded_sample,
        "samples",
        [10**6, 10**8, 10**10, 10**12],
        stated=0.5,
        floor="`rng.multinomial` over the bands",
    ),
    Case(
        "occupancy, N balls in N boxes",
        boxes,
        "balls",
        [10**5, 10**7, 10**9, 10**11],
        stated=0.5,
        floor="throw every ball, `np.bincount` twice (to 10^7)",
    ),
    Case(
        "counting a given column (`np.unique`)",
        count_corpus,
        "rows",
        [10**5, 10**6, 10**7],
        floor="`np.sort`",
        today="pandas `groupby`",
    ),
    Case("random_world", worlds, "prompts", THOUSANDS, floor="`rng.gamma` of the same size"),
    Case(
        "sampled_reduction",
        samples_of_a_world,
        "samples",
        MILLIONS,
        floor="three times `rng.choice` with p",
    ),
    Case(
        "trigrams: count and fit Kneser-Ney",
        fit_trigrams,
        "sentences",
        THOUSANDS,
        floor="`np.sort` of the keys",
        today="`nltk.lm.MLE` (without smoothing)",
    ),
    Case(
        "trigrams from words: encode, count, fit",
        fit_from_words,
        "sentences",
        THOUSANDS,
        today=CHAIN,
    ),
    Case("score sentences", score_sentences, "sentences", THOUSANDS, today=CHAIN),
    Case(
        "make_biographies with text",
        biographies,
        "documents",
        THOUSANDS,
        floor="`rng.choice` with p: who is written about",
    ),
    Case(
        "NGramLanguageModel(7).fit",
        train_on_text,
        "documents",
        [10**2, 10**3, 10**4],
        today="`nltk.lm.MLE`, order 7",
    ),
    Case("run_trials, empty trial", trials, "trials", THOUSANDS, floor="`rng.spawn` and one draw"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.simulator)
def test_growth(growth, case):
    case.run(growth)


def test_growth_of_a_sweep(growth, tmp_path):
    """Points that cost nothing, in one process: what the sweep itself adds to each."""
    growth(
        "run_sweep, empty points",
        [10**2, 10**3, 10**4],
        partial(sweep_of, tmp_path),
        unit="points",
        stated=1,
    )
