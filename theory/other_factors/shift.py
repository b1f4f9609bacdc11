r"""Other prompts at test time, and errors in the training data (Sec. 3.4).

The paper names both causes and states no formula; every formula here is an extension of the
project's own, proved in ``paper_notes.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

from theory.arrays import Array, ArrayLike, Number, as_numbers, ratio, segment_sums, size, total
from theory.errors import InvalidInput, require_probability
from theory.reduction.bounds import bound_of_split
from theory.reduction.split import split_at
from theory.reduction.world import World, expectation
from theory.results import Bound, Terms


def error_per_prompt(world: World, p_hat: ArrayLike) -> Array:
    """Return what a shift of prompts weighs: p_hat(E_c | c) at each prompt, shape (C,).

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of this world.
    """
    return segment_sums(world.check_model(p_hat) * ~world.valid, world.starts)


def with_prompt_law(world: World, mu: ArrayLike) -> World:
    """Return the world after a shift: another prompt distribution, shape (C,).

    Raises
    ------
    InvalidInput
        If ``mu`` is not a distribution over the prompts.
    """
    return World(
        p=world.p,
        valid=world.valid,
        n_responses=world.n_responses,
        mu=mu,
        nonsense=world.nonsense,
        tolerance=world.tolerance,
    )


def drifted(world: World, mu_test: ArrayLike, share: Number) -> World:
    r"""Mix the test prompts into the training prompts (extension).

    .. math:: \mu_s = (1 - s)\,\mu + s\,\mu_{test}

    Parameters
    ----------
    world : World
        C prompts.
    mu_test : array_like, shape (C,)
        Test prompt distribution.
    share : number
        s in [0, 1].

    Raises
    ------
    InvalidInput
        If ``mu_test`` is not a distribution over the prompts or ``share`` no probability.
    """
    s = require_probability("share", share)
    test = with_prompt_law(world, mu_test)
    return with_prompt_law(world, (1 - s) * world.mu + s * test.mu)


@dataclass(frozen=True)
class ShiftBound(Terms):
    """How far err can move when the prompt law moves (extension).

    Attributes
    ----------
    err_train, err_test : float or Fraction
        Generative error under either law.
    distance : float or Fraction
        Total variation distance of the two prompt laws.
    spread : float or Fraction
        Largest minus smallest error of a single prompt.
    bound : float or Fraction
        distance * spread.
    """

    err_train: Number
    err_test: Number
    distance: Number
    spread: Number
    bound: Number
    _terms = ("err_train", "err_test", "distance", "spread", "bound", "slack")

    @property
    def slack(self) -> Number:
        """The bound minus abs(err_test - err_train)."""
        return self.bound - size(self.err_test - self.err_train)


def shift_bound(world: World, p_hat: ArrayLike, mu_test: ArrayLike) -> ShiftBound:
    r"""Bound the change of err under another prompt law (extension; Sec. 3.4 has no formula).

    .. math:: |\mathrm{err}_{\mu'} - \mathrm{err}_{\mu}|
              \le \mathrm{TV}(\mu, \mu')\,(\max_c \mathrm{err}_c - \min_c \mathrm{err}_c)

    Parameters
    ----------
    world : World
        C prompts, with the training law.
    p_hat : array_like, shape (X,)
        Model.
    mu_test : array_like, shape (C,)
        Test law.

    Raises
    ------
    InvalidInput
        If the model or the law is none.
    """
    of_prompt = error_per_prompt(world, p_hat)
    test = with_prompt_law(world, mu_test)
    distance = total(abs(world.mu - test.mu)) / 2
    spread = max(of_prompt.tolist()) - min(of_prompt.tolist())
    return ShiftBound(
        err_train=expectation(world, of_prompt),
        err_test=expectation(test, of_prompt),
        distance=distance,
        spread=spread,
        bound=distance * spread,
    )


def noisy_training(world: World, share: Number, wrong: ArrayLike | None = None) -> Array:
    r"""Training distribution of which a share is false (extension; Sec. 3.4, GIGO).

    .. math:: p_\eta(r|c) = (1 - \eta)\, p(r|c) + \eta\, u(r|c),\qquad u \text{ on } E_c

    Parameters
    ----------
    world : World
        The clean world.
    share : number
        eta in [0, 1], so p_eta(E) = eta.
    wrong : array_like, shape (X,), optional
        u, a distribution at each prompt that lives on errors; uniform on E_c if left out.

    Returns
    -------
    ndarray, shape (X,)
        Not a training distribution that :class:`World` accepts, unless eta = 0.

    Raises
    ------
    InvalidInput
        If ``share`` is no probability, or ``wrong`` is no distribution on errors.
    """
    eta = require_probability("share", share)
    if wrong is None:
        u = world.per_example(ratio(1, world.n_errors, exact=world.exact)) * world.errors
    else:
        u = world.check_model(as_numbers("wrong", wrong), name="wrong")
        if (u[world.valid] > 0).any():
            raise InvalidInput("wrong", "0 on every valid response", "a valid one with mass")
    mixed: Array = (1 - eta) * world.p + eta * u
    return mixed


@dataclass(frozen=True, kw_only=True)
class GigoBound(Bound):
    """Lower bounds on err of a model that learned from data of which a share is false (extension).

    Attributes
    ----------
    err, bound, tolerance
        As in :class:`theory.results.Bound`; bound = 2 err_iiv - k/K - delta - eta.
    err_iiv : float or Fraction
        Is-It-Valid error; like err, measured against the truth.
    share : float or Fraction
        eta, the false share of the training data.
    size_ratio : float or Fraction
        k/K.
    delta : float or Fraction
        Miscalibration against the noisy training distribution, which an auditor sees.
    distance : float or Fraction
        Total variation distance of the model from the noisy training distribution.
    learned_bound : float or Fraction
        eta - distance: who learns the data well repeats its errors.
    """

    err_iiv: Number
    share: Number
    size_ratio: Number
    delta: Number
    distance: Number
    learned_bound: Number
    _terms = (
        *("err", "err_iiv", "share", "size_ratio", "delta", "distance"),
        *("bound", "learned_bound", "slack"),
    )

    @property
    def slack(self) -> Number:
        """err minus the larger of the two bounds."""
        return self.err - max(self.bound, self.learned_bound)


def gigo_bound(
    world: World, p_hat: ArrayLike, share: Number, wrong: ArrayLike | None = None
) -> GigoBound:
    r"""Bound err after training on partly false data (extension; Sec. 3.4 has no formula).

    .. math:: \mathrm{err} \ge 2\,\mathrm{err_{iiv}} - \frac kK - \delta_\eta - \eta,\qquad
              \mathrm{err} \ge \eta - \mathrm{TV}(\hat p, p_\eta)

    Without the last eta the first statement is false: Theorem 1 needs p(E) = 0.

    Parameters
    ----------
    world : World
        The clean world, which defines err and D.
    p_hat : array_like, shape (X,)
        Model, trained on :func:`noisy_training`.
    share, wrong
        As in :func:`noisy_training`.

    Raises
    ------
    InvalidInput
        As :func:`noisy_training`, and if ``p_hat`` is not a model of the world.
    """
    q, p_noisy = world.check_model(p_hat), noisy_training(world, share, wrong)
    split = split_at(world, q)
    clean = bound_of_split(split)
    above = q > world.per_example(split.threshold)
    mu = world.per_example(world.mu)
    delta = size(total(mu * (q - p_noisy) * above))
    distance = total(mu * abs(q - p_noisy)) / 2
    return GigoBound(
        err=clean.err,
        err_iiv=clean.err_iiv,
        share=share,
        size_ratio=clean.size_ratio,
        delta=delta,
        distance=distance,
        bound=2 * clean.err_iiv - clean.size_ratio - delta - share,
        learned_bound=share - distance,
        tolerance=clean.tolerance,
    )
