"""The experiments of notebook 04: the frontier, its bounds, monofacts and upweighting."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from simulations.trade_off.markov import MarkovModel, string_keys
from simulations.trade_off.monofacts import (
    careless_miscalibration,
    monofact_trial,
    pareto_facts,
    upweight,
)
from simulations.trials import Columns, spawned, stack
from theory.arrays import FloatArray
from theory.facts import FactSample, FactWorld
from theory.reduction import World, calibration_delta, generative_error, tight_world
from theory.trade_off import (
    abstaining_frontier,
    facts_prospect,
    known_world,
    table_and_calculator,
    trade_off_frontier,
)


def facts_frontier_study(delta: Sequence[float]) -> tuple[Columns, FloatArray]:
    """Least err for each delta: two facts with five answers each, one of them never seen.

    Returns
    -------
    columns : dict of str to ndarray, shape (T,)
        ``delta``, ``err`` (mixed-integer program), ``closed_form``, ``x5_bound``
        (MM (1 - 1/R) - delta) and ``theorem_1_bound``.
    models : ndarray, shape (T, 12)
        The model of each point: per prompt five answers, then IDK.
    """
    world = FactWorld(mu=[0.4, 0.6], n_responses=5, answer_prob=[0.5, 0.6])
    sample = FactSample.of_prompts(world, 3, [2, 0])
    frontier = trade_off_frontier(facts_prospect(sample), delta)
    closed = np.array([abstaining_frontier(sample, d) for d in frontier.delta])
    columns = {
        "delta": frontier.delta,
        "err": frontier.err,
        "closed_form": closed,
        "x5_bound": float(abstaining_frontier(sample, 0)) - frontier.delta,
        "theorem_1_bound": frontier.bound,
    }
    return columns, frontier.p_hat


def known_frontier_study(delta: Sequence[float]) -> Columns:
    """Least err in two known worlds for models that are no better than given classifiers.

    Tight (X3): err_iiv >= 1/2; the frontier meets Theorem 1 at delta = 0. Skewed: err_iiv >= 0.45;
    a truth with p = 1/10 can be overstated, which buys a lower err with delta.
    """
    tight = tight_world(2, 4)[0].to_float()
    skewed = World(p=[0.5, 0.4, 0.1, 0, 0, 0, 0, 0, 0], valid=[True] * 3 + [False] * 6)
    records = []
    for name, world, e in (("tight", tight, 0.5), ("skewed", skewed, 0.45)):
        frontier = trade_off_frontier(known_world(world), delta, min_err_iiv=e)
        for d, err, bound in zip(frontier.delta, frontier.err, frontier.bound, strict=True):
            records.append({"world": name, "delta": d, "err": err, "theorem_1_bound": bound})
    return stack(records)


def never_errs_study(n_unknown: Sequence[int], *, n_prompts: int = 100) -> Columns:
    """Table and calculator with ever fewer facts in the table: ``unknown``, ``err``, ``delta``."""
    records = []
    for n in n_unknown:
        world, p_hat = table_and_calculator(
            n_prompts - 10 - n, n, 10, answer_prob=Fraction(3, 4), n_answers=10
        )
        err, delta = generative_error(world, p_hat), calibration_delta(world, p_hat)
        records.append({"unknown": n / n_prompts, "err": float(err), "delta": float(delta)})
    return stack(records)


def monofact_study(
    shapes: Sequence[float],
    *,
    rng: np.random.Generator | int,
    orders: Sequence[int] = (2, 3),
    n_facts: int = 20_000,
    n_samples: int = 10_000,
) -> Columns:
    """Markov models on facts with ever flatter Pareto repetition (Miao and Kearns, Sec. 4).

    Returns
    -------
    dict of str to ndarray
        ``shape``, ``order`` and the fields of :class:`simulations.trade_off.MonofactTrial`;
        ``sampled_err`` is the invented share of n_samples generations, every one counted;
        ``careless`` is Mis over the distinct generations only.
    """
    records = []
    for shape, child in spawned(shapes, rng=rng):
        corpus = pareto_facts(n_facts, shape=shape, rng=child)
        counts = corpus.sample(n_samples, rng=child)
        for order in orders:
            model = MarkovModel(corpus.tokens, counts, order, corpus.vocabulary_size)
            careless = careless_miscalibration(corpus, model, n_samples, rng=child)
            keys = string_keys(model.generate(n_samples, rng=child), corpus.vocabulary_size)
            sampled = {"sampled_err": float(np.mean(~corpus.is_fact(keys)))}
            trial = vars(monofact_trial(corpus, counts, order)) | sampled | {"careless": careless}
            records.append({"shape": shape, "order": order} | trial)
    return stack(records)


def upweighting_study(
    repeats: Sequence[int],
    *,
    rng: np.random.Generator | int,
    orders: Sequence[int] = (2, 3),
    share: float = 0.05,
    shape: float = 1.5,
    n_facts: int = 20_000,
    n_samples: int = 10_000,
) -> Columns:
    """Repeat the same 5 % of the training examples ever more often.

    Returns
    -------
    dict of str to ndarray
        ``times``, ``order`` and the fields of :class:`simulations.trade_off.MonofactTrial`.
    """
    generator = np.random.default_rng(rng)
    corpus = pareto_facts(n_facts, shape=shape, rng=generator)
    counts = corpus.sample(n_samples, rng=generator)
    seed = int(generator.integers(2**32))
    return stack(
        [
            {"times": times, "order": order}
            | vars(monofact_trial(corpus, counts, order, trained_on=chosen))
            for times in repeats
            for chosen in [upweight(counts, share, times, rng=seed)]
            for order in orders
        ]
    )
