"""The re-scored table: one row a log and target, with intervals and ranks."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

from hallucination_theory.inputs.words import printable
from simulations.whole_files import replaced

SHARES = {"right": "accuracy", "wrong": "error_rate", "abstained": "abstention_rate"}
"""Our word -> name in the report."""
HEAD = ("log", "t", "score", "interval", "right", "wrong", "abstained", "rank")


def table_rows(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the page's table of scores: one flat mapping a log and target.

    ``score`` is in points (1 right, 0 abstained, -t/(1 - t) wrong). The ranks at a target are the
    best and the worst that the simultaneous bands allow; None where logs are not compared.
    """
    together = report["findings"]["together"]
    rows = []
    for i, log in enumerate(report["logs"]):
        for k, at in enumerate(log["targets"]):
            low, high = at["score_interval"]
            row = {"log": report["findings"]["logs"][i]["name"], "t": at["t"], "n": at["n"]}
            row |= {"score": at["score"], "score_low": low, "score_high": high}
            for word, name in SHARES.items():
                row[word] = at[name]
                row[f"{word}_low"], row[f"{word}_high"] = at[f"{name}_interval"]
            row["undetermined"] = at["undetermined_rate"]
            for end in ("best", "worst"):
                row[f"rank_{end}"] = together["ranks"][k][end][i] if together else None
            rows.append(row)
    return rows


def cells(row: dict[str, Any]) -> list[str]:
    """Return a row of the page's table as people read it, in the order of :data:`HEAD`."""
    best, worst = row["rank_best"], row["rank_worst"]
    rank = "" if best is None else f"{best}" if best == worst else f"{best} to {worst}"
    return [
        row["log"],
        f"{row['t']:g}",
        f"{row['score']:+.3f}",
        f"{row['score_low']:+.2f} to {row['score_high']:+.2f}",
        *(f"{row[word]:.1%}" for word in SHARES),
        rank,
    ]


def write_table(report: dict[str, Any], path: Path) -> None:
    """Write the page's table of scores as CSV, with every digit, or as Markdown."""
    rows = table_rows(printable(report))
    text = _csv(rows) if path.suffix == ".csv" else _markdown(map(cells, rows))
    with replaced(path) as (partial,):
        partial.write_text(text, encoding="utf-8", newline="")


def _csv(rows: list[dict[str, Any]]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _markdown(rows: Iterable[list[str]]) -> str:
    marks = ["---", *["---:"] * (len(HEAD) - 1)]
    lines = [list(HEAD), marks, *([_plain(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _plain(cell: str) -> str:
    """Return a cell that Markdown takes for text: no column, link, tag or emphasis of its own."""
    return "".join(f"\\{c}" if c in "\\|`*_[]<>" else c for c in cell)
