"""err over the number of occurrences, and err over its bound: the figure of notebook 01 for users.

Every model is a colour. A large point is the whole model, small ones are its relations and the
deciles of the count; no point may lie below the diagonal, where err would be less than its bound.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulations.figures import BLACK, CYCLE, MARKERS, legend_as_is, use_style
from simulations.whole_files import replaced

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Drawn = dict[str, Any]
"""Name, err, bound, their intervals, ``by_count`` and ``by_relation`` of one model."""


def draw(models: list[Drawn], path: Path) -> None:
    """Draw one or several models and save the figure."""
    from matplotlib.figure import Figure

    use_style()
    counted = any(model["by_count"] for model in models)
    fig = Figure(figsize=(11, 4.6) if counted else (6.4, 4.6))
    panels = fig.subplots(1, 2 if counted else 1, squeeze=False)[0]
    if counted:
        over_count(panels[0], models)
    over_bound(panels[-1], models)
    with replaced(path) as (partial,):
        fig.savefig(partial, metadata={"Date": None} if path.suffix == ".svg" else {})


def over_count(axes: Axes, models: list[Drawn]) -> None:
    """Draw err over how often a fact was seen in training, with intervals over questions."""
    for j, model in enumerate(models):
        rows = model["by_count"]
        axes.errorbar(
            [row["count"] for row in rows],
            [row["err"] for row in rows],
            yerr=_around(rows, "err"),
            color=CYCLE[j % len(CYCLE)],
            marker=MARKERS[j % len(MARKERS)],
            capsize=2,
        )
    axes.set_xscale("symlog", linthresh=1)
    axes.set(xlabel="times a fact was seen in training", ylabel="err, probability of an error")
    axes.set_ylim(-0.03, 1.03)
    axes.set_title("Errors over occurrences")


def over_bound(axes: Axes, models: list[Drawn]) -> None:
    """Draw err over the bound of Theorem 1 with intervals both ways."""
    for j, model in enumerate(models):
        look: dict[str, Any] = {"color": CYCLE[j % len(CYCLE)], "marker": MARKERS[j % len(MARKERS)]}
        parts = [*model["by_relation"], *model["by_count"]]
        _points(axes, parts, markersize=4, alpha=0.5, linewidth=0.7, **look)
        _points(axes, [model], markersize=10, capsize=2, **look)
        axes.plot(model["bound"], model["err"], linestyle="none", gid=model["name"], **look)
    drawn = [row for m in models for row in (m, *m["by_count"], *m["by_relation"])]
    low = min(-0.05, *(row["bound"] - 0.05 for row in drawn))
    axes.plot([low, 1], [low, 1], color=BLACK, linewidth=0.8, linestyle=":", gid="err = bound")
    axes.set(xlabel=r"bound, $2\,\mathrm{err_{iiv}} - k/K - \delta$", ylabel="err")
    axes.set(xlim=(low, 1.03), ylim=(-0.03, 1.03))
    axes.set_title("Theorem 1: every point above the line")
    legend_as_is(axes)


def _points(axes: Axes, rows: list[Drawn], **look: Any) -> None:
    axes.errorbar(
        [row["bound"] for row in rows],
        [row["err"] for row in rows],
        xerr=_around(rows, "bound"),
        yerr=_around(rows, "err"),
        linestyle="none",
        **look,
    )


def _around(rows: list[Drawn], name: str) -> list[list[float]]:
    """Return how far intervals reach below and above their values."""
    return [
        [row[name] - row[f"{name}_interval"][0] for row in rows],
        [row[f"{name}_interval"][1] - row[name] for row in rows],
    ]
