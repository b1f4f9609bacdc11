"""An n-gram model as a language model: smoothed counts behind the common interface (App. C)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Self

import numpy as np

from simulations.language_models.interface import check_documents, words_of
from simulations.language_models.token_models import UNKNOWN, TokenModel
from theory.arrays import FloatArray, IntArray
from theory.errors import require_integer
from theory.poor_models import (
    NGramCounts,
    NGramModel,
    Sentences,
    Vocabulary,
    count_ngrams,
    fit_kneser_ney,
)


class NGramLanguageModel(TokenModel):
    """Counts of words, smoothed.

    Parameters
    ----------
    order : int
        A word is predicted from the order - 1 words before it. A birthday in the first phrasing
        of the biographies needs order 7; with less, the surname is out of sight
        and the model is a poor one.
    smoothing : callable
        One of :mod:`theory.poor_models.ngram_fits`, or any function from counts to a model.

    Raises
    ------
    InvalidInput
        If ``order`` is not a whole number >= 1.
    """

    def __init__(
        self, order: int = 7, smoothing: Callable[[NGramCounts], NGramModel] = fit_kneser_ney
    ) -> None:
        self._order = require_integer("order", order, at_least=1)
        self._smoothing = smoothing

    def fit(self, documents: Sequence[str]) -> Self:
        """Count and smooth.

        Raises
        ------
        InvalidInput
            If there is no document or one is blank.
        """
        check_documents(documents)
        sentences = [words_of(document) for document in documents]
        self.vocabulary = Vocabulary.of(sentences, unknown=UNKNOWN)
        counts = count_ngrams(self.vocabulary.encode(sentences), self._order)
        self._model = self._smoothing(counts)
        return self

    def next_log_probs(self, contexts: IntArray) -> FloatArray:
        """Return ln p(next token | context), shape (B, vocabulary.n_outcomes)."""
        starts = np.arange(len(contexts)) * contexts.shape[1]
        tokens = contexts.astype(np.int32).ravel()
        states = self._model.states(Sentences(tokens, starts, self.vocabulary))
        with np.errstate(divide="ignore"):  # unsmoothed models have zeros
            return np.asarray(np.log(self._model.next_token(states)))
