"""Prompts that are spelt in several ways, found by the hashes of what they fold to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from theory.arrays import IntArray

if TYPE_CHECKING:
    import duckdb

SORTED = 2 * 10**7
"""How many hashes are sorted in memory at a time."""


def twins(engine: duckdb.DuckDBPyConnection, table: str, folded: str) -> str:
    """Return SQL that is true for rows of a table that may share what they fold to.

    Equal texts have equal hashes, so what has a hash of its own has no other spelling, and only the
    rest needs to be grouped by its text. Sorting hashes takes less time than grouping by them.

    Parameters
    ----------
    folded : str
        SQL for the hash, a whole number.
    """
    (n_rows,) = engine.execute(f"SELECT count(*) FROM {table}").fetchall()[0]
    n_slices = n_rows // SORTED + 1
    hashes = f"SELECT h FROM (SELECT {folded} AS h FROM {table}) WHERE h % {n_slices}"
    found = np.concatenate([_twice(engine, f"{hashes} = {i}") for i in range(n_slices)])
    if not len(found):
        return "FALSE"
    engine.register("found", {"twin": found})
    engine.execute("CREATE TEMP TABLE twins AS FROM found")
    return f"{folded} IN (FROM twins)"


def _twice(engine: duckdb.DuckDBPyConnection, query: str) -> IntArray:
    """Return the numbers that occur in a column more than once."""
    (hashes,) = engine.execute(query).fetchnumpy().values()
    hashes = np.sort(hashes)
    return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
