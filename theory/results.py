"""What statements return: a bound, the terms that make it up, and whether it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from theory.arrays import Number


@dataclass(frozen=True)
class Mistake:
    """A known way to get a number wrong, as a small case.

    Attributes
    ----------
    mistake, quantity : str
        What is done, and which number or decision it spoils.
    wrong, right : bool or float
        The result with the mistake and without.
    """

    mistake: str
    quantity: str
    wrong: Any
    right: Any


ROUNDING = 1e-12
"""What sums of float probabilities may be off by, whatever their distributions may miss 1 by."""


class Terms:
    """Numbers with names; :meth:`terms` is the one flat mapping that a table needs."""

    _terms: ClassVar[tuple[str, ...]]
    """Attributes in the order of the formula; one that is itself Terms is spelled out."""

    def terms(self) -> dict[str, Number]:
        """Return every term by name, those of parts included."""
        flat: dict[str, Number] = {}
        for name in self._terms:
            value = getattr(self, name)
            flat |= value.terms() if isinstance(value, Terms) else {name: value}
        return flat


@dataclass(frozen=True, eq=False, kw_only=True)
class Bound(Terms):
    """A lower bound on the generative error beside the error itself.

    Attributes
    ----------
    err : float or Fraction
        Generative error of the model, a probability.
    bound : float or Fraction
        What err cannot be below; vacuous if it is not positive.
    tolerance : float
        Rounding allowed for in :attr:`holds`; 0 for exact input.
    """

    err: Number
    bound: Number
    tolerance: float = 0

    @property
    def slack(self) -> Number:
        """err - bound; never negative but for rounding."""
        return self.err - self.bound

    @property
    def holds(self) -> bool:
        """Whether err >= bound, up to :attr:`tolerance`."""
        return bool(self.slack >= -self.tolerance)

    @property
    def vacuous(self) -> bool:
        """Whether the bound would hold for every model, because it is not positive."""
        return bool(self.bound <= 0)
