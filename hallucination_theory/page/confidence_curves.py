"""Charts of logs with stated confidences: risk and coverage, reliability."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hallucination_theory.page.charts import FLAT, Plane, figure, ink, legend, look, table

TOPS = (0.04, 0.08, 0.2, 0.4, 0.6, 0.8, 1.0)
PARTS = (0.25, 0.5, 0.75, 1.0)


def risk(logs: Sequence[dict[str, Any]], names: Sequence[str], sure: Sequence[int]) -> str:
    """Return risk against coverage of the logs that state confidences."""
    curves = {i: logs[i]["confidence"]["risk_coverage"] for i in sure}
    most = max(max(curve["risk"]) for curve in curves.values())
    plane = Plane(next(top for top in TOPS if top >= most))
    marks = [plane.frame("coverage: share of the answers kept", "risk: share of these wrong")]
    marks += [
        plane.line(zip(c["coverage"], c["risk"], strict=True), look(i)) for i, c in curves.items()
    ]
    says = "Most confident answers first. " + " ".join(
        f"{names[i]}: area {logs[i]['confidence']['aurc']:.3f}, risk {c['risk'][-1]:.3f} with all "
        "answers."
        for i, c in curves.items()
    )
    rows = [
        (names[i], f"{part:.0%}", f"{c['risk'][_place(c['coverage'], part)]:.3f}")
        for i, c in curves.items()
        for part in PARTS
    ]
    numbers = table("Risk at some coverages", ("log", "coverage", "risk"), rows)
    return figure("risk", "Risk and coverage", says, marks, numbers, legend(names, sure))


def _place(coverage: Sequence[float], part: float) -> int:
    return next(k for k, c in enumerate(coverage) if c >= part - 1e-9)


def reliability(
    logs: Sequence[dict[str, Any]], names: Sequence[str], sure: Sequence[int], level: str
) -> str:
    """Return the share right against the stated confidence, bin by bin."""
    plane = Plane()
    marks = [plane.frame("stated confidence", "share right"), plane.line([(0, 0), (1, 1)], FLAT)]
    for i in sure:
        marks += _bins(plane, logs[i]["confidence"]["reliability"], i)
    says = (
        f"Attempted answers in bins of stated confidence, {logs[sure[0]]['confidence']['ece_bins']}"
        "; on the dashed line they are as often right as stated. "
        f"Bars are {level} intervals, each for itself. "
        + " ".join(f"{names[i]}: ECE {logs[i]['confidence']['ece']:.3f}." for i in sure)
    )
    rows = [_row(names[i], b) for i in sure for b in logs[i]["confidence"]["reliability"]]
    head = ("log", "confidence", "answers", "share right", "interval")
    numbers = table("Stated confidence and share right", head, rows)
    return figure("reliability", "Reliability", says, marks, numbers, legend(names, sure))


def _bins(plane: Plane, bins: Sequence[dict[str, Any]], i: int) -> list[str]:
    marks = []
    for b in bins:
        bar = [(b["confidence"], end) for end in b["accuracy_interval"]]
        marks.append(plane.line(bar, f'stroke="{ink(i)}" stroke-width="1"'))
        marks.append(plane.dot(b["confidence"], b["accuracy"], ink(i)))
    points = [(b["confidence"], b["accuracy"]) for b in bins]
    return marks + [plane.line(pair, look(i)) for pair in pairwise(points)]


def _row(name: str, b: dict[str, Any]) -> tuple[str, ...]:
    low, high = b["accuracy_interval"]
    n, interval = f"{b['n']:,}", f"{low:.2f} to {high:.2f}"
    return name, f"{b['confidence']:.2f}", n, f"{b['accuracy']:.2f}", interval
