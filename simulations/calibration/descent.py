"""Descent makes delta small, if the model can rescale (Sec. 3.1).

A log-linear model is fitted to a world by gradient descent on the cross-entropy. With few
features it cannot move mass across the threshold, and delta stays. Give it one more parameter
(the scale of what lies above the threshold), and a local optimum has dL/ds = q(A) - p(A) = 0.
"""

from __future__ import annotations

import numpy as np

from simulations.reduction.base_models import softmax_model
from simulations.trials import Columns, stack
from theory.arrays import FloatArray
from theory.calibration import cross_entropy
from theory.errors import InvalidInput, require_integer
from theory.reduction import World, classify, signed_gap


def misfit(
    n_prompts: int = 5,
    n_responses: int = 40,
    n_valid: int = 10,
    n_features: int = 2,
    *,
    rng: np.random.Generator | int,
) -> tuple[World, FloatArray]:
    """Draw a world and features that tell little about it: no weights on them fit p.

    Raises
    ------
    InvalidInput
        If a number is too small: n_responses > n_valid >= 1, the others >= 1.
    """
    require_integer("n_prompts", n_prompts, at_least=1)
    require_integer("n_valid", n_valid, at_least=1)
    require_integer("n_responses", n_responses, at_least=n_valid + 1)
    require_integer("n_features", n_features, at_least=1)
    generator = np.random.default_rng(rng)
    p = np.zeros((n_prompts, n_responses))
    p[:, :n_valid] = generator.dirichlet([0.5] * n_valid, n_prompts)
    valid = np.tile(np.arange(n_responses) < n_valid, n_prompts)
    world = World(p=p.ravel(), valid=valid, n_responses=[n_responses] * n_prompts)
    frequent = p.ravel() > 1 / (n_responses - n_valid)
    noise = generator.standard_normal((world.n_examples, n_features))
    return world, noise + frequent[:, None]


def descend(
    world: World,
    features: FloatArray,
    *,
    can_rescale: bool,
    n_steps: int = 2000,
    step_size: float = 0.5,
    every: int = 20,
) -> Columns:
    r"""Fit log-linear weights by gradient descent; record delta along the way (Sec. 3.1).

    .. math:: \hat p(r|c) \propto \exp(\langle w, \phi(c, r)\rangle + u(c, r)),\qquad
        u \leftarrow u - \eta\,\tfrac{dL}{ds}\,[(c, r) \in A] \text{ if it can rescale}

    Parameters
    ----------
    world : World
        C prompts, X examples, in floats.
    features : ndarray, shape (X, D)
        phi.
    can_rescale : bool
        Whether the model has the extra parameter; else u stays 0.
    n_steps : int
        At least 1.
    step_size : float
        eta > 0.
    every : int
        Steps between two records.

    Returns
    -------
    dict of str to ndarray
        ``step``, ``cross_entropy`` (nats), ``delta``.

    Raises
    ------
    InvalidInput
        If a number is out of range or ``features`` has another number of rows.
    """
    for name, n in (("n_steps", n_steps), ("every", every)):
        require_integer(name, n, at_least=1)
    if not step_size > 0:
        raise InvalidInput("step_size", "> 0", step_size)
    if features.ndim != 2 or len(features) != world.n_examples:
        raise InvalidInput("features", f"of shape ({world.n_examples}, D)", features.shape)
    mu = world.per_example(world.mu)
    w, u = np.zeros(features.shape[1]), np.zeros(world.n_examples)
    records = []
    for step in range(n_steps + 1):
        q = softmax_model(world, features @ w + u)
        slope = float(signed_gap(world, q))
        if step % every == 0:
            loss = cross_entropy(world, q)
            records.append({"step": step, "cross_entropy": loss, "delta": abs(slope)})
        w = w + step_size * features.T @ (mu * (world.p - q))
        if can_rescale:
            u = u - step_size * slope * classify(world, q)
    return stack(records)
