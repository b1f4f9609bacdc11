"""Which trial a file belongs to: its name, its text and the arguments bound to it."""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from types import FunctionType
from typing import Any

import joblib

from theory.errors import InvalidInput


def identity(trial: Callable[..., Any]) -> dict[str, str]:
    """Return what tells one trial from another, as texts that a file can hold.

    Parameters
    ----------
    trial : callable
        Found by its name in its module, or ``functools.partial`` of one that is.

    Returns
    -------
    dict of str to str
        ``trial``, its name; ``text``, SHA-256 of its source (not of what it calls); ``bound``,
        hash of the arguments that partial binds, functions among them by name and text.

    Raises
    ------
    InvalidInput
        If the trial has no name of its own (lambdas, closures, bound methods) or no source, or
        a bound argument cannot be pickled.
    """
    bound: list[Any] = []
    while isinstance(trial, partial):
        arguments = [*trial.args, *sorted(trial.keywords.items())]
        bound.append([_identified(value) for value in arguments])
        trial = trial.func
    return {"trial": _name(trial), "text": _text(trial), "bound": _hash(bound)}


def _identified(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_identified(part) for part in value]
    return identity(value) if isinstance(value, (FunctionType, partial)) else value


def _hash(bound: list[Any]) -> str:
    try:
        return str(joblib.hash(bound)) if bound else "nothing"
    except Exception as error:  # whatever the pickling of a user's object raises
        allowed = "a value that can be pickled"
        raise InvalidInput("an argument bound to a trial", allowed, repr(error)) from error


def _name(trial: Any) -> str:
    module, name = getattr(trial, "__module__", ""), getattr(trial, "__qualname__", "?")
    try:
        found = attrgetter(name)(sys.modules[module])
    except (KeyError, AttributeError):
        found = None
    if found is not trial:
        raise InvalidInput(
            "a trial",
            "a function that is found by its name in its module",
            f"{module}.{name}",
            remedy="write it with def at the top of a module; bind values with functools.partial",
        )
    return f"{module}.{name}"


def _text(trial: Any) -> str:
    try:
        return hashlib.sha256(inspect.getsource(trial).encode()).hexdigest()
    except (OSError, TypeError) as error:
        allowed = "there, in a file or a notebook"
        raise InvalidInput("the source of a trial", allowed, _name(trial)) from error
