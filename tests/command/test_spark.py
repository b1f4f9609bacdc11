"""The same integers on Spark in separate worker processes, with skew and with a worker killed."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from hallucination_theory.corpora.counts import read_counts
from hallucination_theory.corpora.duck import count_corpus
from hallucination_theory.corpora.identity import ABSTAIN
from hallucination_theory.corpora.sql import counts_query
from tests.command.test_corpora_abstentions import corpus, sentences
from theory.errors import InvalidInput

pytest.importorskip("pyspark", reason="the extra 'spark' brings it")
pytest.importorskip("sqlglot", reason="the extra 'spark' brings it")
pa = pytest.importorskip("pyarrow", reason="the extra 'files' brings Arrow")
psutil = pytest.importorskip("psutil", reason="the extra 'benchmarks' brings it")
import pyarrow.parquet as pq  # noqa: E402

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def session():
    """Two worker processes of their own beside the driver."""
    from pyspark.sql import SparkSession

    from hallucination_theory.corpora.spark import LOCAL

    builder = SparkSession.builder.master(LOCAL).config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "4")
    session = builder.config("spark.executor.memory", "512m").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Eight files; one prompt has half of the rows; spellings differ; some responses abstain."""
    home, rng = tmp_path_factory.mktemp("corpus"), np.random.default_rng(0)
    for i in range(8):
        x = np.where(rng.random(2_000) < 0.5, 0, rng.integers(3_000, size=2_000)).tolist()
        prompts = [
            f"When was Zo\u00eb {v} born?" if v % 3 else f" when was  Zoe\u0308 {v} BORN?"
            for v in x
        ]
        said = rng.choice(["idk.", "IDK", "day"], p=[0.1, 0.1, 0.8], size=len(x)).tolist()
        responses = [f"day {v % 7}" if r == "day" else r for v, r in zip(x, said, strict=True)]
        columns = {"prompt": prompts, "response": responses, "source": [f"s{v % 2}" for v in x]}
        pq.write_table(pa.table(columns), home / f"{i}.parquet")
    return home


def integers(counts):
    table = dict(zip(counts.counts.times.tolist(), counts.counts.n_prompts.tolist(), strict=True))
    return counts.n_samples, counts.n_prompts, counts.n_contradictory, table


def everything(found):
    parts = {part: integers(counts) for part, counts in found.parts.items()}
    alike = found.n_merged, found.n_once_as_spelt, found.n_recognised, found.n_unclear
    return integers(found.whole), parts, found.n_files, *alike


@pytest.mark.parametrize("options", [{"raw": True}, {}, {"by": "source"}])
def test_spark_counts_what_duckdb_counts(session, folder, options):
    from hallucination_theory.corpora.spark import count_on_spark

    found = count_on_spark(session, [str(folder)], **options)
    assert everything(found) == everything(count_corpus(folder, **options))


def test_abstentions_are_recognised_as_duckdb_recognises_them(session, tmp_path, monkeypatch):
    """Every sentence of ``score``'s tests, in six languages; too many to look at are refused."""
    from hallucination_theory.corpora.spark import count_on_spark

    path = corpus(sentences(), tmp_path / "a.parquet")
    found = count_on_spark(session, [str(path)])
    assert everything(found) == everything(count_corpus(path))
    assert found.n_recognised > 280
    monkeypatch.setattr("hallucination_theory.corpora.spark.LARGEST", 10)
    with pytest.raises(InvalidInput, match="at most 10 different texts that may abstain, got more"):
        count_on_spark(session, [str(path)])


@pytest.mark.parametrize("raw", [True, False])
def test_the_printed_query_runs_on_spark(session, folder, tmp_path, raw):
    """What ``--sql spark`` prints makes the table that ``--counts`` reads; no normal form there."""
    frame = session.read.parquet(str(folder))
    plain = frame.where("NOT startswith(prompt, ' ')") if not raw else frame
    plain.createOrReplaceTempView("corpus")
    rows = session.sql(counts_query("spark", abstain=ABSTAIN, raw=raw)).collect()
    lines = [",".join(rows[0].asDict()), *(",".join(map(str, row)) for row in rows)]
    (tmp_path / "counts.csv").write_text("\n".join(lines) + "\n")
    table = pa.table({name: [row[name] for row in plain.collect()] for name in plain.columns})
    pq.write_table(table, tmp_path / "same.parquet")
    same = count_corpus(tmp_path / "same.parquet", raw=raw).whole
    assert integers(read_counts(tmp_path / "counts.csv")) == integers(same)


def test_the_command_opens_a_cluster_counts_and_closes_it(folder):
    """``--spark MASTER``, in a process of its own: the report is that of DuckDB."""
    program = [sys.executable, "-m", "hallucination_theory", "singletons", str(folder)]
    options = ["--by", "source", "--errors", "6", "--json"]

    def report(*more):
        done = subprocess.run(
            [*program, *options, *more], capture_output=True, text=True, check=True, env=os.environ
        )
        found = json.loads(done.stdout)
        assert found.pop("inputs")["spark"] == (more[1] if more else None)
        return found

    assert report("--spark", "local-cluster[2,1,1024]") == report()


def test_a_worker_killed_in_the_middle_changes_nothing(session, folder):
    from hallucination_theory.corpora.spark import count_on_spark

    killed = []

    def kill_one():
        for _ in range(200):
            time.sleep(0.05)
            for process in psutil.Process().children(recursive=True):
                # Processes of Spark end at any moment: one that is gone is not the one to kill.
                with contextlib.suppress(psutil.NoSuchProcess):
                    if "CoarseGrainedExecutorBackend" in " ".join(process.cmdline()):
                        process.kill()
                        killed.append(process.pid)
                        return

    killer = threading.Thread(target=kill_one)
    killer.start()
    found = count_on_spark(session, [str(folder)])
    killer.join()
    assert killed
    assert everything(found) == everything(count_corpus(folder))


def test_missing_columns_and_values_are_refused(session, tmp_path):
    from hallucination_theory.corpora.spark import count_on_spark

    pq.write_table(
        pa.table({"prompt": ["a", None], "response": ["x", "y"]}), tmp_path / "a.parquet"
    )
    with pytest.raises(InvalidInput, match="must be given in every row, got 1 rows without one"):
        count_on_spark(session, [str(tmp_path / "a.parquet")])
    assert count_on_spark(session, [str(tmp_path / "a.parquet")], skip=True).n_skipped == 1
    with pytest.raises(InvalidInput, match="at least 'source'"):
        count_on_spark(session, [str(tmp_path / "a.parquet")], by="source")
