"""Models that speak word by word: responses weighed on a shared tree, sampled word by word.

The plausible responses of a prompt share their beginnings ("March 1", "March 2", ...). A tree of
these beginnings needs one model call per inner node, in batches over prompts: 365 birthdays cost
1 + 12 contexts per prompt instead of 365.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax

from simulations.language_models.interface import (
    NONSENSE,
    LanguageModel,
    check_text_questions,
    draw,
    words_of,
)
from theory.arrays import FloatArray, IntArray
from theory.errors import InvalidInput
from theory.poor_models import Vocabulary

_CELLS_PER_BATCH = 1 << 22
"""Contexts x vocabulary that are evaluated at a time: 32 MB of float64."""
UNKNOWN = "<unk>"
"""The word that stands for all words not met in training."""


@dataclass(frozen=True, eq=False)
class ResponseTree:
    """Token sequences as a tree, level by level.

    Attributes
    ----------
    parents : list of ndarray, one per level
        Position of the parent among the inner nodes of the level above.
    tokens : list of ndarray
        Token that leads to the node.
    leaves : list of ndarray
        Position of the response that ends here, or -1 for an inner node.
    """

    parents: list[IntArray]
    tokens: list[IntArray]
    leaves: list[IntArray]

    @classmethod
    def of(cls, sequences: dict[int, tuple[int, ...]]) -> ResponseTree:
        """Build the tree of some responses (position -> tokens).

        Raises
        ------
        InvalidInput
            If a response has no token or begins with another response.
        """
        tree = cls([], [], [])
        inner: dict[tuple[int, ...], int] = {(): 0}
        ends = {tokens: position for position, tokens in sequences.items()}
        if () in ends or len(ends) < len(sequences):
            raise InvalidInput(
                "a response", "made of words, and differ in them", "no or equal words"
            )
        for depth in range(1, 1 + max(map(len, ends), default=0)):
            nodes = list(dict.fromkeys(t[:depth] for t in ends if len(t) >= depth))
            if clash := [n for n in nodes if n[:-1] not in inner]:
                raise InvalidInput(
                    "a response", "no beginning of another response", f"tokens {clash[0][:-1]}"
                )
            tree.parents.append(np.array([inner[n[:-1]] for n in nodes]))
            tree.tokens.append(np.array([n[-1] for n in nodes]))
            tree.leaves.append(np.array([ends.get(n, -1) for n in nodes]))
            inner = {n: i for i, n in enumerate(n for n in nodes if n not in ends)}
        return tree


class TokenModel(LanguageModel):
    """A language model given by the law of the next token."""

    vocabulary: Vocabulary

    @abstractmethod
    def next_log_probs(self, contexts: IntArray) -> FloatArray:
        """Return ln p(next token | context), shape (B, V), for contexts of equal length (B, T).

        Contexts begin with BEGIN; V is ``vocabulary.n_outcomes`` or more.
        """

    def log_probs(
        self, prompts: Sequence[str], responses: Sequence[str], *, temperature: float = 1.0
    ) -> FloatArray:
        """Return ln p_hat(r|c), shape (C, R): one model call per inner node of the tree.

        Raises
        ------
        InvalidInput
            If there is no prompt or response, or one response begins with another.
        """
        check_text_questions(prompts, responses, temperature)
        tree = self._tree(responses)
        out = np.full((len(prompts), len(responses)), -np.inf)
        for rows, contexts in self._contexts(prompts):
            self._descend(tree, rows, contexts, temperature, out)
        return out

    def sample(
        self,
        prompts: Sequence[str],
        responses: Sequence[str],
        *,
        rng: np.random.Generator | int,
        temperature: float = 1.0,
    ) -> list[str]:
        """Generate word by word until a response is complete or the tree is left.

        Raises
        ------
        InvalidInput
            As :meth:`log_probs`.
        """
        check_text_questions(prompts, responses, temperature)
        tree, generator = self._tree(responses), np.random.default_rng(rng)
        drawn = np.full(len(prompts), -1)
        for rows, contexts in self._contexts(prompts):
            drawn[rows] = self._walk(tree, contexts, temperature, generator)
        return [NONSENSE if i < 0 else responses[i] for i in drawn]

    def _tree(self, responses: Sequence[str]) -> ResponseTree:
        # A word never met has no token: the model cannot say it, and its response stays at -inf.
        known = set(self.vocabulary.words)
        split = {i: words_of(response) for i, response in enumerate(responses)}
        number = self.vocabulary.number
        return ResponseTree.of(
            {i: tuple(map(number, words)) for i, words in split.items() if known.issuperset(words)}
        )

    def _contexts(self, prompts: Sequence[str]) -> Iterator[tuple[IntArray, IntArray]]:
        """Yield prompts of equal length, encoded."""
        split = [words_of(prompt) for prompt in prompts]
        lengths = np.array(list(map(len, split)))
        for length in np.unique(lengths):
            rows = np.flatnonzero(lengths == length)
            encoded = self.vocabulary.encode([split[i] for i in rows], complete=False)
            yield rows, encoded.tokens.reshape(len(rows), length + 1).astype(np.int64)

    def _tempered(self, contexts: IntArray, temperature: float) -> FloatArray:
        log_p = self.next_log_probs(contexts)
        if temperature == 1:
            return log_p
        return np.asarray(log_softmax(log_p / temperature, axis=1))

    def _descend(
        self,
        tree: ResponseTree,
        rows: IntArray,
        contexts: IntArray,
        temperature: float,
        out: FloatArray,
    ) -> None:
        widest = max(((leaf < 0).sum() for leaf in tree.leaves), default=1)
        step = max(1, _CELLS_PER_BATCH // (max(1, int(widest)) * self.vocabulary.size))
        for start in range(0, len(rows), step):
            block = contexts[start : start + step]
            nodes, scores = block[:, None, :], np.zeros((len(block), 1))
            levels = zip(tree.parents, tree.tokens, tree.leaves, strict=True)
            for parents, tokens, leaves in levels:
                law = self._tempered(nodes.reshape(-1, nodes.shape[2]), temperature)
                law = law.reshape(len(block), nodes.shape[1], -1)
                scores = scores[:, parents] + law[:, parents, tokens]
                ends, goes_on = leaves >= 0, leaves < 0
                out[np.ix_(rows[start : start + step], leaves[ends])] = scores[:, ends]
                nodes, scores = (
                    _append(nodes[:, parents[goes_on]], tokens[goes_on]),
                    scores[:, goes_on],
                )

    def _walk(
        self,
        tree: ResponseTree,
        contexts: IntArray,
        temperature: float,
        rng: np.random.Generator,
    ) -> IntArray:
        drawn = np.full(len(contexts), -1)
        active, inner = np.arange(len(contexts)), np.zeros(len(contexts), np.int64)
        for parents, tokens, leaves in zip(tree.parents, tree.tokens, tree.leaves, strict=True):
            spoken = self._draw(contexts[active], temperature, rng)
            edge = {(p, t): i for i, (p, t) in enumerate(zip(parents, tokens, strict=True))}
            node = np.array([edge.get(e, -1) for e in zip(inner, spoken, strict=True)], np.int64)
            inside = node >= 0
            contexts = np.hstack([contexts, np.zeros((len(contexts), 1), np.int64)])
            contexts[active, -1] = spoken
            active, node = active[inside], node[inside]
            ends = leaves[node] >= 0
            drawn[active[ends]] = leaves[node[ends]]
            rank = np.cumsum(leaves < 0) - 1
            active, inner = active[~ends], rank[node[~ends]]
            if len(active) == 0:
                break
        return drawn

    def _draw(self, contexts: IntArray, temperature: float, rng: np.random.Generator) -> IntArray:
        step = max(1, _CELLS_PER_BATCH // self.vocabulary.size)
        blocks = (contexts[i : i + step] for i in range(0, len(contexts), step))
        return np.concatenate(
            [draw(np.exp(self._tempered(b, temperature)), rng=rng) for b in blocks]
        )


def _append(contexts: IntArray, tokens: IntArray) -> IntArray:
    last = np.broadcast_to(tokens[None, :, None], (*contexts.shape[:2], 1))
    return np.concatenate([contexts, last], axis=2)
