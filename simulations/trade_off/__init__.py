"""Chapter 4: families of models between hallucination and miscalibration; monofacts.

=============  ===============================================================
``families``   five ways to lower err at a price (extension)
``markov``     Markov models of facts, fitted and sampled without a dictionary
``monofacts``  monofacts and upweighting (Miao and Kearns, arXiv:2502.08666)
``study``      the experiments of notebook 04, as columns
=============  ===============================================================
"""

from simulations.trade_off.families import trade_off_families
from simulations.trade_off.markov import MarkovModel, string_keys
from simulations.trade_off.monofacts import monofact_trial, pareto_facts

__all__ = ["MarkovModel", "monofact_trial", "pareto_facts", "string_keys", "trade_off_families"]
