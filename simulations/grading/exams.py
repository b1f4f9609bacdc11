"""Exams: many test-takers, many questions, every policy and every grader (Sec. 4).

At one level of knowledge questions are exchangeable, so the numbers of questions asked and answered
right per level carry all there is: they are drawn from their exact law, one multinomial and one
binomial per test-taker and level, and no question is drawn by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulations.trials import Columns
from theory.arrays import IntArray
from theory.errors import require_integer
from theory.grading import Examinees, Grader, Outcomes, Policy, expected_outcomes


@dataclass(frozen=True, eq=False)
class Exam:
    """First answers of many test-takers, before any policy withholds them.

    Attributes
    ----------
    examinees : Examinees
        The population, m levels.
    right, wrong : ndarray of int, shape (takers, m)
        Questions of each level whose first answer would be right, wrong.
    """

    examinees: Examinees
    right: IntArray
    wrong: IntArray


def sit_exam(
    examinees: Examinees, n_takers: int, n_questions: int, *, rng: np.random.Generator | int
) -> Exam:
    """Draw the first answers of every test-taker from their exact law.

    Parameters
    ----------
    examinees : Examinees
        Population.
    n_takers, n_questions : int
        At least 1.
    rng : numpy Generator or int
        Source of the draws.

    Raises
    ------
    InvalidInput
        If a number is below 1.
    """
    require_integer("n_takers", n_takers, at_least=1)
    require_integer("n_questions", n_questions, at_least=1)
    generator = np.random.default_rng(rng)
    share = np.asarray(examinees.share, dtype=float)
    asked = generator.multinomial(n_questions, share / share.sum(), size=n_takers)
    right = generator.binomial(asked, np.asarray(examinees.chance, dtype=float))
    return Exam(examinees, right, asked - right)


def apply_policy(exam: Exam, policy: Policy, *, rng: np.random.Generator | int) -> Outcomes:
    """Withhold first answers as a policy does: the same exam for every policy.

    Returns
    -------
    Outcomes
        Arrays of shape (takers,). Policies that only look at the belief use no randomness;
        consistency thins the answers of a level at random.
    """
    generator = np.random.default_rng(rng)
    ends, chance = policy(exam.examinees), exam.examinees.chance
    right = _given(exam.right, ends.right, chance, generator)
    wrong = _given(exam.wrong, ends.wrong, 1 - chance, generator)
    n_questions = exam.right.sum(axis=1) + exam.wrong.sum(axis=1)
    return Outcomes(right, wrong, n_questions - right - wrong)


def _given(
    answers: IntArray, given: Any, possible: Any, generator: np.random.Generator
) -> IntArray:
    """Sum over levels the answers that are given, each with probability given / possible."""
    possible = np.asarray(possible, dtype=float)
    keep = np.divide(given, possible, out=np.zeros(len(possible)), where=possible > 0)
    surely = keep >= 1 - 1e-12
    thinned = generator.binomial(answers[:, ~surely], keep[~surely]).sum(axis=1)
    total: IntArray = answers @ surely.astype(answers.dtype) + thinned
    return total


def grade_everything(
    examinees: Examinees,
    policies: Mapping[str, Policy],
    graders: Sequence[Grader],
    *,
    n_takers: int,
    n_questions: int,
    rng: np.random.Generator | int,
) -> Columns:
    """Let one population sit one exam under every policy, and grade it with every grader.

    Returns
    -------
    dict of str to ndarray
        One row per policy and grader: ``policy``, ``grader``, ``mean`` and ``sd`` of the scores of
        the test-takers (points per question), ``expected`` (theory), ``accuracy``, ``error_rate``
        and ``abstention_rate`` over all of them, and ``beats_first``, the share of test-takers
        whose score exceeds what the first policy earns them.

    Raises
    ------
    InvalidInput
        If a number is below 1.
    """
    generator = np.random.default_rng(rng)
    exam = sit_exam(examinees, n_takers, n_questions, rng=generator)
    done = {name: apply_policy(exam, policy, rng=generator) for name, policy in policies.items()}
    first = next(iter(done.values()))
    rows = [
        _row(name, outcomes, grader, first)
        | {"expected": float(grader.score(expected_outcomes(examinees, policies[name])))}
        for name, outcomes in done.items()
        for grader in graders
    ]
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


def _row(name: str, outcomes: Outcomes, grader: Grader, first: Outcomes) -> dict[str, Any]:
    # Floats, because a grader in Fractions would make arrays of Python objects.
    points = Grader(float(grader.correct), float(grader.abstain), float(grader.wrong))
    scores = points.score(outcomes)
    return {
        "policy": name,
        "grader": grader.name,
        "mean": float(scores.mean()),
        "sd": float(scores.std()),
        "accuracy": float(outcomes.accuracy.mean()),
        "error_rate": float(outcomes.error_rate.mean()),
        "abstention_rate": float(outcomes.abstention_rate.mean()),
        "beats_first": float((scores > points.score(first)).mean()),
    }
