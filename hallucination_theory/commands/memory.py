"""``hallucination-theory memory``: what an exam makes of a full memory (extension X11)."""

from __future__ import annotations

import json
import math

import click

from theory.errors import InvalidInput, require_integer
from theory.grading import penalty
from theory.memory import MemorySystem, best_system, honest_system, swap_target

LARGEST = 10**15
"""Counts beyond this do not fit in the digits of a float."""

MEANING = {
    "memory_share": "of the bits that knowing every fact takes",
    "penalty": "points that a mistake costs, t/(1 - t)",
    "right": "answered rightly by the best system with this memory",
    "wrong": "answered wrongly by it (hallucinations)",
    "abstained": '"I don\'t know"',
    "score": "its points a question",
    "honest_right": "known to the honest system, which abstains on the rest",
    "honest_score": "its points a question",
    "swap_target": "target from which on honesty scores more than answering everything",
}
"""Number printed -> what a human reader is told about it."""


@click.command()
@click.option("--facts", type=int, required=True, help="N, facts to know, up to 10^15.")
@click.option("--answers", type=int, default=365, show_default=True, help="R, answers a fact.")
@click.option("--bits", type=float, required=True, help="Memory in bits, for all facts together.")
@click.option("--t", "target", type=float, required=True, help="Confidence target in [0, 1).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(facts: int, answers: int, bits: float, target: float, as_json: bool) -> None:
    """What the best system does at an exam whose facts do not fit into its memory.

    N arbitrary facts with R equally likely answers each, a memory of B bits, and an exam at
    confidence target t: a right answer earns 1 point, a mistake costs t/(1 - t), "I don't know"
    nothing. Shares of all facts; no system scores more, and large ones come as near as one likes.

    Example: hallucination-theory memory --facts 1000 --bits 4256 --t 0.5
    """
    for name, value in (("--facts", facts), ("--answers", answers)):
        if value > LARGEST:
            raise InvalidInput(name, f"at most {LARGEST}", value)
    require_integer("--facts", facts, at_least=1)
    require_integer("--answers", answers, at_least=2)
    if not 0 <= bits < math.inf:
        raise InvalidInput("--bits", "a finite number >= 0", bits)
    numbers = report(facts, answers, bits, target)
    click.echo(json.dumps(numbers) if as_json else as_text(facts, answers, bits, numbers))


def report(facts: int, answers: int, bits: float, target: float) -> dict[str, float | None]:
    """Return the numbers of the report; no swap target if everything is known."""
    memory = bits * math.log(2) / facts
    best: MemorySystem = best_system(target, answers, memory)
    honest = honest_system(answers, memory)
    return {
        "memory_share": memory / math.log(answers),
        "penalty": float(penalty(target)),
        "right": best.right,
        "wrong": best.wrong,
        "abstained": best.abstained,
        "score": best.score(target),
        "honest_right": honest.right,
        "honest_score": honest.score(target),
        "swap_target": swap_target(answers, memory) if honest.right < 1 else None,
    }


def as_text(facts: int, answers: int, bits: float, numbers: dict[str, float | None]) -> str:
    """Return the report for people."""
    heading = f"{facts} facts with {answers} answers each, {bits:g} bits of memory"
    shown = {name: "none" if value is None else f"{value:.6g}" for name, value in numbers.items()}
    lines = [f"{name:13} {text:12} {MEANING[name]}" for name, text in shown.items()]
    return "\n".join([heading, "", *lines])
