"""Hypothesis strategies for small exact fact worlds, their samples, models and corpora (Def. 1-2).

Needs the extra ``testing``. Imported through :mod:`theory.testing.strategies`.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from theory.arrays import as_numbers
from theory.facts.models import FactModel
from theory.facts.samples import FactSample
from theory.facts.world import FactWorld

Document = tuple[str, str]
"""(prompt, response)."""


def _shares(weights: list[int]) -> list[Fraction]:
    return [Fraction(w, sum(weights)) for w in weights]


@st.composite
def fact_worlds(draw: st.DrawFn, max_classes: int = 3, max_prompts: int = 3) -> FactWorld:
    """1 to 3 classes of 1 to 3 prompts, 2 to 6 responses, any answer probability."""
    n = draw(st.integers(1, max_classes))
    weights = draw(st.lists(st.integers(0, 6), min_size=n, max_size=n).filter(lambda w: sum(w) > 0))
    alphas = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    sizes = draw(st.lists(st.integers(2, 6), min_size=n, max_size=n))
    prompts = draw(st.lists(st.integers(1, max_prompts), min_size=n, max_size=n))
    return FactWorld(_shares(weights), sizes, [Fraction(a, 4) for a in alphas], prompts)


@st.composite
def fact_samples(draw: st.DrawFn) -> FactSample:
    """Any counts on a world given prompt by prompt: statements about q need no likely sample."""
    world = draw(fact_worlds()).by_prompt()
    counts = draw(st.lists(st.integers(0, 3), min_size=world.n_classes, max_size=world.n_classes))
    idle = draw(st.integers(0, 3))
    return FactSample.of_prompts(world, max(1, sum(counts) + idle), counts)


@st.composite
def fact_models(draw: st.DrawFn) -> FactModel:
    """Hypothesis strategy: any masses on answer, IDK, favoured and other errors."""
    sample = draw(fact_samples())
    n_errors = sample.world.n_errors
    n_favoured = np.array([draw(st.integers(0, int(n))) for n in n_errors])
    rows: list[tuple[Fraction, ...]] = []
    for n, m in zip(n_errors.tolist(), n_favoured.tolist(), strict=True):
        weights = draw(st.tuples(*[st.integers(0, 5)] * 4).filter(lambda w: sum(w[:2]) > 0))
        a, i, f, o = weights
        whole = a + i + f * m + o * (n - m)
        rows.append(tuple(Fraction(w, whole) for w in weights))
    answer, idk, favoured, other = (
        as_numbers("masses", column) for column in zip(*rows, strict=True)
    )
    return FactModel(
        world=sample.world,
        fact_class=sample.fact_class,
        n_prompts=sample.n_prompts,
        on_answer=answer,
        on_idk=idk,
        on_favoured=favoured,
        n_favoured=n_favoured,
        on_other=other,
    )


def corpora(
    *, max_prompts: int = 5, max_documents: int = 12, abstention: str = "IDK"
) -> st.SearchStrategy[list[Document]]:
    """Hypothesis strategy: corpora of (prompt, response) facts, one answer a prompt, some IDK."""
    prompts = st.integers(0, max_prompts - 1)
    answered = prompts.map(lambda c: (f"prompt {c}", f"answer {c}"))
    abstained = prompts.map(lambda c: (f"prompt {c}", abstention))
    return st.lists(answered | answered | abstained, min_size=1, max_size=max_documents)


def sentences(
    *, alphabet: str = "abc", max_tokens: int = 6, max_sentences: int = 8
) -> st.SearchStrategy[list[list[str]]]:
    """Hypothesis strategy: token sequences for n-gram models; empty sentences included."""
    tokens = st.lists(st.sampled_from(alphabet), max_size=max_tokens)
    return st.lists(tokens, min_size=1, max_size=max_sentences)
