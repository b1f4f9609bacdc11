"""Print the lowest version that ``pyproject.toml`` allows of each package, as constraints.

Run by ``make test-lowest``: what is promised there is what is tested.
"""

import re
import tomllib
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).resolve().parents[1] / "pyproject.toml").read_text())
BOUND = re.compile(r"([A-Za-z0-9_.-]+)>=([0-9][0-9a-z.]*)")
TESTED = ("files", "sql", "logs", "learn", "plots", "dedup", "testing")
"""Extras whose bounds are tested; the others are checked as they are installed."""


def lowest():
    """Yield ``name==version`` for each dependency with a bound."""
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    for requirement in [*project["dependencies"], *(r for name in TESTED for r in extras[name])]:
        match = BOUND.fullmatch(requirement)
        if match:
            yield f"{match[1]}=={match[2]}"


if __name__ == "__main__":
    print("\n".join(dict.fromkeys(lowest())))
