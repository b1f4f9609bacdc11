"""One row of the language-model study: a model asked about one attribute, checked, flat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from simulations.language_models.biographies import ARBITRARY, ATTRIBUTES, Biographies
from simulations.language_models.interface import LanguageModel
from simulations.language_models.measure import Questions, TextMeasurement, measure, sample_error
from theory.facts import CountsOfCounts, best_lower, theorem_2_lower
from theory.intervals import Estimate

Row = dict[str, float | str]
SEED = 2025
"""Of every corpus and every sampled error in the study."""
SAMPLE_CONFIDENCE = 0.9999
"""Of the exact binomial interval around a sampled error."""
ROUNDING = 1e-6
"""What Theorem 1 is allowed for floating point: rows of probabilities are rescaled to sum to 1."""


def row(
    model: LanguageModel,
    questions: Questions,
    labels: Mapping[str, float | str],
    *,
    n_samples: int,
    temperature: float = 1.0,
    arbitrary: bool = False,
) -> Row:
    """Measure one model on one attribute: exactly, by sampling, and with the bounds.

    Parameters
    ----------
    model : LanguageModel
        Fitted.
    questions : Questions
        What it is asked.
    labels : mapping
        First columns of the row.
    n_samples : int
        Generations for the sampled error.
    temperature : float
        Of the model.
    arbitrary : bool
        Whether Theorem 2 applies; otherwise its columns are nan.

    Raises
    ------
    ArithmeticError
        If err lies below Theorem 1's bound, or the sampled error disagrees with the exact one:
        nothing of the kind is ever stored.
    """
    found = measure(model, questions, temperature=temperature)
    sampled = sample_error(
        model,
        questions,
        n_samples,
        rng=SEED,
        temperature=temperature,
        confidence_level=SAMPLE_CONFIDENCE,
    )
    check(found, sampled, labels)
    return {
        **labels,
        **asdict(found),
        **_floors(questions, found.delta if arbitrary else None),
        "err_sampled": sampled.value,
        "err_sampled_low": sampled.low,
        "err_sampled_high": sampled.high,
        "n_documents": questions.sample.n_samples,
    }


def check(found: TextMeasurement, sampled: Estimate, labels: Mapping[str, float | str]) -> None:
    """Refuse a row of a language model's numbers that contradict Theorem 1 or each other.

    Raises
    ------
    ArithmeticError
        In either case.
    """
    if found.err < found.bound - ROUNDING:
        raise ArithmeticError(f"err lies below Theorem 1's bound: {dict(labels)}, {found}")
    if not sampled.covers(found.err):
        raise ArithmeticError(f"sampled and exact err disagree: {dict(labels)}, {found}, {sampled}")


def _floors(questions: Questions, delta: float | None) -> Row:
    if delta is None:
        return {"theorem_2": float("nan"), "best": float("nan")}
    sample = questions.sample
    counts, K = CountsOfCounts.of_sample(sample), sample.world.min_errors
    best = best_lower(counts, min_errors=K, delta=delta)
    paper = theorem_2_lower(counts.singleton_rate, counts.n_samples, min_errors=K, delta=delta)
    return {"theorem_2": paper.bound, "best": best.bound}


def both_attributes(
    model: LanguageModel,
    corpus: Biographies,
    labels: Mapping[str, float | str],
    *,
    n_samples: int,
    temperature: float = 1.0,
) -> list[Row]:
    """Return the rows of the arbitrary and of the regular attribute."""
    return [
        row(
            model,
            corpus.questions(attribute),
            {**labels, "attribute": attribute},
            n_samples=n_samples,
            temperature=temperature,
            arbitrary=attribute == ARBITRARY,
        )
        for attribute in ATTRIBUTES
    ]
