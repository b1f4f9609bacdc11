"""The same model by relation, and by how often its facts were seen in training."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from hallucination_theory.bounds.questions import part
from hallucination_theory.tables.model_table import ModelTable
from simulations.confidence_targets import QuestionMeans
from theory.arrays import BoolArray, IntArray
from theory.intervals import Estimate
from theory.reduction.bounds import bound_of_split
from theory.reduction.split import split_at

DECILES = 10
MOST_RELATIONS = 50
"""Relations reported, those with the most questions first."""


def by_relation(model: ModelTable, confidence_level: float) -> list[dict[str, Any]]:
    """Return the terms of each relation; nothing if there is one relation only."""
    if model.relation is None:
        return []
    names, code, size = np.unique(
        model.relation.astype(str), return_inverse=True, return_counts=True
    )
    if len(names) == 1:
        return []
    order = np.argsort(-size, kind="stable")[:MOST_RELATIONS]
    return [row(model, str(names[i]), code == i, confidence_level) for i in order]


def by_count(model: ModelTable, confidence_level: float) -> list[dict[str, Any]]:
    """Return the terms of each decile of the count; equal counts stay together."""
    if model.times is None:
        return []
    return [
        row(model, name, mask, confidence_level) | {"count": mean}
        for name, mask, mean in deciles(model.times)
    ]


def deciles(times: IntArray) -> Iterator[tuple[str, BoolArray, float]]:
    """Yield name, mask and mean count of at most ten groups of questions.

    Examples
    --------
    >>> [(name, int(mask.sum())) for name, mask, _ in deciles(np.array([0, 0, 0, 1, 2, 9]))]
    [('0', 3), ('1', 1), ('2', 1), ('9', 1)]
    """
    edges = np.unique(np.quantile(times, np.arange(1, DECILES) / DECILES, method="lower"))
    group = np.searchsorted(edges, times, side="left")
    for g in np.unique(group):
        mask = group == g
        low, high = int(times[mask].min()), int(times[mask].max())
        yield f"{low}" if low == high else f"{low} to {high}", mask, float(times[mask].mean())


def row(
    model: ModelTable, name: str, prompts: BoolArray, confidence_level: float
) -> dict[str, Any]:
    """Return err and its bound on some questions (a mask), with intervals."""
    world, q = part(model.world, model.p_hat, prompts)
    split, mean = split_at(world, q), QuestionMeans(world.mu, confidence_level)
    bound = bound_of_split(split)
    err = mean.err(split)
    return {
        "name": name,
        "n_questions": world.n_prompts,
        "weight": float(model.world.mu[prompts].sum()),
        "err": float(bound.err),
        "err_iiv": float(bound.err_iiv),
        "delta": float(bound.delta),
        "bound": float(bound.bound),
        "err_interval": ends(err),
        "bound_interval": ends(mean.bound(split, float(bound.size_ratio))),
    }


def ends(estimate: Estimate) -> list[float]:
    """Return the interval of a bound's term as a list, for JSON."""
    return [estimate.low, estimate.high]
