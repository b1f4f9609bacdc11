"""Settings for every test: Hypothesis is deterministic, so a red test stays red.

``pytest tests --seed-shift N`` gives every seed another stream: what holds for the written seed
only fails then. ``make seeds`` runs many shifts.
"""

import os

import numpy as np
from hypothesis import Phase, settings

# `benchmarks/mutation.py` only asks whether a test fails: fewer examples, and none made smaller.
QUICK = "HYPOTHESIS_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "100"))
PHASES = [Phase.explicit, Phase.generate] if QUICK else list(Phase)
settings.register_profile(
    "fixed", derandomize=True, deadline=None, max_examples=EXAMPLES, phases=PHASES
)
settings.load_profile("fixed")


def pytest_addoption(parser):
    parser.addoption("--seed-shift", type=int, default=0, metavar="N", help="0: seeds as written")


def pytest_configure(config):
    if shift := config.getoption("--seed-shift"):
        np.random.default_rng = shifted(np.random.default_rng, shift)


def shifted(default_rng, shift):
    """Return ``default_rng`` with another stream for each seed; Generators pass as they are."""

    def with_shift(seed=None):
        is_seed = isinstance(seed, (int, np.integer))
        return default_rng([int(seed), shift] if is_seed else seed)

    return with_shift
