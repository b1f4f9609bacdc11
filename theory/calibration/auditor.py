"""An auditor's delta: from a model's probabilities of two sets of samples (Sec. 3.1)."""

from __future__ import annotations

import numpy as np

from theory.arrays import Array, ArrayLike, Number, as_array, as_numbers, is_exact
from theory.errors import InvalidInput, require_probability
from theory.intervals import Estimate
from theory.reduction.from_samples import estimate_delta


def audit_delta(
    training_scores: ArrayLike,
    generated_scores: ArrayLike,
    threshold: Number,
    *,
    confidence_level: float = 0.95,
) -> Estimate:
    r"""Estimate delta_z without knowing p, from samples alone (Sec. 3.1).

    .. math:: \hat\delta_z = |\,\#\{\text{generations}: \hat p(x) > z\}/G
                             - \#\{\text{training}: \hat p(x) > z\}/T\,|

    Parameters
    ----------
    training_scores : array_like, shape (T,)
        p_hat(r|c) of training examples that are independent of the model (held out), in [0, 1].
    generated_scores : array_like, shape (G,)
        p_hat(r|c) of the model's own generations on prompts drawn from mu. If one of the two is in
        single precision, everything is compared in single precision.
    threshold : float
        z in [0, 1].
    confidence_level : float
        In (0, 1).

    Returns
    -------
    Estimate
        Its interval covers delta_z with at least the stated probability for all sample sizes.

    Raises
    ------
    InvalidInput
        If a score, the threshold or the level is out of range, or a sample is empty.

    Examples
    --------
    >>> e = audit_delta([0.9] * 50 + [0.1] * 50, [0.9] * 80 + [0.1] * 20, 0.5)
    >>> print(round(e.value, 6), round(e.low, 3), round(e.high, 3))
    0.3 0.08 0.497
    """
    training, generated = _scores(training_scores, generated_scores)
    z = np.asarray(require_probability("threshold", threshold)).astype(training.dtype)
    return estimate_delta(training > z, generated > z, confidence_level=confidence_level)


def audit_delta_curve(
    training_scores: ArrayLike,
    generated_scores: ArrayLike,
    thresholds: ArrayLike,
    *,
    confidence_level: float = 0.95,
) -> list[Estimate]:
    """Estimate delta_z at several thresholds, all intervals valid at once (Sec. 3.1; extension).

    Parameters
    ----------
    training_scores, generated_scores : array_like, shapes (T,) and (G,)
        As in :func:`audit_delta`.
    thresholds : array_like, shape (Z,)
        Each in [0, 1], chosen without looking at the samples.
    confidence_level : float
        Probability in (0, 1) with which every interval covers: each gets 1/Z of the allowance.

    Raises
    ------
    InvalidInput
        As for :func:`audit_delta`, or if there is no threshold.
    """
    zs = as_numbers("thresholds", thresholds)
    if len(zs) == 0:
        raise InvalidInput("thresholds", "at least one", "none")
    require_probability("confidence_level", confidence_level, zero=False, one=False)
    each = 1 - (1 - confidence_level) / len(zs)
    return [
        audit_delta(training_scores, generated_scores, z, confidence_level=each)
        for z in zs.tolist()
    ]


def _scores(training: ArrayLike, generated: ArrayLike) -> tuple[Array, Array]:
    """Return both samples in the coarser of their two precisions, which decides ties alike."""
    given = {"training_scores": training, "generated_scores": generated}
    kinds = [as_array(name, values).dtype for name, values in given.items()]
    coarsest = min((k for k in kinds if k.kind == "f"), key=lambda k: k.itemsize, default=float)
    found = []
    for name, values in given.items():
        scores = as_numbers(name, values)
        inside = (scores >= 0) & (scores <= 1)
        if not inside.all():
            where = int(np.flatnonzero(~inside)[0])
            raise InvalidInput(name, "in [0, 1]", scores[where], where=f"sample {where}")
        found.append(scores if is_exact(scores) else scores.astype(coarsest))
    return found[0], found[1]
