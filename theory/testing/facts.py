"""Checks of what holds surely for arbitrary facts (Theorem 2, upper part; X5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np

from theory.arrays import Number, size
from theory.facts.models import FactModel, calibrated_memoriser
from theory.facts.samples import FactSample, missing_mass
from theory.reduction.bounds import error_of_split, generative_error, signed_gap_of_split
from theory.reduction.split import split_at
from theory.testing.referee import add
from theory.testing.shrinking import StatementViolation, list_terms
from theory.trade_off.facts_frontier import abstaining_memoriser

__tracebackhide__ = True  # pytest shows the message, not these frames
Terms = Mapping[str, Number]
ROUNDING = 1e-12
"""Float terms here are sums of at most 10^3 products near 1: rounding stays below 10^3 x 2^-52."""


def fact_code(sample: FactSample) -> str:
    """Return Python source that defines the ``sample`` of a failed check again.

    Examples
    --------
    >>> from theory.facts import FactWorld
    >>> print(fact_code(FactSample.of_prompts(FactWorld([1.0], 3), 2, [1])))
    from theory.facts.world import FactWorld
    from theory.facts.samples import FactSample
    world = FactWorld([1.0], [3], [1.0], [1])
    sample = FactSample(world, 2, [0], [1], [1])
    """
    w = sample.world
    parts = (w.mu, w.n_responses, w.answer_prob, w.n_prompts)
    cells = (sample.fact_class, sample.n_answers, sample.n_prompts)
    return "\n".join(
        [
            *(["from fractions import Fraction"] if w.exact else []),
            "from theory.facts.world import FactWorld",
            "from theory.facts.samples import FactSample",
            f"world = FactWorld({', '.join(repr(x.tolist()) for x in parts)})",
            f"sample = FactSample(world, {sample.n_samples}, "
            f"{', '.join(repr(x.tolist()) for x in cells)})",
        ]
    )


def _memoriser_error(sample: FactSample) -> Number:
    """Sum over unseen prompts of mu'(c)(1 - 1/|R_c|), cell by cell (Theorem 2, upper part)."""
    w = sample.world
    one = Fraction(1) if w.exact else 1.0
    cells = zip(sample.fact_class, sample.n_answers, sample.n_prompts, strict=True)
    return add(
        (
            int(n) * w.answer_mass[c] * (1 - one / int(w.n_responses[c]))
            for c, seen, n in cells
            if seen == 0
        ),
        w.exact,
    )


def assert_calibrated_memoriser(
    sample: FactSample, learner: Callable[[FactSample], FactModel] = calibrated_memoriser
) -> FactModel:
    r"""Check the sure part of Theorem 2, upper side (Theorem 2).

    .. math:: \delta_z = 0 \;\forall z,\qquad
              \mathrm{err} = \sum_{c \in U} \mu'(c)\,(1 - 1/|R_c|)

    Parameters
    ----------
    sample : FactSample
        Training data, few enough prompts to write out.
    learner : function
        Yours, or the package's.

    Returns
    -------
    FactModel
        What the learner made of the sample.

    Raises
    ------
    StatementViolation
        If err is off, or some delta_z is not 0; names z.
    """
    model = learner(sample)
    world, p_hat = model.explicit()
    allowed = 0 if world.exact else ROUNDING
    terms = {"err": generative_error(world, p_hat), "sum over U": _memoriser_error(sample)}
    gaps = {
        f"delta at z = {z}": signed_gap_of_split(split_at(world, p_hat, z))
        for z in np.unique(p_hat).tolist()
    }
    off = [name for name, gap in gaps.items() if not size(gap) <= allowed]
    if not size(terms["err"] - terms["sum over U"]) <= allowed:
        off.append("err")
    if off:
        _fail("Theorem 2, upper part (calibrated memoriser)", off, terms | gaps, sample)
    return model


def assert_trade_off(sample: FactSample, delta: Number) -> FactModel:
    r"""Check that trading errors for abstentions costs miscalibration (extension X5).

    .. math:: \mathrm{err} + \delta \ge \mathrm{MM}\,(1 - 1/R)

    for the abstaining memoriser, whose err and delta are recomputed from its written-out form.

    Parameters
    ----------
    sample : FactSample
        With |R_c| >= R and 1/K < alpha_c < 1 - 1/K everywhere, K = R - 1.
    delta : number
        In [0, 1].

    Returns
    -------
    FactModel
        The abstaining memoriser at this delta.

    Raises
    ------
    StatementViolation
        If the inequality fails, or the model's delta is not min(delta, MM).
    """
    model = abstaining_memoriser(sample, delta)
    split = model.split()
    R, MM = int(sample.world.n_responses.min()), missing_mass(sample)
    terms: dict[str, Number] = {
        "err": error_of_split(split),
        "delta": size(signed_gap_of_split(split)),
        "asked delta": min(delta, MM),
        "MM (1 - 1/R)": MM - MM / R,
    }
    allowed = 0 if sample.world.exact else ROUNDING
    off = []
    if not size(terms["delta"] - terms["asked delta"]) <= allowed:
        off.append("delta")
    if not terms["err"] + terms["delta"] >= terms["MM (1 - 1/R)"] - allowed:
        off.append("err + delta")
    if off:
        _fail("X5 (trade-off)", off, terms, sample)
    return model


def _fail(title: str, off: list[str], terms: Terms, sample: FactSample) -> None:
    message = f"{title}: off are {', '.join(off)}.\nTerms:\n{list_terms(terms)}\nTo rebuild it:\n"
    raise StatementViolation(message + fact_code(sample), terms)
