"""Prompts that are spelt in several ways, found by the hashes of what they fold to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from theory.arrays import IntArray

if TYPE_CHECKING:
    import duckdb

SORTED = 5 * 10**6
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
    engine.execute(f"CREATE TEMP TABLE hashes AS SELECT {folded} AS h FROM {table}")
    (n_rows,) = engine.execute("SELECT count(*) FROM hashes").fetchall()[0]
    n = n_rows // SORTED + 1
    slices = [_twice(engine, f"SELECT h FROM hashes WHERE h % {n} = {i}") for i in range(n)]
    engine.execute("DROP TABLE hashes")
    found = np.concatenate(slices)
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
