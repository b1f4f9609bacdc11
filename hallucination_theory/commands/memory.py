"""``hallucination-theory memory``: what an exam makes of a full memory (extension X11)."""

from __future__ import annotations

import math

import click

from hallucination_theory.commands.command import Command, meanings
from hallucination_theory.commands.options import Whole, tell
from theory.errors import InvalidInput
from theory.grading import penalty
from theory.memory import MemorySystem, best_system, honest_system, swap_target


@click.command(
    "memory",
    cls=Command,
    examples=(
        "--facts 1000 --bits 4256 --t 0.5",
        "--facts 10^6 --bits 4e6 --t 0 --json",
    ),
)
@click.option("--facts", type=Whole(1), required=True, help="N, facts to know, up to 10^15.")
@click.option("--answers", type=Whole(2), default=365, show_default=True, help="R, answers a fact.")
@click.option("--bits", type=float, required=True, help="Memory in bits, for all facts together.")
@click.option("--t", "target", type=float, required=True, help="Confidence target in [0, 1).")
def command(facts: int, answers: int, bits: float, target: float, as_json: bool) -> None:
    """What the best system does at an exam whose facts do not fit into its memory.

    N arbitrary facts with R equally likely answers each, a memory of B bits, and an exam at
    confidence target t: a right answer earns 1 point, a mistake costs t/(1 - t), "I don't know"
    nothing. Shares of all facts; no system scores more, and large ones come as near as one likes.
    """
    if not 0 <= bits < math.inf:
        raise InvalidInput("--bits", "a finite number >= 0", bits)
    numbers = report(facts, answers, bits, target)
    tell(dict(numbers), as_text(facts, answers, bits, numbers), as_json=as_json)


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
    meaning = meanings("memory")
    lines = [f"{name:13} {text:12} {meaning[name]}" for name, text in shown.items()]
    return "\n".join([heading, "", *lines])
