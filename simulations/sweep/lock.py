"""What SQLite does for a sweep: a lock that dies with its process, a set larger than memory."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from theory.errors import InvalidInput


def take_lock(path: Path) -> sqlite3.Connection:
    """Lock a file until the connection is closed or the process dies.

    Raises
    ------
    InvalidInput
        If another process holds it.
    """
    lock = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        raise InvalidInput(
            "a sweep", "run by one process at a time", "a second one", where=str(path.parent)
        ) from error
    return lock


class SeedSet:
    """A set of 128-bit seeds, on disk if there are many."""

    def __init__(self) -> None:
        # A database without a name lives in a temporary file that SQLite removes.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE seeds (seed BLOB PRIMARY KEY) WITHOUT ROWID")
        self._database.execute("BEGIN")

    def add(self, seed: int) -> bool:
        """Add a seed; return whether it was new."""
        found = self._database.execute(
            "INSERT OR IGNORE INTO seeds VALUES (?)", (seed.to_bytes(16),)
        )
        return found.rowcount == 1

    def discard(self, seed: int) -> None:
        """Take a seed out again."""
        self._database.execute("DELETE FROM seeds WHERE seed = ?", (seed.to_bytes(16),))

    def __contains__(self, seed: int) -> bool:
        found = self._database.execute("SELECT 1 FROM seeds WHERE seed = ?", (seed.to_bytes(16),))
        return found.fetchone() is not None

    def close(self) -> None:
        """Forget everything."""
        self._database.close()
