"""Hypothesis is there, or its extra is named."""

from theory.errors import require

require("hypothesis", "testing", "theory.testing.strategies")
