"""Chapter 3: delta of trained models, along descent and from samples.

==============  ===================================================
``base_model``  a model of arbitrary facts, fitted by cross-entropy
``descent``     delta becomes small if the model can rescale
``study``       the experiments of notebook 03, as columns
==============  ===================================================
"""

from simulations.calibration.base_model import draw_study
from simulations.calibration.descent import descend, misfit

__all__ = ["descend", "draw_study", "misfit"]
