"""``hallucination-theory singletons``: what Theorem 2 says about a user's own training data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from hallucination_theory.commands.command import Command
from hallucination_theory.commands.options import Whole, require_figure_path, require_gamma, tell
from hallucination_theory.corpora.counts import CorpusCounts, read_counts
from hallucination_theory.corpora.duck import (
    MEMORY_LIMIT,
    Counted,
    count_corpus,
)
from hallucination_theory.corpora.figure import draw
from hallucination_theory.corpora.identity import ABSTAIN
from hallucination_theory.corpora.shards import merge_shards
from hallucination_theory.corpora.spark import on_cluster
from hallucination_theory.corpora.sql import DIALECTS, counts_query
from hallucination_theory.inputs.words import shown
from theory.errors import require_probability
from theory.facts import (
    MissingMassInterval,
    best_interval,
    best_lower,
    best_upper,
    chao_unseen,
    floor_until,
    growth_curve,
    lemma_1_interval,
    samples_until,
    theorem_2_lower,
    theorem_2_upper,
)

MANY_ERRORS = 10**15
"""So many wrong answers that no guess is right by luck: the upper bounds then hold for any |E|."""


@dataclass(frozen=True)
class Model:
    """What the bounds need to know beside the corpus."""

    errors: int | None
    delta: float
    gamma: float


@click.command(
    "singletons",
    cls=Command,
    examples=(
        "corpus.csv --errors 364",
        "corpus.csv --curve --json",
        "--counts counts.csv --errors 364",
        "--sql duckdb",
    ),
)
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--counts",
    "counts_file",
    type=click.Path(path_type=Path),
    default=None,
    help="Instead of FILEs: a table with the columns times_seen and n_facts (and n_rows, if there "
    "are abstentions), made by any engine.",
)
@click.option(
    "--sql",
    type=click.Choice(DIALECTS),
    default=None,
    help="Print the query that makes this table from a table `corpus`, and end.",
)
@click.option(
    "--shards", is_flag=True, help="FILEs are shards that --save-shard wrote; join their counts."
)
@click.option(
    "--save-shard",
    type=click.Path(path_type=Path),
    default=None,
    help="Keep the count of each prompt in this Parquet file, to be joined with others.",
)
@click.option(
    "--curve", is_flag=True, help="Singleton rate of less data, and of up to twice as much."
)
@click.option(
    "--until",
    type=float,
    default=None,
    help="After how many samples in all the error floor is below this, if the data can tell; "
    "without --errors the singleton rate, which lies above it.",
)
@click.option("--by", default=None, help="A column, such as a source: its values are shown apart.")
@click.option(
    "--abstain",
    multiple=True,
    default=ABSTAIN,
    show_default=True,
    help="A response that is an abstention, as a text; repeat for several. What score recognises "
    "as an abstention, a refusal or empty is one too.",
)
@click.option(
    "--raw",
    is_flag=True,
    help="Take only equal texts for the same. By default case, blanks, Unicode normal form and the "
    "order of JSON keys do not matter, nor the words of an abstention.",
)
@click.option(
    "--skip", is_flag=True, help="Leave out rows without a prompt or a response, and count them."
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
@click.option(
    "--spark",
    "master",
    default=None,
    metavar="MASTER",
    help="Count on the Spark cluster with this master, such as spark://host:7077 (extra spark).",
)
@click.option(
    "--figure",
    type=click.Path(path_type=Path),
    default=None,
    help="Draw the rates and floors, and the curve with --curve: .png, .svg or .pdf.",
)
def command(
    files: tuple[str, ...],
    counts_file: Path | None,
    sql: str | None,
    shards: bool,
    save_shard: Path | None,
    curve: bool,
    until: float | None,
    by: str | None,
    abstain: tuple[str, ...],
    raw: bool,
    skip: bool,
    errors: int | None,
    delta: float,
    gamma: float,
    memory_limit: str,
    master: str | None,
    figure: Path | None,
    as_json: bool,
) -> None:
    """Singleton rate, missing mass and error floor of a corpus (Theorem 2).

    FILEs are CSV, JSON lines (.jsonl, .ndjson, .json) or Parquet, also compressed (.gz, .bz2, .xz,
    .zst), with the columns prompt and response, one row per training sample; folders, patterns such
    as 'part-*.parquet'; or - for standard input. Any size: what does not fit in memory is spilled
    to disk.

    With --errors, the error floor is printed too: what every model with this delta errs at least,
    if the facts are arbitrary.
    """
    # Before a file is read: a typing mistake should not cost minutes.
    model = Model(errors, delta, require_gamma(gamma))
    require_probability("delta", delta)
    if until is not None:
        require_probability("until", until)
    if sql:
        query = counts_query(sql, abstain=abstain, raw=raw) + ";"
        return tell({"query": query}, query, as_json=as_json)
    if figure:
        require_figure_path(figure)
    if bool(files) == (counts_file is not None):
        raise click.UsageError("Give either FILEs or --counts, and not both.")
    if counts_file is not None:
        found, name = Counted(read_counts(counts_file), {}, 1), str(counts_file)
    elif master:
        found = on_cluster(master, files, abstain=abstain, by=by, skip=skip, raw=raw)
        name = f"{found.n_files} files"
    elif shards:
        found = merge_shards(files, memory_limit=memory_limit)
        name = f"{found.n_files} shards"
    else:
        found = count_corpus(
            files,
            abstain=abstain,
            memory_limit=memory_limit,
            by=by,
            skip=skip,
            raw=raw,
            save=save_shard,
        )
        name = files[0] if found.n_files == 1 else f"{found.n_files} files"
    result = describe(found.whole, model) | {
        "n_files": found.n_files,
        "n_skipped": found.n_skipped,
        "n_merged": found.n_merged,
        "n_singletons_raw": found.n_once_as_spelt,
        "n_recognised": found.n_recognised,
        "n_unclear": found.n_unclear,
        "by": by,
        **growth(found.whole, model, curve=curve, until=until),
        "parts": {part: describe(counts, model) for part, counts in found.parts.items()},
    }
    if figure:
        draw(figure, result)
    tell(result, as_text(name, result), as_json=as_json)


def growth(
    counts: CorpusCounts, model: Model, *, curve: bool, until: float | None
) -> dict[str, Any]:
    """Return what was asked about corpora of other sizes."""
    table, gamma = counts.counts, model.gamma
    found: dict[str, Any] = {}
    if curve:
        sizes = np.unique(np.linspace(1, 2 * table.n_samples, 21).astype(np.int64))
        points = growth_curve(table, sizes, gamma=gamma)
        columns = (points.n_samples, points.singleton_rate, points.low, points.high)
        names = ("n_samples", "singleton_rate", "low", "high")
        rows = zip(*(column.tolist() for column in columns), strict=True)
        found["curve"] = [dict(zip(names, row, strict=True)) for row in rows]
        found["n_unseen_chao"] = chao_unseen(table)
    if until is not None and model.errors is None:
        found["until"] = list(samples_until(table, until, gamma=gamma))
    elif until is not None and model.errors is not None:
        found["until"] = list(
            floor_until(table, until, min_errors=model.errors, delta=model.delta, gamma=gamma)
        )
    return found


def describe(counts: CorpusCounts, model: Model) -> dict[str, Any]:
    """Return all numbers of the report; the lower bounds are None without ``errors``."""
    table, N = counts.counts, counts.n_samples
    gamma, delta, errors = model.gamma, model.delta, model.errors
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


def as_text(name: str, result: dict[str, Any]) -> str:
    """Return the report for people."""

    def between(ends: list[float]) -> str:
        return f"{ends[0]:.6g} to {ends[1]:.6g}"

    lines = [
        f"{shown(name)}, confidence {1 - result['gamma']:.6g}",
        "",
        f"training samples N        {result['n_samples']}",
        f"distinct prompts          {result['n_prompts']}",
        f"abstentions               {result['n_abstentions']}",
        f"singletons                {result['n_singletons']}",
        f"singleton rate            {result['singleton_rate']:.6g}",
        f"missing mass              {between(result['missing_mass_best'])}",
        f"  by Lemma 1              {between(result['missing_mass_paper'])}",
        *_floors(result),
        *_alike(result),
    ]
    if result["n_skipped"]:
        lines.append(f"rows skipped              {result['n_skipped']}")
    lines += _growth(result)
    if result["parts"]:
        lines += ["", *_parts(result)]
    if result["n_contradictory"]:
        lines += ["", _contradictions(result["n_contradictory"])]
    return "\n".join(lines)


def _alike(result: dict[str, Any]) -> list[str]:
    """Say which rows count otherwise than they are spelt, and what that does to the rate."""
    lines, merged, recognised = [], result["n_merged"], result["n_recognised"]
    if result["n_singletons_raw"] is not None:
        spelt = (
            f"as spelt the singleton rate is {result['n_singletons_raw'] / result['n_samples']:.6g}"
        )
        if merged:
            lines.append(
                f"rows merged               {merged}  (prompts spelt in several ways; {spelt})"
            )
        if recognised:
            lines.append(
                f"rows recognised           {recognised}  (abstentions in other words; {spelt})"
            )
    if result["n_unclear"]:
        unclear = f"{result['n_unclear']}  (an abstention and more; answers here)"
        lines.append(f"rows unclear              {unclear}")
    return lines


def _growth(result: dict[str, Any]) -> list[str]:
    lines = []
    if "curve" in result:
        rows: list[tuple[str, ...]] = [("samples", "singleton rate", "band")]
        for n, rate, low, high in (point.values() for point in result["curve"]):
            rows.append((f"{n}", f"{rate:.6g}", f"{low:.6g} to {high:.6g}"))
        unseen = f"facts never seen, at least {result['n_unseen_chao']:.6g} (Chao's estimate)"
        lines += ["", *_aligned(rows), "", unseen]
    if "until" in result:
        first, last = result["until"]
        lines += ["", _until(first, last, result)]
    return lines


def _until(first: int | None, last: int | None, result: dict[str, Any]) -> str:
    what = "singleton rate" if result["errors"] is None else "error floor"
    if last is None:
        begun = "" if first is None else f" It may be from {first} samples on."
        reach = (
            "the counts say nothing about more than twice the data, and up to there it may not be"
        )
        return f"These data cannot tell when the {what} is below that: {reach}.{begun}"
    if last <= result["n_samples"] and result["errors"] is not None:
        return f"The {what} is below that already."
    return f"The {what} falls below that between {first} and {last} samples."


def _floors(result: dict[str, Any]) -> list[str]:
    if result["errors"] is None:
        return ["error floor               give --errors, the number of wrong answers per prompt"]
    return [
        f"error floor               {_floor(result['lower_best'])}",
        f"  by Theorem 2            {_floor(result['lower_paper'])}",
    ]


def _floor(bound: float) -> str:
    return f"{bound:.6g}" + ("" if bound > 0 else "  (vacuous)")


def _parts(result: dict[str, Any]) -> list[str]:
    rows: list[tuple[str, ...]] = [
        (result["by"] or "part", "samples", "singleton rate", "error floor")
    ]
    for part, numbers in result["parts"].items():
        floor = numbers["lower_best"]
        rows.append(
            (
                shown(part, 40),
                str(numbers["n_samples"]),
                f"{numbers['singleton_rate']:.6g}",
                "-" if floor is None else _floor(floor),
            )
        )
    return _aligned(rows)


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(f"{x:{w}}" for x, w in zip(row, wide, strict=True)).rstrip() for row in rows]


def _contradictions(n: int) -> str:
    return (
        f"{n} prompts have more than one answer. Each of their rows counts as an occurrence, so "
        "they are no singletons; arbitrary facts (Definition 1) have one right answer, and the "
        "floor does not speak about these prompts."
    )
