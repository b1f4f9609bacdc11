"""Theorem 1 over many random worlds and base models, as columns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import product

import numpy as np

from simulations.reduction.base_models import BASE_MODELS, BaseModel
from simulations.reduction.random_worlds import FAMILIES, Family, random_world
from simulations.trials import Columns, chosen, run_trials, spawned
from theory.reduction import ReductionBound, theorem_1_bound, tight_world


def as_row(result: ReductionBound) -> dict[str, float]:
    """Return Theorem 1's terms and its slack as a row of floats, the signed gap left out."""
    terms = {name: float(value) for name, value in result.terms().items()}
    del terms["signed_gap"]
    return terms


def reduction_trial(
    *, family: str | Family, model: str | BaseModel, rng: np.random.Generator
) -> dict[str, float]:
    """Draw one world of a family, train one model on it, return the terms of Theorem 1.

    Parameters
    ----------
    family : str or callable
        A name in :data:`simulations.reduction.random_worlds.FAMILIES`, or ``(*, rng) -> World``.
    model : str or callable
        A name in :data:`simulations.reduction.BASE_MODELS`, or ``(world, *, rng) -> p_hat``.
    rng : numpy Generator
        Source of randomness, the model's too.

    Raises
    ------
    InvalidInput
        If a name is unknown, or p_hat is no model of the world.
    """
    world = chosen("family", family, FAMILIES)(rng=rng)
    return as_row(theorem_1_bound(world, chosen("model", model, BASE_MODELS)(world, rng=rng)))


def reduction_study(
    n_worlds: int,
    *,
    rng: np.random.Generator | int,
    families: Mapping[str, Family] = FAMILIES,
    models: Mapping[str, BaseModel] = BASE_MODELS,
    n_jobs: int = 1,
    progress: bool = False,
) -> Columns:
    """Run every base model on ``n_worlds`` worlds of every family.

    Parameters
    ----------
    n_worlds : int
        Worlds for each pair of family and model, at least 1.
    rng : numpy Generator or int
        Source of randomness.
    families, models : mapping of str to callable
        By the names under which they appear: ``models=BASE_MODELS | {"mine": my_model}``.
    n_jobs : int
        Worker processes; the numbers do not depend on it.
    progress : bool
        Whether to show a bar for each pair.

    Returns
    -------
    dict of str to ndarray, shape (families x models x n_worlds,)
        Columns ``family``, ``model`` and those of :func:`as_row`.
    """
    tables = []
    for (family, model), child in spawned(product(families, models), rng=rng):
        trial = partial(reduction_trial, family=families[family], model=models[model])
        table = run_trials(trial, n_worlds, rng=child, n_jobs=n_jobs, progress=progress)
        labels = {"family": np.full(n_worlds, family), "model": np.full(n_worlds, model)}
        tables.append(labels | table)
    return {name: np.concatenate([t[name] for t in tables]) for name in tables[0]}


def tight_study(n_errors: int) -> Columns:
    """Return Corollary 1 on the tight family for |V| = 1 .. |E| (extension X3)."""
    results = [theorem_1_bound(*tight_world(k, n_errors)) for k in range(1, n_errors + 1)]
    rows = [as_row(result) for result in results]
    # Exactly zero in Fractions, before any conversion to float.
    exact = np.array([result.slack == 0 for result in results])
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return {"n_valid": np.arange(1, n_errors + 1), "slack_is_zero": exact} | columns


def _size_ratio_trial(
    *, n_valid: int, n_errors: int, model: str | BaseModel, rng: np.random.Generator
) -> dict[str, float]:
    """Return the terms of Theorem 1 for a regular world with given |V_c| and |E_c|."""
    world = random_world(10, n_valid=(n_valid, n_valid), n_errors=(n_errors, n_errors), rng=rng)
    return as_row(theorem_1_bound(world, chosen("model", model, BASE_MODELS)(world, rng=rng)))


def size_ratio_study(
    n_valid: list[int],
    *,
    n_errors: int,
    model: str | BaseModel,
    n_worlds: int,
    rng: np.random.Generator | int,
) -> Columns:
    """Average the terms over ``n_worlds`` worlds for each |V_c|: how the bound fades.

    Returns
    -------
    dict of str to ndarray, shape (len(n_valid),)
        Means of the columns of :func:`as_row`, with ``n_valid`` and ``least_slack``.
    """
    tables = [
        run_trials(
            partial(_size_ratio_trial, n_valid=k, n_errors=n_errors, model=model),
            n_worlds,
            rng=child,
        )
        for k, child in spawned(n_valid, rng=rng)
    ]
    means = {name: np.array([t[name].mean() for t in tables]) for name in tables[0]}
    least = np.array([t["slack"].min() for t in tables])
    return {"n_valid": np.array(n_valid), "least_slack": least} | means
