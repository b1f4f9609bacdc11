"""GPT-2 configurations of two sizes on biographies, watched along their training.

The same weights can be written to a folder with a list of their facts, for the three commands
``facts``, ``lm_eval`` and ``check``; a slow test shows that both ways give the same numbers.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from simulations.confidence_targets.question_means import QuestionMeans
from simulations.facts.prompt_laws import zipf_law
from simulations.language_models.biographies import (
    ATTRIBUTES,
    DATES,
    Biographies,
    make_biographies,
)
from simulations.language_models.measure import Questions, measured, probabilities
from simulations.language_models.rows import SEED, Row
from simulations.language_models.weights.gpt2 import GPT2Setting, save, train_gpt2
from simulations.language_models.weights.hugging_face import HuggingFaceModel
from simulations.whole_files import replaced
from theory.reduction.split import split_at

CONFIDENCE_LEVEL = 0.95
FACTS = "facts.csv"
"""Name of the list of facts beside a folder of weights."""


@dataclass(frozen=True)
class WeightsScale:
    """How large the study of GPT-2 configurations is.

    Attributes
    ----------
    people, documents : int
        Of the corpus.
    sizes : tuple of GPT2Setting
        Configurations, the smallest first.
    marks : tuple of int
        Epochs after which the model is measured.
    """

    people: int = 30
    documents: int = 200
    sizes: tuple[GPT2Setting, ...] = field(
        default_factory=lambda: (
            GPT2Setting(d_model=128, n_layers=5, epochs=32, batch_size=16),
            GPT2Setting(d_model=192, n_layers=5, epochs=32, batch_size=16),
        )
    )
    marks: tuple[int, ...] = (0, 2, 4, 8, 16, 32)

    def corpus(self) -> Biographies:
        """Return the biographies that all sizes are trained on."""
        return make_biographies(zipf_law(self.people), self.documents, rng=SEED)


def weights_rows(scale: WeightsScale) -> Iterator[Row]:
    """Yield a row for each size, mark and attribute."""
    corpus = scale.corpus()
    for setting in scale.sizes:
        found: list[Row] = []

        def watch(model: HuggingFaceModel, epoch: int, found: list[Row] = found) -> None:
            if epoch in scale.marks:
                labels = {"weights": model.model.num_parameters(), "epoch": epoch}
                for attribute in ATTRIBUTES:
                    named = {**labels, "attribute": attribute}
                    found.append(weights_row(model, corpus.questions(attribute), named))

        train_gpt2(corpus.documents, setting, watch=watch)
        yield from found


def weights_row(model: HuggingFaceModel, questions: Questions, labels: Row) -> Row:
    """Measure one model on one attribute; err and its bound with intervals over questions.

    Raises
    ------
    ArithmeticError
        If err lies below Theorem 1's bound.
    """
    q = probabilities(model, questions)
    found = measured(q, questions)
    if found.err < found.bound - 1e-6:
        raise ArithmeticError(f"err lies below Theorem 1's bound: {labels}, {found}")
    world = questions.world
    split, means = split_at(world, q.ravel()), QuestionMeans(world.mu, CONFIDENCE_LEVEL)
    err, bound = means.err(split), means.bound(split, world.max_valid / world.min_errors)
    ends = {"err": err, "bound": bound}
    return {
        **labels,
        **asdict(found),
        **{f"{name}_low": e.low for name, e in ends.items()},
        **{f"{name}_high": e.high for name, e in ends.items()},
    }


def write_weights(folder: Path, scale: WeightsScale) -> list[Path]:
    """Train the smallest size and write its folder, and the list of its facts.

    Returns
    -------
    list of Path
        The folder of weights and the list, which ``hallucination-theory facts`` reads.
    """
    corpus, setting = scale.corpus(), scale.sizes[0]
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / f"gpt2-{setting.d_model}"
    save(train_gpt2(corpus.documents, setting), home)
    write_facts(folder / FACTS, corpus)
    return [home, folder / FACTS]


def write_facts(path: Path, corpus: Biographies) -> None:
    """Write the facts that the GPT-2 of the study learns: all other dates are wrong answers."""
    with replaced(path) as (partial,), partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ("question", "relation", "answer", "wrong", "weight", "count", "answer_prob")
        )
        for attribute in ATTRIBUTES:
            asked = corpus.questions(attribute)
            columns = (asked.wordings[0], corpus.truth(attribute), corpus.fame, asked.answered)
            for prompt, right, weight, count in zip(*columns, strict=True):
                wrong = "|".join(date for i, date in enumerate(DATES) if i != right)
                alpha = corpus.answer_prob[0]
                writer.writerow(
                    (prompt, attribute, DATES[right], wrong, repr(float(weight)), count, alpha)
                )


WEIGHTS_FULL = WeightsScale()
WEIGHTS_REDUCED = WeightsScale(
    people=8,
    documents=60,
    sizes=(GPT2Setting(64, 2, 2, epochs=20, batch_size=8, learning_rate=3e-3),),
    marks=(0, 20),
)
