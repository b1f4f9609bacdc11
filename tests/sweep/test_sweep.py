"""Sweeps: what was finished stays finished, and no number depends on how the work was spread."""

import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import time
import tracemalloc
from contextlib import closing
from functools import partial
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

from simulations.sweep import run_sweep
from simulations.sweep.points import canonical, grid, point_seed
from simulations.sweep.spread import POINTS_PER_WORKER, spread
from simulations.sweep.store import SweepStore
from simulations.sweep.table import compute, run_point
from simulations.trials import run_trials
from tests.sweep.odd_trials import where
from theory.errors import InvalidInput, MissingExtra

ROOT = Path(__file__).resolve().parents[2]
POINTS = grid(n=[1, 2, 3, 5, 8], law=["zipf", "uniform"])


def draw(n, law, *, rng):
    """Return two numbers that show the generator's state; law only labels."""
    return {"mean": rng.random(n).mean(), "n_twice": 2 * n}


def draw_or_break(n, law, *, rng):
    if n == 3:
        raise RuntimeError("three is too many")
    return draw(n, law, rng=rng)


BROKEN = set()


def break_where(n, law, *, rng):
    if n in BROKEN:
        raise RuntimeError("broken here")
    return draw(n, law, rng=rng)


def die(n, law, *, rng):
    if n == 3 and law == "zipf":
        os.kill(os.getpid(), signal.SIGKILL)
    return draw(n, law, rng=rng)


def sweep(path, trial=draw, points=POINTS, **settings):
    return run_sweep(trial, points, path=path, progress=False, **{"seed": 7} | settings)


def leftovers(folder):
    return sorted(p.name for p in folder.iterdir())


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    path = tmp_path_factory.mktemp("undisturbed") / "sweep.parquet"
    sweep(path)
    return path.read_bytes()


def test_a_sweep_is_run_trials_at_each_point(tmp_path):
    """One row per trial, sorted by parameters; the rows of a point are run_trials from its seed."""
    path = tmp_path / "sweep.parquet"
    summary = sweep(path, n_trials=3)
    table = pd.read_parquet(path)
    assert list(table) == ["n", "law", "trial", "mean", "n_twice"]
    assert (summary.n_run, summary.n_skipped, summary.n_failed) == (10, 0, 0)
    assert leftovers(tmp_path) == ["sweep.parquet", "sweep.parquet.sqlite"]
    assert table[["n", "law", "trial"]].equals(
        table[["n", "law", "trial"]].sort_values(["n", "law", "trial"])
    )
    point = {"n": 5, "law": "zipf"}
    expected = run_trials(partial(_by_position, point), 3, rng=point_seed(7, point))
    rows = table[(table["n"] == 5) & (table["law"] == "zipf")]
    assert rows["mean"].tolist() == expected["mean"].tolist()
    assert rows["mean"].tolist() == run_point(draw, point, seed=7, n_trials=3)["mean"]


def _by_position(point, rng):
    return draw(**point, rng=rng)


@pytest.mark.parametrize("backend", ["loky", "threading", "multiprocessing"])
def test_every_backend_gives_the_same_bytes(tmp_path, undisturbed, backend):
    """Two workers, with results as they finish or (multiprocessing, like Ray) as lists."""
    with joblib.parallel_config(backend=backend, n_jobs=2):
        sweep(tmp_path / "sweep.parquet")
    assert (tmp_path / "sweep.parquet").read_bytes() == undisturbed


def test_a_dask_cluster_gives_the_same_bytes(tmp_path, undisturbed):
    distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", processes=True
        ) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        summary = sweep(tmp_path / "sweep.parquet")
    assert summary.n_run == len(POINTS)
    assert (tmp_path / "sweep.parquet").read_bytes() == undisturbed


@pytest.mark.slow
def test_a_ray_cluster_gives_the_same_bytes(tmp_path, undisturbed):
    """A local cluster of real processes, which import the trial from its module."""
    ray = pytest.importorskip("ray", reason="the extra ray is not installed")
    from ray.util.joblib import register_ray

    register_ray()
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        with joblib.parallel_config(backend="ray", n_jobs=2):
            summary = sweep(tmp_path / "sweep.parquet")
            pids = sweep(tmp_path / "pids.parquet", where, points=grid(n=range(40)))
    finally:
        ray.shutdown()
    assert summary.n_run == len(POINTS)
    assert (tmp_path / "sweep.parquet").read_bytes() == undisturbed
    workers = set(pd.read_parquet(pids.path)["worker"])
    assert workers
    assert os.getpid() not in workers


