"""What tests of several commands share: one report without what says how it came about."""

from hallucination_theory.commands.command import ENVELOPE, meanings

FIRST = [*meanings(ENVELOPE)]
"""The fields that every report begins with."""


def own(report):
    """Return what a command found, which does not depend on the file's name."""
    return {name: value for name, value in report.items() if name not in FIRST}
