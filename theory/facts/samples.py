"""Training samples of facts as counts; singleton rate and missing mass (Definition 2).

Paper: arXiv:2509.04664v1, Sec. 3.3.1 and App. B.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from theory.arrays import (
    LARGEST,
    Array,
    ArrayLike,
    IntArray,
    Number,
    ReadOnly,
    as_whole_numbers,
    exact_dot,
    total,
)
from theory.errors import InvalidInput, require_integer
from theory.facts.world import FactWorld


@dataclass(frozen=True, eq=False, init=False)
class FactSample(ReadOnly):
    r"""N training samples as counts: how many prompts were answered how often (Definition 2).

    A cell is a group of prompts of one class that occur equally often with their answer. A
    sample drawn prompt by prompt has one cell per prompt; one drawn by band has a histogram.

    Parameters
    ----------
    world : FactWorld
        Where the sample comes from; C classes.
    n_samples : int
        N >= 1, abstentions included.
    fact_class : array_like of int, shape (cells,)
        Class of each cell, in 0 .. C - 1.
    n_answers : array_like of int, shape (cells,)
        How often each prompt of the cell occurs with a non-IDK response.
    n_prompts : array_like of int, shape (cells,)
        Number of prompts in the cell; the cells of a class hold all its prompts.

    Raises
    ------
    InvalidInput
        If the cells do not hold each prompt exactly once, or hold more than N samples.

    Examples
    --------
    Three equally likely prompts; N = 4: one seen twice, one once, one only as "I don't know".

    >>> world = FactWorld(mu=[1], n_prompts=3, n_responses=365)
    >>> sample = FactSample(world, 4, [0, 0, 0], n_answers=[2, 1, 0], n_prompts=[1, 1, 1])
    >>> singleton_rate(sample), round(missing_mass(sample), 6)
    (0.25, 0.333333)
    """

    world: FactWorld
    n_samples: int
    fact_class: IntArray
    n_answers: IntArray
    n_prompts: IntArray

    def __init__(
        self,
        world: FactWorld,
        n_samples: int,
        fact_class: ArrayLike,
        n_answers: ArrayLike,
        n_prompts: ArrayLike,
    ) -> None:
        self._store(
            world=world,
            n_samples=require_integer("n_samples", n_samples, at_least=1, at_most=LARGEST),
            fact_class=as_whole_numbers("fact_class", fact_class),
            n_answers=as_whole_numbers("n_answers", n_answers),
            n_prompts=as_whole_numbers("n_prompts", n_prompts),
        )
        self._check_prompts()
        answered = exact_dot(self.n_answers, self.n_prompts)
        if answered > self.n_samples:
            allowed = f"at most n_samples = {self.n_samples} in all"
            raise InvalidInput("n_answers", allowed, answered)

    def _check_prompts(self) -> None:
        world = self.world
        if not len(self.fact_class) == len(self.n_answers) == len(self.n_prompts):
            raise InvalidInput("fact_class, n_answers and n_prompts", "equally long", "others")
        if len(self.fact_class) and self.fact_class.max() >= world.n_classes:
            raise InvalidInput("fact_class", f"< {world.n_classes}", self.fact_class.max())
        held = np.zeros(world.n_classes, dtype=np.int64)
        np.add.at(held, self.fact_class, self.n_prompts)
        if not np.array_equal(held, world.n_prompts):
            bad = int(np.flatnonzero(held != world.n_prompts)[0])
            raise InvalidInput(
                "n_prompts", f"{world.n_prompts[bad]} in all", held[bad], where=f"class {bad}"
            )

    @classmethod
    def of_prompts(cls, world: FactWorld, n_samples: int, n_answers: ArrayLike) -> FactSample:
        """Build the sample of a world given prompt by prompt from one count per prompt.

        Raises
        ------
        InvalidInput
            If the world has classes of several prompts, or the counts are not its own.
        """
        return cls(world, n_samples, np.arange(world.n_classes), n_answers, world.n_prompts)

    @property
    def n_singletons(self) -> int:
        """|S|, prompts that occur exactly once with a non-IDK response."""
        return int(self.n_prompts[self.n_answers == 1].sum())

    @property
    def n_unseen(self) -> int:
        """|U|, prompts that never occur with a non-IDK response."""
        return int(self.n_prompts[self.n_answers == 0].sum())

    def unseen_mass(self, power: int = 1) -> Number:
        """Sum of mu'(c)^power over the unseen prompts: MM for 1, the Q of extension X4 for 2."""
        unseen = self.n_answers == 0
        mass = self.world.answer_mass[self.fact_class[unseen]]
        return total(mass**power * self.n_prompts[unseen])


