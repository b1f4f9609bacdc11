"""The packages beside this one: ``theory`` and ``simulations`` must be ours and no other's.

Both are common names. A folder or file of the user's own that comes first on the path would be
imported in their place, and another checkout would be mixed with this one without a word.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

from hallucination_theory.interrupts import AS_COMMAND

HOME = Path(__file__).resolve().parents[1]


def refuse_strangers() -> None:
    """Look where ``import theory`` and ``import simulations`` lead, without importing them.

    Raises
    ------
    ImportError
        If one leads elsewhere than beside this package; the sentence names the path.
    """
    for name in ("theory", "simulations"):
        loaded = sys.modules.get(name)
        found = _place(find_spec(name) if loaded is None else loaded.__spec__)
        if found != HOME / name:
            raise ImportError(
                f"hallucination_theory needs its own package {name} in {HOME}, but Python finds "
                f"{found or 'none'}; rename that, or take its folder from the path.",
                name=name,
                path=str(found),
            )


def _place(spec: ModuleSpec | None) -> Path | None:
    """Return the folder of a package, or the file of a module."""
    if spec is not None and spec.submodule_search_locations is not None:
        return Path(next(iter(spec.submodule_search_locations))).resolve()
    return Path(spec.origin).resolve() if spec is not None and spec.origin else None


try:
    refuse_strangers()
except ImportError as stranger:
    if not AS_COMMAND:
        raise
    sys.stderr.write(f"Error: {stranger}\n")
    raise SystemExit(2) from stranger
