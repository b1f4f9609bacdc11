"""Chapter 10: innovation, errors without calibration (Das and Srivastava 2026; X10).

==============  ================================================================================
``calibrated``  calibration forces innovation, (e)
``floor``       what must be wrong on unseen prompts, whatever delta (extension X10)
``statements``  innovation and hallucination on finite sets of statements, (a) to (d)
==============  ================================================================================
"""

from theory.innovation.calibrated import (
    CalibratedInnovation,
    average_in_blocks,
    calibrated_innovation,
)
from theory.innovation.floor import InnovationFloor, floor_of_facts, floor_of_world
from theory.innovation.statements import (
    InnovationBound,
    innovation_bound,
    innovation_rate,
)

__all__ = [
    "CalibratedInnovation",
    "InnovationBound",
    "InnovationFloor",
    "average_in_blocks",
    "calibrated_innovation",
    "floor_of_facts",
    "floor_of_world",
    "innovation_bound",
    "innovation_rate",
]
