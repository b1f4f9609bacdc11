"""``hallucination-theory facts``: a list of facts as a task for lm-evaluation-harness."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from hallucination_theory.commands.command import Command
from hallucination_theory.commands.options import SEED, Whole, tell
from hallucination_theory.harness.facts_file import read_facts
from hallucination_theory.harness.facts_task import (
    OVERLAPS,
    TaskOptions,
    documents,
    judged_documents,
    refuse_overlaps,
    write_facts_task,
)
from hallucination_theory.inputs.words import shown
from theory.errors import InvalidInput

JUDGE_TEXT = "{question} {candidate}\nIs this statement true? Answer yes or no:"
ALL = "all"


@click.command(
    "facts",
    cls=Command,
    examples=(
        "facts.csv --out task",
        "facts.csv --out judged --wrong 3 --judge --json",
    ),
)
@click.argument("file", metavar="FACTS", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--name", default="facts", show_default=True, help="Name of the task.")
@click.option(
    "--wrong",
    default=ALL,
    show_default=True,
    help="K, wrong answers drawn for each question from its relation (or from its column wrong).",
)
@SEED
@click.option("--abstain", default="I don't know", show_default=True, help="Last candidate; or ''.")
@click.option("--template", multiple=True, metavar="[RELATION=]TEXT", help="With {subject}.")
@click.option("--separator", default="|", show_default=True, help="Between several answers.")
@click.option("--begin", default="", help='Begin-of-sequence token, such as "<|endoftext|>".')
@click.option("--end", default="", help='Text after each candidate, such as ".".')
@click.option("--delimiter", default=" ", show_default=True, help="Before each candidate.")
@click.option(
    "--overlap",
    type=click.Choice(OVERLAPS),
    default="refuse",
    show_default=True,
    help="If a candidate begins with another one. subtract: the tokens of the longer one begin "
    "with those of the shorter one, whose mass check then lowers. distinct: they do not.",
)
@click.option("--judge", is_flag=True, help="A second task: is this candidate valid, yes or no?")
@click.option("--judge-text", default=JUDGE_TEXT, help="With {question} and {candidate}.")
@click.option(
    "--tokenizer",
    type=click.Path(path_type=Path),
    help="Folder of the model: check borders and beginnings by its tokens (extra transformers).",
)
def command(
    file: Path,
    out: Path,
    name: str,
    wrong: str,
    seed: int,
    abstain: str,
    template: tuple[str, ...],
    separator: str,
    begin: str,
    end: str,
    delimiter: str,
    overlap: str,
    judge: bool,
    judge_text: str,
    tokenizer: Path | None,
    as_json: bool,
) -> None:
    """Write a task that weighs every candidate answer of a list of facts.

    FACTS is CSV, JSON lines or Parquet with one row for each fact:

    \b
      question      or subject, with --template
      answer        right answers, separated by |
      relation      optional; questions of one relation lend each other their answers
      wrong         optional; wrong answers of its own, separated by |
      weight        optional; proportional to the prompt's probability mu
      count         optional; how often the fact was seen in training
      answer_prob   optional; how often training data answer rather than abstain

    The more wrong answers a question has, the less |V|/|E| costs the bound of check.
    """  # noqa: D301 -- click reads the backspace as "keep these lines"
    if not separator:
        raise InvalidInput("--separator", "a text", "no text")
    options = TaskOptions(
        name=name,
        n_wrong=None if wrong == ALL else _at_least_one(wrong),
        abstention=abstain.strip(),
        begin=begin,
        end=end,
        delimiter=delimiter,
        overlap=overlap,
        judge_text=judge_text if judge else None,
    )
    facts = read_facts(file, templates=_templates(template), separator=separator)
    given = documents(facts, options, rng=seed)
    if tokenizer is None:
        refuse_overlaps(given)
    else:
        from hallucination_theory.harness.tokens import check_tokens

        given = check_tokens(given, tokenizer, delimiter=delimiter)
    judged = judged_documents(given, options, rng=seed) if judge else []
    paths = write_facts_task(out, given, judged, options)
    sizes = sorted({len(document["choices"]) for document in given})
    between = f"{sizes[0]}" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
    names = f"{name},{name}_judge" if judge else name
    run = (
        f"lm_eval --model hf --model_args pretrained=PATH --tasks {names} "
        f"--include_path {shlex.quote(str(out))} --log_samples --output_path out/"
    )
    report = {
        "files": [str(path) for path in paths],
        "n_questions": len(given),
        "n_candidates": [sizes[0], sizes[-1]],
        "run": run,
    }
    said = f"{len(given)} questions with {between} candidates each"
    lines = [*(f"wrote {shown(path)}" for path in paths), said, f"run: {run}"]
    tell(report, "\n".join(lines), as_json=as_json)


def _at_least_one(text: str) -> int:
    option = click.Option(["--wrong"])
    return Whole(1).convert(text, option, None)


def _templates(given: tuple[str, ...]) -> dict[str, str]:
    """Relation -> template; a template without a relation is for all."""
    found = {}
    for text in given:
        relation, equals, rest = text.partition("=")
        named = bool(equals) and "{subject}" not in relation
        found[relation.strip() if named else ""] = rest if named else text
    return found
