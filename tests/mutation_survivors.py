"""Why a mutant may survive: (module, before, after) -> one sentence."""

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
    ("theory.sharp_terms", "30.0", "30.3"): SEARCH,
    ("theory.sharp_terms", "1e-12", "1.01e-12"): SEARCH,
    ("theory.sharp_terms", "0.0", "1.0"): SEARCH,
    ("theory.exact_lp", "10", "11"): (
        "The largest denominator tried when rounding; every answer is certified exactly anyway."
    ),
    ("theory.exact_lp", "1", "2"): "NumPy takes any negative number in reshape for the rest.",
    ("theory.least_slack", "E - e", "E + e"): NOT_BINDING,
    ("theory.least_slack", "V - v", "V + v"): NOT_BINDING,
    ("theory.least_slack", "V - v", "V"): NOT_BINDING,
    ("theory.least_slack", "1", "2"): SAME_CONSTRAINT,
    ("theory.least_slack", "v < V", "v <= V"): (
        "Lets p put mass below where no valid response is: that raises 2 err_iiv and delta by the "
        "same amount, so the least value stays."
    ),
}
