"""Chapter 6: ciphers, misleading prompts, false training data.

=======================  ========================================================
``ciphers``              guessing decryptions with none, part or all of the key
``false_training_data``  learners on data of which a share is false (extension)
``shifted_prompts``      prompts that drift, and prompts that mislead (extension)
=======================  ========================================================
"""

from simulations.other_factors.ciphers import compare_guessers, non_bijective
from simulations.other_factors.false_training_data import false_data
from simulations.other_factors.shifted_prompts import facts_under_drift, misleading_prompts

__all__ = [
    "compare_guessers",
    "facts_under_drift",
    "false_data",
    "misleading_prompts",
    "non_bijective",
]
