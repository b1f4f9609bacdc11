"""Tests that need what is optional: modules of an optional package, a browser of the system's."""

from tests.browser.chromium import PROGRAM

collect_ignore = [
    "hallucination_theory/harness/inspect_plugin.py",
    "simulations/language_models/network.py",
]
if PROGRAM is None:
    collect_ignore.append("tests/browser")


def pytest_report_header() -> str | None:
    """Say what is not collected."""
    return "tests/browser: not collected, no Chromium here" if PROGRAM is None else None
