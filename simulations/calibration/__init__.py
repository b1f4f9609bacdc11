"""Chapter 3: delta of trained models, along descent and from samples.

=====================  ===========================================================================
``descent``            Descent makes delta small, if the model can rescale (Sec. 3.1)
``study``              The experiments of notebook 03: delta at every threshold, as a slope, and
                       from samples
=====================  ===========================================================================
"""

from simulations.calibration.base_model import draw_study
from simulations.calibration.descent import descend, misfit

__all__ = ["descend", "draw_study", "misfit"]
