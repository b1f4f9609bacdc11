"""Random worlds: from easy to hard, dense to sparse, regular to ragged."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from theory.arrays import FloatArray
from theory.errors import InvalidInput, require_integer, require_probability
from theory.reduction import World

Range = tuple[int, int]


def random_world(
    n_prompts: int,
    *,
    n_valid: Range = (1, 4),
    n_errors: Range = (20, 20),
    concentration: float = 1.0,
    sparsity: float = 0.0,
    rng: np.random.Generator | int,
) -> World:
    r"""Draw a world: sizes uniform in their ranges, p(.|c) ~ Dirichlet on V_c, mu ~ Dirichlet(1).

    Parameters
    ----------
    n_prompts : int
        C >= 1.
    n_valid, n_errors : (int, int)
        Least and most |V_c| and |E_c|; equal ends give a regular world, others a ragged one.
    concentration : float
        Dirichlet parameter > 0; small values put most training mass on one response.
    sparsity : float
        Share in [0, 1) of valid responses that never occur in training (p = 0); at least one of
        each prompt does.
    rng : numpy Generator or int
        Source of randomness.

    Raises
    ------
    InvalidInput
        If a parameter is out of range.

    Examples
    --------
    >>> random_world(3, n_valid=(2, 2), n_errors=(5, 5), rng=0).n_responses.tolist()
    [7, 7, 7]
    """
    require_integer("n_prompts", n_prompts, at_least=1)
    require_probability("sparsity", sparsity, one=False)
    if not concentration > 0:
        raise InvalidInput("concentration", "> 0", concentration)
    rng = np.random.default_rng(rng)
    k = _sizes("n_valid", n_valid, n_prompts, rng)
    K = _sizes("n_errors", n_errors, n_prompts, rng)
    n_responses = k + K
    starts = np.cumsum(n_responses) - n_responses
    rank = np.arange(n_responses.sum()) - np.repeat(starts, n_responses)
    valid = rank < np.repeat(k, n_responses)
    weight = rng.gamma(concentration, size=len(valid)) * valid
    weight *= (rank == 0) | (rng.random(len(valid)) >= sparsity)
    # A gamma variable may underflow to 0 when the concentration is tiny; the first response then
    # takes all.
    weight[(rank == 0) & (weight == 0)] = np.finfo(float).tiny
    p = weight / np.repeat(np.add.reduceat(weight, starts), n_responses)
    return World(p=p, valid=valid, n_responses=n_responses, mu=rng.dirichlet(np.ones(n_prompts)))


def random_features(
    world: World, *, separation: float, n_features: int = 4, rng: np.random.Generator | int
) -> FloatArray:
    """Draw features of examples: unit Gaussians whose mean differs between valid and not.

    Parameters
    ----------
    world : World
        X examples.
    separation : float
        Distance >= 0 between the two means in standard deviations; 0 leaves nothing to learn.
    n_features : int
        d >= 1.
    rng : numpy Generator or int
        Source of randomness.

    Returns
    -------
    ndarray, shape (X, d)
        Features for :func:`simulations.reduction.base_models.classifier_model`.

    Raises
    ------
    InvalidInput
        If ``separation`` is negative or ``n_features`` below 1.
    """
    require_integer("n_features", n_features, at_least=1)
    if not separation >= 0:
        raise InvalidInput("separation", ">= 0", separation)
    rng = np.random.default_rng(rng)
    features = rng.standard_normal((world.n_examples, n_features))
    features[:, 0] += separation * world.valid
    return features


def _sizes(name: str, ends: Range, n: int, rng: np.random.Generator) -> np.ndarray:
    low, high = (require_integer(name, end, at_least=1) for end in ends)
    if high < low:
        raise InvalidInput(name, "(least, most) with least <= most", ends)
    return rng.integers(low, high + 1, size=n)


class Family(Protocol):
    """One signature for all, as in :data:`FAMILIES`."""

    def __call__(self, *, rng: np.random.Generator) -> World:
        """Draw a world."""


FAMILIES: dict[str, Family] = {
    "regular": lambda *, rng: random_world(20, n_valid=(2, 2), n_errors=(60, 60), rng=rng),
    "sparse": lambda *, rng: random_world(
        20, n_valid=(6, 6), n_errors=(60, 60), concentration=0.1, sparsity=0.5, rng=rng
    ),
    "ragged": lambda *, rng: random_world(20, n_valid=(1, 6), n_errors=(20, 100), rng=rng),
    "one answer of 365": lambda *, rng: random_world(
        10, n_valid=(1, 1), n_errors=(364, 364), rng=rng
    ),
}
"""Named families of worlds; each takes ``rng``."""

SEPARATIONS = {"easy to separate": 6.0, "hard to separate": 1.0}
"""How far apart the features of valid and erroneous responses lie (standard deviations)."""
