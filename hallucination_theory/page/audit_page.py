"""One self-contained page of a report: it needs no network and no other file."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

from hallucination_theory import __version__
from hallucination_theory.inputs.json_text import written
from hallucination_theory.inputs.words import printable
from hallucination_theory.logs.labels import ReadOptions
from hallucination_theory.logs.read import read_logs
from hallucination_theory.logs.recogniser import Recogniser
from hallucination_theory.logs.records import KINDS, EvalLog
from hallucination_theory.page.charts import table
from hallucination_theory.page.curves import charts
from hallucination_theory.page.log_sections import behavioural, log_section
from hallucination_theory.page.records import Group, Record, groups_of
from hallucination_theory.page.score_table import HEAD, cells, table_rows
from hallucination_theory.scores.audit import audit
from hallucination_theory.scores.settings import Settings, Treatment
from hallucination_theory.scores.text import measured
from simulations.whole_files import replaced

SCALES = (
    "Scores here are in points: 1 right, 0 abstained, -t/(1 - t) wrong. The scale 1 right, t "
    "abstained, 0 wrong ranks alike: it is (score + L)/(1 + L) with L = t/(1 - t)."
)
BYTES = 1_000_000
RECORDS = (60, 30, 15, 8, 4, 2, 1, 0)
"""Records of a group on the page: the first number with which the page is small enough."""
TITLED = 3
"""Logs up to which the title names them all."""


def audit_logs(logs: Sequence[str | Path], path: str | Path) -> dict[str, Any]:
    """Score logs as ``hallucination-theory score`` does, write the page, return the report.

    Raises
    ------
    InvalidInput
        If a file is no log, or the logs cannot be compared.
    """
    recogniser, settings = Recogniser(), Settings()
    parts = [part for log in logs for part in read_logs(Path(log), ReadOptions(), recogniser)]
    report = audit(parts, recogniser, settings)
    write_page(report, parts, settings.treatment, Path(path))
    return report


def write_page(
    report: dict[str, Any], logs: Sequence[EvalLog], treatment: Treatment, path: Path
) -> None:
    """Write the page of a report and of the records behind it.

    It shows as many records of each group as fit in :data:`BYTES`.
    """
    groups = groups_of(logs, treatment, max(RECORDS))
    for most in RECORDS:
        few = [[replace(g, records=g.records[:most]) for g in of_log] for of_log in groups]
        text = page(report, few).encode(errors="backslashreplace")
        if len(text) < BYTES:
            break
    with replaced(path) as (partial,):
        partial.write_bytes(text)


def page(report: dict[str, Any], groups: Sequence[Sequence[Group]]) -> str:
    """Return the page; the report stands in it as ``--json`` prints it."""
    template = (resources.files("hallucination_theory") / "page" / "page.html").read_text("utf-8")
    parts = {"POLICY": _policy(template)} | _parts(printable(report), groups)
    # A "<" in the text of a script could end it.
    parts["REPORT"] = written(report).replace("<", "\\u003c")
    return re.sub("@([A-Z]+)@", lambda match: parts[match[1]], template)


def _parts(report: dict[str, Any], groups: Sequence[Sequence[Group]]) -> dict[str, str]:
    names = [found["name"] for found in report["findings"]["logs"]]
    title = f"Scores with {report['confidence_level']:.0%} intervals"
    scores = table(title, HEAD, map(cells, table_rows(report)))
    return {
        "TITLE": escape(_title(names)),
        "ABOUT": escape(_about(report)),
        "VERDICT": f'<p class="said">{escape(" ".join(report["verdict"]))}</p>',
        "CHARTS": "".join(charts(report)),
        "TABLE": f"<p>{escape(SCALES)}</p>{scores}{''.join(behavioural(report))}",
        "LOGS": "".join(map(log_section, report["logs"], names)),
        "RECORDS": "".join(_records(groups, names)),
        "METHOD": "".join(_method(report)),
        "FOOTER": escape(f"hallucination-theory {__version__}. One file, no network."),
    }


def _policy(template: str) -> str:
    """Return a policy by which nothing but the page's own style and script is obeyed."""
    allowed = {
        tag: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for tag, text in re.findall(r"<(style|script)>(.*?)</\1>", template, re.DOTALL)
    }
    return (
        f"default-src 'none'; style-src 'sha256-{allowed['style']}'; "
        f"script-src 'sha256-{allowed['script']}'; base-uri 'none'; form-action 'none'"
    )


