"""Chapter 6: ciphers, misleading prompts, false training data.

=======================  =========================================================================
``ciphers``              Guessing decryptions of a real cipher with none, part or all of the key
                         (Sec. 3.4, App. D)
``false_training_data``  Garbage in, garbage out: learners on data of which a share is false (Sec.
                         3.4; extension)
``shifted_prompts``      Prompts that drift, and prompts that mislead (Sec. 3.4; the formulas are
                         extensions)
=======================  =========================================================================
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
