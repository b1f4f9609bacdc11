"""A person's list of facts: question, right answers, and what is known about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hallucination_theory.inputs.words import quoted
from hallucination_theory.tables.read import read_table
from hallucination_theory.tables.table import Table
from theory.arrays import BoolArray, FloatArray
from theory.errors import InvalidInput

OPTIONAL = ("question", "subject", "relation", "wrong", "weight", "count", "answer_prob")
ONE_RELATION = "facts"
"""Relation of all facts of a file without such a column."""
SUBJECT = "{subject}"


@dataclass(frozen=True)
class Fact:
    """One question with its right answers.

    Attributes
    ----------
    question, relation : str
        What is asked; questions of one relation lend each other their answers.
    answers, wrong : tuple of str
        Right answers; wrong answers of its own, empty if those of its relation serve.
    weight : float
        Proportional to mu(c).
    count : int or None
        How often the fact was seen in training.
    answer_prob : float
        alpha_c: how often training data answer rather than abstain.
    place : str
        Where it stands, for complaints.
    """

    question: str
    relation: str
    answers: tuple[str, ...]
    wrong: tuple[str, ...]
    weight: float
    count: int | None
    answer_prob: float
    place: str


def read_facts(
    path: Path, *, templates: Mapping[str, str] | None = None, separator: str = "|"
) -> list[Fact]:
    """Read ``question`` (or ``subject`` and a template), ``answer`` and :data:`OPTIONAL`.

    Parameters
    ----------
    path : Path
        CSV, JSON lines or Parquet, one row a fact.
    templates : mapping of str to str, keyword-only
        Relation -> text with ``{subject}``; the key ``""`` serves all relations.
    separator : str, keyword-only
        Between several answers, and between several wrong ones, of a row.

    Raises
    ------
    InvalidInput
        If the file is no such table, a text is empty, a question or an answer occurs twice, a right
        answer is among the wrong ones, or a number is out of range.
    """
    table = read_table(path, ("answer",), OPTIONAL)
    columns = {name: _column(table, name) for name in table.arrow.column_names}
    relations = columns.get("relation", [ONE_RELATION] * len(table))
    questions = _questions(table, columns, relations, templates or {})
    numbers = zip(*(_numbers(table, name) for name in _RANGES), strict=True)
    facts = []
    for row, (weight, count, answer_prob) in enumerate(numbers):
        place = table.place(row)
        answers = _listed(columns["answer"][row], separator, "answer", place)
        given = columns["wrong"][row] if "wrong" in columns else ""
        wrong = _listed(given, separator, "wrong", place) if given.strip() else ()
        if both := set(answers) & set(wrong):
            received = quoted(min(both))
            raise InvalidInput("wrong", "without a right answer", received, where=place)
        facts.append(
            Fact(
                questions[row], relations[row], answers, wrong, float(weight),
                int(count) if "count" in table else None, float(answer_prob), place,
            )
        )  # fmt: skip
    return facts


def _whole(values: FloatArray) -> BoolArray:
    return np.asarray((values >= 0) & (values <= MOST) & (values % 1 == 0))


MOST = 1e15
_RANGES: dict[str, tuple[float, str, Callable[[FloatArray], BoolArray]]] = {
    "weight": (1.0, "a number > 0", lambda x: np.asarray((x > 0) & (x < np.inf))),
    "count": (0.0, "a whole number from 0 to 10^15", _whole),
    "answer_prob": (1.0, "in (0, 1]", lambda x: np.asarray((x > 0) & (x <= 1))),
}
"""Column of numbers -> what it is if the file has none, what is allowed, and the check."""


def _numbers(table: Table, name: str) -> FloatArray:
    default, allowed, inside = _RANGES[name]
    if name not in table:
        return np.full(len(table), default)
    values = table.numbers(name)
    right = inside(values)
    if not right.all():
        row = int(np.argmin(right))
        raise InvalidInput(name, allowed, f"{values[row]:g}", where=table.place(row))
    return values


def _column(table: Table, name: str) -> list[str]:
    filled = table.filled(name) if name == "wrong" else table
    filled.complete(name)
    found: list[str] = filled.texts(name).to_pylist()
    return found


def _questions(
    table: Table, columns: Mapping[str, list[str]], relations: list[str], given: Mapping[str, str]
) -> list[str]:
    if "question" in columns:
        found = [text.strip() for text in columns["question"]]
    else:
        if "subject" not in columns:
            received = ", ".join(columns)
            raise InvalidInput(
                f"the columns of {table.file}", "question, or subject and --template", received
            )
        templates = [_template(r, given, table.place(i)) for i, r in enumerate(relations)]
        pairs = zip(templates, columns["subject"], strict=True)
        found = [template.replace(SUBJECT, subject.strip()) for template, subject in pairs]
    seen: dict[str, int] = {}
    for row, question in enumerate(found):
        if not question:
            raise InvalidInput("question", "a text", "no text", where=table.place(row))
        if seen.setdefault(question, row) != row:
            raise InvalidInput(
                "each question", "in one row", f"{quoted(question)} again",
                where=table.place(row), remedy="put several answers into one row",
            )  # fmt: skip
    return found


def _template(relation: str, given: Mapping[str, str], place: str) -> str:
    text = given.get(relation, given.get(""))
    if text is None or SUBJECT not in text:
        raise InvalidInput(
            f"--template for the relation {quoted(relation)}", f"a text with {SUBJECT}",
            "none" if text is None else quoted(text), where=place,
        )  # fmt: skip
    return text


def _listed(text: str, separator: str, name: str, place: str) -> tuple[str, ...]:
    parts: Sequence[str] = [part.strip() for part in text.split(separator)]
    if not all(parts) or len(set(parts)) < len(parts):
        raise InvalidInput(name, "distinct texts, none empty", quoted(text), where=place)
    return tuple(parts)
