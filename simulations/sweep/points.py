"""Points of a parameter grid, made one by one, and the seed that belongs to each."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from theory.errors import InvalidInput

Point = Mapping[str, Any]
"""Parameters of one point: names to numbers, text, true/false or None."""


@dataclass(frozen=True)
class Grid:
    """All combinations of the axes (see :func:`grid`); never a list of them."""

    axes: Mapping[str, Sequence[Any]]

    def __len__(self) -> int:
        return math.prod(len(values) for values in self.axes.values())

    def __iter__(self) -> Iterator[Point]:
        return (
            dict(zip(self.axes, values, strict=True)) for values in product(*self.axes.values())
        )


def grid(**axes: Sequence[Any]) -> Grid:
    """Return every combination of the given values, the last axis moving fastest.

    Raises
    ------
    InvalidInput
        If an axis is empty, or there is none.

    Examples
    --------
    >>> list(grid(n=[10, 100], law=["zipf"]))
    [{'n': 10, 'law': 'zipf'}, {'n': 100, 'law': 'zipf'}]
    """
    empty = [name for name, values in axes.items() if len(values) == 0]
    if empty or not axes:
        raise InvalidInput("a grid", "made of non-empty axes", ", ".join(empty) or "no axes")
    return Grid(axes)


def point_seed(seed: int, point: Point) -> int:
    """Return the seed of one point: SHA-256 of the root seed and the sorted parameters, 128 bits.

    Neither the order of the points, nor which others there are, nor the number of workers enters.
    Equal numbers are the same parameter, whatever their type (1, 1.0 and ``np.int64(1)``).

    Raises
    ------
    InvalidInput
        If a parameter is not a finite number, text, true/false or None.

    Examples
    --------
    >>> point_seed(0, {"a": 1, "b": 2}) == point_seed(0, {"b": 2.0, "a": 1})
    True
    """
    text = json.dumps({"seed": int(seed)}) + json.dumps(canonical(point), sort_keys=True)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16])


def canonical(point: Point) -> dict[str, Any]:
    """Return the point in plain Python values, the same for equal points.

    Raises
    ------
    InvalidInput
        If a parameter is not a finite number, text, true/false or None, or its name cannot be
        an argument beside ``rng`` and a column beside ``trial``.

    Examples
    --------
    >>> canonical({"b": 2.0, "a": None})
    {'b': 2, 'a': None}
    """
    return {_name(name): _value(name, value) for name, value in point.items()}


def plain(value: Any) -> Any:
    """Turn a NumPy scalar into the Python value it stands for; leave the rest alone."""
    return value.item() if isinstance(value, np.generic) else value


def _name(name: Any) -> str:
    if not isinstance(name, str) or name in {"rng", "trial"}:
        raise InvalidInput("the name of a parameter", "text other than rng and trial", repr(name))
    return name


def _value(name: str, value: Any) -> Any:
    value = plain(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    is_finite = isinstance(value, float) and math.isfinite(value)
    fits_64_bits = isinstance(value, int) and -(2**63) <= value < 2**63
    # A lone surrogate is a string to Python but to no file.
    is_text = isinstance(value, str) and value.encode(errors="ignore").decode() == value
    if is_finite or fits_64_bits or value is None or is_text:
        return value
    allowed = "a finite number of at most 64 bits, text, true/false or None"
    raise InvalidInput(f"parameter {name}", allowed, repr(value))
