"""Flipped bits, torn and missing files, kills, races, disks that cannot be written.

Nothing finished is lost, and no number comes back that an undisturbed sweep would not have given.
``SWEEP_TRIES`` sets how much the slow tests try (500 flips, 200 kills and a minute of race at 10).
"""

import ctypes
import json
import logging
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulations.sweep import grid, run_sweep
from tests.sweep.odd_trials import draw, draw_or_break
from theory.errors import InvalidInput

TRIES = int(os.environ.get("SWEEP_TRIES", "2"))
ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}
FEW, MANY = range(1, 25), range(1, 40)
PARQUET, STORE = "sweep.parquet", "sweep.parquet.sqlite"


def sweep(folder, ns=FEW):
    return run_sweep(
        draw_or_break, grid(n=ns), seed=0, path=folder / PARQUET, n_trials=2, progress=False
    )


def bytes_of(folder):
    return [(folder / name).read_bytes() for name in (PARQUET, "sweep.parquet.failures.parquet")]


@pytest.fixture(autouse=True)
def _quiet(caplog):
    caplog.set_level(logging.ERROR, "simulations.sweep.run")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("finished")
    sweep(folder)
    return folder


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    folder = tmp_path_factory.mktemp("expected")
    sweep(folder, MANY)
    return bytes_of(folder)


def mend(folder, damaged):
    """Run the damaged sweep with more points; do what it says, once, if it is refused."""
    try:
        sweep(folder, MANY)
        return "harmless"
    except InvalidInput as error:
        message = str(error)
    # What the store knows of the other file may be what was damaged.
    assert message.startswith(tuple(str(folder / name) for name in (damaged, PARQUET)))
    assert message.count("\n") == 0
    for name in deleted(message, folder):
        (folder / name).unlink(missing_ok=True)
    sweep(folder, MANY)
    return "named"


def deleted(message, folder):
    """Return which files the sentence says to delete."""
    [advice] = re.findall(r"; .*delete (.*?) (?:and run again|to compute)", message)
    damaged = message.split(" must be ")[0]
    names = advice.replace("it", damaged, 1).replace(str(folder) + "/", "").split(" and ")
    return {name for name in names if name}


def flips(seed, file, n):
    size, draw = len(file), random.Random(seed)
    # Every bit of the first bytes, where formats say what they are, then bits anywhere.
    return [
        (draw.randrange(min(size, 100)) if i % 4 == 0 else draw.randrange(size)) * 8 + i % 8
        for i in range(n)
    ]


