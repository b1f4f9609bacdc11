"""The judge's task: is this candidate valid, yes or no? Its error beside that of the threshold."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from hallucination_theory.bounds.groups import ends
from hallucination_theory.harness.facts_task import VERDICTS
from hallucination_theory.inputs.opened import opened
from hallucination_theory.inputs.words import quoted
from hallucination_theory.tables.sample_lines import sample_columns
from hallucination_theory.tables.table import Table
from simulations.confidence_targets import QuestionMeans
from theory.errors import InvalidInput


def judge_error(path: Path, task: str, confidence_level: float) -> dict[str, Any]:
    """Return the error of the judge on D, from the sample file of its task.

    Each question has one example of p(.|c) and one uniform error, so that the mean of both is a
    draw from D; ties count as "no".

    Raises
    ------
    InvalidInput
        If the file is no sample file of the judge's task of ``task``, or a question lacks an
        example.
    """
    with opened(path) as source:
        file = Table(str(source), sample_columns(source))
    names = file.arrow.column("task").unique().to_pylist()
    if names != [f"{task}_judge"]:
        raise InvalidInput(
            f"the task of {file.file}", f"{task}_judge", " and ".join(quoted(n) for n in names[:2])
        )
    loglik = file.arrow.column("loglik").to_pylist()
    wrong: dict[str, list[float]] = {}
    weights: dict[str, float] = {}
    questions = file.arrow.column("question").to_pylist()
    answers, given = file.numbers("answer"), file.numbers("weight")
    for row, (question, pair) in enumerate(zip(questions, loglik, strict=True)):
        says_yes = _says_yes(pair, file.place(row))
        wrong.setdefault(question, []).append(float(says_yes != (answers[row] == 0)))
        weights[question] = given[row]
    if any(len(errors) != len(VERDICTS) for errors in wrong.values()):
        short = next(q for q, errors in wrong.items() if len(errors) != len(VERDICTS))
        received = f"{len(wrong[short])} for {quoted(short)}"
        raise InvalidInput(f"the records of {file.file}", "two for each question", received)
    mu = np.array(list(weights.values()))
    mean = QuestionMeans(mu / mu.sum(), confidence_level)
    estimate = mean.of(np.array([sum(errors) / 2 for errors in wrong.values()]), 0, 1)
    return {"error": estimate.value, "interval": ends(estimate), "n_examples": len(loglik)}


def _says_yes(pair: list[float], where: str) -> bool:
    if len(pair) != 2 or any(map(math.isnan, pair)):
        raise InvalidInput(
            "the log-likelihoods of a record", "two numbers", quoted(pair), where=where
        )
    return pair[0] > pair[1]
