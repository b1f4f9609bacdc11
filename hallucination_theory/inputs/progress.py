"""What a command shows on a terminal if it takes more than two seconds: what it does, how far.

A command opens one bar (:func:`watched`); whatever runs in it says where it is (:func:`step`,
:func:`advance`), and outside a command both do nothing. A thread draws, so that work which cannot
count itself shows its time at least.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any, TypeVar

T = TypeVar("T")

AFTER, EVERY = 2.0, 0.5
"""Seconds until the bar is shown, and between two drawings."""
TIMED = "{desc} [{elapsed}]"
COUNTED = "{desc}: {n:,} {unit} [{elapsed}]"
MEASURED = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} {unit} [{elapsed}]"

_open: list[Any] = []
"""The bar of the command that runs, if it has one. DuckDB's threads count too."""


@contextmanager
def watched(name: str, *, quiet: bool = False) -> Iterator[None]:
    """Show a bar on standard error while the body runs, if that is a terminal."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    from tqdm import tqdm

    bar, done = tqdm(leave=False, delay=1e9), Event()
    _open.append(bar)
    step(name)
    thread = Thread(target=_draw, args=(bar, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        clear()


def step(what: str, unit: str = "", total: int | None = None) -> None:
    """Say what is done now, and in which pieces it is counted."""
    for bar in _open:
        bar.n, bar.total, bar.unit = 0, total, unit
        bar.bar_format = MEASURED if total else COUNTED if unit else TIMED
        bar.set_description_str(what, refresh=False)


def advance(n: int, unit: str) -> None:
    """Say that ``n`` more pieces are done, if these are what is counted now."""
    for bar in _open:
        bar.n += n * (bar.unit == unit)


def steps(items: Iterable[T], what: str, unit: str, total: int) -> Iterator[T]:
    """Yield items, each a piece of what is done."""
    step(what, unit, total)
    for item in items:
        yield item
        advance(1, unit)


def clear() -> None:
    """Take the bar off the terminal before something is printed; it does not come back."""
    while _open:
        _open.pop().close()


def _draw(bar: Any, done: Event) -> None:
    wait = AFTER
    while not done.wait(wait) and not bar.disable:
        bar.delay = 0  # what was drawn is taken off at the end
        bar.refresh()
        wait = EVERY
