"""Chapter 5: Figure 1, letter counting, pronouns, random multiple choice.

===================  =============================================================================
``choice_trials``    Random multiple-choice worlds and models under Theorem 4 (App. C)
``figure_1``         Figure 1 rebuilt: three judging problems, seven classifiers, and the
                     generators they induce
``letter_counting``  Counting letters from tokens and from letters: a poor-model error (Sec.
                     3.3.2)
``pronouns``         How much text an n-gram model needs before it reaches the pronoun (App. C,
                     extension)
===================  =============================================================================
"""

from simulations.poor_models.choice_trials import choice_trial
from simulations.poor_models.figure_1 import PROBLEMS, compare_classifiers, plane_problem
from simulations.poor_models.letter_counting import compare_views
from simulations.poor_models.pronouns import data_needed, err_by_order, fitted_error, pronoun_task

__all__ = [
    "PROBLEMS",
    "choice_trial",
    "compare_classifiers",
    "compare_views",
    "data_needed",
    "err_by_order",
    "fitted_error",
    "plane_problem",
    "pronoun_task",
]