def test_backends_without_generators_get_a_few_points_at_a_time():
    """A list of results is never longer than a few points per worker."""
    together = []

    def task(point):
        together.append(point["i"])
        return {"trial": np.zeros(1)}

    points = [{"i": i} for i in range(20)]
    with joblib.parallel_config(backend=_NoGenerators(), n_jobs=2):
        results = spread(task, points, n_jobs=None)
        next(results)
        assert len(together) == 2 * POINTS_PER_WORKER
        assert [point["i"] for point, _ in results] == list(range(1, 20))


class _NoGenerators(joblib._parallel_backends.ThreadingBackend):
    """What Ray's backend says of itself."""

    supports_return_generator = False


KILLED = """
import sys, time
from simulations.sweep import grid, run_sweep, store

store.WRITE_SHARE = 1e9  # every result is committed at once

def slow(n, law, *, rng):
    time.sleep(float(sys.argv[4]))
    with open(sys.argv[2], "a") as log:
        log.write(f"{n} {law}\\n")
    return {"mean": rng.random(n).mean()}

if __name__ == "__main__":
    points = grid(n=range(1, 31), law=["zipf", "uniform"])
    run_sweep(slow, points, seed=1, path=sys.argv[1], n_jobs=int(sys.argv[3]), progress=False)
"""


