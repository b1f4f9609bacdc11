"""Random multiple-choice worlds and models under Theorem 4 (App. C)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.errors import require_integer
from theory.poor_models import theorem_4
from theory.reduction import World


@dataclass(frozen=True)
class ChoiceTrial:
    """One random world and model.

    Attributes
    ----------
    n_choices : int
        C.
    err, threshold, err_iiv, bound : float
        As in :class:`theory.poor_models.multiple_choice.Theorem4`.
    """

    n_choices: int
    err: float
    threshold: float
    err_iiv: float
    bound: float


def choice_trial(*, rng: np.random.Generator, max_prompts: int = 20) -> ChoiceTrial:
    """Draw C from {2, 3, 5, 10}, a skill, prompts with Dirichlet models, and find the threshold.

    Parameters
    ----------
    rng : numpy Generator
        Source of randomness; :func:`simulations.trials.run_trials` repeats the trial.
    max_prompts : int
        At least 1.

    Raises
    ------
    InvalidInput
        If ``max_prompts`` is not a whole number >= 1.
    """
    require_integer("max_prompts", max_prompts, at_least=1)
    C, n_prompts = int(rng.choice([2, 3, 5, 10])), int(rng.integers(1, max_prompts + 1))
    answers = rng.integers(0, C, n_prompts)
    valid = np.zeros((n_prompts, C), dtype=bool)
    valid[np.arange(n_prompts), answers] = True
    skill = rng.exponential(3.0)
    weights = rng.gamma(rng.uniform(0.1, 2), size=(n_prompts, C)) * np.exp(skill * valid) + 1e-12
    world = World(
        p=valid.ravel().astype(float),
        valid=valid.ravel(),
        n_responses=np.full(n_prompts, C),
        mu=rng.dirichlet(np.ones(n_prompts)),
    )
    result = theorem_4(world, (weights / weights.sum(axis=1, keepdims=True)).ravel())
    terms = {name: float(value) for name, value in result.terms().items() if name != "slack"}
    return ChoiceTrial(C, **terms)
