"""A system that never errs: a fact table and a calculator that otherwise say IDK (Sec. 3.1)."""

from __future__ import annotations

from fractions import Fraction

from theory.arrays import Array, as_numbers
from theory.errors import InvalidInput, require_integer
from theory.reduction.world import World


def table_and_calculator(
    n_known: int, n_unknown: int, n_sums: int, *, n_answers: int = 10, answer_prob: Fraction
) -> tuple[World, Array]:
    r"""A system that never errs: a fact table, a calculator, and "I don't know" (Sec. 3.1).

    .. math:: \mathrm{err} = 0,\qquad
        \delta = \mu(\text{known})\,(1 - \alpha) + \mu(\text{unknown})\,\alpha

    Parameters
    ----------
    n_known, n_unknown, n_sums : int
        Facts in the table, facts that are not, and sums; at least one prompt. All equally likely.
    n_answers : int
        R >= 4 plausible answers per prompt, one of them right, then IDK.
    answer_prob : Fraction
        How often texts answer a question of fact, 1/K < alpha < 1 - 1/K with K = R - 1; sums are
        always answered.

    Returns
    -------
    world : World
        Exact.
    p_hat : ndarray of Fraction
        Right on known facts and sums, IDK on the rest.

    Raises
    ------
    InvalidInput
        If a count or the probability is out of range.

    Examples
    --------
    >>> from theory.reduction import calibration_delta, generative_error
    >>> world, p_hat = table_and_calculator(10, 80, 10, answer_prob=Fraction(3, 4))
    >>> print(generative_error(world, p_hat), calibration_delta(world, p_hat))
    0 5/8
    """
    counts = {"n_known": n_known, "n_unknown": n_unknown, "n_sums": n_sums}
    for name, count in counts.items():
        require_integer(name, count, at_least=0)
    R, n = require_integer("n_answers", n_answers, at_least=4), sum(counts.values())
    require_integer("the number of prompts", n, at_least=1)
    if not 1 < answer_prob * (R - 1) < R - 2:
        raise InvalidInput("answer_prob", f"in (1/{R - 1}, 1 - 1/{R - 1})", answer_prob)
    told = [Fraction(answer_prob)] * (n_known + n_unknown) + [Fraction(1)] * n_sums
    says = [Fraction(1)] * n_known + [Fraction(0)] * n_unknown + [Fraction(1)] * n_sums
    wrong = [Fraction(0)] * (R - 1)
    p = [x for a in told for x in (a, *wrong, 1 - a)]
    p_hat = [x for a in says for x in (a, *wrong, 1 - a)]
    valid = [True, *[False] * (R - 1), True] * n
    return World(p=p, valid=valid, n_responses=[R + 1] * n), as_numbers("p_hat", p_hat)