def singleton_rate(sample: FactSample) -> Number:
    r"""Share of training samples whose prompt occurs once with an answer (Definition 2).

    .. math:: \mathrm{sr} = |S| / N

    Returns
    -------
    float or Fraction
        In [0, 1]; exact. Abstentions count in N and never in S.
    """
    if sample.world.exact:
        return Fraction(sample.n_singletons, sample.n_samples)
    return sample.n_singletons / sample.n_samples


def missing_mass(sample: FactSample) -> Number:
    r"""Probability of the facts that were never shown with an answer (Sec. 3.3.1, App. B).

    .. math:: \mathrm{MM} = \mu'(U) = \sum_{c \in U} \mu(c)\,\alpha_c

    Returns
    -------
    float or Fraction
        In [0, 1]; exact.
    """
    return sample.unseen_mass()


def expected_missing_mass(world: FactWorld, n_samples: int) -> Number:
    r"""Mean of the missing mass over training samples (App. B).

    .. math:: \mathbb E[\mathrm{MM}] = \sum_c \mu'(c)\,(1 - \mu'(c))^N

    Returns
    -------
    float or Fraction
        In [0, 1]; exact.

    Raises
    ------
    InvalidInput
        If N is not a positive whole number.

    Examples
    --------
    >>> expected_missing_mass(FactWorld(mu=[0.5, 0.5], n_responses=365), 1)
    0.5
    """
    require_integer("n_samples", n_samples, at_least=1, at_most=LARGEST)
    return _mean_of_unseen(world, world.answer_mass, n_samples)


def expected_singleton_rate(world: FactWorld, n_samples: int) -> Number:
    r"""Mean of the singleton rate over training samples (App. B).

    .. math:: \mathbb E[\mathrm{sr}] = \sum_c \mu'(c)\,(1 - \mu'(c))^{N-1}

    Returns
    -------
    float or Fraction
        In [0, 1]; exact. Above the mean missing mass, by at most 1/N.

    Raises
    ------
    InvalidInput
        If N is not a positive whole number.

    Examples
    --------
    >>> expected_singleton_rate(FactWorld(mu=[0.5, 0.5], n_responses=365), 2)
    0.5
    """
    require_integer("n_samples", n_samples, at_least=1, at_most=LARGEST)
    return _mean_of_unseen(world, world.answer_mass, n_samples - 1)


def expected_squared_mass(world: FactWorld, n_samples: int) -> Number:
    """Mean of Q, the sum of mu'(c)^2 over unseen prompts (extension X4); at most 1/(e N)."""
    require_integer("n_samples", n_samples, at_least=1, at_most=LARGEST)
    return _mean_of_unseen(world, world.answer_mass**2, n_samples)


def _mean_of_unseen(world: FactWorld, weight: Array, n_samples: int) -> Number:
    mass = world.answer_mass
    if world.exact:
        never = (1 - mass) ** n_samples
    else:
        from scipy.special import xlog1py

        # Through the logarithm: 1 - mu' rounds to 1 when mu' is 1e-16 and N is 1e12.
        never = np.exp(xlog1py(n_samples, -mass))
    return total(weight * never * world.n_prompts)
