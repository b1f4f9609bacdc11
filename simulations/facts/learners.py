"""Learners of arbitrary facts, exact by class of prompts: the memoriser's rivals.

Each takes a training sample and returns a :class:`theory.facts.models.FactModel`, from which err,
err_iiv and delta follow exactly, without a prompts x responses array. Learners that gamble on
single answers also take ``rng``: which of their guesses are right is a matter of luck.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from simulations.trials import without_luck
from theory.arrays import BoolArray, FloatArray, IntArray
from theory.errors import InvalidInput, require_probability
from theory.facts import FactModel, FactSample, calibrated_memoriser, model_of_cells


class Learner(Protocol):
    """One signature for all, as in :data:`LEARNERS`."""

    def __call__(self, sample: FactSample, /, *, rng: np.random.Generator) -> FactModel:
        """Train on a sample."""


def abstainer(sample: FactSample) -> FactModel:
    """Learner that says IDK to every fact: err = 0 and a large delta (Sec. 3.1)."""
    ones = np.ones(len(sample.fact_class))
    return model_of_cells(sample, on_answer=0 * ones, on_idk=ones)


def regurgitator(sample: FactSample) -> FactModel:
    """Learner that repeats p on seen prompts, else IDK: err = 0, delta about MM (Sec. 3.1)."""
    seen = sample.n_answers > 0
    alpha = sample.world.answer_prob[sample.fact_class]
    return model_of_cells(
        sample, on_answer=np.where(seen, alpha, 0.0), on_idk=np.where(seen, 1 - alpha, 1.0)
    )


def smoothed_counts(sample: FactSample, pseudo_count: float = 0.01) -> FactModel:
    r"""Additive smoothing of the answers seen; abstains as often as the data.

    .. math:: \hat p(r|c) = \alpha_c \frac{n(c, r) + b}{n(c) + b |R_c|}

    Raises
    ------
    InvalidInput
        If the pseudo-count b is not positive.
    """
    if not 0 < pseudo_count < np.inf:
        raise InvalidInput("pseudo_count", "> 0", pseudo_count)
    alpha = sample.world.answer_prob[sample.fact_class]
    R = sample.world.n_responses[sample.fact_class]
    scale = alpha / (sample.n_answers + pseudo_count * R)
    return model_of_cells(
        sample,
        on_answer=scale * (sample.n_answers + pseudo_count),
        on_idk=1 - alpha,
        on_other=scale * pseudo_count,
    )


def tempered(sample: FactSample, temperature: float = 1.5) -> FactModel:
    r"""Learner: the calibrated memoriser at a temperature, p_hat^(1/T), normalised.

    On classes of prompts what :func:`theory.reduction.temper` does on a table.

    Raises
    ------
    InvalidInput
        If the temperature is not positive.
    """
    if not 0 < temperature < np.inf:
        raise InvalidInput("temperature", "> 0", temperature)
    base = calibrated_memoriser(sample)
    top = np.maximum(base.on_answer, base.on_idk)  # divided out, so that no power underflows
    answer, idk, other = (
        (x / top) ** (1 / temperature) for x in (base.on_answer, base.on_idk, base.on_other)
    )
    whole = answer + idk + other * base.n_errors
    return model_of_cells(
        sample, on_answer=answer / whole, on_idk=idk / whole, on_other=other / whole
    )


def committing_guesser(sample: FactSample, *, rng: np.random.Generator | int) -> FactModel:
    """Commit to one random date on each unseen prompt: err about MM, and delta about MM too."""
    return _commit(sample, sample.n_answers == 0, np.random.default_rng(rng))


def _heavy_gambler(
    sample: FactSample, share: float = 0.02, *, rng: np.random.Generator | int
) -> FactModel:
    """Adversary that sees mu: commits where luck pays most, on the heaviest unseen prompts.

    Elsewhere it is the memoriser. It gambles with at most ``share`` of MM; a lost gamble costs
    twice, in err and in delta.

    Raises
    ------
    InvalidInput
        If share is outside [0, 1].
    """
    require_probability("share", share)
    return _commit(sample, _heaviest(sample, share), np.random.default_rng(rng))


def _heavy_abstainer(sample: FactSample, share: float = 0.5) -> FactModel:
    """Adversary that sees mu: abstains on the heaviest unseen prompts, elsewhere the memoriser.

    It trades err for delta one to one where the memoriser risks most.

    Raises
    ------
    InvalidInput
        If share is outside [0, 1].
    """
    require_probability("share", share)
    base, heavy = calibrated_memoriser(sample), _heaviest(sample, share)
    return model_of_cells(
        sample,
        on_answer=np.where(heavy, 0.0, base.on_answer),
        on_idk=np.where(heavy, 1.0, base.on_idk),
        on_other=np.where(heavy, 0.0, base.on_other),
    )


def tilter(sample: FactSample, *, rng: np.random.Generator | int) -> FactModel:
    """Learner that sees mu: makes the loss of Lemma 2 as random as it can be, where it weighs.

    On the heaviest half of the unseen mass it lifts half of the responses a hair above 1/K. The
    classifier is then right or wrong by a coin toss, and err stays that of the memoriser.
    """
    rng = np.random.default_rng(rng)
    world, cell = sample.world, sample.fact_class
    alpha, R = world.answer_prob[cell], world.n_responses[cell]
    lifted = R // 2
    above = (1 + 1e-9) / world.min_errors
    room = alpha - lifted * above
    below = room / (R - lifted)
    mass = world.answer_mass[cell]
    typical = np.median(mass[sample.n_answers == 0]) if sample.n_unseen else 0.0
    chosen = (sample.n_answers == 0) & (mass >= typical) & (room > 0)
    base = calibrated_memoriser(sample)
    draw = _Luck(sample, chosen, lifted / R, rng)
    return draw.model(
        on_answer=(np.where(chosen, below, base.on_answer), np.full(len(cell), above)),
        on_idk=base.on_idk,
        on_favoured=above,
        n_favoured=(np.where(chosen, lifted, 0), lifted - 1),
        on_other=np.where(chosen, below, base.on_other),
    )


def _heaviest(sample: FactSample, share: float) -> BoolArray:
    """Unseen cells, the heaviest prompts first, up to a share of the missing mass."""
    mass = sample.world.answer_mass[sample.fact_class] * (sample.n_answers == 0)
    order = np.argsort(-mass, kind="stable")
    weights = (mass * sample.n_prompts)[order]
    heavy = np.zeros(len(mass), dtype=bool)
    heavy[order[np.cumsum(weights) <= share * weights.sum()]] = True
    chosen: BoolArray = heavy & (mass > 0)
    return chosen


def _commit(sample: FactSample, chosen: BoolArray, rng: np.random.Generator) -> FactModel:
    alpha = sample.world.answer_prob[sample.fact_class]
    base = calibrated_memoriser(sample)
    draw = _Luck(sample, chosen, 1 / sample.world.n_responses[sample.fact_class], rng)
    return draw.model(
        on_answer=(np.where(chosen, 0.0, base.on_answer), alpha),
        on_idk=base.on_idk,
        on_favoured=alpha,
        n_favoured=(np.where(chosen, 1, 0), np.zeros_like(sample.fact_class)),
        on_other=np.where(chosen, 0.0, base.on_other),
    )


class _Luck:
    """Cells of a sample, the chosen ones parted into prompts without luck and with."""

    def __init__(
        self, sample: FactSample, chosen: BoolArray, chance: FloatArray, rng: np.random.Generator
    ) -> None:
        self.sample = sample
        self.lucky = np.flatnonzero(chosen)
        self.n_lucky = rng.binomial(sample.n_prompts[self.lucky], chance[self.lucky])

    def model(
        self,
        *,
        on_answer: tuple[FloatArray, FloatArray],
        on_idk: FloatArray,
        on_favoured: FloatArray | float,
        n_favoured: tuple[IntArray, IntArray],
        on_other: FloatArray,
    ) -> FactModel:
        """Build the model from masses without luck and, where they differ, with luck."""
        n_cells = len(self.sample.fact_class)
        rows = np.concatenate([np.arange(n_cells), self.lucky])
        n_prompts = self.sample.n_prompts[rows]
        n_prompts[self.lucky] -= self.n_lucky
        n_prompts[n_cells:] = self.n_lucky
        return FactModel(
            world=self.sample.world,
            fact_class=self.sample.fact_class[rows],
            n_prompts=n_prompts,
            on_answer=np.concatenate([on_answer[0], on_answer[1][self.lucky]]),
            on_idk=on_idk[rows],
            on_favoured=np.broadcast_to(on_favoured, (n_cells,))[rows],
            n_favoured=np.concatenate([n_favoured[0], n_favoured[1][self.lucky]]),
            on_other=on_other[rows],
        )


LEARNERS: dict[str, Learner] = {
    "calibrated memoriser": without_luck(calibrated_memoriser),
    "regurgitator": without_luck(regurgitator),
    "committing guesser": committing_guesser,
    "abstainer": without_luck(abstainer),
    "smoothed counts": without_luck(smoothed_counts),
    "tempered": without_luck(tempered),
    "heavy gambler": _heavy_gambler,
    "heavy abstainer": without_luck(_heavy_abstainer),
    "tilter": tilter,
}
"""Every learner under one signature; the last three are adversaries that see mu."""
