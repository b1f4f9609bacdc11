"""Modules that only an optional package can import: their own tests run where it is installed."""

collect_ignore = [
    "hallucination_theory/harness/inspect_plugin.py",
    "simulations/language_models/network.py",
]
