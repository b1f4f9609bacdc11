"""``hallucination-theory check``: Theorem 1 on a user's own model, every term and the slack."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import click
import numpy as np

from hallucination_theory.commands.command import Command
from hallucination_theory.commands.options import require_gamma, tell
from hallucination_theory.commands.unseen import unseen_terms, unseen_text
from hallucination_theory.inputs.words import shown
from hallucination_theory.tables.model_table import ModelTable, read_model
from theory.arrays import TOLERANCE, Array, Number
from theory.facts import true_error
from theory.reduction import ReductionBound, per_prompt_bound, theorem_1_bound

LARGEST_TOLERANCE = 0.1

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
JUDGED = {
    "err_true": "With these rates of the judge the true generative error is",
    "err_true_at_least": "With this rate of the judge the true generative error is at least",
}


@click.command(
    "check",
    cls=Command,
    examples=(
        "birth_months.csv",
        "birth_months.csv --threshold per-prompt --json",
        "fractions.csv --exact",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--threshold",
    type=click.Choice(["common", "per-prompt"]),
    default="common",
    show_default=True,
    help="common: 1/K with K the fewest errors of any prompt (Theorem 1). per-prompt: 1/|E_c|, "
    "a sharper bound (the project's extension X2).",
)
@click.option("--exact", is_flag=True, help="Read decimals and fractions such as 1/3 exactly.")
@click.option(
    "--judge-fpr",
    type=float,
    default=None,
    help="If a judge wrote the column valid: how often it calls a valid generation wrong, at most.",
)
@click.option(
    "--judge-fnr",
    type=float,
    default=None,
    help="How often it calls a wrong generation valid; needs --judge-fpr. Both rates are over the "
    "model's own generations (extension X15).",
)
@click.option(
    "--tolerance",
    type=float,
    default=None,
    help="How far the probabilities of a prompt may sum from 1, for rounded files.  "
    f"[default: {TOLERANCE:g}; 0 with --exact]",
)
@click.option(
    "--abstain",
    multiple=True,
    default=("IDK",),
    show_default=True,
    help="With a column count: a response that is an abstention; repeat for several.",
)
@click.option(
    "--gamma",
    type=float,
    default=0.01,
    show_default=True,
    help="With a column count: allowed failure probability of err_at_least.",
)
def command(
    file: Path,
    threshold: str,
    exact: bool,
    as_json: bool,
    judge_fpr: float | None,
    judge_fnr: float | None,
    tolerance: float | None,
    abstain: tuple[str, ...],
    gamma: float,
) -> None:
    """Check Theorem 1 on your own model: err >= 2 err_iiv - k/K - delta.

    FILE is CSV, JSON lines (.jsonl, .ndjson, .json) or Parquet with one row for each prompt and
    plausible response:

    \b
      prompt, response   labels
      valid              true/false, yes/no or 1/0
      train_prob         p(response | prompt) of the training distribution; 0 unless valid
      model_prob         p_hat(response | prompt) of your model
      prompt_prob        optional; the prompt's probability (without it: all the same)
      nonsense           optional; true for responses that are neither valid nor plausible
      count              optional; how often the pair was seen in training

    With count, errors on prompts never seen with an answer are told apart: what must be wrong
    there whatever the calibration (extension X10).

    The probabilities of a prompt sum to 1; nothing is renormalised. With --exact they must do so
    exactly, and in JSON every probability is then a string such as "1/3".
    """  # noqa: D301 -- click reads the backspace as "keep these lines"
    require_gamma(gamma)
    allowed = _tolerance(tolerance, exact)
    model = read_model(file, exact=exact, tolerance=allowed, abstain=abstain)
    statement = per_prompt_bound if threshold == "per-prompt" else theorem_1_bound
    bound = model.bound(statement)
    judged = _beyond_the_judge(bound, judge_fpr, judge_fnr)
    floor = model.floor(gamma)
    unseen = None if floor is None else unseen_terms(model, floor)
    never = {} if unseen is None else {"unseen": _plain_terms(unseen)}
    lines = [f"{JUDGED[name]} {value:.6g}." for name, value in judged.items()]
    never_seen = [] if unseen is None else ["", unseen_text(unseen, gamma, _shown)]
    tell(
        {**as_dict(model, bound), **judged, **never},
        "\n".join([as_text(file, model, bound), *lines, *never_seen]),
        as_json=as_json,
    )
    if not bound.holds:
        raise SystemExit(1)


def _beyond_the_judge(
    bound: ReductionBound, fpr: float | None, fnr: float | None
) -> dict[str, float]:
    """Return what the judge's rates say about the true error; empty without rates."""
    if fpr is None:
        if fnr is not None:
            raise click.UsageError("--judge-fnr needs --judge-fpr.")
        return {}
    name = "err_true_at_least" if fnr is None else "err_true"
    return {name: float(true_error(float(bound.err), fpr=fpr, fnr=fnr))}


def _tolerance(given: float | None, exact: bool) -> float:
    if given is None:
        return TOLERANCE
    if exact:
        raise click.UsageError("--tolerance has no meaning with --exact: sums must be exactly 1.")
    if not 0 <= given <= LARGEST_TOLERANCE:
        raise click.BadParameter(
            f"must be in [0, {LARGEST_TOLERANCE}], got {given}.", param_hint="--tolerance"
        )
    return given


def as_dict(model: ModelTable, bound: ReductionBound) -> dict[str, Any]:
    """Return every term as JSON values; Fractions become strings such as ``"1/3"``."""
    world = model.world
    terms = _plain_terms(_terms(bound))
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


def _plain_terms(terms: Mapping[str, Number | str]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in terms.items()}


def _terms(bound: ReductionBound) -> dict[str, Number | str]:
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


def as_text(file: Path, model: ModelTable, bound: ReductionBound) -> str:
    """Return every term as an aligned table with its meaning in plain words."""
    terms = _terms(bound)
    meaning = dict(MEANING)
    if terms["threshold"] == "per-prompt":
        meaning |= {
            "threshold": "1/|E_c| (extension X2)",
            "size_ratio": "the prompts' average of |V_c|/|E_c|",
            "ragged": "  0, since each prompt has its own threshold",
        }
    shown = {name: _shown(value) for name, value in terms.items()}
    wide = max(map(len, shown))
    wider = max(map(len, shown.values()))
    lines = [f"{name:{wide}}  {text:{wider}}  {meaning[name]}" for name, text in shown.items()]
    return "\n".join([_heading(file, model), "", *lines, "", _verdict(bound)])


def _heading(file: Path, model: ModelTable) -> str:
    weights = (
        "prompts weighted by prompt_prob"
        if model.prompt_prob_given
        else "all prompts equally likely (no column prompt_prob)"
    )
    world = model.world
    return f"{shown(file)}: {world.n_prompts} prompts, {world.n_examples} rows; {weights}"


def _verdict(bound: ReductionBound) -> str:
    if not bound.holds:
        return (
            "err < bound: the theorem is violated. Please report this as an error of the package."
        )
    if bound.bound <= 0:
        return "err >= bound holds, but a bound that is not positive says nothing about the model."
    return "err >= bound holds."


def _shown(value: Number | str) -> str:
    """Six digits; a Fraction also as it is, unless very long."""
    if isinstance(value, (int, str)):
        return str(value)
    decimal = f"{float(value):.6g}"
    exact = str(value)
    if not isinstance(value, Fraction) or exact == decimal:
        return decimal
    return f"{exact} = {decimal}" if len(exact) <= 24 else decimal
