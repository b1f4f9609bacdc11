"""Readers of evaluation logs: Inspect AI, lm-evaluation-harness, plain tables."""
