"""The frontier of the arbitrary-facts model in closed form (extension X5, sharpened).

On a prompt whose answer was never seen, every answer is equally likely to be right, so a model
can trade errors for abstentions and nothing else: err >= (1 - 1/R)(MM - delta). (If the R_c
differ, one number delta lets a model answer too often where R_c is small and too seldom where it
is large; the program in :mod:`theory.trade_off.frontier` finds those models.)
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from theory.arrays import Number, ratio
from theory.errors import InvalidInput, require_probability
from theory.facts.models import FactModel, model_of_cells
from theory.facts.samples import FactSample, missing_mass
from theory.facts.world import N_VALID
from theory.trade_off.prospect import Prospect


def abstaining_frontier(sample: FactSample, delta: Number) -> Number:
    r"""Least expected err for a given delta, in closed form (extension X5).

    .. math:: \mathrm{err} \ge \Bigl(1 - \frac1R\Bigr)(\mathrm{MM} - \delta)

    Parameters
    ----------
    sample : FactSample
        What was seen, of a world with |R_c| = R at every prompt and 1/K < alpha_c < 1 - 1/K,
        K = R - 1.
    delta : number
        Size of the expected gap, |E[p_hat(A) - p(A)]| over the unseen answers, in [0, 1].

    Returns
    -------
    float or Fraction
        Exact; attained by :func:`abstaining_memoriser`. It exceeds MM (1 - 1/R) - delta by
        delta/R, so the plain statement err + delta >= MM (1 - 1/R) is attained at delta = 0 alone.

    Raises
    ------
    InvalidInput
        If ``delta`` is outside [0, 1] or the world is not of this kind.

    Examples
    --------
    >>> from theory.facts import FactWorld
    >>> world = FactWorld(mu=[0.5, 0.5], n_responses=5, answer_prob=0.5)
    >>> sample = FactSample.of_prompts(world, 3, [2, 0])
    >>> abstaining_frontier(sample, 0), round(abstaining_frontier(sample, 0.05), 4)
    (0.2, 0.16)
    """
    require_probability("delta", delta)
    R = _common_n_responses(sample)
    MM = missing_mass(sample)
    left = MM - min(MM, delta)
    return left * (Fraction(R - 1, R) if sample.world.exact else (R - 1) / R)


def abstaining_memoriser(sample: FactSample, delta: Number) -> FactModel:
    r"""Calibrated memoriser that moves ``delta`` of its unseen answers to IDK (extension X5).

    .. math:: \hat p(\mathrm{IDK}|c) = 1 - (1 - \lambda) \alpha_c,\quad
              \hat p(r|c) = (1 - \lambda) \alpha_c / |R_c| \text{ on unseen } c,\quad
              \lambda = \delta / \mathrm{MM}

    Parameters
    ----------
    sample : FactSample
        What was seen.
    delta : number
        In [0, 1]; more than MM acts like MM, at which the model never errs.

    Returns
    -------
    FactModel
        err = (1 - lam) sum over U of mu'(c)(1 - 1/|R_c|), exactly; its delta is the one asked for
        if 1/K < alpha_c < 1 - 1/K.

    Raises
    ------
    InvalidInput
        If ``delta`` is outside [0, 1].
    """
    require_probability("delta", delta)
    world, cells = sample.world, sample.fact_class
    MM = missing_mass(sample)
    lam = min(MM, delta) / MM if MM > 0 else 0 * MM
    seen = sample.n_answers > 0
    alpha = world.answer_prob[cells]
    answering = np.where(seen, alpha, (1 - lam) * alpha)
    guess = answering * ratio(1, world.n_responses[cells], exact=world.exact)
    return model_of_cells(
        sample,
        on_answer=np.where(seen, alpha, guess),
        on_idk=1 - answering,
        on_other=np.where(seen, 0 * alpha, guess),
    )


def facts_prospect(sample: FactSample) -> Prospect:
    r"""Prospect of a small fact world by responses, unseen answers averaged (extension X5).

    Rows per prompt: |R_c| answers, then IDK. Seen prompts: the first answer is right. Unseen: each
    answer is right with probability 1/|R_c|, so its expected p is alpha_c/|R_c|.

    Returns
    -------
    Prospect
        For :func:`theory.trade_off.frontier.trade_off_frontier`; |R_c| may differ.
    """
    world, p, error, iiv = sample.world, [], [], []
    cell = np.repeat(np.arange(len(sample.fact_class)), sample.n_prompts)
    fact_class = sample.fact_class[cell]
    sizes = world.n_responses[fact_class]
    alphas = world.answer_prob[fact_class].astype(float)
    for R, alpha, seen in zip(sizes.tolist(), alphas, sample.n_answers[cell] > 0, strict=True):
        right = np.eye(R)[0] if seen else np.full(R, 1 / R)
        p.append([*(alpha * right), 1 - alpha])
        error.append([*(1 - right), 0.0])
        iiv.append([*((1 - right) / (R - 1)), 0.0])
    return Prospect(
        mu=world.prompt_mass[fact_class].astype(float),
        n_responses=sizes + 1,
        p=np.concatenate(p),
        error=np.concatenate(error),
        iiv_error_weight=np.concatenate(iiv),
        threshold=1 / world.min_errors,
        size_ratio=N_VALID / world.min_errors,
    )


def _common_n_responses(sample: FactSample) -> int:
    world = sample.world
    K = world.min_errors
    if world.max_errors != K:
        raise InvalidInput(
            "n_responses",
            "the same at every prompt for the closed form",
            world.n_responses.tolist(),
            remedy="use trade_off_frontier(facts_prospect(sample), ...)",
        )
    inside = (world.answer_prob * K > 1) & ((1 - world.answer_prob) * K > 1)
    if not inside.all():
        bad = int(np.flatnonzero(~inside)[0])
        raise InvalidInput(
            "answer_prob", f"in (1/{K}, 1 - 1/{K})", world.answer_prob[bad], where=f"class {bad}"
        )
    return K + 1
