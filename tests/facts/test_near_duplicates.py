"""Copies hide singletons, MinHash finds them again, and too low a threshold takes too much."""

import numpy as np
import pytest

from simulations.facts import zipf_law
from simulations.facts.near_duplicates import distinct_documents, mirrored, rates_without_copies
from theory.errors import InvalidInput, MissingExtra
from theory.facts import CountsOfCounts, best_lower

ONCE, TWICE = "Ann was born on May 1.", "Bob was born on May 2."


def drawn(n_documents, seed):
    """Documents on people drawn by Zipf's law, the person of each, and the rate of these draws."""
    law = zipf_law(2 * n_documents)
    people = np.random.default_rng(seed).choice(len(law.mu), size=n_documents, p=law.mu)
    rate = (np.unique(people, return_counts=True)[1] == 1).sum() / n_documents
    return [f"Person {p} was born on day {p % 365}." for p in people], people, rate


def test_rates_by_hand():
    """Two documents of two facts each, one of them copied; None is an abstention."""
    documents = ["one two three four", "five six", "one two three four"]
    facts = [("a", "b"), ("a", None), ("a", "b")]
    found = rates_without_copies(documents, facts, [1.0])
    assert found["n_documents"].tolist() == [3, 2]
    assert found["n_samples"].tolist() == [6, 4]
    assert found["singleton_rate"].tolist() == [0, 1 / 4]


@pytest.mark.parametrize("threshold", [1.0, 0.5])
def test_the_first_of_each_text_is_kept(threshold):
    texts = [ONCE, TWICE, ONCE, TWICE.replace(" ", "  "), ONCE]
    assert distinct_documents(texts, threshold).tolist() == [0, 1]


def test_mirrored_documents_keep_their_sentence():
    texts, origin = mirrored([ONCE, TWICE], mean_copies=3, noise=1, n_own_words=4, rng=0)
    assert origin.tolist()[:2] == [0, 1]
    assert all((ONCE, TWICE)[i] in text for i, text in zip(origin, texts, strict=True))
    again = mirrored([ONCE, TWICE], mean_copies=3, noise=1, n_own_words=4, rng=0)
    assert again[0] == texts
    assert len(set(texts)) == len(texts) > 2


def test_without_copies_the_rate_is_the_truth():
    """Copies lower the rate; to drop equal texts helps little; 0.4 finds the truth again."""
    documents, people, truth = drawn(600, seed=3)
    texts, origin = mirrored(documents, mean_copies=1, noise=0.05, rng=4)
    facts = [(person,) for person in people[origin].tolist()]
    found = rates_without_copies(texts, facts, [1.0, 0.4, 0.1])
    as_they_are, equal, without, too_low = found["singleton_rate"]
    assert as_they_are < equal < truth - 0.15
    assert found["n_documents"][2] == pytest.approx(600, abs=6)
    assert without == pytest.approx(truth, abs=0.01)
    assert too_low > truth + 0.1


def test_the_floor_without_copies_holds_for_independent_documents():
    """Counts of the documents that are left give the floor of the documents that were drawn."""
    documents, people, _ = drawn(600, seed=5)
    texts, origin = mirrored(documents, mean_copies=1, noise=0.05, rng=6)
    left = people[origin[distinct_documents(texts, 0.4)]]
    floors = [
        best_lower(CountsOfCounts.of_prompts(np.bincount(who)), min_errors=364).bound
        for who in (people[origin], left, people)
    ]
    assert floors[0] < floors[1] - 0.1
    assert floors[1] == pytest.approx(floors[2], abs=0.02)


def test_out_of_range_is_refused(monkeypatch):
    with pytest.raises(InvalidInput, match=r"threshold must be in \(0, 1\]"):
        distinct_documents([ONCE], 0)
    with pytest.raises(InvalidInput, match="mean_copies must be at least 0, got -1"):
        mirrored([ONCE], mean_copies=-1, noise=0, rng=0)
    with pytest.raises(InvalidInput, match="n_own_words"):
        mirrored([ONCE], mean_copies=1, noise=0, n_own_words=1, rng=0)
    monkeypatch.setitem(__import__("sys").modules, "datasketch", None)
    with pytest.raises(MissingExtra, match="dedup"):
        distinct_documents([ONCE], 0.5)
