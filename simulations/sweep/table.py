"""The table of one point: computed, packed into bytes, and back; no value changes."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from simulations.sweep.points import Point, canonical, plain, point_seed
from simulations.trials import as_mapping, spawn
from theory.errors import InvalidInput

Columns = dict[str, Sequence[Any]]
"""Columns of equal length: Python's numbers, text, true/false and None."""

TYPES: dict[str, tuple[set[type], int, int]] = {
    "bool": ({bool}, 0, 0),
    "int64": ({int}, -(2**63), 2**63 - 1),
    "uint64": ({int}, 0, 2**64 - 1),
    "double": ({int, float}, -(2**53), 2**53),
    "string": ({str}, 0, 0),
}
"""Types of columns in Parquet: what they hold exactly, and between which whole numbers."""


class Row(NamedTuple):
    """A finished point: for each column the types that hold it exactly (JSON), and the values."""

    form: bytes
    cells: bytes


class Failure(NamedTuple):
    """What a point that raised said."""

    error: str
    traceback: str


def run_point(trial: Callable[..., Any], point: Point, *, seed: int, n_trials: int = 1) -> Columns:
    """Run the trials of one point exactly as a sweep does; this repeats a reported failure.

    Parameters
    ----------
    trial : callable
        Called as ``trial(**point, rng=generator)``.
    point : mapping
        Parameters.
    seed : int
        Root seed of the sweep.
    n_trials : int
        Trials at this point; trial i draws the same numbers however many there are.

    Returns
    -------
    dict of str to list
        One row per trial, or more if the trial itself returns columns; ``trial`` numbers the rows.
        What some trials do not return is None there; what repeats a parameter is left out.

    Raises
    ------
    InvalidInput
        If what a trial returns is no table of named columns.

    Examples
    --------
    >>> run_point(lambda n, *, rng: {"twice": 2 * n}, {"n": 3}, seed=0, n_trials=2)
    {'trial': [0, 1], 'twice': [6, 6]}
    """
    table: dict[str, list[Any]] = {}
    n_rows = 0
    for child in spawn(n_trials, rng=np.random.default_rng(point_seed(seed, point))):
        n_new, columns = _rows(trial(**point, rng=child))
        for name in {**table, **columns}:
            values = columns.get(name, [None] * n_new)
            table.setdefault(name, [None] * n_rows).extend(values)
        n_rows += n_new
    for name in table.keys() & point.keys():
        if any(value != point[name] for value in table.pop(name)):
            raise InvalidInput(f"the result {name}", "equal to the parameter", "another value")
    return {"trial": list(range(n_rows)), **table}


def compute(
    trial: Callable[..., Any], names: list[str], seed: int, n_trials: int, point: Point
) -> Row:
    """Run the trials of one point and pack them, the parameters in the order of ``names``.

    Raises
    ------
    InvalidInput
        If a result is not a whole number, a float, text, true/false or None.
    """
    table = run_point(trial, point, seed=seed, n_trials=n_trials)
    values = canonical(point)
    columns = {name: [values[name]] for name in names} | table
    form = {name: _types(name, column) for name, column in columns.items()}
    cells = [len(table.pop("trial")), *table.values()]
    # Numbers of over 4,300 digits and text that is not Unicode raise here, in the worker.
    texts = [json.dumps(part, ensure_ascii=False).encode() for part in (form, cells)]
    return Row(texts[0], zlib.compress(texts[1], 1))


def unpack(parameters: Mapping[str, Any], row: Row) -> Columns:
    """Return the columns of a sweep's point, parameters first."""
    n_rows, *values = json.loads(zlib.decompress(row.cells))
    columns: Columns = {name: [value] * n_rows for name, value in parameters.items()}
    columns["trial"] = range(n_rows)
    names = [name for name in json.loads(row.form) if name not in columns]
    return columns | dict(zip(names, values, strict=True))


def _rows(record: Any) -> tuple[int, Columns]:
    values = {name: _listed(value) for name, value in as_mapping(record).items()}
    odd = [name for name in values if type(name) is not str or name == "trial"]
    if odd:
        raise InvalidInput("the name of a result", "text other than trial", repr(odd[0]))
    lengths = {len(value) for value in values.values() if isinstance(value, list)} or {1}
    if len(lengths) > 1 or 0 in lengths:
        raise InvalidInput("what a trial returns", "scalars, or vectors of one length", lengths)
    [n_rows] = lengths
    return n_rows, {n: v if isinstance(v, list) else [v] * n_rows for n, v in values.items()}


def _listed(value: Any) -> Any:
    value = value.tolist() if hasattr(value, "tolist") else value
    return [plain(v) for v in value] if isinstance(value, (list, tuple)) else value


def _types(name: str, column: Sequence[Any]) -> list[str]:
    # Exact types: what else looks like a number (np.longdouble, Fraction) would come back changed.
    found = set(map(type, column)) - {type(None)}
    if odd := found - {bool, int, float, str}:
        allowed = "whole numbers, floats, text, true/false or None"
        raise InvalidInput(f"the result {name!r}", allowed, odd.pop().__name__)
    whole = [value for value in column if type(value) is int]
    ends = {min(whole), max(whole)} if whole else set()
    return [
        name
        for name, (held, least, greatest) in TYPES.items()
        if found <= held and all(least <= end <= greatest for end in ends)
    ]
