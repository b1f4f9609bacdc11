"""The best proved bounds: Theorem 2 and the missing mass by X9, and by X13 where counts are known.

One rule: from the counts of counts, X9 and X13 are both computed at gamma/2 and the nearer one is
reported; without them, X9 is computed at gamma. So no choice looks at the sample unpaid.

Prompts may have several right answers (extension X14): an ordered tuple (a_1 .. a_k), uniform on
R_c, answered in training with probabilities alpha_c pi_i. Then |V_c| = k + 1, |E_c| = |R_c| - k and
the Is-It-Valid loss of an unseen prompt still has mean 1/2, in an interval of half the length
rho = |R_c|/|E_c| <= 1 + k/K. Counted by pair (prompt and answer), the same holds with
sqrt(k) rho.
"""

from __future__ import annotations

from dataclasses import replace

from theory.errors import require_integer, require_probability
from theory.facts.closed_form import drop_term, rise_term
from theory.facts.from_counts import (
    CountsOfCounts,
    counted_drop,
    counted_floor_drop,
    counted_rise,
)
from theory.facts.missing_mass_bounds import MissingMassInterval, check_sample
from theory.facts.theorem_2 import FactErrorCeiling, FactErrorFloor

CLOSED, COUNTED = "X9", "X13"


def closed_lower(
    singleton_rate: float,
    n_samples: int,
    *,
    min_errors: int,
    delta: float = 0.0,
    gamma: float = 0.01,
    n_answers: int = 1,
    by_pair: bool = False,
) -> FactErrorFloor:
    r"""Lower bound on the generative error of any learner of facts (extensions X9, X14).

    .. math:: \mathrm{err} \ge \mathrm{sr} - \frac{k + 1}{\min_c|E_c|} - \delta
        - \varepsilon(N, \rho, \gamma)\quad\text{with probability} \ge 1 - \gamma

    Parameters
    ----------
    singleton_rate : float
        sr in [0, 1].
    n_samples : int
        N >= 1.
    min_errors : int
        K = min |E_c| >= 1, which is R - 1 for one right answer.
    delta : float
        Miscalibration of the model at 1/K, in [0, 1].
    gamma : float
        In (0, 1).
    n_answers : int
        k >= 1, right answers per prompt at most.
    by_pair : bool
        Whether sr counts (prompt, answer) pairs instead of prompts.

    Returns
    -------
    FactErrorFloor
        Holds for every fact world and every learner, as Theorem 2 does.

    Raises
    ------
    InvalidInput
        If a value is outside its range.

    Examples
    --------
    >>> round(closed_lower(0.05, 10**6, min_errors=364).bound, 4)
    0.0419
    """
    check_sample(singleton_rate, n_samples, gamma)
    K = require_integer("min_errors", min_errors, at_least=1)
    require_probability("delta", delta)
    stretch = loss_stretch(K, n_answers, by_pair=by_pair)
    term = drop_term(n_samples, gamma=gamma, stretch=stretch)
    return FactErrorFloor(
        singleton_rate=float(singleton_rate),
        size_ratio=(n_answers + 1) / K,
        delta=float(delta),
        sampling_term=term,
        n_samples=n_samples,
        gamma=gamma,
        method=CLOSED,
    )


def closed_upper(
    singleton_rate: float, n_samples: int, *, max_errors: int, gamma: float = 0.01
) -> FactErrorCeiling:
    r"""Upper bound on the generative error of the calibrated memoriser (extension X9).

    .. math:: \mathrm{err} \le \Big(1 - \frac{1}{L+1}\Big)(\mathrm{sr} + \varepsilon)

    Parameters and raises as :func:`theory.facts.theorem_2.theorem_2_upper`.

    Examples
    --------
    >>> round(closed_upper(0.2, 10**6, max_errors=364).bound, 4)
    0.2019
    """
    check_sample(singleton_rate, n_samples, gamma)
    return _ceiling(singleton_rate, rise_term(n_samples, gamma=gamma), n_samples, max_errors, gamma)


def closed_interval(
    singleton_rate: float, n_samples: int, *, gamma: float = 0.01
) -> MissingMassInterval:
    """Interval for the missing mass, half of gamma to each side (extension X9).

    Raises
    ------
    InvalidInput
        If a value is outside its range.

    Examples
    --------
    >>> round(closed_interval(0.2, 10_000).above, 4)
    0.0265
    """
    check_sample(singleton_rate, n_samples, gamma)
    below = drop_term(n_samples, gamma=gamma / 2)
    above = rise_term(n_samples, gamma=gamma / 2)
    return MissingMassInterval(float(singleton_rate), n_samples, gamma, below, above, CLOSED)


