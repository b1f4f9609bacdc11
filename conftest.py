"""Modules that only an optional package can import are tested where that package is installed."""

collect_ignore = ["hallucination_theory/harness/inspect_plugin.py"]
