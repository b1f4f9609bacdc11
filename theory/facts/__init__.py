"""Chapter 2: arbitrary facts and the singleton rate (Sec. 3.3.1, App. B; X4, X9, X13).

=======================  =================================================================
``best_bounds``          the best proved bounds, by X9 and by X13 where counts are known
``closed_form``          X9: the finite-sample term from one generating function
``from_counts``          X13: missing mass and floor from the counts of counts
``generating_function``  what it costs that counts are multinomial, not Poisson
``missing_mass_bounds``  Good and Turing's estimate; Corollary 3, Lemma 1
``models``               models of facts in closed form; the calibrated memoriser
``samples``              training samples as counts; singleton rate, missing mass (Def. 2)
``sharp_bounds``         X4: sharper lower and upper bounds, missing-mass interval
``sharp_term``           the terms of X4, Theorem 2 without the logarithm
``theorem_2``            Lemma 2; Theorem 2, lower and upper
``world``                arbitrary facts, by class of prompts (Def. 1)
=======================  =================================================================
"""

from theory.facts.best_bounds import (
    best_interval,
    best_lower,
    best_upper,
    closed_interval,
    closed_lower,
    closed_upper,
)
from theory.facts.closed_form import drop_term, rise_term
from theory.facts.from_counts import CountsOfCounts
from theory.facts.missing_mass_bounds import (
    LEMMA_1_TIGHTER_FACTOR,
    MissingMassInterval,
    corollary_3_interval,
    good_turing_estimate,
    lemma_1_interval,
)
from theory.facts.models import FactModel, calibrated_memoriser, model_of_cells
from theory.facts.samples import (
    FactSample,
    expected_missing_mass,
    expected_singleton_rate,
    missing_mass,
    singleton_rate,
)
from theory.facts.sharp_bounds import (
    sharp_interval,
    sharp_lower,
    sharp_lower_known,
    sharp_upper,
)
from theory.facts.sharp_term import SharpTerms, sharp_terms
from theory.facts.theorem_2 import (
    ErrorCeiling,
    ErrorFloor,
    lemma_2_bound,
    lemma_2_term,
    theorem_2_lower,
    theorem_2_upper,
)
from theory.facts.world import N_VALID, FactWorld

__all__ = [
    "LEMMA_1_TIGHTER_FACTOR",
    "N_VALID",
    "CountsOfCounts",
    "ErrorCeiling",
    "ErrorFloor",
    "FactModel",
    "FactSample",
    "FactWorld",
    "MissingMassInterval",
    "SharpTerms",
    "best_interval",
    "best_lower",
    "best_upper",
    "calibrated_memoriser",
    "closed_interval",
    "closed_lower",
    "closed_upper",
    "corollary_3_interval",
    "drop_term",
    "expected_missing_mass",
    "expected_singleton_rate",
    "good_turing_estimate",
    "lemma_1_interval",
    "lemma_2_bound",
    "lemma_2_term",
    "missing_mass",
    "model_of_cells",
    "rise_term",
    "sharp_interval",
    "sharp_lower",
    "sharp_lower_known",
    "sharp_terms",
    "sharp_upper",
    "singleton_rate",
    "theorem_2_lower",
    "theorem_2_upper",
]
