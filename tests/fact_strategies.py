"""Hypothesis strategies for small exact fact worlds, their samples and their models."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from theory import FactSample, FactWorld
from theory.fact_models import FactModel


def fractions(weights):
    total = sum(weights)
    return [Fraction(w, total) for w in weights]


@st.composite
def fact_worlds(draw, max_classes=3, max_prompts=3):
    """1 to 3 classes of 1 to 3 prompts, 2 to 6 responses, any answer probability."""
    n = draw(st.integers(1, max_classes))
    weights = draw(st.lists(st.integers(0, 6), min_size=n, max_size=n).filter(lambda w: sum(w) > 0))
    alphas = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    sizes = draw(st.lists(st.integers(2, 6), min_size=n, max_size=n))
    prompts = draw(st.lists(st.integers(1, max_prompts), min_size=n, max_size=n))
    return FactWorld(fractions(weights), sizes, [Fraction(a, 4) for a in alphas], prompts)


@st.composite
def fact_samples(draw):
    """Any counts on a world given prompt by prompt: statements about q need no likely sample."""
    world = draw(fact_worlds()).by_prompt()
    counts = draw(st.lists(st.integers(0, 3), min_size=world.n_classes, max_size=world.n_classes))
    idle = draw(st.integers(0, 3))
    return FactSample.of_prompts(world, max(1, sum(counts) + idle), counts)


@st.composite
def fact_models(draw):
    """Any masses on answer, IDK, favoured and other errors."""
    sample = draw(fact_samples())
    n_errors = sample.world.n_errors
    columns = {"answer": [], "idk": [], "favoured": [], "other": []}
    n_favoured = np.array([draw(st.integers(0, int(n))) for n in n_errors])
    for n, m in zip(n_errors, n_favoured, strict=True):
        weights = draw(st.tuples(*[st.integers(0, 5)] * 4).filter(lambda w: sum(w[:2]) > 0))
        a, i, f, o = weights
        whole = a + i + f * int(m) + o * int(n - m)
        for name, w in zip(columns, (a, i, f, o), strict=True):
            columns[name].append(Fraction(w, whole))
    as_array = {k: np.array([*v, None], dtype=object)[:-1] for k, v in columns.items()}
    return FactModel(
        world=sample.world,
        fact_class=sample.fact_class,
        n_prompts=sample.n_prompts,
        on_answer=as_array["answer"],
        on_idk=as_array["idk"],
        on_favoured=as_array["favoured"],
        n_favoured=n_favoured,
        on_other=as_array["other"],
    )
