"""Where a sweep keeps its results: one SQLite file, from which the Parquet file is made.

``NAME.parquet.sqlite`` holds every point under its seed, finished or failed; a commit is one
transaction, and the process that runs the sweep holds the lock. One checksum covers all of it:
the SHA-256 of its records, folded by XOR, so that a commit need not read the others.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from simulations.sweep import parquet
from simulations.sweep.points import Point, canonical
from simulations.sweep.table import Columns, Failure, Row, unpack
from theory.errors import InvalidInput

WRITE_SHARE = 0.1
"""About this share of the time may go into commits; until then results wait."""
MANY_WAITING = 1024
"""So many results never wait."""
FINISHED = "FROM points WHERE form IS NOT NULL"
FAILED = "FROM points WHERE form IS NULL"
REPORT = {name: ["string"] for name in ("parameters", "seed", "error", "traceback")}


class SweepStore:
    """The results of one sweep; a context manager that holds the lock.

    Parameters
    ----------
    path : Path
        The final file.
    manifest : mapping
        What must agree for results to belong together; ``parameters``, their names, among it.
    seed_of : callable
        Seed of a point, 128 bits.
    """

    def __init__(
        self, path: Path, manifest: dict[str, Any], seed_of: Callable[[Point], int]
    ) -> None:
        parquet.require_arrow()
        self.path, self._manifest, self._seed_of = path, manifest, seed_of
        self.parameters: list[str] = manifest["parameters"]
        self._store = path.with_name(path.name + ".sqlite")
        self._failures = path.with_name(path.name + ".failures.parquet")
        self._taken: set[str] = set()
        self._waiting: dict[str, tuple[Any, ...]] = {}
        self._next_commit, self._changed = 0.0, False
        self.n_added = self.n_skipped = 0

    def __enter__(self) -> SweepStore:
        if self.path.exists() and not self._store.exists():
            remedy = f"bring it back, or delete {self.path} to compute everything again"
            raise InvalidInput(
                str(self._store), f"beside {self.path.name}", "no such file", remedy=remedy
            )
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._errors_named():
            self._db = self._open()
            try:
                self._check()
            except BaseException:
                self._db.close()
                raise
        return self

    def __exit__(self, *error: object) -> None:
        try:
            self.commit()
        finally:
            self._db.close()

    def claim(self, point: Point) -> bool:
        """Tell whether this point is still to be done, and count it as taken.

        Raises
        ------
        InvalidInput
            If its parameters are not those of the sweep.
        """
        if point.keys() != set(self.parameters):
            raise InvalidInput(
                "the parameters of a point", ", ".join(self.parameters), ", ".join(point)
            )
        seed = str(self._seed_of(point))
        if seed in self._taken or self._is_finished(seed):
            self.n_skipped += 1
            return False
        self._taken.add(seed)
        return True

    def add(self, point: Point, result: Row | Failure) -> None:
        """Take the result of one point."""
        seed, values = str(self._seed_of(point)), canonical(point)
        fields = (*result, None, None) if isinstance(result, Row) else (None, None, *result)
        # SQLite has no true and false; only the order of the points hangs on these columns.
        order = [int(v) if isinstance(v, bool) else v for v in map(values.get, self.parameters)]
        self._waiting[seed] = (seed, *order, json.dumps(values, sort_keys=True), *fields)
        self._taken.discard(seed)
        self.n_added += 1
        if time.perf_counter() >= self._next_commit or len(self._waiting) >= MANY_WAITING:
            self.commit()

    def commit(self) -> None:
        """Write what waits in one transaction; from here on it survives."""
        if not self._waiting:
            return
        started = time.perf_counter()
        records = list(self._waiting.values())
        with self._errors_named(), self._db:
            total = int.from_bytes(self._one("SELECT total FROM sweep"))
            for record in records:
                total ^= _fold([record, *self._records("seed = ?", record[0])])
            marks = ", ".join("?" * len(records[0]))
            self._db.executemany(f"INSERT OR REPLACE INTO points VALUES ({marks})", records)
            self._db.execute("UPDATE sweep SET total = ?", (total.to_bytes(32),))
        self._waiting, self._changed = {}, True
        now = time.perf_counter()
        self._next_commit = now + (now - started) / WRITE_SHARE

    def finish(self) -> Path | None:
        """Make the final file, sorted; return where the failures are, if any."""
        self.commit()
        with self._errors_named():
            if self._exported() != self._one("SELECT total FROM sweep"):
                self._export()
            return self._export_failures()

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._store, timeout=0, isolation_level="IMMEDIATE")
        try:
            # The lock is held until the connection is closed or the process dies.
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            db.close()
            if not _is_read_only(error) or not self._store.exists():
                raise
            address = f"{self._store.resolve().as_uri()}?mode=ro&immutable=1"
            return sqlite3.connect(address, uri=True)
        if self._store.stat().st_size == 0:
            self._create(db)
        db.commit()
        return db

    def _create(self, db: sqlite3.Connection) -> None:
        manifest = json.dumps(self._manifest)
        columns = f"seed PRIMARY KEY, {self._order()} point, form, cells, error, traceback"
        # One tree, no index beside it: a flipped bit could make an index miss a finished point.
        db.execute(f"CREATE TABLE points ({columns}) WITHOUT ROWID")
        db.execute("CREATE TABLE sweep (manifest, total)")
        db.execute("CREATE TABLE exports (sha256, total)")
        db.execute("INSERT INTO sweep VALUES (?, ?)", (manifest, _fold([[manifest]]).to_bytes(32)))

    def _check(self) -> None:
        manifest = self._one("SELECT manifest FROM sweep")
        total = _fold([[manifest]]) ^ _fold(self._records("true"))
        if total.to_bytes(32) != self._one("SELECT total FROM sweep"):
            raise sqlite3.DatabaseError("its checksum does not fit")
        known = json.loads(manifest)
        for name, value in self._manifest.items():
            if known[name] != value and name != "parameters":  # they may come in another order
                raise InvalidInput(
                    f"{name} of the sweep",
                    f"{known[name]} as in the file",
                    value,
                    where=str(self.path),
                    remedy="choose another file for another sweep",
                )
        self._manifest, self.parameters = known, known["parameters"]
        if self.path.exists() and self._exported() is None:
            remedy = f"delete it and run again to make it anew from {self._store.name}"
            raise InvalidInput(
                str(self.path), "what this sweep wrote", "a changed or damaged file", remedy=remedy
            )

    def _exported(self) -> bytes | None:
        """Return the checksum of the results that the final file holds; None if it is not ours."""
        if not self.path.exists():
            return None
        total: bytes | None = self._one(
            "SELECT total FROM exports WHERE sha256 = ?", _sha256(self.path)
        )
        return total

    def _export(self) -> None:
        forms = [form for (form,) in self._db.execute(f"SELECT DISTINCT form {FINISHED}")]
        if not forms:
            return
        columns = parquet.schema(forms, [*self.parameters, "trial"])
        columns = columns.with_metadata({"sweep": json.dumps(self._manifest)})
        with parquet.written(self.path, columns, self._sorted()) as temporary, self._db:
            exported = (_sha256(temporary), self._one("SELECT total FROM sweep"))
            self._db.execute("INSERT INTO exports VALUES (?, ?)", exported)

    def _sorted(self) -> Iterator[tuple[int, Columns]]:
        """Yield packed size and columns of every finished point; only seeds are sorted."""
        for (seed,) in self._db.execute(f"SELECT seed {FINISHED} ORDER BY {self._order()} seed"):
            [(*_, point, form, cells, _, _)] = self._records("seed = ?", seed)
            values = json.loads(point)
            parameters = {name: values[name] for name in self.parameters}
            yield len(cells), unpack(parameters, Row(form, cells))

    def _export_failures(self) -> Path | None:
        if self._one(f"SELECT 1 {FAILED}") is None:
            self._failures.unlink(missing_ok=True)
            return None
        if self._changed or not self._failures.exists():
            rows = self._db.execute(f"SELECT point, seed, error, traceback {FAILED} ORDER BY point")
            points = ((len(row[-1]), dict(zip(REPORT, zip(row), strict=True))) for row in rows)
            columns = parquet.schema([json.dumps(REPORT).encode()], [])
            with parquet.written(self._failures, columns, points):
                pass
        return self._failures

    def _order(self) -> str:
        return "".join(f"p{i}, " for i in range(len(self.parameters)))

    def _is_finished(self, seed: str) -> bool:
        if seed in self._waiting:
            return self._waiting[seed][-4] is not None
        return self._one(f"SELECT 1 {FINISHED} AND seed = ?", seed) is not None

    def _records(self, which: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        return self._db.execute(f"SELECT * FROM points WHERE {which}", values)

    def _one(self, query: str, *values: Any) -> Any:
        return next(self._db.execute(query, values), (None,))[0]

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError) as error:
            name, got, remedy = getattr(error, "sqlite_errorname", ""), str(error), ""
            if name == "SQLITE_BUSY":
                allowed, got = "run by one process at a time", "a second one"
            elif _is_read_only(error) or name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
                allowed = "on a disk that can be written"
            else:
                allowed, got = "as the sweep left it", "a damaged file"
                remedy = f"delete it and {self.path.name} to compute everything again"
            raise InvalidInput(str(self._store), allowed, got, remedy=remedy) from error


def _is_read_only(error: Exception) -> bool:
    names = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")
    return getattr(error, "sqlite_errorname", "").startswith(names)


def _fold(records: Iterable[Iterable[Any]]) -> int:
    total = 0
    for record in records:
        digest = hashlib.sha256()
        for value in record:
            digest.update(value if isinstance(value, bytes) else repr(value).encode())
            digest.update(b"|")
        total ^= int.from_bytes(digest.digest())
    return total


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
