"""Write the tables of ``benchmarks/README.md`` from what ``make bench`` measured.

    python benchmarks/report.py results.json

Only the text between the two markers changes, so no number there was typed by hand.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
PACKAGES = ("numpy", "scipy", "joblib", "pandas", "pyarrow", "duckdb", "nltk")
NOISE = 2
"""Growth is judged with this much room: small sizes fit in caches that large ones do not."""

Row = list[str]


def main(results: str) -> None:
    """Replace the measured part of the README."""
    found = json.loads(Path(results).read_text(encoding="utf-8"))
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    sections = "\n\n".join(report(found["benchmarks"]))
    README.write_text(f"{before}{BEGIN}\n\n{sections}\n\n{END}{after}", encoding="utf-8")


def report(benchmarks: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the sections: the machine, growth, targets, the rest."""
    info = [(b["fullname"], b["extra_info"], b["stats"]["min"]) for b in benchmarks]
    yield machine()
    yield "### Cost as the size grows by 10"
    head = ["simulator", "size", "ours", "floor", "x floor", "today", "x faster", "grows", "stated"]
    grown = [extra["growth"] for _, extra, _ in info if "growth" in extra]
    yield table(head, (row for g in grown for row in growth_rows(g)))
    yield "\n".join(contestants_of(g) for g in grown if g["floor"] or g["today"])
    yield "### Side by side, with the targets"
    head = ["measured", "ours", "against", "its time", "ours / its", "target", "met"]
    compared = [extra["compare"] for _, extra, _ in info if "compare" in extra]
    yield table(head, (row for c in compared for row in compare_rows(c)))
    yield "### Everything else"
    rest = [(n, e, s) for n, e, s in info if not {"growth", "compare"} & set(e)]
    yield table(["benchmark", "least time", "notes"], (other_row(*r) for r in rest))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def machine() -> str:
    """Return what the numbers depend on, and nothing personal."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}; {versions}. One thread per process; least of "
        "several rounds, contestants timed in turns; growth in seconds of the processor, the rest "
        "in seconds of the wall."
    )


def growth_rows(growth: dict[str, Any]) -> Iterator[Row]:
    """Yield one line per size; "grows" is the factor since the size above."""
    last = None
    for row in growth["rows"]:
        ours, floor, today = row["ours"], row.get("floor"), row.get("today")
        steps, stated = "", ""
        if last:
            grows = ours / last["ours"]
            floor_grows = floor / last["floor"] if floor else 0
            allowed = (row["size"] / last["size"]) ** growth["stated"]
            steps, stated = f"x {grows:.1f}", judged(grows, allowed, floor_grows)
        yield [
            growth["simulator"] if last is None else "",
            f"{number(row['size'])} {growth['unit']}",
            seconds(ours),
            seconds(floor),
            f"{ours / floor:.2f}" if floor else "",
            seconds(today),
            f"{today / ours:.0f}" if today else "",
            steps,
            stated,
        ]
        last = row


def judged(grows: float, allowed: float, floor_grows: float) -> str:
    """Return the growth that was stated, and whether it, or else numpy's own, was exceeded."""
    if grows <= NOISE * allowed:
        return f"x {allowed:.1f}"
    beyond = f"floor x {floor_grows:.1f}" if grows <= NOISE * floor_grows else "exceeded"
    return f"x {allowed:.1f} ({beyond})"


def contestants_of(growth: dict[str, Any]) -> str:
    """Return one line that says what floor and today are."""
    parts = [f"{kind}: {growth[kind]}" for kind in ("floor", "today") if growth[kind]]
    return f"- {growth['simulator']}: {'; '.join(parts)}."


def compare_rows(compare: dict[str, Any]) -> Iterator[Row]:
    """Yield one line per rival."""
    seconds_of = dict(compare["seconds"])
    ours, topic = seconds_of.pop("ours"), compare["topic"]
    for name, its in seconds_of.items():
        target, met = "", ""
        if name in compare["at_most"]:
            limit = compare["at_most"][name]
            target, met = f"at most {limit:g} x", yes(ours <= limit * its)
        elif name in compare["faster"]:
            limit = compare["faster"][name]
            target, met = f"{limit:g} x as fast", yes(its >= limit * ours)
        ratio = f"{ours / its:.2f}" if ours >= its else f"1 / {its / ours:.1f}"
        yield [topic, seconds(ours), name, seconds(its), ratio, target, met]
        topic = ""


def other_row(name: str, extra: dict[str, Any], least: float) -> Row:
    """Return one line for a benchmark that brings its own notes."""
    notes = "; ".join(f"{key}: {value}" for key, value in extra.items())
    return [f"`{name.removeprefix('benchmarks/')}`", seconds(least), notes]


def table(head: Row, rows: Iterable[Row]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def seconds(value: float | None) -> str:
    """Return a time with the unit that suits it."""
    if value is None:
        return ""
    for unit, scale in (("s", 1.0), ("ms", 1e3)):
        if value * scale >= 1:
            return f"{value * scale:.3g} {unit}"
    return f"{value * 1e6:.3g} us"


def number(value: float) -> str:
    """Return a size: as a power of ten where it is one."""
    power = len(str(int(value))) - 1
    return f"10^{power}" if value == 10**power and power > 2 else f"{value:g}"


def yes(met: bool) -> str:
    """Return the word for a target."""
    return "yes" if met else "**no**"


if __name__ == "__main__":
    main(*sys.argv[1:])
