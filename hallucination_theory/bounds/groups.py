"""The same model by relation, and by how often its facts were seen in training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from hallucination_theory.tables.model_table import ModelTable
from simulations.confidence_targets import QuestionMeans
from theory.arrays import BoolArray, IntArray
from theory.intervals import Estimate
from theory.reduction.bounds import bound_of_split
from theory.reduction.split import Split, split_at

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
    return rows(model, {str(names[i]): code == i for i in order}, confidence_level)


def by_count(model: ModelTable, confidence_level: float) -> list[dict[str, Any]]:
    """Return the terms of each decile of the count; equal counts stay together."""
    if model.times is None:
        return []
    found = list(deciles(model.times))
    told = rows(model, {name: mask for name, mask, _ in found}, confidence_level)
    return [row | {"count": mean} for row, (*_, mean) in zip(told, found, strict=True)]


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


def rows(
    model: ModelTable, groups: Mapping[str, BoolArray], confidence_level: float
) -> list[dict[str, Any]]:
    """Return err and its bound, with intervals, on groups of questions (masks, none in two)."""
    threshold = np.ones(model.world.n_prompts)
    for prompts in groups.values():
        threshold[prompts] = 1 / model.world.n_errors[prompts].min()
    split = split_at(model.world, model.p_hat, threshold)
    return [_row(name, prompts, split, confidence_level) for name, prompts in groups.items()]


def _row(name: str, prompts: BoolArray, split: Split, confidence_level: float) -> dict[str, Any]:
    part = split.of(prompts)
    mean, bound = QuestionMeans(part.mu, confidence_level), bound_of_split(part)
    return {
        "name": name,
        "n_questions": len(part.mu),
        "weight": float(split.mu[prompts].sum()),
        "err": float(bound.err),
        "err_iiv": float(bound.err_iiv),
        "delta": float(bound.delta),
        "bound": float(bound.bound),
        "err_interval": ends(mean.err(part)),
        "bound_interval": ends(mean.bound(part, float(bound.size_ratio))),
    }


def ends(estimate: Estimate) -> list[float]:
    """Return the interval of a bound's term as a list, for JSON."""
    return [estimate.low, estimate.high]
