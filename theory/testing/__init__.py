"""Bound checks for other people's tests (import needs only the core).

==============  ====================================================================
``reduction``   Corollary 1, Theorem 1, X1, X2, X3, X8 on one world and model
``facts``       the calibrated memoriser of Theorem 2; the trade-off X5
``choice``      Theorems 3 and 4, Observation 2
``grading``     Observation 1, the answer rule of Sec. 4.2, X6
``coverage``    "with probability at least": exact binomial, stated false-alarm rate
``probable``    Corollary 3, Lemmas 1-2, Theorem 2, X9, the 2024 bound, over trials
``referee``     the definitions once more, row by row
``shrinking``   the smallest world that fails, and code that rebuilds it
``strategies``  Hypothesis strategies, ``worlds_and_models()`` first (extra ``testing``)
==============  ====================================================================
"""

from theory.testing.choice import assert_observation_2, assert_theorem_3, assert_theorem_4
from theory.testing.coverage import assert_coverage
from theory.testing.facts import assert_calibrated_memoriser, assert_trade_off
from theory.testing.grading import assert_answer_rule, assert_brier_identity, assert_observation_1
from theory.testing.probable import (
    assert_closed_interval,
    assert_corollary_3,
    assert_kalai_vempala,
    assert_lemma_1,
    assert_lemma_2,
    assert_theorem_2_lower,
    assert_theorem_2_upper,
)
from theory.testing.reduction import (
    assert_best_bound,
    assert_corollary_1,
    assert_per_prompt_bound,
    assert_slack_identity,
    assert_theorem_1,
    assert_tight,
)
from theory.testing.referee import reduction_terms
from theory.testing.shrinking import BoundViolation, StatementViolation, as_code, smallest

__all__ = [
    "BoundViolation",
    "StatementViolation",
    "as_code",
    "assert_answer_rule",
    "assert_best_bound",
    "assert_brier_identity",
    "assert_calibrated_memoriser",
    "assert_closed_interval",
    "assert_corollary_1",
    "assert_corollary_3",
    "assert_coverage",
    "assert_kalai_vempala",
    "assert_lemma_1",
    "assert_lemma_2",
    "assert_observation_1",
    "assert_observation_2",
    "assert_per_prompt_bound",
    "assert_slack_identity",
    "assert_theorem_1",
    "assert_theorem_2_lower",
    "assert_theorem_2_upper",
    "assert_theorem_3",
    "assert_theorem_4",
    "assert_tight",
    "assert_trade_off",
    "reduction_terms",
    "smallest",
]
