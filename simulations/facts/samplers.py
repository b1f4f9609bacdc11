"""Two samplers of the same law: training counts prompt by prompt, and band by band (X7).

Both draw with replacement, as Definition 2 says: N independent samples.
"""

from __future__ import annotations

import numpy as np

from simulations.facts.occupancy import occupancy
from theory.arrays import IntArray
from theory.errors import InvalidInput, require_integer
from theory.facts import FactSample, FactWorld

MAX_PROMPTS = 200_000_000
"""Beyond this, a count per prompt does not fit in a laptop's memory."""


def draw_by_prompt(
    world: FactWorld, n_samples: int, *, rng: np.random.Generator | int
) -> FactSample:
    """Draw a training sample as one count per prompt (Definition 2).

    Parameters
    ----------
    world : FactWorld
        In floats. Its classes are written out prompt by prompt.
    n_samples : int
        N >= 1.
    rng : numpy Generator or int
        Source of randomness.

    Returns
    -------
    FactSample
        Of ``world.by_prompt()``, one cell per prompt.

    Raises
    ------
    InvalidInput
        If N is not a positive whole number or there are too many prompts.
    """
    require_integer("n_samples", n_samples, at_least=1)
    if world.total_prompts > MAX_PROMPTS:
        raise InvalidInput(
            "the number of prompts",
            f"at most {MAX_PROMPTS} when counted one by one",
            world.total_prompts,
            remedy="use draw_banded",
        )
    flat = world if world.total_prompts == world.n_classes else world.by_prompt()
    counts = _multinomial(flat, n_samples, np.random.default_rng(rng))
    return FactSample.of_prompts(flat, n_samples, counts)


def draw_banded(world: FactWorld, n_samples: int, *, rng: np.random.Generator | int) -> FactSample:
    """Draw a training sample as a histogram of counts per class (extension X7).

    Parameters
    ----------
    world : FactWorld
        In floats; up to 10^15 prompts in a few thousand classes.
    n_samples : int
        N in 1 .. 10^15.
    rng : numpy Generator or int
        Source of randomness.

    Returns
    -------
    FactSample
        The same law as :func:`draw_by_prompt`; a class of one prompt is one cell.

    Raises
    ------
    InvalidInput
        If N is not a positive whole number.
    """
    require_integer("n_samples", n_samples, at_least=1)
    rng = np.random.default_rng(rng)
    shown = _multinomial(world, n_samples, rng)
    single = world.n_prompts == 1
    cells = [(np.flatnonzero(single), shown[single], np.ones(single.sum(), dtype=np.int64))]
    for c in np.flatnonzero(~single):
        counts, prompts = occupancy(int(shown[c]), int(world.n_prompts[c]), rng=rng)
        cells.append((np.full(len(counts), c), counts, prompts))
    columns = (np.concatenate(column) for column in zip(*cells, strict=True))
    return FactSample(world, n_samples, *columns)


def _multinomial(world: FactWorld, n_samples: int, rng: np.random.Generator) -> IntArray:
    """How many of N samples show each class with its answer; the others say IDK."""
    answered = world.mu * world.answer_prob
    # From the back, because laws list the most likely first: NumPy divides by what remains of 1,
    # which keeps its digits only while the rare classes are drawn before the frequent ones.
    p = np.append(answered[::-1], max(0.0, 1 - float(answered.sum())))
    counts: IntArray = rng.multinomial(n_samples, p / p.sum())[-2::-1]
    return counts
