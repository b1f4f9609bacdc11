"""Das and Srivastava's statements beside the 2024 bound, over the number of statements (X10).

Deterministic: a model calibrated in every block, so that all distances vanish, on K facts of which
some were observed; only the number of statements changes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulations.trials import Columns
from theory.errors import require_integer, require_probability
from theory.innovation import CalibratedInnovation, InnovationBound
from theory.trade_off import kalai_vempala_bound

MANY_SAMPLES = 10**12
"""So many training samples that the sampling term of the 2024 bound does not blur the picture."""


def bounds_by_sparsity(
    n_statements: Sequence[int],
    *,
    n_facts: int = 10,
    n_observed: int = 7,
    missing_mass: float = 0.2,
    gamma: float = 0.01,
) -> Columns:
    r"""What each statement says about a calibrated model, with probability 1 - gamma.

    Parameters
    ----------
    n_statements : sequence of int
        |Y|, each above n_facts.
    n_facts, n_observed : int
        K and |O| < K.
    missing_mass : float
        p(U) in [0, 1]; the 2024 bound gets it as its monofact rate.
    gamma : float
        In (0, 1).

    Returns
    -------
    dict of str to ndarray, shape (sizes,)
        n_statements; innovation, which (e) promises without exception; markov and heaviest, the
        hallucination rate by (e) with (c) and by (e) with (d), the latter nan where its event has
        probability below 1 - gamma; kalai_vempala, the 2024 bound.

    Raises
    ------
    InvalidInput
        If a value is out of range.
    """
    require_probability("gamma", gamma, zero=False, one=False)
    require_probability("missing_mass", missing_mass)
    rows = [
        _row(
            require_integer("n_statements", Y, at_least=n_facts + 1),
            n_facts,
            n_observed,
            missing_mass,
            gamma,
        )
        for Y in n_statements
    ]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _row(
    n_statements: int, n_facts: int, n_observed: int, missing_mass: float, gamma: float
) -> dict[str, float]:
    least = CalibratedInnovation(
        missing_mass, missing_mass / (n_observed + 1), 0.0, n_observed
    ).bound
    left = n_facts - n_observed
    bound = InnovationBound(least, n_statements - n_observed, left, (least,))
    likely = bound.fact_probability <= gamma
    old = kalai_vempala_bound(
        missing_mass,
        0.0,
        n_samples=MANY_SAMPLES,
        n_facts=n_facts,
        n_possible=n_statements,
        gamma=gamma,
    )
    return {
        "n_statements": n_statements,
        "innovation": float(least),
        "markov": float(bound.by_markov(gamma)),
        "heaviest": float(bound.by_heaviest) if likely else float("nan"),
        "kalai_vempala": old.bound,
    }