def _title(names: Sequence[str]) -> str:
    listed = ", ".join(names[:TITLED])
    more = f" and {len(names) - TITLED} more" if len(names) > TITLED else ""
    return f"Evaluation audit: {listed}{more}"


def _about(report: dict[str, Any]) -> str:
    n = sum(log["n_records"] for log in report["logs"])
    n_logs = len(report["logs"])
    by_hand = sum(log["n_corrected"] for log in report["logs"])
    corrected = f"; {by_hand:,} corrected by hand" if by_hand else ""
    return f"{n:,} records in {n_logs} {'log' if n_logs == 1 else 'logs'}{corrected}."


def _records(groups: Sequence[Sequence[Group]], names: Sequence[str]) -> Iterator[str]:
    number = 0
    for name, of_log in zip(names, groups, strict=True):
        yield f"<h3>{escape(name)}</h3>"
        if not of_log:
            yield "<p>All records are graded right by the log itself, or abstentions.</p>"
        for group in of_log:
            few = "" if group.n == len(group.records) else f", {len(group.records)} shown"
            what = "record" if group.n == 1 else "records"
            title = f"{group.n:,} {what} {group.title}{few}"
            yield f'<details><summary>{escape(title)}</summary><ol class="records">'
            for record in group.records:
                number += 1
                yield _record(record, number, name)
            yield "</ol></details>"


def _record(record: Record, number: int, name: str) -> str:
    of = {"log": record.log, "question": record.question, "kind": record.kind}
    of |= {} if record.epoch is None else {"epoch": str(record.epoch)}
    of |= {} if record.t is None else {"t": f"{record.t!r}"}
    data = " ".join(f'data-{key}="{escape(value)}"' for key, value in of.items())
    options = "".join(
        f"<option{' selected' if kind == record.kind else ''}>{kind}</option>" for kind in KINDS
    )
    text = (
        '<p class="soft">The log has no text of the answer.</p>'
        if record.text is None
        else f'<div class="text" dir="auto">{escape(record.text) or "(empty)"}</div>'
    )
    expected = (
        "" if record.expected is None else f"<p>Accepted: <bdi>{escape(record.expected)}</bdi></p>"
    )
    again = "" if record.epoch is None else f", repetition {record.epoch}"
    unseen = escape(f" ({record.title[:80]}{again}, {name})")
    return (
        f'<li><p><strong dir="auto">{escape(record.title)}</strong>{again}</p>{text}'
        f'{expected}<p>{escape(record.why)}</p><label for="c{number}">Count record {number} as'
        f'<span class="unseen">{unseen}</span></label> '
        f'<select id="c{number}" {data}>{options}</select></li>'
    )


def _method(report: dict[str, Any]) -> Iterator[str]:
    ways = ", ".join(f"{kind} as {column}" for kind, column in report["counted_as"].items())
    yield f"<p>Counted: {escape(ways)}. An undetermined record earns 0 points; intervals span all "
    yield "that it may be.</p><ul>"
    for what, how in report["interval_methods"].items():
        yield f"<li>{escape(what)}: {escape(how)}</li>"
    found = report["recognised_as"]
    languages = ", ".join(found["languages"]) or "no language"
    yield f"<li>abstentions and refusals recognised in {escape(languages)}</li>"
    yield from (f"<li>{escape(measured(row))}</li>" for row in found["measured"])
    for kind in ("abstain", "refusal"):
        yield from (f"<li>recognised as {kind}: <code>{escape(p)}</code></li>" for p in found[kind])
    yield f"<li>seed {report['seed']}</li></ul>"
