"""Chapter 8: answer logs at stated targets; the published scores.

================  ================================================================================
``answer_logs``   Logs of simulated models that are asked the same questions at several stated
                  targets
``nature_table``  The table of scores published with the Nature version, read from the package's
                  own data
================  ================================================================================
"""

from simulations.confidence_targets.answer_logs import stated_target_log
from simulations.confidence_targets.nature_table import nature_scores

__all__ = ["nature_scores", "stated_target_log"]
