"""Random worlds, learners and Monte Carlo: draws and measures, compares with :mod:`theory`.

Chapters are those of :mod:`theory`, and ``language_models`` (9) after them; ``sweep`` is a tool.
The names below are the ones a first experiment needs; the rest comes from its chapter.
"""

from simulations.facts import (
    PromptLaw,
    fact_trial,
    pareto_law,
    uniform_law,
    zipf_law,
)
from simulations.reduction import random_world, reduction_study, reduction_trial
from simulations.trials import run_trials

__all__ = [
    "PromptLaw",
    "fact_trial",
    "pareto_law",
    "random_world",
    "reduction_study",
    "reduction_trial",
    "run_trials",
    "uniform_law",
    "zipf_law",
]
