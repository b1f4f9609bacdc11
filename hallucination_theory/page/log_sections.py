"""The page's sections of one log, and of one model at several stated targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from hallucination_theory.page.charts import table
from hallucination_theory.page.score_table import SHARES


def log_section(log: dict[str, Any], name: str) -> str:
    """Return what was read of a log and how it fares, part by part."""
    stated = "" if log["stated_t"] is None else f", target stated to the model: {log['stated_t']:g}"
    notes = "".join(f"<li>{escape(note)}</li>" for note in log["notes"])
    rows = [(kind, f"{n:,}") for kind, n in log["outcomes"].items() if n]
    return (
        f"<h3>{escape(name)}</h3><ul><li>{escape(log['log'] + stated)}</li>"
        f"<li>read as: {escape(log['read_as'])}</li>{notes}"
        f"<li>{log['n_records']:,} records of {log['n_questions']:,} questions</li></ul>"
        + table(f"Outcomes of {name}", ("outcome", "records"), rows)
        + _human(log, name)
        + _subsets(log, name)
    )


def _human(log: dict[str, Any], name: str) -> str:
    """Return the rates by people's judgement beside those of the log."""
    found = log["human"]
    if found is None:
        return ""
    at = log["targets"]
    rows = [
        (word, f"{at[0][rate]:.1%}", f"{found[word][0]:.1%}", _ends(found[word][1], ".1%"))
        for word, rate in SHARES.items()
    ] + [
        (f"score at {a['t']:g}", f"{a['score']:+.3f}", f"{b['score']:+.3f}",
         _ends(b["score_interval"], "+.2f"))
        for a, b in zip(at, found["targets"], strict=True)
    ]  # fmt: skip
    caption = (
        f"{name} by people, who labelled {found['n_labelled']:,} records, "
        f"{found['n_agreed']:,} of them as the log does"
    )
    return table(caption, ("", "by the log", "by people", "interval"), rows)


def _ends(interval: Sequence[float], form: str) -> str:
    return f"{interval[0]:{form}} to {interval[1]:{form}}"


def _subsets(log: dict[str, Any], name: str) -> str:
    if not log["subsets"]:
        return ""
    targets = [f"score at {row['t']:g}" for row in log["targets"]]
    head = ("subset", "records", "right", "wrong", "abstained", *targets)
    rows = [_subset(part["name"], part["targets"]) for part in log["subsets"]]
    return table(f"Subsets of {name}", head, rows)


def _subset(name: str, rows: Sequence[dict[str, Any]]) -> list[str]:
    shares = [f"{rows[0][rate]:.0%}" for rate in SHARES.values()]
    scores = [
        f"{row['score']:+.2f} [{low:+.2f}, {high:+.2f}]"
        for row in rows
        for low, high in [row["score_interval"]]
    ]
    return [name, f"{rows[0]['n']:,}", *shares, *scores]


def behavioural(report: dict[str, Any]) -> Iterator[str]:
    """Yield what a model did at each target that was stated to it, and what it withdrew between."""
    for group in report["behavioural"]:
        targets = [f"{t:g}" for t in group["targets"]]
        yield "<h3>What the model did when t was stated</h3><p>A row is what it did when that t "
        yield "was stated; a column is the target at which this is scored, in points.</p>"
        rows = [
            (t, *(f"{score:+.3f}" for score in scores))
            for t, scores in zip(targets, group["score_of_row_at_column"], strict=True)
        ]
        yield table("Score", ("stated t", *(f"at {t}" for t in targets)), rows)
        head = ("t", "withdrawn", "newly given", "right of the withdrawn", "calibrated")
        yield table("Answers from one target to the next", head, map(_step, group["withdrawn"]))


def _step(step: dict[str, Any]) -> list[str]:
    low, high = step["accuracy_interval"] or (0.0, 1.0)
    right = (
        "none" if step["accuracy"] is None else f"{step['accuracy']:.0%} [{low:.0%}, {high:.0%}]"
    )
    fits = {None: "cannot tell", True: "compatible", False: "no"}[step["compatible"]]
    n, back = f"{step['n_withdrawn']:,}", f"{step['n_answered_only_above']:,}"
    return [f"{step['t_low']:g} to {step['t_high']:g}", n, back, right, fits]
