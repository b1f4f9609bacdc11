"""Trials come in chunks, which neither shows in their numbers nor in memory."""

import tracemalloc

import numpy as np

from simulations import trials
from simulations.trials import run_trials


def draw(rng):
    return {"x": rng.random(), "n": 1}


def test_chunks_draw_what_one_spawn_draws(monkeypatch):
    monkeypatch.setattr(trials, "CHUNK", 4)
    found = run_trials(draw, 10, rng=5)
    assert found["x"].tolist() == [c.random() for c in np.random.default_rng(5).spawn(10)]
    assert found["n"].dtype == np.int64
    assert run_trials(draw, 10, rng=5, n_jobs=2)["x"].tolist() == found["x"].tolist()


def test_a_generator_goes_on_where_it_was(monkeypatch):
    """Two calls with one Generator draw what one call would have drawn."""
    monkeypatch.setattr(trials, "CHUNK", 4)
    rng = np.random.default_rng(5)
    halves = [run_trials(draw, 6, rng=rng)["x"], run_trials(draw, 6, rng=rng)["x"]]
    assert np.concatenate(halves).tolist() == run_trials(draw, 12, rng=5)["x"].tolist()


def test_memory_is_that_of_the_columns(monkeypatch):
    """Ten times the trials: no more but the numbers themselves, 16 bytes per trial."""
    monkeypatch.setattr(trials, "CHUNK", 100)
    peaks = []
    for n_trials in (1_000, 10_000):
        tracemalloc.start()
        run_trials(draw, n_trials, rng=0)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 9_000 * 16 * 3
