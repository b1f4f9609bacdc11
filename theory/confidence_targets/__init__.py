"""Chapter 8: behavioural calibration and the audit of answers at every target (Sec. 4.2, X6).

======================  =========================================================================
``behavioural``         behavioural calibration, hidden targets; targets average to Brier (X6)
``hle``                 HLE-style counter-examples: calibration error is no hallucination measure
``interval``            guaranteed confidence interval of a score
``prediction_powered``  a rate from many judged records and few that people labelled
``repeated``            guaranteed interval where questions are asked several times
``selective``           risk-coverage curve, its area and excess area, AUROC, Brier score
======================  =========================================================================
"""

from theory.confidence_targets.behavioural import (
    expected_score,
    hidden_target_regret,
    score_matrix,
    target_averaged_score,
)
from theory.confidence_targets.hle import (
    StatedAnswers,
    always_right,
    always_wrong,
    rms_calibration_error,
)
from theory.confidence_targets.interval import score_interval
from theory.confidence_targets.prediction_powered import prediction_powered_share
from theory.confidence_targets.repeated import question_interval
from theory.confidence_targets.selective import RiskCoverage, brier_score, risk_coverage

__all__ = [
    "RiskCoverage",
    "StatedAnswers",
    "always_right",
    "always_wrong",
    "brier_score",
    "expected_score",
    "hidden_target_regret",
    "prediction_powered_share",
    "question_interval",
    "risk_coverage",
    "rms_calibration_error",
    "score_interval",
    "score_matrix",
    "target_averaged_score",
]
