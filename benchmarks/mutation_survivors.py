"""Why a mutant may survive: (module, before, after) -> one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mutants import Mutant

SEARCH = (
    "Only steers the numerical search for the best shares of gamma; any shares are valid and the "
    "optimum is flat."
)
SEARCH_OF_A_TERM = (
    "Only steers the numerical search: the term is valid at every point, and the minimum is flat."
)
LOOSER = "A looser limit on q, which is at most 1 anyway."
TWO_EXACT_WAYS = "Which of two ways is taken: both draw the same law, one faster."
NOT_BINDING = (
    "Not binding: at the optimum the mass below sits on valid responses or above the threshold, so "
    "this limit has price zero and the certified value is the same."
)
SAME_CONSTRAINT = "Multiplies both sides of an inequality by 2: the same constraint."

EXPLAINED: dict[tuple[str, str, str], str] = {
    ("theory.trade_off.frontier", "1 - z", "1 + z"): LOOSER,
    ("theory.trade_off.frontier", "1 - z", "1"): LOOSER,
    ("theory.facts.closed_form", "exponent <= 0", "exponent < 0"): (
        "Where the exponent is 0 both formulas of A are equal."
    ),
    ("theory.facts.four_events", "0", "1"): "Stands for a singleton rate; any rate passes.",
    ("theory.reduction.exact_lp", "10", "11"): (
        "The largest denominator tried when rounding; every answer is certified exactly anyway."
    ),
    (
        "theory.reduction.exact_lp",
        "1",
        "2",
    ): "NumPy takes any negative number in reshape for the rest.",
    ("theory.reduction.attained", "E - e", "E + e"): NOT_BINDING,
    ("theory.reduction.attained", "V - v", "V + v"): NOT_BINDING,
    ("theory.reduction.attained", "V - v", "V"): NOT_BINDING,
    ("theory.reduction.attained", "1", "2"): SAME_CONSTRAINT,
    ("theory.reduction.attained", "v < V", "v <= V"): (
        "Lets p put mass below where no valid response is: that raises 2 err_iiv and delta by the "
        "same amount, so the least value stays."
    ),
}


WHOLE_FUNCTIONS: dict[tuple[str, str], str] = {
    ("theory.facts.closed_form", "_least"): SEARCH_OF_A_TERM,
    ("theory.trade_off.frontier", "_twins_in_order"): (
        "Only takes symmetric twins out of the search: the best value is the same."
    ),
    ("simulations.facts.occupancy", "<module>"): TWO_EXACT_WAYS,
    ("simulations.facts.occupancy", "occupancy"): TWO_EXACT_WAYS,
    ("simulations.facts.occupancy", "_by_poisson"): (
        "Only how many balls are left to be thrown one by one; accepting by the total keeps the "
        "law."
    ),
}
"""(module, function) -> why any of its damage that survives changes nothing but the way."""
TOLERANCE = "A tolerance moved by 1 %: any number near it serves."
LARGEST_TOLERANCE = 1e-6


def explained(mutant: Mutant) -> str:
    """Return why this mutant may survive; empty if nobody said."""
    one = EXPLAINED.get((mutant.module, mutant.before, mutant.after), "")
    return one or WHOLE_FUNCTIONS.get((mutant.module, mutant.function), "") or _tolerance(mutant)


def _tolerance(mutant: Mutant) -> str:
    try:
        small = 0 < float(mutant.before) <= LARGEST_TOLERANCE
    except ValueError:
        return ""
    return TOLERANCE if small else ""
