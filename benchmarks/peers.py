"""How people do it today: the loops and dictionaries of public code on the topic, written afresh.

Fair on purpose: each uses the idioms its libraries recommend, does nothing twice, and returns the
same numbers as ours (``tests/test_peers.py``). None of them is used outside the benchmarks.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import pandas as pd

BEGIN, END = "<s>", "</s>"
Terms = tuple[float, float, float]
"""err, err_iiv, delta."""


def training_counts(weights: Sequence[float], n_samples: int, seed: int) -> Counter[int]:
    """Draw training prompts with ``random.choices`` and count them with ``Counter``."""
    generator = random.Random(seed)
    return Counter(generator.choices(range(len(weights)), weights=weights, k=n_samples))


def singleton_rate_by_loop(counts: Counter[int], n_samples: int) -> float:
    """Count the prompts that were drawn once."""
    return sum(1 for count in counts.values() if count == 1) / n_samples


def singleton_rate_by_groupby(frame: pd.DataFrame) -> float:
    """Count the prompts that occur once in a pandas column ``prompt``."""
    counts = frame.groupby("prompt", sort=False).size()
    return float((counts == 1).sum() / len(frame))


def missing_mass_by_loop(weights: Sequence[float], counts: Counter[int]) -> float:
    """Add the probabilities of the prompts that were never drawn."""
    return sum(weight for prompt, weight in enumerate(weights) if prompt not in counts)


def theorem_1_by_loop(
    prompts: Iterable[int],
    valid: Sequence[bool],
    p: Sequence[float],
    q: Sequence[float],
) -> Terms:
    """Err, err_iiv and delta of Theorem 1, row by row, prompts equally likely."""
    rows: dict[int, list[tuple[bool, float, float]]] = defaultdict(list)
    for prompt, is_valid, p_x, q_x in zip(prompts, valid, p, q, strict=True):
        rows[prompt].append((is_valid, p_x, q_x))
    n_errors = {prompt: sum(not v for v, _, _ in of_prompt) for prompt, of_prompt in rows.items()}
    threshold = 1 / min(n_errors.values())
    err = iiv = gap = 0.0
    for prompt, of_prompt in rows.items():
        for is_valid, p_x, q_x in of_prompt:
            above = q_x > threshold
            if not is_valid:
                err += q_x
                iiv += above / (2 * n_errors[prompt])
            elif not above:
                iiv += p_x / 2
            if above:
                gap += q_x - p_x
    return err / len(rows), iiv / len(rows), abs(gap) / len(rows)


def theorem_1_by_groupby(frame: pd.DataFrame) -> Terms:
    """Err, err_iiv and delta of Theorem 1 from columns ``prompt, valid, p, q`` with pandas."""
    n_errors = (~frame["valid"]).groupby(frame["prompt"], sort=False).sum()
    above = frame["q"] > 1 / n_errors.min()
    is_error = ~frame["valid"]
    share = 1 / frame["prompt"].map(n_errors)
    iiv = (above & is_error) * share / 2 + (~above & frame["valid"]) * frame["p"] / 2
    columns = pd.DataFrame(
        {"err": frame["q"] * is_error, "iiv": iiv, "gap": (frame["q"] - frame["p"]) * above}
    )
    means = columns.groupby(frame["prompt"], sort=False).sum().mean()
    return float(means["err"]), float(means["iiv"]), abs(float(means["gap"]))


class MarkovChain:
    """An order-n Markov chain in nested dictionaries: context to next word to count."""

    def __init__(self, order: int) -> None:
        self.order = order
        self.counts: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)

    def fit(self, sentences: Iterable[Sequence[str]]) -> MarkovChain:
        """Count what follows each context of ``order`` words."""
        for sentence in sentences:
            words = [BEGIN] * self.order + list(sentence) + [END]
            for i in range(self.order, len(words)):
                self.counts[tuple(words[i - self.order : i])][words[i]] += 1
        return self

    def generate(self, n_sentences: int, seed: int) -> list[list[str]]:
        """Sample sentences word by word with ``random.choices``."""
        generator = random.Random(seed)
        menus = {c: (list(n), list(n.values())) for c, n in self.counts.items()}
        sentences = []
        for _ in range(n_sentences):
            words = [BEGIN] * self.order
            while words[-1] != END:
                names, weights = menus[tuple(words[len(words) - self.order :])]
                words += generator.choices(names, weights)
            sentences.append(words[self.order : -1])
        return sentences

    def log_probabilities(self, sentences: Iterable[Sequence[str]]) -> list[float]:
        """Return ln p of each sentence, in nats; -inf if it cannot be generated."""
        totals = {context: sum(counts.values()) for context, counts in self.counts.items()}
        return [self._log_probability(sentence, totals) for sentence in sentences]

    def _log_probability(
        self, sentence: Sequence[str], totals: dict[tuple[str, ...], int]
    ) -> float:
        words = [BEGIN] * self.order + list(sentence) + [END]
        total = 0.0
        for i in range(self.order, len(words)):
            context = tuple(words[i - self.order : i])
            count = self.counts[context][words[i]] if context in totals else 0
            if count == 0:
                return -math.inf
            total += math.log(count / totals[context])
        return total


def nltk_model(sentences: list[list[str]], order: int):
    """Fit ``nltk.lm.MLE`` as its documentation shows."""
    from nltk.lm import MLE
    from nltk.lm.preprocessing import padded_everygram_pipeline

    ngrams, vocabulary = padded_everygram_pipeline(order, sentences)
    model = MLE(order)
    model.fit(ngrams, vocabulary)
    return model


def confidence_scores_by_loop(
    correct: Iterable[bool], confidence: Iterable[float], targets: Sequence[float]
) -> list[float]:
    """Mean score at each confidence target: +1, 0, -t/(1 - t), answering iff confidence > t."""
    rows = list(zip(correct, confidence, strict=True))
    scores = []
    for t in targets:
        points = [0.0 if c <= t else (1.0 if right else -t / (1 - t)) for right, c in rows]
        scores.append(sum(points) / len(points))
    return scores