def start(script, path, log, n_jobs):
    # A point takes long enough for the kill to come between two of them, also on two workers.
    seconds = 0.05 if n_jobs == 1 else 0.25
    return subprocess.Popen(
        [sys.executable, *map(str, (script, path, log, n_jobs, seconds))],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def committed(path):
    """Return the finished points of a sweep that is not running."""
    with closing(sqlite3.connect(path.with_name(path.name + ".sqlite"))) as store:
        points = store.execute("SELECT point FROM points WHERE form IS NOT NULL").fetchall()
    return {(point["n"], point["law"]) for point in (json.loads(text) for (text,) in points)}


def n_lines(path):
    return len(path.read_text().splitlines()) if path.exists() else 0


@pytest.mark.parametrize("n_jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_killed_half_way_it_finishes_with_the_same_file(tmp_path, n_jobs):
    """Kill -9 twice; what was committed is not computed again, and the bytes are the same."""
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    whole, path = tmp_path / "whole.parquet", tmp_path / "sweep.parquet"
    undisturbed = start(script, whole, tmp_path / "whole.log", n_jobs)
    for enough in (15, 35):
        process = start(script, path, tmp_path / f"log{enough}", n_jobs)
        while n_lines(tmp_path / f"log{enough}") < 15:
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
        process.wait()
    finished = committed(path)
    assert 15 < len(finished) < 60
    last = start(script, path, tmp_path / "last", n_jobs)
    assert last.wait() == 0
    assert undisturbed.wait() == 0
    done_again = {tuple(line.split()) for line in (tmp_path / "last").read_text().splitlines()}
    assert not done_again & {(str(n), law) for n, law in finished}
    assert len(done_again) == 60 - len(finished)
    assert path.read_bytes() == whole.read_bytes()


def test_a_finished_sweep_is_left_alone_and_can_be_extended(tmp_path, undisturbed):
    path = tmp_path / "sweep.parquet"
    sweep(path, points=grid(law=["zipf"], n=[8, 1]))
    first = pd.read_parquet(path)
    sweep(path, points=grid(law=["uniform", "zipf"], n=[8, 5, 3, 2, 1]))
    merged = pd.read_parquet(path).merge(first, on=["n", "law"])
    assert (merged["mean_x"] == merged["mean_y"]).all()
    assert len(merged) == 2
    stamp = path.stat().st_mtime_ns
    assert sweep(path).n_skipped == 10
    assert path.stat().st_mtime_ns == stamp
    columns = ["n", "law", "trial", "mean"]
    whole = tmp_path / "whole.parquet"
    whole.write_bytes(undisturbed)
    expected = pd.read_parquet(whole).sort_values(["law", "n"], ignore_index=True)
    assert pd.read_parquet(path)[columns].equals(expected[columns])


def test_the_seed_of_a_point_depends_on_its_parameters_only():
    """Neither names' order nor number type matters; every parameter and the root seed do."""
    seed = point_seed(0, {"n": 1, "law": "zipf"})
    assert seed == point_seed(0, {"law": "zipf", "n": np.float64(1.0)})
    others = [{"n": 2, "law": "zipf"}, {"n": 1, "law": "uniform"}, {"n": 1}, {"n": "1"}]
    others += [{"n": True, "law": "zipf"}, {"n": None, "law": "zipf"}]
    seeds = [seed, point_seed(1, {"n": 1, "law": "zipf"}), *(point_seed(0, p) for p in others)]
    assert len(set(seeds)) == len(seeds)
    assert canonical({"b": np.int64(3), "a": 0.5}) == {"a": 0.5, "b": 3}


def test_the_seed_of_a_point_is_fixed_for_all_time():
    """A file begun with one version of the package is finished by the next."""
    assert point_seed(7, {"n": 5, "law": "zipf"}) == 54359340066739100047686621502884968730


def test_equal_points_are_run_once(tmp_path):
    points = [{"n": 1, "law": "zipf"}, {"n": 1.0, "law": "zipf"}, {"law": "zipf", "n": 1}]
    summary = sweep(tmp_path / "sweep.parquet", points=points)
    assert (summary.n_run, summary.n_skipped) == (1, 2)


def test_a_failing_point_is_reported_and_does_not_sink_the_rest(tmp_path, caplog):
    """Logged and kept with parameters and seed, from which it can be repeated."""
    with caplog.at_level(logging.WARNING):
        summary = sweep(tmp_path / "sweep.parquet", draw_or_break)
    assert (summary.n_run, summary.n_failed) == (10, 2)
    assert sorted(pd.read_parquet(summary.path)["n"].unique()) == [1, 2, 5, 8]
    failures = pd.read_parquet(summary.failures_path)
    assert failures["parameters"].tolist() == [
        '{"law": "uniform", "n": 3}',
        '{"law": "zipf", "n": 3}',
    ]
    assert failures["seed"].tolist() == [
        str(point_seed(7, {"n": 3, "law": law})) for law in ("uniform", "zipf")
    ]
    assert set(failures["error"]) == {"RuntimeError: three is too many"}
    assert failures["traceback"].str.contains("draw_or_break").all()
    assert 'point {"n": 3, "law": "zipf"} failed: RuntimeError' in caplog.text
    with pytest.raises(RuntimeError, match="three is too many"):
        run_point(draw_or_break, {"n": 3, "law": "zipf"}, seed=7)


def test_failed_points_run_again_until_they_succeed(tmp_path, monkeypatch):
    """The report loses a point when it succeeds, and keeps those that were not tried again."""
    path, two = tmp_path / "sweep.parquet", grid(n=[2], law=["zipf"])
    monkeypatch.setattr(sys.modules[__name__], "BROKEN", {2, 3})
    assert sweep(path, break_where).n_failed == 4
    whole = sweep(path, break_where, points=two)
    assert (whole.n_run, whole.n_failed) == (1, 1)
    assert len(pd.read_parquet(whole.failures_path)) == 4
    BROKEN.discard(2)
    again = sweep(path, break_where, points=two)
    assert (again.n_run, again.n_failed) == (1, 0)
    assert len(pd.read_parquet(again.failures_path)) == 3
    BROKEN.clear()
    last = sweep(path, break_where)
    assert (last.n_run, last.n_skipped, last.failures_path) == (3, 7, None)
    assert leftovers(tmp_path) == ["sweep.parquet", "sweep.parquet.sqlite"]


def test_a_worker_that_dies_costs_only_its_point(tmp_path):
    """Out of memory, a segmentation fault: the point is a failure, the others are computed."""
    summary = sweep(tmp_path / "sweep.parquet", die, n_jobs=2)
    assert summary.n_failed == 1
    failures = pd.read_parquet(summary.failures_path)
    assert failures["parameters"].tolist() == ['{"law": "zipf", "n": 3}']
    assert "the worker process died" in failures["error"][0]
    assert len(pd.read_parquet(summary.path)) == 9


def test_memory_does_not_grow_with_the_number_of_points(tmp_path, monkeypatch):
    """Five times as many points take no more memory (SQLite keeps them on disk)."""
    monkeypatch.setattr("simulations.sweep.store.MANY_WAITING", 20)
    monkeypatch.setattr("simulations.sweep.store.WRITE_SHARE", 1e-9)
    monkeypatch.setattr("simulations.sweep.parquet.GROUP_BYTES", 1 << 10)
    peaks = []
    for n_points in (100, 500):
        with SweepStore(tmp_path / f"{n_points}.parquet", {"parameters": ["n"]}, hash_of) as store:
            tracemalloc.start()
            for point in filter(store.claim, grid(n=range(n_points))):
                store.add(point, compute(one, ["n"], 0, 1, point))
            store.finish()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


hash_of = partial(point_seed, 0)


def one(n, *, rng):
    return {"x": 1.0}


READ, SEEN = [], []


def note_what_was_read(n, *, rng):
    SEEN.append(len(READ))
    return {"x": 0.0}


def test_points_are_read_a_window_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr("simulations.sweep.run.WINDOW", 3)
    SEEN.clear()

    def points():
        for point in grid(n=range(1, 11)):
            READ.append(point)
            yield point

    sweep(tmp_path / "sweep.parquet", note_what_was_read, points=points())
    assert SEEN == [3, 3, 3, 6, 6, 6, 9, 9, 9, 10]


def columns_of(n, *, rng):
    return {"x": np.arange(3) * n, "n_seen": n, "n": n}


def test_vectors_make_one_row_per_entry(tmp_path):
    """A trial may return the columns that a simulation returns; scalars are repeated."""
    table = run_point(columns_of, {"n": 2}, seed=0, n_trials=2)
    assert list(table["trial"]) == [0, 1, 2, 3, 4, 5]
    assert table["x"] == [0, 2, 4, 0, 2, 4]
    assert table["n_seen"] == [2] * 6
    sweep(tmp_path / "sweep.parquet", columns_of, points=grid(n=[2, 3]))
    assert pd.read_parquet(tmp_path / "sweep.parquet")["x"].tolist() == [0, 2, 4, 0, 3, 6]


def ragged(n, *, rng):
    return {"z": None if n == 1 else n, "a": 1 if n == 2 else 0.5} | ({"b": True} if n else {})


def test_columns_that_some_points_lack_are_null_there(tmp_path):
    """Types widen, missing values are null, and the order is by name whatever came first."""
    bytes_of = []
    for points in (range(4), [3, 1, 0, 2]):
        path = tmp_path / f"{points[0]}.parquet"
        for n in points:
            sweep(path, ragged, points=grid(n=[n]))
        table = pd.read_parquet(path)
        assert list(table) == ["n", "trial", "a", "b", "z"]
        assert table["a"].tolist() == [0.5, 0.5, 1, 0.5]
        assert table["z"].isna().tolist() == [False, True, False, False]
        bytes_of.append(path.read_bytes())
    assert bytes_of[0] == bytes_of[1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 8}, "seed of the sweep must be 7 as in the file, got 8"),
        ({"n_trials": 2}, "n_trials of the sweep must be 1 as in the file, got 2"),
        ({"trial": draw_or_break}, "trial of the sweep must be .*draw as in the file"),
        ({"points": grid(n=[1])}, "the parameters of a point must be n, law, got n"),
    ],
)
@pytest.mark.parametrize("finished", [True, False])
def test_a_file_of_another_sweep_is_refused(tmp_path, monkeypatch, change, message, finished):
    path = tmp_path / "sweep.parquet"
    if finished:
        sweep(path)
    else:
        monkeypatch.setattr("simulations.sweep.run.WINDOW", 3)
        with pytest.raises(KeyboardInterrupt):
            sweep(path, points=_interrupted())
    with pytest.raises(InvalidInput, match=message):
        sweep(path, **change)
    assert sweep(path).n_skipped == (10 if finished else 3)


