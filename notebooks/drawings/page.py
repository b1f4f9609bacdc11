"""How every figure looks: its claim as the title, words that define it, panels, a footnote."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulations import figures
from simulations.figures import INK, SOFT_INK

SMALL = 11.5
WIDEST = 101
"""Letters that a line of twelve points has room for."""
ERR_IIV = "err$_{iiv}$"
"""The paper's name of the judging error, typeset."""


@dataclass(frozen=True)
class Picture:
    """What ``figures.save`` takes: the drawing, what it shows, its claim, and it in words."""

    fig: Figure
    table: pd.DataFrame
    claim: str
    alt: str

    def save(self, name: str) -> None:
        """Write the figure, with what it claims."""
        figures.save(self.fig, name, self.table.to_dict("list"), claim=self.claim, alt=self.alt)


def page(
    claim: str,
    words: str,
    note: str,
    widths: Sequence[float] = (1,),
    *,
    n_rows: int = 1,
    height: float = 5.4,
    left: float = 0.1,
    right: float = 0.95,
    wspace: float = 0.3,
    hspace: float = 0.45,
    sharey: bool = False,
) -> tuple[Figure, list[Axes]]:
    """Lay out a figure: claim, two lines that define the words, panels row by row, a footnote."""
    figures.use_style()
    fig = plt.figure(figsize=(9.6, height))
    fig.set_layout_engine("none")  # panels stay where the grid below puts them
    up = 5.4 / height  # the words take the same room on a higher page
    size = min(17, 17 * 63 / len(claim))
    words = in_two_lines(words)
    room = min(12, 12 * WIDEST / max(map(len, words.splitlines())))
    fig.text(0.05, 1 - 0.035 * up, claim, size=size, weight="bold", va="top", color=INK)
    fig.text(0.05, 1 - 0.125 * up, words, size=room, va="top", color=SOFT_INK, linespacing=1.35)
    fig.text(0.05, 0.02 * up, note, size=9.5, color=SOFT_INK, linespacing=1.3)
    panels = {"left": left, "right": right, "bottom": 0.21 * up, "top": 1 - 0.3 * up}
    grid = fig.add_gridspec(
        n_rows, len(widths), width_ratios=widths, wspace=wspace, hspace=hspace, **panels
    )
    axes: list[Axes] = []
    for cell in grid:
        axes.append(fig.add_subplot(cell, sharey=axes[0] if sharey and axes else None))
        axes[-1].grid(visible=False)
        if sharey and len(axes) > 1:
            axes[-1].tick_params(labelleft=False)
    return fig, axes


def in_two_lines(words: str) -> str:
    """Break words anew, into two lines of about the same length, if one of theirs is too wide."""
    if max(map(len, words.splitlines())) <= WIDEST:
        return words
    whole = words.replace("\n", " ")
    widths = range(len(whole) // 2, len(whole))
    return next(
        t for n in widths if (t := textwrap.fill(whole, n, break_on_hyphens=False)).count("\n") < 2
    )


def say(ax: Axes, x: float, y: float, text: str, colour: str, **options: object) -> None:
    """Label something where it is, in data coordinates."""
    ax.text(x, y, text, color=colour, size=SMALL, linespacing=1.3, **options)


def per_cent(ax: Axes, axis: str = "y") -> None:
    """Write shares in per cent."""
    getattr(ax, f"{axis}axis").set_major_formatter(
        lambda v, _: f"{100 * v:.0f} %".replace("-", "\N{MINUS SIGN}")
    )
