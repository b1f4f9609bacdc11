"""Draw what an auditor can draw: training examples, generations, random errors."""

from __future__ import annotations

import numpy as np

from simulations.trials import spawned
from theory.arrays import Array, ArrayLike, IntArray
from theory.errors import require_integer
from theory.reduction import SampledReduction, World, classify, estimate_reduction


def draw_examples(
    world: World, conditional: Array, n_samples: int, *, rng: np.random.Generator | int
) -> IntArray:
    """Draw rows of the world: c ~ mu, r ~ conditional(.|c), with replacement.

    Parameters
    ----------
    world : World
        X examples.
    conditional : ndarray, shape (X,)
        Distribution of the response given the prompt.
    n_samples : int
        At least 1.
    rng : numpy Generator or int
        Source of randomness.

    Returns
    -------
    ndarray of int, shape (n_samples,)
        Row numbers.

    Raises
    ------
    InvalidInput
        If ``n_samples`` is below 1.
    """
    require_integer("n_samples", n_samples, at_least=1)
    joint = (world.per_example(world.mu) * conditional).astype(float)
    return np.random.default_rng(rng).choice(len(joint), size=n_samples, p=joint / joint.sum())


def sampled_reduction(
    world: World,
    p_hat: ArrayLike,
    n_samples: int,
    *,
    confidence_level: float = 0.95,
    rng: np.random.Generator | int,
) -> SampledReduction:
    """Estimate err, err_iiv and delta of Theorem 1 from ``n_samples`` draws of each kind.

    Parameters
    ----------
    world : World
        X examples.
    p_hat : array_like, shape (X,)
        Model probabilities; only their comparison with 1/K is used, and only at drawn rows.
    n_samples : int
        Training examples, generations and random errors: this many of each.
    confidence_level : float
        Coverage of each interval, in (0, 1).
    rng : numpy Generator or int
        Source of randomness.

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world or a parameter is out of range.
    """
    q = world.check_model(p_hat)
    above = classify(world, q)
    of_error = world.errors / world.per_example(world.n_errors)
    training, generated, errors = (
        draw_examples(world, conditional, n_samples, rng=child)
        for conditional, child in spawned((world.p, q, of_error), rng=rng)
    )
    return estimate_reduction(
        training_above=above[training],
        generated_above=above[generated],
        error_above=above[errors],
        generated_valid=world.valid[generated],
        size_ratio=world.max_valid / world.min_errors,
        confidence_level=confidence_level,
    )
