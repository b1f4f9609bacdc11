"""The door of hallucination-theory: ``from hallucination_theory import World, theorem_1_bound``.

It hands on what :mod:`theory` and :mod:`simulations` show first, after a look that they are the
packages beside this one; ``cite(result)`` says what to cite. Chapters are imported from where they
are: ``from theory.facts import lemma_2_bound``. ``help(theory)`` explains the names.

``cli``, ``commands``   the command ``hallucination-theory``
``tables``, ``logs``    readers of users' tables and evaluation logs
``scores``              logs scored at confidence targets
``harness``             plug-ins for Inspect and lm-evaluation-harness
"""

# Before anything that takes time to import.
from hallucination_theory import interrupts as interrupts

# First: without this look a stranger's `theory` would be imported by the next line.
from hallucination_theory.beside import refuse_strangers as refuse_strangers
from hallucination_theory.citations import cite as cite
from simulations import fact_trial as fact_trial
from simulations import pareto_law as pareto_law
from simulations import random_world as random_world
from simulations import reduction_study as reduction_study
from simulations import reduction_trial as reduction_trial
from simulations import run_trials as run_trials
from simulations import uniform_law as uniform_law
from simulations import zipf_law as zipf_law
from theory import FactSample as FactSample
from theory import FactWorld as FactWorld
from theory import InvalidInput as InvalidInput
from theory import Outcomes as Outcomes
from theory import World as World
from theory import calibrated_memoriser as calibrated_memoriser
from theory import calibration_delta as calibration_delta
from theory import confidence_target as confidence_target
from theory import corollary_1_bound as corollary_1_bound
from theory import expected_calibration_error as expected_calibration_error
from theory import generative_error as generative_error
from theory import iiv_error as iiv_error
from theory import kalai_vempala_bound as kalai_vempala_bound
from theory import missing_mass as missing_mass
from theory import opt_bound as opt_bound
from theory import optimal_answers as optimal_answers
from theory import risk_coverage as risk_coverage
from theory import singleton_rate as singleton_rate
from theory import theorem_1_bound as theorem_1_bound
from theory import theorem_2_lower as theorem_2_lower
from theory import theorem_2_upper as theorem_2_upper
from theory import trade_off_frontier as trade_off_frontier
from theory import uniform_model as uniform_model

__version__ = "0.2.0"
