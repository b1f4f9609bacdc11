"""``--seed-shift`` reaches what draws from a seed, and nothing else."""

import numpy as np

from simulations.facts import draw_banded, uniform_law
from tests.conftest import shifted


def test_a_shift_gives_every_seed_another_stream_and_leaves_generators_alone():
    made = shifted(np.random.default_rng, 3)
    assert made(7).random() == made(np.int64(7)).random()
    assert len({made(7).random(), made(8).random(), np.random.default_rng(7).random()}) == 3
    assert made(7).random() != shifted(np.random.default_rng, 4)(7).random()
    generator = np.random.default_rng(7)
    assert made(generator) is generator


def test_a_shift_reaches_the_simulations(monkeypatch):
    world = uniform_law(1000).facts()
    as_written = draw_banded(world, 1000, rng=5).n_singletons
    monkeypatch.setattr(np.random, "default_rng", shifted(np.random.default_rng, 3))
    assert draw_banded(world, 1000, rng=5).n_singletons != as_written
