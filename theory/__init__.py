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
``best_bound``      the reduction with the best possible small term (X8)
``exact_lp``        small linear programs certified in rationals
``least_slack``     which bounds are attained, by how much the others miss (X8)
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
``targets``         the confidence target t and its penalty t/(1 - t)
``outcomes``        answers right, answers wrong, abstentions, and their rates
``grading``         graders, their normal form, when to answer, where two models swap ranks
``guessing``        Observation 1: no abstention is optimal under binary grading
``behavioural``     behavioural calibration, hidden targets; targets average to Brier (X6)
``meta_evaluation`` Table 2: how ten benchmarks grade "I don't know"
``published``       published SimpleQA scores and the rates behind them
``selective``       risk-coverage curve, its area, Brier score
``hle``             HLE-style counter-examples: calibration error is no hallucination measure
``delta_curve``     delta_z at every threshold z
``rescaling``       cross-entropy; delta as its derivative; erratum 2
``auditor``         delta from samples of training data and generations
``ece``             bins, reliability, expected calibration error
``calibration_examples``  delta = 0 with a large ECE, and the reverse
``kalai_vempala``   monofacts, miscalibration and the 2024 bound
``above_sets``      linear programs over one above-threshold set
``frontier``        least err for a given delta (X5)
``facts_frontier``  the same for arbitrary facts, in closed form (X5)
``threshold_curve`` err_iiv at every threshold
``opt``             opt(G) of finite families and of views; err >= 2 opt(G) - k/K - delta
``planar_opt``      opt(G) of lines in the plane, by enumeration
``linear_opt``      opt(G) of linear scores, by integer programming; fitted upper bounds
``ngram_opt``       opt(G) of n-gram models; the pronoun world of Corollary 2
``multiple_choice`` Theorems 3 and 4
``hardness``        Definition 3, Observation 2, erratum 5
``shift``           shifted prompts and noisy training data (extensions)
``counterexamples`` each hypothesis dropped: a world in which the statement fails
``families``        abstain, temper, regurgitate; a system that never errs
``score_interval``  confidence interval of a score, by profile likelihood
``examinees``       test-takers, their policies, models A and B of the introduction
``pitfalls``        four ways to get confidence targets wrong, with numbers
==================  =============================================================================
"""

from theory.above_sets import Prospect, above_threshold_sets, best_model_on_set, known_world
from theory.auditor import audit_delta, audit_delta_curve
from theory.behavioural import (
    WithdrawnAnswers,
    answers_at,
    expected_score,
    hidden_target_regret,
    score_matrix,
    threshold_averaged_score,
    withdrawn_answers,
)
from theory.best_bound import best_bound, best_size_ratio
from theory.calibration_examples import blind_bins, swapped_confidences
from theory.delta_curve import DeltaCurve, delta_curve
from theory.ece import (
    Reliability,
    answer_ece,
    equal_mass_bins,
    equal_width_bins,
    expected_calibration_error,
    multiple_choice_ece,
    reliability,
)
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
from theory.examinees import (
    Examinees,
    always_abstain,
    always_guess,
    beta_examinees,
    expected_outcomes,
    model_a_and_b,
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
from theory.facts_frontier import abstaining_frontier, abstaining_memoriser, facts_prospect
from theory.families import abstain, regurgitate, table_and_calculator, temper
from theory.frontier import Frontier, least_iiv_error, trade_off_frontier
from theory.good_turing import (
    MissingMassInterval,
    corollary_3_interval,
    good_turing_estimate,
    lemma_1_interval,
)
from theory.grading import (
    BINARY,
    WILDBENCH_LIKE,
    Grader,
    confidence_target,
    expected_points,
    indifference_confidence,
    normal_form,
    optimal_answers,
    swap_penalty,
)
from theory.guessing import check_binary_graders, expected_grades, optimal_responses
from theory.hardness import decryption_world, observation_2_bound
from theory.hle import StatedAnswers, always_right, always_wrong, rms_calibration_error
from theory.kalai_vempala import (
    KalaiVempalaBound,
    kalai_vempala_bound,
    level_sets,
    miscalibration,
    within_bin_miscalibration,
)
from theory.least_slack import LeastSlack, least_slack
from theory.linear_opt import opt_linear, opt_linear_upper_bound
from theory.meta_evaluation import BENCHMARKS, Benchmark, MetaEvaluation, best_policy
from theory.multiple_choice import theorem_3_bound, theorem_4
from theory.ngram_counts import count_ngrams
from theory.ngram_fits import fit_additive, fit_kneser_ney, fit_maximum_likelihood
from theory.ngram_opt import opt_ngrams, pronoun_world
from theory.ngrams import NGramModel
from theory.opt import ExactOpt, OptUpperBound, opt_bound, opt_of_family, opt_of_view
from theory.outcomes import Outcomes
from theory.planar_opt import opt_planar
from theory.published import SIMPLEQA, AffineRow, recover_rates
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
from theory.rescaling import cross_entropy, rescale, rescaling_derivative, unweighted_cross_entropy
from theory.score_interval import score_interval
from theory.selective import RiskCoverage, brier_score, risk_coverage
from theory.sharp_facts import (
    SharpCeiling,
    SharpFloor,
    sharp_interval,
    sharp_lower,
    sharp_lower_known,
    sharp_upper,
)
from theory.sharp_terms import SharpTerms, sharp_terms
from theory.shift import gigo_bound, noisy_training, shift_bound
from theory.split import Split, common_threshold, per_prompt_threshold, split_at
from theory.targets import TARGETS, penalty, target_of_penalty
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
    "BENCHMARKS",
    "BINARY",
    "SIMPLEQA",
    "TARGETS",
    "WILDBENCH_LIKE",
    "AffineRow",
    "Benchmark",
    "DeltaCurve",
    "ErrorCeiling",
    "ErrorFloor",
    "Estimate",
    "ExactOpt",
    "Examinees",
    "FactModel",
    "FactSample",
    "FactWorld",
    "Frontier",
    "Grader",
    "IivFloor",
    "InvalidInput",
    "KalaiVempalaBound",
    "LeastSlack",
    "MetaEvaluation",
    "MissingMassInterval",
    "NGramModel",
    "OptUpperBound",
    "Outcomes",
    "Prospect",
    "ReductionBound",
    "Reliability",
    "RiskCoverage",
    "SampledReduction",
    "SharpCeiling",
    "SharpFloor",
    "SharpTerms",
    "SlackTerms",
    "Split",
    "StatedAnswers",
    "Vocabulary",
    "WithdrawnAnswers",
    "World",
    "above_threshold_sets",
    "abstain",
    "abstaining_frontier",
    "abstaining_memoriser",
    "always_abstain",
    "always_guess",
    "always_right",
    "always_wrong",
    "answer_ece",
    "answers_at",
    "audit_delta",
    "audit_delta_curve",
    "best_bound",
    "best_model_on_set",
    "best_policy",
    "best_size_ratio",
    "beta_examinees",
    "blind_bins",
    "brier_score",
    "calibrated_memoriser",
    "calibration_delta",
    "check_binary_graders",
    "classify",
    "common_threshold",
    "confidence_target",
    "corollary_1_bound",
    "corollary_3_interval",
    "count_ngrams",
    "cross_entropy",
    "decryption_world",
    "delta_curve",
    "equal_mass_bins",
    "equal_width_bins",
    "estimate_delta",
    "estimate_error",
    "estimate_iiv_error",
    "estimate_reduction",
    "expected_calibration_error",
    "expected_grades",
    "expected_missing_mass",
    "expected_outcomes",
    "expected_points",
    "expected_score",
    "expected_singleton_rate",
    "facts_prospect",
    "fit_additive",
    "fit_kneser_ney",
    "fit_maximum_likelihood",
    "generative_error",
    "gigo_bound",
    "good_turing_estimate",
    "hidden_target_regret",
    "iiv_distribution",
    "iiv_error",
    "indifference_confidence",
    "kalai_vempala_bound",
    "known_world",
    "least_iiv_error",
    "least_slack",
    "lemma_1_interval",
    "lemma_2_bound",
    "level_sets",
    "miscalibration",
    "missing_mass",
    "model_a_and_b",
    "multiple_choice_ece",
    "noisy_training",
    "normal_form",
    "observation_2_bound",
    "opt_bound",
    "opt_linear",
    "opt_linear_upper_bound",
    "opt_ngrams",
    "opt_of_family",
    "opt_of_view",
    "opt_planar",
    "optimal_answers",
    "optimal_responses",
    "penalty",
    "per_prompt_bound",
    "per_prompt_threshold",
    "pronoun_world",
    "proportion",
    "recover_rates",
    "regurgitate",
    "reliability",
    "rescale",
    "rescaling_derivative",
    "risk_coverage",
    "rms_calibration_error",
    "score_interval",
    "score_matrix",
    "sharp_interval",
    "sharp_lower",
    "sharp_lower_known",
    "sharp_terms",
    "sharp_upper",
    "shift_bound",
    "singleton_rate",
    "split_at",
    "swap_penalty",
    "swapped_confidences",
    "table_and_calculator",
    "target_of_penalty",
    "temper",
    "theorem_1_bound",
    "theorem_2_lower",
    "theorem_2_upper",
    "theorem_3_bound",
    "theorem_4",
    "threshold_averaged_score",
    "tight_world",
    "trade_off_frontier",
    "uniform_model",
    "unweighted_cross_entropy",
    "withdrawn_answers",
    "within_bin_miscalibration",
]
