"""Chapter 2: samples of arbitrary facts, learners, and how often each statement holds.

===================  =============================================================
``cities``           real facts: "in which country is X?", asked for by population
``coverage_checks``  whether "with probability at least 1 - gamma" holds
``learners``         the calibrated memoriser's rivals, exact by class of prompts
``mistakes``         five ways to get Theorem 2 wrong, with numbers
``near_duplicates``  copies of documents, found by MinHash before facts are counted
``occupancy``        balls in bins without throwing every ball (X7)
``prompt_laws``      how often each fact is asked for: uniform, Zipf, Pareto, ...
``samplers``         training counts, prompt by prompt or band by band (X7)
``several_answers``  three right answers a prompt (X14)
``sources``          several sources about the same people, by source and together
``studies``          the computations of notebook 02, as columns
``trials``           one training run beside Theorem 2's bounds
===================  =============================================================
"""

from simulations.facts.cities import CITY_LEARNERS, city_sweep, load_cities
from simulations.facts.coverage_checks import MEMORISER, coverage
from simulations.facts.mistakes import pitfalls
from simulations.facts.near_duplicates import (
    distinct_documents,
    mirrored,
    rates_without_copies,
)
from simulations.facts.prompt_laws import (
    PromptLaw,
    geometric_law,
    pareto_law,
    two_level_law,
    uniform_law,
    zipf_law,
)
from simulations.facts.samplers import draw_banded, draw_by_prompt
from simulations.facts.several_answers import several_right_answers
from simulations.facts.sources import TOGETHER, draw_sources, rows_of
from simulations.facts.studies import birthdays, finite_sample_terms, first_positive
from simulations.facts.trials import FactTrial, fact_trial, fact_trials

__all__ = [
    "CITY_LEARNERS",
    "MEMORISER",
    "TOGETHER",
    "FactTrial",
    "PromptLaw",
    "birthdays",
    "city_sweep",
    "coverage",
    "distinct_documents",
    "draw_banded",
    "draw_by_prompt",
    "draw_sources",
    "fact_trial",
    "fact_trials",
    "finite_sample_terms",
    "first_positive",
    "geometric_law",
    "load_cities",
    "mirrored",
    "pareto_law",
    "pitfalls",
    "rates_without_copies",
    "rows_of",
    "several_right_answers",
    "two_level_law",
    "uniform_law",
    "zipf_law",
]
