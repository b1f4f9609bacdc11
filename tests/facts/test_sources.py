"""Several sources about the same people: one corpus, its parts, and the whole."""

from collections import Counter

import numpy as np
import pytest

from simulations.facts import TOGETHER, draw_sources, rows_of, uniform_law, zipf_law
from theory.errors import InvalidInput
from theory.facts import singleton_rate

LAWS = {"famous": zipf_law(300, exponent=1.5), "all alike": uniform_law(300)}


def made(n=500, seed=1):
    return draw_sources(LAWS, n, answer_prob=0.8, rng=seed)


def test_rows_have_the_counts_of_the_samples():
    """Counted by plain Python: N, abstentions and singletons of each source and of all."""
    samples = made()
    rows = list(zip(*rows_of(samples).values(), strict=True))
    for name, sample in samples.items():
        mine = [(p, r) for s, p, r in rows if name in (s, TOGETHER)]
        times = Counter(p for p, r in mine if r != "IDK")
        assert len(mine) == sample.n_samples
        assert sum(n == 1 for n in times.values()) == sample.n_singletons > 0
        assert sum(r == "IDK" for _, r in mine) == sample.n_samples - sample.n_answers.sum() > 0


def test_the_whole_has_no_more_singletons_than_its_parts():
    """A fact that is told once in each of two sources is none of the whole: strictly fewer here."""
    *parts, whole = made().values()
    assert whole.n_singletons < sum(part.n_singletons for part in parts)
    alone = draw_sources({"one": LAWS["famous"]}, 500, rng=1)
    assert singleton_rate(alone["one"]) == singleton_rate(alone[TOGETHER])


def test_the_whole_comes_from_the_mixture():
    samples = made()
    parts = [sample.world.mu for name, sample in samples.items() if name != TOGETHER]
    np.testing.assert_allclose(samples[TOGETHER].world.mu, np.mean(parts, axis=0), rtol=1e-15)
    assert len({responses for s in samples.values() for responses in s.world.n_responses}) == 1


def test_who_is_asked_without_an_answer_exists():
    alone = draw_sources({"one": uniform_law(1)}, 30, answer_prob=0.5, rng=1)
    rows = rows_of(alone)
    assert "IDK" in rows["response"]
    assert set(rows["prompt"]) == {"When was person 0 born?"}


def test_same_seed_same_rows():
    assert rows_of(made()) == rows_of(made())
    assert rows_of(made()) != rows_of(made(seed=2))


def test_laws_of_different_people_are_refused():
    with pytest.raises(InvalidInput, match="laws of equally many people, got"):
        draw_sources({"a": uniform_law(2), "b": uniform_law(3)}, 10, rng=1)


def test_a_negative_number_of_samples_is_refused():
    with pytest.raises(InvalidInput, match="n_samples must be a whole number >= 1, got -1"):
        draw_sources(LAWS, -1, rng=1)
