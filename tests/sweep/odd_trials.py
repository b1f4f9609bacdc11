"""Trials for the tests of sweeps: each at the top of a module, as a sweep wants them."""

import datetime
import os
from fractions import Fraction

import numpy as np

TABLES = {}
"""What :func:`recorded` returns at each point; set by a test in its own process."""


def draw(n, *, rng):
    return {"x": rng.random()}


def draw_or_break(n, *, rng):
    if n % 3 == 0:
        raise RuntimeError(f"{n} is a multiple of three")
    return {"x": rng.random(), "n_twice": 2 * n}


def bound(value, n, *, rng):
    return {"x": rng.random()}


def recorded(n, *, rng):
    return TABLES[n].pop(0)


def where(n, *, rng):
    return {"worker": os.getpid()}


class Mute(Exception):
    """An exception that cannot say what it is."""

    def __str__(self):
        raise ValueError("no words")


class Stranger(BaseException):
    """Not even an Exception."""


def raising(error):
    raise error


ODD = {
    "complex": lambda: {"x": 1j},
    "fraction": lambda: {"x": Fraction(1, 3)},
    "long double": lambda: {"x": np.longdouble(1) / 3},
    "bytes": lambda: {"x": b"\x00"},
    "date": lambda: {"x": datetime.date(2026, 1, 1)},
    "5,000 digits": lambda: {"x": 10**5000},
    "half a character": lambda: {"x": "\ud800"},
    "half a character in a name": lambda: {"\ud800": 1},
    "cannot be pickled": lambda: {"x": lambda: 0},
    "nothing": lambda: None,
    "no mapping": lambda: [1, 2],
    "a number as a name": lambda: {3: 1.0},
    "the name trial": lambda: {"trial": 5},
    "another parameter": lambda: {"case": "other"},
    "matrix": lambda: {"x": np.zeros((2, 2))},
    "two lengths": lambda: {"x": np.zeros(2), "y": np.zeros(3)},
    "no rows": lambda: {"x": np.zeros(0)},
    "mapping inside": lambda: {"x": {1: 2}},
    "exit": lambda: raising(SystemExit(3)),
    "no exception": lambda: raising(Stranger("hello")),
    "mute exception": lambda: raising(Mute()),
    "exception with half a character": lambda: raising(ValueError("\ud800")),
    "exception that holds a function": lambda: raising(ValueError(lambda: 0)),
}


def odd(case, *, rng):
    return ODD[case]() if case in ODD else {"x": rng.random()}
