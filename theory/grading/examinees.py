"""Test-takers who know how sure they are, or think they do, and the policies they follow (Sec. 4).

A population is a list of levels: a question falls on level j with probability ``share[j]``; there
the best answer is right with probability ``chance[j]``, and the test-taker believes
``belief[j]``. A policy says with which probabilities a question of each level ends right or wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.arrays import Array, ArrayLike, ReadOnly, as_numbers, sums_to_one, total
from theory.errors import InvalidInput, require_integer, require_probability
from theory.grading.outcomes import Outcomes
from theory.grading.targets import answers_at, check_confidence, require_target


@dataclass(frozen=True, eq=False, init=False)
class Examinees(ReadOnly):
    """A population of test-takers, by level of knowledge.

    Attributes
    ----------
    chance : ndarray, shape (m,)
        Probability in [0, 1] that the best answer is right.
    share : ndarray, shape (m,)
        Probability of each level; sums to 1.
    belief : ndarray, shape (m,)
        What the test-taker takes ``chance`` for; default: just that (calibrated).

    Raises
    ------
    InvalidInput
        If lengths differ, a probability is outside [0, 1], or the shares do not sum to 1.
    """

    chance: Array
    share: Array
    belief: Array

    def __init__(
        self, chance: ArrayLike, share: ArrayLike, belief: ArrayLike | None = None
    ) -> None:
        given = {"chance": chance, "share": share, "belief": chance if belief is None else belief}
        levels = {name: as_numbers(name, values) for name, values in given.items()}
        if len({values.shape for values in levels.values()}) > 1:
            raise InvalidInput("chance, share and belief", "of equal length", "other lengths")
        for name, values in levels.items():
            check_confidence(values, name=name)
        if not sums_to_one(levels["share"]):
            raise InvalidInput("the sum of share", "1", total(levels["share"]))
        self._store(**levels)


def beta_examinees(
    a: float, b: float, *, n_levels: int = 20, overconfidence: float = 1.0
) -> Examinees:
    r"""Population with Beta(a, b) chances in equal-width levels, and a bent belief.

    .. math:: \text{belief} = 1 - (1 - \text{chance})^k

    Parameters
    ----------
    a, b : float
        Positive.
    n_levels : int
        Levels; each has the chance in its middle.
    overconfidence : float
        k > 0: 1 is calibrated, more is over-confident, less under-confident.

    Raises
    ------
    InvalidInput
        If a parameter is not positive.

    Examples
    --------
    >>> beta_examinees(1, 1, n_levels=2).chance.tolist()
    [0.25, 0.75]
    """
    from scipy.special import betainc

    require_integer("n_levels", n_levels, at_least=1)
    for name, value in (("a", a), ("b", b), ("overconfidence", overconfidence)):
        if not 0 < value < float("inf"):
            raise InvalidInput(name, "a finite number > 0", repr(value))
    edges = np.linspace(0, 1, n_levels + 1)
    chance = (edges[1:] + edges[:-1]) / 2
    return Examinees(chance, np.diff(betainc(a, b, edges)), 1 - (1 - chance) ** overconfidence)


@dataclass(frozen=True, eq=False)
class Ends:
    """How a question of each level ends under a policy.

    Attributes
    ----------
    right, wrong : ndarray, shape (m,)
        Probabilities that the first answer was right and is given; that it was wrong and is given.
        What is left is abstention.
    """

    right: Array
    wrong: Array


Policy = Callable[[Examinees], Ends]
"""A policy sees the population's beliefs; its ends follow from the true chances."""


def always_guess(examinees: Examinees) -> Ends:
    """Answer every question: optimal under binary grading (Observation 1)."""
    return Ends(examinees.chance, 1 - examinees.chance)


def always_abstain(examinees: Examinees) -> Ends:
    """Answer nothing."""
    return Ends(0 * examinees.chance, 0 * examinees.chance)


def answer_above(t: Any) -> Policy:
    """Examinee's policy that answers iff the belief exceeds t: optimal at target t (Sec. 4.2).

    Raises
    ------
    InvalidInput
        If t is outside [0, 1).
    """
    require_target(t)

    def policy(examinees: Examinees) -> Ends:
        answers = answers_at(examinees.belief, t)
        return Ends(examinees.chance * answers, (1 - examinees.chance) * answers)

    return policy


def consistency(k: int, *, n_wrong: int = 10) -> Policy:
    r"""Examinee's policy that answers iff k samples agree (Nature version: k = 2).

    .. math:: \text{right: } c^k,\qquad \text{wrong: } n \Big(\frac{1 - c}{n}\Big)^k

    Parameters
    ----------
    k : int
        Samples; 1 is always guessing.
    n_wrong : int
        n, the number of wrong answers, equally likely in each sample.

    Raises
    ------
    InvalidInput
        If k or n is below 1.
    """
    require_integer("k", k, at_least=1)
    require_integer("n_wrong", n_wrong, at_least=1)

    def policy(examinees: Examinees) -> Ends:
        c = examinees.chance
        return Ends(c**k, n_wrong * ((1 - c) / n_wrong) ** k)

    return policy


def expected_outcomes(examinees: Examinees, policy: Policy) -> Outcomes:
    """Shares of questions that end right, wrong and unanswered, exact for the population.

    Examples
    --------
    >>> unsure = Examinees([0.25, 1.0], [0.5, 0.5])
    >>> expected_outcomes(unsure, answer_above(0.5)).abstention_rate
    0.5
    """
    ends = policy(examinees)
    right, wrong = total(examinees.share * ends.right), total(examinees.share * ends.wrong)
    # Level by level: 1 - right - wrong could round to just below 0.
    return Outcomes(right, wrong, total(examinees.share * (1 - ends.right - ends.wrong)))


def model_a_and_b(known: Any, guess: Any) -> tuple[Outcomes, Outcomes]:
    """Models A and B of the introduction: the same knowledge, one abstains when unsure (Sec. 1).

    Parameters
    ----------
    known : number
        Share of questions whose answer both know for sure, in [0, 1].
    guess : number
        Chance in [0, 1] that a guess at one of the others is right.

    Returns
    -------
    tuple of Outcomes
        A never errs and abstains when unsure; B always answers. B leads by (1 - known) guess under
        binary grading; at target t, A leads iff t > guess.

    Raises
    ------
    InvalidInput
        If a probability is outside [0, 1].

    Examples
    --------
    >>> a, b = model_a_and_b(known=0.5, guess=0.25)
    >>> a.accuracy, b.accuracy, b.error_rate
    (0.5, 0.625, 0.375)
    """
    require_probability("known", known)
    require_probability("guess", guess)
    unsure = 1 - known
    a = Outcomes(known, 0 * known, unsure)
    return a, Outcomes(known + unsure * guess, unsure * (1 - guess), 0 * known)
