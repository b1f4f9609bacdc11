"""Compare the tables of the figures with the committed ones: the regression test of the figures.

    python notebooks/compare.py

On one machine executing a notebook again changes no byte. Another processor may round the last
digits of a fit differently, so numbers may move by 1 % of their column's largest value, and
pictures are not compared; labels, rows and columns must be the same.
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import click
import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
LARGEST_MOVE = 0.01
"""Of the largest absolute value of the column."""


def committed(path: str) -> str:
    """Return a file as it is in the last commit."""
    shown = subprocess.run(
        ["git", "show", f"HEAD:{path}"], cwd=ROOT, capture_output=True, check=True
    )
    return shown.stdout.decode()


def difference(old: pd.DataFrame, new: pd.DataFrame) -> str:
    """Say what differs between two tables beyond rounding; empty if nothing does."""
    if list(old.columns) != list(new.columns) or len(old) != len(new):
        return f"{old.shape} became {new.shape}, or columns were renamed"
    for name in old.columns:
        a, b = old[name], new[name]
        if not (_is_number(a) and _is_number(b)):
            if not a.equals(b):
                return f"column {name} differs"
            continue
        x, y = a.to_numpy(float), b.to_numpy(float)
        scale = np.nanmax(np.abs(x), initial=0)
        if not np.allclose(x, y, rtol=0, atol=LARGEST_MOVE * scale, equal_nan=True):
            return f"column {name} moves by up to {np.nanmax(np.abs(x - y)):.3g} of {scale:.3g}"
    return ""


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


@click.command(help=__doc__)
def main() -> None:
    """Exit with 1 if a table differs from the committed one."""
    listed = subprocess.run(
        ["git", "ls-files", "figures/*/data/*.csv"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    if not listed:
        raise click.ClickException("no committed table in figures/*/data: nothing was compared.")
    bad = 0
    for path in listed:
        old = pd.read_csv(io.StringIO(committed(path)))
        told = difference(old, pd.read_csv(ROOT / path))
        if told:
            bad += 1
            click.echo(f"{path}: {told}", err=True)
    click.echo(f"{len(listed) - bad} of {len(listed)} tables are as committed.")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
