"""Chapter 1: generating is at least as hard as judging (Sec. 3.1-3.2, App. A; X1, X2, X3, X8).

================  ==================================================================
``attained``      which bounds are attained, by how much the others miss (X8)
``bounds``        D, err, err_iiv, delta; Corollary 1, Theorem 1; X1 and X2
``exact_lp``      small linear programs certified in rationals
``simplex``       the simplex method in rationals
``from_samples``  err, err_iiv and delta from samples, with exact binomial intervals
``small_term``    the reduction with the best possible small term (X8)
``split``         each prompt cut at a threshold into valid/not x above/below
``tight``         worlds that attain equality (X3)
``transforms``    abstain, temper, regurgitate: models made of models
``world``         prompts, responses, validity, training distribution
================  ==================================================================

Everywhere ``world`` is a :class:`World` with C prompts and X examples, and ``p_hat`` a model of it,
shape (X,), whose probabilities sum to 1 at each prompt.
"""

from theory.reduction.attained import LeastSlack, least_slack
from theory.reduction.bounds import (
    ReductionBound,
    SlackTerms,
    bound_of_split,
    calibration_delta,
    classify,
    corollary_1_bound,
    error_of_split,
    generative_error,
    iiv_distribution,
    iiv_error,
    iiv_error_of_split,
    per_prompt_bound,
    signed_gap,
    signed_gap_of_split,
    theorem_1_bound,
)
from theory.reduction.from_samples import (
    SampledReduction,
    estimate_delta,
    estimate_error,
    estimate_iiv_error,
    estimate_reduction,
)
from theory.reduction.small_term import best_bound, best_size_ratio
from theory.reduction.split import Split, common_threshold, per_prompt_threshold, split_at
from theory.reduction.tight import tight_world
from theory.reduction.transforms import abstain, regurgitate, temper
from theory.reduction.world import World, uniform_model

__all__ = [
    "LeastSlack",
    "ReductionBound",
    "SampledReduction",
    "SlackTerms",
    "Split",
    "World",
    "abstain",
    "best_bound",
    "best_size_ratio",
    "bound_of_split",
    "calibration_delta",
    "classify",
    "common_threshold",
    "corollary_1_bound",
    "error_of_split",
    "estimate_delta",
    "estimate_error",
    "estimate_iiv_error",
    "estimate_reduction",
    "generative_error",
    "iiv_distribution",
    "iiv_error",
    "iiv_error_of_split",
    "least_slack",
    "per_prompt_bound",
    "per_prompt_threshold",
    "regurgitate",
    "signed_gap",
    "signed_gap_of_split",
    "split_at",
    "temper",
    "theorem_1_bound",
    "tight_world",
    "uniform_model",
]
