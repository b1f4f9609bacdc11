"""The part of ``check`` about prompts never seen in training: errors whatever the calibration."""

from __future__ import annotations

from typing import Any

from hallucination_theory.commands.command import meanings
from hallucination_theory.tables.model_table import ModelTable
from theory.arrays import Number
from theory.innovation import InnovationFloor

MEANING = meanings("check", "unseen")
"""Term -> what a human reader is told about it."""


def unseen_terms(model: ModelTable, floor: InnovationFloor) -> dict[str, Number]:
    """Return the terms of the bound on prompts never seen, in the order of :data:`MEANING`."""
    return {
        "prompts_unseen": model.n_unseen,
        "answered_unseen": floor.answered_unseen,
        "err_seen": floor.err_seen,
        "err_unseen": floor.err - floor.err_seen,
        "expected_unseen": floor.expected_unseen,
        "err_at_least": floor.bound,
    }


def unseen_text(terms: dict[str, Number], gamma: float, show: Any) -> str:
    """Return those terms as an aligned table, and what the bound says in a sentence."""
    shown = {name: show(value) for name, value in terms.items()}
    wide, wider = max(map(len, shown)), max(map(len, shown.values()))
    lines = [f"{name:{wide}}  {text:{wider}}  {MEANING[name]}" for name, text in shown.items()]
    last = (
        "Every prompt was seen with an answer."
        if not terms["prompts_unseen"]
        else f"If these facts are arbitrary, err is below err_at_least with probability {gamma:g} "
        "at most, for models of any delta (extension X10)."
    )
    return "\n".join(["Prompts never seen (column count)", "", *lines, "", last])
