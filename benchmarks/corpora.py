"""Corpora of 10^6 to 10^8 rows counted by DuckDB and Spark: time of the processor, and memory.

    python benchmarks/corpora.py 6 7 8            # prints the table
    python benchmarks/corpora.py 6 7 8 --write    # into benchmarks/README.md, between its markers

Each corpus lies in 200 Parquet files, with texts of a sentence as prompts; one prompt has half of
all rows, a tenth of the responses abstain. Each count runs in processes of its own, beside the
engine's own ``GROUP BY prompt HAVING count(*) = 1``; Spark has two worker processes. Both must
count the same integers.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- corpora: begin -->", "<!-- corpora: end -->"
N_FILES = 200
DAYS = pa.array([*(f"It was on day {day} of the year." for day in range(365)), "I don't know."])

OWN = "SELECT count(*) FROM (SELECT prompt FROM {table} GROUP BY prompt HAVING count(*) = 1) AS t"
DUCKDB = f"""
import duckdb, sys
engine = duckdb.connect(config={{"memory_limit": "1500MB", "preserve_insertion_order": False}})
engine.execute("SET enable_progress_bar = false")
table = f"read_parquet('{{sys.argv[1]}}/*.parquet')"
print(engine.execute({OWN!r}.format(table=table)).fetchone()[0])
"""
SPARK = f"""
import sys
from pyspark.sql import SparkSession
session = SparkSession.builder.master(sys.argv[2]).config("spark.ui.enabled", False).getOrCreate()
session.read.parquet(sys.argv[1]).createOrReplaceTempView("corpus")
print(session.sql({OWN!r}.format(table="corpus")).collect()[0][0])
session.stop()
"""
OURS = "from hallucination_theory.cli import cli; cli()"
MASTER = "local-cluster[2,1,2048]"


def write_corpus(folder: Path, n_rows: int, n_files: int = N_FILES) -> Path:
    """Write ``n_rows`` rows (prompt, response) in ``n_files`` Parquet files."""
    rng = np.random.default_rng(1)
    folder.mkdir(parents=True)
    for i in range(n_files):
        n = n_rows // n_files
        person = (rng.random(n) ** 3 * n_rows / 2).astype(np.int64) + 1
        person[rng.random(n) < 0.5] = 0
        day = np.where(rng.random(n) < 0.1, 365, person * 31 % 365)
        names = pa.array(person).cast(pa.string())
        prompt = pc.binary_join_element_wise("When was person ", names, " born?", "")
        table = pa.table({"prompt": prompt, "response": DAYS.take(pa.array(day))})
        pq.write_table(table, folder / f"part-{i:03}.parquet")
    return folder


@dataclass
class Cost:
    """What a run of Python cost, its child processes included."""

    seconds: float = 0.0
    processor: float = 0.0
    memory: int = 0


def measured(*arguments: str) -> tuple[str, Cost]:
    """Run Python with these arguments; return its output and cost, looked at twice a second."""
    started, cost, each = time.perf_counter(), Cost(), {}
    process = subprocess.Popen([sys.executable, "-c", *arguments], stdout=-1, text=True)
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            memory = 0
            for member in family(process.pid):
                with contextlib.suppress(psutil.NoSuchProcess):
                    # Memory in proportion where processes share it.
                    memory += member.memory_full_info().pss
                    each[member.pid] = sum(member.cpu_times()[:2])
            cost.memory = max(cost.memory, memory)

    watcher = threading.Thread(target=watch)
    watcher.start()
    output = process.communicate()[0]
    cost.seconds = time.perf_counter() - started
    done.set()
    watcher.join()
    if process.returncode:
        raise click.ClickException(f"{arguments[-1]} ended with {process.returncode}")
    cost.processor = sum(each.values())
    return output, cost


def family(pid: int) -> list[psutil.Process]:
    """List a process and its descendants."""
    try:
        return [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def rows_of(folder: Path, exponent: int, engines: tuple[str, ...]) -> list[list[str]]:
    """Measure one corpus: one row for each engine."""
    rows, integers = [], set()
    for engine in engines:
        ours: tuple[str, ...] = (OURS, "singletons", str(folder), "--json")
        own: tuple[str, ...] = (DUCKDB, str(folder))
        if engine == "Spark":
            ours, own = (*ours, "--spark", MASTER), (SPARK, str(folder), MASTER)
        own_cost = measured(*own)[1]
        output, cost = measured(*ours)
        result: dict[str, Any] = json.loads(output)
        integers.add(tuple(result[name] for name in ("n_samples", "n_prompts", "n_singletons")))
        rows.append(
            [
                f"10^{exponent}",
                engine,
                f"{cost.processor:.1f} s",
                f"{10**exponent / cost.processor:,.0f}",
                f"{cost.memory / 1e9:.2f} GB",
                f"{own_cost.processor:.1f} s",
                f"{own_cost.memory / 1e9:.2f} GB",
                f"{cost.processor / own_cost.processor:.2f}",
                f"{cost.seconds:.0f} s, {own_cost.seconds:.0f} s",
                f"{os.getloadavg()[0]:.0f}",
            ]
        )
        click.echo("| " + " | ".join(rows[-1]) + " |")
    assert len(integers) == 1, integers
    return rows


HEAD = (
    "rows",
    "engine",
    "`singletons`, processor",
    "rows a second of it",
    "memory",
    "engine's own count, processor",
    "its memory",
    "times",
    "on the clock",
    "load",
)


@click.command()
@click.argument("exponents", nargs=-1, type=int, required=True)
@click.option("--folder", type=click.Path(path_type=Path), help="Keep the corpora here.")
@click.option("--engine", "engines", multiple=True, default=("DuckDB", "Spark"))
@click.option("--write", is_flag=True, help="Put the table into the README beside this file.")
def main(
    exponents: tuple[int, ...], folder: Path | None, engines: tuple[str, ...], write: bool
) -> None:
    """Measure corpora of 10^EXPONENTS rows."""
    rows = [list(HEAD), ["---"] * len(HEAD)]
    with tempfile.TemporaryDirectory() as temporary:
        home = folder or Path(temporary)
        for exponent in exponents:
            corpus = home / f"corpus{exponent}"
            if not corpus.exists():
                write_corpus(corpus, 10**exponent)
            rows += rows_of(corpus, exponent, engines)
    if write:
        text = "\n".join("| " + " | ".join(row) + " |" for row in rows)
        before, _, rest = README.read_text().partition(BEGIN)
        README.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    main()
