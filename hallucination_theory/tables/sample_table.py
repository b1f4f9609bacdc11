"""Weighed candidates in arrays: the probability of each, and what is right.

The harness stores the log-likelihood of each candidate as it comes from the model, a sum over
tokens that is not normalised. What the candidates of a question leave to 1 is the probability of
every other text: one more row, nonsense in the sense of Sec. 5 of the paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hallucination_theory.harness.facts_task import overlapping
from hallucination_theory.inputs.opened import Source
from hallucination_theory.inputs.words import quoted
from hallucination_theory.tables.sample_lines import MADE_BY, sample_columns
from hallucination_theory.tables.table import Table, to_arrow, to_numpy
from theory.arrays import BoolArray, FloatArray, IntArray, segment_sums
from theory.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow

ROUNDING = 1e-5
"""What single precision may add to the probabilities of all candidates of a question."""
WORKING = (
    "a server that ignores echo or logprobs writes this; use --model hf, vLLM through "
    "local-completions, or gguf"
)


@dataclass(frozen=True, eq=False)
class Weighed:
    """What a sample file says: the candidates of each question, then one row for other texts.

    Attributes
    ----------
    file : Table
        One row a question, the fields of its document.
    mass : ndarray, shape (C,)
        Probability of the candidates of each question together.
    n_responses : ndarray of int, shape (C,)
        Rows of each question.
    p, p_hat : ndarray, shape (X,)
        Training and model probabilities.
    valid, nonsense : ndarray of bool, shape (X,)
        Answers and abstentions; every other text.
    mu : ndarray, shape (C,)
        Probability of each question.
    """

    file: Table
    mass: FloatArray
    n_responses: IntArray
    p: FloatArray
    p_hat: FloatArray
    valid: BoolArray
    nonsense: BoolArray
    mu: FloatArray

    @property
    def task(self) -> str:
        """Name of the task."""
        return str(self.file.arrow.column("task")[0])

    @property
    def candidates(self) -> pyarrow.ChunkedArray:
        """The texts of all candidates, question after question."""
        import pyarrow.compute as pc

        return pc.list_flatten(self.file.arrow.column("choices"))

    def document(self, name: str) -> pyarrow.ChunkedArray | None:
        """Return a field of the documents; None unless all of them have it."""
        column = self.file.arrow.column(name)
        return None if column.null_count else column

    @property
    def abstentions(self) -> list[str]:
        """Candidates that abstain."""
        return [text for text in self.file.arrow.column("abstention").unique().to_pylist() if text]


def weighed(
    source: Source, *, given_candidates: bool = False, tolerance: float = ROUNDING
) -> Weighed:
    """Read the sample file of a task that ``hallucination-theory facts`` wrote.

    Parameters
    ----------
    source : Source
        JSON lines, as the harness writes them with ``--log_samples``.
    given_candidates : bool, keyword-only
        Condition on the candidates instead of adding a row for every other text.
    tolerance : float, keyword-only
        How far the probabilities of a question's candidates may sum beyond 1.

    Raises
    ------
    InvalidInput
        If the file is no such sample file; if tasks are mixed, a question occurs twice or a
        candidate was not weighed; if the log-likelihoods are none, or equal for most questions; if
        a candidate begins with another one, or probabilities sum to more than 1.
    """
    columns = sample_columns(source)
    file = Table(str(source), columns.drop_columns(["loglik"]))
    _check_documents(file)
    n = _lengths(columns.column("choices"))
    starts = np.cumsum(n) - n
    loglik = _loglik(file, columns.column("loglik"), n)
    _check_loglik(file, loglik, n, starts)
    p_hat = _told_apart(file, np.exp(loglik), starts)
    mass = segment_sums(p_hat, starts)
    _refuse(
        file, mass <= 1 + tolerance, "the sum of the candidates' probabilities", "at most 1",
        mass, remedy="candidates that begin with each other count twice; see --overlap of facts",
    )  # fmt: skip
    if given_candidates:
        _refuse(file, mass > 0, "the candidates' probability", "positive", mass)
        return _rows(file, n, p_hat / np.repeat(mass, n), mass, other=False)
    return _rows(file, n, p_hat, mass, other=True)


def _lengths(lists: Any) -> IntArray:
    import pyarrow.compute as pc

    return to_numpy(pc.list_value_length(lists), "int64")


def _check_documents(file: Table) -> None:
    import pyarrow.compute as pc

    for name in ("question", "n_answers", "task"):
        column = file.arrow.column(name)
        if column.null_count:
            where = file.place(int(np.argmax(to_numpy(column.is_null(), "uint8"))))
            what = f"{name} of a record's doc"
            raise InvalidInput(what, "given", "no value", where=where, remedy=MADE_BY)
    tasks = file.arrow.column("task").unique().to_pylist()
    if len(tasks) > 1:
        received = " and ".join(quoted(task) for task in tasks[:2])
        raise InvalidInput(f"the task of {file.file}", "the same in all records", received)
    if tasks[0].endswith("_judge"):
        what = f"the file {file.file}"
        raise InvalidInput(what, "the samples of a facts task", "a judge's; give it with --judge")
    questions = file.arrow.column("question")
    if pc.count_distinct(questions).as_py() < len(file):
        codes, labels = file.codes("question")
        row = int(np.flatnonzero(np.bincount(codes)[codes] > 1)[1])
        received = quoted(labels[int(codes[row])].as_py())
        raise InvalidInput(
            "each question", "in one record", f"{received} again", where=file.place(row),
            remedy="one file holds one run of one model",
        )  # fmt: skip


def _loglik(file: Table, lists: Any, n: IntArray) -> FloatArray:
    """Return the log-likelihoods of all candidates, question after question."""
    import pyarrow.compute as pc

    given = _lengths(lists)
    _refuse(file, given == n, "the log-likelihoods of a record", "one for each candidate", given)
    return to_numpy(pc.list_flatten(lists), "float64")


def _check_loglik(file: Table, loglik: FloatArray, n: IntArray, starts: IntArray) -> None:
    fine = loglik <= ROUNDING  # nan is not
    _refuse(
        file, np.logical_and.reduceat(fine, starts), "a log-likelihood", "a number, at most 0",
        np.fmax(np.maximum.reduceat(loglik, starts), -np.inf), remedy=WORKING,
    )  # fmt: skip
    lowest, highest = np.minimum.reduceat(loglik, starts), np.maximum.reduceat(loglik, starts)
    equal = int((lowest == highest).sum())
    if 2 * equal > len(n):
        raise InvalidInput(
            f"the log-likelihoods in {file.file}", "different for different candidates",
            f"equal ones in {equal} of {len(n)} questions", remedy=WORKING,
        )  # fmt: skip


def _refuse(
    file: Table, right: BoolArray, name: str, allowed: str, values: Any, *, remedy: str = ""
) -> None:
    """Complain about the first record that is not right."""
    if not right.all():
        row = int(np.argmin(right))
        raise InvalidInput(name, allowed, f"{values[row]:g}", where=file.place(row), remedy=remedy)


def _told_apart(file: Table, p: FloatArray, starts: IntArray) -> FloatArray:
    """Return the probability of each candidate as such, without what only begins like it."""
    import pyarrow.compute as pc

    choices, overlap = file.arrow.column("choices"), file.arrow.column("overlap")
    distinct = to_numpy(pc.is_in(overlap, to_arrow(["distinct"])), "uint8").astype(bool)
    certain = distinct | _end_marked(file, starts)
    for row in np.flatnonzero(~certain).tolist():
        texts = choices[row].as_py()
        part = slice(starts[row], starts[row] + len(texts))
        if overlap[row].as_py() == "subtract":
            p[part] = _subtracted(file, row, texts, p[part])
        elif pair := overlapping(texts):
            raise InvalidInput(
                "the candidates", "such that none begins with another one",
                f"{quoted(pair[0])} and {quoted(pair[1])}", where=file.place(row),
                remedy="write the task with --end, or with --overlap",
            )  # fmt: skip
    return p


def _end_marked(file: Table, starts: IntArray) -> BoolArray:
    """Say of which questions all candidates end with the first record's mark and have no other."""
    import pyarrow.compute as pc

    mark = file.arrow.column("end")[0].as_py()
    if not mark:
        return np.zeros(len(file), dtype=bool)
    texts = pc.list_flatten(file.arrow.column("choices"))
    first = to_numpy(pc.find_substring(texts, mark), "int64")
    last = to_numpy(pc.binary_length(texts), "int64") - len(mark.encode())
    # A text shorter than the mark has none: -1 is "not found".
    found = (first == last) & (first != -1)
    return np.asarray(np.logical_and.reduceat(found, starts))


