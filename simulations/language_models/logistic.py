"""A scikit-learn classifier as a language model: prompt features in, a response out.

With ``features="words"`` the score of a response adds up over the words of the prompt, so a
birthday must be squeezed into a sum over surname and first name, each shared by many people: a
poor model once people are many (Sec. 3.3.2). With ``"pairs"`` pairs of words and the whole prompt
are features too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import combinations
from typing import Any, Self

import numpy as np
from scipy.special import log_softmax

from simulations.language_models.interface import (
    NONSENSE,
    LanguageModel,
    check_documents,
    check_text_questions,
    draw,
    words_of,
)
from theory.arrays import FloatArray
from theory.errors import InvalidInput

FEATURES = ("words", "pairs")


class SklearnModel(LanguageModel):
    """Multinomial logistic regression, or any classifier with ``predict_proba``.

    Parameters
    ----------
    responses : sequence of str
        What may follow a prompt; a document is a prompt, one of these, and a full stop.
    features : str
        ``"words"`` or ``"pairs"``.
    classifier : scikit-learn classifier, optional
        Default: logistic regression with weak regularisation. ``MLPClassifier()`` is a small
        network.

    Raises
    ------
    InvalidInput
        If ``responses`` is empty or ``features`` is unknown.
    """

    def __init__(
        self, responses: Sequence[str], *, features: str = "pairs", classifier: Any = None
    ) -> None:
        if features not in FEATURES:
            raise InvalidInput("features", f"one of {', '.join(FEATURES)}", repr(features))
        if not responses:
            raise InvalidInput("responses", "non-empty", repr(responses))
        self._responses = {tuple(words_of(r)): r for r in responses}
        self._longest = max(map(len, self._responses))
        self._features = features
        self._classifier = classifier

    def fit(self, documents: Sequence[str]) -> Self:
        """Train on documents, each a prompt, one of the responses and a full stop.

        Raises
        ------
        InvalidInput
            If a document is something else.
        """
        from sklearn.feature_extraction.text import CountVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        check_documents(documents)
        prompts, responses = zip(*map(self._parsed, documents, range(len(documents))), strict=True)
        vectorizer = CountVectorizer(analyzer=partial(features_of, kind=self._features))
        classifier = self._classifier or LogisticRegression(C=100.0, max_iter=2000, tol=1e-3)
        self._pipeline = make_pipeline(vectorizer, classifier).fit(prompts, responses)
        return self

    def log_probs(
        self, prompts: Sequence[str], responses: Sequence[str], *, temperature: float = 1.0
    ) -> FloatArray:
        """Return ln p_hat(r|c), shape (C, R); -inf for a response never seen in training.

        Raises
        ------
        InvalidInput
            If there is no prompt, or no response to it.
        """
        check_text_questions(prompts, responses, temperature)
        known = {response: i for i, response in enumerate(self._pipeline.classes_)}
        spoken = [i for i, response in enumerate(responses) if response in known]
        out = np.full((len(prompts), len(responses)), -np.inf)
        columns = [known[responses[i]] for i in spoken]
        out[:, spoken] = self._law(prompts, temperature)[:, columns]
        return out

    def sample(
        self,
        prompts: Sequence[str],
        responses: Sequence[str],
        *,
        rng: np.random.Generator | int,
        temperature: float = 1.0,
    ) -> list[str]:
        """Draw a response to each prompt.

        Raises
        ------
        InvalidInput
            As :meth:`log_probs`.
        """
        check_text_questions(prompts, responses, temperature)
        law = np.exp(self._law(prompts, temperature))
        drawn = self._pipeline.classes_[draw(law, rng=np.random.default_rng(rng))]
        plausible = set(responses)
        return [r if r in plausible else NONSENSE for r in drawn.tolist()]

    def _law(self, prompts: Sequence[str], temperature: float) -> FloatArray:
        with np.errstate(divide="ignore"):  # a probability may round to 0
            scaled = np.log(self._pipeline.predict_proba(list(prompts))) / temperature
        return np.asarray(log_softmax(scaled, axis=1))

    def _parsed(self, document: str, position: int) -> tuple[str, str]:
        words = words_of(document)
        words = words[:-1] if words[-1] == "." else words
        for length in range(self._longest, 0, -1):
            if len(words) > length and tuple(words[-length:]) in self._responses:
                return " ".join(words[:-length]), self._responses[tuple(words[-length:])]
        raise InvalidInput(
            "a document",
            "a prompt followed by one of the responses and a full stop",
            repr(document),
            where=f"document {position}",
        )


def features_of(prompt: str, *, kind: str) -> list[str]:
    """Return the features of a prompt: its words; for ``"pairs"`` also pairs and the whole.

    Examples
    --------
    >>> features_of("b a c", kind="pairs")
    ['a', 'b', 'c', 'a b', 'a c', 'b c', 'b a c']
    """
    words = words_of(prompt)
    distinct = sorted(set(words))
    if kind == "words":
        return distinct
    return [*distinct, *map(" ".join, combinations(distinct, 2)), " ".join(words)]
