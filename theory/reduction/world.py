"""The world: prompts, plausible responses, which are valid, and the training distribution.

Every theorem of the package speaks about one :class:`World`. Its examples (prompt, response) lie
in flat arrays, prompt after prompt, so prompts may have different numbers of responses.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeGuard

import numpy as np

from theory.arrays import (
    TOLERANCE,
    Array,
    ArrayLike,
    BoolArray,
    IntArray,
    Number,
    ReadOnly,
    as_array,
    as_numbers,
    as_whole_numbers,
    is_exact,
    ratio,
    read_only,
    segment_sums,
    sums_to_one,
    total,
)
from theory.errors import InvalidInput, require_probability


@dataclass(frozen=True, eq=False, init=False)
class World(ReadOnly):
    r"""Finite prompts and responses with a noiseless training distribution (Sec. 3.1-3.2).

    .. math:: X = V \cup E,\quad p(c, r) = \mu(c)\,p(r|c),\quad p(E) = 0

    Parameters
    ----------
    p : array_like, shape (X,)
        Training distribution p(r|c), prompt after prompt; sums to 1 in each prompt.
    valid : array_like of bool, shape (X,)
        Which examples are valid. Every prompt has a valid and an erroneous one.
    n_responses : array_like of int, shape (C,), optional
        Number of responses of each prompt. Default: one prompt ("no prompts") that owns all rows.
    mu : array_like, shape (C,), optional
        Prompt distribution; uniform if left out.
    nonsense : array_like of bool, shape (X,), optional
        Examples that are neither valid nor plausible (Sec. 5): generating one is an error, but
        the Is-It-Valid distribution never shows one. Default: none.
    tolerance : float, keyword-only
        How far each float distribution, of the world and of its models, may sum from 1, in
        [0, 1). Exact worlds allow nothing.

    Raises
    ------
    InvalidInput
        If a shape, a probability or a sum is off, a prompt lacks a valid or an erroneous response,
        or p(E) > 0, which Theorem 1 excludes.
    TypeError
        If floats and Fractions are mixed.

    Notes
    -----
    Give ``p`` and ``mu`` as :class:`fractions.Fraction` and every function of the package answers
    in Fractions, with no tolerance anywhere.

    Examples
    --------
    >>> coin = World(p=[0.5, 0.5, 0, 0], valid=[True, True, False, False])
    >>> coin.n_prompts, coin.max_valid, coin.min_errors
    (1, 2, 2)
    """

    p: Array
    valid: BoolArray
    n_responses: IntArray
    mu: Array
    nonsense: BoolArray
    tolerance: float

    def __init__(
        self,
        p: ArrayLike,
        valid: ArrayLike,
        n_responses: ArrayLike | None = None,
        mu: ArrayLike | None = None,
        nonsense: ArrayLike | None = None,
        *,
        tolerance: float = TOLERANCE,
    ) -> None:
        numbers = as_numbers("p", p)
        n = len(numbers)
        if n == 0:
            raise InvalidInput("p", "non-empty", "no examples")
        counts = _counts(n_responses, n)
        self._store(
            p=numbers,
            valid=_mask("valid", valid, n),
            n_responses=counts,
            mu=_prompt_distribution(mu, len(counts), is_exact(numbers)),
            nonsense=_mask("nonsense", np.zeros(n, bool) if nonsense is None else nonsense, n),
            tolerance=float(require_probability("tolerance", tolerance, one=False)),
        )
        self._check_labels()
        _check_prompt_sum(self.mu, self.tolerance)
        self.check_model(self.p, name="p")
        self._check_noiseless()

    @property
    def n_prompts(self) -> int:
        """Number of prompts, C."""
        return len(self.n_responses)

    @property
    def n_examples(self) -> int:
        """Number of examples (prompt, response), |X|."""
        return len(self.p)

    @property
    def exact(self) -> bool:
        """Whether the world is given in Fractions."""
        return is_exact(self.p)

    @cached_property
    def starts(self) -> IntArray:
        """First row of each prompt, shape (C,)."""
        return read_only(np.concatenate([[0], np.cumsum(self.n_responses)[:-1]]))

    @cached_property
    def n_valid(self) -> IntArray:
        """Number of valid responses |V_c|, shape (C,)."""
        return read_only(np.add.reduceat(self.valid, self.starts, dtype=np.int64))

    @cached_property
    def n_errors(self) -> IntArray:
        """Number of errors |E_c| (nonsense not counted), shape (C,)."""
        n_nonsense = np.add.reduceat(self.nonsense, self.starts, dtype=np.int64)
        return read_only(self.n_responses - self.n_valid - n_nonsense)

    @property
    def errors(self) -> BoolArray:
        """Mask of E, the plausible errors, shape (X,)."""
        return ~(self.valid | self.nonsense)

    @property
    def max_valid(self) -> int:
        """Largest number of valid responses, k = max_c |V_c|."""
        return int(self.n_valid.max())

    @property
    def min_errors(self) -> int:
        """Least number of errors, K = min_c |E_c|."""
        return int(self.n_errors.min())

    @property
    def prompt_of_example(self) -> IntArray:
        """Position of the prompt of each example, shape (X,)."""
        return np.repeat(np.arange(self.n_prompts), self.n_responses)

    def per_example(self, per_prompt: Array) -> Array:
        """Spread one value per prompt, shape (C,), over the prompt's examples, shape (X,)."""
        return np.repeat(per_prompt, self.n_responses)

    def to_float(self) -> World:
        """Return the same world in float64."""
        return World(
            p=self.p.astype(float),
            valid=self.valid,
            n_responses=self.n_responses,
            mu=self.mu.astype(float),
            nonsense=self.nonsense,
            tolerance=self.tolerance,
        )

    def check_model(self, p_hat: ArrayLike, *, name: str = "p_hat") -> Array:
        """Return ``p_hat`` as a validated array: the only gate for models.

        Parameters
        ----------
        p_hat : array_like, shape (X,)
            Model probabilities p_hat(r|c), prompt after prompt.

        Raises
        ------
        InvalidInput
            If the length is not |X|, a value is outside [0, 1] (nan included), or a prompt's
            probabilities do not sum to 1.
        TypeError
            If the world is exact and the model is not, or the reverse.
        """
        q = p_hat if _is_ready(p_hat) else as_numbers(name, p_hat)
        if q.shape != self.p.shape:
            raise InvalidInput(
                name, f"of shape ({self.n_examples},), one value per example", f"shape {q.shape}"
            )
        if is_exact(q) != self.exact:
            raise TypeError(
                f"{name} and the world must both be float or both be Fractions; "
                "World.to_float() turns an exact world into a float one."
            )
        self._check_range(name, q)
        self._check_sums(name, q)
        return q

    def _place(self, example: int) -> tuple[int, str]:
        prompt = int(np.searchsorted(self.starts, example, side="right")) - 1
        return prompt, f"prompt {prompt}, response {example - int(self.starts[prompt])}"

    def _check_range(self, name: str, q: Array) -> None:
        # Written as "all inside" and not "any outside": nan fails every comparison.
        if q.min() >= 0 and q.max() <= 1:
            return
        bad = int(np.flatnonzero(~((q >= 0) & (q <= 1)))[0])
        prompt, where = self._place(bad)
        raise InvalidInput(name, "in [0, 1]", q[bad], where=where, prompt=prompt, example=bad)

    def _check_sums(self, name: str, q: Array) -> None:
        sums = segment_sums(q, self.starts)
        allowed = 0 if self.exact else self.tolerance
        wrong = abs(sums - 1) > allowed
        if not wrong.any():
            return
        prompt = int(np.flatnonzero(wrong)[0])
        within = "exactly" if self.exact else f"within {self.tolerance:g}"
        raise InvalidInput(
            f"the sum of {name}",
            f"1 {within} in each prompt",
            sums[prompt],
            where=f"prompt {prompt}",
            remedy="nothing is renormalised for you",
            prompt=prompt,
        )

    def _check_labels(self) -> None:
        both = np.flatnonzero(self.valid & self.nonsense)
        if len(both):
            prompt, where = self._place(int(both[0]))
            raise InvalidInput(
                "an example",
                "valid or nonsense, not both",
                "both",
                where=where,
                prompt=prompt,
                example=int(both[0]),
            )
        for kind, counts in (("valid", self.n_valid), ("erroneous", self.n_errors)):
            if counts.min() == 0:
                prompt = int(np.argmin(counts))
                raise InvalidInput(
                    f"the number of {kind} responses",
                    "at least 1 for each prompt",
                    0,
                    where=f"prompt {prompt}",
                    remedy="Theorem 1 needs every V_c and E_c non-empty",
                    prompt=prompt,
                )

    def _check_noiseless(self) -> None:
        noisy = (self.p > 0) & ~self.valid
        if not noisy.any():
            return
        bad = int(np.flatnonzero(noisy)[0])
        prompt, where = self._place(bad)
        raise InvalidInput(
            "p",
            "0 on every response that is not valid (p(E) = 0, noiseless training data)",
            self.p[bad],
            where=where,
            remedy="Theorem 1 does not hold for noisy training data",
            prompt=prompt,
            example=bad,
        )


