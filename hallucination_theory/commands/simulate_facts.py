"""``hallucination-theory simulate-facts``: the calibrated memoriser between Theorem 2's bounds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from hallucination_theory.commands.command import Command, meanings
from hallucination_theory.commands.options import SEED, Whole, require_gamma, tell
from simulations.facts import (
    FactTrial,
    PromptLaw,
    fact_trial,
    geometric_law,
    pareto_law,
    two_level_law,
    uniform_law,
    zipf_law,
)
from theory.errors import InvalidInput
from theory.facts import FactWorld

LARGEST = 10**15
"""Counts beyond this do not fit in the digits of a float."""
COUNT = Whole(1, LARGEST)
MOST_BANDS = 10**6
"""So many need about 100 MB."""
BY_PROMPT = 10**6
"""Up to so many prompts each has its own probability; beyond, bands of ranks share one."""

LAWS = {
    "uniform": (),
    "zipf": ("exponent",),
    "pareto": ("shape",),
    "geometric": ("ratio",),
    "two-level": ("head_prompts", "head_mass"),
}
"""Law -> the options that it takes."""


@click.command(
    "simulate-facts",
    cls=Command,
    examples=(
        "--prompts 100_000 --samples 10^4",
        "--prompts 1e12 --samples 1e9 --law uniform --seed 1 --json",
    ),
)
@click.option(
    "--prompts", type=Whole(1, LARGEST), required=True, help="K, number of facts, up to 10^15."
)
@click.option(
    "--samples", type=Whole(1, LARGEST), required=True, help="N, training samples, up to 10^15."
)
@click.option(
    "--law",
    type=click.Choice(list(LAWS)),
    default="zipf",
    show_default=True,
    help="How often each fact is asked for.",
)
@click.option("--exponent", type=float, show_default="1", help="Of zipf.")
@click.option("--shape", type=float, show_default="1", help="Of pareto.")
@click.option("--ratio", type=float, default=None, help="Of geometric, in (0, 1).")
@click.option(
    "--head-prompts", type=Whole(1, LARGEST), default=None, help="Of two-level: famous facts."
)
@click.option("--head-mass", type=float, default=None, help="Of two-level: their probability.")
@click.option("--responses", type=Whole(1, LARGEST), default=365, show_default=True, help="|R|.")
@click.option("--answer-prob", type=float, default=1.0, show_default=True, help="alpha.")
@click.option(
    "--bands",
    type=Whole(1, MOST_BANDS),
    default=1000,
    show_default=True,
    help="Used beyond 10^6 facts.",
)
@click.option(
    "--gamma", type=float, default=0.01, show_default=True, help="Allowed failure probability."
)
@SEED
def command(
    prompts: int,
    samples: int,
    law: str,
    responses: int,
    answer_prob: float,
    bands: int,
    gamma: float,
    seed: int,
    as_json: bool,
    **parameters: Any,
) -> None:
    """Train the calibrated memoriser on N samples of K arbitrary facts; print err and bounds.

    Exact whatever K and N: facts that are equally likely share a class, and their counts are drawn
    without touching N samples.
    """
    require_gamma(gamma)
    chosen = _law(law, prompts, bands if prompts > BY_PROMPT else None, parameters)
    world = chosen.facts(n_responses=responses, answer_prob=answer_prob)
    trial = fact_trial(world, samples, gamma=gamma, rng=seed)
    tell(dict(shown(trial)), as_text(trial, world), as_json=as_json)


def _law(law: str, n: int, bands: int | None, parameters: dict[str, Any]) -> PromptLaw:
    given = {name: value for name, value in parameters.items() if value is not None}
    for name, value in given.items():
        if name not in LAWS[law]:
            raise InvalidInput(_option(name), f"left out with --law {law}", value)
    if law == "uniform":
        return uniform_law(n)
    if law == "zipf":
        return zipf_law(n, max_bands=bands, **given)
    if law == "pareto":
        return pareto_law(n, max_bands=bands, **given)
    needed = [name for name in LAWS[law] if name not in given]
    if needed:
        options = " and ".join(map(_option, needed))
        raise InvalidInput(options, f"given with --law {law}", "nothing")
    return (
        two_level_law(n, **given)
        if law == "two-level"
        else geometric_law(n, max_bands=bands, **given)
    )


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def shown(trial: FactTrial) -> dict[str, float | str]:
    """Return what the report shows, in order."""
    numbers = asdict(trial)
    return {name: numbers[name] for name in meanings("simulate-facts")}


def as_text(trial: FactTrial, world: FactWorld) -> str:
    """Return the report for people."""
    heading = f"{trial.n_samples} samples of {world.total_prompts} facts"
    if world.n_classes < world.total_prompts:
        heading += f" in {world.n_classes} classes of equally likely ones"
    meaning = meanings("simulate-facts")
    lines = [
        f"{name:15} {value if isinstance(value, str) else f'{value:.9g}':14} {meaning[name]}"
        for name, value in shown(trial).items()
    ]
    return "\n".join([heading, "", *lines])
