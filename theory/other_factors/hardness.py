"""Computationally hard questions: who cannot break the cipher errs (Definition 3, Obs. 2)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from theory.arrays import ArrayLike, Number, as_array
from theory.errors import InvalidInput, require_integer, require_probability
from theory.reduction.bounds import theorem_1_bound
from theory.reduction.world import World
from theory.results import Bound


def decryption_world(decrypt: npt.ArrayLike, answer_prob: Number = 1) -> World:
    r"""World of the prompts "what is the decryption of h?" (Sec. 3.4, App. D).

    .. math:: h = e_S(m),\; m \text{ uniform on } M,\quad V_c = \{m, \text{IDK}\},\quad
              |E_c| = |M| - 1

    Parameters
    ----------
    decrypt : array_like of int, shape (C,)
        The message of each ciphertext that is asked about: every message 0 .. |M| - 1 once.
    answer_prob : number
        Training probability of the message; IDK has the rest. A Fraction makes the world exact.

    Returns
    -------
    World
        C = |M| prompts with |M| + 1 responses each: the messages in order, then IDK.

    Raises
    ------
    InvalidInput
        If there are fewer than two messages, one is missing, or the probability is outside
        [0, 1].

    Examples
    --------
    >>> world = decryption_world([1, 0, 2])
    >>> world.n_prompts, world.max_valid, world.min_errors
    (3, 2, 2)
    """
    messages = as_array("decrypt", decrypt)
    n_messages = len(messages)
    require_cipher_messages(n_messages)
    if not np.array_equal(np.sort(messages), np.arange(n_messages)):
        raise InvalidInput("decrypt", f"each of 0 .. {n_messages - 1} once", "something else")
    alpha = require_probability("answer_prob", answer_prob)
    exact = isinstance(alpha, Fraction)
    p = np.full((n_messages, n_messages + 1), Fraction(0) if exact else 0.0)
    p[np.arange(n_messages), messages] = alpha
    p[:, -1] = 1 - alpha
    valid = np.zeros(p.shape, dtype=bool)
    valid[np.arange(n_messages), messages] = True
    valid[:, -1] = True
    sizes = np.full(n_messages, n_messages + 1)
    return World(p=p.ravel(), valid=valid.ravel(), n_responses=sizes)


def require_cipher_messages(n_messages: int) -> int:
    """Refuse message spaces in which no answer can be wrong.

    Raises
    ------
    InvalidInput
        If there are fewer than two messages.
    """
    if n_messages < 2:
        raise InvalidInput(
            "|M|", "at least 2", n_messages, remedy="with one message there is nothing to guess"
        )
    return n_messages


def advantage(err_iiv: Number) -> Number:
    r"""Return the beta up to which a classifier breaks the hard cipher (Definition 3).

    .. math:: \beta\text{-breaks} \iff \mathrm{err_{iiv}} \le (1 - \beta)/2

    Parameters
    ----------
    err_iiv : float or Fraction
        Is-It-Valid error, a probability.

    Returns
    -------
    float or Fraction
        The largest such beta, 1 - 2 err_iiv; negative for classifiers worse than a coin.

    Raises
    ------
    InvalidInput
        If ``err_iiv`` is not a probability.

    Examples
    --------
    >>> advantage(0.25)
    0.5
    """
    require_probability("err_iiv", err_iiv)
    return 1 - 2 * err_iiv


@dataclass(frozen=True, kw_only=True)
class HardnessBound(Bound):
    """Observation 2 and its terms.

    Attributes
    ----------
    err, bound, tolerance
        As in :class:`theory.results.Bound`; bound = 1 - beta - 2/(|M| - 1) - delta.
    beta : float or Fraction
        Its advantage: it beta'-breaks the cipher for no beta' above this one.
    size_ratio : float or Fraction
        2/(|M| - 1).
    delta : float or Fraction
        Miscalibration at 1/(|M| - 1).
    """

    beta: Number
    size_ratio: Number
    delta: Number
    _terms = ("err", "beta", "size_ratio", "delta", "bound", "slack")


def observation_2_bound(world: World, p_hat: ArrayLike) -> HardnessBound:
    r"""Lower bound on the error of a guesser that cannot break the cipher (Observation 2).

    .. math:: \mathrm{err} \ge 1 - \beta - \frac{2}{|M| - 1} - \delta

    Parameters
    ----------
    world : World
        From :func:`decryption_world`.
    p_hat : array_like, shape (X,)
        The guesser.

    Returns
    -------
    HardnessBound
        With beta = 1 - 2 err_iiv, the least beta for which the statement's hypothesis holds up to
        equality; exact if the world is.

    Raises
    ------
    InvalidInput
        If ``p_hat`` is not a model of the world, or the world is no decryption world.
    """
    if (world.n_valid != 2).any() or (world.n_errors != world.n_prompts - 1).any():
        raise InvalidInput(
            "the world",
            "a decryption world: |V_c| = 2 and |E_c| = |M| - 1",
            f"|V_c| up to {world.max_valid}, |E_c| from {world.min_errors}",
            remedy="build it with decryption_world",
        )
    result = theorem_1_bound(world, p_hat)
    beta = advantage(result.err_iiv)
    return HardnessBound(
        err=result.err,
        beta=beta,
        size_ratio=result.size_ratio,
        delta=result.delta,
        bound=1 - beta - result.size_ratio - result.delta,
        tolerance=result.tolerance,
    )


def random_ciphertext_distance(n_messages: int, n_ciphertexts: int) -> Fraction:
    r"""How far App. D's random pairs are from D's error half (erratum 5).

    .. math:: \mathrm{TV} = 1 - \frac{|M| - 1}{|H| - 1}

    App. D pairs a message with a random wrong ciphertext; D pairs the ciphertext of a message with
    a random wrong message, and so never shows a ciphertext that decrypts to nothing.

    Parameters
    ----------
    n_messages : int
        |M| >= 2.
    n_ciphertexts : int
        |H| >= |M|.

    Returns
    -------
    Fraction
        Total variation distance; 0 exactly if the cipher is a bijection.

    Raises
    ------
    InvalidInput
        If |M| < 2 or |H| < |M|.

    Examples
    --------
    >>> print(random_ciphertext_distance(4, 4), random_ciphertext_distance(4, 7))
    0 1/2
    """
    require_cipher_messages(require_integer("n_messages", n_messages, at_least=0))
    n_ciphertexts = require_integer("n_ciphertexts", n_ciphertexts, at_least=n_messages)
    return 1 - Fraction(n_messages - 1, n_ciphertexts - 1)
