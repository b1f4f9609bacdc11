"""Chapter 8: behavioural calibration and the audit of answers at every target (Sec. 4.2, X6).

===============  =========================================================================
``behavioural``  behavioural calibration, hidden targets; targets average to Brier (X6)
``hle``          HLE-style counter-examples: calibration error is no hallucination measure
``interval``     confidence interval of a score, by profile likelihood
``selective``    risk-coverage curve, its area, Brier score
===============  =========================================================================
"""

from theory.confidence_targets.behavioural import (
    answers_at,
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
from theory.confidence_targets.selective import RiskCoverage, brier_score, risk_coverage

__all__ = [
    "RiskCoverage",
    "StatedAnswers",
    "always_right",
    "always_wrong",
    "answers_at",
    "brier_score",
    "expected_score",
    "hidden_target_regret",
    "risk_coverage",
    "rms_calibration_error",
    "score_interval",
    "score_matrix",
    "target_averaged_score",
]
