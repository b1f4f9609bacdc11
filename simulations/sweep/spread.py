"""Hand a window of points to joblib and take results back in the order in which they finish."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import islice
from threading import Thread
from typing import Any

from joblib import Parallel, delayed, effective_n_jobs

from simulations.sweep.points import Point
from simulations.sweep.table import Failure, Row

Result = Row | Failure
Task = Callable[[Point], Row]

POINTS_PER_WORKER = 4
"""Points at a time on backends that give back only whole lists (Ray, multiprocessing)."""
SECONDS_BETWEEN_LOOKS = 1.0
"""How soon a worker notices that the process that started it is gone."""


def spread(task: Task, window: list[Point], n_jobs: int | None) -> Iterator[tuple[Point, Result]]:
    """Run ``task`` at each point of a window; a point that raises gives a :class:`Failure`.

    A worker process that dies (out of memory, segmentation fault) takes its window down; the
    points that had not come back then run one by one, and only the one that kills is a failure.
    """
    attempt = partial(_attempt, task, os.getpid())
    left = dict(enumerate(window))
    try:
        for i, result in _run(attempt, left.copy(), n_jobs):
            yield left.pop(i), result
    except Exception:  # each backend has its own for a worker that died; a trial's never come here
        for i, point in left.items():
            yield point, _run_alone(attempt, i, point, n_jobs)


def _run_alone(attempt: Any, i: int, point: Point, n_jobs: int | None) -> Result:
    try:
        result: Result
        [(_, result)] = _run(attempt, {i: point}, n_jobs)
    except Exception as error:
        return Failure(f"the worker process died: {type(error).__name__}", traceback.format_exc())
    return result


def _run(attempt: Any, points: dict[int, Point], n_jobs: int | None) -> Iterator[tuple[int, Any]]:
    calls = (delayed(attempt)(i, point) for i, point in points.items())
    try:
        # A fresh object each time: it reads `joblib.parallel_config` when it is made. No batches:
        # a finished point that waits for the rest of its batch would be lost to a kill.
        parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered", batch_size=1)
    except ValueError as error:
        if "does not support return_as" not in str(error):
            raise
        size = POINTS_PER_WORKER * effective_n_jobs(n_jobs)
        while some := list(islice(calls, size)):
            yield from Parallel(n_jobs=n_jobs)(some)
    else:
        yield from parallel(calls)


def _attempt(task: Task, parent: int, i: int, point: Point) -> tuple[int, Result]:
    _end_with(parent)
    # Whatever a trial raises is a result too: it is reported and kept, and the sweep goes on.
    try:
        return i, task(point)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        # These functions also show an exception whose own text fails.
        last = traceback.format_exception_only(error)[-1].strip()
        return i, Failure(_printable(last), _printable(traceback.format_exc()))


def _printable(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()


@cache
def _end_with(parent: int) -> None:
    """In a worker process that ``parent`` started: end when it ends, however rudely."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(SECONDS_BETWEEN_LOOKS)
        os._exit(1)

    if os.getppid() == parent:
        Thread(target=watch, daemon=True).start()
