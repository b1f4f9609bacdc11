"""``hallucination-theory check`` on 10^6 rows of Parquet against merely reading them.

Target: at most 3 times what pandas or pyarrow needs to read the file, in one process and as a
command.
"""

import subprocess
import sys
from timeit import repeat

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hallucination_theory.model_table import read_model
from theory.reduction import theorem_1_bound

N_PROMPTS, N_RESPONSES, N_VALID = 10_000, 100, 10
ROUNDS = 9

# Whether the words of a response return under other prompts ("yes", "1943") or never do.
RESPONSES = {
    "repeated": lambda c, r: f"answer {r}",
    "distinct": lambda c, r: f"answer {r} to {c}",
}


def shares(weights):
    return (weights / weights.sum(axis=1, keepdims=True)).ravel()


@pytest.fixture(scope="module", params=RESPONSES)
def file(request, tmp_path_factory):
    rng = np.random.default_rng(20250904)
    shape = (N_PROMPTS, N_RESPONSES)
    valid = rng.permuted(np.broadcast_to(np.arange(N_RESPONSES) < N_VALID, shape), axis=1)
    response = RESPONSES[request.param]
    table = {
        "prompt": [f"question number {c}" for c in range(N_PROMPTS) for _ in range(N_RESPONSES)],
        "response": [response(c, r) for c in range(N_PROMPTS) for r in range(N_RESPONSES)],
        "valid": valid.ravel(),
        "train_prob": shares(rng.exponential(size=shape) * valid),
        "model_prob": shares(rng.exponential(size=shape)),
    }
    path = tmp_path_factory.mktemp("check") / "model.parquet"
    pq.write_table(pa.table(table), path)
    return path


def check(path):
    model = read_model(path)
    return theorem_1_bound(model.world, model.p_hat)


def command(*arguments):
    subprocess.run([sys.executable, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def compare(benchmark, ours, readers, rounds):
    """Time ours and the readers in turns, so that a busy machine slows all of them."""
    best = dict.fromkeys(["ours", *readers], float("inf"))
    for _ in range(rounds):
        for name, run in {"ours": ours, **readers}.items():
            best[name] = min(best[name], *repeat(run, number=1, repeat=1))
    ratios = {f"times {name}": best["ours"] / best[name] for name in readers}
    benchmark.extra_info.update({name: round(value, 2) for name, value in ratios.items()})
    print({name: f"{1e3 * seconds:.0f} ms" for name, seconds in best.items()}, ratios)
    benchmark.pedantic(ours, rounds=3)


def test_check_in_process(benchmark, file):
    readers = {"pandas": lambda: pd.read_parquet(file), "pyarrow": lambda: pq.read_table(file)}
    compare(benchmark, lambda: check(file), readers, ROUNDS)
    assert check(file).holds


def test_check_as_a_command(benchmark, file):
    readers = {
        "pandas": lambda: command("-c", f"import pandas; pandas.read_parquet({str(file)!r})"),
        "pyarrow": lambda: command(
            "-c", f"import pyarrow.parquet as pq; pq.read_table({str(file)!r})"
        ),
    }
    ours = ["-m", "hallucination_theory", "check", file, "--json"]
    compare(benchmark, lambda: command(*ours), readers, rounds=5)
