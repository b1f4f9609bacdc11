"""Run a trial at every point of a parameter grid, on one machine or a cluster, and never lose one.

A sweep is :func:`simulations.trials.run_trials` at each point. joblib does the spreading:
``joblib.parallel_config(backend="dask")`` (or ``"ray"``, ``"loky"``, ``"threading"``) moves an
unchanged sweep elsewhere. What a point draws depends on its parameters and the root seed alone.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Iterable, Sized
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from simulations.sweep.points import Point, canonical, grid, plain, point_seed
from simulations.sweep.spread import spread
from simulations.sweep.store import Failure, SweepStore
from simulations.trials import Columns, run_trials
from theory.errors import InvalidInput, require_integer

__all__ = ["SweepSummary", "grid", "point_seed", "run_point", "run_sweep"]

WINDOW = 1024
"""Points handed to joblib at a time, so that neither they nor results pile up without end."""

log = logging.getLogger(__name__)


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
    dict of str to ndarray
        One row per trial, or more if the trial itself returns columns; ``trial`` numbers the rows.
    """
    columns = run_trials(partial(trial, **point), n_trials, rng=point_seed(seed, point))
    shapes = {column.shape for column in columns.values() if column.ndim > 1}
    shape = shapes.pop() if shapes else (n_trials,)
    if shapes or len(shape) > 2 or math.prod(shape) == 0:
        raise InvalidInput("what a trial returns", "scalars, or vectors of one length", shape)
    rows = {name: _fill(column, shape) for name, column in columns.items()}
    return {"trial": np.arange(math.prod(shape))} | rows


def _fill(column: Any, shape: tuple[int, ...]) -> Any:
    column = column.reshape(column.shape + (1,) * (len(shape) - column.ndim))
    return np.broadcast_to(column, shape).ravel()


@dataclass(frozen=True)
class SweepSummary:
    """What a call of :func:`run_sweep` did.

    Attributes
    ----------
    path : Path
        The Parquet file: one row per trial, sorted by parameters.
    failures_path : Path or None
        Parquet file of parameters, seed, error and traceback; None if nothing failed.
    n_run, n_skipped, n_failed : int
        Points computed now, found finished, and failed now (they run again next time).
    """

    path: Path
    failures_path: Path | None
    n_run: int
    n_skipped: int
    n_failed: int


def run_sweep(
    trial: Callable[..., Any],
    points: Iterable[Point],
    *,
    seed: int,
    path: Path | str,
    n_trials: int = 1,
    n_jobs: int | None = None,
    progress: bool = True,
) -> SweepSummary:
    """Run ``trial(**point, rng=generator)`` at every point and write one Parquet file.

    Results are committed as they arrive to part files beside ``path``. A sweep that was stopped,
    however rudely, goes on where it was when called again, and ends with the same bytes in
    ``path`` as one that never stopped. Calling with more points adds them.

    Parameters
    ----------
    trial : callable
        Returns a flat dataclass or mapping of scalars (one row), or of equal-length vectors
        (one row per entry). Name it at module level if the sweep should be resumed.
    points : iterable of mappings
        For example :func:`grid`; read lazily, so its length does not matter for memory.
    seed : int
        Root seed, see :func:`point_seed`.
    path : path
        The file to write, ``NAME.parquet``.
    n_trials : int
        Trials at each point.
    n_jobs : int, optional
        Workers; by default what ``joblib.parallel_config`` says, else one.
    progress : bool
        Whether to show a bar.

    Returns
    -------
    SweepSummary
        A point that raised is logged, kept in ``failures_path`` and does not stop the others.

    Raises
    ------
    InvalidInput
        If the file belongs to another sweep (trial, seed, number of trials or parameter names),
        another process is running it, or a parameter cannot be written down.
    MissingExtra
        If pyarrow or duckdb is missing.
    """
    require_integer("seed", seed, at_least=0)
    require_integer("n_trials", n_trials, at_least=1)
    identity = {"trial": _name(trial), "seed": seed, "n_trials": n_trials}
    task = partial(run_point, trial, seed=seed, n_trials=n_trials)
    total = len(points) if isinstance(points, Sized) else None
    n_run = n_failed = 0
    with (
        SweepStore(Path(path), identity, partial(point_seed, seed)) as store,
        tqdm(total=total, unit="point", disable=not progress) as bar,
    ):
        fresh = filter(store.claim, points)
        while window := list(islice(fresh, WINDOW)):
            for point, result in spread(task, window, n_jobs):
                n_failed += _keep(store, point, result, seed)
                n_run += 1
                bar.update(n_run + store.n_skipped - bar.n)
        failures_path = store.finish()
    return SweepSummary(Path(path), failures_path, n_run, store.n_skipped, n_failed)


def _keep(store: SweepStore, point: Point, result: Columns | Failure, seed: int) -> bool:
    failure = store.add(point, result)
    if failure is not None:
        log.warning(
            "point %s (seed %d) failed: %s",
            canonical(point),
            point_seed(seed, point),
            failure.error,
        )
    return failure is not None


def _name(trial: Callable[..., Any]) -> str:
    """Return what tells one trial from another: module, name and any arguments bound by partial."""
    if isinstance(trial, partial):
        bound = [*trial.args, *sorted(trial.keywords.items())]
        return f"{_name(trial.func)} with {json.dumps(bound, default=_type_name)}"
    return f"{trial.__module__}.{getattr(trial, '__qualname__', _type_name(trial))}"


def _type_name(value: Any) -> str:
    plain_value = plain(value)
    return repr(plain_value) if plain_value is not value else type(value).__qualname__
