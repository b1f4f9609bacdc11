"""The judging task in words: its examples follow D, and a trained judge is measured on them."""

from functools import partial

import numpy as np
import pytest
from scipy.stats import binomtest

from simulations.facts import uniform_law
from simulations.language_models import ARBITRARY, make_biographies
from simulations.language_models.biographies import REGULAR
from simulations.language_models.judge import (
    VERDICTS,
    draw_errors,
    draw_valid,
    iiv_documents,
    judge_error,
    says_valid,
)
from simulations.language_models.logistic import SklearnModel
from theory.reduction import World, iiv_distribution

FALSE_ALARM = 1e-6


@pytest.fixture(scope="module")
def corpus():
    return make_biographies(uniform_law(30), 300, rng=0)


def test_draws_follow_the_is_it_valid_distribution():
    """Half p, half uniform errors, against iiv_distribution row by row (ragged-free world)."""
    world = World(
        p=[0.75, 0.25, 0, 0, 0, 1, 0, 0, 0, 0],
        valid=[True, True, False, False, False] + [True] * 2 + [False] * 3,
        n_responses=[5, 5],
        mu=[0.3, 0.7],
        nonsense=[False] * 4 + [True] + [False] * 4 + [True],
    )
    D, size, rng = iiv_distribution(world), 40_000, np.random.default_rng(1)
    for draw, mask in ((draw_valid, world.valid), (draw_errors, world.errors)):
        prompt, response = draw(world, size, rng=rng)
        counts = np.bincount(5 * prompt + response, minlength=10)
        assert (counts[~mask] == 0).all()
        for row in np.flatnonzero(mask):
            assert binomtest(int(counts[row]), size, float(2 * D[row])).pvalue > FALSE_ALARM


def test_documents_are_half_valid_and_half_errors(corpus):
    questions = corpus.questions(ARBITRARY)
    mine = corpus.attribute == 0
    texts = iiv_documents(questions, corpus.person[mine], corpus.response[mine], rng=0)
    assert len(texts) == 2 * mine.sum()
    verdicts = [text.split()[-1] for text in texts]
    assert verdicts == ["valid"] * int(mine.sum()) + ["wrong"] * int(mine.sum())
    true = {f"{p} {r} is" for p, r in zip(corpus.prompts(ARBITRARY), truths(corpus), strict=True)}
    assert not true & {text.rsplit(" ", 1)[0] for text in texts[int(mine.sum()) :]}


def truths(corpus):
    from simulations.language_models.biographies import DATES

    return [DATES[r] for r in corpus.truth(ARBITRARY)]


@pytest.mark.parametrize("attribute", [ARBITRARY, REGULAR])
def test_a_judge_that_knows_everything_has_error_near_zero(corpus, attribute):
    """A judge trained on every true statement of D makes next to no mistake."""
    questions = corpus.questions(attribute)
    prompt, response = draw_valid(questions.world, 3000, rng=np.random.default_rng(0))
    judge = SklearnModel(VERDICTS).fit(iiv_documents(questions, prompt, response, rng=1))
    error = judge_error(judge, questions, 500, rng=2)
    assert error.low <= error.value <= error.high
    assert error.value < 0.05


def test_a_judge_that_has_learned_nothing_errs_half_the_time(corpus):
    questions = corpus.questions(ARBITRARY)
    judge = SklearnModel(VERDICTS, features="words").fit(["a is valid", "a is wrong"])
    assert not says_valid(judge, ["a is"]).any() or says_valid(judge, ["a is"]).all()
    assert judge_error(judge, questions, 400, rng=0).value == pytest.approx(0.5)


def test_a_judge_may_be_any_function_of_statements(corpus):
    questions = corpus.questions(ARBITRARY)
    judge = SklearnModel(VERDICTS, features="words").fit(["a is valid", "a is wrong"])
    own = partial(says_valid, judge)
    assert judge_error(own, questions, 50, rng=0) == judge_error(judge, questions, 50, rng=0)
    credulous = judge_error(lambda texts: np.ones(len(texts), dtype=bool), questions, 50, rng=0)
    assert credulous.value == 0.5
