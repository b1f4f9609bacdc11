"""The checks, by chapter."""
