"""What is said of one sample file: Theorem 1 and its variants, GIGO, facts never seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hallucination_theory.bounds.groups import by_count, by_relation, ends, rows
from hallucination_theory.bounds.judge import judge_error
from hallucination_theory.bounds.questions import intervals, threshold_of_half
from hallucination_theory.bounds.terms import as_dict, plain_terms
from hallucination_theory.bounds.unseen import unseen_terms
from hallucination_theory.inputs.progress import step
from hallucination_theory.tables.model_table import ModelTable
from hallucination_theory.tables.sample_model import model_of_samples
from hallucination_theory.tables.sample_table import Weighed
from theory.facts import CountsOfCounts, best_lower
from theory.other_factors import gigo_bound
from theory.reduction.bounds import bound_of_split, per_prompt_bound_of_split
from theory.reduction.small_term import best_bound_of_split
from theory.reduction.split import per_prompt_threshold, split_at

FALSE_SHARES = (0.01, 0.05)
"""Shares of false training data that GIGO is told for if none is given."""
LEAST_MASS = 0.9
"""Mass on the candidates below which something is likely wrong with the wording."""


@dataclass(frozen=True)
class Wishes:
    """What a report of sample files is asked for.

    Attributes
    ----------
    confidence_level : float
        Of each interval.
    gamma : float
        Allowed failure probability of floors.
    false_shares : tuple of float
        Shares of false training data.
    tolerance : float
        How far probabilities may sum from 1.
    """

    confidence_level: float = 0.95
    gamma: float = 0.01
    false_shares: tuple[float, ...] = FALSE_SHARES
    tolerance: float = 1e-5


def report(
    found: Weighed, wishes: Wishes, judge: Path | None = None
) -> tuple[dict[str, Any], ModelTable]:
    """Return the report of one sample file, and the model behind it."""
    step("terms and intervals")
    model = model_of_samples(found, wishes.tolerance)
    world, q, level = model.world, model.p_hat, wishes.confidence_level
    split = model.bound(split_at)
    by_prompt = split_at(world, q, per_prompt_threshold(world))
    bound = bound_of_split(split)
    estimates = intervals(split, by_prompt, level)
    with_threshold = threshold_of_half(world, q, level)
    told: dict[str, Any] = {
        "file": found.file.file,
        "task": found.task,
        "confidence_level": level,
        **as_dict(model, bound),
        "intervals": {name: ends(e) for name, e in (estimates | with_threshold).items()},
        **{name: e.value for name, e in with_threshold.items()},
        "bound_per_prompt": float(per_prompt_bound_of_split(by_prompt).bound),
        "bound_best": float(best_bound_of_split(split).bound),
        **_mass(found, model),
        "gigo": [_gigo(model, share) for share in wishes.false_shares],
        "by_relation": by_relation(model, level),
        "by_count": by_count(model, level),
        **_from_counts(model, float(bound.delta), wishes.gamma),
    }
    if judge is not None:
        told["judge"] = judge_error(judge, found.task, level)
    return told, model


def _mass(found: Weighed, model: ModelTable) -> dict[str, Any]:
    """Return the mass on the candidates, and err if nothing else could be said."""
    world = model.world
    wrong = np.add.reduceat(model.p_hat * world.errors, world.starts)
    given = np.divide(wrong, found.mass, out=np.ones(len(wrong)), where=found.mass > 0)
    conditioned = not world.nonsense.any()
    return {
        "mass_mean": float(world.mu @ found.mass),
        "mass_min": float(found.mass.min()),
        "n_below": int((found.mass < LEAST_MASS).sum()),
        "least_mass": LEAST_MASS,
        "given_candidates": conditioned,
        "err_given_candidates": float(world.mu @ (wrong if conditioned else given)),
    }


def _gigo(model: ModelTable, share: float) -> dict[str, float]:
    found = gigo_bound(model.world, model.p_hat, share)
    return {
        "share": share,
        "bound": float(found.bound),
        "learned_bound": float(found.learned_bound),
    }


def _from_counts(model: ModelTable, delta: float, gamma: float) -> dict[str, Any]:
    """Return what the counts tell: singleton rate, best floor, and errors never seen (X10)."""
    floor = model.floor(gamma)
    if floor is None or model.times is None:
        return {}
    told: dict[str, Any] = {"unseen": plain_terms(unseen_terms(model, floor)), "gamma": gamma}
    if model.times.sum():
        counts = CountsOfCounts.of_prompts(model.times)
        best = best_lower(counts, min_errors=model.world.min_errors, delta=delta, gamma=gamma)
        told |= {"singleton_rate": float(counts.singleton_rate), "floor": float(best.bound)}
    return told


def points(model: ModelTable, name: str, confidence_level: float) -> dict[str, Any]:
    """Return what the figure draws of one model, whatever file it comes from."""
    everything = np.ones(model.world.n_prompts, dtype=bool)
    return {
        **rows(model, {name: everything}, confidence_level)[0],
        "by_relation": by_relation(model, confidence_level),
        "by_count": by_count(model, confidence_level),
    }
