"""The audit as a figure: score against t, and risk against coverage where confidences exist."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hallucination_theory.inputs.words import printable
from simulations.figures import CYCLE, MARKERS, legend_as_is, use_style
from simulations.whole_files import replaced

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(report: dict[str, Any], path: Path) -> None:
    """Draw a report and save it."""
    from matplotlib.figure import Figure

    use_style()
    report = printable(report)
    with_confidence = [log for log in report["logs"] if log["confidence"] is not None]
    fig = Figure(figsize=(11, 4.4) if with_confidence else (6.4, 4.4))
    panels = fig.subplots(1, 2 if with_confidence else 1, squeeze=False)[0]
    _scores(panels[0], report)
    if with_confidence:
        _risk_coverage(panels[1], report["logs"])
    with replaced(path) as (partial,):
        fig.savefig(partial, metadata={"Date": None} if path.suffix == ".svg" else {})


def _label(entry: dict[str, Any]) -> str:
    stated = "" if entry["stated_t"] is None else f", stated t = {entry['stated_t']:g}"
    return Path(entry["log"]).name + stated


def _scores(axes: Axes, report: dict[str, Any]) -> None:
    for j, log in enumerate(report["logs"]):
        rows = log["targets"]
        t = [row["t"] for row in rows]
        score = [row["score"] for row in rows]
        low, high = zip(*(row["score_interval"] for row in rows), strict=True)
        color, marker = CYCLE[j % len(CYCLE)], MARKERS[j % len(MARKERS)]
        axes.plot(t, score, gid=_label(log), color=color, marker=marker)
        axes.fill_between(t, low, high, color=color, alpha=0.2, linewidth=0)
    axes.axhline(0, color="black", linewidth=0.8, linestyle=":", gid="always abstain")
    axes.set(xlabel="confidence target t", ylabel="mean score (points per question)")
    axes.set_title(f"Score, {report['confidence_level']:.0%} intervals")
    legend_as_is(axes)


def _risk_coverage(axes: Axes, logs: list[dict[str, Any]]) -> None:
    for j, log in enumerate(logs):
        if log["confidence"] is None:
            continue
        curve = log["confidence"]["risk_coverage"]
        label = f"{_label(log)}, area {log['confidence']['aurc']:.3f}"
        axes.plot(
            curve["coverage"],
            curve["risk"],
            gid=label,
            color=CYCLE[j % len(CYCLE)],
            marker=MARKERS[j % len(MARKERS)],
            markersize=3,
        )
    axes.set(xlabel="coverage (share of attempted answers)", ylabel="risk (share wrong)")
    axes.set_title("Risk and coverage, most confident first")
    legend_as_is(axes)