def _subtracted(file: Table, row: int, texts: list[str], p: FloatArray) -> FloatArray:
    """Take from each candidate the mass of the longer ones that begin with it."""
    own, stack = p.copy(), list[int]()
    for i in sorted(range(len(texts)), key=texts.__getitem__):
        while stack and not texts[i].startswith(texts[stack[-1]]):
            stack.pop()
        if stack:
            own[stack[-1]] -= p[i]
        stack.append(i)
    if own.min() < -ROUNDING:
        bad = texts[int(np.argmin(own))]
        raise InvalidInput(
            f"the mass of {quoted(bad)}", "at least that of longer candidates",
            f"{-own.min():g} less", where=file.place(row),
            remedy="their tokens do not begin with its own; use --overlap distinct",
        )  # fmt: skip
    return np.maximum(own, 0)


def _rows(file: Table, n: IntArray, p_hat: FloatArray, mass: FloatArray, *, other: bool) -> Weighed:
    """Lay out the rows of ``check``: the candidates of each question, then every other text."""
    n_answers = to_numpy(file.arrow.column("n_answers"), "float64")
    _refuse(
        file, (n_answers >= 1) & (n_answers < n) & (n_answers % 1 == 0), "n_answers",
        "a whole number from 1, less than the candidates", n_answers,
    )  # fmt: skip
    size = n + other
    ends = np.cumsum(size)
    nonsense = np.zeros(int(ends[-1]), dtype=bool)
    if other:
        nonsense[ends - 1] = True
        of_candidates, p_hat = p_hat, np.empty(len(nonsense))
        p_hat[~nonsense] = of_candidates
        p_hat[ends - 1] = np.maximum(1 - mass, 0)
    valid, p = _truth(file, n, n_answers, size)
    weight = _numbers(file, "weight", 1.0)
    _refuse(file, (weight > 0) & (weight < np.inf), "weight", "a number > 0", weight)
    return Weighed(
        file, np.minimum(mass, 1), size, p, p_hat, valid, nonsense, weight / weight.sum()
    )


def _truth(
    file: Table, n: IntArray, n_answers: FloatArray, size: IntArray
) -> tuple[BoolArray, FloatArray]:
    """Return which rows are valid, and p(r|c): even on the answers, the rest on the abstention."""
    import pyarrow.compute as pc

    silent = file.filled("abstention").arrow.column("abstention")
    abstains = to_numpy(pc.binary_length(silent), "int64") > 0
    alpha = _numbers(file, "answer_prob", 1.0)
    right = (alpha > 0) & (alpha <= 1) & (abstains | (alpha == 1))
    _refuse(file, right, "answer_prob", "in (0, 1], and 1 without an abstention", alpha)
    starts = np.cumsum(size) - size
    valid = np.arange(size.sum()) < np.repeat(starts + n_answers, size)
    p = np.repeat(alpha / n_answers, size) * valid
    idle = (starts + n - 1)[abstains]
    valid[idle], p[idle] = True, (1 - alpha)[abstains]
    return valid, p


def _numbers(file: Table, name: str, default: float) -> FloatArray:
    column = file.arrow.column(name)
    return to_numpy(column.fill_null(default) if column.null_count else column, "float64")
