"""The terms of Theorem 1 as a report: a table with their meaning, or JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from hallucination_theory.inputs.words import shown
from hallucination_theory.tables.model_table import ModelTable
from theory.arrays import Array, Number
from theory.reduction import ReductionBound

NOISE = 1e-12
"""A float difference smaller than this is rounding, and is told as 0."""
NO_DIFFERENCE = ("err", "err_iiv", "size_ratio")
"""Terms that are sums of probabilities, not differences."""

MEANING = {
    "err": "generative error (hallucination rate)",
    "err_iiv": "Is-It-Valid error of the model used as a classifier",
    "delta": "miscalibration, |signed_gap|",
    "signed_gap": "mass above the threshold: model's minus training data's",
    "threshold": "1/K",
    "threshold_min": "least 1/|E_c|",
    "threshold_max": "largest 1/|E_c|",
    "max_valid": "k, most valid responses of a prompt",
    "min_errors": "K, fewest errors of a prompt",
    "size_ratio": "k/K",
    "bound": "2 err_iiv - size_ratio - delta",
    "slack": "err - bound, the sum of",
    "overshoot": "  model mass on errors above the threshold, beyond 1/|E_c| each",
    "unused_room": "  part of its threshold that a valid response leaves unused (all if above it)",
    "ragged": "  k/K minus the prompts' average of |V_c|/K",
    "sign": "  delta minus signed_gap",
}
"""Term -> what a human reader is told about it."""


def as_dict(model: ModelTable, bound: ReductionBound) -> dict[str, Any]:
    """Return every term as JSON values; Fractions become strings such as ``"1/3"``."""
    world = model.world
    terms = plain_terms(terms_of(bound))
    parts = bound.slack_terms.terms()
    return {
        **{name: value for name, value in terms.items() if name not in parts},
        "holds": bound.holds,
        "slack_terms": {name: terms[name] for name in parts},
        "n_prompts": world.n_prompts,
        "n_examples": world.n_examples,
        "prompt_prob": "given" if model.prompt_prob_given else "uniform",
        "exact": world.exact,
        "tolerance": 0 if world.exact else world.tolerance,
    }


def plain_terms(terms: Mapping[str, Number | str]) -> dict[str, Any]:
    """Return terms as JSON values."""
    return {name: _plain(value) for name, value in terms.items()}


def terms_of(bound: ReductionBound) -> dict[str, Number | str]:
    """Return every term in the order of :data:`MEANING`; rounding is told as 0."""
    found: dict[str, Number | str] = {
        **{name: _told(name, value) for name, value in bound.terms().items()},
        **_thresholds(bound.threshold),
        "max_valid": bound.max_valid,
        "min_errors": bound.min_errors,
    }
    return {name: found[name] for name in MEANING if name in found}


def _told(name: str, value: Number) -> Number:
    if name in NO_DIFFERENCE or isinstance(value, Fraction) or abs(value) >= NOISE:
        return value
    return 0.0


def _thresholds(z: Number | Array) -> dict[str, Number | str]:
    if isinstance(z, np.ndarray):
        return {"threshold": "per-prompt", "threshold_min": z.min(), "threshold_max": z.max()}
    return {"threshold": z}


def _plain(value: Number | str) -> Any:
    if isinstance(value, Fraction):
        return str(value)
    return value if isinstance(value, (int, str)) else float(value)


def as_text(file: object, model: ModelTable, bound: ReductionBound) -> str:
    """Return every term as an aligned table with its meaning in plain words."""
    terms = terms_of(bound)
    meaning = dict(MEANING)
    if terms["threshold"] == "per-prompt":
        meaning |= {
            "threshold": "1/|E_c| (extension X2)",
            "size_ratio": "the prompts' average of |V_c|/|E_c|",
            "ragged": "  0, since each prompt has its own threshold",
        }
    shown = {name: as_shown(value) for name, value in terms.items()}
    wide = max(map(len, shown))
    wider = max(map(len, shown.values()))
    lines = [f"{name:{wide}}  {text:{wider}}  {meaning[name]}" for name, text in shown.items()]
    return "\n".join([heading(file, model), "", *lines, "", verdict(bound)])


def heading(file: object, model: ModelTable) -> str:
    """Return what was read, in a line."""
    weights = (
        "prompts weighted by prompt_prob"
        if model.prompt_prob_given
        else "all prompts equally likely (no column prompt_prob)"
    )
    world = model.world
    return f"{shown(file)}: {world.n_prompts} prompts, {world.n_examples} rows; {weights}"


def verdict(bound: ReductionBound) -> str:
    """Say whether the bound holds, and whether it says anything."""
    if not bound.holds:
        return (
            "err < bound: the theorem is violated. Please report this as an error of the package."
        )
    if bound.bound <= 0:
        return "err >= bound holds, but a bound that is not positive says nothing about the model."
    return "err >= bound holds."


def as_shown(value: Number | str) -> str:
    """Six digits; a Fraction also as it is, unless very long."""
    if isinstance(value, (int, str)):
        return str(value)
    decimal = f"{float(value):.6g}"
    exact = str(value)
    if not isinstance(value, Fraction) or exact == decimal:
        return decimal
    return f"{exact} = {decimal}" if len(exact) <= 24 else decimal
