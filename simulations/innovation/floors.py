"""Every learner of arbitrary facts, its errors beside what innovation predicts (extension X10)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from simulations.facts.learners import LEARNERS, Learner
from simulations.facts.samplers import draw_banded
from simulations.trials import Columns, chosen, label, run_trials
from theory.arrays import BoolArray, Number, size
from theory.facts import FactModel, FactSample, FactWorld
from theory.innovation import floor_of_facts
from theory.reduction import signed_gap_of_split


def _unseen_cells(sample: FactSample, model: FactModel) -> BoolArray:
    """Say which cells of a learner's model were never seen with an answer.

    A learner that gambles parts its unseen cells by luck and appends the lucky ones.
    """
    extra = len(model.fact_class) - len(sample.fact_class)
    return np.concatenate([sample.n_answers == 0, np.ones(extra, dtype=bool)])


def floor_trial(
    world: FactWorld,
    n_samples: int,
    *,
    rng: np.random.Generator | int,
    learner: str | Learner,
    gamma: float = 0.01,
) -> dict[str, Number | str]:
    """Draw N training samples, train one learner, and split its error (X10).

    Returns
    -------
    dict
        learner, the terms of :class:`theory.innovation.InnovationFloor`, and delta.

    Raises
    ------
    InvalidInput
        If a value is out of range or the learner is unknown.
    """
    rng = np.random.default_rng(rng)
    sample = draw_banded(world, n_samples, rng=rng)
    model = chosen("learner", learner, LEARNERS)(sample, rng=rng)
    floor = floor_of_facts(model, _unseen_cells(sample, model), gamma=gamma)
    delta = size(signed_gap_of_split(model.split()))
    return {"learner": label(learner), **floor.terms(), "delta": delta}


def learner_floors(
    world: FactWorld,
    n_samples: int,
    *,
    n_trials: int,
    rng: np.random.Generator | int,
    learners: Sequence[str | Learner] = tuple(LEARNERS),
    gamma: float = 0.01,
) -> Columns:
    """Repeat :func:`floor_trial` for each learner.

    Returns
    -------
    dict of str to ndarray, shape (learners x trials,)
        The fields of :func:`floor_trial`, learner after learner.

    Raises
    ------
    InvalidInput
        If a value is out of range or a learner is unknown.
    """
    children = np.random.default_rng(rng).spawn(len(learners))
    trials = [partial(floor_trial, world, n_samples, learner=f, gamma=gamma) for f in learners]
    parts = [
        run_trials(trial, n_trials, rng=child)
        for trial, child in zip(trials, children, strict=True)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