def _interrupted():
    """Yield three points, then press Ctrl-C."""
    yield from list(POINTS)[:3]
    raise KeyboardInterrupt


def test_a_parquet_file_that_is_no_sweep_is_refused(tmp_path):
    path = tmp_path / "sweep.parquet"
    pd.DataFrame({"n": [1]}).to_parquet(path)
    before = path.read_bytes()
    with pytest.raises(InvalidInput, match=r"sweep.parquet.sqlite must be beside sweep.parquet"):
        sweep(path)
    assert path.read_bytes() == before
    assert leftovers(tmp_path) == ["sweep.parquet"]


def test_two_sweeps_of_one_file_cannot_run_together(tmp_path):
    path = tmp_path / "sweep.parquet"
    with (
        SweepStore(path, {"parameters": ["n", "law"]}, hash_of),
        pytest.raises(InvalidInput, match="must be run by one process at a time"),
    ):
        sweep(path)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([{"n": float("nan"), "law": "zipf"}], "parameter n must be a finite number"),
        ([{"n": [1], "law": "zipf"}], "parameter n must be a finite number"),
        ([{"n": 2**70, "law": "zipf"}], "at most 64 bits"),
    ],
)
def test_parameters_that_cannot_be_written_are_refused(tmp_path, points, message):
    with pytest.raises(InvalidInput, match=message):
        sweep(tmp_path / "sweep.parquet", points=points)
    assert leftovers(tmp_path) == []


def test_bad_settings_are_refused(tmp_path):
    with pytest.raises(InvalidInput, match="seed must be a whole number >= 0"):
        sweep(tmp_path / "s.parquet", seed=-1)
    with pytest.raises(InvalidInput, match="n_trials must be a whole number >= 1"):
        sweep(tmp_path / "s.parquet", n_trials=0)
    with pytest.raises(InvalidInput, match="a grid must be made of non-empty axes"):
        grid(n=[])


def test_a_missing_engine_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtra, match=r"hallucination-theory\[files\]"):
        sweep(tmp_path / "sweep.parquet")
