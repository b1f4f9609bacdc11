"""The report of ``singletons`` as a figure: by part, and over the corpus's size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hallucination_theory.inputs.words import shown
from simulations.figures import BLUE, GREY, SKY, VERMILION, use_style
from simulations.whole_files import replaced


def draw(path: Path, result: dict[str, Any]) -> None:
    """Draw the singleton rate, missing mass and floor of each part, and the curve if there is one.

    Parameters
    ----------
    path : Path
        Where to write it (:func:`hallucination_theory.commands.options.require_figure_path`).
    result : dict
        What the command prints as JSON.
    """
    from matplotlib.figure import Figure

    use_style()
    wide = 2 if "curve" in result else 1
    figure = Figure(figsize=(5.6 * wide, 4.2), layout="constrained")
    axes = figure.subplots(1, wide, squeeze=False)[0]
    _parts(axes[0], {**result["parts"], "all": result})
    if wide == 2:
        _curve(axes[1], result)
    with replaced(path) as (partial,):
        figure.savefig(partial, metadata={"Date": None} if path.suffix == ".svg" else {})


def _parts(ax: Any, parts: dict[str, dict[str, Any]]) -> None:
    names = [shown(part, 24) for part in parts]
    rates = [numbers["singleton_rate"] for numbers in parts.values()]
    low, high = zip(*(numbers["missing_mass_best"] for numbers in parts.values()), strict=True)
    for y, ends in enumerate(zip(low, high, strict=True)):
        ax.plot(ends, [y, y], color=SKY, lw=6, solid_capstyle="butt", zorder=1)
    ax.plot(rates, range(len(names)), "o", color=BLUE, label="singleton rate, missing mass")
    floors = [numbers["lower_best"] for numbers in parts.values()]
    if None not in floors:
        ax.plot(
            [max(0, f) for f in floors], range(len(names)), "|", ms=14, mew=2, color=VERMILION,
            label="error floor",
        )  # fmt: skip
    ax.set(yticks=range(len(names)), yticklabels=names, xlabel="probability", xlim=(0, None))
    ax.invert_yaxis()
    ax.legend(fontsize=8)


def _curve(ax: Any, result: dict[str, Any]) -> None:
    n = [point["n_samples"] for point in result["curve"]]
    low, high = ([point[end] for point in result["curve"]] for end in ("low", "high"))
    ax.fill_between(n, low, high, color=SKY, alpha=0.5, label="band")
    ax.plot(n, [point["singleton_rate"] for point in result["curve"]], color=BLUE)
    ax.axvline(result["n_samples"], color=GREY, lw=1)
    ax.set(xlabel="training samples", ylabel="singleton rate", ylim=(0, 1))
    ax.legend(fontsize=8)
