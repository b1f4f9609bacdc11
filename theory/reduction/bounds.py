"""Generating is at least as hard as judging: Corollary 1, Theorem 1 and their exact slack.

Paper: arXiv:2509.04664v1, Sec. 3.1-3.2, App. A, and Sec. 5 (nonsense). Extensions of the
project's own: X1 (exact slack) and X2 (per-prompt thresholds).

Functions of the package that take ``(world, p_hat)`` mean a :class:`World` of C prompts and X
examples and the model's probabilities p_hat(r|c), shape (X,), prompt after prompt. Where there is a
``threshold`` it is one number or one for each prompt, shape (C,), in [0, 1]; left out, 1/K. A
response exactly at the threshold is below it. In floats that is decided by rounding: give Fractions
where ties at 1/K matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from theory.arrays import Array, ArrayLike, BoolArray, Number, ratio, size
from theory.errors import InvalidInput
from theory.reduction.split import Split, per_prompt_threshold, split_at, threshold_of_each_prompt
from theory.reduction.world import World
from theory.results import ROUNDING, Bound, Terms


def iiv_distribution(world: World) -> Array:
    r"""Is-It-Valid example distribution D (Sec. 3.1).

    .. math:: D(c, r) = \tfrac12 \mu(c)\,p(r|c) \;\text{on } V,\qquad
              D(c, r) = \frac{\mu(c)}{2 |E_c|} \;\text{on } E,\qquad D(N) = 0

    Returns
    -------
    ndarray, shape (X,)
        Probabilities that sum to 1; exact for the given world.

    Examples
    --------
    >>> iiv_distribution(World(p=[1, 0, 0], valid=[True, False, False])).tolist()
    [0.5, 0.25, 0.25]
    """
    of_error = world.per_example(ratio(1, 2 * world.n_errors, exact=world.exact))
    half = Fraction(1, 2) if world.exact else 0.5
    D: Array = world.per_example(world.mu) * (half * world.p + of_error * world.errors)
    return D


def classify(
    world: World, p_hat: ArrayLike, threshold: Number | ArrayLike | None = None
) -> BoolArray:
    r"""Use the model as an Is-It-Valid classifier (Sec. 3.1).

    .. math:: \hat f(c, r) = + \iff \hat p(r|c) > 1/\min_c |E_c|

    Returns
    -------
    ndarray of bool, shape (X,)
        True for "+". A response exactly at the threshold is "-" (the inequality is strict).

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world or the threshold is outside [0, 1].
    """
    z = threshold_of_each_prompt(world, threshold)
    return np.asarray(world.check_model(p_hat) > world.per_example(z), dtype=bool)


def generative_error(world: World, p_hat: ArrayLike) -> Number:
    r"""Generative error rate, the hallucination rate (eq. 1).

    .. math:: \mathrm{err} = \hat p(E) = \sum_c \mu(c) \sum_{r \notin V_c} \hat p(r|c)

    Returns
    -------
    float or Fraction
        Probability in [0, 1], exact; nonsense counts as error (Sec. 5).

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world.

    Examples
    --------
    >>> generative_error(World(p=[1, 0, 0], valid=[True, False, False]), [0.5, 0.25, 0.25])
    0.5
    """
    return error_of_split(split_at(world, p_hat))


def iiv_error(
    world: World, p_hat: ArrayLike, threshold: Number | ArrayLike | None = None
) -> Number:
    r"""Is-It-Valid misclassification rate of the thresholded model (Sec. 3.1).

    .. math:: \mathrm{err_{iiv}} = \Pr_{x \sim D}[\hat f(x) \ne f(x)] = D(B \cap V) + D(A \cap E)

    Returns
    -------
    float or Fraction
        Probability in [0, 1], exact.

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world or the threshold is outside [0, 1].

    Examples
    --------
    >>> iiv_error(World(p=[1, 0, 0], valid=[True, False, False]), [0.5, 0.25, 0.25])
    0.5
    """
    return iiv_error_of_split(split_at(world, p_hat, threshold))


def calibration_delta(
    world: World, p_hat: ArrayLike, threshold: Number | ArrayLike | None = None
) -> Number:
    r"""Gap between model and training mass above the threshold (Sec. 3.1-3.2, delta).

    .. math:: \delta_z = |\hat p(A) - p(A)|,\quad A = \{(c, r): \hat p(r|c) > z\}

    Parameters
    ----------
    world : World
        C prompts, X examples.
    p_hat : array_like, shape (X,)
        Model probabilities.
    threshold : number or array_like of shape (C,), optional
        z; default 1/K, the delta of Theorem 1.

    Returns
    -------
    float or Fraction
        Probability in [0, 1], exact; 0 for a model that is calibrated at z.

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world or the threshold is outside [0, 1].

    Examples
    --------
    >>> calibration_delta(World(p=[1, 0, 0], valid=[True, False, False]), [0.75, 0.25, 0])
    0.25
    """
    return size(signed_gap(world, p_hat, threshold))


def signed_gap(
    world: World, p_hat: ArrayLike, threshold: Number | ArrayLike | None = None
) -> Number:
    r"""Model mass minus training mass above the threshold; delta is its size (Sec. 3.1-3.2).

    .. math:: \hat p(A) - p(A) = \frac{d}{ds} L(\hat p_s)\Big|_{s=1}

    It is the slope of the cross-entropy L along the rescaled family
    (:func:`theory.calibration.rescale`), so a local optimum of a family that can rescale has
    delta = 0.

    Parameters
    ----------
    world : World
        C prompts, X examples.
    p_hat : array_like, shape (X,)
        Model probabilities; where p > 0 they must be positive for L to be finite.
    threshold : number or array_like of shape (C,), optional
        z; default 1/K.

    Returns
    -------
    float or Fraction
        In [-1, 1], exact.

    Raises
    ------
    InvalidInput
        If the model or the threshold is invalid.

    Examples
    --------
    >>> world = World(p=[1, 0, 0], valid=[True, False, False])
    >>> round(signed_gap(world, [0.6, 0.2, 0.2]), 4)
    -0.4
    """
    return signed_gap_of_split(split_at(world, p_hat, threshold))


def error_of_split(split: Split) -> Number:
    """Return err = p_hat(E), nonsense included (eq. 1)."""
    return split.mean(split.q_rest_above + split.q_rest_below)


def iiv_error_of_split(split: Split) -> Number:
    """Return err_iiv = D(B and V) + D(A and E) (Sec. 3.1)."""
    return split.mean(split.twice_err_iiv) / 2


def signed_gap_of_split(split: Split) -> Number:
    """Return p_hat(A) - p(A), whose absolute value is delta (Sec. 3.1)."""
    return split.mean(split.q_above - split.p_above)


@dataclass(frozen=True)
class SlackTerms(Terms):
    """Where the slack of Theorem 1 goes: four terms, none negative (extension X1).

    Attributes
    ----------
    overshoot : float or Fraction
        Model mass on each error above the threshold beyond 1/|E_c| (all of it on nonsense).
    unused_room : float or Fraction
        Threshold minus model mass on each valid response below it; the whole threshold above it.
    ragged : float or Fraction
        k/K minus the average of |V_c|/K: what worst-case prompts cost.
    sign : float or Fraction
        delta minus the signed gap p_hat(A) - p(A): zero if the model is overconfident.
    """

    overshoot: Number
    unused_room: Number
    ragged: Number
    sign: Number
    _terms = ("overshoot", "unused_room", "ragged", "sign")

    @property
    def total(self) -> Number:
        """Sum of the four terms, equal to the slack."""
        return self.overshoot + self.unused_room + self.ragged + self.sign


@dataclass(frozen=True, eq=False, kw_only=True)
class ReductionBound(Bound):
    """A lower bound on the generative error together with every term in it.

    Attributes
    ----------
    err, bound, tolerance
        As in :class:`theory.results.Bound`; bound = 2 err_iiv - size_ratio - delta.
    err_iiv, delta : float or Fraction
        Is-It-Valid error and single-threshold miscalibration, probabilities.
    signed_gap : float or Fraction
        p_hat(A) - p(A), in [-1, 1].
    threshold : float, Fraction or ndarray of shape (C,)
        1/K (Theorem 1), or 1/|E_c| for each prompt (X2).
    max_valid, min_errors : int
        k = max |V_c| and K = min |E_c|.
    size_ratio : float or Fraction
        The "small term" of the bound: k/K, or the average of |V_c|/|E_c| for X2.
    slack_terms : SlackTerms
        The exact decomposition of err - bound.
    """

    err_iiv: Number
    delta: Number
    signed_gap: Number
    threshold: Number | Array
    max_valid: int
    min_errors: int
    size_ratio: Number
    slack_terms: SlackTerms
    _terms = (
        "err",
        "err_iiv",
        "delta",
        "signed_gap",
        "size_ratio",
        "bound",
        "slack",
        "slack_terms",
    )


def theorem_1_bound(world: World, p_hat: ArrayLike) -> ReductionBound:
    r"""Lower bound on the generative error of any model (Theorem 1; Corollary 1 with one prompt).

    .. math:: \mathrm{err} \ge 2\,\mathrm{err_{iiv}} - \frac{\max_c |V_c|}{\min_c |E_c|} - \delta

    Parameters
    ----------
    world : World
        C prompts, X examples; p(E) = 0.
    p_hat : array_like, shape (X,)
        Model probabilities p_hat(r|c); each prompt sums to 1.

    Returns
    -------
    ReductionBound
        Holds for every world and every model; exact if the world is.

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world.

    Notes
    -----
    With nonsense in the world (Sec. 5) the same bound holds, and this function gives it.

    Examples
    --------
    One valid response and two errors; the model puts 1/2 on the truth.

    >>> from fractions import Fraction as F
    >>> world = World(p=[F(1), F(0), F(0)], valid=[True, False, False])
    >>> result = theorem_1_bound(world, [F(1, 2), F(1, 4), F(1, 4)])
    >>> print(result.err, result.err_iiv, result.delta, result.bound, result.slack)
    1/2 1/2 0 1/2 0
    """
    return bound_of_split(split_at(world, p_hat))


def corollary_1_bound(world: World, p_hat: ArrayLike) -> ReductionBound:
    r"""Lower bound on the generative error without prompts (Corollary 1).

    .. math:: \mathrm{err} \ge 2\,\mathrm{err_{iiv}} - |V|/|E| - \delta

    Returns
    -------
    ReductionBound
        Theorem 1 in the one-prompt case.

    Raises
    ------
    InvalidInput
        If the world has more than one prompt, or ``p_hat`` is not a model of it.
    """
    if world.n_prompts != 1:
        raise InvalidInput(
            "the number of prompts",
            "1 for Corollary 1",
            world.n_prompts,
            remedy="use theorem_1_bound",
        )
    return theorem_1_bound(world, p_hat)


def per_prompt_bound(world: World, p_hat: ArrayLike) -> ReductionBound:
    r"""Sharper lower bound with one threshold per prompt (extension X2, not in the paper).

    .. math:: \mathrm{err} \ge 2\,\mathrm{err_{iiv}} - \sum_c \mu(c)\frac{|V_c|}{|E_c|} - \delta,
              \quad \text{thresholds } 1/|E_c|

    Returns
    -------
    ReductionBound
        Holds always; err_iiv and delta are taken at the per-prompt thresholds.

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world.
    """
    return per_prompt_bound_of_split(split_at(world, p_hat, per_prompt_threshold(world)))


def bound_of_split(split: Split) -> ReductionBound:
    """Theorem 1 for masses cut at 1/K (see :func:`theorem_1_bound`)."""
    K = int(split.n_errors.min())
    size_ratio = ratio(int(split.n_valid.max()), K, exact=split.exact)
    threshold = Fraction(1, K) if split.exact else 1 / K
    return _assemble(split, size_ratio, threshold)


def per_prompt_bound_of_split(split: Split) -> ReductionBound:
    """Extension X2 for masses cut at 1/|E_c| (see :func:`per_prompt_bound`)."""
    size_ratio = split.mean(ratio(split.n_valid, split.n_errors, exact=split.exact))
    return _assemble(split, size_ratio, split.threshold)


def _assemble(split: Split, size_ratio: Number, threshold: Number | Array) -> ReductionBound:
    err_iiv, gap = iiv_error_of_split(split), signed_gap_of_split(split)
    size_ratio = size_ratio if split.exact else float(size_ratio)
    # Sums that miss 1 by the allowed tolerance move err once for p_hat and once for p, and the
    # size ratio once for mu.
    tolerance = 0 if split.exact else (split.tolerance + ROUNDING) * (2 + float(size_ratio))
    return ReductionBound(
        err=error_of_split(split),
        err_iiv=err_iiv,
        delta=size(gap),
        signed_gap=gap,
        threshold=threshold,
        max_valid=int(split.n_valid.max()),
        min_errors=int(split.n_errors.min()),
        size_ratio=size_ratio,
        bound=2 * err_iiv - size_ratio - size(gap),
        slack_terms=_slack_terms(split, size_ratio, gap),
        tolerance=tolerance,
    )


def _slack_terms(split: Split, size_ratio: Number, gap: Number) -> SlackTerms:
    room = split.n_valid * split.threshold
    return SlackTerms(
        overshoot=split.mean(split.q_rest_above - split.iiv_weight_above),
        unused_room=split.mean(room - split.q_valid_below),
        ragged=size_ratio - split.mean(room),
        sign=size(gap) - gap,
    )
