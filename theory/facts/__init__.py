"""Chapter 2: arbitrary facts and the singleton rate (Sec. 3.3.1, App. B; X4, X9, X13-X15).

=======================  =================================================================
``best_bounds``          the best proved bounds, by X9 and by X13 where counts are known
``closed_form``          X9: the finite-sample term from one generating function
``four_events``          X4, the step before X9: Theorem 2 without the logarithm
``from_counts``          X13: missing mass and floor from the counts of counts
``generating_function``  what it costs that counts are multinomial, not Poisson
``growth``               how the singleton rate falls with more data, up to 2N
``judged``               X15: errors counted by a judge that errs itself
``missing_mass_bounds``  Good and Turing's estimate; Corollary 3, Lemma 1
``models``               models of facts in closed form; the calibrated memoriser
``samples``              training samples as counts; singleton rate, missing mass (Def. 2)
``theorem_2``            Lemma 2; Theorem 2, lower and upper
``world``                arbitrary facts, by class of prompts (Def. 1)
=======================  =================================================================

Everywhere ``n_samples`` is N >= 1, abstentions included; ``singleton_rate`` is sr in [0, 1];
``gamma`` in (0, 1) is the probability with which a statement may fail.
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
from theory.facts.four_events import FourEvents, four_events_term
from theory.facts.from_counts import (
    CountsOfCounts,
    counted_drop,
    counted_floor_drop,
    counted_rise,
)
from theory.facts.growth import GrowthCurve, chao_unseen, floor_until, growth_curve, samples_until
from theory.facts.judged import judged_error, true_error
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
from theory.facts.theorem_2 import (
    FactErrorCeiling,
    FactErrorFloor,
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
    "FactErrorCeiling",
    "FactErrorFloor",
    "FactModel",
    "FactSample",
    "FactWorld",
    "FourEvents",
    "GrowthCurve",
    "MissingMassInterval",
    "best_interval",
    "best_lower",
    "best_upper",
    "calibrated_memoriser",
    "chao_unseen",
    "closed_interval",
    "closed_lower",
    "closed_upper",
    "corollary_3_interval",
    "counted_drop",
    "counted_floor_drop",
    "counted_rise",
    "drop_term",
    "expected_missing_mass",
    "expected_singleton_rate",
    "floor_until",
    "four_events_term",
    "good_turing_estimate",
    "growth_curve",
    "judged_error",
    "lemma_1_interval",
    "lemma_2_bound",
    "lemma_2_term",
    "missing_mass",
    "model_of_cells",
    "rise_term",
    "samples_until",
    "singleton_rate",
    "theorem_2_lower",
    "theorem_2_upper",
    "true_error",
]
