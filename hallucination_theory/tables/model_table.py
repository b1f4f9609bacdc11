"""A user's model as a table: one row per (prompt, response), read into a World and a p_hat.

Complaints of the World name positions; here they are told in the user's rows, prompts and columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from hallucination_theory.inputs.opened import Source
from hallucination_theory.inputs.words import shown
from hallucination_theory.tables.fingerprints import SPREAD, fingerprints
from hallucination_theory.tables.read import read_table
from hallucination_theory.tables.table import Table, to_numpy
from theory.arrays import TOLERANCE, Array, BoolArray, IntArray
from theory.errors import InvalidInput
from theory.innovation import InnovationFloor, floor_of_world
from theory.reduction import ReductionBound, Split, World

if TYPE_CHECKING:
    import pyarrow

REQUIRED = ("prompt", "response", "valid", "train_prob", "model_prob")
OPTIONAL = ("prompt_prob", "nonsense", "count", "relation")
MOST_TIMES = 1e15
"""Larger counts are taken for this one, so that sums stay exact."""
Result = TypeVar("Result", ReductionBound, Split)
COLUMN_OF = {
    "p": "train_prob",
    "p_hat": "model_prob",
    "mu": "prompt_prob",
    "n_responses": "the number of responses",
}
"""What the theory calls it -> what the file calls it."""


@dataclass(frozen=True)
class ModelTable:
    """A user's model, ready for the bounds.

    Attributes
    ----------
    world : World
        Prompts in order of their first row.
    p_hat : ndarray, shape (X,)
        Model probabilities in the order of the world.
    prompt_prob_given : bool
        Whether the file has a column ``prompt_prob``; otherwise mu is uniform.
    rows : callable
        Gives the rows of the file, in whose words complaints are told.
    unseen : ndarray of bool, shape (C,), or None
        Prompts never seen with an answer; None if the file has no column ``count``.
    abstains : ndarray of bool, shape (X,), or None
        Rows that are abstentions, likewise.
    times : ndarray of int, shape (C,), or None
        How often each prompt was seen with an answer, likewise.
    relation : ndarray of str, shape (C,), or None
        Column ``relation`` of each prompt's first row; None if the file has none.
    """

    world: World
    p_hat: Array
    prompt_prob_given: bool
    rows: Callable[[], Rows]
    unseen: BoolArray | None = None
    abstains: BoolArray | None = None
    times: IntArray | None = None
    relation: Array | None = None

    @property
    def n_unseen(self) -> int:
        """Number of prompts that are known to be unseen."""
        return 0 if self.unseen is None else int(self.unseen.sum())

    def floor(self, gamma: float) -> InnovationFloor | None:
        """Return what must be wrong on unseen prompts (X10); None without a column ``count``.

        Raises
        ------
        InvalidInput
            If an abstention is not valid, in the words of the file.
        """
        if self.unseen is None or self.abstains is None:
            return None
        try:
            return floor_of_world(
                self.world, self.p_hat, unseen=self.unseen, abstains=self.abstains, gamma=gamma
            )
        except InvalidInput as error:
            raise self.rows().in_file(error) from error

    def bound(self, statement: Callable[[World, Array], Result]) -> Result:
        """Return a bound, such as ``theorem_1_bound(world, p_hat)``, or what one is made of.

        Raises
        ------
        InvalidInput
            If the probabilities of the model are none, in the words of the file.
        """
        try:
            return statement(self.world, self.p_hat)
        except InvalidInput as error:
            raise self.rows().in_file(error) from error


def read_model(
    path: str | Path | Source,
    *,
    exact: bool = False,
    tolerance: float = TOLERANCE,
    abstain: Sequence[str] = ("IDK",),
) -> ModelTable:
    """Read ``prompt, response, valid, train_prob, model_prob`` and what :data:`OPTIONAL` names.

    The rows of a prompt need not be adjacent.

    Parameters
    ----------
    path : str or Path
        CSV, JSON lines or Parquet.
    exact : bool, keyword-only
        Read decimals and fractions such as ``1/3`` as Fractions; then sums must be exactly 1.
    tolerance : float, keyword-only
        How far the float probabilities of a prompt may sum from 1.
    abstain : sequence of str, keyword-only
        Responses that are abstentions; needed with a column ``count`` alone.

    Raises
    ------
    InvalidInput
        If the file is not such a table, a (prompt, response) occurs twice, ``prompt_prob`` differs
        within a prompt, ``count`` is no whole number or not 0 for an error, or the training
        probabilities are not those of a noiseless world.
    MissingExtra
        If pyarrow (extra ``files``) is not installed.
    """
    table = read_table(path, REQUIRED, OPTIONAL, text=exact)
    return model_of(table, exact=exact, tolerance=tolerance, abstain=abstain)


def model_of(
    table: Table, *, exact: bool = False, tolerance: float = TOLERANCE, abstain: Sequence[str]
) -> ModelTable:
    """Make the model of a table that is read, see :func:`read_model`.

    Raises
    ------
    InvalidInput
        As :func:`read_model`.
    """
    rows = grouped(table)
    rows.check_distinct()
    read = table.exact_numbers if exact else table.numbers
    p, p_hat = rows.sorted(read("train_prob")), rows.sorted(read("model_prob"))
    valid = rows.sorted(table.booleans("valid"))
    nonsense = rows.sorted(table.booleans("nonsense")) if "nonsense" in table else None
    mu = rows.prompt_prob(read("prompt_prob")) if "prompt_prob" in table else None
    try:
        world = World(p, valid, rows.n_responses, mu, nonsense, tolerance=tolerance)
    except InvalidInput as error:
        raise rows.in_file(error) from error
    relation = rows.relation() if "relation" in table else None
    if "count" not in table:
        return ModelTable(world, p_hat, mu is not None, lambda: rows, relation=relation)
    abstains = rows.sorted(_is_in(table, abstain))
    times = rows.times(world, abstains)
    return ModelTable(
        world, p_hat, mu is not None, lambda: rows, times == 0, abstains, times, relation
    )


def _is_in(table: Table, responses: Sequence[str]) -> BoolArray:
    """Say which rows hold one of these responses."""
    import pyarrow.compute as pc

    column = table.texts("response")
    found = np.zeros(len(table), dtype=bool)
    for text in responses:
        found |= to_numpy(pc.equal(column, text), "uint8").astype(bool)
    return found


@dataclass(frozen=True)
class Rows:
    """The rows of a table and the prompts they belong to, numbered in order of appearance.

    ``owner`` is each row's prompt, ``first`` each prompt's first row, ``order`` the rows sorted by
    prompt (None if they are so in the file).
    """

    table: Table
    prompts: pyarrow.Array
    owner: IntArray
    first: IntArray
    n_responses: IntArray
    order: IntArray | None

    def sorted(self, values: Array) -> Array:
        """Return a column prompt after prompt."""
        return values if self.order is None else values[self.order]

    def prompt_prob(self, values: Array) -> Array:
        """One value per prompt; complain if the rows of a prompt differ."""
        mu = values[self.first]
        inside = (values >= 0) & (values <= 1)
        same = values == mu[self.owner]
        for right, allowed in ((inside, "in [0, 1]"), (same, "the same in all rows of a prompt")):
            if not right.all():
                row = int(np.argmin(right))
                raise InvalidInput("prompt_prob", allowed, values[row], where=self.place(row))
        return mu

    def relation(self) -> Array:
        """Return the relation of each prompt, that of its first row."""
        labels = self.table.take(self.first).texts("relation").fill_null("").to_pylist()
        return np.array(labels, dtype=object)

    def times(self, world: World, abstains: BoolArray) -> IntArray:
        """Sum the counts of each prompt's answers; complain about a wrong count."""
        count = self.table.numbers("count")
        whole = (count >= 0) & (count < np.inf) & (count == np.floor(count))
        for right, allowed in (
            (self.sorted(whole), "a whole number >= 0"),
            (world.valid | (self.sorted(count) == 0), "0 unless the response is valid"),
        ):
            if not right.all():
                bad = int(np.argmin(right))
                row = bad if self.order is None else int(self.order[bad])
                raise InvalidInput("count", allowed, f"{count[row]:g}", where=self.place(row))
        answered = self.sorted(count) * ~abstains
        return np.add.reduceat(np.minimum(answered, MOST_TIMES), world.starts).astype(np.int64)

    def check_distinct(self) -> None:
        """Complain about the first (prompt, response) that has two rows."""
        keys = fingerprints(self.table.texts("response"))
        suspects = repeated(keys + self.owner.astype(np.uint64) * SPREAD)
        if len(suspects) == 0:
            return
        index, labels = self.table.take(suspects).codes("response")
        pairs = self.owner[suspects] * len(labels) + index
        twice = repeated(pairs)
        if len(twice):
            one, other = suspects[pairs == pairs[twice[0]]][:2]
            raise InvalidInput(
                "each pair (prompt, response)",
                "in one row",
                f"data rows {one + 1} and {other + 1} for {self.pair(one)}",
                where=self.table.file,
            )

    def place(self, row: int) -> str:
        """Say where a row is, and what stands there."""
        return f"{self.table.place(row)} ({self.pair(row)})"

    def pair(self, row: int) -> str:
        """Quote prompt and response of a row."""
        response = self.table.arrow.column("response")[int(row)].as_py()
        return f"{self.prompt(self.owner[row])}, response {_short(response)}"

    def prompt(self, prompt: int) -> str:
        """Quote a prompt by its number."""
        return f"prompt {_short(self.prompts[int(prompt)].as_py())}"

    def in_file(self, error: InvalidInput) -> InvalidInput:
        """Tell a complaint of the World in the words of the file."""
        if error.example is not None:
            row = error.example if self.order is None else int(self.order[error.example])
            where = self.place(row)
        elif error.prompt is not None:
            first = self.table.place(int(self.first[error.prompt]))
            where = f"{self.prompt(error.prompt)} (first in {first})"
        else:
            where = f"all prompts of {self.table.file}"
        name = re.sub(r"\w+", lambda word: COLUMN_OF.get(word[0], word[0]), error.name)
        rounded = name.startswith("the sum of") and "within" in error.allowed
        remedy = error.remedy + ("; rounded files need a larger tolerance" if rounded else "")
        return InvalidInput(name, error.allowed, error.received, where=where, remedy=remedy)


