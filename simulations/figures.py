"""The one style module: colours, sizes and how a figure is saved.

Notebooks compute with :mod:`theory` and :mod:`simulations`, assert their claim, draw with plain
matplotlib, and call :func:`save`, which writes ``figures/CHAPTER/NAME.svg``, ``.png`` and the
numbers, ``figures/CHAPTER/data/NAME.csv``. Nothing in these files depends on the clock or the
machine.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from simulations.whole_files import replaced
from theory.errors import InvalidInput

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito (2008): tells apart for every common kind of colour vision, and in grey.
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, YELLOW, BLACK, GREY = "#CC79A7", "#56B4E9", "#F0E442", "#000000", "#808080"
CYCLE = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, BLACK, YELLOW)
COLOURS = (*CYCLE, GREY)
# Head figures: three hues far apart in lightness too, and tints of them for areas.
INK, DEEP_BLUE = "#1A1A1A", "#005B94"
SOFT_INK, PALE_INK, PALE_VERMILION = "#5A5F66", "#D9DBDE", "#F7E5D9"
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "d")

STYLE: dict[str, Any] = {
    "figure.figsize": (6.4, 4.4),
    "figure.dpi": 110,
    "figure.constrained_layout.use": True,
    "savefig.dpi": 160,
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "svg.hashsalt": "hallucination-theory",
}


def use_style() -> None:
    """Set the style for all figures drawn after this call."""
    import matplotlib as mpl
    from cycler import cycler

    settings: Any = STYLE | {"axes.prop_cycle": cycler(color=CYCLE)}
    mpl.rcParams.update(settings)


def figures_dir() -> Path:
    """Return the folder ``figures/`` of the checkout around the working directory.

    The environment variable ``HALLUCINATION_THEORY_FIGURES`` overrides it.

    Raises
    ------
    InvalidInput
        If there is no checkout above the working directory.
    """
    if chosen := os.environ.get("HALLUCINATION_THEORY_FIGURES"):
        return Path(chosen)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "paper_notes.md").exists() and (folder / "figures").is_dir():
            return folder / "figures"
    raise InvalidInput(
        "the working directory",
        "inside a checkout of hallucination-theory",
        here,
        remedy="set HALLUCINATION_THEORY_FIGURES to a folder",
    )


def attribute(fig: Figure, words: str) -> None:
    """Write in small letters below a figure whose data it shows, as their licence asks."""
    fig.supxlabel(words, fontsize=7, x=0.99, ha="right", color=GREY)


def save(
    fig: Figure, name: str, table: Mapping[str, npt.ArrayLike], *, claim: str = "", alt: str = ""
) -> None:
    """Write a figure as SVG and PNG, and its numbers as CSV.

    Parameters
    ----------
    fig : matplotlib Figure
        Drawn under :func:`use_style`.
    name : str
        CHAPTER/NAME, without extension.
    table : mapping of str to array_like
        Columns of equal length: every number that the figure shows.
    claim, alt : str
        What the figure shows in one sentence, and in words for those who do not see it. Both are
        kept in the files, as title and description.

    Raises
    ------
    InvalidInput
        If the columns differ in length, some text lies outside the canvas, or there is no
        checkout.
    OSError
        If one of the three files cannot be written; then none is.
    """
    if lost := outside(fig):
        raise InvalidInput(f"the text of {name}", "inside the canvas", lost)
    chapter, figure = name.split("/")
    folder = figures_dir() / chapter
    (folder / "data").mkdir(parents=True, exist_ok=True)
    images = folder / f"{figure}.svg", folder / f"{figure}.png"
    with replaced(*images, folder / "data" / f"{figure}.csv") as (svg, png, data):
        drawing = StringIO()
        told = {k: v for k, v in {"Title": claim, "Description": alt}.items() if v}
        fig.savefig(drawing, format="svg", metadata={"Date": None} | told)
        svg.write_text(_steady(drawing.getvalue()), encoding="utf-8")
        fig.savefig(png, metadata={"Software": None} | told)
        write_table(data, table)


def outside(fig: Figure) -> list[str]:
    """Return the texts of a figure that the canvas of its PNG cuts off by more than a pixel."""
    from matplotlib.text import Text

    shown = fig.dpi
    fig.set_dpi(STYLE["savefig.dpi"])  # letters are as wide as whole pixels make them
    fig.canvas.draw()
    texts = {t for t in fig.findobj(Text) if t.get_visible()} - _labels_out_of_view(fig)
    boxes = {t.get_text(): t.get_window_extent() for t in texts if t.get_text()}
    lost = sorted(
        text
        for text, box in boxes.items()
        if min(box.x0, box.y0, fig.bbox.x1 - box.x1, fig.bbox.y1 - box.y1) < -1
    )
    fig.set_dpi(shown)
    return lost


def _labels_out_of_view(fig: Figure) -> set[Any]:
    """Labels of ticks beyond the limits of their axis: Matplotlib makes them and draws none."""
    found: set[Any] = set()
    for axis in (axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)):
        low, high = sorted(axis.get_view_interval())
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            if not low <= tick.get_loc() <= high:
                found |= {tick.label1, tick.label2}
    return found


def legend_as_is(axes: Axes) -> None:
    """Add a legend of the artists' group names, each as it is.

    Names that users give: matplotlib would drop ``_a`` and make a formula of ``$a$``.
    """
    handles = [artist for artist in (*axes.lines, *axes.collections) if artist.get_gid()]
    legend = axes.legend(handles, ["x"] * len(handles), fontsize=8)
    for text, handle in zip(legend.get_texts(), handles, strict=True):
        text.set_parse_math(False)
        text.set_text(str(handle.get_gid()))


def _steady(svg: str) -> str:
    """Write what another processor's last digit could change in another way.

    Coordinates to a thousandth of a point; names by their order, for they are hashes of numbers.
    """
    names = dict.fromkeys(re.findall(r'\bid="([A-Za-z]\w*)"', svg))
    hashed = {name: f"n{i}" for i, name in enumerate(names) if re.search(r"[0-9a-f]{10}$", name)}
    steady = re.sub(r"\b[A-Za-z]\w*[0-9a-f]{10}\b", lambda m: hashed.get(m[0], m[0]), svg)
    return re.sub(r"-?\d+\.\d{4,}", lambda m: f"{round(float(m[0]), 3) + 0.0:.3f}", steady)


def write_table(path: Path, table: Mapping[str, npt.ArrayLike]) -> None:
    """Write a figure's numbers as CSV, floats with eight digits: alike on every processor.

    Raises
    ------
    InvalidInput
        If the columns differ in length.
    """
    columns = {name: np.asarray(column).ravel() for name, column in table.items()}
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise InvalidInput("the columns", "of equal length", lengths)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_text(v) for v in row] for row in zip(*columns.values(), strict=True))


def _text(value: Any) -> str:
    if isinstance(value, (float, np.floating)):
        # Adding zero turns -0.0 into 0.0, whose sign is rounding noise.
        return f"{value + 0.0:.8g}"
    return str(value)
