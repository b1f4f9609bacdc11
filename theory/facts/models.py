"""Models of arbitrary facts in closed form: what they put on the answer, IDK and the errors.

A prompts x responses array would need |R_c| numbers for each of up to 10^12 prompts. A
:class:`FactModel` says the same with a few numbers per cell of prompts that look alike, and hands
them to the reduction as a :class:`theory.reduction.split.Split`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from theory.arrays import (
    TOLERANCE,
    Array,
    ArrayLike,
    IntArray,
    Number,
    ReadOnly,
    as_array,
    ratio,
    read_only,
)
from theory.errors import InvalidInput, require_probability
from theory.facts.samples import FactSample
from theory.facts.world import N_VALID, FactWorld
from theory.reduction.split import Split
from theory.reduction.world import World


@dataclass(frozen=True, eq=False)
class FactModel(ReadOnly):
    r"""A model that treats all prompts of a cell alike (Sec. 3.3.1).

    .. math:: \hat p(a_c|c) + \hat p(\mathrm{IDK}|c)
        + n_{\mathrm{favoured}}\, \hat p_{\mathrm{favoured}}
        + (|E_c| - n_{\mathrm{favoured}})\, \hat p_{\mathrm{other}} = 1

    Parameters
    ----------
    world : FactWorld
        C classes.
    fact_class, n_prompts : array_like of int, shape (cells,)
        Class of each cell and how many prompts it holds.
    on_answer, on_idk : array_like, shape (cells,)
        Probability of the right answer and of IDK.
    on_favoured : array_like, shape (cells,)
        Probability of each error that the model prefers to the others.
    n_favoured : array_like of int, shape (cells,)
        How many errors it prefers; 0 for most models.
    on_other : array_like, shape (cells,)
        Probability of each remaining error.

    Raises
    ------
    InvalidInput
        If a probability is outside [0, 1] or the masses of a cell do not sum to 1.
    """

    world: FactWorld
    fact_class: IntArray
    n_prompts: IntArray
    on_answer: Array
    on_idk: Array
    on_favoured: Array
    n_favoured: IntArray
    on_other: Array

    def __post_init__(self) -> None:
        self._store(**{k: v.copy() for k, v in vars(self).items() if isinstance(v, np.ndarray)})
        masses = (self.on_answer, self.on_idk, self.on_favoured * self.n_favoured, self.others)
        for mass in masses:
            if not (mass.min() >= 0 and mass.max() <= 1 + TOLERANCE):
                raise InvalidInput("the mass of each part", "in [0, 1]", (mass.min(), mass.max()))
        whole = masses[0] + masses[1] + masses[2] + masses[3]
        off = abs(whole - 1)
        if not (off <= (0 if self.world.exact else TOLERANCE)).all():
            bad = int(np.argmax(off))
            raise InvalidInput("the sum of p_hat", "1", whole[bad], where=f"cell {bad}")

    @cached_property
    def n_errors(self) -> IntArray:
        """|E_c| of each cell, shape (cells,)."""
        return read_only(self.world.n_errors[self.fact_class])

    @cached_property
    def others(self) -> Array:
        """Mass on all errors that are not favoured, shape (cells,)."""
        return read_only(self.on_other * (self.n_errors - self.n_favoured))

    def split(self, threshold: Number | None = None) -> Split:
        r"""Cut the model at a threshold, 1/K if none is given (Sec. 3.1).

        Returns
        -------
        Split
            One entry per cell; every quantity of the reduction is a formula in it.

        Raises
        ------
        InvalidInput
            If the threshold is outside [0, 1].
        """
        world, c = self.world, self.fact_class
        z = self._threshold(threshold)
        alpha = world.answer_prob[c]
        answer, idk = self.on_answer > z, self.on_idk > z
        favoured, other = self.on_favoured > z, self.on_other > z
        n_other = self.n_errors - self.n_favoured
        on_favoured = self.on_favoured * self.n_favoured
        return Split(
            mu=world.prompt_mass[c] * self.n_prompts,
            threshold=np.broadcast_to(np.asarray(z), c.shape),
            n_valid=np.broadcast_to(N_VALID, c.shape),
            n_errors=self.n_errors,
            p_above=alpha * answer + (1 - alpha) * idk,
            p_below=alpha * ~answer + (1 - alpha) * ~idk,
            q_valid_above=self.on_answer * answer + self.on_idk * idk,
            q_valid_below=self.on_answer * ~answer + self.on_idk * ~idk,
            q_rest_above=on_favoured * favoured + self.others * other,
            q_rest_below=on_favoured * ~favoured + self.others * ~other,
            n_errors_above=self.n_favoured * favoured + n_other * other,
            tolerance=0 if world.exact else TOLERANCE,
        )

    def _threshold(self, threshold: Number | None) -> Number:
        if threshold is not None:
            require_probability("threshold", threshold)
            return threshold
        K = self.world.min_errors
        return Fraction(1, K) if self.world.exact else 1 / K

    def explicit(self) -> tuple[World, Array]:
        """Write the model out, prompt by prompt and response by response; for small worlds.

        Returns
        -------
        world : World
            The rows of a prompt are a_c, its favoured errors, the other errors, IDK. Names of
            responses mean nothing here, so the answer may well be the first.
        p_hat : ndarray, shape (X,)
            The same model as a vector.
        """
        c = np.repeat(self.fact_class, self.n_prompts)
        facts = FactWorld(
            mu=self.world.prompt_mass[c],
            n_responses=self.world.n_responses[c],
            answer_prob=self.world.answer_prob[c],
        )
        cells = np.repeat(np.arange(len(self.fact_class)), self.n_prompts)
        rows = [self._row(int(i)) for i in cells]
        return facts.with_answers(np.zeros(len(c), dtype=np.int64)), np.concatenate(rows)

    def _row(self, i: int) -> Array:
        n = int(self.n_favoured[i])
        rest = int(self.n_errors[i]) - n
        values = [self.on_answer[i], *[self.on_favoured[i]] * n, *[self.on_other[i]] * rest]
        return np.array([*values, self.on_idk[i]], dtype=self.on_answer.dtype)


def model_of_cells(
    sample: FactSample,
    *,
    on_answer: Array,
    on_idk: Array,
    on_favoured: ArrayLike = 0,
    n_favoured: ArrayLike = 0,
    on_other: ArrayLike = 0,
) -> FactModel:
    """Build a model on the cells of a sample; numbers left out are 0 everywhere.

    Raises
    ------
    InvalidInput
        If a probability is outside [0, 1] or the masses of a cell do not sum to 1.
    """
    zero = 0 * on_answer
    return FactModel(
        world=sample.world,
        fact_class=sample.fact_class,
        n_prompts=sample.n_prompts,
        on_answer=on_answer,
        on_idk=on_idk,
        on_favoured=zero + as_array("on_favoured", on_favoured),
        n_favoured=np.zeros(zero.shape, dtype=np.int64) + as_array("n_favoured", n_favoured),
        on_other=zero + as_array("on_other", on_other),
    )


def calibrated_memoriser(sample: FactSample) -> FactModel:
    r"""The calibrated learner that attains the singleton rate (Theorem 2, upper part).

    .. math:: \hat p(\cdot|c) = p(\cdot|c) \;\text{if } c \notin U,\qquad
        \hat p(\mathrm{IDK}|c) = 1 - \alpha_c,\; \hat p(r|c) = \alpha_c/|R_c|
        \;\text{if } c \in U

    Parameters
    ----------
    sample : FactSample
        What it was trained on.

    Returns
    -------
    FactModel
        delta_z = 0 at every threshold z, err = sum over U of mu'(c) (1 - 1/|R_c|), both exactly.

    Examples
    --------
    >>> from theory.reduction import error_of_split, signed_gap_of_split
    >>> world = FactWorld(mu=[0.5, 0.5], n_responses=4)
    >>> model = calibrated_memoriser(FactSample.of_prompts(world, 3, [3, 0]))
    >>> error_of_split(model.split()), signed_gap_of_split(model.split())
    (0.375, 0.0)
    """
    alpha = sample.world.answer_prob[sample.fact_class]
    seen = sample.n_answers > 0
    n_responses = sample.world.n_responses[sample.fact_class]
    guess = alpha * ratio(1, n_responses, exact=sample.world.exact)
    return model_of_cells(
        sample,
        on_answer=np.where(seen, alpha, guess),
        on_idk=1 - alpha,
        on_other=np.where(seen, 0 * alpha, guess),
    )
