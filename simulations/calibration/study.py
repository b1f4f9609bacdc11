"""The experiments of notebook 03: delta at every threshold, as a slope, and from samples."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from simulations.calibration.base_model import draw_study, fit_base
from simulations.reduction.sampled import draw_examples
from simulations.trials import Columns, stack
from theory.arrays import FloatArray
from theory.calibration import (
    answer_ece,
    audit_delta,
    blind_bins,
    cross_entropy,
    delta_curve,
    multiple_choice_ece,
    rescale,
    swapped_confidences,
)
from theory.facts import FactWorld
from theory.reduction import World, abstain, calibration_delta, common_threshold, signed_gap, temper

FACTS = FactWorld(mu=[0.5, 0.5], n_responses=10, answer_prob=0.7, n_prompts=[40, 200])
"""240 questions of fact with ten plausible answers; a sixth of them are asked half of the time."""


def fact_models(n_samples: int, *, rng: np.random.Generator | int) -> tuple[World, Columns]:
    """Fit the base model to n samples of :data:`FACTS`; return it and two models made of it."""
    study = draw_study(FACTS, n_samples, rng=rng)
    base, _ = fit_base(study)
    models = {
        "base": base,
        "abstains half the time": abstain(study.world, base, study.idk, 0.5),
        "temperature 1/2": temper(study.world, base, 0.5),
    }
    return study.world, models


def delta_curves(world: World, models: Columns) -> Columns:
    """delta_z where it jumps, for each model: ``model``, ``threshold``, ``delta``."""
    curves = {name: delta_curve(world, q) for name, q in models.items()}
    return {
        "model": np.repeat(list(curves), [len(c.threshold) for c in curves.values()]),
        "threshold": np.concatenate([c.threshold for c in curves.values()]),
        "delta": np.concatenate([c.delta for c in curves.values()]),
    }


def slope_study(world: World, models: Columns, scales: Sequence[float]) -> Columns:
    """Cross-entropy of each model, rescaled by s, beside its tangent of slope q(A) - p(A)."""
    records = []
    for name, q in models.items():
        start, slope = cross_entropy(world, q), float(signed_gap(world, q))
        for s in scales:
            loss = cross_entropy(world, rescale(world, q, s))
            tangent = start + slope * (s - 1)
            records.append(
                {"model": name, "s": s, "cross_entropy": loss, "tangent": tangent, "slope": slope}
            )
    return stack(records)


def auditor_study(
    world: World,
    p_hat: FloatArray,
    sizes: Sequence[int],
    *,
    rng: np.random.Generator | int,
    repeats: int = 20,
) -> Columns:
    """Estimate delta from ever larger samples of training data and generations.

    Returns
    -------
    dict of str to ndarray
        ``size`` (of either sample), ``estimate``, ``low``, ``high`` (95 %), ``truth``.
    """
    z = common_threshold(world)
    truth = float(calibration_delta(world, p_hat))
    records = []
    for size in sizes:
        for child in np.random.default_rng(rng).spawn(repeats):
            seen, said = (
                p_hat[draw_examples(world, law, size, rng=child)] for law in (world.p, p_hat)
            )
            e = audit_delta(seen, said, z)
            row = {"estimate": e.value, "low": e.low, "high": e.high, "truth": truth}
            records.append({"size": size} | row)
    return stack(records)


def delta_against_ece(values: Sequence[Fraction]) -> Columns:
    """Two families at each parameter in (0, 1): delta = 0 with any ECE, ECE = 0 with any delta."""
    records = []
    for x in values:
        swapped, blind = swapped_confidences((1 - x) / 2), blind_bins(x)
        records.append(
            {
                "parameter": float(x),
                "swapped_delta": float(calibration_delta(*swapped)),
                "swapped_ece": answer_ece(*swapped, n_bins=1000),
                "blind_delta": float(calibration_delta(*blind)),
                "blind_ece": multiple_choice_ece(*blind),
            }
        )
    return stack(records)
