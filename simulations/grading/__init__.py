"""Chapter 7: exams sat by many test-takers; policies and models trained on grades.

==================  =============================================================
``exams``           many test-takers, many questions, every policy, every grader
``reinforcement``   a base model improved by policy gradient on a grader (Fig. 2)
``trained_policy``  a small policy trained on a reward: what a grader teaches
==================  =============================================================
"""

from simulations.grading.exams import apply_policy, grade_everything, sit_exam
from simulations.grading.reinforcement import (
    draw_choice_questions,
    reliability_before_and_after,
    train_two_phases,
)
from simulations.grading.trained_policy import train_policy

__all__ = [
    "apply_policy",
    "draw_choice_questions",
    "grade_everything",
    "reliability_before_and_after",
    "sit_exam",
    "train_policy",
    "train_two_phases",
]
