"""Settings for every test: Hypothesis is deterministic, so a red test stays red."""

import os

from hypothesis import Phase, settings

# `benchmarks/mutation.py` only asks whether a test fails: fewer examples, and none made smaller.
QUICK = "HYPOTHESIS_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "100"))
PHASES = [Phase.explicit, Phase.generate] if QUICK else list(Phase)
settings.register_profile(
    "fixed", derandomize=True, deadline=None, max_examples=EXAMPLES, phases=PHASES
)
settings.load_profile("fixed")
