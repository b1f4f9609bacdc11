"""Bound checks for other people's tests (import needs only the core).

``theory.testing.strategies`` holds the Hypothesis strategies (extra ``testing``).
"""
