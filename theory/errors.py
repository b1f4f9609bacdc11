"""The one error type for bad input, and the few checks that every module shares."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any


class InvalidInput(ValueError):
    """Bad input, said in one sentence: name, allowed range, value received, where, what to do.

    Attributes
    ----------
    name, allowed, received, remedy : str
        The parts of the sentence.
    where : str
        Human-readable place, such as ``"prompt 3"``; empty if there is only one.
    prompt, example : int or None
        Zero-based position of the offending prompt or example, so that a caller who knows
        names (a file reader) can call :meth:`at` with a better place.
    """

    def __init__(
        self,
        name: str,
        allowed: str,
        received: Any,
        *,
        where: str = "",
        remedy: str = "",
        prompt: int | None = None,
        example: int | None = None,
    ) -> None:
        self.name, self.allowed, self.received = name, allowed, str(received)
        self.where, self.remedy = where, remedy
        self.prompt, self.example = prompt, example
        place = f" at {where}" if where else ""
        advice = f"; {remedy}" if remedy else ""
        super().__init__(f"{name} must be {allowed}, got {received}{place}{advice}.")

    def at(self, where: str) -> InvalidInput:
        """Return the same complaint with another place in it."""
        return InvalidInput(**vars(self) | {"where": where})

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions with keyword-only arguments do not pickle by themselves, and workers must be
        # able to send this one home.
        return partial(InvalidInput, **vars(self)), ()


class MissingExtra(ImportError):
    """An optional package is not installed; the message names the extra that brings it."""

    def __init__(self, package: str, extra: str, *, purpose: str) -> None:
        self.package, self.extra, self.purpose = package, extra, purpose
        super().__init__(
            f"{purpose} needs the package {package}; "
            f'run: pip install "hallucination-theory[{extra}]".',
            name=package,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(MissingExtra, self.package, self.extra, purpose=self.purpose), ()


def require(package: str, extra: str, purpose: str) -> ModuleType:
    """Import and return an optional package, by the name that ``import`` knows.

    Raises
    ------
    MissingExtra
        If it is not installed.
    """
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        # Something else that the package itself needs keeps its own error.
        if error.name is None or not f"{package}.".startswith(f"{error.name}."):
            raise
        raise MissingExtra(
            package.partition(".")[0].replace("_", "-"), extra, purpose=purpose
        ) from error


def shown(value: Any) -> str:
    """Return a number for a message, one of hundreds of digits by its size."""
    try:
        return f"{value:.4g}" if isinstance(value, int) and abs(value) >= 10**15 else repr(value)
    except OverflowError:
        return f"about 2^{value.bit_length()}"


def require_integer(
    name: str, value: Any, *, at_least: int, at_most: int | None = None, remedy: str = ""
) -> int:
    """Return ``value`` as an int.

    Raises
    ------
    InvalidInput
        If ``value`` is not a whole number, is below ``at_least`` or above ``at_most``.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__") or value < at_least:
        raise InvalidInput(name, f"a whole number >= {at_least}", shown(value), remedy=remedy)
    if at_most is not None and value > at_most:
        raise InvalidInput(name, f"at most {shown(at_most)}", shown(value), remedy=remedy)
    return int(value)


LEAST_GAMMA = 1e-300
"""Smaller allowances would leave the range of floats once they are shared."""


def require_gamma(gamma: Any) -> Any:
    """Return ``gamma`` unchanged if it is a failure probability that can be allowed.

    Raises
    ------
    InvalidInput
        If it is outside (0, 1) or below 1e-300.
    """
    require_probability("gamma", gamma, zero=False, one=False)
    if gamma < LEAST_GAMMA:
        raise InvalidInput("gamma", f"at least {LEAST_GAMMA:g}", repr(gamma))
    return gamma


def require_probability(
    name: str, value: Any, *, zero: bool = True, one: bool = True, remedy: str = ""
) -> Any:
    """Return ``value`` unchanged if it is a number in [0, 1] (``zero``, ``one``: ends included).

    Raises
    ------
    InvalidInput
        If ``value`` is outside the interval or not a number.
    """
    interval = f"in {'[' if zero else '('}0, 1{']' if one else ')'}"
    try:
        inside = (value >= 0 if zero else value > 0) and (value <= 1 if one else value < 1)
    except TypeError:
        inside = False
    # `not inside` also catches nan, for which every comparison is false.
    if not inside:
        raise InvalidInput(name, interval, repr(value), remedy=remedy)
    return value
