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
``facts``           arbitrary facts, by class of prompts (Def. 1)
``fact_samples``    training samples as counts; singleton rate, missing mass (Def. 2)
``fact_models``     models of facts in closed form; the calibrated memoriser
``good_turing``     Good and Turing's estimate; Corollary 3, Lemma 1
``theorem_2``       Lemma 2; Theorem 2, lower and upper
``sharp_terms``     the terms of X4, Theorem 2 without the logarithm
``sharp_facts``     X4: sharper lower and upper bounds, missing-mass interval
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
from theory.fact_models import FactModel, calibrated_memoriser
from theory.fact_samples import (
    FactSample,
    expected_missing_mass,
    expected_singleton_rate,
    missing_mass,
    singleton_rate,
)
from theory.facts import FactWorld
from theory.good_turing import (
    MissingMassInterval,
    corollary_3_interval,
    good_turing_estimate,
    lemma_1_interval,
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
from theory.sharp_facts import (
    SharpCeiling,
    SharpFloor,
    sharp_interval,
    sharp_lower,
    sharp_lower_known,
    sharp_upper,
)
from theory.sharp_terms import SharpTerms, sharp_terms
from theory.split import Split, common_threshold, per_prompt_threshold, split_at
from theory.theorem_2 import (
    ErrorCeiling,
    ErrorFloor,
    IivFloor,
    lemma_2_bound,
    theorem_2_lower,
    theorem_2_upper,
)
from theory.tight import tight_world
from theory.vocabulary import Vocabulary
from theory.world import World, uniform_model

__all__ = [
    "ErrorCeiling",
    "ErrorFloor",
    "Estimate",
    "FactModel",
    "FactSample",
    "FactWorld",
    "IivFloor",
    "InvalidInput",
    "MissingMassInterval",
    "NGramModel",
    "ReductionBound",
    "SampledReduction",
    "SharpCeiling",
    "SharpFloor",
    "SharpTerms",
    "SlackTerms",
    "Split",
    "Vocabulary",
    "World",
    "calibrated_memoriser",
    "calibration_delta",
    "classify",
    "common_threshold",
    "corollary_1_bound",
    "corollary_3_interval",
    "count_ngrams",
    "estimate_delta",
    "estimate_error",
    "estimate_iiv_error",
    "estimate_reduction",
    "expected_missing_mass",
    "expected_singleton_rate",
    "fit_additive",
    "fit_kneser_ney",
    "fit_maximum_likelihood",
    "generative_error",
    "good_turing_estimate",
    "iiv_distribution",
    "iiv_error",
    "lemma_1_interval",
    "lemma_2_bound",
    "missing_mass",
    "per_prompt_bound",
    "per_prompt_threshold",
    "proportion",
    "sharp_interval",
    "sharp_lower",
    "sharp_lower_known",
    "sharp_terms",
    "sharp_upper",
    "singleton_rate",
    "split_at",
    "theorem_1_bound",
    "theorem_2_lower",
    "theorem_2_upper",
    "tight_world",
    "uniform_model",
]