def best_lower(
    counts: CountsOfCounts,
    *,
    min_errors: int,
    delta: float = 0.0,
    gamma: float = 0.01,
    n_answers: int = 1,
    by_pair: bool = False,
) -> FactErrorFloor:
    """Lower bound on the generative error of any learner, from the counts (X9, X13, X14).

    Parameters
    ----------
    counts : CountsOfCounts
        Of the prompts of the training sample, or of its pairs if ``by_pair``.
    min_errors, delta, gamma, n_answers, by_pair
        As in :func:`closed_lower`.

    Returns
    -------
    FactErrorFloor
        The better of X9 and X13 at gamma/2 each; ``method`` names it.

    Raises
    ------
    InvalidInput
        If a value is outside its range.

    Examples
    --------
    >>> floor = best_lower(CountsOfCounts(10**6, [1], [50_000]), min_errors=364)
    >>> round(floor.bound, 4), floor.method
    (0.0436, 'X13')
    """
    share = gamma / 2
    closed = closed_lower(
        counts.singleton_rate,
        counts.n_samples,
        min_errors=min_errors,
        delta=delta,
        gamma=share,
        n_answers=n_answers,
        by_pair=by_pair,
    )
    stretch = loss_stretch(min_errors, n_answers, by_pair=by_pair)
    counted = counted_floor_drop(counts, gamma=share, stretch=stretch)
    term, method = _nearer(closed.sampling_term, counted)
    return replace(closed, sampling_term=term, gamma=gamma, method=method)


def best_upper(counts: CountsOfCounts, *, max_errors: int, gamma: float = 0.01) -> FactErrorCeiling:
    """Upper bound on the calibrated memoriser's err, from the counts (extensions X9, X13).

    The better of both at gamma/2 each; parameters and raises as :func:`best_lower`, with
    L = max |E_c|.
    """
    N = counts.n_samples
    term, method = _nearer(rise_term(N, gamma=gamma / 2), counted_rise(counts, gamma=gamma / 2))
    return _ceiling(counts.singleton_rate, term, N, max_errors, gamma, method)


def best_interval(counts: CountsOfCounts, *, gamma: float = 0.01) -> MissingMassInterval:
    """Interval for the missing mass, from the counts (extensions X9, X13).

    Half of gamma to each side, on each side the better of both at gamma/4.

    Raises
    ------
    InvalidInput
        If gamma is outside (0, 1).

    Examples
    --------
    >>> interval = best_interval(CountsOfCounts(10**6, [1], [10**4]))
    >>> round(interval.lower, 5), round(interval.upper, 5), interval.method
    (0.0096, 0.01041, 'X13')
    """
    N, share = counts.n_samples, gamma / 4
    below, low = _nearer(drop_term(N, gamma=share), counted_drop(counts, gamma=share))
    above, high = _nearer(rise_term(N, gamma=share), counted_rise(counts, gamma=share))
    method = low if low == high else f"{low} below, {high} above"
    return MissingMassInterval(counts.singleton_rate, N, gamma, below, above, method)


def loss_stretch(min_errors: int, n_answers: int = 1, *, by_pair: bool = False) -> float:
    """Return rho of Lemma 2, the length of the interval of G_c, or its stand-in by pair (X14).

    Raises
    ------
    InvalidInput
        If a number is not whole or below 1.

    Examples
    --------
    >>> loss_stretch(2), loss_stretch(4, 4, by_pair=True)
    (1.5, 4.0)
    """
    K = require_integer("min_errors", min_errors, at_least=1)
    k = require_integer("n_answers", n_answers, at_least=1)
    return float(1 + k / K) * (k**0.5 if by_pair else 1)


def _nearer(closed: float, counted: float) -> tuple[float, str]:
    return (counted, COUNTED) if counted < closed else (closed, CLOSED)


def _ceiling(
    singleton_rate: float,
    term: float,
    n_samples: int,
    max_errors: int,
    gamma: float,
    method: str = CLOSED,
) -> FactErrorCeiling:
    luck = 1 / (require_integer("max_errors", max_errors, at_least=1) + 1)
    return FactErrorCeiling(
        singleton_rate=float(singleton_rate),
        luck=luck,
        sampling_term=(1 - luck) * term,
        n_samples=n_samples,
        gamma=gamma,
        method=method,
    )