def _is_ready(x: Any) -> TypeGuard[Array]:
    # A model is read once and never kept, so a float vector need not be copied.
    return type(x) is np.ndarray and x.dtype == np.float64 and x.ndim == 1


def _counts(n_responses: ArrayLike | None, n_examples: int) -> IntArray:
    if n_responses is None:
        return np.array([n_examples], dtype=np.int64)
    counts = as_whole_numbers("n_responses", n_responses)
    if len(counts) == 0:
        raise InvalidInput("n_responses", "non-empty", "no prompts")
    if counts.min() < 2:
        prompt = int(np.argmin(counts))
        raise InvalidInput(
            "n_responses",
            ">= 2 (a valid and an erroneous response)",
            int(counts[prompt]),
            where=f"prompt {prompt}",
            prompt=prompt,
        )
    if int(counts.sum()) != n_examples:
        raise InvalidInput(
            "the sum of n_responses", f"{n_examples}, the number of rows of p", int(counts.sum())
        )
    return counts


def _mask(name: str, values: ArrayLike, n_examples: int) -> BoolArray:
    mask = as_array(name, values)
    if mask.shape != (n_examples,):
        raise InvalidInput(name, f"of shape ({n_examples},)", f"shape {mask.shape}")
    if mask.dtype.kind != "b" and not np.isin(mask, [0, 1]).all():
        raise InvalidInput(name, "true or false", repr(values))
    return np.array(mask, dtype=bool)