@pytest.mark.parametrize("n", [20, pytest.param(25 * TRIES, marks=pytest.mark.slow, id="many")])
@pytest.mark.parametrize("damaged", [PARQUET, STORE])
def test_a_flipped_bit_is_named_or_harmless(tmp_path, finished, expected, damaged, n):
    """Having done what the sentence says, the sweep ends with the bytes of an undisturbed one."""
    found = []
    for i, bit in enumerate(flips(1, (finished / damaged).read_bytes(), n)):
        folder = tmp_path / str(i)
        shutil.copytree(finished, folder)
        content = bytearray((folder / damaged).read_bytes())
        content[bit // 8] ^= 1 << bit % 8
        (folder / damaged).write_bytes(content)
        found.append(mend(folder, damaged))
        assert bytes_of(folder) == expected
        shutil.rmtree(folder)
    print(damaged, {what: found.count(what) for what in set(found)})
    assert found.count("named") == n if damaged == PARQUET else found.count("named") >= n / 4


@pytest.mark.parametrize("share", [0, 0.001, 0.2, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("damaged", [PARQUET, STORE])
def test_a_torn_file_is_named(tmp_path, finished, expected, damaged, share):
    folder = tmp_path / "torn"
    shutil.copytree(finished, folder)
    content = (folder / damaged).read_bytes()
    (folder / damaged).write_bytes(content[: int(share * len(content))])
    mend(folder, damaged if share or damaged == PARQUET else PARQUET)
    assert bytes_of(folder) == expected


def test_a_missing_parquet_file_is_made_again(tmp_path, finished):
    folder = tmp_path / "missing"
    shutil.copytree(finished, folder)
    (folder / PARQUET).unlink()
    (folder / "sweep.parquet.failures.parquet").unlink()
    assert sweep(folder).n_skipped == 16
    assert bytes_of(folder) == bytes_of(finished)


def test_a_missing_store_is_named(tmp_path, finished, expected):
    folder = tmp_path / "missing"
    shutil.copytree(finished, folder)
    (folder / STORE).unlink()
    assert mend(folder, STORE) == "named"
    assert bytes_of(folder) == expected


def test_names_with_dots_do_not_share_files(tmp_path):
    summaries = [
        run_sweep(draw_or_break, grid(n=[3, n]), seed=0, path=tmp_path / name, progress=False)
        for name, n in [("alpha_0.1", 1), ("alpha_0.5", 2), ("alpha_0.1.parquet", 4)]
    ]
    paths = {path for s in summaries for path in (s.path, s.failures_path)}
    assert [pd.read_parquet(s.path)["n"].tolist() for s in summaries] == [[1], [2], [4]]
    assert len(paths) == 6


def test_a_numpy_seed_is_a_seed(tmp_path):
    files = []
    for i, seed in enumerate([3, np.int64(3)]):
        path = tmp_path / f"{i}.parquet"
        run_sweep(
            draw_or_break, grid(n=[1]), seed=seed, path=path, n_trials=np.int64(2), progress=False
        )
        files.append(path.read_bytes())
    assert files[0] == files[1]


ASKED = """
import sys
from pathlib import Path
from tests.sweep.test_damage import FEW, sweep
print(sweep(Path(sys.argv[1]), [n for n in FEW if n % 3]).n_skipped)
try:
    sweep(Path(sys.argv[1]), [100])
except ValueError as error:
    print(error)
"""


def _without_root_powers():
    """Let permissions hold for this process even if it is root's (CAP_DAC_OVERRIDE)."""
    prctl = ctypes.CDLL(None).prctl
    for capability in (1, 2):
        prctl(24, capability, 0, 0, 0)


@pytest.mark.parametrize("of_file", [0o644, 0o444])
def test_a_finished_sweep_on_a_read_only_disk_can_be_asked(tmp_path, finished, of_file):
    """What is there is found; a new point is one sentence."""
    folder = tmp_path / "read only"
    shutil.copytree(finished, folder)
    for file in folder.iterdir():
        file.chmod(of_file)
    folder.chmod(0o555)
    asked = subprocess.run(
        [sys.executable, "-c", ASKED, str(folder)],
        env=ENVIRONMENT,
        preexec_fn=_without_root_powers,
        capture_output=True,
        text=True,
        check=True,
    )
    folder.chmod(0o755)
    n_skipped, sentence = asked.stdout.splitlines()
    assert n_skipped == "16"
    assert "sweep.parquet.sqlite must be on a disk that can be written" in sentence
    assert bytes_of(folder) == bytes_of(finished)


KILLED = """
import os, sys
from simulations.sweep import grid, run_sweep, store
from tests.sweep.odd_trials import draw

committed = os.open(sys.argv[2], os.O_CREAT | os.O_WRONLY | os.O_APPEND)
commit = store.SweepStore.commit

def commit_and_tell(self):
    waiting = list(self._waiting)
    commit(self)
    os.write(committed, "".join(f"{seed}\\n" for seed in waiting).encode())

store.SweepStore.commit = commit_and_tell
store.WRITE_SHARE = 1e9
run_sweep(draw, grid(n=range(100)), seed=0, path=sys.argv[1], progress=False)
"""


def start(folder, script, *arguments):
    path = folder / "script.py"
    path.write_text(script)
    return subprocess.Popen([sys.executable, str(path), *map(str, arguments)], env=ENVIRONMENT)


def seeds_in(folder):
    with closing(sqlite3.connect(folder / STORE)) as store:
        return {seed for (seed,) in store.execute("SELECT seed FROM points")}


@pytest.mark.parametrize("n", [4, pytest.param(20 * TRIES, marks=pytest.mark.slow, id="many")])
def test_a_kill_loses_nothing_that_was_committed(tmp_path, n):
    """Kill at any moment, every other time while the final file is written."""
    luck, n_kills, n_exporting, n_finished = random.Random(2), 0, 0, 0
    whole = tmp_path / "whole.parquet"
    run_sweep(draw, grid(n=range(100)), seed=0, path=whole, progress=False)
    while n_kills < n:
        folder = tmp_path / str(n_finished)
        folder.mkdir(exist_ok=True)
        log, temporary = folder / "committed", folder / f"{PARQUET}.tmp"
        temporary.unlink(missing_ok=True)
        log.touch()
        before = log.stat().st_size
        process = start(folder, KILLED, folder / PARQUET, log)
        while process.poll() is None and not (
            temporary.exists() if n_kills % 2 else log.stat().st_size > before
        ):
            time.sleep(0.0005)
        time.sleep(luck.choice([0.001, 0.01, 0.1]) * luck.random())
        process.kill()
        code = process.wait()
        assert code in (0, -signal.SIGKILL)
        if code == 0:
            assert (folder / PARQUET).read_bytes() == whole.read_bytes()
            n_finished += 1
        else:
            n_kills += 1
            n_exporting += temporary.exists()
            assert set(log.read_text().split()) <= seeds_in(folder)
    folder.mkdir(exist_ok=True)
    assert start(folder, KILLED, folder / PARQUET, log).wait() == 0
    assert (folder / PARQUET).read_bytes() == whole.read_bytes()
    print(n_kills, "kills,", n_exporting, "before the file was whole;", n_finished + 1, "finished")


RACE = """
import random, sys, time
from simulations.sweep import grid, run_sweep
from tests.sweep.odd_trials import draw_or_break

draw, end = random.Random(int(sys.argv[2])), time.time() + float(sys.argv[3])
n_run = n_refused = 0
while time.time() < end or n_run < 60:
    points = [{"n": draw.randint(1, 20_000)} for _ in range(20)]
    try:
        n_run += run_sweep(draw_or_break, points, seed=0, path=sys.argv[1], progress=False).n_run
    except ValueError as error:
        assert "must be run by one process at a time, got a second one" in str(error), error
        n_refused += 1
    time.sleep(draw.random() / 200)
print(n_run, n_refused)
"""


@pytest.mark.parametrize("seconds", [2, pytest.param(6 * TRIES, marks=pytest.mark.slow, id="long")])
def test_two_processes_at_once_lose_and_double_nothing(tmp_path, seconds):
    """Each adds points at any moment; one is refused while the other runs."""
    (tmp_path / "race.py").write_text(RACE)
    command = [sys.executable, str(tmp_path / "race.py"), str(tmp_path / PARQUET)]
    racers = [
        subprocess.Popen(
            [*command, str(i), str(seconds)], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
        )
        for i in range(2)
    ]
    counts = [[int(word) for word in racer.communicate()[0].split()] for racer in racers]
    print("run and refused:", counts)
    assert [racer.returncode for racer in racers] == [0, 0]
    table = pd.read_parquet(tmp_path / PARQUET)
    failures = pd.read_parquet(tmp_path / "sweep.parquet.failures.parquet")
    failed = {json.loads(parameters)["n"] for parameters in failures["parameters"]}
    assert table["n"].is_unique
    assert table["n"].is_monotonic_increasing
    # A failed point runs again whenever it is drawn again; a finished one never does.
    assert len(table) + len(failed) <= sum(run for run, _ in counts)
    assert all(run for run, _ in counts)
    assert sum(refused for _, refused in counts)
    n_again = run_sweep(
        draw_or_break,
        [{"n": n} for n in table["n"]],
        seed=0,
        path=tmp_path / "alone.parquet",
        progress=False,
    ).n_run
    assert n_again == len(table)
    assert pd.read_parquet(tmp_path / "alone.parquet").equals(table)


ORPHANS = """
import os, sys, time
from simulations.sweep import grid, run_sweep

def slow(n, *, rng):
    with open(sys.argv[2], "a") as log:
        log.write(f"{os.getpid()}\\n")
    time.sleep(60)
    return {"x": 0}

if __name__ == "__main__":
    run_sweep(slow, grid(n=range(9)), seed=0, path=sys.argv[1], n_jobs=2, progress=False)
"""


def test_workers_of_a_killed_parent_end(tmp_path):
    log = tmp_path / "workers"
    parent = start(tmp_path, ORPHANS, tmp_path / PARQUET, log)
    while not log.exists() or len(workers := set(log.read_text().split())) < 2:
        assert parent.poll() is None
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    deadline = time.time() + 10
    while left := [pid for pid in workers if Path(f"/proc/{pid}").exists()]:
        assert time.time() < deadline, f"still there: {left}"
        time.sleep(0.1)
