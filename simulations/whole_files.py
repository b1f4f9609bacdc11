"""Files that are whole or not there: written beside their targets, then moved into place.

A full disk, a kill or an error half-way leaves what was there before; several files come together
or not at all.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replaced(*targets: Path) -> Iterator[list[Path]]:
    """Yield one path for each target to write to; move all of them when the block ends well.

    Raises
    ------
    OSError
        If a file cannot be written or moved; then the targets are as they were.
    """
    token = secrets.token_hex(4)
    homes = [target.resolve() for target in targets]  # what a link leads to, not the link
    partial = [h.with_name(f".{token}-{i}{h.suffix}") for i, h in enumerate(homes)]
    try:
        yield partial
        for path in partial:
            with path.open("rb+") as file:
                os.fsync(file.fileno())
        _move(dict(zip(partial, homes, strict=True)))
    finally:
        for path in partial:
            path.unlink(missing_ok=True)


def _move(moves: dict[Path, Path]) -> None:
    """Move all files; if one cannot be moved, put back those that were replaced before it."""
    kept = {home: _kept(home) for home in moves.values()}
    done: list[Path] = []
    try:
        for path, home in moves.items():
            if kept[home] is not None:
                shutil.copymode(home, path)
            path.replace(home)
            done.append(home)
    except OSError:
        for home in done:
            before = kept[home]
            home.unlink() if before is None else before.replace(home)
        raise
    finally:
        for before in kept.values():
            if before is not None:
                before.unlink(missing_ok=True)


def _kept(home: Path) -> Path | None:
    """Give an existing file a second name, from which it can be put back."""
    if not home.is_file():
        return None
    second = home.with_name(f".{secrets.token_hex(4)}-before")
    try:
        os.link(home, second)
    except OSError:  # a file system without hard links
        shutil.copy2(home, second)
    return second
