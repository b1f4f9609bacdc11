"""What every language model here can do: fit on text, weigh responses, sample one.

A response is what a generation begins with: its probability is that of its words after the
prompt. So the plausible responses of a prompt must be told apart by their words (none begins with
another); what is left to 1 is the probability of a text that is no plausible response.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Self

import numpy as np

from theory.arrays import FloatArray
from theory.errors import InvalidInput

NONSENSE = ""
"""What :meth:`LanguageModel.sample` returns for a text that is no plausible response."""


def words_of(text: str) -> list[str]:
    """Split text into words and punctuation marks.

    Examples
    --------
    >>> words_of("Sudok Rima was born on March 7.")
    ['Sudok', 'Rima', 'was', 'born', 'on', 'March', '7', '.']
    """
    return re.findall(r"\w+|[^\w\s]", text)


ROUNDING = 1e-5
"""What single precision may add to the probabilities of all responses of a prompt."""


class WeighedModel(ABC):
    """A base model p_hat(r|c), seen from outside (Sec. 3.2): it can weigh responses."""

    @abstractmethod
    def log_probs(
        self, prompts: Sequence[str], responses: Sequence[str], *, temperature: float = 1.0
    ) -> FloatArray:
        """Return ln p_hat(r|c) of every response to every prompt, shape (C, R), in nats.

        A response that the model cannot utter has -inf.
        """

    def log_prob(self, prompt: str, response: str) -> float:
        """Return ln p_hat(response|prompt) in nats."""
        return float(self.log_probs([prompt], [response])[0, 0])

    def probabilities(
        self, prompts: Sequence[str], responses: Sequence[str], *, temperature: float = 1.0
    ) -> FloatArray:
        """Return p_hat as a world with a nonsense row has it, shape (C, R + 1); rows sum to 1.

        The last column is the probability of a text that is no plausible response.

        Raises
        ------
        InvalidInput
            If the responses of a prompt sum to more than 1 beyond rounding: then one of them
            begins with another, or these are no probabilities.
        """
        given = np.exp(self.log_probs(prompts, responses, temperature=temperature))
        sums = given.sum(axis=1, keepdims=True)
        if not sums.max() <= 1 + ROUNDING:
            raise InvalidInput(
                "the sum of the responses' probabilities", "at most 1", f"{sums.max():g}",
                where=f"prompt {prompts[int(np.argmax(sums))]!r}",
                remedy="responses that begin with each other count twice",
            )  # fmt: skip
        q = np.hstack([given, np.maximum(1 - sums, 0)])
        # Single-precision models miss 1 by about 1e-6; that rounding, and no more, is spread.
        return np.asarray(q / q.sum(axis=1, keepdims=True))


class LanguageModel(WeighedModel):
    """A model that can also be trained here, and speak."""

    @abstractmethod
    def fit(self, documents: Sequence[str]) -> Self:
        """Train on text, one document per string; return the model."""

    @abstractmethod
    def sample(
        self,
        prompts: Sequence[str],
        responses: Sequence[str],
        *,
        rng: np.random.Generator | int,
        temperature: float = 1.0,
    ) -> list[str]:
        """Generate freely after each prompt; return the response it begins with, or NONSENSE."""


def check_text_questions(
    prompts: Sequence[str], responses: Sequence[str], temperature: float
) -> None:
    """Refuse what no model can answer.

    Raises
    ------
    InvalidInput
        If there is no prompt, a prompt has no plausible response, responses repeat, or the
        temperature is not positive.
    """
    if isinstance(prompts, str) or len(prompts) == 0:
        raise InvalidInput("prompts", "a non-empty list of strings", repr(prompts))
    if isinstance(responses, str) or len(responses) == 0:
        raise InvalidInput(
            "responses",
            "a non-empty list of strings",
            repr(responses),
            where=f"prompt {prompts[0]!r}",
            remedy="every prompt needs a plausible response",
        )
    if len(set(responses)) < len(responses):
        raise InvalidInput("responses", "distinct", f"{len(set(responses))} of {len(responses)}")
    if not temperature > 0:
        raise InvalidInput("temperature", "> 0", temperature)


def check_documents(documents: Sequence[str]) -> None:
    """Refuse an empty corpus, a single string, and blank documents.

    Raises
    ------
    InvalidInput
        In any of these cases.
    """
    if isinstance(documents, str) or len(documents) == 0:
        raise InvalidInput("documents", "a non-empty list of strings", repr(documents)[:40])
    for i, document in enumerate(documents):
        if not document.strip():
            raise InvalidInput("a document", "a text", repr(document), where=f"document {i}")


def draw(p: FloatArray, *, rng: np.random.Generator) -> FloatArray:
    """Draw a word for each row of next-word probabilities, shape (rows,)."""
    cumulative = np.cumsum(p, axis=1)
    target = rng.random(len(p))[:, None] * cumulative[:, -1:]
    return np.asarray((cumulative <= target).sum(axis=1))
