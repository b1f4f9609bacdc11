r"""Innovation: mass on statements that were never observed (Das and Srivastava, arXiv:2605.26808).

The setting is Kalai and Vempala's of 2024. A finite set Y of statements consists of at most K facts
F and of others H; the data are some observed facts O; U is the rest of Y. A model g that depends on
the data alone *innovates* by g(U) and *hallucinates* by g(H). Facts are *regular* if, given the
data, every statement in U is a fact with the same probability, which is then at most
(K - |O|)/|U|.

Statements (a) to (d) here and (e) in :mod:`theory.innovation.calibrated` are those of the paper as
we know them at second hand; each is proved in ``paper_notes.md``. Two things are sharper than there
and extensions: K - |O| stands in place of K, and one bound uses the model's own heaviest
statements.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from theory.arrays import (
    Array,
    ArrayLike,
    BoolArray,
    Number,
    as_array,
    as_numbers,
    ratio,
    sums_to_one,
    total,
)
from theory.errors import InvalidInput, require_integer, require_probability


@dataclass(frozen=True)
class InnovationBound:
    r"""What innovation says about hallucination, given the data (Das and Srivastava 2026).

    Attributes
    ----------
    innovation : number
        g(U), in [0, 1].
    n_unseen : int
        |U|, statements that were not observed.
    n_facts_left : int
        K - |O|, the most facts that U can hold.
    heaviest : tuple of numbers
        The n_facts_left + 1 largest masses of g on U (all of them, if U has fewer), largest first.
    """

    innovation: Number
    n_unseen: int
    n_facts_left: int
    heaviest: tuple[Number, ...]

    @property
    def fact_probability(self) -> Number:
        r"""Most that any unseen statement can be a fact: (K - |O|)/|U|, exact if g is."""
        exact = isinstance(self.innovation, Fraction)
        share = ratio(self.n_facts_left, max(self.n_unseen, 1), exact=exact)
        return share if exact else float(share)

    @property
    def hallucination_probability(self) -> Number:
        """Least probability of g(H) > 0, given the data (b); 0 for a model without innovation."""
        return 0 * self.innovation if self.innovation == 0 else 1 - self.fact_probability

    def by_markov(self, gamma: Number) -> Number:
        r"""Mass that g(H) reaches with probability 1 - gamma (c).

        .. math:: g(H) \ge g(U)\Bigl(1 - \frac{K - |O|}{\gamma\,|U|}\Bigr)

        Raises
        ------
        InvalidInput
            If gamma is not in (0, 1].
        """
        require_probability("gamma", gamma, zero=False)
        return self.innovation * (1 - self.fact_probability / gamma)

    @property
    def by_heaviest(self) -> Number:
        r"""Mass that g(H) reaches with probability 1 - (K - |O|)/|U| (d).

        .. math:: g(H) \ge g(U)/(K - |O| + 1)
        """
        return self.innovation / (self.n_facts_left + 1)

    @property
    def by_own_masses(self) -> Number:
        r"""The same from the model's own masses (extension): never below (d), on the same event.

        If the heaviest unseen statement is no fact, then g(H) is at least g(U) less the K - |O|
        masses that follow it.
        """
        return self.innovation - sum(self.heaviest[1:])

    @property
    def surely(self) -> Number:
        r"""Mass that g(H) always reaches (extension): g(U) less its K - |O| heaviest masses."""
        return self.innovation - sum(self.heaviest[: self.n_facts_left])


def innovation_rate(p_hat: ArrayLike, observed: ArrayLike) -> Number:
    r"""Mass of a model on statements that were not observed, g(U) (Das and Srivastava 2026).

    Parameters
    ----------
    p_hat : array_like, shape (Y,)
        The model; sums to 1.
    observed : array_like of bool, shape (Y,)
        Which statements the training data hold.

    Returns
    -------
    float or Fraction
        In [0, 1], exact. Never below the hallucination rate g(H) if all that was observed is true
        (a).

    Raises
    ------
    InvalidInput
        If p_hat is no distribution or the shapes differ.

    Examples
    --------
    >>> innovation_rate([0.5, 0.25, 0.25], [True, False, False])
    0.5
    """
    g, seen = statement_masses(p_hat, observed)
    return total(g[~seen])


def innovation_bound(p_hat: ArrayLike, observed: ArrayLike, n_facts: int) -> InnovationBound:
    r"""Relate innovation to hallucination for at most ``n_facts`` regular facts (b, c, d).

    Parameters
    ----------
    p_hat, observed
        As in :func:`innovation_rate`.
    n_facts : int
        K, the most facts that there are, observed ones included.

    Returns
    -------
    InnovationBound
        Every bound with its event; all probabilities are over the facts, given the data.

    Raises
    ------
    InvalidInput
        If p_hat is no distribution, the shapes differ, or more than K statements were observed.

    Examples
    --------
    Four unseen statements, at most one of them a fact, half the mass spread over them:

    >>> bound = innovation_bound([0.5] + [0.125] * 4, [True] + [False] * 4, n_facts=2)
    >>> bound.hallucination_probability, bound.by_heaviest, bound.by_own_masses
    (0.75, 0.25, 0.375)
    """
    g, seen = statement_masses(p_hat, observed)
    left = require_integer("n_facts", n_facts, at_least=1) - int(seen.sum())
    if left < 0:
        raise InvalidInput(
            "n_facts", f">= {int(seen.sum())}, the number of observed statements", n_facts
        )
    unseen = sorted(g[~seen].tolist(), reverse=True)
    return InnovationBound(
        innovation=total(g[~seen]),
        n_unseen=len(unseen),
        n_facts_left=min(left, len(unseen)),
        heaviest=tuple(unseen[: left + 1]),
    )


def statement_masses(
    p_hat: ArrayLike, observed: ArrayLike, name: str = "p_hat"
) -> tuple[Array, BoolArray]:
    """Return a distribution over statements and the mask of the observed ones, checked.

    Raises
    ------
    InvalidInput
        If it is no distribution or the shapes differ.
    """
    g, seen = as_numbers(name, p_hat), as_array("observed", observed)
    if seen.dtype != bool or seen.shape != g.shape:
        raise InvalidInput("observed", f"{len(g)} booleans, one per statement", repr(observed))
    if not ((g >= 0) & (g <= 1)).all() or not sums_to_one(g):
        raise InvalidInput(name, "a distribution (in [0, 1], sum 1)", f"sum {total(g)}")
    return g, seen
