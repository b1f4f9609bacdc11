"""Chapter 5: Figure 1, letter counting, pronouns, random multiple choice.

===================  ===========================================================
``choice_trials``    random worlds of multiple choice under Theorem 4
``figure_1``         Figure 1 rebuilt: judging problems, classifiers, generators
``letter_counting``  counting letters from tokens and from letters
``pronouns``         how much text an n-gram model needs for a pronoun
===================  ===========================================================
"""

from simulations.poor_models.choice_trials import choice_trial
from simulations.poor_models.figure_1 import PROBLEMS, compare_classifiers, plane_problem
from simulations.poor_models.letter_counting import compare_views
from simulations.poor_models.pronouns import (
    data_needed,
    err_by_order,
    fitted_pronoun_error,
    pronoun_task,
)

__all__ = [
    "PROBLEMS",
    "choice_trial",
    "compare_classifiers",
    "compare_views",
    "data_needed",
    "err_by_order",
    "fitted_pronoun_error",
    "plane_problem",
    "pronoun_task",
]
