"""Float and exact arrays behind one face: the ground floor on which all formulas run.

An array is either float64 or an object array of :class:`fractions.Fraction`. Sums, products,
comparisons and ``where`` treat both alike; only division of counts needs :func:`ratio`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from numbers import Rational
from typing import Any

import numpy as np
import numpy.typing as npt

from theory.errors import InvalidInput, shown

ArrayLike = npt.ArrayLike | Sequence[Fraction]
"""What a caller may pass: lists, arrays, sequences of Fractions."""
Array = npt.NDArray[Any]
"""float64 or an object array of Fractions."""
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Number = float | Fraction
"""A float, or a Fraction when every input is exact."""

TOLERANCE = 1e-9
"""How far a float probability vector may sum from 1; exact vectors must sum to 1 exactly."""


LARGEST = 2**62
"""Whole numbers that add up to more are refused, so that no sum of 64-bit counts can wrap."""


class ReadOnly:
    """A class whose arrays cannot be written to, in copies and after pickling either."""

    def _store(self, **values: Any) -> None:
        """Set fields of a frozen dataclass; arrays become read-only."""
        for name, value in values.items():
            object.__setattr__(
                self, name, read_only(value) if isinstance(value, np.ndarray) else value
            )

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._store(**state)


def read_only(x: Array) -> Array:
    """Return ``x`` itself, no longer writeable."""
    x.flags.writeable = False
    return x


def is_exact(x: Array) -> bool:
    """Tell whether ``x`` holds Fractions rather than floats."""
    return x.dtype == object


def as_array(name: str, x: ArrayLike | Fraction) -> Array:
    """Return ``x`` as an array; the values under a mask would be used in silence.

    Raises
    ------
    InvalidInput
        If ``x`` is a masked array.
    """
    if isinstance(x, np.ma.MaskedArray):
        remedy = "fill or drop the masked values first"
        raise InvalidInput(name, "an array without a mask", "a masked array", remedy=remedy)
    return np.asarray(x)


def as_whole_numbers(name: str, x: ArrayLike, *, at_least: int = 0) -> IntArray:
    """Return a copy of ``x`` as a vector of 64-bit whole numbers whose sums cannot wrap.

    Raises
    ------
    InvalidInput
        If ``x`` is no vector of whole numbers, one is below ``at_least``, or they add up to more
        than 2^62.

    Examples
    --------
    >>> as_whole_numbers("counts", np.array([100, 100], dtype=np.int8)).sum()
    np.int64(200)
    """
    array = np.atleast_1d(as_array(name, x))
    whole = array.dtype.kind in "iu" or (array.dtype == object and all(map(_is_whole, array.flat)))
    if not whole or array.ndim != 1:
        raise InvalidInput(name, f"a vector of whole numbers >= {at_least}", repr(x)[:80])
    if array.size and array.min() < at_least:
        bad = int(np.argmin(array))
        raise InvalidInput(name, f">= {at_least}", int(array[bad]), where=f"position {bad}")
    sum_of_all = sum(array.tolist()) if array.dtype == object else np.sum(array, dtype=float)
    if sum_of_all > LARGEST:
        raise InvalidInput(f"the sum of {name}", "at most 2^62", shown(sum_of_all))
    return array.astype(np.int64)


def _is_whole(x: Any) -> bool:
    return isinstance(x, (int, np.integer)) and not isinstance(x, bool)


def as_numbers(name: str, x: ArrayLike) -> Array:
    """Return a copy of ``x`` as float64, or as Fractions if it holds Python rationals.

    Raises
    ------
    InvalidInput
        If ``x`` is not one-dimensional, or not numeric.
    TypeError
        If Fractions and floats are mixed, since the result would silently be inexact.
    """
    array = as_array(name, x)
    if array.ndim != 1:
        raise InvalidInput(
            name,
            "one-dimensional",
            f"shape {array.shape}",
            remedy="write a (prompts, responses) table row after row with .ravel()",
        )
    if array.dtype != object:
        return _as_floats(name, array)
    if any(isinstance(v, (float, np.floating)) for v in array):
        raise TypeError(
            f"{name} mixes floats and Fractions; convert one kind to the other "
            "(Fraction(x) or float(x)) before the call."
        )
    if not all(isinstance(v, (Rational, np.integer)) for v in array):
        bad = next(v for v in array if not isinstance(v, (Rational, np.integer)))
        raise InvalidInput(name, "numbers", repr(bad))
    # Through int() because NumPy's integers are Rationals in name only: they overflow.
    exact = [v if isinstance(v, Fraction) else Fraction(int(v)) for v in array]
    return np.array([*exact, None], dtype=object)[:-1]


def _as_floats(name: str, array: Array) -> FloatArray:
    if array.dtype.kind not in "biuf":
        raise InvalidInput(name, "numbers", f"an array of {array.dtype}")
    return np.array(array, dtype=np.float64)


def ratio(numerator: Any, denominator: Any, *, exact: bool) -> Any:
    """Divide arrays elementwise: floats, or Fractions if ``exact``."""
    if not exact:
        return np.divide(numerator, denominator)
    quotient = np.frompyfunc(lambda a, b: Fraction(a) / Fraction(b), 2, 1)
    return quotient(_python_ints(numerator), _python_ints(denominator))


def _python_ints(x: Any) -> Any:
    return x.astype(object) if isinstance(x, np.ndarray) else x


def total(x: Array) -> Number:
    """Sum an array; a Python float or a Fraction, never a NumPy scalar."""
    return sum(x.tolist(), Fraction(0)) if is_exact(x) else float(np.sum(x))


def increasing(x: Array) -> IntArray:
    """Return the order in which ``x`` increases; equal values stay in order.

    Where none are equal the fast sort finds the only such order.

    Examples
    --------
    >>> increasing(np.array([0.5, 0.25, 0.5, 0.25])).tolist()
    [1, 3, 0, 2]
    """
    if not is_exact(x):
        order = np.argsort(x)
        ranked = x[order]
        if (ranked[1:] > ranked[:-1]).all():
            return order
    return np.argsort(x, kind="stable")


def segment_sums(x: Array, starts: IntArray) -> Array:
    """Sum ``x`` over consecutive segments that begin at ``starts`` (none of them empty)."""
    return np.add.reduceat(x, starts)


def exact_dot(a: IntArray, b: IntArray) -> int:
    """Sum a product of whole numbers exactly, however large it is."""
    if float(np.dot(a.astype(float), b.astype(float))) <= LARGEST:
        return int(np.dot(a, b))
    return sum(x * y for x, y in zip(a.tolist(), b.tolist(), strict=True))


def blocks(starts: IntArray, rows_per_block: int = 1 << 16) -> Iterator[slice]:
    """Yield slices of segments: those that begin within ``rows_per_block`` rows of the first.

    Temporary arrays of this size stay in the processor's cache, which is what makes a
    ten-pass formula on 10^7 rows cost about ten reads of memory rather than thirty.
    """
    first = 0
    while first < len(starts):
        last = int(np.searchsorted(starts, int(starts[first]) + rows_per_block))
        yield slice(first, last)
        first = last


def size(x: Number) -> Number:
    """Return abs(x) as the Number that it is (the built-in's type forgets it in a union)."""
    return x.__abs__()


def sums_to_one(x: Array, tolerance: float = TOLERANCE) -> bool:
    """Tell whether a distribution sums to 1, exactly if it is exact; nan does not."""
    return bool(size(total(x) - 1) <= (0 if is_exact(x) else tolerance))
