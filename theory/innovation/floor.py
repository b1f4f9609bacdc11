r"""Errors on facts never seen, without calibration: the delta-free floor (extension X10).

In the model of arbitrary facts (Definition 1) the answers of unseen prompts are still uniform on
R_c once data and model are given. So a model that answers there errs there but for luck, whatever
its delta and whatever the singleton rate:

.. math:: \mathbb E\,\mathrm{err} = \mathrm{err\ on\ seen\ prompts}
    + \sum_{c \in U} \mu_c \Bigl(1 - \frac{1}{|R_c|}\Bigr) q_c,

with q_c the mass that the model puts on answers at c. Given data and model the a_c are independent
and err at c lies in an interval of length d_c, so Hoeffding's inequality bounds the luck.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from theory.arrays import (
    Array,
    ArrayLike,
    BoolArray,
    Number,
    as_array,
    increasing,
    is_exact,
    ratio,
    segment_sums,
    total,
)
from theory.errors import InvalidInput, require_gamma
from theory.facts.models import FactModel
from theory.reduction.world import World
from theory.results import Terms


@dataclass(frozen=True)
class InnovationFloor(Terms):
    """What must be wrong on unseen prompts, whatever the calibration (extension X10).

    Attributes
    ----------
    err : number
        Generative error of the model, luck included.
    err_seen : number
        Its part from prompts that were seen with an answer.
    answered_unseen : number
        Mass of answers on unseen prompts: innovation, prompt by prompt.
    expected_unseen : number
        Mean error on unseen prompts over their answers.
    squared_range : number
        Sum over unseen prompts of mu_c^2 d_c^2.
    gamma : float
        In (0, 1): the bound fails with probability at most gamma over the unseen answers.
    """

    err: Number
    err_seen: Number
    answered_unseen: Number
    expected_unseen: Number
    squared_range: Number
    gamma: float
    _terms = (
        "err",
        "err_seen",
        "answered_unseen",
        "expected_unseen",
        "expected_err",
        "luck",
        "bound",
        "slack",
    )

    @property
    def expected_err(self) -> Number:
        """E err over the answers of unseen prompts, given data and model."""
        return self.err_seen + self.expected_unseen

    @property
    def luck(self) -> float:
        """How far luck may lower err with probability above gamma (Hoeffding); 0 if d_c = 0."""
        return math.sqrt(math.log(1 / self.gamma) / 2 * float(self.squared_range))

    @property
    def bound(self) -> float:
        """Lower bound on err with probability 1 - gamma."""
        return float(self.expected_err) - self.luck

    @property
    def slack(self) -> float:
        """err - bound: negative with probability at most gamma."""
        return float(self.err) - self.bound


def floor_of_facts(model: FactModel, unseen: ArrayLike, *, gamma: float = 0.01) -> InnovationFloor:
    """Split the error of a model of arbitrary facts into seen and unseen prompts (X10).

    Parameters
    ----------
    model : FactModel
        Cells of prompts that the model treats alike.
    unseen : array_like of bool, shape (cells,)
        Which cells were never seen with an answer.
    gamma : float
        In (0, 1).

    Returns
    -------
    InnovationFloor
        Exact; |V_c| = {a_c, IDK} as in Definition 1.

    Raises
    ------
    InvalidInput
        If ``unseen`` is no mask of the cells or gamma is outside (0, 1).

    Examples
    --------
    >>> from theory.facts import FactSample, FactWorld, calibrated_memoriser
    >>> sample = FactSample.of_prompts(FactWorld([0.5, 0.5], n_responses=4), 3, [3, 0])
    >>> floor = floor_of_facts(calibrated_memoriser(sample), sample.n_answers == 0)
    >>> floor.err, floor.expected_err, floor.luck
    (0.375, 0.375, 0.0)
    """
    require_gamma(gamma)
    mask = _mask("unseen", unseen, len(model.fact_class))
    world, c = model.world, model.fact_class
    mu = world.prompt_mass[c]
    answers = 1 - model.on_idk
    wrong = mu * (answers - model.on_answer) * model.n_prompts
    chance = 1 - ratio(1, world.n_responses[c], exact=world.exact)
    squared = mu**2 * _range_of_cells(model) ** 2 * model.n_prompts
    weight = mu * answers * model.n_prompts
    return _floor(wrong, weight, weight * chance, squared, mask, gamma)


def _range_of_cells(model: FactModel) -> Array:
    """d_c = largest less smallest mass of an answer; parts that hold no answer do not count."""
    n_other = model.n_errors - model.n_favoured
    favoured = np.where(model.n_favoured > 0, model.on_favoured, model.on_answer)
    other = np.where(n_other > 0, model.on_other, model.on_answer)
    high = np.maximum(np.maximum(model.on_answer, favoured), other)
    low = np.minimum(np.minimum(model.on_answer, favoured), other)
    spread: Array = high - low
    return spread


def floor_of_world(
    world: World,
    p_hat: ArrayLike,
    *,
    unseen: ArrayLike,
    abstains: ArrayLike,
    gamma: float = 0.01,
) -> InnovationFloor:
    r"""Split the error of any model of a world into seen and unseen prompts (X10).

    At an unseen prompt with k right answers among R plausible ones, placed uniformly at random,

    .. math:: \mathbb E\,\mathrm{err}_c = \Bigl(1 - \frac kR\Bigr) q_c + \hat p(N_c|c),

    and d_c is the sum of the k largest answer masses less that of the k smallest.

    Parameters
    ----------
    world : World
        C prompts, X rows.
    p_hat : array_like, shape (X,)
        The model.
    unseen : array_like of bool, shape (C,)
        Prompts that were never seen with an answer.
    abstains : array_like of bool, shape (X,)
        Rows that are abstentions; they are valid and no answers.
    gamma : float
        In (0, 1).

    Raises
    ------
    InvalidInput
        If the model is none, a mask has another shape, an abstention is not valid, or gamma is
        outside (0, 1).

    Examples
    --------
    One unseen prompt, two answers and IDK; a model that answers half of the time:

    >>> world = World(p=[0.9, 0, 0.1], valid=[True, False, True])
    >>> floor = floor_of_world(world, [0.25, 0.25, 0.5], unseen=[True],
    ...                        abstains=[False, False, True])
    >>> floor.answered_unseen, floor.expected_err, floor.err
    (0.5, 0.25, 0.25)
    """
    require_gamma(gamma)
    q = world.check_model(p_hat)
    idk = _mask("abstains", abstains, world.n_examples)
    mask = _mask("unseen", unseen, world.n_prompts)
    if not world.valid[idk].all():
        bad = int(np.flatnonzero(idk & ~world.valid)[0])
        raise InvalidInput("an abstention", "valid", "an error", where=f"row {bad}", example=bad)
    answer = ~(idk | world.nonsense)
    right = answer & world.valid
    k, R = (np.add.reduceat(x, world.starts, dtype=np.int64) for x in (right, answer))
    err, answered, nonsense = (
        world.mu * segment_sums(np.where(rows, q, 0 * q), world.starts)
        for rows in (~world.valid, answer, world.nonsense)
    )
    chance = 1 - ratio(k, R, exact=is_exact(q))
    of_unseen = answer & world.per_example(mask)
    spread = world.mu * _range_of_prompts(q, of_unseen, world, k, R * mask)
    return _floor(err, answered, answered * chance + nonsense, spread**2, mask, gamma)


def _floor(
    err: Array, answered: Array, expected: Array, squared: Array, unseen: BoolArray, gamma: float
) -> InnovationFloor:
    """Sum what each prompt, or cell of prompts, contributes."""
    return InnovationFloor(
        err=total(err),
        err_seen=total(err[~unseen]),
        answered_unseen=total(answered[unseen]),
        expected_unseen=total(expected[unseen]),
        squared_range=total(squared[unseen]),
        gamma=gamma,
    )


def _range_of_prompts(q: Array, answer: BoolArray, world: World, k: Array, R: Array) -> Array:
    """Sum of the k largest answer masses of each prompt less that of its k smallest."""
    rows = np.flatnonzero(answer)
    owner = world.prompt_of_example[rows]
    order = increasing(q[rows])
    order = order[np.argsort(owner[order], kind="stable")]
    masses, owner = q[rows][order], owner[order]
    place = np.arange(len(rows)) - (np.cumsum(R) - R)[owner]
    sums: Array = np.zeros(world.n_prompts, dtype=q.dtype) + (q[0] - q[0])
    np.add.at(sums, owner, np.where(place >= (R - k)[owner], masses, 0 * masses))
    np.subtract.at(sums, owner, np.where(place < k[owner], masses, 0 * masses))
    return sums


def _mask(name: str, values: ArrayLike, n: int) -> BoolArray:
    mask = as_array(name, values)
    if mask.dtype != bool or mask.shape != (n,):
        raise InvalidInput(name, f"{n} booleans", repr(values))
    return mask
