"""Random worlds, learners and Monte Carlo: draws and measures, compares with :mod:`theory`.

Everything that draws takes a keyword ``rng``, a Generator or a seed. A first experiment needs

- ``random_world``, ``reduction_trial``, ``reduction_study``: Theorem 1 over random worlds;
- ``uniform_law``, ``zipf_law``, ``pareto_law``, ``fact_trial``: Theorem 2 over arbitrary facts;
- ``run_trials``: any trial, many times, as columns.

The rest comes from its chapter; ``help(simulations.facts)`` shows one. Bring your own models,
learners, laws and trials: ``help(simulations.trials)``.

 1. ``reduction``           random worlds and base models under Theorem 1
 2. ``facts``               samples of arbitrary facts and learners under Theorem 2
 3. ``calibration``         delta of trained models, along descent and from samples
 4. ``trade_off``           models between hallucination and miscalibration; monofacts
 5. ``poor_models``         Figure 1, letter counting, pronouns, multiple choice
 6. ``other_factors``       ciphers, misleading prompts, false training data
 7. ``grading``             exams; policies and models trained on grades
 8. ``confidence_targets``  answer logs at stated targets; the published scores
 9. ``language_models``     trained language models under the theorems
10. ``innovation``          every learner of facts under the delta-free floor
11. ``memory``              full memories at exams; a memory that is learned
 -  ``sweep``               trials over a grid, killed and run again
 -  ``testing``             a learner of one's own, in unit tests
"""

# Without __all__, help(simulations) prints this page and not the manual of every name.
from simulations.facts import fact_trial as fact_trial
from simulations.facts import pareto_law as pareto_law
from simulations.facts import uniform_law as uniform_law
from simulations.facts import zipf_law as zipf_law
from simulations.reduction import random_world as random_world
from simulations.reduction import reduction_study as reduction_study
from simulations.reduction import reduction_trial as reduction_trial
from simulations.trials import run_trials as run_trials
