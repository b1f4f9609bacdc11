"""Chapter 4: families of models between hallucination and miscalibration; monofacts.

=============  ===================================================================================
``families``   Five ways to lower err at a price, on facts that a smoothed learner half knows
               (extension)
``markov``     Order-n Markov models of facts of a fixed length, fitted and sampled without a
               dictionary
``monofacts``  Monofacts, miscalibration and upweighting with Markov models (Miao and Kearns,
               2502.08666)
``study``      The experiments of notebook 04: the frontier, its bounds, monofacts and upweighting
=============  ===================================================================================
"""

from simulations.trade_off.families import trade_off_families
from simulations.trade_off.markov import MarkovModel, string_keys
from simulations.trade_off.monofacts import measure, pareto_facts

__all__ = ["MarkovModel", "measure", "pareto_facts", "string_keys", "trade_off_families"]
