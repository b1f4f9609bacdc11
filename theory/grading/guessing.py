"""Observation 1: under binary grading no abstention is optimal (Sec. 4.1, App. E).

The belief model: at one prompt there are R plausible responses, some of them abstentions. A binary
grader gives each response 0 or 1, takes both values, and gives every abstention 0. The test-taker
does not know the grader; it holds a belief, a distribution over G of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from theory.arrays import Array, ArrayLike, BoolArray, as_array, as_numbers, sums_to_one, total
from theory.errors import InvalidInput


def check_binary_graders(graders: Any, abstentions: ArrayLike) -> BoolArray:
    """Return graders as a 0/1 table after checking that they are binary (Sec. 4.1).

    Parameters
    ----------
    graders : array_like, shape (G, R)
        Row g: the grades that grader g gives to the R responses.
    abstentions : array_like of bool, shape (R,)
        Which responses are abstentions.

    Raises
    ------
    InvalidInput
        If a grade is neither 0 nor 1, a grader gives an abstention 1, or a grader gives every
        response 0 (binary graders take both values, which Observation 1 needs).
    """
    table = as_array("graders", graders)
    idk = as_array("abstentions", abstentions).astype(bool)
    if table.ndim != 2 or idk.shape != table.shape[1:]:
        raise InvalidInput("graders", f"of shape (G, {idk.size})", f"shape {table.shape}")
    if not np.isin(table, [0, 1]).all():
        raise InvalidInput("a grade", "0 or 1", "another value", remedy="the graders are binary")
    grades = table.astype(bool)
    _reject(grades[:, idk].any(axis=1), "the grade of an abstention", "0", 1)
    _reject(
        ~grades.any(axis=1),
        "the best grade",
        "1 for some response",
        0,
        remedy="a grader that rejects every response is not binary, and Observation 1 fails for it",
    )
    return grades


def _reject(bad: Any, name: str, allowed: str, received: int, *, remedy: str = "") -> None:
    if bad.any():
        where = f"grader {int(np.flatnonzero(bad)[0])}"
        raise InvalidInput(name, allowed, received, where=where, remedy=remedy)


def expected_grades(belief: ArrayLike, graders: Any) -> Array:
    r"""Expected grade of each response under a belief over graders (Sec. 4.1).

    .. math:: \bar g(r) = \sum_g \rho(g)\, g(r)

    Parameters
    ----------
    belief : array_like, shape (G,)
        rho, probabilities that sum to 1.
    graders : array_like, shape (G, R)
        Grades 0 or 1.

    Returns
    -------
    ndarray, shape (R,)
        Points in [0, 1]; Fractions if the belief is given in Fractions.

    Raises
    ------
    InvalidInput
        If the belief is not a distribution over the G graders.

    Examples
    --------
    >>> expected_grades([0.5, 0.5], [[1, 0, 0], [1, 1, 0]]).tolist()
    [1.0, 0.5, 0.0]
    """
    rho, table = as_numbers("belief", belief), as_array("graders", graders)
    if rho.shape != table.shape[:1]:
        raise InvalidInput("belief", f"of shape ({len(table)},)", f"shape {rho.shape}")
    if not (rho >= 0).all() or not sums_to_one(rho):
        raise InvalidInput("belief", "non-negative with sum 1", f"sum {total(rho)}")
    grades: Array = (rho[:, np.newaxis] * table).sum(axis=0)
    return grades


def optimal_responses(belief: ArrayLike, graders: Any) -> BoolArray:
    """Tell which responses have the highest expected grade (Observation 1).

    Returns
    -------
    ndarray of bool, shape (R,)
        Exact for Fractions. For binary graders it is False on every abstention: each grader
        accepts some response, so some response has a positive expected grade, and abstentions
        have none.

    Raises
    ------
    InvalidInput
        If the belief is not a distribution over the G graders.
    """
    grades = expected_grades(belief, graders)
    return np.asarray(grades == grades.max(), dtype=bool)
