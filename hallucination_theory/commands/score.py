"""``hallucination-theory score``: re-score evaluation logs at confidence targets."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from hallucination_theory.commands.command import Command
from hallucination_theory.commands.options import SEED, Whole, require_figure_path, tell, with_run
from hallucination_theory.inputs.patterns import Pattern
from hallucination_theory.inputs.progress import clear, step, steps
from hallucination_theory.inputs.words import shown
from hallucination_theory.logs.labels import LETTERS, ReadOptions, word_of
from hallucination_theory.logs.plain import COLUMNS
from hallucination_theory.logs.read import read_logs
from hallucination_theory.logs.recogniser import Recogniser
from hallucination_theory.logs.records import KINDS, EvalLog
from hallucination_theory.page import figure as score_figure
from hallucination_theory.page.corrections import corrected
from hallucination_theory.replies.own import read_language
from hallucination_theory.scores.audit import audit
from hallucination_theory.scores.human import human_labels
from hallucination_theory.scores.settings import Settings, Treatment
from hallucination_theory.scores.text import render
from theory.errors import InvalidInput, require_probability
from theory.grading import TARGETS, require_target

BELOW = 3
"""Exit code if a log scores less than --fail-below; 1 is a crash and 2 a mistake in the input."""
HELP = """Score evaluation logs at confidence targets t.

A correct answer earns 1, "I don't know" 0, a wrong answer -t/(1 - t). On the scale 1, t, 0 logs
rank alike: it is (score + L)/(1 + L) with L = t/(1 - t).

Each LOG is an Inspect AI log (.eval, .json), a sample file of lm-evaluation-harness or lmms-eval
(--log_samples), a details file of lighteval, or a table (.csv, .jsonl, .parquet) with the columns
question, outcome (correct, wrong, abstain) or answer, target; confidence (percent where nothing
else can be meant), answerable (where false, to abstain is right), epoch, task and t (the target
stated to the model) are read if they are there. Several logs are compared with the first,
question by question; logs with different stated targets are audited for behavioural calibration.

