"""Random worlds, learners and Monte Carlo: draws and measures, compares with :mod:`theory`."""
