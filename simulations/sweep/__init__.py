"""A tool: trials over a grid of parameters, on one process or a cluster, killed and run again.

============  ===================================================================================
``points``    a grid of parameters; the seed of a point
``run``       ``run_sweep``: every point that is missing, stored as it is done
``identity``  which trial a file belongs to
``spread``    points handed to joblib, results as they come
``table``     the table of one point, its values kept exactly
``store``     one SQLite file: what is finished
``parquet``   the file made of it
============  ===================================================================================
"""

from simulations.sweep.points import grid
from simulations.sweep.run import run_sweep
from simulations.sweep.table import run_point

__all__ = ["grid", "run_point", "run_sweep"]
