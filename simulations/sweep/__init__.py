"""A tool: trials over a grid of parameters, on one process or a cluster, killed and run again.

==========  ================================================================
``points``  a grid of parameters; the seed of a point
``run``     ``run_sweep``: every point that is missing, stored as it is done
``spread``  points handed to joblib, results as they come
``store``   what is on disk: rows, failures, what is finished
``files``   Parquet parts, merged and sorted
``lock``    one sweep at a time
==========  ================================================================
"""

from simulations.sweep.points import grid
from simulations.sweep.run import run_sweep

__all__ = ["grid", "run_sweep"]
