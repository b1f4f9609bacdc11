"""Order-2 Markov model on facts of 8 tokens, on one core: sample, train, generate and score.

Both sides draw 50,000 training facts with replacement, train on them, generate 50,000 strings and
count how many are facts. Target: 50 times as fast as a dictionary Markov chain.
"""

import random

import pytest
from peers import MarkovChain

from simulations.trade_off import MarkovModel, pareto_facts, string_keys

N, ORDER = 50_000, 2


@pytest.fixture(scope="module")
def corpus():
    return pareto_facts(20_000, shape=1.5, rng=20250211)


def share_of_facts(corpus, seed):
    counts = corpus.sample(N, rng=seed)
    model = MarkovModel(corpus.tokens, counts, ORDER, corpus.vocabulary_size)
    keys = string_keys(model.generate(N, rng=seed + 1), corpus.vocabulary_size)
    return corpus.is_fact(keys).mean()


def share_of_facts_by_dictionaries(facts, weights, seed):
    training = random.Random(seed).choices(facts, weights, k=N)
    generated = MarkovChain(ORDER).fit(training).generate(N, seed + 1)
    known = set(facts)
    return sum(tuple(fact) in known for fact in generated) / N


def test_markov_model_against_dictionaries(compare, corpus):
    facts = [tuple(f"{t}:{w}" for t, w in enumerate(row)) for row in corpus.tokens.tolist()]
    weights = corpus.p.tolist()
    plain = share_of_facts_by_dictionaries(facts, weights, 1)
    assert share_of_facts(corpus, 1) == pytest.approx(plain, abs=0.02)
    compare(
        "Order-2 Markov model: 50,000 facts drawn, learnt, generated and scored",
        lambda: share_of_facts(corpus, 1),
        {"dictionary chain": lambda: share_of_facts_by_dictionaries(facts, weights, 1)},
        faster={"dictionary chain": 50},
        rounds=3,
    )
