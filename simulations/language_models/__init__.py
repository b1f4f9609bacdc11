"""Chapter 9: trained language models under the theorems.

===================  =======================================================
``biographies``      a synthetic corpus of arbitrary and regular facts
``interface``        what every language model here can do
``judge``            Is-It-Valid put in words, as a task of its own (Fig. 1)
``logistic``         a scikit-learn classifier as a language model
``measure``          the quantities of Theorems 1 and 2 on a language model
``network``          the decoder and its saved states; needs PyTorch
``ngram``            smoothed counts as a language model
``real_text``        who is the son of whom in the King James Bible
``rows``             one row of the study: a model asked, checked, flat
``study``            every model, one factor at a time: notebook 09
``token_models``     responses weighed and sampled word by word
``transformer``      a small decoder trained on text
``weights``          models of the Hugging Face library; needs transformers
===================  =======================================================
"""

from simulations.language_models.biographies import ARBITRARY, RESPONSES, make_biographies
from simulations.language_models.ngram import NGramLanguageModel
from simulations.language_models.real_text import king_james, statements
from simulations.language_models.study import (
    FULL,
    NGRAM_TOLERANCE,
    PARTS,
    REDUCED,
    language_model_table,
)
from simulations.language_models.transformer import Transformer, TransformerConfig

__all__ = [
    "ARBITRARY",
    "FULL",
    "NGRAM_TOLERANCE",
    "PARTS",
    "REDUCED",
    "RESPONSES",
    "NGramLanguageModel",
    "Transformer",
    "TransformerConfig",
    "king_james",
    "language_model_table",
    "make_biographies",
    "statements",
]