def grouped(table: Table) -> Rows:
    """Number the prompts of a table and find the rows of each."""
    owner, prompts = _owners(table)
    # Prompts are numbered in order of appearance, so a new one has a larger number than all before.
    largest = np.maximum.accumulate(owner)
    first = np.flatnonzero(np.concatenate([[True], owner[1:] > largest[:-1]]))
    order = None
    if (owner < largest).any():
        # Prompt and row in one integer: sorts faster than a stable argsort.
        order = np.sort(owner * len(owner) + np.arange(len(owner))) % len(owner)
    return Rows(table, prompts, owner, first, np.bincount(owner), order)


def _owners(table: Table) -> tuple[IntArray, pyarrow.Array]:
    """Number the prompts of all rows, run by run where the rows of a prompt are adjacent."""
    import pyarrow.compute as pc

    column = table.texts("prompt")
    changes = pc.not_equal(column.slice(1), column.slice(0, len(column) - 1))
    starts = np.concatenate([[0], np.flatnonzero(to_numpy(changes, "uint8")) + 1])
    # A prompt has two rows at least, so more runs than this are not one for each prompt.
    if 2 * len(starts) > len(column):
        return table.codes("prompt")
    of_run, prompts = Table(table.file, table.arrow.select(["prompt"])).take(starts).codes("prompt")
    return np.repeat(of_run, np.diff(starts, append=len(column))), prompts


def repeated(keys: Array) -> IntArray:
    """Return the positions of keys that occur more than once."""
    ordered = np.sort(keys)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    return np.flatnonzero(np.isin(keys, again)) if len(again) else again.astype(np.int64)


def _short(label: Any) -> str:
    return repr(shown(str(label), 56))
