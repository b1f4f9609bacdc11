"""Chapter 6: hardness, shifted prompts, false training data; counter-examples (Sec. 3.4, App. D).

===================  =============================================================
``counterexamples``  each hypothesis dropped: a world in which the statement fails
``hardness``         Definition 3, Observation 2, erratum 5
``shift``            shifted prompts and noisy training data (extensions)
===================  =============================================================
"""

from theory.other_factors.counterexamples import dropped_hypotheses
from theory.other_factors.hardness import (
    decryption_world,
    observation_2_bound,
    random_ciphertext_distance,
    require_cipher_messages,
)
from theory.other_factors.shift import (
    drifted,
    gigo_bound,
    noisy_training,
    shift_bound,
    with_prompt_law,
)

__all__ = [
    "decryption_world",
    "drifted",
    "dropped_hypotheses",
    "gigo_bound",
    "noisy_training",
    "observation_2_bound",
    "random_ciphertext_distance",
    "require_cipher_messages",
    "shift_bound",
    "with_prompt_law",
]
