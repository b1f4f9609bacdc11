"""Inspect AI plug-in: scorers at a confidence target, the open-rubric solver, whole tasks.

:func:`at_targets` runs a file of questions at several targets; :func:`confidence_target` scores at
one; :func:`graded_in_three` lets a model grade in three verdicts. Scores are on the scale 1 right,
0 abstained, -t/(1 - t) wrong; the scale 1, t, 0 ranks alike: it is (score + L)/(1 + L) with
L = t/(1 - t).

Importing this module needs Inspect (extra ``inspect``); ``import hallucination_theory`` does not.
Inspect finds the names through the entry point of this package::

    inspect score LOG.eval --scorer hallucination_theory/confidence_target -S t=0.75
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import FieldSpec, json_dataset
from inspect_ai.model import Model, get_model
from inspect_ai.scorer import (
    CORRECT,
    INCORRECT,
    NOANSWER,
    Metric,
    SampleScore,
    Score,
    Scorer,
    Target,
    metric,
    scorer,
)
from inspect_ai.solver import Generate, Solver, TaskState, generate, solver

from hallucination_theory.harness.open_rubric import open_rubric as rubric_text
from hallucination_theory.harness.three_verdicts import graded, grading_prompt
from hallucination_theory.harness.verdict import KEYS, Verdict, decided, judge, one_hot, silence
from hallucination_theory.inputs.patterns import Pattern
from hallucination_theory.logs.recogniser import Recogniser
from theory.grading import TARGETS, Outcomes, penalty, require_target
from theory.grading import confidence_target as target_grader


@metric
def target_scores(targets: Sequence[float] = TARGETS) -> Metric:
    """Scores at several targets and at the stated one, rates, accuracy on attempted items.

    Returns one dict-valued metric: Inspect renames repeated metrics, and arguments of a scorer do
    not reach its metrics, so the stated target travels in each score's metadata.
    """

    def summarise(scores: list[SampleScore]) -> dict[str, float]:
        if not scores:
            return {}
        shares = {key: _mean(scores, key) for key in KEYS}
        # What could not be parsed or scored earns 0 points and stays in the denominator.
        attempted = shares["correct"] + shares["incorrect"]
        outcomes = Outcomes(shares["correct"], shares["incorrect"], 1 - attempted)
        stated: set[Any] = {(s.score.metadata or {}).get("confidence_target") for s in scores}
        at = {
            f"score@{t:g}": target_grader(t).score(outcomes)
            for t in sorted({*targets, *(stated - {None})})
        }
        return at | {
            "accuracy": shares["correct"],
            "error_rate": shares["incorrect"],
            "abstention_rate": shares["not_attempted"],
            "accuracy_attempted": outcomes.accuracy_attempted,
        }

    return summarise


def _mean(scores: list[SampleScore], key: str) -> float:
    values: list[Any] = [score.score.value for score in scores]
    return float(sum(value[key] for value in values) / len(values))


@scorer(metrics=[target_scores()])
def confidence_target(
    t: float = 0.75,
    grader: Scorer | None = None,
    recorded: str | None = None,
    answer_pattern: str | None = None,
    abstain: Sequence[str] = (),
) -> Scorer:
    """Score at confidence target t: one dict-valued score {correct, incorrect, not_attempted}.

    Parameters
    ----------
    t : float
        Target stated to the model, in [0, 1); recorded with every score.
    grader : Scorer, optional
        Inspect scorer that decides about attempts, such as ``model_graded_qa()``. Default: the
        answer must equal a target, without case and surrounding marks.
    recorded : str, optional
        Name of a scorer whose verdict is already in the log (re-scoring; no model call).
    answer_pattern : str, optional
        Expression that extracts the answer; what it does not match is unparsed.
    abstain : sequence of str
        Expressions of your own that mark an abstention.
    """
    require_target(t)
    if answer_pattern is not None:
        Pattern(answer_pattern, "answer_pattern")
    recogniser = Recogniser(tuple([abstain] if isinstance(abstain, str) else abstain))

    async def score(state: TaskState, target: Target) -> Score:
        answer = state.output.completion
        verdict: Verdict | None
        if recorded is None and grader is None:
            verdict = judge(answer, list(target), recogniser, answer_pattern=answer_pattern)
        else:
            verdict = silence(answer, recogniser)
        if verdict is None and grader is not None:
            verdict = _verdict_of(await grader(state, target))
        elif verdict is None:
            verdict = _verdict_of((state.scores or {}).get(recorded))
        if verdict is None:
            # Not Score.unscored, which Inspect drops from the denominator before any metric.
            verdict = Verdict(dict.fromkeys(KEYS, 0), "scoring_failed")
        return Score(
            value=dict(verdict.value), answer=answer, reason=verdict.reason, metadata=_metadata(t)
        )

    return score


def _metadata(t: float) -> dict[str, Any]:
    return {"confidence_target": t, "penalty": penalty(t)}


def _verdict_of(score: Any) -> Verdict | None:
    """Translate another scorer's value; None if it gave none or a partial one."""
    if score is None:
        return None
    if score.value == NOANSWER:
        return Verdict(one_hot("not_attempted"))
    if score.reason == "invalid_response_format":
        return Verdict(dict.fromkeys(KEYS, 0), score.reason)
    if score.value in (CORRECT, 1, True):
        return decided(True)
    return decided(False) if score.value in (INCORRECT, 0, False) else None


