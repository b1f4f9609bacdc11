"""Bound checks for other people's tests (import needs only the core).

``assertions`` holds one ``assert_...`` for every statement that holds surely, ``coverage`` one for
every statement that holds with probability, ``referee`` the definitions once more, row by row,
and ``shrinking`` the search for the smallest world that fails. ``strategies`` holds the Hypothesis
strategies and needs the extra ``testing``.
"""

from theory.testing.assertions import (
    assert_corollary_1,
    assert_per_prompt_bound,
    assert_slack_identity,
    assert_theorem_1,
    assert_tight,
)
from theory.testing.coverage import assert_coverage
from theory.testing.referee import reduction_terms
from theory.testing.shrinking import BoundViolation, as_code, smallest

__all__ = [
    "BoundViolation",
    "as_code",
    "assert_corollary_1",
    "assert_coverage",
    "assert_per_prompt_bound",
    "assert_slack_identity",
    "assert_theorem_1",
    "assert_tight",
    "reduction_terms",
    "smallest",
]
