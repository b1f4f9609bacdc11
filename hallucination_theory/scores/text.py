"""The audit as text for people, verdict first; all numbers come from the report."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from hallucination_theory.inputs.words import printable
from hallucination_theory.logs.records import KINDS
from hallucination_theory.scores.verdict import p_value

WIDTH = 100
NO_BREAK = "\N{NO-BREAK SPACE}%"
HEADINGS = ("t", "penalty", "score", "right", "wrong", "abstained", "right of answered")
WIDTHS = (4, 7, 22, 13, 13, 13, 17)
SHARES = ("accuracy", "error_rate", "abstention_rate", "accuracy_attempted")
FEW_LOGS = 3
"""Logs up to which the differences of each two are printed without --explain."""


def render(report: dict[str, Any], *, explain: bool = False) -> str:
    """Return the report as text; what files call themselves is fit to be printed."""
    return "\n".join(_lines(printable(report), explain))


def _lines(report: dict[str, Any], explain: bool) -> Iterator[str]:
    told = " ".join(report["verdict"]).replace(" %", NO_BREAK)
    yield from (line.replace(NO_BREAK, " %") for line in textwrap.wrap(told, WIDTH))
    yield ""
    for log, found in zip(report["logs"], report["findings"]["logs"], strict=True):
        yield from _log(log, report, explain)
        yield from _abstention(found)
        yield ""
    together = report["findings"]["together"]
    if together is not None and (explain or len(together["names"]) <= FEW_LOGS):
        yield from _pairs(report["paired"], together["pairs"], together["names"])
    for group in report["behavioural"]:
        yield from _behavioural(group)
    if explain:
        yield from _footer(report)
    else:
        yield "How every number came about: --explain. A page to read and correct: --report FILE."


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _log(log: dict[str, Any], report: dict[str, Any], explain: bool) -> Iterator[str]:
    stated = "" if log["stated_t"] is None else f", target stated to the model: {log['stated_t']:g}"
    yield f"{log['log']}{stated}"
    yield f"  read as: {log['read_as']}"
    yield from (f"  {note}" for note in log["notes"])
    if log["model"] or log["dataset"]:
        yield f"  model: {log['model'] or '?'}, dataset: {log['dataset'] or '?'}"
    counted = [
        _counted(kind, log["outcomes"][kind], report) for kind in KINDS if log["outcomes"][kind]
    ]
    text = f"{log['n_records']:,} records of {log['n_questions']:,} questions: {', '.join(counted)}"
    yield from _wrapped(text)
    if explain:
        yield from _recogniser(log["recogniser"])
    yield from _table(log["targets"])
    yield from _undetermined(log["targets"])
    if log["human"] is not None:
        yield from _human(log["human"])
    if log["confidence"] is not None:
        yield from _confidence(log["confidence"])


def _abstention(found: dict[str, Any]) -> Iterator[str]:
    if found["hallucination_rate"] is not None:
        rate = _of(found["hallucination_rate"])
        yield f"  hallucination rate, wrong of wrong and abstained: {rate}"
    none = found["unanswerable"]
    if none is not None:
        right, others = _of(none["abstained"]), _of(none["answerable_abstained"])
        yield from _wrapped(
            f"abstained on {right} of {none['n']:,} without an answer (right), on {others} of "
            f"{none['n_answerable']:,} others"
        )


def _counted(kind: str, number: int, report: dict[str, Any]) -> str:
    column = report["counted_as"][kind]
    return f"{number:,} {kind}" if column == kind else f"{number:,} {kind} (as {column})"


def _recogniser(found: dict[str, Any]) -> Iterator[str]:
    if not found["n_read"]:
        return
    yield (
        f"  recogniser: {found['n_read']:,} answers read, {found['n_changed']:,} verdicts changed, "
        f"{found['n_overruled']:,} left correct as graded"
    )
    if found["n_gold"] is not None:
        yield (
            f"  against the log's own labels: {found['n_missed']:,} abstentions missed, "
            f"{found['n_false_alarms']:,} false alarms in {found['n_gold']:,} answers"
        )


def _table(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield _columns(HEADINGS)
    for row in rows:
        cells = [f"{row['t']:g}", f"{row['penalty']:.4g}", _points(row)]
        cells += [_share(row, name) for name in SHARES]
        yield _columns(cells)


def _columns(cells: Sequence[str]) -> str:
    return " ".join([" ", *(c.rjust(w) for c, w in zip(cells, WIDTHS, strict=True))])


def _points(row: dict[str, Any]) -> str:
    low, high = row["score_interval"]
    return f"{row['score']:+.3f} [{low:+.2f}, {high:+.2f}]"


def _share(row: dict[str, Any], name: str) -> str:
    if row[name] is None:
        return "none"
    return _of([row[name], row[f"{name}_interval"]])


def _undetermined(rows: list[dict[str, Any]]) -> Iterator[str]:
    if rows[0]["undetermined_rate"]:
        ranges = "; ".join(
            f"t = {r['t']:g}: {r['score_range'][0]:+.3f} to {r['score_range'][1]:+.3f}"
            for r in rows
        )
        text = (
            f"{rows[0]['undetermined_rate']:.1%} undetermined, 0 points each; the score if all "
            f"were wrong or all were right: {ranges}"
        )
        yield from _wrapped(text)


def _human(found: dict[str, Any]) -> Iterator[str]:
    shares = ", ".join(
        f"{word} {value:.0%} [{100 * low:.0f}, {100 * high:.0f}]"
        for word in ("right", "wrong", "abstained")
        for value, (low, high) in [found[word]]
    )
    scores = "; ".join(
        f"t = {row['t']:g}: {row['score']:+.3f} [{low:+.2f}, {high:+.2f}]"
        for row in found["targets"]
        for low, high in [row["score_interval"]]
    )
    text = (
        f"by people, who labelled {found['n_labelled']:,} records and {found['n_agreed']:,} of "
        f"these as the log does: {shares}; scores at all t together: {scores}"
    )
    yield from _wrapped(text)


def _confidence(found: dict[str, Any]) -> Iterator[str]:
    without = found["n_attempted_without"]
    others = f" ({without:,} more have none)" if without else ""
    auroc = "undefined" if found["auroc"] is None else f"{found['auroc']:.4f}"
    yield from _wrapped(
        f"confidences of {found['n']:,} attempted answers{others}: ECE {found['ece']:.4f} "
        f"({found['ece_bins']}), Brier score {found['brier']:.4f}, area under risk-coverage "
        f"{found['aurc']:.4f} (excess {found['excess_aurc']:.4f}), AUROC {auroc}"
    )
    yield "  if only answers with confidence above t had been given:"
    yield from _table(found["targets_if_answered_above_t"])


def _pairs(
    rows: list[dict[str, Any]], pairs: list[dict[str, Any]], names: list[str]
) -> Iterator[str]:
    of_pairs = iter(rows)  # all targets of the first pair, then those of the next
    for pair in pairs:
        yield (
            f"{names[pair['a']]} minus {names[pair['b']]}: {p_value(pair)} for all pairs and t "
            "together"
        )
        for (low, high), row in zip(pair["score_difference_interval"], of_pairs, strict=False):
            yield (
                f"  t = {row['t']:<5g} {row['difference']:+.3f} [{low:+.2f}, {high:+.2f}], "
                f"{row['n_different']:,} of {row['n_questions']:,} questions differ"
            )
    yield ""


def _behavioural(group: dict[str, Any]) -> Iterator[str]:
    yield f"behavioural calibration over {', '.join(group['logs'])}"
    targets, matrix = group["targets"], group["score_of_row_at_column"]
    yield "".join(["  stated t \\ scored at t", *(f"{t:>10g}" for t in targets)])
    for t, scores in zip(targets, matrix, strict=True):
        yield "".join([f"  {t:>21g}", *(f"{score:>+10.3f}" for score in scores)])
    best = [
        f"{t:g}" for t, ok in zip(targets, group["stating_t_scores_best_at_t"], strict=True) if ok
    ]
    where = ", ".join(best) or "none"
    yield f"  what the model did when t was stated scores best at t for t = {where}"
    for step in group["withdrawn"]:
        yield _step(step)
    for row in group["false_abstention"]:
        yield from _wrapped(
            f"false abstention at t = {row['t']:g}: {_of(row['right_of_abstained'])} of its "
            f"{row['n_abstained']:,} abstentions were answered rightly at t = 0"
        )
    yield ""


def _of(share: list[Any] | None) -> str:
    if share is None:
        return "none"
    value, (low, high) = share
    return f"{value:.0%} [{100 * low:.0f}, {100 * high:.0f}]"


def _step(step: dict[str, Any]) -> str:
    text = (
        f"  from t = {step['t_low']:g} to {step['t_high']:g}: {step['n_withdrawn']:,} answers "
        f"withdrawn, {step['n_answered_only_above']:,} newly given"
    )
    if step["accuracy"] is None:
        return text
    low, high = step["accuracy_interval"]
    verdict = "compatible" if step["compatible"] else "NOT compatible"
    return (
        f"{text}; of the withdrawn {step['accuracy']:.1%} [{low:.1%}, {high:.1%}] were right, "
        f"{verdict} with calibration ({step['t_low']:g} to {step['t_high']:g})"
    )


def _footer(report: dict[str, Any]) -> Iterator[str]:
    methods = "; ".join(f"{name}: {how}" for name, how in report["interval_methods"].items())
    text = f"Intervals at {report['confidence_level']:.0%}: {methods}; seed {report['seed']}."
    yield from textwrap.wrap(text, WIDTH)
    counted = ", ".join(f"{kind} as {column}" for kind, column in report["counted_as"].items())
    yield from textwrap.wrap(f"Counted: {counted} (change with --count KIND=COLUMN).", WIDTH)
    yield "With 1 right, t abstained, 0 wrong a score is (score + L)/(1 + L), L = t/(1 - t)."
    found = report["recognised_as"]
    languages = ", ".join(found["languages"]) or "no language"
    text = f"Abstentions and refusals are recognised in {languages} (--pattern-file adds one)."
    yield from textwrap.wrap(text, WIDTH)
    for row in found["measured"]:
        yield from textwrap.wrap(f"{measured(row)}.", WIDTH)
    for kind in ("abstain", "refusal"):
        yield from (f"Recognised as {kind}: {pattern}" for pattern in found[kind])


def measured(row: dict[str, Any]) -> str:
    """Say below a score what the recogniser's error was on replies it had not learned from."""
    return (
        f"On {row['replies']} that the recogniser had not learned from, {row['n_right']:,} of "
        f"{row['n_called']:,} replies called abstentions were abstentions, and "
        f"{row['n_right']:,} of {row['n_abstentions']:,} abstentions were found"
    )