@solver
def open_rubric(t: float = 0.75, template: str | None = None) -> Solver:
    """Append the open rubric for target t to the user's prompt (``template`` changes its words)."""
    text = rubric_text(t, template)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        state.user_prompt.text = f"{state.user_prompt.text}\n\n{text}"
        return state

    return solve


@scorer(metrics=[target_scores()])
def graded_in_three(
    t: float = 0.75, model: str | Model | None = None, template: str | None = None
) -> Scorer:
    """Let a model grade: correct, incorrect or not attempted; no recogniser has a say.

    Parameters
    ----------
    t : float
        Target stated to the model, in [0, 1); recorded with every score.
    model : str or Model, optional
        The grader. Default: the model of the role ``grader``, or the one that is evaluated.
    template : str, optional
        Prompt of your own with the fields {question}, {target}, {answer}; the package's is
        ``harness/three_verdicts.txt``.
    """
    require_target(t)
    grading_prompt("", [], "", template)

    async def score(state: TaskState, target: Target) -> Score:
        grader = get_model(role="grader") if model is None else get_model(model)
        answer = state.output.completion
        prompt = grading_prompt(state.input_text, list(target), answer, template)
        reply = (await grader.generate(prompt)).completion
        verdict = graded(reply)
        return Score(
            value=dict(verdict.value), answer=answer, explanation=reply, reason=verdict.reason,
            metadata=_metadata(t),
        )  # fmt: skip

    return score


@task
def at_target(data: str, t: float = 0.75, grader: str | None = None) -> Task:
    """Ask the questions of a file at target t: open rubric, generate, score.

    Parameters
    ----------
    data : str
        JSON lines with ``question`` and ``answer`` (one, or a list of accepted ones).
    t : float
        Target in [0, 1).
    grader : str, optional
        Model that grades in three verdicts. Default: the answer must equal an accepted one.
    """
    fields = FieldSpec(input="question", target="answer")
    scoring = confidence_target(t) if grader is None else graded_in_three(t, grader)
    return Task(
        name=f"{Path(data).stem}_t{t:g}",
        dataset=json_dataset(data, fields),
        solver=[open_rubric(t), generate()],
        scorer=scoring,
    )


def at_targets(
    data: str, targets: Sequence[float] = TARGETS, grader: str | None = None
) -> list[Task]:
    """Return one task a target, for ``inspect_ai.eval``; the arguments are :func:`at_target`'s."""
    return [at_target(data, t, grader) for t in targets]
