"""Order-n Markov models of facts of a fixed length, fitted and sampled without a dictionary.

A fact is a row of T tokens, each slot with its own words, so the position is part of every
context. A state is then simply a training row: the next token is that of a training row, drawn at
random among those with the same last n tokens, and that row is the next state. No table of
transitions is needed to generate, only each row's place among the rows sorted by context.
The same law as :func:`theory.poor_models.fit_maximum_likelihood`, one or two orders faster.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.arrays import ArrayLike, FloatArray, IntArray
from theory.errors import InvalidInput, require_integer

LARGEST_KEY = 2**63


@dataclass(frozen=True, eq=False)
class MarkovModel:
    r"""Maximum-likelihood Markov model of fixed-length facts (Miao and Kearns 2025).

    .. math:: \hat p(x) = \prod_t \frac{N_t(x_{t-n} \dots x_t)}{N_t(x_{t-n} \dots x_{t-1})}

    Parameters
    ----------
    tokens : ndarray of int, shape (F, T)
        Distinct facts; slot t takes values 0 .. vocabulary_size - 1.
    counts : ndarray of int, shape (F,)
        How often each occurs in the training data; 0 for facts that do not.
    order : int
        n >= 1, how many tokens the model sees.
    vocabulary_size : int
        Words per slot.

    Raises
    ------
    InvalidInput
        If shapes differ, a token or count is out of range, nothing was trained on, or contexts
        are too many for 64-bit keys.
    """

    tokens: IntArray
    counts: IntArray
    order: int
    vocabulary_size: int

    def __post_init__(self) -> None:
        require_integer("order", self.order, at_least=1)
        V = require_integer("vocabulary_size", self.vocabulary_size, at_least=1)
        if self.tokens.ndim != 2 or self.counts.shape != (len(self.tokens),):
            raise InvalidInput(
                "tokens and counts",
                "of shapes (F, T) and (F,)",
                (self.tokens.shape, self.counts.shape),
            )
        if self.tokens.size and (self.tokens.min() < 0 or self.tokens.max() >= V):
            raise InvalidInput("tokens", f"in 0 .. {V - 1}", int(self.tokens.max()))
        if self.counts.min(initial=0) < 0 or not self.counts.sum() > 0:
            raise InvalidInput("counts", ">= 0 and not all 0", repr(self.counts))
        if max(V ** (self.order + 1) * len(self.tokens), V**self.n_tokens) >= LARGEST_KEY:
            raise InvalidInput(
                "vocabulary_size", "small enough for 64-bit keys", V, remedy="lower the order or V"
            )

    @property
    def n_tokens(self) -> int:
        """Tokens per fact, T."""
        return int(self.tokens.shape[1])

    def fact_probabilities(self) -> FloatArray:
        """Return the exact probability of generating each fact, shape (F,); 0 where impossible."""
        q = np.ones(len(self.tokens))
        for t in range(self.n_tokens):
            with_token = self._occurrences(t, 1)
            before = self._occurrences(t, 0)
            q *= with_token / np.maximum(before, 1)
        return q

    def generate(self, n: int, *, rng: np.random.Generator | int) -> IntArray:
        """Draw n strings of T tokens from the model, shape (n, T)."""
        generator = np.random.default_rng(rng)
        n = require_integer("n", n, at_least=1)
        trained = np.flatnonzero(self.counts)
        drawn = np.empty((self.n_tokens, n), dtype=self.tokens.dtype)
        row = np.zeros(n, dtype=np.int64)
        slots = np.ascontiguousarray(self.tokens[trained].T)
        for t in range(self.n_tokens):
            first, size, occurrence = self._rows_by_context(t, trained)
            place = first[row] + (generator.random(n) * size[row]).astype(np.int64)
            row = occurrence[place]
            drawn[t] = slots[t][row]
        return drawn.T

    def support(self, *, limit: int = 3_000_000) -> tuple[IntArray, FloatArray]:
        """List every string that the model can generate, with its exact probability.

        Parameters
        ----------
        limit : int
            Largest number of strings to list.

        Returns
        -------
        keys : ndarray of int64, shape (S,)
            Strings as numbers, see :func:`string_keys`.
        p_hat : ndarray, shape (S,)
            Probabilities; they sum to 1.

        Raises
        ------
        InvalidInput
            If there are more than ``limit`` strings.
        """
        keys, q = np.zeros(1, dtype=np.int64), np.ones(1)
        row = np.zeros(1, dtype=np.int64)
        for t in range(self.n_tokens):
            first, last, next_row, share = self._transitions(t)
            n_next = (last - first)[row]
            if int(n_next.sum()) > limit:
                raise InvalidInput(
                    "the number of strings the model can generate",
                    f"<= limit = {limit}",
                    f"at least {int(n_next.sum())}",
                    remedy="raise the order or the vocabulary",
                )
            entry = np.repeat(first[row] - np.cumsum(n_next) + n_next, n_next)
            entry += np.arange(len(entry))
            row, q = next_row[entry], np.repeat(q, n_next) * share[entry]
            keys = np.repeat(keys, n_next) * self.vocabulary_size + self.tokens[row, t]
        return keys, q

    def _context(self, t: int, n_after: int) -> IntArray:
        """Number the last ``order`` tokens before slot t, and ``n_after`` from t on."""
        return string_keys(
            self.tokens[:, max(0, t - self.order) : t + n_after], self.vocabulary_size
        )

    def _occurrences(self, t: int, n_after: int) -> FloatArray:
        _, group = np.unique(self._context(t, n_after), return_inverse=True)
        return np.asarray(np.bincount(group, self.counts)[group], dtype=np.float64)

    def _rows_by_context(self, t: int, trained: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Where the occurrences of each row's context begin, how many, and which row each is."""
        n = len(trained)
        # Context and row in one number: sorting values is several times as fast as argsort.
        order = np.sort(self._context(t, 0)[trained] * n + np.arange(n))
        context, row = np.divmod(order, n)
        counts = self.counts[trained][row]
        _, begins, lengths = np.unique(context, return_index=True, return_counts=True)
        ends = np.cumsum(counts)
        first_of_group = (ends - counts)[begins]
        first, size = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
        first[row] = np.repeat(first_of_group, lengths)
        size[row] = np.repeat(np.diff(first_of_group, append=ends[-1]), lengths)
        return first, size, np.repeat(row, counts)

    def _transitions(self, t: int) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
        """Return first and last entry of each row's context, and each entry's row and share."""
        trained = np.flatnonzero(self.counts)
        # Contexts in front, so that the entries of one context lie together.
        _, representative, group = np.unique(
            self._context(t, 1)[trained], return_index=True, return_inverse=True
        )
        next_row = trained[representative]
        context = self._context(t, 0)
        followed, begins, lengths = np.unique(
            context[next_row], return_index=True, return_counts=True
        )
        entries = np.bincount(group, self.counts[trained])
        share = entries / np.repeat(np.add.reduceat(entries, begins), lengths)
        which = np.searchsorted(followed, context)
        which = np.minimum(which, len(begins) - 1)
        return begins[which], (begins + lengths)[which], next_row, share


def string_keys(tokens: ArrayLike, vocabulary_size: int) -> IntArray:
    """Write each of a Markov model's strings as one number in base ``vocabulary_size``.

    Examples
    --------
    >>> string_keys([[1, 2], [0, 7]], 10).tolist()
    [12, 7]
    """
    rows = np.asarray(tokens)
    keys = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        keys *= vocabulary_size
        keys += column
    return keys
