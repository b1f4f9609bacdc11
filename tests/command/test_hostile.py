"""No input makes a command say a traceback, hang, take more than 1 GB or leave half a file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import hostile_grown
from tests.command.hostile_named import HEAVY, NAMED

MEGABYTES = 1024
SLICE, PART, ALL = 24, 132, 2400
RUNNER = Path(__file__).with_name("hostile_runner.py")
LOG = Path(__file__).resolve().parents[1] / "data" / "hostile" / "log.csv"
COMMANDS = {
    ".eval": [["score"]],
    ".json": [["score"], ["check"]],
    ".jsonl": [["score"], ["check", "--exact"], ["singletons", "--errors", "9"]],
    ".csv": [
        ["score"],
        ["score", str(LOG), "--corrections"],
        ["check"],
        ["check", "--exact"],
        ["singletons"],
    ],
    ".parquet": [["score"], ["check"], ["singletons"]],
    ".txt": [["rubric", "--t", "0.5", "--template"]],
}


@pytest.fixture(scope="module")
def runner():
    """Start the process that runs all jobs; it imports the command once."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, str(RUNNER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment | {"PYTHONPATH": str(RUNNER.parents[2])},
    ) as process:

        def run(arguments, folder):
            job = {"arguments": [*map(str, arguments)], "folder": str(folder)}
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield run
        process.stdin.close()


def faults(done, folder, before):
    """Say what is wrong with how a command ended; nothing if it succeeded or refused cleanly."""
    if done["code"] not in {0, 2} or "Traceback" in done["err"]:
        yield f"code {done['code']}: {done['err'][-600:]}"
    if done["code"] == 2 and (done["out"] or done["err"].count("\n") != 1):
        yield f"not one sentence: {done['out'][:200]} {done['err'][:600]}"
    if done["code"] == 0 and done["err"]:
        yield f"words beside success: {done['err'][:600]}"
    if not all(line.isprintable() for line in (done["out"] + done["err"]).split("\n")):
        yield f"control characters: {done['out'][:300]!r} {done['err'][:300]!r}"
    if len(done["err"]) > 3000:
        yield f"a long message: {len(done['err'])} characters"
    if done["megabytes"] > MEGABYTES:
        yield f"{done['megabytes']:.0f} MB"
    if {p.name: p.stat().st_size for p in folder.iterdir()} != before:
        yield f"files left: {sorted(p.name for p in folder.iterdir())}"


def tried(runner, folder, name, data):
    """Run every command that reads such a file; return what is wrong."""
    path = folder / name
    path.write_bytes(data)
    before = {path.name: len(data)}
    found = []
    for command in COMMANDS[path.suffix]:
        json_too = [] if command[0] == "rubric" or len(data) % 2 else ["--json"]
        done = runner([*command, name, *json_too], folder)
        found += [f"{name}, {command[0]}: {fault}" for fault in faults(done, folder, before)]
    path.unlink()
    return found


def make(number):
    return hostile_grown.grown_parquet(number) if number % 8 == 7 else hostile_grown.grown(number)


@pytest.mark.parametrize("name", sorted(NAMED.keys() - HEAVY))
def test_each_kind_of_attack(runner, tmp_path, name):
    assert tried(runner, tmp_path, name, NAMED[name]()) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(HEAVY))
def test_each_kind_of_heavy_attack(runner, tmp_path, name):
    assert tried(runner, tmp_path, name, NAMED[name]()) == []


def test_some_grown_inputs(runner, tmp_path):
    found = [fault for n in range(SLICE) for fault in tried(runner, tmp_path, *make(n))]
    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize("start", range(SLICE, ALL, PART))
def test_all_grown_inputs(runner, tmp_path, start):
    """The whole corpus, in parts that test workers share."""
    numbers = range(start, min(start + PART, ALL))
    assert [fault for n in numbers for fault in tried(runner, tmp_path, *make(n))] == []


def test_inputs_are_the_same_on_every_machine():
    assert make(5) == make(5)
    assert len({make(n)[1] for n in range(200)}) > 190
