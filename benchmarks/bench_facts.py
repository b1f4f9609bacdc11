"""Arbitrary facts at the size of the web, Monte Carlo at laptop size, and users' corpora.

Targets: K = N = 10^12 in 10 s and 1 GB, growing like sqrt(N) at most; a full trial of 10^6 samples
over 5 x 10^5 people in twice numpy's own draw-and-count; 10^4 trials at N = 10^4 in 20 s on two
cores; ``singletons`` on 10^7 rows in 3 times DuckDB's own GROUP BY, on 10^8 rows in 2 GB of memory.
"""

import json
import subprocess
import sys
from functools import partial
from time import perf_counter

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hallucination_theory.corpora.duck import count_corpus
from simulations.facts import draw_banded, fact_trial, zipf_law
from simulations.trials import run_trials

WEB, WEB_SECONDS, WEB_BYTES = 10**12, 10, 10**9
TRIALS, TRIAL_SAMPLES, TRIALS_SECONDS = 10**4, 10**4, 20
CORPUS_BYTES = 2 * 10**9

PEAK = """
import resource, sys
from hallucination_theory.cli import cli
cli(standalone_mode=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, file=sys.stderr)
"""


def command(*arguments):
    """Run a command of the package by itself; return its JSON, seconds and peak memory in bytes."""
    started = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *map(str, arguments), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    took = perf_counter() - started
    return json.loads(done.stdout), took, int(done.stderr.split()[-1])


def test_the_size_of_the_web(benchmark):
    arguments = ("simulate-facts", "--prompts", WEB, "--samples", WEB, "--answer-prob", 0.9)
    numbers, seconds, peak = benchmark.pedantic(lambda: command(*arguments, "--seed", 0), rounds=1)
    assert numbers["lower_best"] < numbers["err"] < numbers["upper_best"]
    benchmark.extra_info["whole command"] = f"{seconds:.1f} s (target {WEB_SECONDS} s)"
    benchmark.extra_info["memory"] = f"{peak / 1e6:.0f} MB (target {WEB_BYTES / 1e6:.0f} MB)"
    assert seconds < WEB_SECONDS
    assert peak < WEB_BYTES


def draw_at(n):
    world = zipf_law(n, max_bands=1000).facts(answer_prob=0.9)
    return {"ours": partial(draw_banded, world, n, rng=1)}


def test_growth_of_the_banded_sampler(growth):
    growth(
        "`simulations.facts.samplers.draw_banded`, as many facts",
        [10**9, 10**10, 10**11, 10**12],
        draw_at,
        unit="samples",
        stated=0.5,
    )


def test_full_trial_against_draw_and_count(compare):
    people, samples = 5 * 10**5, 10**6
    world = zipf_law(people).facts(answer_prob=0.9)
    rng = np.random.default_rng(1)

    def draw_and_count():
        return np.bincount(rng.choice(people, size=samples, p=world.mu), minlength=people)

    compare(
        "full trial: draw, sr, MM, err, err_iiv, delta, all bounds; 10^6 samples, 5 x 10^5 people",
        lambda: fact_trial(world, samples, rng=rng),
        {"`rng.choice` with p, `np.bincount`": draw_and_count},
        at_most={"`rng.choice` with p, `np.bincount`": 2},
    )


def test_ten_thousand_trials(benchmark):
    world = zipf_law(10**5, max_bands=15).facts(answer_prob=0.9)
    trial = partial(_trial, world=world)
    columns = benchmark.pedantic(lambda: run_trials(trial, TRIALS, rng=1, n_jobs=2), rounds=1)
    assert len(columns["err"]) == TRIALS
    benchmark.extra_info["target_seconds"] = TRIALS_SECONDS
    assert benchmark.stats.stats.min < TRIALS_SECONDS


def _trial(rng, world):
    return fact_trial(world, TRIAL_SAMPLES, rng=rng)


def write_corpus(path, n_rows, n_parts):
    """Skewed prompts as int64, answers as short text, a tenth IDK, written part by part."""
    rng = np.random.default_rng(1)
    answers = pa.array([*(f"day {d}" for d in range(365)), "IDK"])
    schema = pa.schema([("prompt", pa.int64()), ("response", pa.string())])
    with pq.ParquetWriter(path, schema) as writer:
        for _ in range(n_parts):
            prompts = (rng.random(n_rows // n_parts) ** 3 * n_rows / 2).astype(np.int64)
            days = np.where(rng.random(len(prompts)) < 0.1, 365, prompts * 31 % 365)
            columns = [pa.array(prompts), answers.take(pa.array(days))]
            writer.write_table(pa.table(columns, schema=schema))
    return path


def group_by_count(path):
    """Count each prompt with DuckDB alone: how often each number of occurrences occurs."""
    with duckdb.connect(config={"preserve_insertion_order": False}) as engine:
        return engine.execute(
            "SELECT n, count(*) FROM (SELECT prompt, count(*) AS n FROM "
            f"read_parquet('{path}') GROUP BY prompt) GROUP BY n"
        ).fetchall()


def test_singletons_of_10_7_rows(compare, tmp_path):
    path = write_corpus(tmp_path / "corpus.parquet", 10**7, 4)
    compare(
        "`singletons`, 10^7 rows of Parquet",
        lambda: count_corpus(path),
        {"DuckDB `GROUP BY` count": lambda: group_by_count(path)},
        at_most={"DuckDB `GROUP BY` count": 3},
        rounds=3,
    )


@pytest.mark.slow
def test_singletons_of_10_8_rows(benchmark, tmp_path):
    path = write_corpus(tmp_path / "corpus.parquet", 10**8, 20)
    numbers, seconds, peak = benchmark.pedantic(lambda: command("singletons", path), rounds=1)
    assert numbers["n_samples"] == 10**8
    benchmark.extra_info["file"] = f"{path.stat().st_size / 1e6:.0f} MB"
    benchmark.extra_info["memory"] = f"{peak / 1e9:.2f} GB (target {CORPUS_BYTES / 1e9:.0f} GB)"
    benchmark.extra_info["whole command"] = f"{seconds:.1f} s"
    assert peak < CORPUS_BYTES
