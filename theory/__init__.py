"""The theory of "Why Language Models Hallucinate" (arXiv:2509.04664), statement by statement.

Pure functions: no randomness, no files, no plots. Every function takes and returns floats, or
:class:`fractions.Fraction` exactly.

==================  =============================================================================
module              contents
==================  =============================================================================
``errors``          the one error type and shared checks
``arrays``          float and exact arrays behind one face
``world``           prompts, responses, validity, training distribution
``split``           each prompt cut at a threshold into valid/not x above/below
``reduction``       D, err, err_iiv, delta; Corollary 1, Theorem 1; X1 and X2
``tight``           worlds that attain equality (X3)
``estimates``       err, err_iiv and delta from samples, with exact binomial intervals
``testing``         ``assert_theorem_1`` and its kin, coverage checks, Hypothesis strategies
``vocabulary``      words as numbers, encoded sentences
``ngram_counts``    counting n-grams with sorted keys
``ngrams``          n-gram language models: conditional probabilities, batched scoring
``ngram_fits``      maximum likelihood, additive, Kneser-Ney
==================  =============================================================================
"""

from theory.errors import InvalidInput
from theory.estimates import (
    Estimate,
    SampledReduction,
    estimate_delta,
    estimate_error,
    estimate_iiv_error,
    estimate_reduction,
    proportion,
)
from theory.ngram_counts import count_ngrams
from theory.ngram_fits import fit_additive, fit_kneser_ney, fit_maximum_likelihood
from theory.ngrams import NGramModel
from theory.reduction import (
    ReductionBound,
    SlackTerms,
    calibration_delta,
    classify,
    corollary_1_bound,
    generative_error,
    iiv_distribution,
    iiv_error,
    per_prompt_bound,
    theorem_1_bound,
)
from theory.split import Split, common_threshold, per_prompt_threshold, split_at
from theory.tight import tight_world
from theory.vocabulary import Vocabulary
from theory.world import World, uniform_model

__all__ = [
    "Estimate",
    "InvalidInput",
    "NGramModel",
    "ReductionBound",
    "SampledReduction",
    "SlackTerms",
    "Split",
    "Vocabulary",
    "World",
    "calibration_delta",
    "classify",
    "common_threshold",
    "corollary_1_bound",
    "count_ngrams",
    "estimate_delta",
    "estimate_error",
    "estimate_iiv_error",
    "estimate_reduction",
    "fit_additive",
    "fit_kneser_ney",
    "fit_maximum_likelihood",
    "generative_error",
    "iiv_distribution",
    "iiv_error",
    "per_prompt_bound",
    "per_prompt_threshold",
    "proportion",
    "split_at",
    "theorem_1_bound",
    "tight_world",
    "uniform_model",
]
