"""``singletons`` beside DuckDB's own count on files of several shapes: ratios of processor time.

    python benchmarks/corpora_shapes.py            # prints the table
    python benchmarks/corpora_shapes.py --write    # into benchmarks/README.md

Each shape is one Parquet file of 3 x 10^6 rows (long texts: a fifth of that). DuckDB's own count is
``GROUP BY prompt HAVING count(*) = 1``; beside it stand the same count of answers alone, which
reads the responses too, and ``singletons`` when it knows no abstentions but the texts given. All
run in this process, one after the other, and the least of two times counts; processor time is
summed over threads.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import click
import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from corpora import DAYS, OWN, README

from hallucination_theory.corpora import duck
from hallucination_theory.corpora.duck import count_corpus
from hallucination_theory.corpora.identity import ABSTAIN
from hallucination_theory.corpora.sql import literals

BEGIN, END = "<!-- shapes: begin -->", "<!-- shapes: end -->"
ROUNDS = 2
ANSWERED = f"WHERE response NOT IN ({', '.join(literals(ABSTAIN))})"
LONG = "It was the best of times, it was the worst of times. " * 8


def text(begin: str, numbers: pa.Array, end: str) -> pa.Array:
    """Put numbers into sentences."""
    return pc.binary_join_element_wise(begin, numbers.cast(pa.string()), end, "")


def shapes(n: int) -> dict[str, Callable[[], tuple[pa.Array, pa.Array]]]:
    """Return what makes the prompts and responses of each shape."""
    rng = np.random.default_rng(1)
    skewed = (rng.random(n) ** 3 * n / 2).astype(np.int64)
    person = pa.array(skewed)
    days = DAYS.take(pa.array(np.where(rng.random(n) < 0.1, 365, skewed * 31 % 365)))
    once, few = pa.array(rng.permutation(n)), pa.array(rng.integers(1000, size=n))
    born = ("When was person ", " born?")
    said = text("She was born as number ", pa.array(rng.integers(10**9, size=n)), " of them.")
    return {
        "prompts are numbers": lambda: (person, days),
        "prompts are sentences": lambda: (text(born[0], person, born[1]), days),
        "every prompt once": lambda: (text(born[0], once, born[1]), days),
        "a thousand prompts": lambda: (text(born[0], few, born[1]), days),
        "every response different": lambda: (text(born[0], person, born[1]), said),
        "long texts": lambda: (text(LONG + born[0], person[: n // 5], born[1]), said[: n // 5]),
    }


def own(path: Path, condition: str = "") -> None:
    """Count with DuckDB alone."""
    settings = {"memory_limit": "1500MB", "preserve_insertion_order": False}
    with duckdb.connect(config=settings) as engine:
        engine.execute("SET enable_progress_bar = false")
        engine.execute(OWN.format(table=f"read_parquet('{path}') {condition}")).fetchall()


def literally(path: Path) -> None:
    """Count without looking for abstentions in other words."""
    with patch.object(duck, "known_of", return_value=None):
        count_corpus(path)


def row_of(name: str, path: Path) -> list[str]:
    """Measure one file."""
    ways = {
        "own": lambda: own(path),
        "answers": lambda: own(path, ANSWERED),
        "raw": lambda: count_corpus(path, raw=True),
        "literal": lambda: literally(path),
        "default": lambda: count_corpus(path),
    }
    least = dict.fromkeys(ways, np.inf)
    for _ in range(ROUNDS):
        for way, run in ways.items():
            started = time.process_time()
            run()
            least[way] = min(least[way], time.process_time() - started)
    times = [f"{least[way] / least['own']:.2f}" for way in ("answers", "raw", "default")]
    times.append(f"{least['default'] / least['literal']:.2f}")
    return [name, *(f"{least[way]:.2f} s" for way in ways), *times]


HEAD = (
    "shape",
    "own count",
    "of answers",
    "`--raw`",
    "texts given only",
    "`singletons`",
    "own count times: of answers",
    "`--raw`",
    "`singletons`",
    "texts given only times",
)


@click.command()
@click.option("--rows", default=3 * 10**6, show_default=True)
@click.option("--write", is_flag=True, help="Put the table into the README beside this file.")
def main(rows: int, write: bool) -> None:
    """Measure each shape."""
    lines = [HEAD, ["---"] * len(HEAD)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corpus.parquet"
        for name, columns in shapes(rows).items():
            pq.write_table(
                pa.table(dict(zip(("prompt", "response"), columns(), strict=True))), path
            )
            lines.append(row_of(name, path))
            click.echo("| " + " | ".join(lines[-1]) + " |")
    if write:
        table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        before, _, rest = README.read_text().partition(BEGIN)
        README.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    main()
