"""Weighed candidates as the table that ``check`` reads: one row per (question, candidate).

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
from hallucination_theory.tables.table import Table, to_numpy
from theory.arrays import BoolArray, FloatArray, IntArray, segment_sums
from theory.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow

ROUNDING = 1e-5
"""What single precision may add to the probabilities of all candidates of a question."""
OTHER_TEXT = "(any other text)"
WORKING = (
    "a server that ignores echo or logprobs writes this; use --model hf, vLLM through "
    "local-completions, or gguf"
)


@dataclass(frozen=True, eq=False)
class SampleTable(Table):
    """A table whose rows come from records; complaints name the record."""

    record: IntArray

    def place(self, row: int) -> str:
        """Say which record a row comes from."""
        return f"data row {self.record[row] + 1} of {self.file}"


@dataclass(frozen=True, eq=False)
class Weighed:
    """What a sample file says.

    Attributes
    ----------
    table : Table
        Columns as ``check`` reads them.
    task : str
        Name of the task.
    mass : ndarray, shape (C,)
        Probability of the candidates of each question together.
    abstentions : list of str
        Candidates that abstain.
    """

    table: Table
    task: str
    mass: FloatArray
    abstentions: list[str]


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
    file = Table(str(source), columns)
    _check_documents(file)
    choices = columns.column("choices").combine_chunks()
    n = np.diff(to_numpy_offsets(choices))
    starts = np.concatenate([[0], np.cumsum(n)[:-1]])
    loglik = _loglik(file, n)
    _check_loglik(file, loglik, n, starts)
    p_hat = _told_apart(file, np.exp(loglik), choices, starts)
    mass = segment_sums(p_hat, starts)
    _refuse(
        file, mass <= 1 + tolerance, "the sum of the candidates' probabilities", "at most 1",
        mass, remedy="candidates that begin with each other count twice; see --overlap of facts",
    )  # fmt: skip
    if given_candidates:
        _refuse(file, mass > 0, "the candidates' probability", "positive", mass)
        p_hat = p_hat / np.repeat(mass, n)
    table = _table(file, choices, n, p_hat, None if given_candidates else mass)
    abstentions = [text for text in set(columns.column("abstention").to_pylist()) if text]
    task = columns.column("task")[0].as_py()
    return Weighed(table, task, np.minimum(mass, 1), abstentions)


def to_numpy_offsets(lists: Any) -> IntArray:
    """Return the offsets of an Arrow list array as NumPy."""
    import pyarrow as pa

    return to_numpy(pa.chunked_array([lists.offsets]), "int64")


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


def _loglik(file: Table, n: IntArray) -> FloatArray:
    """Return the log-likelihoods of all candidates, question after question."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lists = file.arrow.column("loglik").combine_chunks()
    given = np.diff(to_numpy_offsets(lists))
    _refuse(file, given == n, "the log-likelihoods of a record", "one for each candidate", given)
    texts = lists.flatten()
    try:
        return np.array(to_numpy(pa.chunked_array([pc.cast(texts, pa.float64())]), "float64"))
    except pa.ArrowInvalid:
        return np.array([_parsed(text) for text in texts.to_pylist()])


