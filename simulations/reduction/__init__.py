"""Chapter 1: random worlds and base models under Theorem 1.

=================  ================================================================
``base_models``    from perfect to useless: each turns a world into a model
``random_worlds``  from easy to hard, dense to sparse, regular to ragged
``sampled``        what an auditor can draw: training examples, generations, errors
``study``          Theorem 1 over many random worlds and base models, as columns
=================  ================================================================
"""

from simulations.reduction.base_models import BASE_MODELS, smoothed_counts_model
from simulations.reduction.random_worlds import random_world
from simulations.reduction.sampled import sampled_reduction
from simulations.reduction.study import (
    reduction_study,
    reduction_trial,
    size_ratio_study,
    tight_study,
)

__all__ = [
    "BASE_MODELS",
    "random_world",
    "reduction_study",
    "reduction_trial",
    "sampled_reduction",
    "size_ratio_study",
    "smoothed_counts_model",
    "tight_study",
]
