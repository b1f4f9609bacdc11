"""Charts as inline SVG, each with a title, a description and its numbers as a table.

A chart has a unit square and a few marks; all numbers come computed. Text is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from simulations.figures import BLUE, GREEN, PURPLE, VERMILION

WIDTH, HEIGHT = 360, 250
LEFT, RIGHT, TOP, BOTTOM = 54, 10, 8, 36
INKS = (BLUE, VERMILION, GREEN, PURPLE, "#8A5A00", "#5A5F66")
DASHES = ("", "7 3", "2 3", "9 3 2 3")
FLAT = 'stroke="currentColor" stroke-width="1" stroke-dasharray="4 4"'
"""The look of a line to compare with."""

Points = Iterable[tuple[float, float]]


@dataclass(frozen=True)
class Plane:
    """The area of a chart: both axes begin at 0, x ends at 1, y at ``top``."""

    top: float = 1.0

    def at(self, x: float, y: float) -> str:
        """Return the place of a point; what lies outside is put on the edge."""
        across = LEFT + x * (WIDTH - LEFT - RIGHT)
        down = HEIGHT - BOTTOM - min(max(y / self.top, 0), 1) * (HEIGHT - TOP - BOTTOM)
        return f"{across:.1f},{down:.1f}"

    def line(self, points: Points, look: str) -> str:
        """Return a line through points."""
        path = " ".join(self.at(x, y) for x, y in points)
        return f'<polyline points="{path}" fill="none" {look}/>'

    def area(self, lower: Points, upper: Points, ink: str) -> str:
        """Return a pale area between two lines."""
        path = " ".join(self.at(x, y) for x, y in [*lower, *reversed(list(upper))])
        return f'<polygon points="{path}" fill="{ink}" fill-opacity="0.15"/>'

    def dot(self, x: float, y: float, ink: str) -> str:
        """Return a point."""
        across, down = self.at(x, y).split(",")
        return f'<circle cx="{across}" cy="{down}" r="3" fill="{ink}"/>'

    def frame(self, x_label: str, y_label: str) -> str:
        """Return axes, ticks and labels."""
        parts = []
        for k in range(5):
            x, y = self.at(k / 4, 0).split(",")
            parts.append(_text(x, float(y) + 14, f"{k / 4:g}", "middle"))
            x, y = self.at(0, self.top * k / 4).split(",")
            end = self.at(1, self.top * k / 4)
            parts.append(f'<path class="grid" d="M{x},{y} L{end}"/>')
            parts.append(_text(LEFT - 5, float(y) + 4, f"{self.top * k / 4:.3g}", "end"))
        parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, x_label, "middle"))
        down = (TOP + HEIGHT - BOTTOM) / 2
        label = escape(y_label)
        turned = f'transform="rotate(-90 10 {down})"'
        return (
            "".join(parts) + f'<text x="10" y="{down}" text-anchor="middle" {turned}>{label}</text>'
        )


def look(i: int) -> str:
    """Return the ink and the dashes of log i, so that colour is not needed to tell them apart."""
    dash = DASHES[(i + i // len(INKS)) % len(DASHES)]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'stroke="{ink(i)}" stroke-width="2"{dashed}'


def ink(i: int) -> str:
    """Return the colour of log i."""
    return INKS[i % len(INKS)]


def figure(
    name: str,
    title: str,
    says: str,
    marks: Iterable[str],
    numbers: str,
    legend: str,
    height: int = HEIGHT,
) -> str:
    """Return a figure whose image has a name and a description, with its numbers below."""
    return (
        f'<figure><h3 id="{name}-title">{escape(title)}</h3>{legend}'
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{name}-title" '
        f'aria-describedby="{name}-says">{"".join(marks)}</svg>'
        f'<figcaption id="{name}-says">{escape(says)}</figcaption>'
        f"<details><summary>The numbers: {escape(title.lower())}</summary>{numbers}</details>"
        "</figure>"
    )


def legend(names: Sequence[str], which: Iterable[int]) -> str:
    """Return the names of the lines."""
    items = "".join(
        '<li><svg viewBox="0 0 26 8" aria-hidden="true">'
        f'<path d="M0,4 H26" {look(i)}/></svg>{escape(names[i])}</li>'
        for i in which
    )
    return f'<ul class="legend">{items}</ul>'


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table that scrolls for itself; the first cell of a row is its heading."""
    columns = "".join(f'<th scope="col">{escape(h)}</th>' for h in head)
    body = "".join(
        f'<tr><th scope="row">{escape(str(first))}</th>'
        + "".join(f"<td>{escape(str(cell))}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    name = escape(caption, quote=True)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{name}"><table>'
        f"<caption>{name}</caption><thead><tr>{columns}</tr></thead><tbody>{body}</tbody>"
        "</table></div>"
    )


STRIP = 70
"""Height of a row of stretches."""


def strip(rows: Sequence[tuple[str, Sequence[tuple[int, float, float]]]]) -> list[str]:
    """Return rows of coloured stretches of the axis from 0 to 1: (log, from, to)."""
    plane, parts = Plane(), []
    for k, (label, stretches) in enumerate(rows):
        y = 24 + STRIP * k
        parts.append(f'<text x="{LEFT}" y="{y - 8}">{escape(label)}</text>')
        parts.append(
            f'<rect class="empty" x="{LEFT}" y="{y}" width="{WIDTH - LEFT - RIGHT}" height="34"/>'
        )
        for log, low, high in stretches:
            left, right = (float(plane.at(x, 0).split(",")[0]) for x in (low, high))
            parts.append(
                f'<rect x="{left}" y="{y}" width="{max(right - left, 1):.1f}" height="34" '
                f'fill="{ink(log)}"/>'
            )
            if right - left > 20:
                middle = (left + right) / 2
                parts.append(
                    f'<text class="on" x="{middle:.1f}" y="{y + 22}" text-anchor="middle">'
                    f"{log + 1}</text>"
                )
    bottom = STRIP * len(rows)
    parts += [
        _text(LEFT + k / 4 * (WIDTH - LEFT - RIGHT), bottom + 4, f"{k / 4:g}", "middle")
        for k in range(5)
    ]
    return parts


def _text(x: Any, y: Any, words: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'
