"""Where a sweep keeps its results, so that being killed costs it nothing that was finished.

While it runs, small Parquet parts lie in ``NAME.parquet.parts/``; at the end, ``NAME.parquet``.
A point is finished when its part is there.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from simulations.sweep import files
from simulations.sweep.lock import SeedSet, take_lock
from simulations.sweep.points import Point, canonical, plain
from simulations.trials import Columns
from theory.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow as pa

WRITE_SHARE = 0.1
"""About this share of the time may go into writing parts; until then results wait."""
MANY_WAITING = 1024
"""So many results never wait."""
MANY_PARTS = 512
"""So many small parts become one, which keeps the folder short."""


@dataclass(frozen=True)
class Failure:
    """A point that raised: what it was and what it said."""

    point: Point
    error: str
    traceback: str


class SweepStore:
    """The results of one sweep; a context manager that holds the lock.

    Parameters
    ----------
    path : Path
        The final file, ``NAME.parquet``.
    identity : mapping
        What must agree for results to belong together; ``seed`` among it.
    seed_of : callable
        Seed of a point, 128 bits; also the key under which the point counts as taken.
    """

    def __init__(
        self, path: Path, identity: dict[str, Any], seed_of: Callable[[Point], int]
    ) -> None:
        files.require_engines()
        self.path, self._identity, self._seed_of = path, identity, seed_of
        self.failures_path = path.with_suffix(".failures.parquet")
        self.folder = path.with_name(path.name + ".parts")
        self._waiting: list[pa.Table] = []
        self._failed: list[dict[str, str]] = []
        self._schema: pa.Schema | None = None
        self._parameters: list[str] = []
        self._next_commit = 0.0
        self._n_new_parts = 0
        self.n_skipped = 0

    def __enter__(self) -> SweepStore:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = take_lock(self.folder / "lock")
        for torn in self.folder.glob("*.tmp"):
            torn.unlink()
        self._taken = SeedSet()
        try:
            self._check_identity()
            self._load()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        try:
            self.commit()
        finally:
            self._close()

    def claim(self, point: Point) -> bool:
        """Tell whether this point is still to be done, and count it as taken.

        Raises
        ------
        InvalidInput
            If its parameters are not those of the sweep.
        """
        if not self._parameters:
            self._parameters = list(point)
            files.write_text(self.folder / "sweep.json", self._manifest())
        if point.keys() != set(self._parameters):
            raise InvalidInput(
                "the parameters of a point", ", ".join(self._parameters), ", ".join(point)
            )
        is_new = self._take(point)
        self.n_skipped += not is_new
        return is_new

    def add(self, point: Point, result: Columns | Failure) -> Failure | None:
        """Take the result of one point; return the failure, if it is one."""
        if not isinstance(result, Failure):
            try:
                self._waiting.append(self._table(point, result))
            except (ValueError, TypeError) as error:  # Arrow's errors are kinds of these
                result = Failure(point, repr(error), "raised when the result was stored")
        if isinstance(result, Failure):
            self._failed.append(self._failure_row(result))
        if time.perf_counter() >= self._next_commit or len(self._waiting) >= MANY_WAITING:
            self.commit()
        return result if isinstance(result, Failure) else None

    def commit(self) -> None:
        """Write what waits; from here on it survives."""
        started = time.perf_counter()
        # One part for each set of columns: a part then keeps the order that its trials gave them.
        for names in {tuple(table.column_names) for table in self._waiting}:
            alike = [t for t in self._waiting if tuple(t.column_names) == names]
            files.write_part(self.folder, "part", alike)
            self._n_new_parts += 1
        if self._failed:
            files.write_part(self.folder, "failure", [files.table_of_rows(self._failed)])
        self._waiting, self._failed = [], []
        now = time.perf_counter()
        self._next_commit = now + (now - started) / WRITE_SHARE
        if self._n_new_parts >= MANY_PARTS:
            files.merge(self.folder, files.small_parts(self.folder))
            self._n_new_parts = 0

    def finish(self) -> Path | None:
        """Gather everything in the final file, sorted; return where the failures are, if any."""
        self.commit()
        if parts := files.parts(self.folder, "part"):
            order = [*self._parameters, "trial"]
            files.sort_into(self.path, [*self._finished(), *parts], order, self._manifest())
            files.remove(parts)
        return self._finish_failures()

    def _finish_failures(self) -> Path | None:
        before = [self.failures_path] if self.failures_path.exists() else []
        parts = files.parts(self.folder, "failure")
        # Of several reports on one point the last counts; one that succeeded since has none.
        reports = {row["seed"]: row for path in [*before, *parts] for row in files.rows(path)}
        still = [row for seed, row in reports.items() if int(seed) not in self._taken]
        if still:
            still.sort(key=lambda row: row["parameters"])
            files.write(files.table_of_rows(still), self.failures_path)
        else:
            files.remove(before)
        files.remove(parts)
        return self.failures_path if still else None

    def _finished(self) -> list[Path]:
        return [self.path] if self.path.exists() else []

    def _manifest(self) -> str:
        return json.dumps(self._identity | {"parameters": self._parameters})

    def _check_identity(self) -> None:
        manifest = self.folder / "sweep.json"
        if manifest.exists():
            known = json.loads(manifest.read_text(encoding="utf-8"))
        elif self.path.exists():
            known = json.loads(files.manifest_of(self.path))
        else:
            return
        for name, value in self._identity.items():
            if known.get(name) != value:
                raise InvalidInput(
                    f"{name} of the sweep",
                    f"{known.get(name)} as in the file",
                    value,
                    where=str(self.path),
                    remedy="choose another file for another sweep",
                )
        self._parameters = known["parameters"]

    def _load(self) -> None:
        """Take note of every finished point."""
        for path in [*self._finished(), *files.parts(self.folder, "part")]:
            points = files.points(path, self._parameters)
            if not self._take(next(points)):
                path.unlink()  # gathered already, but killed before tidying up
                continue
            for point in points:
                self._take(point)
            self._schema = files.unify(self._schema, files.schema_of(path))

    def _take(self, point: Point) -> bool:
        return self._taken.add(self._seed_of(point))

    def _table(self, point: Point, columns: Columns) -> pa.Table:
        n_rows = len(columns["trial"])
        arrays: dict[str, Any] = {name: [plain(point[name])] * n_rows for name in self._parameters}
        for name, values in columns.items():
            if name not in point:
                arrays[name] = values
            elif not all(value == point[name] for value in values):
                raise InvalidInput(f"the result {name}", "equal to the parameter", values[0])
        table = files.table(arrays)
        self._schema = files.unify(self._schema, table.schema)
        return table

    def _failure_row(self, failure: Failure) -> dict[str, str]:
        seed = self._seed_of(failure.point)
        # Not finished: the next call tries it again.
        self._taken.discard(seed)
        return {
            "parameters": canonical(failure.point),
            "seed": str(seed),
            "error": failure.error,
            "traceback": failure.traceback,
        }

    def _close(self) -> None:
        self._taken.close()
        self._lock.close()
        if not any(self.folder.glob("*.parquet")):
            files.remove(self.folder.iterdir())
            self.folder.rmdir()
