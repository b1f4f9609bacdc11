"""``hallucination-theory rubric``: the prompt text for a target, or an lm-eval task with it."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from hallucination_theory.commands.options import say
from hallucination_theory.harness.lm_eval_task import write_task
from hallucination_theory.harness.open_rubric import default_template, open_rubric, read_template
from hallucination_theory.inputs.words import shown
from theory.errors import InvalidInput


@click.command()
@click.option("--t", "target", required=True, type=float, help="Confidence target in [0, 1).")
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    help="File with your own words and the fields {percent}, {t}, {penalty}, {idk}.",
)
@click.option("--show-template", is_flag=True, help="Print the template instead of the text.")
@click.option("--lm-eval", "folder", type=click.Path(path_type=Path), help="Write a task here.")
@click.option("--name", default="confidence_target", show_default=True, help="Name of the task.")
@click.option("--data", type=click.Path(path_type=Path), help="JSON lines: question, answer.")
def command(
    target: float,
    template: Path | None,
    show_template: bool,
    folder: Path | None,
    name: str,
    data: Path | None,
) -> None:
    """Print the open rubric for target t, or write an lm-evaluation-harness task that states it."""
    text = None if template is None else read_template(template)
    if folder is None:
        say(default_template() if show_template else open_rubric(target, text))
        return
    if data is None:
        raise InvalidInput("--data", "given with --lm-eval", "nothing")
    for path in write_task(folder, name, target, data, template=text):
        say(f"wrote {shown(path)}")
    include = shlex.quote(str(folder))
    say(f"run: lm_eval --model ... --tasks {name} --include_path {include} --log_samples")
