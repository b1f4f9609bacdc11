"""``hallucination-theory check`` on 10^6 rows of Parquet against merely reading them.

Target: at most 3 times what pandas or pyarrow needs to read the file, in one process and as a
command.
"""

import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hallucination_theory.tables.model_table import read_model
from theory.reduction import theorem_1_bound

N_PROMPTS, N_RESPONSES, N_VALID = 10_000, 100, 10

# Whether the words of a response return under other prompts ("yes", "1943") or never do; shuffled:
# the rows of a prompt lie all over the file.
RESPONSES = {
    "repeated": lambda c, r: f"answer {r}",
    "distinct": lambda c, r: f"answer {r} to {c}",
    "shuffled": lambda c, r: f"answer {r}",
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
    path = tmp_path_factory.mktemp("check") / f"{request.param}.parquet"
    table = pa.table(table)
    if request.param == "shuffled":
        table = table.take(rng.permutation(table.num_rows))
    pq.write_table(table, path)
    return path


def check(path):
    model = read_model(path)
    return theorem_1_bound(model.world, model.p_hat)


def python(*arguments):
    subprocess.run([sys.executable, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def test_check_in_process(compare, file):
    readers = {"pandas": lambda: pd.read_parquet(file), "pyarrow": lambda: pq.read_table(file)}
    assert check(file).holds
    compare(
        f"check, 10^6 rows of Parquet, {file.stem} responses",
        lambda: check(file),
        readers,
        at_most={"pandas": 3, "pyarrow": 3},
        rounds=9,
    )


def test_check_as_a_command(compare, file):
    readers = {
        "pandas": f"import pandas; pandas.read_parquet({str(file)!r})",
        "pyarrow": f"import pyarrow.parquet; pyarrow.parquet.read_table({str(file)!r})",
    }
    compare(
        f"check as a command, 10^6 rows, {file.stem} responses",
        lambda: python("-m", "hallucination_theory", "check", file, "--json"),
        {name: lambda code=code: python("-c", code) for name, code in readers.items()},
        at_most={"pandas": 3, "pyarrow": 3},
        rounds=5,
    )
