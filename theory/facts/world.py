"""Arbitrary facts: a right answer per prompt, drawn uniformly, nothing to infer it from (Def. 1).

Prompts that look alike (same probability, same number of responses, same answer probability) may
share one class, so that a world of 10^12 facts is a thousand numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from theory.arrays import (
    Array,
    ArrayLike,
    IntArray,
    ReadOnly,
    as_array,
    as_numbers,
    as_whole_numbers,
    is_exact,
    ratio,
    read_only,
    sums_to_one,
    total,
)
from theory.errors import InvalidInput
from theory.reduction.world import World

N_VALID = 2
"""|V_c| = |{a_c, IDK}| for each fact (Definition 1)."""


@dataclass(frozen=True, eq=False, init=False)
class FactWorld(ReadOnly):
    r"""Arbitrary facts, by class of prompts that look alike (Definition 1).

    .. math:: a_c \sim \mathrm{Unif}(R_c),\quad p(a_c|c) = \alpha_c,\quad
        p(\mathrm{IDK}|c) = 1 - \alpha_c,\quad E_c = R_c \setminus \{a_c\},\quad
        V_c = \{a_c, \mathrm{IDK}\}

    Parameters
    ----------
    mu : array_like, shape (C,)
        Probability of each class: of all its prompts together. Sums to 1.
    n_responses : int or array_like of shape (C,)
        |R_c| >= 2, the answers that look plausible (IDK not counted).
    answer_prob : number or array_like of shape (C,)
        alpha_c in [0, 1], the share of training samples of c that give the answer, not IDK.
    n_prompts : int or array_like of shape (C,)
        Number of prompts in each class; default 1, a world given prompt by prompt.

    Raises
    ------
    InvalidInput
        If a shape, a probability, a sum or a count is off.
    TypeError
        If floats and Fractions are mixed.

    Examples
    --------
    Two famous people and a thousand others, all with a birthday:

    >>> birthdays = FactWorld(mu=[0.5, 0.5], n_prompts=[2, 1000], n_responses=365)
    >>> birthdays.total_prompts, birthdays.min_errors
    (1002, 364)
    """

    mu: Array
    n_responses: IntArray
    answer_prob: Array
    n_prompts: IntArray

    def __init__(
        self,
        mu: ArrayLike,
        n_responses: ArrayLike,
        answer_prob: ArrayLike = 1,
        n_prompts: ArrayLike = 1,
    ) -> None:
        masses = as_numbers("mu", mu)
        if len(masses) == 0:
            raise InvalidInput("mu", "non-empty", "no prompts")
        _check_range("mu", masses)
        if not sums_to_one(masses):
            raise InvalidInput(
                "the sum of mu", "1", total(masses), remedy="nothing is renormalised"
            )
        n = len(masses)
        self._store(
            mu=masses,
            answer_prob=_probabilities("answer_prob", answer_prob, masses),
            n_responses=_whole("n_responses", n_responses, n, at_least=2),
            n_prompts=_whole("n_prompts", n_prompts, n, at_least=1),
        )

    @property
    def exact(self) -> bool:
        """Whether the world is given in Fractions."""
        return is_exact(self.mu)

    @property
    def n_classes(self) -> int:
        """Number of classes of prompts, C."""
        return len(self.mu)

    @property
    def total_prompts(self) -> int:
        """Number of prompts in all classes together."""
        return int(self.n_prompts.sum())

    @property
    def n_errors(self) -> IntArray:
        """|E_c| = |R_c| - 1, shape (C,)."""
        return read_only(self.n_responses - 1)

    @property
    def min_errors(self) -> int:
        """K = min |E_c|."""
        return int(self.n_responses.min()) - 1

    @property
    def max_errors(self) -> int:
        """L = max |E_c|."""
        return int(self.n_responses.max()) - 1

    @cached_property
    def prompt_mass(self) -> Array:
        """mu(c) of one prompt of each class, shape (C,)."""
        return read_only(self.mu * ratio(1, self.n_prompts, exact=self.exact))

    @cached_property
    def answer_mass(self) -> Array:
        """mu'(c) = mu(c) alpha_c of one prompt of each class, shape (C,)."""
        return read_only(self.prompt_mass * self.answer_prob)

    def by_prompt(self) -> FactWorld:
        """Return the same world with one class per prompt."""
        n = self.n_prompts
        return FactWorld(
            mu=np.repeat(self.prompt_mass, n),
            n_responses=np.repeat(self.n_responses, n),
            answer_prob=np.repeat(self.answer_prob, n),
        )

    def with_answers(self, answers: ArrayLike) -> World:
        """Build the prompts x responses world once the answers are known; for small worlds.

        Parameters
        ----------
        answers : array_like of int, shape (total_prompts,)
            a_c as a position in R_c, class after class.

        Returns
        -------
        World
            The rows of a prompt are its |R_c| responses in order, then IDK.

        Raises
        ------
        InvalidInput
            If an answer is not a position in R_c.

        Examples
        --------
        >>> FactWorld(mu=[1], n_responses=2, answer_prob=0.75).with_answers([1]).p.tolist()
        [0.0, 0.75, 0.25]
        """
        sizes = np.repeat(self.n_responses, self.n_prompts)
        a = as_array("answers", answers)
        if a.shape != sizes.shape or not ((a >= 0) & (a < sizes)).all():
            raise InvalidInput("answers", "one position in R_c per prompt", repr(answers))
        idk = np.cumsum(sizes + 1) - 1
        rows = int(idk[-1]) + 1
        right = idk - sizes + a
        p = np.zeros(rows, dtype=self.mu.dtype) + (0 * self.mu[0])
        alpha = np.repeat(self.answer_prob, self.n_prompts)
        p[right], p[idk] = alpha, 1 - alpha
        valid = np.zeros(rows, dtype=bool)
        valid[right] = valid[idk] = True
        mu = np.repeat(self.prompt_mass, self.n_prompts)
        return World(p=p, valid=valid, n_responses=sizes + 1, mu=mu)


def _probabilities(name: str, values: ArrayLike, mu: Array) -> Array:
    array = as_numbers(name, np.atleast_1d(as_array(name, values)))
    if is_exact(mu) and not is_exact(array):
        if not np.isin(array, [0.0, 1.0]).all():
            raise TypeError(f"mu and {name} must both be float or both be Fractions.")
        array = as_numbers(name, [int(v) for v in array] + [0 * mu[0]])[:-1]
    elif is_exact(array) and not is_exact(mu):
        raise TypeError(f"mu and {name} must both be float or both be Fractions.")
    _check_range(name, array)
    return _spread(name, array, len(mu))


def _check_range(name: str, values: Array) -> None:
    inside = (values >= 0) & (values <= 1)
    if not inside.all():
        bad = int(np.flatnonzero(~inside)[0])
        raise InvalidInput(name, "in [0, 1]", values[bad], where=f"position {bad}")


def _whole(name: str, values: ArrayLike, n_classes: int, *, at_least: int) -> IntArray:
    array = as_whole_numbers(name, values, at_least=at_least)
    as_whole_numbers(name, _spread(name, array, n_classes))
    return _spread(name, array, n_classes)


def _spread(name: str, array: Array, n_classes: int) -> Array:
    if array.shape not in ((1,), (n_classes,)):
        raise InvalidInput(name, f"one number or of shape ({n_classes},)", f"shape {array.shape}")
    return np.array(np.broadcast_to(array, (n_classes,)))
