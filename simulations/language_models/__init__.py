"""Chapter 9: trained language models under the theorems.

===================  =============================================================================
``biographies``      A synthetic corpus of biographies: arbitrary facts and regular ones, with the
                     truth known
``biography_files``  Biographies as text files: ``documents.txt`` to train on, ``people.tsv`` with
                     the truth
``checkpoints``      Training states on disk: written in one step, read only for the run that
                     wrote them
``interface``        What every language model here can do: fit on text, weigh responses, sample
                     one
``judge``            Judging as a task of its own: Is-It-Valid put in words, for any language
                     model (Fig. 1)
``logistic``         A scikit-learn classifier as a language model: prompt features in, a response
                     out
``measure``          The quantities of Theorems 1 and 2, measured on a language model
``network``          The network of :mod:`simulations.language_models.transformer`: a small
                     decoder. Importing it needs PyTorch
``ngram``            An n-gram model as a language model: smoothed counts behind the common
                     interface (App. C)
``ngram_text``       Generation from n-gram models, and models in the field's exchange format
                     (Sec. 3.3.2)
``real_text``        Facts in a real text: who is the son of whom in the King James Bible (Sec.
                     3.3.1 on real text)
``rows``             One row of the language-model study: a model asked about one attribute,
                     checked, flat
``study``            The full run behind notebook 09: every language model, one factor at a time,
                     one table
``token_models``     Models that speak word by word: responses weighed on a shared tree, sampled
                     word by word
``transformer``      A small decoder-only transformer, trained on text with the cross-entropy of
                     Sec. 3.1
===================  =============================================================================
"""

from simulations.language_models.biographies import ARBITRARY, RESPONSES, make_biographies
from simulations.language_models.ngram import NGramLanguageModel
from simulations.language_models.ngram_text import generate, write_arpa
from simulations.language_models.study import FULL, NGRAM_TOLERANCE, PARTS, REDUCED, table_of_part
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
    "generate",
    "make_biographies",
    "table_of_part",
    "write_arpa",
]
