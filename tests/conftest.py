"""Settings for every test: Hypothesis is deterministic, so a red test stays red."""

import os

from hypothesis import settings

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "100"))
settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=EXAMPLES)
settings.load_profile("fixed")
