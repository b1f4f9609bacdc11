"""``hallucination-theory singletons``: what Theorem 2 says about a user's own training data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hallucination_theory.commands.options import Whole, require_gamma, say, say_json
from hallucination_theory.inputs.words import shown
from hallucination_theory.tables.corpora import MEMORY_LIMIT, CorpusCounts, count_corpus
from theory.errors import require_probability
from theory.facts import (
    MissingMassInterval,
    best_interval,
    best_lower,
    best_upper,
    lemma_1_interval,
    theorem_2_lower,
    theorem_2_upper,
)

MANY_ERRORS = 10**15
"""So many wrong answers that no guess is right by luck: the upper bounds then hold for any |E|."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--abstain",
    multiple=True,
    default=("IDK",),
    show_default=True,
    help="A response that is an abstention, exactly as in the file; repeat for several.",
)
@click.option(
    "--errors", type=Whole(1), default=None, help="|E|, wrong answers per prompt, at least."
)
@click.option("--delta", type=float, default=0.0, show_default=True, help="The model's delta.")
@click.option(
    "--gamma", type=float, default=0.01, show_default=True, help="Allowed failure probability."
)
@click.option(
    "--memory-limit", default=MEMORY_LIMIT, show_default=True, help="Beyond it, spill to disk."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    file: Path,
    abstain: tuple[str, ...],
    errors: int | None,
    delta: float,
    gamma: float,
    memory_limit: str,
    as_json: bool,
) -> None:
    """Singleton rate, missing mass and error floor of a corpus (Theorem 2).

    FILE is CSV, JSON lines (.jsonl, .ndjson, .json) or Parquet with the columns prompt and
    response, one row per training sample. Any size: what does not fit in memory is spilled to disk.

    With --errors, the error floor is printed too: what every model with this delta errs at least,
    if the facts are arbitrary.
    """
    # Before the file is read: a typing mistake should not cost minutes.
    require_gamma(gamma)
    require_probability("delta", delta)
    counts = count_corpus(file, abstain=abstain, memory_limit=memory_limit)
    result = describe(counts, errors=errors, delta=delta, gamma=gamma)
    if as_json:
        say_json(result)
    else:
        say(as_text(file, result))


def describe(
    counts: CorpusCounts, *, errors: int | None, delta: float, gamma: float
) -> dict[str, Any]:
    """Return all numbers of the report; the lower bounds are None without ``errors``."""
    table, N = counts.counts, counts.n_samples
    sr, interval = table.singleton_rate, best_interval(table, gamma=gamma)
    paper = best = None
    if errors is not None:
        paper = theorem_2_lower(sr, N, min_errors=errors, delta=delta, gamma=gamma)
        best = best_lower(table, min_errors=errors, delta=delta, gamma=gamma)
    return {
        "n_samples": N,
        "n_prompts": counts.n_prompts,
        "n_abstentions": counts.n_abstentions,
        "n_singletons": table.answered(1),
        "singleton_rate": sr,
        "missing_mass_paper": _ends(lemma_1_interval(sr, N, gamma=gamma)),
        "missing_mass_best": _ends(interval),
        "lower_paper": paper and paper.bound,
        "lower_best": best and best.bound,
        "upper_paper": theorem_2_upper(sr, N, max_errors=MANY_ERRORS, gamma=gamma).bound,
        "upper_best": best_upper(table, max_errors=MANY_ERRORS, gamma=gamma).bound,
        "term_best": best and best.sampling_term,
        "method_best": (best or interval).method,
        "errors": errors,
        "delta": delta,
        "gamma": gamma,
        "n_contradictory": counts.n_contradictory,
    }


def _ends(interval: MissingMassInterval) -> list[float]:
    return [interval.lower, interval.upper]


def as_text(file: Path, result: dict[str, Any]) -> str:
    """Return the report for people."""

    def between(ends: list[float]) -> str:
        return f"{ends[0]:.6g} to {ends[1]:.6g}"

    lines = [
        f"{shown(file)}, confidence {1 - result['gamma']:.6g}",
        "",
        f"training samples N        {result['n_samples']}",
        f"distinct prompts          {result['n_prompts']}",
        f"abstentions               {result['n_abstentions']}",
        f"singletons                {result['n_singletons']}",
        f"singleton rate            {result['singleton_rate']:.6g}",
        f"missing mass              {between(result['missing_mass_best'])}",
        f"  by Lemma 1              {between(result['missing_mass_paper'])}",
        *_floors(result),
    ]
    if result["n_contradictory"]:
        lines += ["", _contradictions(result["n_contradictory"])]
    return "\n".join(lines)


def _floors(result: dict[str, Any]) -> list[str]:
    if result["errors"] is None:
        return ["error floor               give --errors, the number of wrong answers per prompt"]

    def floor(bound: float) -> str:
        return f"{bound:.6g}" + ("" if bound > 0 else "  (vacuous)")

    return [
        f"error floor               {floor(result['lower_best'])}",
        f"  by Theorem 2            {floor(result['lower_paper'])}",
    ]


def _contradictions(n: int) -> str:
    return (
        f"{n} prompts have more than one answer. Each of their rows counts as an occurrence, so "
        "they are no singletons; arbitrary facts (Definition 1) have one right answer, and the "
        "floor does not speak about these prompts."
    )
