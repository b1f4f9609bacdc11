"""Five ways to lower err at a price, on facts that a smoothed learner half knows (extension).

err, delta, ECE and cross-entropy of each family, from the same base model fitted by
cross-entropy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

import numpy as np

from simulations.calibration.base_model import FactStudy, fit_base
from simulations.trade_off.monofacts import upweight
from simulations.trials import Columns, stack
from theory.arrays import FloatArray
from theory.calibration import answer_ece, cross_entropy
from theory.errors import InvalidInput
from theory.reduction import (
    World,
    abstain,
    calibration_delta,
    generative_error,
    regurgitate,
    temper,
)


class TradeOff(Protocol):
    """A family of models of one's own, from the base model at strength 0 or 1 to its extreme."""

    def __call__(
        self, study: FactStudy, p_hat: FloatArray, strength: float, /, *, rng: np.random.Generator
    ) -> FloatArray:
        """Change the base model, shape (X,); the same chance at every strength."""


Families = Mapping[str, tuple[Sequence[float], TradeOff]]
"""Strengths and function of each family, by name."""


def trade_off_families(
    study: FactStudy,
    *,
    shares: Sequence[float],
    temperatures: Sequence[float],
    repeats: Sequence[int],
    own: Families = MappingProxyType({}),
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
    own : mapping of str to (sequence of float, callable), optional
        Families of one's own: strengths and ``(study, p_hat, strength, *, rng) -> p_hat``.
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

    def warmed(_: FactStudy, q: FloatArray, x: float, /, *, rng: object) -> FloatArray:
        return temper(world, q, x)

    def repeated(
        _: FactStudy, q: FloatArray, x: float, /, *, rng: np.random.Generator
    ) -> FloatArray:
        return study.learn(upweight(study.counts, 0.05, int(x), rng=rng), strength)

    families: Families = {
        "abstain": (shares, lambda _, q, x, *, rng: abstain(world, q, idk, x)),
        "temper": ([t for t in temperatures if t >= 1], warmed),
        "sharpen": ([t for t in temperatures if t <= 1], warmed),
        "regurgitate": (shares, lambda _, q, x, *, rng: regurgitate(world, q, study.memory, x)),
        "upweight": (repeats, repeated),
    }
    return stack(
        [
            {"family": family, "strength": float(x)}
            | prices(world, change(study, base, x, rng=np.random.default_rng(seed)))
            for family, (strengths, change) in {**families, **own}.items()
            for x in strengths
        ]
    )


def prices(world: World, p_hat: FloatArray) -> dict[str, float]:
    """Return what one model of a trade-off pays: err, delta, answer ECE, cross-entropy (nats)."""
    return {
        "err": float(generative_error(world, p_hat)),
        "delta": float(calibration_delta(world, p_hat)),
        "ece": answer_ece(world, p_hat),
        "cross_entropy": cross_entropy(world, p_hat),
    }
