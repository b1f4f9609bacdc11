"""Five ways to lower err at a price, on facts that a smoothed learner half knows (extension).

err, delta, ECE and cross-entropy of each family, from the same base model fitted by
cross-entropy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
            {"family": family, "strength": float(x)} | prices(world, make(x))
            for family, (strengths, make) in models.items()
            for x in strengths
        ]
    )


def prices(world: World, p_hat: FloatArray) -> dict[str, float]:
    """Return err, delta, answer ECE and cross-entropy (nats) of one model."""
    return {
        "err": float(generative_error(world, p_hat)),
        "delta": float(calibration_delta(world, p_hat)),
        "ece": answer_ece(world, p_hat),
        "cross_entropy": cross_entropy(world, p_hat),
    }
