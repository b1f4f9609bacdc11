"""Training states on disk: written in one step, read only for the run that wrote them."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

from theory.errors import InvalidInput


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write the state beside ``path`` and move it there: an interruption leaves the old one."""
    import torch

    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    torch.save(state, partial)
    os.replace(partial, path)


def load_checkpoint(path: Path, identity: dict[str, Any], *, device: str) -> dict[str, Any]:
    """Read a state back if it belongs to the run described by ``identity``.

    Parameters
    ----------
    path : Path
        An existing file.
    identity : dict
        What must agree: the saved state has it under ``"identity"``.
    device : str
        Where tensors go.

    Raises
    ------
    InvalidInput
        If the file is no checkpoint, or one of another configuration or training text.
    """
    import torch

    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
        saved = state["identity"]
    except (RuntimeError, EOFError, KeyError, TypeError, pickle.UnpicklingError) as error:
        raise InvalidInput(
            "the checkpoint", "one that this package wrote", f"an unreadable file {path}"
        ) from error
    differing = [key for key in identity if saved.get(key) != identity[key]]
    if differing:
        raise InvalidInput(
            "the checkpoint",
            ", ".join(f"of {key}={_short(identity[key])}" for key in differing),
            ", ".join(f"{key}={_short(saved.get(key))}" for key in differing),
            where=str(path),
            remedy="name another file, or delete this one",
        )
    return state


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 20 else f"{text[:17]}..."
