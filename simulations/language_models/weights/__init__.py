"""Weights of the Hugging Face library under the theorems; needs the extra ``transformers``.

================  ===============================================================
``gpt2``          a GPT-2 configuration trained here, and its folder of weights
``hugging_face``  any causal language model as one that can be weighed
``study``         two sizes watched along their training
================  ===============================================================
"""

from simulations.language_models.weights.gpt2 import BEGIN, GPT2Setting, train_gpt2
from simulations.language_models.weights.hugging_face import HuggingFaceModel
from simulations.language_models.weights.study import (
    WEIGHTS_FULL,
    WEIGHTS_REDUCED,
    WeightsScale,
    weights_row,
    weights_rows,
    write_weights,
)

__all__ = [
    "BEGIN",
    "WEIGHTS_FULL",
    "WEIGHTS_REDUCED",
    "GPT2Setting",
    "HuggingFaceModel",
    "WeightsScale",
    "train_gpt2",
    "weights_row",
    "weights_rows",
    "write_weights",
]
