"""Run a trial at every point of a parameter grid, on one machine or a cluster, and never lose one.

A sweep is :func:`simulations.trials.run_trials` at each point. joblib does the spreading:
``joblib.parallel_config(backend="dask")`` (or ``"ray"``, ``"loky"``, ``"threading"``) moves an
unchanged sweep elsewhere. What a point draws depends on its parameters and the root seed alone.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Sized
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from simulations.sweep.identity import identity
from simulations.sweep.parquet import read
from simulations.sweep.points import Point, canonical, point_seed
from simulations.sweep.spread import spread
from simulations.sweep.store import SweepStore
from simulations.sweep.table import Failure, Row, compute
from simulations.trials import Columns
from theory.errors import InvalidInput, require_integer

WINDOW = 1024
"""Points handed to joblib at a time, so that neither they nor results pile up without end."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SweepSummary:
    """What a call of :func:`run_sweep` did.

    Attributes
    ----------
    path : Path
        The Parquet file: one row per trial, sorted by parameters.
    failures_path : Path or None
        ``NAME.parquet.failures.parquet``: parameters, seed, error and traceback of each failed
        point; None if there is none.
    n_run, n_skipped, n_failed : int
        Points computed now, found finished, and failed now (they run again next time).
    """

    path: Path
    failures_path: Path | None
    n_run: int
    n_skipped: int
    n_failed: int

    def table(self) -> Columns:
        """Read the file as columns: ``pd.DataFrame(summary.table())``; all of it is in memory."""
        return read(self.path)


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

    Results are committed as they arrive to ``NAME.parquet.sqlite``. A sweep that was stopped,
    however rudely, goes on where it was when called again, and ends with the same bytes in
    ``path`` as one that never stopped. Calling with more points adds them; for that the SQLite
    file stays beside ``path``, which is made of it and can be deleted.

    Parameters
    ----------
    trial : callable
        Returns a flat dataclass or mapping of scalars (one row), or of equal-length vectors
        (one row per entry): numbers, text, true/false or None, which are kept exactly. A function
        at the top of a module, or partial of one (:func:`simulations.sweep.identity.identity`).
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
        Whether to show a bar, if standard error is a terminal.

    Returns
    -------
    SweepSummary
        A point that raised is logged, kept in ``failures_path`` and does not stop the others.

    Raises
    ------
    InvalidInput
        If the file belongs to another sweep (trial or its text, seed, number of trials, parameter
        names), is damaged, or another process is running it; if the trial cannot be told from
        another or a parameter cannot be written down.
    MissingExtra
        If pyarrow is missing.
    """
    seed = require_integer("seed", seed, at_least=0)
    n_trials = require_integer("n_trials", n_trials, at_least=1)
    total = len(points) if isinstance(points, Sized) else None
    points = iter(points)
    first = next(points, None)
    if first is None:
        raise InvalidInput("the points of a sweep", "at least one", "none")
    manifest = identity(trial) | {
        "seed": seed,
        "n_trials": n_trials,
        "parameters": [*canonical(first)],
    }
    with (
        SweepStore(Path(path), manifest, partial(point_seed, seed)) as store,
        tqdm(total=total, unit="point", disable=None if progress else True) as bar,
    ):
        task = partial(compute, trial, store.parameters, seed, n_trials)
        n_failed = 0
        fresh = filter(store.claim, chain([first], points))
        while window := list(islice(fresh, WINDOW)):
            for point, result in spread(task, window, n_jobs):
                store.add(point, result)
                n_failed += _is_failure(point, result)
                bar.update(store.n_added + store.n_skipped - bar.n)
        failures_path = store.finish()
    return SweepSummary(Path(path), failures_path, store.n_added, store.n_skipped, n_failed)


def _is_failure(point: Point, result: Row | Failure) -> bool:
    if isinstance(result, Row):
        return False
    log.warning("point %s failed: %s", json.dumps(canonical(point)), result.error)
    return True