def _prompt_distribution(mu: ArrayLike | None, n_prompts: int, exact: bool) -> Array:
    if mu is None:
        share = Fraction(1, n_prompts) if exact else 1 / n_prompts
        return np.array([share] * n_prompts, dtype=object if exact else float)
    array = as_numbers("mu", mu)
    if array.shape != (n_prompts,):
        raise InvalidInput("mu", f"of shape ({n_prompts},)", f"shape {array.shape}")
    if is_exact(array) != exact:
        raise TypeError("mu and p must both be float or both be Fractions.")
    return array


def _check_prompt_sum(mu: Array, tolerance: float) -> None:
    inside = (mu >= 0) & (mu <= 1)
    if not inside.all():
        bad = int(np.flatnonzero(~inside)[0])
        raise InvalidInput("mu", "in [0, 1]", mu[bad], where=f"prompt {bad}", prompt=bad)
    if not sums_to_one(mu, tolerance):
        raise InvalidInput(
            "the sum of mu",
            "1" if is_exact(mu) else f"1 within {tolerance:g}",
            total(mu),
            remedy="nothing is renormalised for you",
        )


def uniform_model(world: World) -> Array:
    """Return p_hat = 1/(responses of the prompt) of a world: delta is 0, shape (X,)."""
    return world.per_example(ratio(1, world.n_responses, exact=world.exact))


def expectation(world: World, per_prompt: Array) -> Number:
    """Average one value per prompt, shape (C,), under the prompt distribution mu."""
    return total(world.mu * per_prompt)
