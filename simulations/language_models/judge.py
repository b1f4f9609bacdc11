"""Judging as a task of its own: Is-It-Valid put in words, for any language model (Fig. 1).

A document of the judging task is a statement and its verdict, ``Sudok Rima was born on March 7
is valid``; half are training statements, half random errors, as under D (Sec. 3.1). A model
trained on them is asked for the verdict of fresh statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

import numpy as np

from simulations.language_models.interface import LanguageModel
from simulations.language_models.measure import Questions
from theory.arrays import BoolArray, IntArray
from theory.errors import require_integer
from theory.intervals import Estimate
from theory.reduction import World, estimate_iiv_error

VERDICTS = ("valid", "wrong")


class Judge(Protocol):
    """A judge of one's own, whatever it is made of."""

    def __call__(self, statements: Sequence[str], /) -> BoolArray:
        """Return which statements it finds valid."""


def _in_words(
    questions: Questions, prompt: IntArray, response: IntArray, *, rng: np.random.Generator
) -> list[str]:
    """Put examples (c, r) in words, each in a random phrasing; they end with "is"."""
    wording = rng.integers(len(questions.wordings), size=len(prompt))
    return [
        f"{questions.wordings[w][c]} {questions.responses[r]} is"
        for w, c, r in zip(wording, prompt, response, strict=True)
    ]


def draw_valid(world: World, size: int, *, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Draw valid examples for a language model to judge: c ~ mu, r ~ p(.|c)."""
    prompt = rng.choice(world.n_prompts, size=size, p=world.mu)
    cumulative = np.cumsum(world.p.reshape(world.n_prompts, -1), axis=1)
    response = (cumulative[prompt] <= rng.random((size, 1)) * cumulative[prompt, -1:]).sum(axis=1)
    return prompt, response


def draw_errors(world: World, size: int, *, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Draw errors for a language model to judge, as D does: c ~ mu, r uniform on E_c."""
    prompt = rng.choice(world.n_prompts, size=size, p=world.mu)
    is_error = world.errors.reshape(world.n_prompts, -1)
    rank = rng.integers(world.n_errors[prompt])
    response = (np.cumsum(is_error, axis=1)[prompt] <= rank[:, None]).sum(axis=1)
    return prompt, response


def iiv_documents(
    questions: Questions,
    prompt: IntArray,
    response: IntArray,
    *,
    rng: np.random.Generator | int,
) -> list[str]:
    """Return the training text of the judge: the given valid examples and as many errors.

    Parameters
    ----------
    questions : Questions
        The world and its words.
    prompt, response : ndarray of int, shape (N,)
        The valid examples that the language model was trained on, too.
    rng : numpy Generator or int
        Source of the errors and of phrasings.
    """
    generator = np.random.default_rng(rng)
    valid = _in_words(questions, prompt, response, rng=generator)
    errors = draw_errors(questions.world, len(prompt), rng=generator)
    wrong = _in_words(questions, *errors, rng=generator)
    return [f"{text} {VERDICTS[0]}" for text in valid] + [f"{t} {VERDICTS[1]}" for t in wrong]


def says_valid(judge: LanguageModel, texts: Sequence[str]) -> BoolArray:
    """Return whether a language model finds each statement more likely valid than wrong."""
    valid, wrong = judge.log_probs(texts, VERDICTS).T
    return np.asarray(valid > wrong)


def judge_error(
    judge: LanguageModel | Judge,
    questions: Questions,
    n_samples: int,
    *,
    rng: np.random.Generator | int,
    confidence_level: float = 0.99,
) -> Estimate:
    r"""Misclassification rate of a trained judge on fresh examples of D (Sec. 3.1).

    .. math:: \Pr_{x \sim D}[f_{\mathrm{judge}}(x) \ne f(x)]

    Parameters
    ----------
    judge : LanguageModel or callable
        Trained on :func:`iiv_documents`; or ``(statements) -> array of bool``, valid or not.
    questions : Questions
        The world and its words.
    n_samples : int
        How many valid examples, and how many errors, at least 1.
    rng : numpy Generator or int
        Source of the examples.
    confidence_level : float
        Of the exact binomial interval, in (0, 1).

    Raises
    ------
    InvalidInput
        If a number is out of range.
    """
    require_integer("n_samples", n_samples, at_least=1)
    generator = np.random.default_rng(rng)
    verdicts = partial(says_valid, judge) if isinstance(judge, LanguageModel) else judge
    called_valid = [
        verdicts(
            _in_words(
                questions, *draw_examples(questions.world, n_samples, rng=generator), rng=generator
            )
        )
        for draw_examples in (draw_valid, draw_errors)
    ]
    return estimate_iiv_error(*called_valid, confidence_level=confidence_level)
