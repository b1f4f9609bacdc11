"""Five ways to get Theorem 2 wrong, each as a small case with the wrong and the right number.

All are seen in public code. No number depends on luck beyond the one sample drawn.
"""

from __future__ import annotations

import numpy as np

from simulations.facts.prompt_laws import two_level_law, zipf_law
from simulations.facts.samplers import draw_banded
from simulations.trials import Columns, stack
from theory.arrays import IntArray
from theory.facts import (
    FactModel,
    FactSample,
    FactWorld,
    calibrated_memoriser,
    expected_singleton_rate,
    singleton_rate,
)
from theory.reduction import bound_of_split, error_of_split, iiv_error_of_split, signed_gap_of_split
from theory.results import Mistake


def _without_replacement(pool: IntArray, n_samples: int) -> Mistake:
    r"""Draw N of the M rows of a pool without replacement instead of N independent samples.

    .. math:: \mathbb E[\mathrm{sr}] = \sum_c \frac{m_c}{M}
        \prod_{i=0}^{N-2} \frac{M - m_c - i}{M - 1 - i}
        \quad\text{instead of}\quad \sum_c \frac{m_c}{M} \Big(1 - \frac{m_c}{M}\Big)^{N-1}

    Both means are exact. Half a pool drawn so misses all repetitions in the other half.
    """
    from scipy.special import gammaln

    M = int(pool.sum())
    values, n_facts = np.unique(pool[pool > 0], return_counts=True)
    rest = M - values
    drawn = n_samples - 1
    possible = rest >= drawn
    rest, values, n_facts = rest[possible], values[possible], n_facts[possible]
    log_none = gammaln(rest + 1) - gammaln(rest - drawn + 1)
    log_all = gammaln(M) - gammaln(M - drawn)
    wrong = float(np.sum(n_facts * values / M * np.exp(log_none - log_all)))
    world = FactWorld(pool[pool > 0] / M, n_responses=365)
    right = float(expected_singleton_rate(world, n_samples))
    return Mistake("sampling without replacement", "singleton rate", wrong, right)


def _facts_counted_as_hallucinations(sample: FactSample, n_generations: int) -> Mistake:
    """Divide the distinct errors by all generations: repeated errors are lost (exact mean)."""
    model = calibrated_memoriser(sample)
    right = float(error_of_split(model.split()))
    each = model.world.prompt_mass[model.fact_class] * model.on_other
    occurs = -np.expm1(n_generations * np.log1p(-each))
    wrong = float(np.sum(occurs * model.n_errors * model.n_prompts)) / n_generations
    return Mistake("distinct hallucinations over all generations", "err", wrong, right)


def _singletons_per_item(sample: FactSample) -> Mistake:
    """Divide the singletons by the distinct prompts seen instead of by the samples."""
    n_seen = sample.world.total_prompts - sample.n_unseen
    wrong = sample.n_singletons / n_seen
    return Mistake(
        "singletons per distinct item", "singleton rate", wrong, float(singleton_rate(sample))
    )


def _joint_threshold(sample: FactSample) -> Mistake:
    """Compare the joint mu(c) p_hat(r|c) with 1/K: nothing is above, and the bound is absurd.

    The world must have mu(c) <= 1/K for every c; then the joint never exceeds 1/K, which is what
    a threshold of 1 does to the conditional.
    """
    model = calibrated_memoriser(sample)
    nothing_above = model.split(1.0)
    size_ratio = 2 / sample.world.min_errors
    delta = abs(float(signed_gap_of_split(nothing_above)))
    wrong = 2 * iiv_error_of_split(nothing_above) - size_ratio - delta
    right = bound_of_split(model.split()).bound
    return Mistake("joint probability against 1/K", "bound on err", float(wrong), float(right))


def _uniform_wrong_answers(world: FactWorld) -> Mistake:
    """Draw the wrong answers of D from uniform prompts while training prompts follow mu.

    The model knows the first class and spreads its errors evenly over all but one wrong answer on
    the second: many rare prompts, which the uniform draw takes for the world.
    """
    knows = np.array([1.0, 0.0])
    n_favoured = np.array([0, world.min_errors - 1])
    model = FactModel(
        world=world,
        fact_class=np.array([0, 1]),
        n_prompts=world.n_prompts,
        on_answer=knows,
        on_idk=np.zeros(2),
        on_favoured=np.array([0.0, 1 / (world.min_errors - 1)]),
        n_favoured=n_favoured,
        on_other=np.zeros(2),
    )
    split = model.split()
    share = world.n_prompts / world.total_prompts
    twice_iiv = split.mean(split.p_below) + float(np.sum(share * split.iiv_weight_above))
    right = bound_of_split(split)
    wrong = twice_iiv - right.size_ratio - right.delta
    return Mistake(
        "wrong answers of uniform prompts", "bound on err", float(wrong), float(right.bound)
    )


def pitfalls(*, rng: np.random.Generator | int) -> Columns:
    """Draw small corpora of facts and return the five known mistakes on them.

    Returns
    -------
    dict of str to ndarray, shape (5,)
        mistake, quantity, wrong, right.
    """
    facts = zipf_law(10_000).facts(n_responses=365)
    sample = draw_banded(facts, 10_000, rng=rng)
    pool = np.ceil(1_000 / np.arange(1, 4_001)).astype(np.int64)
    flat = zipf_law(10_000, exponent=0.1).facts(n_responses=365)
    rare = two_level_law(10_000, head_prompts=100, head_mass=0.99).facts(n_responses=365)
    few = two_level_law(300, head_prompts=100, head_mass=0.5).facts(n_responses=5)
    return stack(
        [
            _without_replacement(pool, int(pool.sum()) // 2),
            _facts_counted_as_hallucinations(draw_banded(few, 200, rng=rng), 1_000),
            _singletons_per_item(sample),
            _joint_threshold(draw_banded(flat, 10_000, rng=rng)),
            _uniform_wrong_answers(rare),
        ]
    )
