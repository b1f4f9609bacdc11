"""The full run behind notebook 09: every language model, one factor at a time, one table.

A part of the study is a function of the :class:`Scale` that yields rows. The n-gram parts take
seconds; the ``"transformer"`` parts need PyTorch and minutes. Recomputed on another machine, n-gram
rows agree within :data:`NGRAM_TOLERANCE` and all rows within :data:`TRAINED_TOLERANCE`, because
training amplifies the last bit of another processor's arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from simulations.facts.prompt_laws import uniform_law, zipf_law
from simulations.language_models.biographies import (
    ATTRIBUTES,
    RESPONSES,
    Biographies,
    make_biographies,
)
from simulations.language_models.interface import LanguageModel
from simulations.language_models.judge import iiv_documents, judge_error
from simulations.language_models.logistic import SklearnModel
from simulations.language_models.measure import measure
from simulations.language_models.ngram import NGramLanguageModel
from simulations.language_models.real_text import Patronymics, king_james
from simulations.language_models.rows import SEED, Row, both_attributes, row
from simulations.language_models.transformer import Transformer, TransformerConfig
from simulations.trials import Columns, stack
from theory.errors import InvalidInput

NGRAM_TOLERANCE, TRAINED_TOLERANCE = 1e-6, 0.05
"""How far a recomputed number may lie from the stored one, absolutely."""
FAMES = {"uniform": 0.0, "zipf 0.5": 0.5, "zipf 1": 1.0, "zipf 1.5": 1.5}
"""Fame laws by name, as Zipf exponents."""
COPIES = (1, 4, 16)
"""How often every second pair of documents stands in the training text."""
TEMPERATURES = (0.25, 0.5, 1.0, 1.5, 2.0)


@dataclass(frozen=True)
class Scale:
    """How large the study is.

    Attributes
    ----------
    people, documents : int
        Of the corpus that factors are varied on.
    run_people, run_documents : int
        Of the corpus of the long run, watched along the way.
    crowd : int
        People of the corpus that is large enough for Theorem 2 to say something.
    clauses : int
        Of real text.
    n_samples : int
        Generations per row.
    base, run : TransformerConfig
        From which one thing at a time is changed; of the long run.
    widths, epochs : tuple of int
        Settings tried.
    """

    people: int = 400
    documents: int = 2000
    run_people: int = 2000
    run_documents: int = 20_000
    crowd: int = 8000
    clauses: int = 52_000
    n_samples: int = 4000
    base: TransformerConfig = field(
        default_factory=lambda: TransformerConfig(d_model=64, epochs=30, batch_size=64)
    )
    run: TransformerConfig = field(default_factory=TransformerConfig)
    widths: tuple[int, ...] = (8, 16, 32, 64)
    epochs: tuple[int, ...] = (5, 15, 30, 60)


FULL = Scale()
REDUCED = Scale(
    people=60,
    documents=300,
    run_people=80,
    run_documents=400,
    crowd=500,
    clauses=20_000,
    n_samples=1000,
    base=TransformerConfig(d_model=16, epochs=4, batch_size=64, warmup_steps=5),
    run=TransformerConfig(d_model=32, epochs=4, batch_size=32, warmup_steps=5),
    widths=(8, 16),
    epochs=(2, 4),
)


def base_corpus(scale: Scale, *, fame: str = "zipf 1", n_phrasings: int = 1) -> Biographies:
    """Return the corpus of biographies that the factors of the study are varied on."""
    law = zipf_law(scale.people, exponent=FAMES[fame])
    return make_biographies(law, scale.documents, n_phrasings=n_phrasings, rng=SEED)


def _crowd_corpus(scale: Scale) -> Biographies:
    """Return a corpus about many people, equally famous, about two documents each."""
    return make_biographies(uniform_law(scale.crowd), 2 * scale.crowd, rng=SEED)


def duplicated(corpus: Biographies, copies: int) -> list[str]:
    """Return the documents of biographies, every second pair of them ``copies`` times."""
    repeats = np.where(np.arange(corpus.n_documents) % 4 < 2, copies, 1)
    return np.repeat(np.array(corpus.documents, dtype=object), repeats).tolist()


def _ngram_rows(scale: Scale) -> Iterator[Row]:
    """n-grams: fame, a crowd, order, phrasings, duplicated documents, temperature."""
    corpora = {("fame", fame): base_corpus(scale, fame=fame) for fame in FAMES}
    corpora["phrasings", "3"] = base_corpus(scale, n_phrasings=3)
    corpora["crowd", str(scale.crowd)] = _crowd_corpus(scale)
    for (factor, setting), corpus in corpora.items():
        model = NGramLanguageModel().fit(corpus.documents)
        yield from _rows(scale, model, corpus, ("n-gram", factor, setting))
    corpus = base_corpus(scale)
    for order in range(2, 8):
        model = NGramLanguageModel(order).fit(corpus.documents)
        yield from _rows(scale, model, corpus, ("n-gram", "order", order))
    for copies in COPIES:
        model = NGramLanguageModel().fit(duplicated(corpus, copies))
        yield from _rows(scale, model, corpus, ("n-gram", "copies", copies))
    model = NGramLanguageModel().fit(corpus.documents)
    for temperature in TEMPERATURES:
        yield from _rows(scale, model, corpus, ("n-gram", "temperature", temperature), temperature)


def _rows(
    scale: Scale,
    model: LanguageModel,
    corpus: Biographies,
    labels: tuple[str, str, float | str],
    temperature: float = 1.0,
) -> list[Row]:
    named = dict(zip(("model", "factor", "setting"), map(str, labels), strict=True))
    return both_attributes(model, corpus, named, n_samples=scale.n_samples, temperature=temperature)


def _real_text_rows(scale: Scale) -> Iterator[Row]:
    """n-grams on the King James Bible: who is the son of whom."""
    text, questions = Patronymics(king_james()).draw(scale.clauses, rng=SEED)
    for order in range(2, 7):
        model = NGramLanguageModel(order).fit(text)
        labels = {"model": "n-gram", "factor": "real text", "setting": str(order)}
        yield row(model, questions, {**labels, "attribute": "father"}, n_samples=scale.n_samples)


def _logistic_rows(scale: Scale) -> Iterator[Row]:
    """Multinomial logistic regression: fame."""
    for fame in FAMES:
        corpus = base_corpus(scale, fame=fame)
        model = SklearnModel(RESPONSES).fit(corpus.documents)
        yield from _rows(scale, model, corpus, ("logistic", "fame", fame))


def _transformer_rows(scale: Scale) -> Iterator[Row]:
    """Transformers: fame, width, epochs, duplicated documents, temperature."""
    corpora = {fame: base_corpus(scale, fame=fame) for fame in FAMES}
    corpus, base = corpora["zipf 1"], scale.base

    @cache
    def trained(config: TransformerConfig, fame: str, copies: int) -> Transformer:
        return Transformer(config).fit(duplicated(corpora[fame], copies))

    for fame, about in corpora.items():
        yield from _rows(scale, trained(base, fame, 1), about, ("transformer", "fame", fame))
    for width in scale.widths:
        model = trained(replace(base, d_model=width), "zipf 1", 1)
        yield from _rows(scale, model, corpus, ("transformer", "width", width))
    for epochs in scale.epochs:
        model = trained(replace(base, epochs=epochs), "zipf 1", 1)
        yield from _rows(scale, model, corpus, ("transformer", "epochs", epochs))
    for copies in COPIES:
        # The same number of steps, so that only the mixture differs.
        epochs = max(1, round(2 * base.epochs / (1 + copies)))
        model = trained(replace(base, epochs=epochs), "zipf 1", copies)
        yield from _rows(scale, model, corpus, ("transformer", "copies", copies))
    for t in TEMPERATURES:
        model = trained(base, "zipf 1", 1)
        yield from _rows(scale, model, corpus, ("transformer", "temperature", t), t)


def _run_rows(scale: Scale) -> Iterator[Row]:
    """The long run: one transformer, watched along its training; ``setting`` is in epochs."""
    law = zipf_law(scale.run_people)
    corpus = make_biographies(law, scale.run_documents, rng=SEED)
    batches = -(-corpus.n_documents // scale.run.batch_size)
    marks = {0, *np.unique(np.geomspace(batches / 8, scale.run.epochs * batches, 14).astype(int))}
    found: list[Row] = []

    def watch(model: Transformer, step: int) -> None:
        if step in marks:
            setting = f"{step / batches:.4g}"
            found.extend(_rows(scale, model, corpus, ("transformer", "run", setting)))

    Transformer(scale.run, progress=True).fit(corpus.documents, watch=watch)
    yield from found


def _judge_rows(scale: Scale) -> Iterator[Row]:
    """The Is-It-Valid judge beside the thresholded language model, the same network."""
    corpus = base_corpus(scale)
    model = Transformer(scale.base).fit(corpus.documents)
    for a, attribute in enumerate(ATTRIBUTES):
        questions, mine = corpus.questions(attribute), corpus.attribute == a
        examples = corpus.person[mine], corpus.response[mine]
        text = iiv_documents(questions, *examples, rng=SEED)
        judge = Transformer(replace(scale.base, loss_on="last word")).fit(text)
        error = judge_error(judge, questions, scale.n_samples, rng=SEED)
        yield {
            "attribute": attribute,
            "judge_error": error.value,
            "judge_error_low": error.low,
            "judge_error_high": error.high,
            "thresholded_err_iiv": measure(model, questions).err_iiv,
        }


PARTS: dict[str, Callable[[Scale], Iterator[Row]]] = {
    "ngram": _ngram_rows,
    "real_text": _real_text_rows,
    "logistic": _logistic_rows,
    "transformer": _transformer_rows,
    "run": _run_rows,
    "judge": _judge_rows,
}
"""Name of each part of the study -> its rows."""


def language_model_table(part: str, scale: Scale) -> Columns:
    """Compute one part of the study as columns.

    Raises
    ------
    InvalidInput
        If there is no such part, or a package that it needs is not installed.
    """
    if part not in PARTS:
        raise InvalidInput("part", f"one of {', '.join(PARTS)}", repr(part))
    return stack(list(PARTS[part](scale)))