Exit codes: 0, 2 after a mistake in options or files, 3 below --fail-below, 130 after Ctrl-C.
"""


@click.command(
    "score",
    cls=Command,
    help=HELP,
    examples=(
        "careful.csv guesser.csv --t 0 --t 0.75",
        "answers.jsonl --t 0.75 --json",
        "careful.csv --t 0 --fail-below 0.2 --quiet",
    ),
)
@click.argument("logs", nargs=-1, required=True, metavar="LOG...", type=click.Path(path_type=Path))
@click.option(
    "--t",
    "targets",
    multiple=True,
    type=float,
    show_default=", ".join(map(str, TARGETS)),
    help="Target in [0, 1); repeatable.",
)
@click.option("--stated-t", multiple=True, type=float, help="Target stated in each LOG.")
@click.option("--abstain", multiple=True, help="Regular expression that marks an abstention.")
@click.option("--refusal", multiple=True, help="Regular expression that marks a refusal.")
@click.option(
    "--pattern-file",
    multiple=True,
    type=click.Path(path_type=Path),
    help="TOML file of a language's abstentions, like those that are built in.",
)
@click.option("--no-built-in", is_flag=True, help="Drop the built-in languages.")
@click.option(
    "--label",
    multiple=True,
    metavar="LABEL=KIND",
    help="What a label of the log means; given ones replace all that are known.",
)
@click.option("--letters", type=click.Choice(list(LETTERS)), help="Whose letters the labels are.")
@click.option("--correct-from", type=float, help="Graded scores from here on are correct.")
@click.option("--count", multiple=True, metavar="KIND=COLUMN", help="How a kind counts.")
@click.option(
    "--columns",
    metavar="NAME=COLUMN,...",
    help="Which columns of a table are question, answer, target, outcome, confidence, ...; "
    "subset=KEY names a key of the samples' metadata too (Inspect).",
)
@click.option("--scorer", help="Scorer (Inspect) or metric (lm-evaluation-harness) to read.")
@click.option("--filter", "filter_name", help="Filter of an lm-evaluation-harness file.")
@click.option("--task", help="Task to keep if a table mixes several.")
@click.option("--answer-pattern", help="Expression whose last match is the answer.")
@click.option("--exact", is_flag=True, help="Compare answers with targets letter by letter.")
@click.option(
    "--corrections",
    type=click.Path(path_type=Path),
    help="Table with the columns question, kind (log, epoch, t): what records are, by hand.",
)
@click.option(
    "--human",
    type=click.Path(path_type=Path),
    help="Table like that of --corrections: people's labels of a random sample of the records.",
)
@click.option("--common", is_flag=True, help="Compare logs on the questions they share.")
@click.option("--separate", is_flag=True, help="Score each log for itself; compare none.")
@click.option(
    "--confidence-level", default=0.95, show_default=True, help="Coverage of the intervals."
)
@click.option(
    "--ece-bins",
    type=Whole(1, 10_000),
    default=10,
    show_default=True,
    help="Bins of equal width of the calibration error.",
)
@click.option(
    "--fail-below",
    type=float,
    metavar="SCORE",
    help="End with exit code 3 if a LOG scores less than this at the one target given by --t.",
)
@SEED
@click.option(
    "--report",
    "page",
    type=click.Path(path_type=Path),
    help="Page to write (.html): verdict, curves, the records that moved the result.",
)
@click.option(
    "--table",
    type=click.Path(path_type=Path),
    help="Re-scored table to write (.csv, .md), with rank intervals.",
)
@click.option("--explain", is_flag=True, help="Print how every number came about.")
@click.option("--figure", type=click.Path(path_type=Path), help="Figure to draw: .png, .svg, .pdf.")
def command(
    logs: tuple[Path, ...],
    targets: tuple[float, ...],
    stated_t: tuple[float, ...],
    abstain: tuple[str, ...],
    refusal: tuple[str, ...],
    pattern_file: tuple[Path, ...],
    no_built_in: bool,
    label: tuple[str, ...],
    letters: str | None,
    correct_from: float | None,
    count: tuple[str, ...],
    columns: str | None,
    scorer: str | None,
    filter_name: str | None,
    task: str | None,
    answer_pattern: str | None,
    exact: bool,
    corrections: Path | None,
    human: Path | None,
    common: bool,
    separate: bool,
    confidence_level: float,
    ece_bins: int,
    fail_below: float | None,
    seed: int,
    page: Path | None,
    table: Path | None,
    explain: bool,
    as_json: bool,
    figure: Path | None,
) -> None:
    """Read, audit, print, draw."""
    if fail_below is not None and (len(targets) != 1 or math.isnan(fail_below)):
        given = f"{fail_below:g} and {len(targets)} targets"
        raise InvalidInput("--fail-below", "a number, given with one --t", given)
    settings = Settings(
        targets=[require_target(t) for t in targets] or TARGETS,
        treatment=Treatment(dict(_pair(text, "--count") for text in count)),
        confidence_level=require_probability(
            "--confidence-level", confidence_level, zero=False, one=False
        ),
        seed=seed,
        ece_bins=ece_bins,
        common=common,
        separate=separate,
    )
    options = ReadOptions(
        scorer,
        filter_name,
        task,
        _labels(label),
        letters,
        correct_from,
        Pattern(answer_pattern, "--answer-pattern") if answer_pattern else None,
        _columns(columns),
        exact,
    )
    languages = tuple(read_language(path) for path in pattern_file)
    recogniser = Recogniser(abstain, refusal, built_in=not no_built_in, languages=languages)
    if figure is not None:
        require_figure_path(figure)
    for path, suffixes in ((page, (".html",)), (table, (".csv", ".md"))):
        if path is not None and path.suffix not in suffixes:
            raise InvalidInput(f"the file {path}", " or ".join(suffixes), repr(path.suffix))
    read = steps(logs, "reading", "logs", len(logs))
    parts = [part for path in read for part in read_logs(path, options, recogniser)]
    parts = _state(parts, stated_t)
    if corrections is not None:
        parts = corrected(parts, corrections)
    labels = None if human is None else human_labels(parts, human)
    step("intervals and tests")
    report = audit(parts, recogniser, settings, labels)
    if figure is not None:
        score_figure.draw(report, figure)
    if page is not None:
        from hallucination_theory.page.audit_page import write_page

        write_page(with_run(report), parts, settings.treatment, page)
    if table is not None:
        from hallucination_theory.page.score_table import write_table

        write_table(report, table)
    tell(report, render(report, explain=explain), as_json=as_json)
    if fail_below is not None:
        _require_score(report, fail_below)


def _require_score(report: dict[str, Any], least: float) -> None:
    """End with an exit code of its own if a log scores less."""
    for log in report["logs"]:
        (row,) = log["targets"]
        if not row["score"] >= least:
            said = f"{shown(log['log'])} scores {row['score']:.6g} at t = {row['t']:g}"
            clear()
            click.echo(f"{said}, below {least:g}.", err=True)
            raise SystemExit(BELOW)


def _pair(text: str, flag: str) -> tuple[str, str]:
    left, separator, right = text.rpartition("=")
    if not separator:
        raise InvalidInput(flag, "of the form NAME=VALUE", repr(text))
    return left.strip().lower(), right.strip()


def _columns(given: str | None) -> dict[str, str]:
    pairs = [text.partition("=") for text in given.split(",")] if given else []
    found = {name.strip(): column.strip() for name, _, column in pairs}
    for name, column in found.items():
        if name not in COLUMNS or not column:
            allowed = f"pairs NAME=COLUMN with NAME one of {', '.join(COLUMNS)}"
            raise InvalidInput("--columns", allowed, repr(given))
    return found


def _labels(given: tuple[str, ...]) -> dict[str, int]:
    labels = {}
    for text in given:
        word, kind = _pair(text, "--label")
        if kind not in KINDS:
            allowed = f"one of {', '.join(KINDS)}"
            raise InvalidInput(f"the kind of label {word!r}", allowed, repr(kind))
        labels[word_of(word)] = KINDS.index(kind)
    return labels


def _state(parts: list[EvalLog], stated: tuple[float, ...]) -> list[EvalLog]:
    if not stated:
        return parts
    if len(stated) != len(parts):
        raise InvalidInput("--stated-t", f"given once for each of {len(parts)} logs", len(stated))
    return [
        replace(part, stated_t=require_target(t, name="--stated-t"))
        for part, t in zip(parts, stated, strict=True)
    ]
