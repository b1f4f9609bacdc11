"""Which charts a report has; every number in them is the report's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from hallucination_theory.page.charts import (
    FLAT,
    STRIP,
    Plane,
    figure,
    ink,
    legend,
    look,
    strip,
    table,
)
from hallucination_theory.page.confidence_curves import reliability, risk

JOINED = 'stroke="currentColor" stroke-width="1"'
TICKS = tuple(k / 10 for k in range(10))


def charts(report: dict[str, Any]) -> Iterator[str]:
    """Yield the charts of a report."""
    logs = report["logs"]
    names = [found["name"] for found in report["findings"]["logs"]]
    level = f"{report['confidence_level']:.0%}"
    together = report["findings"]["together"]
    if together is not None:
        yield _leaders(together, names, level)
    yield _scores(logs, names, level)
    for title, rate in (("Wrong answers", "error_rate"), ("Abstentions", "abstention_rate")):
        yield _rates(logs, names, title, rate, stated_runs(report))
    sure = [i for i, log in enumerate(logs) if log["confidence"] is not None]
    if sure:
        yield risk(logs, names, sure)
        yield reliability(logs, names, sure, level)


def _leaders(together: dict[str, Any], names: Sequence[str], level: str) -> str:
    rows = [
        (label, [(s["log"], s["from"], s["to"]) for s in together[key]])
        for label, key in (
            ("in these records", "leaders"),
            (f"surely, with {level} confidence for all t together", "surely_leads"),
        )
    ]
    said = [
        f"{label}: "
        + (", ".join(f"{names[i]} from {a:.2f} to {b:.2f}" for i, a, b in row) or "no log")
        for label, row in rows
    ]
    numbers = table(
        "Who leads for which t",
        ("log", "how", "from t", "to t"),
        [(names[i], label, f"{a:.2f}", f"{b:.2f}") for label, row in rows for i, a, b in row],
    )
    which = sorted({i for _, row in rows for i, _, _ in row})
    numbered = [f"{i + 1} {name}" for i, name in enumerate(names)]
    says = f"Highest score at each target t, {'; '.join(said)}."
    look = legend(numbered, which)
    height = STRIP * len(rows) + 10
    return figure("leads", "Who leads for which t", says, strip(rows), numbers, look, height)


def _scores(logs: Sequence[dict[str, Any]], names: Sequence[str], level: str) -> str:
    plane = Plane()
    marks = [
        plane.frame("confidence target t", "score (1 right, t abstained, 0 wrong)"),
        plane.line([(0, 0), (1, 1)], FLAT),
    ]
    for i, log in enumerate(logs):
        (right, most), (least, wrong) = log["band"]["right"], log["band"]["wrong"]
        marks.append(plane.area([(0, right), (1, 1 - wrong)], [(0, most), (1, 1 - least)], ink(i)))
    for i, log in enumerate(logs):
        marks.append(plane.line([(t, normal_form(log, t)) for t in (0, 1)], look(i)))
        marks.append(plane.line(_kept_above(log), f'stroke="{ink(i)}" stroke-width="1"'))
    says = (
        f"A right answer earns 1, an abstention t, a wrong answer 0, so that scores are straight "
        f'lines; the scale of the table is (this - t)/(1 - t). The dashed line is "I don\'t know" '
        "everywhere: whoever is below it scores less than nothing in the table. Areas hold for "
        f"all t together with {level} confidence. A thin line is what a log with confidences had "
        "scored if only answers with confidence above t had been given. "
        + " ".join(
            f"{name}: {normal_form(log, 0):.2f} at t = 0, {normal_form(log, 1):.2f} towards t = 1."
            for name, log in zip(names, logs, strict=True)
        )
    )
    numbers = table(
        "Score on the scale 1 right, t abstained, 0 wrong",
        ("t", *names),
        [(f"{t:g}", *(f"{normal_form(log, t):.3f}" for log in logs)) for t in TICKS],
    )
    return figure(
        "scores", "Score over all t", says, marks, numbers, legend(names, range(len(logs)))
    )


def _kept_above(log: dict[str, Any]) -> list[tuple[float, float]]:
    """Return the score at each t if only answers with confidence above t had been given."""
    if log["confidence"] is None:
        return []
    r = log["confidence"]["rates_if_answered_above_t"]
    rates = zip(r["t"], r["accuracy"], r["error_rate"], strict=True)
    return [(t, (1 - t) * right + t * (1 - wrong)) for t, right, wrong in rates]


def normal_form(log: dict[str, Any], t: float) -> float:
    """Return a log's score at t with 1 right, t abstained, 0 wrong."""
    row = log["targets"][0]
    return float((1 - t) * row["accuracy"] + t * (1 - row["error_rate"]))


def stated_runs(report: dict[str, Any]) -> list[list[int]]:
    """Return the logs that asked one model at several stated targets, in order of t."""
    places = {f"{g['log']} [t = {g['stated_t']:g}]": i for i, g in enumerate(report["logs"])
              if g["stated_t"] is not None}  # fmt: skip
    return [[places[name] for name in group["logs"]] for group in report["behavioural"]]


def _rates(
    logs: Sequence[dict[str, Any]],
    names: Sequence[str],
    title: str,
    rate: str,
    runs: Sequence[Sequence[int]],
) -> str:
    plane = Plane()
    lines = [_rate_over_t(log, rate) for log in logs]
    marks = [plane.frame("confidence target t", f"share of {title.lower()}")]
    for run in runs:
        points = [(logs[i]["stated_t"], logs[i]["targets"][0][rate]) for i in run]
        marks.append(plane.line(points, JOINED))
    for i, log in enumerate(logs):
        marks += _rate_marks(plane, log, rate, lines[i], i)
    says = (
        "A log with stated confidences is shown as if only answers with confidence above t had "
        "been given; one with a target stated to the model as a point with its interval, joined "
        "to those of the same model; any other as it is."
    )
    ways = [_way(log) for log in logs]
    rows = [
        (
            name,
            way,
            f"{log['targets'][0][rate]:.3f}",
            *(f"{_read(line, t):.3f}" for t in TICKS[::3]),
        )
        for name, way, log, line in zip(names, ways, logs, lines, strict=True)
    ]
    head = ("log", "shown", "as it is", *(f"t = {t:g}" for t in TICKS[::3]))
    numbers = table(f"Share of {title.lower()}", head, rows)
    return figure(rate, f"{title} over t", says, marks, numbers, legend(names, range(len(logs))))


def _rate_marks(
    plane: Plane, log: dict[str, Any], rate: str, line: Sequence[tuple[float, float]], i: int
) -> list[str]:
    t, row = log["stated_t"], log["targets"][0]
    if t is None:
        return [plane.line(line, look(i))]
    bar = plane.line([(t, end) for end in row[f"{rate}_interval"]], f'stroke="{ink(i)}"')
    return [bar, plane.dot(t, row[rate], ink(i))]


def _way(log: dict[str, Any]) -> str:
    if log["stated_t"] is not None:
        return f"stated t = {log['stated_t']:g}"
    return "as it is" if log["confidence"] is None else "if answered above t"


def _rate_over_t(log: dict[str, Any], rate: str) -> list[tuple[float, float]]:
    if log["stated_t"] is not None or log["confidence"] is None:
        return [(0.0, log["targets"][0][rate]), (1.0, log["targets"][0][rate])]
    found = log["confidence"]["rates_if_answered_above_t"]
    return list(zip(found["t"], found[rate], strict=True))


def _read(line: Sequence[tuple[float, float]], t: float) -> float:
    """Return the last value at or before t."""
    return next(y for x, y in reversed(line) if x <= t + 1e-9)