def _parsed(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan")


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


def _told_apart(file: Table, p: FloatArray, choices: Any, starts: IntArray) -> FloatArray:
    """Return the probability of each candidate as such, without what only begins like it."""
    overlap = np.array(file.arrow.column("overlap").fill_null("refuse").to_pylist())
    doubtful = np.flatnonzero((overlap != "distinct") & ~_end_marked(file, choices, starts))
    for row in doubtful:
        texts = choices[int(row)].as_py()
        part = slice(starts[row], starts[row] + len(texts))
        if overlap[row] == "subtract":
            p[part] = _subtracted(file, int(row), texts, p[part])
        elif pair := overlapping(texts):
            raise InvalidInput(
                "the candidates", "such that none begins with another one",
                f"{quoted(pair[0])} and {quoted(pair[1])}", where=file.place(int(row)),
                remedy="write the task with --end, or with --overlap",
            )  # fmt: skip
    return p


def _end_marked(file: Table, choices: Any, starts: IntArray) -> BoolArray:
    """Say of which questions all candidates end with a mark of one letter and have no other."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ends = file.arrow.column("end").unique().to_pylist()
    if len(ends) > 1 or len(ends[0] or "") != 1:
        return np.zeros(len(file), dtype=bool)
    texts = choices.flatten()
    once = pc.equal(pc.count_substring(texts, ends[0]), 1)
    marked = pc.and_(once, pc.ends_with(texts, ends[0]))
    found = to_numpy(pa.chunked_array([marked]), "uint8").astype(bool)
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


def _table(
    file: Table, choices: Any, n: IntArray, p_hat: FloatArray, mass: FloatArray | None
) -> SampleTable:
    """Return the columns of ``check``: the candidates of each question, then every other text."""
    import pyarrow as pa

    size = n if mass is None else n + 1
    record = np.repeat(np.arange(len(n)), size)
    place = np.arange(len(record)) - np.repeat(np.cumsum(size) - size, size)
    other = place == np.repeat(n, size)
    model = np.zeros(len(record))
    model[~other] = p_hat
    if mass is not None:
        model[other] = np.maximum(1 - mass, 0)
    n_answers = _numbers(file, "n_answers", 1.0)
    _refuse(
        file, (n_answers >= 1) & (n_answers < n) & (n_answers % 1 == 0), "n_answers",
        "a whole number from 1, less than the candidates", n_answers,
    )  # fmt: skip
    valid, train = _truth(file, n, n_answers, size, place)
    weight = _numbers(file, "weight", 1.0)
    _refuse(file, (weight > 0) & (weight < np.inf), "weight", "a number > 0", weight)
    columns = {
        "prompt": _of_record(file.arrow.column("question"), record),
        "response": _with_other_text(choices, other),
        "valid": pa.array(valid),
        "train_prob": pa.array(train),
        "model_prob": pa.array(model),
        "nonsense": pa.array(other),
        "prompt_prob": pa.array((weight / weight.sum())[record]),
    }
    for name in ("count", "relation"):
        column = file.arrow.column(name)
        if column.null_count == 0:
            columns[name] = _of_record(column, record)
    if "count" in columns:
        # An answer is what was seen; the first one stands for all of its question.
        count = _numbers(file, "count", 0.0)
        columns["count"] = pa.array(np.where(place == 0, count[record], 0))
    return SampleTable(file.file, pa.table(columns), record)


def _truth(
    file: Table, n: IntArray, n_answers: FloatArray, size: IntArray, place: IntArray
) -> tuple[BoolArray, FloatArray]:
    """Return which rows are valid, and p(r|c): even on the answers, the rest on the abstention."""
    import pyarrow.compute as pc

    silent = pc.fill_null(file.arrow.column("abstention"), "")
    abstains = to_numpy(pc.not_equal(silent, ""), "uint8").astype(bool)
    alpha = _numbers(file, "answer_prob", 1.0)
    right = (alpha > 0) & (alpha <= 1) & (abstains | (alpha == 1))
    _refuse(file, right, "answer_prob", "in (0, 1], and 1 without an abstention", alpha)
    answer = place < np.repeat(n_answers, size)
    idle = (place == np.repeat(n, size) - 1) & np.repeat(abstains, size)
    p = np.repeat(alpha / n_answers, size) * answer + np.repeat(1 - alpha, size) * idle
    return answer | idle, p


def _numbers(file: Table, name: str, default: float) -> FloatArray:
    return to_numpy(file.arrow.column(name).fill_null(default), "float64")


def _of_record(column: Any, record: IntArray) -> pyarrow.Array:
    import pyarrow as pa

    return column.combine_chunks().take(pa.array(record))


def _with_other_text(choices: Any, other: BoolArray) -> pyarrow.Array:
    import pyarrow as pa

    texts = pa.concat_arrays([choices.flatten(), pa.array([OTHER_TEXT], pa.string())])
    place = np.where(other, len(texts) - 1, np.cumsum(~other) - 1)
    return texts.take(pa.array(place))
