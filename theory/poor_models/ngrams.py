r"""n-gram language models: one representation, three ways to fit it (Sec. 3.3.2, App. C).

Every model here is interpolated level by level, from the unigrams up:

.. math:: p_k(w | h) = \text{seen}_k(h w) + \text{backoff}_k(h)\, p_{k-1}(w | h')

where h' is the context h without its first token; a context that was never seen passes the
question on to h'. Maximum likelihood, additive smoothing and interpolated Kneser-Ney differ only
in the two numbers. Fitting involves no randomness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from theory.arrays import Array, BoolArray, IntArray, Number, is_exact
from theory.errors import InvalidInput
from theory.poor_models.ngram_counts import MISSING, locate, rows_of_ngrams
from theory.poor_models.vocabulary import BEGIN, Sentences, TokenArray, Vocabulary


@dataclass(frozen=True, eq=False)
class NGramLevel:
    """What the k-grams of one k >= 2 add to the (k-1)-gram probabilities.

    Attributes
    ----------
    keys : ndarray of int64, shape (n_k,)
        Sorted k-grams, as in :class:`theory.poor_models.ngram_counts.NGramTable`.
    seen : ndarray, shape (n_k,)
        Probability that a seen k-gram has of its own.
    backoff : ndarray, shape (n_{k-1},)
        Weight of the lower level, for each context.
    """

    keys: IntArray
    seen: Array
    backoff: Array


@dataclass(frozen=True, eq=False)
class NGramModel:
    """An n-gram language model, fitted by one of :mod:`theory.poor_models.ngram_fits`.

    Attributes
    ----------
    vocabulary : Vocabulary
        The words; the next token is one of ``vocabulary.outcomes``.
    unigrams : ndarray, shape (vocabulary.size,)
        Probability of each token without context; 0 for BEGIN.
    levels : tuple of NGramLevel
        For k = 2 .. order.

    Examples
    --------
    >>> from theory.poor_models import fit_maximum_likelihood
    >>> from theory.poor_models import count_ngrams
    >>> vocabulary = Vocabulary.of(["abc"])
    >>> text = vocabulary.encode([["a", "b"], ["a", "c"], ["a", "c"]])
    >>> model = fit_maximum_likelihood(count_ngrams(text, 2), exact=True)
    >>> print(model.conditional("c", ["a"]))
    2/3
    """

    vocabulary: Vocabulary
    unigrams: Array
    levels: tuple[NGramLevel, ...]

    @property
    def order(self) -> int:
        """How far the model sees, n: a token is predicted from the n - 1 tokens before it."""
        return len(self.levels) + 1

    @property
    def exact(self) -> bool:
        """Whether the probabilities are Fractions."""
        return is_exact(self.unigrams)

    def conditional(self, word: str, context: Sequence[str]) -> Number:
        """Return p(word | context), a float or a Fraction.

        Parameters
        ----------
        word : str
            A word or END.
        context : sequence of str
            At least order - 1 tokens, or fewer that begin with BEGIN (a sentence's first words).

        Raises
        ------
        InvalidInput
            If the context is shorter than what the model looks at, or a word is unknown.
        """
        seen = list(context)[-(self.order - 1) :] if self.order > 1 else []
        if len(seen) < self.order - 1 and seen[:1] != [BEGIN]:
            raise InvalidInput(
                "the context",
                f"at least {self.order - 1} tokens long for an order-{self.order} model",
                f"{len(seen)}",
                remedy=f"if the sentence begins there, put {BEGIN!r} before it",
            )
        numbers = np.array([self.vocabulary.number(w) for w in [*seen, word]], dtype=np.int32)
        probs = self._walk(numbers, np.zeros(len(numbers), dtype=bool), None)[0]
        last: Number = probs[-1:].tolist()[0]
        return last

    def token_probabilities(self, sentences: Sentences) -> Array:
        """Return p(token | everything before it in the sentence) at each position, shape (T,).

        The value at BEGIN, which nobody predicts, is 1.

        Raises
        ------
        InvalidInput
            If the sentences were encoded with another vocabulary.
        """
        self._check_vocabulary(sentences)
        return self._walk(sentences.tokens, sentences.is_start, None)[0]

    def sentence_log_probabilities(self, sentences: Sentences) -> Array:
        """Return the natural logarithm of each sentence's probability, shape (S,); may be -inf.

        Raises
        ------
        InvalidInput
            If the sentences were encoded with another vocabulary.
        """
        return np.add.reduceat(_log(self.token_probabilities(sentences)), sentences.starts)

    def states(self, prompts: Sentences) -> IntArray:
        """Return what the model remembers of each prompt, shape (S, max(order - 1, 1)).

        Column k - 1 is the number of the k-gram that ends the prompt, MISSING if never seen.

        Raises
        ------
        InvalidInput
            If the prompts were encoded with another vocabulary.
        """
        self._check_vocabulary(prompts)
        ends = self._walk(prompts.tokens, prompts.is_start, None)[1]
        return np.stack([e[prompts.stops - 1] for e in ends], axis=1).astype(np.int64)

    def advance(self, states: IntArray, tokens: IntArray) -> IntArray:
        """Return the states after one more token each, shape (S, max(order - 1, 1))."""
        after = np.full_like(states, MISSING)
        after[:, 0] = tokens
        for k in range(2, self.order):
            before = states[:, k - 2]
            keys = np.where(before == MISSING, MISSING, before * self.vocabulary.size + tokens)
            after[:, k - 1] = locate(self.levels[k - 2].keys, keys)
        return after

    def next_token(self, states: IntArray) -> Array:
        """Return the law of the next token in each state, shape (S, vocabulary.n_outcomes).

        Rows sum to 1; column j is ``vocabulary.outcomes[j]``.
        """
        n_outcomes, size = self.vocabulary.n_outcomes, self.vocabulary.size
        law = np.tile(self.unigrams[:n_outcomes], (len(states), 1))
        for column, level in enumerate(self.levels):
            known = np.flatnonzero(states[:, column] != MISSING)
            context = states[known, column]
            law[known] *= level.backoff[context][:, None]
            starts, stops = rows_of_ngrams(level.keys, context, size)
            lengths = stops - starts
            entry = np.repeat(stops - np.cumsum(lengths), lengths) + np.arange(lengths.sum())
            law[np.repeat(known, lengths), level.keys[entry] % size] += level.seen[entry]
        return law

    def response_probabilities(
        self, prompts: Sentences, responses: Sentences, n_responses: IntArray | Sequence[int]
    ) -> Array:
        """Return p(response | prompt) for every response of every prompt, shape (X,).

        Parameters
        ----------
        prompts : Sentences
            C of them, encoded with ``complete=False``.
        responses : Sentences
            X of them, prompt after prompt; with ``complete=True`` END must follow.
        n_responses : array_like of int, shape (C,)
            How many belong to each prompt, as in :class:`theory.reduction.world.World`.

        Raises
        ------
        InvalidInput
            If the numbers do not add up, or a vocabulary is another one.
        """
        p = self._response_token_probabilities(prompts, responses, np.asarray(n_responses))
        return np.multiply.reduceat(p, responses.starts)

    def response_log_probabilities(
        self, prompts: Sentences, responses: Sentences, n_responses: IntArray | Sequence[int]
    ) -> Array:
        """Return the natural logarithms of :meth:`response_probabilities`, without underflow."""
        p = self._response_token_probabilities(prompts, responses, np.asarray(n_responses))
        return np.add.reduceat(_log(p), responses.starts)

    def _response_token_probabilities(
        self, prompts: Sentences, responses: Sentences, n_responses: IntArray
    ) -> Array:
        self._check_vocabulary(responses)
        if n_responses.shape != (len(prompts),) or int(n_responses.sum()) != len(responses):
            raise InvalidInput(
                "n_responses",
                f"{len(prompts)} numbers that add up to {len(responses)}",
                f"{n_responses.size} that add up to {n_responses.sum()}",
            )
        states = np.repeat(self.states(prompts), n_responses, axis=0)
        return self._walk(responses.tokens, responses.is_start, states)[0]

    def _walk(
        self, tokens: TokenArray, is_start: BoolArray, states: IntArray | None
    ) -> tuple[Array, list[TokenArray]]:
        """Probability of each token, and the numbers of the k-grams that end there, k < order.

        Starts stand for whatever came before: BEGIN, or a prompt of which ``states`` is known.
        """
        size = self.vocabulary.size
        p = self.unigrams[tokens]
        p[is_start] = 1
        ends = [_with_states(tokens, is_start, states, 0)]
        for column, level in enumerate(self.levels):
            before = ends[-1][:-1].astype(np.int64)
            known = np.flatnonzero((before != MISSING) & ~is_start[1:])
            context = before[known]
            entry = locate(level.keys, context * size + tokens[known + 1])
            p[known + 1] *= level.backoff[context]
            hit = entry != MISSING
            p[known[hit] + 1] += level.seen[entry[hit]]
            if column + 2 < self.order:
                found = np.full(len(tokens), MISSING, dtype=np.int32)
                found[known + 1] = entry
                ends.append(_with_states(found, is_start, states, column + 1))
        return p, ends

    def _check_vocabulary(self, sentences: Sentences) -> None:
        if sentences.vocabulary != self.vocabulary:
            raise InvalidInput(
                "the sentences",
                "encoded with the vocabulary of the model",
                "another vocabulary",
                remedy="use model.vocabulary.encode(...)",
            )


def _with_states(
    ends: TokenArray, is_start: BoolArray, states: IntArray | None, column: int
) -> TokenArray:
    if states is None:
        return ends
    ends = ends.copy()
    ends[is_start] = states[:, column]
    return ends


def _log(p: Array) -> Array:
    with np.errstate(divide="ignore"):
        logs: Array = np.log(p.astype(float))
        return logs
