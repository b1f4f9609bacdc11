"""Chapter 3: delta at every threshold, as a slope and from samples; ECE (Sec. 3.1).

=============  ===================================================
``auditor``    delta from samples of training data and generations
``curve``      delta_z at every threshold z
``ece``        bins, reliability, expected calibration error
``examples``   delta = 0 with a large ECE, and the reverse
``rescaling``  cross-entropy; delta as its derivative; erratum 2
=============  ===================================================
"""

from theory.calibration.auditor import audit_delta, audit_delta_curve
from theory.calibration.curve import DeltaCurve, delta_curve
from theory.calibration.ece import (
    Reliability,
    answer_ece,
    equal_mass_bins,
    equal_width_bins,
    expected_calibration_error,
    multiple_choice_ece,
    reliability,
)
from theory.calibration.examples import blind_bins, swapped_confidences
from theory.calibration.rescaling import (
    cross_entropy,
    rescale,
    unweighted_cross_entropy,
)

__all__ = [
    "DeltaCurve",
    "Reliability",
    "answer_ece",
    "audit_delta",
    "audit_delta_curve",
    "blind_bins",
    "cross_entropy",
    "delta_curve",
    "equal_mass_bins",
    "equal_width_bins",
    "expected_calibration_error",
    "multiple_choice_ece",
    "reliability",
    "rescale",
    "swapped_confidences",
    "unweighted_cross_entropy",
]
