"""The theory of "Why Language Models Hallucinate" (arXiv:2509.04664), statement by statement.

Pure functions: no randomness, no files, no plots. Every function takes and returns floats, or
:class:`fractions.Fraction` exactly. The names below are the ones a first experiment needs; the
rest comes from its chapter, ``from theory.facts import ...``. ``help(theory.facts)`` lists it.

======================  ========================================================================
``reduction``           1. Generating is at least as hard as judging: Theorem 1, Corollary 1
``facts``               2. Arbitrary facts and the singleton rate: Theorem 2
``calibration``         3. delta at every threshold, ECE, an auditor
``trade_off``           4. The frontier between err and delta; the 2024 bound
``poor_models``         5. Families of models too poor: opt(G), Theorems 3 and 4, n-grams
``other_factors``       6. Hardness, shifted prompts, false data; each hypothesis dropped
``grading``             7. Exams, graders, the confidence target; Observation 1
``confidence_targets``  8. Behavioural calibration, risk-coverage, score intervals
``testing``             ``assert_theorem_1`` and its kin, Hypothesis strategies
======================  ========================================================================
"""

from theory.calibration import delta_curve, expected_calibration_error
from theory.confidence_targets import risk_coverage, score_interval
from theory.errors import InvalidInput
from theory.facts import (
    FactSample,
    FactWorld,
    calibrated_memoriser,
    missing_mass,
    singleton_rate,
    theorem_2_lower,
    theorem_2_upper,
)
from theory.grading import Outcomes, confidence_target, optimal_answers, penalty
from theory.intervals import Estimate
from theory.poor_models import opt_bound, theorem_3_bound, theorem_4
from theory.reduction import (
    World,
    calibration_delta,
    corollary_1_bound,
    generative_error,
    iiv_error,
    per_prompt_bound,
    theorem_1_bound,
    uniform_model,
)
from theory.trade_off import kalai_vempala_bound, trade_off_frontier

__all__ = [
    "Estimate",
    "FactSample",
    "FactWorld",
    "InvalidInput",
    "Outcomes",
    "World",
    "calibrated_memoriser",
    "calibration_delta",
    "confidence_target",
    "corollary_1_bound",
    "delta_curve",
    "expected_calibration_error",
    "generative_error",
    "iiv_error",
    "kalai_vempala_bound",
    "missing_mass",
    "opt_bound",
    "optimal_answers",
    "penalty",
    "per_prompt_bound",
    "risk_coverage",
    "score_interval",
    "singleton_rate",
    "theorem_1_bound",
    "theorem_2_lower",
    "theorem_2_upper",
    "theorem_3_bound",
    "theorem_4",
    "trade_off_frontier",
    "uniform_model",
]
