"""``hallucination-theory score`` on 10^6 records at 20 targets, against merely parsing the file.

Target: under 5 s and 1 GB; on a small log under 0.6 s, of which the imports of pyarrow, click and
numpy are the floor.
"""

import resource
import subprocess
import sys

import numpy as np
import pytest

N = 10**6
TARGETS = [word for t in range(20) for word in ("--t", f"{t / 20:g}")]


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """Return a log of 10^6 records with confidences, and its first hundred lines."""
    rng = np.random.default_rng(20250904)
    q = rng.random(N)
    kind = np.where(rng.random(N) < 0.2, "abstain", np.where(rng.random(N) < q, "correct", "wrong"))
    folder = tmp_path_factory.mktemp("score")
    rows = [f"q{i},{k},{x:.4f}" for i, (k, x) in enumerate(zip(kind, q, strict=True))]
    for name, n in (("large.csv", N), ("small.csv", 100)):
        text = "\n".join(["question,outcome,confidence", *rows[:n]])
        (folder / name).write_text(text + "\n")
    return folder


def python(*arguments):
    subprocess.run([sys.executable, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def test_a_million_records_at_twenty_targets(compare, logs):
    file, page = logs / "large.csv", logs / "audit.html"
    readers = {
        "pandas": f"import pandas; pandas.read_csv({str(file)!r})",
        "pyarrow": f"import pyarrow.csv; pyarrow.csv.read_csv({str(file)!r})",
    }
    compare(
        "score as a command, 10^6 records, 20 targets, confidences, page",
        lambda: python("-m", "hallucination_theory", "score", file, *TARGETS, "--report", page),
        {name: lambda code=code: python("-c", code) for name, code in readers.items()},
        at_most={"pandas": 8, "pyarrow": 20},
        rounds=5,
    )
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert most < 1_000_000, f"{most} KiB"


def test_a_small_log_is_mostly_imports(compare, logs):
    compare(
        "score as a command, 100 records",
        lambda: python("-m", "hallucination_theory", "score", logs / "small.csv"),
        {"imports": lambda: python("-c", "import pyarrow, click, numpy")},
        at_most={"imports": 6},
        rounds=9,
    )
