"""Chapter 7: exams, what they reward, and the confidence target (Sec. 4, App. E and F).

===================  =======================================================================
``examinees``        test-takers, their policies, models A and B of the introduction
``graders``          graders, their normal form, when to answer, where two models swap ranks
``guessing``         Observation 1: no abstention is optimal under binary grading
``meta_evaluation``  Table 2: how ten benchmarks grade "I don't know"
``mistakes``         four ways to get confidence targets wrong, with numbers
``outcomes``         answers right, answers wrong, abstentions, and their rates
``published``        published SimpleQA scores and the rates behind them
``targets``          the confidence target t and its penalty t/(1 - t)
===================  =======================================================================
"""

from theory.grading.examinees import (
    Examinees,
    Policy,
    always_abstain,
    always_guess,
    answer_above,
    beta_examinees,
    consistency,
    expected_outcomes,
    model_a_and_b,
)
from theory.grading.graders import (
    BINARY,
    WILDBENCH_LIKE,
    Grader,
    confidence_target,
    expected_points,
    indifference_confidence,
    normal_form,
    optimal_answers,
    swap_penalty,
)
from theory.grading.guessing import check_binary_graders, expected_grades, optimal_responses
from theory.grading.meta_evaluation import BENCHMARKS, Benchmark, MetaEvaluation, best_policy, count
from theory.grading.mistakes import pitfalls
from theory.grading.outcomes import Outcomes
from theory.grading.published import SIMPLEQA, AffineRow, recover_rates
from theory.grading.targets import (
    TARGETS,
    answers_at,
    check_confidence,
    penalty,
    require_target,
)

__all__ = [
    "BENCHMARKS",
    "BINARY",
    "SIMPLEQA",
    "TARGETS",
    "WILDBENCH_LIKE",
    "AffineRow",
    "Benchmark",
    "Examinees",
    "Grader",
    "MetaEvaluation",
    "Outcomes",
    "Policy",
    "always_abstain",
    "always_guess",
    "answer_above",
    "answers_at",
    "best_policy",
    "beta_examinees",
    "check_binary_graders",
    "check_confidence",
    "confidence_target",
    "consistency",
    "count",
    "expected_grades",
    "expected_outcomes",
    "expected_points",
    "indifference_confidence",
    "model_a_and_b",
    "normal_form",
    "optimal_answers",
    "optimal_responses",
    "penalty",
    "pitfalls",
    "recover_rates",
    "require_target",
    "swap_penalty",
]
