"""Hypothesis strategies: worlds, models, facts, corpora, beliefs, graders (extra ``testing``).

Small and exact, so that a failure shrinks to something readable:

>>> from hypothesis import given
>>> from theory.testing.strategies import worlds
>>> @given(world=worlds())
... def test_errors_exist(world):
...     assert world.min_errors >= 1
>>> test_errors_exist()
"""

import theory.testing.strategies.engine  # noqa: F401 a missing Hypothesis names its extra
from theory.testing.strategies.facts import (
    corpora,
    fact_models,
    fact_samples,
    fact_worlds,
    sentences,
)
from theory.testing.strategies.grading import Belief, beliefs, confidences, graders, targets
from theory.testing.strategies.reduction import (
    distributions,
    float_worlds,
    models,
    multiple_choice_worlds,
    ragged_worlds,
    worlds,
    worlds_and_models,
)

__all__ = [
    "Belief",
    "beliefs",
    "confidences",
    "corpora",
    "distributions",
    "fact_models",
    "fact_samples",
    "fact_worlds",
    "float_worlds",
    "graders",
    "models",
    "multiple_choice_worlds",
    "ragged_worlds",
    "sentences",
    "targets",
    "worlds",
    "worlds_and_models",
]
