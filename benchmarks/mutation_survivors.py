"""Why a mutant may survive: (module, before, after) -> one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mutants import Mutant

SEARCH = (
    "Only steers the numerical search for the best shares of gamma; any shares are valid and the "
    "optimum is flat."
)
NOT_BINDING = (
    "Not binding: at the optimum the mass below sits on valid responses or above the threshold, so "
    "this limit has price zero and the certified value is the same."
)
SAME_CONSTRAINT = "Multiplies both sides of an inequality by 2: the same constraint."

EXPLAINED: dict[tuple[str, str, str], str] = {
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


def explained(mutant: Mutant) -> str:
    """Return why this mutant may survive; empty if nobody said."""
    return EXPLAINED.get((mutant.module, mutant.before, mutant.after), "")
