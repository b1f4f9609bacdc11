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
SPEED = "Only how fast the search for a root ends: the root is the same."
TIE = "Differs only where two numbers are equal, and there both ways give the same."
LONGER_CHAINS = "Only how long the chains of values are that are cut into levels, one by one."
PATIENCE = "A limit of patience or memory, not of what is right."
WHOLE = "A number that equals its floor equals its ceiling."
ALIKE = "Only which texts look alike before they are compared: texts that are equal still do."
SLOW_READER = "Only how much Arrow takes at a time: what it cannot take the slow reader reads."
CERTIFIED = "The largest denominator tried when rounding; every answer is certified exactly anyway."
SAME_CONSTRAINT = "Multiplies both sides of an inequality by 2: the same constraint."

EXPLAINED: dict[tuple[str, str, str], str] = {
    ("hallucination_theory.inputs.json_text", "len(text) > MIB", "len(text) >= MIB"): (
        "Whether a document of exactly 1 MiB is estimated: what it may take is far below the limit."
    ),
    ("hallucination_theory.inputs.opened", "1", "2"): (
        "One byte more than the limit tells that there is more, and so do two."
    ),
    ("hallucination_theory.inputs.progress", "1000000000.0", "1010000000.0"): (
        "A delay that no command lives to see; the thread ends it."
    ),
    ("hallucination_theory.tables.csv_files", "16", "17"): PATIENCE,
    ("hallucination_theory.tables.csv_files", "10000", "10001"): PATIENCE,
    ("hallucination_theory.tables.fingerprints", "1", "2"): PATIENCE,
    ("hallucination_theory.tables.fingerprints", "15", "16"): PATIENCE,
    ("hallucination_theory.tables.fingerprints", "last > first", "last >= first"): TIE,
    ("hallucination_theory.tables.fingerprints", "size.max() > EDGE", "size.max() >= EDGE"): TIE,
    ("hallucination_theory.tables.formats", "1", "2"): PATIENCE,
    ("hallucination_theory.tables.formats", "16", "17"): PATIENCE,
    ("hallucination_theory.tables.formats", "4096", "4097"): PATIENCE,
    ("hallucination_theory.tables.json_lines", "16", "17"): PATIENCE,
    ("hallucination_theory.tables.json_lines", "line + b'\\n'", "line"): (
        "Arrow reads objects one after another, with or without a new line between them."
    ),
    ("hallucination_theory.tables.json_lines", "len(text) + 1", "len(text)"): PATIENCE,
    ("hallucination_theory.tables.json_lines", "1", "2"): PATIENCE,
    ("hallucination_theory.tables.model_table", "np.floor(count)", "np.ceil(count)"): WHOLE,
    ("hallucination_theory.tables.sample_model", "np.floor(seen)", "np.ceil(seen)"): WHOLE,
    (
        "hallucination_theory.tables.sample_model",
        "keys + question * SPREAD",
        "keys - question * SPREAD",
    ): ALIKE,
    ("hallucination_theory.tables.sample_model", "question * SPREAD", "question"): ALIKE,
    ("hallucination_theory.tables.sample_lines", "4 * MIB", "4"): PATIENCE,
    ("hallucination_theory.tables.sample_lines", "4", "5"): PATIENCE,
    ("hallucination_theory.tables.sample_lines", "2", "3"): PATIENCE,
    (
        "hallucination_theory.tables.sample_lines",
        "len(ahead) > WORKERS",
        "len(ahead) >= WORKERS",
    ): PATIENCE,
    (
        "hallucination_theory.tables.sample_lines",
        "len(ahead) > WORKERS",
        "len(ahead) < WORKERS",
    ): PATIENCE,
    ("hallucination_theory.tables.sample_lines", "len(text) + 1", "len(text) - 1"): SLOW_READER,
    ("hallucination_theory.tables.sample_lines", "len(text) + 1", "len(text)"): SLOW_READER,
    ("hallucination_theory.tables.sample_lines", "1", "2"): PATIENCE,
    ("hallucination_theory.logs.compare", "400", "401"): PATIENCE,
    ("hallucination_theory.logs.recogniser", "1200", "1201"): PATIENCE,
    ("hallucination_theory.logs.recogniser", "1", "2"): (
        "How often a text is cut before its last line: the last line is the same."
    ),
    ("hallucination_theory.replies.classifier", "600", "601"): PATIENCE,
    ("hallucination_theory.replies.features", "1", "2"): "Only the first part of the cut is used.",
    ("hallucination_theory.replies.features", "60", "61"): PATIENCE,
    ("hallucination_theory.replies.features", "0", "1"): (
        "The longest of no small words: 0 and 1 are both short enough."
    ),
    ("hallucination_theory.replies.features", "len(codes) <= n", "len(codes) < n"): (
        "Ends a round later, which has no run to add."
    ),
    (
        "hallucination_theory.replies.lexicon",
        "min(len(word), self._longest_stem)",
        "max(len(word), self._longest_stem)",
    ): "A beginning longer than the word is the word, and is looked for more than once.",
    ("hallucination_theory.replies.lexicon", "1", "2"): (
        "No listed beginning is so short, so that looking for one finds none."
    ),
    ("hallucination_theory.replies.lexicon", "0", "1"): "Every language has listed beginnings.",
    ("hallucination_theory.replies.own", "20000", "20001"): PATIENCE,
    (
        "hallucination_theory.replies.own",
        "len(answer) > MAX_CHARACTERS",
        "len(answer) >= MAX_CHARACTERS",
    ): PATIENCE,
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
    ("theory.arrays", "not is_exact(x)", "is_exact(x)"): (
        "Only whether the fast sort is tried first: where values are equal the stable one decides."
    ),
    ("theory.arrays", "ranked[1:] > ranked[:-1]", "ranked[1:] < ranked[:-1]"): (
        "The fast sort is never taken, and the stable one gives the same order."
    ),
    ("theory.confidence_targets.repeated", "4", "5"): SPEED,
    (
        "theory.confidence_targets.repeated",
        "0",
        "1",
    ): "One halving less, or an end below 10^-11 is 0.",
    ("theory.confidence_targets.repeated", "1", "2"): BRACKET,
    ("theory.confidence_targets.repeated", "0.5", "0.505"): SPEED,
    ("theory.confidence_targets.repeated", "2", "3"): SPEED,
    ("theory.confidence_targets.repeated", "at_high / 2", "at_high"): SPEED,
    ("theory.confidence_targets.repeated", "looks < HALVINGS", "looks <= HALVINGS"): SPEED,
    ("theory.confidence_targets.repeated", "at_low < 0", "at_low <= 0"): TIE,
    ("theory.confidence_targets.repeated", "value >= 0", "value > 0"): TIE,
    ("theory.memory.calibrated", "upper - lower < GAP", "upper - lower <= GAP"): TIE,
    ("theory.memory.calibrated", "s > GAP", "s >= GAP"): (
        "A share of exactly GAP: to tell it or not is within the GAP that is promised."
    ),
    ("theory.memory.judge", "gain(math.log(edge)) >= 0", "gain(math.log(edge)) > 0"): TIE,
    ("theory.memory.judge", "gain(LOG_TINY) <= 0", "gain(LOG_TINY) < 0"): TIE,
    ("theory.memory.rate", "used(high) < memory", "used(high) <= memory"): BRACKET,
    ("theory.memory.exam", "gain(highest) <= 0", "gain(highest) < 0"): TIE,
    ("theory.memory.exam", "y < 1", "y <= 1"): "Both forms are the same number near 1.",
    ("theory.memory.exam", "1", "2"): "Both forms are the same number between 1 and 2.",
    ("theory.memory.rate", "0.1", "0.101"): "Series and logarithm agree on both sides of it.",
    ("theory.memory.rate", "20", "21"): "One term more of a series that has converged.",
    ("theory.memory.rate", "2", "3"): BRACKET,
    ("theory.memory.rate", "np.abs(u) < SERIES_BELOW", "np.abs(u) <= SERIES_BELOW"): TIE,
    ("theory.memory.small_codes", "20000000", "20000001"): PATIENCE,
    ("theory.memory.importance", "room <= whole", "room < whole"): TIE,
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
    ("theory.reduction.exact_lp", "10", "11"): CERTIFIED,
    ("theory.reduction.exact_lp", "6", "7"): CERTIFIED,
    ("theory.reduction.attained", "1", "2"): SAME_CONSTRAINT,
    ("simulations.facts.occupancy", "pmf * n_boxes > NEVER", "pmf * n_boxes >= NEVER"): (
        "A count expected in exactly NEVER boxes: no run of any length would see one."
    ),
    ("simulations.facts.prompt_laws", "2048", "2049"): (
        "Which of two ways sums one rank: they agree to 13 digits."
    ),
    ("simulations.facts.prompt_laws", "edges[1:] > n_direct", "edges[1:] >= n_direct"): TIE,
    ("simulations.facts.samplers", "200000000", "200000001"): PATIENCE,
    ("simulations.grading.exams", "keep >= 1 - 1e-12", "keep > 1 - 1e-12"): TIE,
    (
        "simulations.reduction.random_worlds",
        "rng.random(len(valid)) >= sparsity",
        "rng.random(len(valid)) > sparsity",
    ): "A uniform number equals the sparsity once in 2^53 draws.",
}


WHOLE_FUNCTIONS: dict[tuple[str, str], str] = {
    ("hallucination_theory.tables.model_table", "_owners"): (
        "Which of two ways numbers the prompts: both give the same numbers, one faster."
    ),
    ("theory.facts.closed_form", "_least"): SEARCH_OF_A_TERM,
    ("theory.poor_models.linear", "_proposed"): (
        "Only a proposal: what is proposed is proved in rationals, and searched for exactly if not."
    ),
    ("theory.poor_models.linear", "_separator"): (
        "Only a proposal: the line is checked in rationals, and found exactly if it does not part."
    ),
    ("simulations.facts.occupancy", "<module>"): TWO_EXACT_WAYS,
    ("simulations.facts.occupancy", "occupancy"): TWO_EXACT_WAYS,
    ("simulations.facts.occupancy", "_window"): (
        "Only where counts are looked for: what no run would see is cut afterwards."
    ),
    ("simulations.facts.occupancy", "_throw_all"): "One more cell that no box is in, which is cut.",
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
