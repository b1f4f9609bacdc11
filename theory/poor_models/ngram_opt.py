r"""n-gram models as classifiers: opt of the whole family, and the pronoun example (Corollary 2).

An n-gram model multiplies one number per (context, token) pair that a response runs through, so
its logarithm is a linear score in the counts of these pairs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from theory.arrays import ArrayLike, FloatArray
from theory.errors import InvalidInput, require_integer
from theory.poor_models.linear import opt_linear
from theory.poor_models.opt import ExactOpt, opt_of_view
from theory.poor_models.vocabulary import BEGIN, END
from theory.reduction.world import World

Pair = tuple[tuple[str, ...], str]

PRONOUN_PROMPTS = (
    ["She", "lost", "it", "and", "was", "completely", "out", "of"],
    ["He", "lost", "it", "and", "was", "completely", "out", "of"],
)
PRONOUN_RESPONSES = (["her", "mind."], ["his", "mind."])


def pronoun_world(mu: ArrayLike | None = None) -> World:
    """Two prompts, two responses, each valid for one prompt only (Corollary 2), in Fractions.

    Parameters
    ----------
    mu : array_like of Fraction, shape (2,), optional
        Prompt distribution; uniform, as in the corollary, if left out.
    """
    p = [Fraction(x) for x in (1, 0, 0, 1)]
    return World(p=p, valid=[x == 1 for x in p], n_responses=[2, 2], mu=mu)


def response_pairs(
    prompts: Sequence[Sequence[str]],
    responses: Sequence[Sequence[Sequence[str]]],
    order: int,
) -> list[Counter[Pair]]:
    """Count the (context, token) pairs that each response runs through after its prompt.

    Parameters
    ----------
    prompts : sequence of lists of words, length C
        The beginnings of sentences.
    responses : sequence of sequences of lists of words, length C
        For each prompt its responses; END follows each.
    order : int
        n >= 1: contexts are the n - 1 tokens before, fewer at the beginning of the sentence.

    Returns
    -------
    list of Counter, length X
        Prompt after prompt.

    Raises
    ------
    InvalidInput
        If the lists do not match, a response or prompt list is empty, or the order is below 1.

    Examples
    --------
    >>> response_pairs([["a"]], [[["b"]]], order=2) == [{(("a",), "b"): 1, (("b",), END): 1}]
    True
    """
    order = require_integer("order", order, at_least=1)
    if len(prompts) != len(responses) or len(prompts) == 0:
        raise InvalidInput(
            "responses", f"a list for each of {len(prompts)} prompts", len(responses)
        )
    counters = []
    for prompt, answers in zip(prompts, responses, strict=True):
        for answer in answers:
            text = [BEGIN, *prompt, *answer, END]
            ends = range(len(prompt) + 1, len(text))
            pairs = ((tuple(text[max(0, i - order + 1) : i]), text[i]) for i in ends)
            counters.append(Counter(pairs))
    return counters


def opt_ngrams(
    world: World,
    prompts: Sequence[Sequence[str]],
    responses: Sequence[Sequence[Sequence[str]]],
    order: int,
) -> ExactOpt:
    r"""opt(G) of all order-n models and thresholds, by exact search (Sec. 3.3.2, App. C).

    .. math:: \hat p_\theta(r|c) = \prod_i \theta(r_i \mid \text{last } n - 1 \text{ tokens})

    Parameters
    ----------
    world : World
        C prompts, X examples.
    prompts, responses
        As in :func:`response_pairs`.
    order : int
        n >= 1.

    Returns
    -------
    ExactOpt
        Over all nonnegative theta with sums at most 1 (words outside the world may take the
        rest). ``member`` are the values of log theta, up to a positive factor.

    Raises
    ------
    InvalidInput
        If the world and the lists do not match.

    Notes
    -----
    The logarithm of the model is a linear score with weights log theta <= 0. Multiplying all
    weights and the threshold by a large factor changes no decision and makes every sum of theta
    as small as one likes, so the signs are the only constraint that is left.
    """
    counters = _matched(world, prompts, responses, order)
    return opt_linear(world, _table(counters), falling=True)


def opt_ngrams_below(
    world: World,
    prompts: Sequence[Sequence[str]],
    responses: Sequence[Sequence[Sequence[str]]],
    order: int,
) -> ExactOpt:
    """Bound opt of n-gram models from below: the opt of all classifiers that see the same pairs.

    No integer program, any size: it serves wherever a lower bound on opt(G) will do.

    Raises
    ------
    InvalidInput
        If the world and the lists do not match.
    """
    counters = _matched(world, prompts, responses, order)
    return opt_of_view(world, [frozenset(c.items()) for c in counters])


def _matched(
    world: World,
    prompts: Sequence[Sequence[str]],
    responses: Sequence[Sequence[Sequence[str]]],
    order: int,
) -> list[Counter[Pair]]:
    sizes = [len(answers) for answers in responses]
    if sizes != world.n_responses.tolist():
        raise InvalidInput(
            "responses", f"as many as the world has, {world.n_responses.tolist()}", sizes
        )
    return response_pairs(prompts, responses, order)


def _table(counters: list[Counter[Pair]]) -> FloatArray:
    number = {pair: i for i, pair in enumerate(dict.fromkeys(p for c in counters for p in c))}
    table = np.zeros((len(counters), len(number)))
    for row, counter in zip(table, counters, strict=True):
        for pair, count in counter.items():
            row[number[pair]] = count
    return table
