"""A user's model as a table: one row per (prompt, response), read into a World and a p_hat.

Complaints of the World name positions; here they are told in the user's rows, prompts and columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hallucination_theory.tables import booleans, codes, exact_numbers, numbers, place, read_table
from theory.arrays import TOLERANCE, Array, IntArray, blocks
from theory.errors import InvalidInput
from theory.world import World

if TYPE_CHECKING:
    import pyarrow

REQUIRED = ("prompt", "response", "valid", "train_prob", "model_prob")
OPTIONAL = ("prompt_prob", "nonsense")
COLUMN_OF = {
    "p": "train_prob",
    "p_hat": "model_prob",
    "mu": "prompt_prob",
    "n_responses": "the number of responses",
}
"""What the theory calls it -> what the file calls it."""

ROWS_PER_BLOCK = 1 << 15
"""Responses that are told apart at a time: their hash table stays in the processor's cache."""


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
    """

    world: World
    p_hat: Array
    prompt_prob_given: bool


def read_model(
    path: str | Path, *, exact: bool = False, tolerance: float = TOLERANCE
) -> ModelTable:
    """Read ``prompt, response, valid, train_prob, model_prob[, prompt_prob][, nonsense]``.

    The rows of a prompt need not be adjacent.

    Parameters
    ----------
    path : str or Path
        CSV, JSON lines or Parquet.
    exact : bool, keyword-only
        Read decimals and fractions such as ``1/3`` as Fractions; then sums must be exactly 1.
    tolerance : float, keyword-only
        How far the float probabilities of a prompt may sum from 1.

    Raises
    ------
    InvalidInput
        If the file is not such a table, a (prompt, response) occurs twice, ``prompt_prob`` differs
        within a prompt, or the probabilities are not a noiseless world and a model of it.
    MissingExtra
        If pyarrow (extra ``files``) is not installed.
    """
    rows = _group(read_table(path, REQUIRED, OPTIONAL, text=exact, repeated=("prompt",)))
    rows.check_distinct()
    read = exact_numbers if exact else numbers
    given = set(rows.table.column_names)
    p, p_hat = rows.get("train_prob", read), rows.get("model_prob", read)
    valid = rows.get("valid", booleans)
    nonsense = rows.get("nonsense", booleans) if "nonsense" in given else None
    mu = rows.prompt_prob(read) if "prompt_prob" in given else None
    try:
        world = World(p, valid, rows.n_responses, mu, nonsense, tolerance=tolerance)
        p_hat = world.check_model(p_hat)
    except InvalidInput as error:
        raise rows.in_file(error) from error
    return ModelTable(world, p_hat, prompt_prob_given=mu is not None)


@dataclass(frozen=True)
class _Rows:
    """The rows of a table, prompt after prompt; ``order`` is None if they are so in the file."""

    table: pyarrow.Table
    prompts: pyarrow.Array
    n_responses: IntArray
    order: IntArray | None

    @cached_property
    def starts(self) -> IntArray:
        return np.concatenate([[0], np.cumsum(self.n_responses)[:-1]])

    def get(self, name: str, read: Callable[[pyarrow.Table, str], Array]) -> Array:
        values = read(self.table, name)
        return values if self.order is None else values[self.order]

    def row(self, example: int) -> int:
        """Position in the file, from 0."""
        return example if self.order is None else int(self.order[example])

    def place(self, example: int) -> str:
        prompt = int(np.searchsorted(self.starts, example, side="right")) - 1
        response = self.table.column("response")[self.row(example)].as_py()
        where = place(self.table, self.row(example))
        return f"{where} ({self.prompt(prompt)}, response {_short(response)})"

    def prompt(self, prompt: int) -> str:
        return f"prompt {_short(self.prompts[prompt].as_py())}"

    def in_file(self, error: InvalidInput) -> InvalidInput:
        """Tell a complaint of the World in the words of the file."""
        if error.example is not None:
            where = self.place(error.example)
        elif error.prompt is not None:
            first = self.row(int(self.starts[error.prompt]))
            where = f"{self.prompt(error.prompt)} (first in {place(self.table, first)})"
        else:
            where = f"all prompts of {self.table.schema.metadata[b'file'].decode()}"
        name = re.sub(r"\w+", lambda word: COLUMN_OF.get(word[0], word[0]), error.name)
        rounded = error.name.startswith("the sum of") and "within" in error.allowed
        remedy = error.remedy + ("; rounded files need a larger tolerance" if rounded else "")
        return InvalidInput(name, error.allowed, error.received, where=where, remedy=remedy)

    def prompt_prob(self, read: Callable[[pyarrow.Table, str], Array]) -> Array:
        """One value per prompt; complain if the rows of a prompt differ."""
        values = self.get("prompt_prob", read)
        mu = values[self.starts]
        inside = (values >= 0) & (values <= 1)
        same = values == np.repeat(mu, self.n_responses)
        for right, allowed in ((inside, "in [0, 1]"), (same, "the same in all rows of a prompt")):
            if not right.all():
                bad = int(np.argmin(right))
                where = self.place(bad)
                raise InvalidInput("prompt_prob", allowed, values[bad], where=where)
        return mu

    def check_distinct(self) -> None:
        """Complain about the first (prompt, response) that has two rows."""
        responses = self.table.select(["response"])
        if self.order is not None:
            responses = responses.take(self.order)
        owner = np.repeat(np.arange(len(self.n_responses)), self.n_responses)
        for prompts in blocks(self.starts, len(owner), ROWS_PER_BLOCK):
            first = int(self.starts[prompts][0])
            count = int(self.n_responses[prompts].sum())
            index, labels = codes(responses.slice(first, count), "response")
            key = owner[first : first + count] * len(labels) + index
            ordered = np.sort(key)
            twice = ordered[1:][ordered[1:] == ordered[:-1]]
            if len(twice):
                raise self._twice(first + np.flatnonzero(key == twice[0]))

    def _twice(self, examples: IntArray) -> InvalidInput:
        one, other = (self.row(int(example)) + 1 for example in examples[:2])
        return InvalidInput(
            "each pair (prompt, response)",
            "in one row",
            f"it in data rows {one} and {other}",
            where=self.place(int(examples[0])),
        )


def _group(table: pyarrow.Table) -> _Rows:
    owner, prompts = codes(table, "prompt")
    # Codes count up in order of appearance, so a step back is a prompt that returns.
    grouped = not (owner[1:] < owner[:-1]).any()
    order = None if grouped else np.argsort(owner, kind="stable")
    return _Rows(table, prompts, np.bincount(owner), order)


def _short(label: Any) -> str:
    text = repr(label)
    return text if len(text) <= 60 else f"{text[:56]}...{text[-1]}"
