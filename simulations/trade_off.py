"""Five ways to lower err at a price, on facts that a smoothed learner half knows (extension).

err, delta, ECE and cross-entropy of each family, from the same base model fitted by
cross-entropy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from simulations.monofacts import upweight
from simulations.trials import Columns, stack
from theory.arrays import BoolArray, FloatArray, IntArray
from theory.ece import answer_ece
from theory.errors import InvalidInput, require_integer
from theory.facts import FactWorld
from theory.families import abstain, regurgitate, temper
from theory.reduction import calibration_delta, generative_error
from theory.rescaling import cross_entropy
from theory.world import World

STRENGTHS = np.geomspace(0.02, 50, 60)
"""Prior strengths among which :func:`fit_base` chooses."""


@dataclass(frozen=True, eq=False)
class FactStudy:
    """Facts with their answers drawn, and a training sample of them.

    Attributes
    ----------
    world : World
        Prompt by prompt: the plausible answers, then IDK.
    counts : ndarray of int, shape (X,)
        How often each (prompt, response) occurs in the training text.
    prior : ndarray, shape (X,)
        What is known of a prompt before any text on it: answers alike, IDK as often as usual.
    """

    world: World
    counts: IntArray
    prior: FloatArray

    @property
    def idk(self) -> BoolArray:
        """Rows that abstain, shape (X,)."""
        mask = np.zeros(self.world.n_examples, dtype=bool)
        mask[self.world.starts + self.world.n_responses - 1] = True
        return mask

    def learn(self, counts: IntArray, strength: float) -> FloatArray:
        """Return the posterior mean (counts + strength * prior) / (n_c + strength), shape (X,)."""
        w = counts + strength * self.prior
        model: FloatArray = w / self.world.per_example(np.add.reduceat(w, self.world.starts))
        return model

    @property
    def memory(self) -> FloatArray:
        """Relative frequencies of the text; IDK at prompts of which it says nothing."""
        nothing = np.add.reduceat(self.counts, self.world.starts) == 0
        silent = self.idk & self.world.per_example(nothing)
        return self.learn(np.where(silent, 1, self.counts), 0.0)


def draw_study(facts: FactWorld, n_samples: int, *, rng: np.random.Generator | int) -> FactStudy:
    """Draw the answers and a training text of n samples with replacement.

    Raises
    ------
    InvalidInput
        If ``n_samples`` is not a whole number >= 1.
    """
    n_samples = require_integer("n_samples", n_samples, at_least=1)
    generator = np.random.default_rng(rng)
    one_by_one = facts.by_prompt()
    sizes = one_by_one.n_responses
    world = one_by_one.with_answers(generator.integers(sizes)).to_float()
    counts = generator.multinomial(n_samples, world.per_example(world.mu) * world.p)
    alpha = one_by_one.answer_prob.astype(float)
    prior = world.per_example(alpha / sizes)
    prior[world.starts + sizes] = 1 - alpha
    return FactStudy(world, counts, prior)


def fit_base(study: FactStudy) -> tuple[FloatArray, float]:
    """Choose the prior strength with the least cross-entropy under p; return model and strength."""
    losses = [cross_entropy(study.world, study.learn(study.counts, s)) for s in STRENGTHS]
    strength = float(STRENGTHS[int(np.argmin(losses))])
    return study.learn(study.counts, strength), strength


def trade_off_families(
    study: FactStudy,
    *,
    shares: Sequence[float],
    temperatures: Sequence[float],
    repeats: Sequence[int],
    rng: np.random.Generator | int,
) -> Columns:
    """Measure every family at every strength.

    Parameters
    ----------
    study : FactStudy
        From :func:`draw_study`.
    shares : sequence of float
        For "abstain" and "regurgitate", in [0, 1].
    temperatures : sequence of float
        For "temper" (above 1) and "sharpen" (below 1), positive.
    repeats : sequence of int
        For "upweight": how often 5 % of the training examples are repeated.
    rng : numpy Generator or int
        Chooses the examples that are repeated.

    Returns
    -------
    dict of str to ndarray
        ``family``, ``strength``, ``err``, ``delta``, ``ece``, ``cross_entropy`` (infinite if the
        model gives 0 to training data).

    Raises
    ------
    InvalidInput
        If a strength is out of range or there is none.
    """
    if not (len(shares) and len(temperatures) and len(repeats)):
        raise InvalidInput("shares, temperatures and repeats", "non-empty", "an empty one")
    world, idk = study.world, study.idk
    base, strength = fit_base(study)
    # One seed for all, so that the same examples are repeated and only the number changes.
    seed = int(np.random.default_rng(rng).integers(2**32))

    def repeated(times: float) -> FloatArray:
        return study.learn(upweight(study.counts, 0.05, int(times), rng=seed), strength)

    models: dict[str, tuple[Sequence[float], Callable[[float], FloatArray]]] = {
        "abstain": (shares, lambda x: abstain(world, base, idk, x)),
        "temper": ([t for t in temperatures if t >= 1], lambda x: temper(world, base, x)),
        "sharpen": ([t for t in temperatures if t <= 1], lambda x: temper(world, base, x)),
        "regurgitate": (shares, lambda x: regurgitate(world, base, study.memory, x)),
        "upweight": (repeats, repeated),
    }
    return stack(
        [
            {"family": family, "strength": float(x)} | measures(world, make(x))
            for family, (strengths, make) in models.items()
            for x in strengths
        ]
    )


def measures(world: World, p_hat: FloatArray) -> dict[str, float]:
    """Return err, delta, answer ECE and cross-entropy (nats) of one model."""
    return {
        "err": float(generative_error(world, p_hat)),
        "delta": float(calibration_delta(world, p_hat)),
        "ece": answer_ece(world, p_hat),
        "cross_entropy": cross_entropy(world, p_hat),
    }
