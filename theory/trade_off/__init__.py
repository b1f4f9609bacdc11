"""Chapter 4: the least err for a given delta, and the 2024 bound (Sec. 2, X5).

==================  ========================================================
``facts_frontier``  the least err for arbitrary facts, in closed form (X5)
``frontier``        least err for a given delta (X5)
``kalai_vempala``   monofacts, miscalibration and the 2024 bound
``never_errs``      a fact table and a calculator: err = 0 and a large delta
``prospect``        linear programs over one above-threshold set
==================  ========================================================
"""

from theory.trade_off.facts_frontier import (
    abstaining_frontier,
    abstaining_memoriser,
    facts_prospect,
)
from theory.trade_off.frontier import Frontier, least_iiv_error, trade_off_frontier
from theory.trade_off.kalai_vempala import (
    KalaiVempalaBound,
    kalai_vempala_bound,
    level_sets,
    miscalibration,
    within_bin_miscalibration,
)
from theory.trade_off.never_errs import table_and_calculator
from theory.trade_off.prospect import Prospect, best_model_on_set, known_world

__all__ = [
    "Frontier",
    "KalaiVempalaBound",
    "Prospect",
    "abstaining_frontier",
    "abstaining_memoriser",
    "best_model_on_set",
    "facts_prospect",
    "kalai_vempala_bound",
    "known_world",
    "least_iiv_error",
    "level_sets",
    "miscalibration",
    "table_and_calculator",
    "trade_off_frontier",
    "within_bin_miscalibration",
]
