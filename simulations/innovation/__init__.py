"""Chapter 10: learners on the delta-free line, and which bound is sharper when (X10).

============  ================================================================================
``floors``    every learner of arbitrary facts, its errors beside what innovation predicts
``sparsity``  Das and Srivastava's statements beside the 2024 bound, over the number of statements
============  ================================================================================
"""

from simulations.innovation.floors import floor_trial, learner_floors
from simulations.innovation.sparsity import bounds_by_sparsity

__all__ = ["bounds_by_sparsity", "floor_trial", "learner_floors"]
