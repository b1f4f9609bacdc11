"""``hallucination-theory check``: Theorem 1 on a user's own model, every term and the slack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from hallucination_theory.bounds.terms import as_dict, as_shown, as_text, plain_terms
from hallucination_theory.bounds.unseen import unseen_terms, unseen_text
from hallucination_theory.commands.command import Command
from hallucination_theory.commands.options import require_figure_path, require_gamma, tell
from hallucination_theory.inputs.opened import Source, opened
from hallucination_theory.inputs.words import shown
from hallucination_theory.tables.model_table import ModelTable, read_model
from theory.arrays import TOLERANCE
from theory.errors import InvalidInput, require_probability
from theory.facts import true_error
from theory.reduction import ReductionBound, per_prompt_bound, theorem_1_bound

LARGEST_TOLERANCE = 0.1

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
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
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
    show_default=f"{TOLERANCE:g}; 0 with --exact",
    help="How far the probabilities of a prompt may sum from 1, for rounded files.",
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
@click.option(
    "--confidence-level",
    default=0.95,
    show_default=True,
    help="Sample files, figures: coverage of each interval over questions.",
)
@click.option(
    "--given-candidates",
    is_flag=True,
    help="Sample files: condition on the candidates, instead of counting other texts as errors.",
)
@click.option(
    "--false-share",
    "false_shares",
    type=float,
    multiple=True,
    help="Sample files: share of false training data for the GIGO bound; repeat for several.",
)
@click.option(
    "--judge",
    type=click.Path(path_type=Path),
    help="Sample files: that of the second task, facts --judge.",
)
@click.option("--figure", type=click.Path(path_type=Path), help="Figure to draw: .png, .svg, .pdf.")
def command(
    files: tuple[Path, ...],
    threshold: str,
    exact: bool,
    as_json: bool,
    judge_fpr: float | None,
    judge_fnr: float | None,
    tolerance: float | None,
    abstain: tuple[str, ...],
    gamma: float,
    confidence_level: float,
    given_candidates: bool,
    false_shares: tuple[float, ...],
    judge: Path | None,
    figure: Path | None,
) -> None:
    """Check Theorem 1 on your own model: err >= 2 err_iiv - k/K - delta.

    FILES are sample files of lm-evaluation-harness for a task that facts wrote (--log_samples), one
    a model; or tables: CSV, JSON lines (.jsonl, .ndjson, .json) or Parquet with one row for each
    prompt and plausible response:

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
    require_probability("--confidence-level", confidence_level, zero=False, one=False)
    shares = tuple(require_probability("--false-share", share) for share in false_shares)
    table = _OfTable(threshold, exact, judge_fpr, judge_fnr, _tolerance(tolerance, exact), abstain)
    samples = _OfSamples(confidence_level, tolerance, given_candidates, shares, judge)
    if figure is not None:
        require_figure_path(figure)
    if judge is not None and len(files) > 1:
        raise click.UsageError("--judge belongs to one sample file.")
    found = []
    for file in files:
        with opened(file) as source:
            read = samples if _is_sample_file(source) else table
            found.append(read.checked(source, file, gamma))
    _refuse_mixtures(found)
    told = [checked.told for checked in found]
    text = "\n\n".join(checked.text for checked in found)
    tell(told[0] if len(told) == 1 else {**told[0], "models": told}, text, as_json=as_json)
    if figure is not None:
        from hallucination_theory.bounds.figure import draw
        from hallucination_theory.bounds.report import points

        draw([points(x.model, x.name, confidence_level) for x in found], figure)
    if not all(checked.told["holds"] for checked in found):
        raise SystemExit(1)


@dataclass(frozen=True)
class _Checked:
    """One file: its report as JSON values and as text, and the model behind it."""

    name: str
    told: dict[str, Any]
    text: str
    model: ModelTable


@dataclass(frozen=True)
class _OfTable:
    """How a table is checked."""

    threshold: str
    exact: bool
    judge_fpr: float | None
    judge_fnr: float | None
    tolerance: float
    abstain: tuple[str, ...]

    def checked(self, source: Source, file: Path, gamma: float) -> _Checked:
        _refuse_options(("given_candidates", "false_shares", "judge"), "sample files")
        model = read_model(source, exact=self.exact, tolerance=self.tolerance, abstain=self.abstain)
        statement = per_prompt_bound if self.threshold == "per-prompt" else theorem_1_bound
        bound = model.bound(statement)
        judged = _beyond_the_judge(bound, self.judge_fpr, self.judge_fnr)
        floor = model.floor(gamma)
        unseen = None if floor is None else unseen_terms(model, floor)
        never = {} if unseen is None else {"unseen": plain_terms(unseen)}
        lines = [f"{JUDGED[name]} {value:.6g}." for name, value in judged.items()]
        never_seen = [] if unseen is None else ["", unseen_text(unseen, gamma, as_shown)]
        text = "\n".join([as_text(source, model, bound), *lines, *never_seen])
        return _Checked(file.stem, {**as_dict(model, bound), **judged, **never}, text, model)


@dataclass(frozen=True)
class _OfSamples:
    """How a sample file is checked."""

    confidence_level: float
    tolerance: float | None
    given_candidates: bool
    false_shares: tuple[float, ...]
    judge: Path | None

    def checked(self, source: Source, file: Path, gamma: float) -> _Checked:
        from hallucination_theory.bounds.report import FALSE_SHARES, Wishes, report
        from hallucination_theory.bounds.text import as_text as samples_text
        from hallucination_theory.tables.sample_table import ROUNDING, weighed

        _refuse_options(("threshold", "exact", "judge_fpr", "judge_fnr", "abstain"), "tables")
        allowed = ROUNDING if self.tolerance is None else _tolerance(self.tolerance, False)
        wishes = Wishes(self.confidence_level, gamma, self.false_shares or FALSE_SHARES, allowed)
        found = weighed(source, given_candidates=self.given_candidates, tolerance=allowed)
        told, model = report(found, wishes, self.judge)
        name = file.resolve().parent.name
        return _Checked(
            name.rsplit("__", 1)[-1] or name, {"model": name, **told}, samples_text(told), model
        )


def _refuse_options(names: Sequence[str], what: str) -> None:
    """Complain about an option that would have no effect on a file of this kind."""
    context = click.get_current_context()
    for name in names:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            option = next(p.opts[0] for p in context.command.params if p.name == name)
            received = "a file of another kind"
            raise InvalidInput(option, f"given with {what} only", received, remedy="leave it out")


def _is_sample_file(source: Source) -> bool:
    from hallucination_theory.logs.lm_eval_files import looks_like_lm_eval
    from hallucination_theory.logs.read import HEAD

    if source.suffix not in {".json", ".jsonl", ".ndjson"}:
        return False
    return looks_like_lm_eval(source.head(HEAD).decode("utf-8", errors="replace"))


def _refuse_mixtures(found: Sequence[_Checked]) -> None:
    """Complain about sample files of several tasks, and about two of one model."""
    tasks = [checked.told["task"] for checked in found if "task" in checked.told]
    names = [checked.told["model"] for checked in found if "task" in checked.told]
    if len(set(tasks)) > 1:
        received = " and ".join(shown(task) for task in dict.fromkeys(tasks))
        raise InvalidInput("the sample files", "of one task", received)
    for name in names:
        if names.count(name) > 1:
            received = f"{names.count(name)} in the folder {shown(name)}"
            raise InvalidInput("the sample files", "one a model", received)


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
