"""``hallucination-theory rubric``: the prompt text for a target, or an lm-eval task with it."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from hallucination_theory.commands.command import Command
from hallucination_theory.commands.options import tell
from hallucination_theory.harness.lm_eval_task import write_tasks
from hallucination_theory.harness.open_rubric import default_template, open_rubric, read_template
from hallucination_theory.inputs.words import shown
from theory.errors import InvalidInput
from theory.grading import penalty


@click.command(
    "rubric",
    cls=Command,
    examples=(
        "--t 0.75",
        "--t 0 --t 0.5 --t 0.75 --t 0.9 --lm-eval . --data questions.jsonl",
    ),
)
@click.option(
    "--t",
    "targets",
    required=True,
    multiple=True,
    type=float,
    help="Confidence target in [0, 1); repeatable.",
)
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    show_default="the words of --show-template",
    help="File with your own words and the fields {percent}, {t}, {penalty}, {idk}.",
)
@click.option("--show-template", is_flag=True, help="Print the template instead of the text.")
@click.option("--lm-eval", "folder", type=click.Path(path_type=Path), help="Write a task here.")
@click.option("--name", default="confidence_target", show_default=True, help="Name of the task.")
@click.option("--data", type=click.Path(path_type=Path), help="JSON lines: question, answer.")
def command(
    targets: tuple[float, ...],
    template: Path | None,
    show_template: bool,
    folder: Path | None,
    name: str,
    data: Path | None,
    as_json: bool,
) -> None:
    """Print the open rubric for target t, or write an lm-evaluation-harness task that states it.

    Several targets are one task each, and a group of them all.
    """
    given = None if template is None else read_template(template)
    texts = [open_rubric(t, given) for t in targets]
    text = default_template() if show_template else "\n".join(texts)
    files: list[Path] = []
    run = None
    if folder is not None:
        if data is None:
            raise InvalidInput("--data", "given with --lm-eval", "nothing")
        files = write_tasks(folder, name, targets, data, template=given)
        include = shlex.quote(str(folder))
        run = f"lm_eval --model ... --tasks {name} --include_path {include} --log_samples"
    report = {
        "targets": [
            {"t": t, "penalty": float(penalty(t)), "text": of_t}
            for t, of_t in zip(targets, texts, strict=True)
        ],
        "template": given or default_template(),
        "files": [str(path) for path in files],
        "run": run,
    }
    wrote = [*(f"wrote {shown(path)}" for path in files), f"run: {run}"]
    tell(report, "\n".join(wrote) if files else text, as_json=as_json)
