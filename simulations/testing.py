"""A tool: a learner of one's own under Theorem 2, as a check for unit tests."""

from __future__ import annotations

import numpy as np

from simulations.facts.learners import Learner
from simulations.facts.prompt_laws import PromptLaw
from simulations.facts.trials import fact_trials
from theory.facts import FactWorld
from theory.testing import assert_theorem_2_lower
from theory.testing.coverage import FALSE_ALARM

__tracebackhide__ = True  # pytest shows the message, not these frames


def assert_learner_errs_enough(
    learner: str | Learner,
    facts: PromptLaw | FactWorld,
    n_samples: int,
    *,
    n_trials: int,
    rng: np.random.Generator | int,
    gamma: float = 0.01,
    closed: bool = True,
    false_alarm: float = FALSE_ALARM,
) -> float:
    """Train a learner many times and check that Theorem 2's floor holds as often as it says.

    Parameters
    ----------
    learner : str or callable
        ``(sample, *, rng) -> FactModel``, or a name in ``simulations.facts.learners.LEARNERS``.
    facts : PromptLaw or FactWorld
        How often each fact is asked for (365 responses, nobody abstains), or the facts themselves.
    n_samples, n_trials : int
        N of each training sample, and how many samples.
    rng : numpy Generator or int
        Source of randomness.
    gamma, closed, false_alarm
        As in :func:`theory.testing.assert_theorem_2_lower`; ``closed`` checks the sharper floor of
        extension X9, which says something from N = 10^3 on.

    Returns
    -------
    float
        The exact one-sided p-value.

    Raises
    ------
    AssertionError
        If err lies below the floor too often.
    InvalidInput
        If a value is out of range, or the trials are too few to tell.

    Examples
    --------
    >>> from simulations.facts import uniform_law
    >>> assert_learner_errs_enough("abstainer", uniform_law(500), 500, n_trials=20, rng=0)
    1.0
    """
    world = facts.facts() if isinstance(facts, PromptLaw) else facts
    found = fact_trials([world] * n_trials, [n_samples] * n_trials, learner=learner, rng=rng)
    return assert_theorem_2_lower(
        found["singleton_rate"],
        found["err"],
        found["delta"],
        n_samples,
        min_errors=int(world.min_errors),
        gamma=gamma,
        closed=closed,
        false_alarm=false_alarm,
    )
