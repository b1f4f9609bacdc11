"""A list of facts as a multiple-choice task of lm-evaluation-harness, every candidate weighed.

A document of the task has all that ``check`` needs: ``choices`` begin with the right answers, then
come the wrong ones, last the abstention. The harness copies the document into its sample file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from hallucination_theory.harness.facts_file import Fact
from hallucination_theory.harness.lm_eval_task import in_quotes, require_new, resource
from hallucination_theory.inputs.words import quoted
from simulations.whole_files import replaced
from theory.errors import InvalidInput

MOST_CANDIDATES = 10**7
"""Candidates of all questions together; a harness that weighs a thousand a second needs hours."""
OVERLAPS = ("refuse", "subtract", "distinct")
"""What to do with a candidate that begins with another one, see :class:`TaskOptions`."""
VERDICTS = ("yes", "no")


@dataclass(frozen=True)
class TaskOptions:
    """How questions and candidates are worded.

    Attributes
    ----------
    name : str
        Name of the task.
    n_wrong : int or None
        K, wrong answers drawn for each question; all of them if None.
    abstention : str
        The last candidate; none if empty.
    begin, end, delimiter : str
        Text before each question, such as a begin-of-sequence token; after each candidate;
        between the two.
    overlap : str
        If a candidate begins with another: ``refuse``; ``subtract`` the mass of the longer one
        (right if its tokens begin with those of the shorter one); ``distinct`` (right if they do
        not).
    judge_text : str or None
        Wording of the second task, with ``{question}`` and ``{candidate}``; no such task if None.
    """

    name: str = "facts"
    n_wrong: int | None = None
    abstention: str = "I don't know"
    begin: str = ""
    end: str = ""
    delimiter: str = " "
    overlap: str = "refuse"
    judge_text: str | None = None


Document = dict[str, Any]


def documents(
    facts: Sequence[Fact], options: TaskOptions, *, rng: np.random.Generator | int
) -> list[Document]:
    """Return the documents of the task, one a fact, in the order of the file.

    Parameters
    ----------
    facts : sequence of Fact
        As :func:`~hallucination_theory.harness.facts_file.read_facts` returns them.
    options : TaskOptions
        The wording.
    rng : numpy Generator or int
        Draws the wrong answers.

    Raises
    ------
    InvalidInput
        If a question has too few wrong answers, the abstention is an answer, or all candidates
        together are too many.
    """
    generator = np.random.default_rng(rng)
    pools: dict[str, dict[str, None]] = {}
    for fact in facts:
        pools.setdefault(fact.relation, {}).update(dict.fromkeys(fact.answers))
    ordered = {relation: sorted(pool) for relation, pool in pools.items()}
    found, total = [], 0
    for fact in facts:
        document = _document(fact, ordered[fact.relation], options, generator)
        total += len(document["choices"])
        if total > MOST_CANDIDATES:
            raise InvalidInput(
                "the candidates of all questions", f"at most {MOST_CANDIDATES:,}", "more",
                where=fact.place, remedy="draw fewer wrong answers with --wrong",
            )  # fmt: skip
        found.append(document)
    return found


def _document(
    fact: Fact, pool: Sequence[str], options: TaskOptions, rng: np.random.Generator
) -> Document:
    candidates = [
        *fact.answers,
        *_wrong(fact, pool, options.n_wrong, rng),
        *([options.abstention] if options.abstention else []),
    ]
    if options.abstention in candidates[:-1]:
        received = quoted(options.abstention)
        raise InvalidInput("the abstention", "no answer", received, where=fact.place)
    if not options.abstention and fact.answer_prob < 1:
        received = f"{fact.answer_prob:g}"
        raise InvalidInput("answer_prob", "1 without an abstention", received, where=fact.place)
    choices = [f"{candidate}{options.end}" for candidate in candidates]
    counted = {} if fact.count is None else {"count": fact.count}
    return {
        "task": options.name,
        "question": fact.question,
        "relation": fact.relation,
        "choices": choices,
        "n_answers": len(fact.answers),
        "abstention": choices[-1] if options.abstention else "",
        "answer_prob": fact.answer_prob,
        "weight": fact.weight,
        **counted,
        "begin": options.begin,
        "end": options.end,
        "overlap": options.overlap,
    }


def _wrong(
    fact: Fact, pool: Sequence[str], n_wrong: int | None, rng: np.random.Generator
) -> list[str]:
    right = set(fact.answers)
    others = [text for text in fact.wrong or pool if text not in right]
    if len(others) < (n_wrong or 1):
        what = f"the wrong answers of {quoted(fact.question)}"
        remedy = "list them in a column wrong, or ask for fewer with --wrong"
        raise InvalidInput(
            what, f"at least {n_wrong or 1}", len(others), where=fact.place, remedy=remedy
        )
    if n_wrong is None or n_wrong == len(others):
        return others
    return [others[i] for i in np.sort(rng.choice(len(others), n_wrong, replace=False))]


def overlapping(texts: Sequence[str]) -> tuple[str, str] | None:
    """Return a text that another one begins with, and that other one.

    Examples
    --------
    >>> overlapping(["May 1", "May 2", "May 10"])
    ('May 1', 'May 10')
    >>> overlapping(["May 1.", "May 2.", "May 10."])
    """
    pairs = pairwise(sorted(texts))
    return next(((one, other) for one, other in pairs if other.startswith(one)), None)


def refuse_overlaps(given: Sequence[Document]) -> None:
    """Complain about the first candidate that begins with another one, unless that is wanted.

    Raises
    ------
    InvalidInput
        If there is one: its probability is a part of the other one's.
    """
    for document in given:
        if document["overlap"] == "refuse" and (pair := overlapping(document["choices"])):
            raise InvalidInput(
                "the candidates", "such that none begins with another one",
                f"{quoted(pair[0])} and {quoted(pair[1])}", where=quoted(document["question"]),
                remedy='give an end mark that the training text has there, such as --end "."; or '
                "see --overlap",
            )  # fmt: skip


def judged_documents(
    given: Sequence[Document], options: TaskOptions, *, rng: np.random.Generator | int
) -> list[Document]:
    """Return the documents of the judge's task: of each question an example of p and an error.

    The first is drawn from p(.|c), the second uniformly from E_c, so that both together are one
    draw from each half of D.
    """
    generator = np.random.default_rng(rng)
    return [row for document in given for row in _judged(document, options, generator)]


def _judged(
    document: Document, options: TaskOptions, rng: np.random.Generator
) -> Iterator[Document]:
    choices, n = document["choices"], document["n_answers"]
    last = len(choices) - bool(document["abstention"])
    speaks = rng.random() < document["answer_prob"]
    drawn = int(rng.integers(n)) if speaks else last, int(rng.integers(n, last))
    for answer, choice in enumerate(drawn):
        yield {
            "task": f"{options.name}_judge",
            "question": document["question"],
            "candidate": choices[choice],
            "text": document["begin"]
            + str(options.judge_text)
            .replace("{question}", document["question"])
            .replace("{candidate}", choices[choice]),
            "choices": list(VERDICTS),
            "answer": answer,
            "weight": document["weight"],
        }


def write_facts_task(
    folder: Path, given: Sequence[Document], judged: Sequence[Document], options: TaskOptions
) -> list[Path]:
    """Write ``NAME.yaml`` and ``NAME.jsonl``, and those of the judge, for ``--include_path``.

    Raises
    ------
    InvalidInput
        If the name is no identifier or the task is there already.
    """
    if not re.fullmatch(r"[A-Za-z]\w*", options.name, re.ASCII):
        raise InvalidInput("the task's name", "letters, digits and underscores", repr(options.name))
    tasks = {options.name: (given, "{{begin}}{{question}}", "0", options.delimiter)}
    if judged:
        tasks[f"{options.name}_judge"] = judged, "{{text}}", "answer", " "
    paths = [folder / f"{name}{suffix}" for name in tasks for suffix in (".jsonl", ".yaml")]
    require_new(*paths)
    folder.mkdir(parents=True, exist_ok=True)
    with replaced(*paths) as partial:
        for i, (name, (rows, text, target, delimiter)) in zip((0, 2), tasks.items(), strict=False):
            lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            partial[i].write_text("".join(lines), encoding="utf-8")
            values = {
                "NAME": name,
                "DATA": in_quotes(str(paths[i].resolve())),
                "TEXT": text,
                "TARGET": target,
                "DELIMITER": in_quotes(delimiter),
            }
            partial[i + 1].write_text(resource("facts_task.txt", values), encoding="utf-8")
    return paths
