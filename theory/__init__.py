"""The theory of "Why Language Models Hallucinate" (arXiv:2509.04664), statement by statement.

Pure functions: no randomness, no files, no plots. Floats and :class:`fractions.Fraction` run
through the same code, so that every number can be had exactly. A first experiment needs

- ``World``, ``uniform_model``, ``generative_error``, ``iiv_error``, ``calibration_delta``,
  ``theorem_1_bound``, ``corollary_1_bound``: the reduction;
- ``FactWorld``, ``FactSample``, ``singleton_rate``, ``missing_mass``, ``calibrated_memoriser``,
  ``theorem_2_lower``, ``theorem_2_upper``: arbitrary facts;
- ``expected_calibration_error``, ``trade_off_frontier``, ``kalai_vempala_bound``,
  ``opt_bound``: calibration, its price, families of models;
- ``Outcomes``, ``confidence_target``, ``optimal_answers``, ``risk_coverage``: grading;
- ``InvalidInput``: what bad input raises.

``help(theory.World)`` explains one of them. The rest comes from its chapter, for example
``from theory.facts import lemma_2_bound``; ``help(theory.facts)`` shows the chapter.

 1. ``reduction``           generating is at least as hard as judging: Theorem 1
 2. ``facts``               arbitrary facts and the singleton rate: Theorem 2
 3. ``calibration``         delta at every threshold, ECE, an auditor
 4. ``trade_off``           the least err for a given delta; the 2024 bound
 5. ``poor_models``         opt(G), Theorems 3 and 4, n-grams
 6. ``other_factors``       hardness, shifted prompts, false data, dropped hypotheses
 7. ``grading``             exams, graders, the confidence target: Observation 1
 8. ``confidence_targets``  behavioural calibration, risk-coverage, score intervals
10. ``innovation``          errors on what was never seen, without calibration
11. ``memory``              what an exam makes of a full memory
 -  ``testing``             ``assert_theorem_1`` and its kin for your own tests
"""

# Without __all__, help(theory) prints this page and not the manual of every name.
from theory.calibration import expected_calibration_error as expected_calibration_error
from theory.confidence_targets import risk_coverage as risk_coverage
from theory.errors import InvalidInput as InvalidInput
from theory.facts import FactSample as FactSample
from theory.facts import FactWorld as FactWorld
from theory.facts import calibrated_memoriser as calibrated_memoriser
from theory.facts import missing_mass as missing_mass
from theory.facts import singleton_rate as singleton_rate
from theory.facts import theorem_2_lower as theorem_2_lower
from theory.facts import theorem_2_upper as theorem_2_upper
from theory.grading import Outcomes as Outcomes
from theory.grading import confidence_target as confidence_target
from theory.grading import optimal_answers as optimal_answers
from theory.poor_models import opt_bound as opt_bound
from theory.reduction import World as World
from theory.reduction import calibration_delta as calibration_delta
from theory.reduction import corollary_1_bound as corollary_1_bound
from theory.reduction import generative_error as generative_error
from theory.reduction import iiv_error as iiv_error
from theory.reduction import theorem_1_bound as theorem_1_bound
from theory.reduction import uniform_model as uniform_model
from theory.trade_off import kalai_vempala_bound as kalai_vempala_bound
from theory.trade_off import trade_off_frontier as trade_off_frontier
