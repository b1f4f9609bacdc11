"""Chapter 8: answer logs at stated targets; the published scores.

==================  ==================================================
``answer_logs``     models asked the same questions at several targets
``nature_table``    the scores published with the Nature version
``question_means``  averages over questions with guaranteed intervals
==================  ==================================================
"""

from simulations.confidence_targets.answer_logs import stated_target_log
from simulations.confidence_targets.nature_table import nature_scores
from simulations.confidence_targets.question_means import QuestionMeans

__all__ = ["QuestionMeans", "nature_scores", "stated_target_log"]
