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
LOOSER = "A looser limit on what is at most 1 anyway."
TWO_EXACT_WAYS = "Which of two ways is taken: both draw the same law, one faster."
BRACKET = "Only where the search for a root begins: the root is the same."
MIDDLE = "Half of 1 + t is above every target t below 1, and so is what takes its place."
TIE = "Differs only where two numbers are equal, and there both ways give the same."
LONGER_CHAINS = "Only how long the chains of values are that are cut into levels, one by one."
UNUSED = "Fills a place that is not read."
ONE_FACTOR = "Centring one of the two factors is enough for a sum of products."
PATIENCE = "A limit of patience or memory, not of what is right."
CERTIFIED = "The largest denominator tried when rounding; every answer is certified exactly anyway."
SAME_CONSTRAINT = "Multiplies both sides of an inequality by 2: the same constraint."

EXPLAINED: dict[tuple[str, str, str], str] = {
    ("hallucination_theory.logs.compare", "400", "401"): PATIENCE,
    ("hallucination_theory.logs.read", "1", "2"): PATIENCE,
    ("hallucination_theory.logs.read", "16", "17"): PATIENCE,
    ("theory.trade_off.frontier", "1", "2"): LOOSER,
    ("theory.trade_off.frontier", "gain[best] > 0", "gain[best] >= 0"): TIE,
    ("theory.trade_off.prospect", "1.0", "1.01"): LOOSER,
    (
        "theory.trade_off.kalai_vempala",
        "(1 + LEVEL_TOLERANCE) * values[:-1]",
        "1 + LEVEL_TOLERANCE",
    ): LONGER_CHAINS,
    ("theory.trade_off.kalai_vempala", "1", "2"): LONGER_CHAINS,
    (
        "theory.arrays",
        "float(np.dot(a.astype(float), b.astype(float))) <= LARGEST",
        "float(np.dot(a.astype(float), b.astype(float))) < LARGEST",
    ): TIE,
    ("theory.calibration.ece", "n_bins - 1", "n_bins + 1"): (
        "The last share is 1, so the last bin is n_bins - 1 without the limit."
    ),
    ("theory.calibration.ece", "n_bins - 1", "n_bins"): (
        "The last share is 1, so the last bin is n_bins - 1 without the limit."
    ),
    ("theory.confidence_targets.interval", "1 - error", "1 + error"): (
        "Asks whether the error rounds to nothing beside 1; either sign tells."
    ),
    ("theory.confidence_targets.interval", "count / n", "count * n"): UNUSED,
    ("theory.confidence_targets.interval", "count / n", "count"): UNUSED,
    ("theory.confidence_targets.interval", "1.0", "1.01"): UNUSED,
    ("theory.confidence_targets.repeated", "40", "41"): "One halving more than floats can tell.",
    ("theory.confidence_targets.repeated", "1.0", "1.01"): BRACKET,
    ("theory.confidence_targets.repeated", "capital >= needed", "capital > needed"): TIE,
    ("theory.grading.published", "t - mean_t", "t + mean_t"): ONE_FACTOR,
    ("theory.grading.published", "t - mean_t", "t"): ONE_FACTOR,
    ("theory.grading.published", "s - mean_s", "s + mean_s"): ONE_FACTOR,
    ("theory.grading.published", "s - mean_s", "s"): ONE_FACTOR,
    ("theory.grading.targets", "t < 0", "t <= 0"): "Only a refused t comes here, and 0 is none.",
    ("theory.grading.targets", "0", "1"): "Only a refused t comes here, and none is in [0, 1).",
    ("theory.grading.targets", "t > 1", "t >= 1"): "1 was told apart before.",
    ("theory.grading.meta_evaluation", "0", "1"): (
        "No grader of Table 2 is indifferent between 0 and 1."
    ),
    ("theory.grading.mistakes", "(1 + t) / 2 > t", "(1 + t) / 2 >= t"): MIDDLE,
    ("theory.grading.mistakes", "(1 + t) / 2", "(1 + t) * 2"): MIDDLE,
    ("theory.grading.mistakes", "(1 + t) / 2", "1 + t"): MIDDLE,
    ("theory.grading.mistakes", "1", "2"): MIDDLE,
    ("theory.innovation.floor", "1", "2"): (
        "A prompt without answers has k = 0: the ratio is 0, whatever 0 is divided by."
    ),
    ("theory.memory.exam", "gain(highest) <= 0", "gain(highest) < 0"): TIE,
    ("theory.memory.exam", "y < 1", "y <= 1"): "Both forms are the same number near 1.",
    ("theory.memory.exam", "1", "2"): "Both forms are the same number between 1 and 2.",
    ("theory.memory.judge", "700.0", "707.0"): "Less than e^-700 is not told from 0.",
    ("theory.memory.rate", "0.1", "0.101"): "Series and logarithm agree on both sides of it.",
    ("theory.memory.rate", "20", "21"): "One term more of a series that has converged.",
    ("theory.memory.rate", "1.0", "1.01"): BRACKET,
    ("theory.memory.rate", "2", "3"): BRACKET,
    (
        "theory.memory.rate",
        "rate_of_tilt(high, n_answers) < memory",
        "rate_of_tilt(high, n_answers) <= memory",
    ): BRACKET,
    ("theory.memory.rate", "np.abs(u) < SERIES_BELOW", "np.abs(u) <= SERIES_BELOW"): TIE,
    ("theory.memory.rate", "0.0", "1.0"): UNUSED,
    ("theory.memory.small_codes", "20000000", "20000001"): PATIENCE,
    ("theory.memory.small_codes", "L > 0", "L >= 0"): (
        "Where a mistake costs nothing, an abstention is never better than an answer."
    ),
    ("theory.memory.small_codes", "totals[i] > best", "totals[i] >= best"): TIE,
    ("theory.memory.importance", "room <= whole", "room < whole"): TIE,
    ("theory.poor_models.linear", "1", "2"): LOOSER,
    ("theory.poor_models.ngram_counts", "k < order", "k <= order"): (
        "Only memory: after the longest n-grams nothing is looked up."
    ),
    ("theory.poor_models.planar", "1000000", "1000001"): PATIENCE,
    ("theory.testing.choice", "q > t", "q >= t"): (
        "The same cuts, but all above for none above: either has err_iiv = 1/2."
    ),
    ("theory.poor_models.planar", "0", "1"): (
        "A looser estimate of a line's gain: more lines are looked at, and none is left out."
    ),
    ("theory.poor_models.planar", "at_most[k] <= best", "at_most[k] < best"): TIE,
    ("theory.testing.reduction", "12", "13"): (
        "Only whether a world of so many rows is made smaller before it is shown."
    ),
    (
        "hallucination_theory.scores.resampling",
        "totals >= observed - 1e-09",
        "totals > observed - 1e-09",
    ): TIE,
    ("hallucination_theory.scores.simultaneous", "20000", "20001"): PATIENCE,
    ("hallucination_theory.scores.simultaneous", "262144", "262145"): PATIENCE,
    ("theory.facts.closed_form", "exponent <= 0", "exponent < 0"): (
        "Where the exponent is 0 both formulas of A are equal."
    ),
    ("theory.facts.four_events", "0", "1"): "Stands for a singleton rate; any rate passes.",
    ("theory.reduction.exact_lp", "10", "11"): CERTIFIED,
    ("theory.reduction.exact_lp", "6", "7"): CERTIFIED,
    ("theory.reduction.attained", "1", "2"): SAME_CONSTRAINT,
}


WHOLE_FUNCTIONS: dict[tuple[str, str], str] = {
    ("theory.facts.closed_form", "_least"): SEARCH_OF_A_TERM,
    ("theory.memory.calibrated", "_tangent"): (
        "Only where the search for the tangent begins and ends: the tangent is the same."
    ),
    ("theory.memory.importance", "_multiplier"): BRACKET,
    ("theory.poor_models.linear", "_proposed"): (
        "Only a proposal: what is proposed is proved in rationals, and searched for exactly if not."
    ),
    ("theory.poor_models.linear", "_separator"): (
        "Only a proposal: the line is checked in rationals, and found exactly if it does not part."
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
