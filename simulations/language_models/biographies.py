"""A synthetic corpus of biographies: arbitrary facts and regular ones, with the truth known.

People have a surname, a first name, a birthday and a name day. The birthday is arbitrary (uniform
on 365 days, Definition 1 of arXiv:2509.04664v1). The name day is regular: it follows from the
first name, which many people share, so it can be told of a person never met. Both are answered
by the same 365 dates, so the two questions differ in nothing but the pattern.

A document is one sentence, ``Sudo Rima was born on March 7.``; an abstention is ``... on IDK.``
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from simulations.facts.prompt_laws import PromptLaw
from simulations.language_models.measure import Questions
from theory.arrays import FloatArray, IntArray
from theory.errors import InvalidInput, require_integer, require_probability
from theory.facts import FactSample, FactWorld
from theory.reduction import World

IDK = "IDK"
"""The abstaining response; valid for every prompt."""

_MONTHS = (
    ("January", 31),
    ("February", 28),
    ("March", 31),
    ("April", 30),
    ("May", 31),
    ("June", 30),
    ("July", 31),
    ("August", 31),
    ("September", 30),
    ("October", 31),
    ("November", 30),
    ("December", 31),
)
DATES = tuple(f"{month} {day}" for month, days in _MONTHS for day in range(1, days + 1))
"""The 365 answers, |R_c| = 365."""
RESPONSES = (*DATES, IDK)
"""All plausible responses of every prompt; the last one abstains."""
ABSTAINS = len(DATES)
"""Position of IDK in :data:`RESPONSES`."""

PHRASINGS = {
    "birthday": ("{} was born on", "The birthday of {} is", "Records say {} was born on"),
    "name day": (
        "{} keeps name day on",
        "The name day of {} is",
        "Records say {} keeps name day on",
    ),
}
"""Attribute -> wordings of its prompt; ``{}`` stands for the name."""
SYLLABLES = [a + b for a in "bdfghjklmnprstvz" for b in "aeiou"]
ATTRIBUTES = tuple(PHRASINGS)
ARBITRARY, REGULAR = ATTRIBUTES


@dataclass(frozen=True, eq=False)
class Biographies:
    """People, the truth about them, and N documents drawn from it (Definitions 1 and 2).

    Parameters
    ----------
    names : sequence of str
        C distinct names, "Surname First".
    fame : ndarray, shape (C,)
        mu(c): probability that a document is about c; sums to 1.
    answer_prob : ndarray, shape (C,)
        alpha_c: probability that a document answers rather than abstains.
    answers : ndarray of int, shape (2, C)
        True answer per attribute and person, a position in :data:`DATES`.
    person, attribute, phrasing, response : ndarray of int, shape (N,)
        What each document says; ``response`` is a position in :data:`RESPONSES`.
    n_phrasings : int
        How many wordings are in use, from the front of :data:`PHRASINGS`.

    Raises
    ------
    InvalidInput
        If names repeat or a column has the wrong length or range.
    """

    names: tuple[str, ...]
    fame: FloatArray
    answer_prob: FloatArray
    answers: IntArray
    person: IntArray
    attribute: IntArray
    phrasing: IntArray
    response: IntArray
    n_phrasings: int = 1

    def __post_init__(self) -> None:
        n_people, n_documents = len(self.names), len(self.person)
        if len(set(self.names)) < n_people:
            raise InvalidInput("names", "distinct", f"{len(set(self.names))} of {n_people}")
        _require_column("answers", self.answers, (len(ATTRIBUTES), n_people), 0, len(DATES))
        for name, upper in (
            ("person", n_people),
            ("attribute", len(ATTRIBUTES)),
            ("phrasing", self.n_phrasings),
            ("response", len(RESPONSES)),
        ):
            _require_column(name, getattr(self, name), (n_documents,), 0, upper)

    @property
    def n_people(self) -> int:
        """Number of people, C."""
        return len(self.names)

    @property
    def n_documents(self) -> int:
        """Number of documents, N."""
        return len(self.person)

    @cached_property
    def documents(self) -> list[str]:
        """The text, one sentence per document."""
        prompts = [
            [self.prompts(attribute, phrasing) for phrasing in range(self.n_phrasings)]
            for attribute in ATTRIBUTES
        ]
        rows = zip(self.attribute, self.phrasing, self.person, self.response, strict=True)
        return [f"{prompts[a][f][c]} {RESPONSES[r]}." for a, f, c, r in rows]

    def prompts(self, attribute: str, phrasing: int = 0) -> list[str]:
        """Return the prompt of each person, a list of C strings."""
        wording = PHRASINGS[attribute][phrasing]
        return [wording.format(name) for name in self.names]

    def truth(self, attribute: str) -> IntArray:
        """Return the true answer of each person, a position in :data:`DATES`, shape (C,)."""
        answers: IntArray = self.answers[ATTRIBUTES.index(attribute)]
        return answers

    def world(self, attribute: str) -> World:
        """Return the world of one attribute: 366 plausible responses and a row for nonsense.

        The last row of each prompt stands for every text that is no plausible response (Sec. 5),
        so that a language model's probabilities always sum to 1. A phrasing is drawn with each
        prompt and averaged over: people, not wordings, are the prompts of the world.
        """
        shape = (self.n_people, len(RESPONSES) + 1)
        p, valid, nonsense = np.zeros(shape), np.zeros(shape, bool), np.zeros(shape, bool)
        everyone, truth = np.arange(self.n_people), self.truth(attribute)
        p[everyone, truth] = self.answer_prob
        p[:, ABSTAINS] = 1 - self.answer_prob
        valid[everyone, truth] = valid[:, ABSTAINS] = True
        nonsense[:, -1] = True
        return World(
            p=p.ravel(),
            valid=valid.ravel(),
            n_responses=np.full(self.n_people, shape[1]),
            mu=self.fame,
            nonsense=nonsense.ravel(),
        )

    def questions(self, attribute: str) -> Questions:
        """Return what a model can be asked about ``attribute``, with the truth."""
        return Questions(
            wordings=[self.prompts(attribute, f) for f in range(self.n_phrasings)],
            responses=RESPONSES,
            world=self.world(attribute),
            sample=self.sample(attribute),
        )

    def sample(self, attribute: str) -> FactSample:
        """Return the documents on ``attribute`` as counts (Definition 2)."""
        facts = FactWorld(self.fame, len(DATES), self.answer_prob)
        mine = self.attribute == ATTRIBUTES.index(attribute)
        answers = self.person[mine & (self.response != ABSTAINS)]
        counts = np.bincount(answers, minlength=self.n_people)
        return FactSample.of_prompts(facts, int(mine.sum()), counts)


def _require_column(
    name: str, column: npt.NDArray[np.int64], shape: tuple[int, ...], lower: int, upper: int
) -> None:
    if column.shape != shape:
        raise InvalidInput(name, f"of shape {shape}", f"shape {column.shape}")
    if column.size and not (column.min() >= lower and column.max() < upper):
        bad = column[(column < lower) | (column >= upper)].flat[0]
        raise InvalidInput(name, f"in [{lower}, {upper})", bad)


def make_biographies(
    law: PromptLaw,
    n_documents: int,
    *,
    answer_prob: float = 0.8,
    n_phrasings: int = 1,
    rng: np.random.Generator | int,
) -> Biographies:
    r"""Draw people and N documents about them (Definitions 1 and 2).

    .. math:: a_c \sim \mathrm{Uniform}(R_c),\quad c_i \sim \mu,\quad
              r_i = a_{c_i} \text{ with probability } \alpha, \text{ else IDK}

    Parameters
    ----------
    law : PromptLaw
        How famous the people are, mu: one of :mod:`simulations.facts.prompt_laws`.
    n_documents : int
        N; the two attributes take turns, so each has N/2.
    answer_prob : float
        alpha, the same for everyone, in [0, 1].
    n_phrasings : int
        Wordings in use, 1 to 3; each document draws one uniformly.
    rng : numpy Generator or int
        Source of the people and of the documents. The people do not depend on ``n_documents``.

    Raises
    ------
    InvalidInput
        If an argument is out of range.

    Examples
    --------
    >>> from simulations.facts import uniform_law
    >>> corpus = make_biographies(uniform_law(3), 4, rng=0)
    >>> len(corpus.documents), corpus.n_people
    (4, 3)
    """
    mu = law.facts().by_prompt().mu
    require_integer("n_documents", n_documents, at_least=1)
    require_probability("answer_prob", answer_prob)
    available = len(PHRASINGS[ARBITRARY])
    if require_integer("n_phrasings", n_phrasings, at_least=1) > available:
        raise InvalidInput("n_phrasings", f"in 1 .. {available}", n_phrasings)
    for_people, for_documents = np.random.default_rng(rng).spawn(2)
    names, answers = _people(len(mu), for_people)
    person = for_documents.choice(len(mu), size=n_documents, p=mu)
    attribute = np.arange(n_documents) % len(ATTRIBUTES)
    speaks = for_documents.random(n_documents) < answer_prob
    return Biographies(
        names=names,
        fame=mu,
        answer_prob=np.full(len(mu), float(answer_prob)),
        answers=answers,
        person=person,
        attribute=attribute,
        phrasing=for_documents.integers(n_phrasings, size=n_documents),
        response=np.where(speaks, answers[attribute, person], ABSTAINS),
        n_phrasings=n_phrasings,
    )


def _people(n_people: int, rng: np.random.Generator) -> tuple[tuple[str, ...], IntArray]:
    # About sqrt(C) first names, each shared by about sqrt(C) people: enough to learn a name day
    # from others, while no single name part tells who is meant.
    side = int(np.ceil(np.sqrt(n_people)))
    first, last = rng.permutation(3 * side)[:side], rng.permutation(2 * side)
    cells = rng.choice(side * 2 * side, size=n_people, replace=False)
    i, j = np.divmod(cells, 2 * side)
    words = [_word(number) for number in range(3 * side)]
    names = tuple(f"{words[a]}k {words[b]}" for a, b in zip(last[j], first[i], strict=True))
    name_day = rng.integers(len(DATES), size=side)
    birthday = rng.integers(len(DATES), size=n_people)
    return names, np.stack([birthday, name_day[i]])


def _word(number: int) -> str:
    # A number in syllables, at least two: different numbers are different words.
    high, low = divmod(number, len(SYLLABLES))
    word = SYLLABLES[low]
    while len(word) < 4 or high:
        high, digit = divmod(high, len(SYLLABLES))
        word = SYLLABLES[digit] + word
    return word.capitalize()
