"""What options take: whole numbers as people write them; what commands print, fit to be printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from hallucination_theory import __version__
from hallucination_theory.commands.command import QUIET
from hallucination_theory.inputs.json_text import written
from hallucination_theory.inputs.progress import clear
from hallucination_theory.inputs.words import shown
from theory.errors import InvalidInput, require

WHOLE = re.compile(
    r"(?P<sign>[+-]?)(?P<digits>\d{1,3}(?:[,_]\d{3})+|\d+(?:_\d+)*)(?P<part>\.\d+)?"
    r"(?:[eE]\+?(?P<exponent>\d{1,3})|(?:\^|\*\*)(?P<power>\d{1,3}))?",
    re.ASCII,
)
"""A whole number: 1000000, 1_000_000, 1,000,000, 1e6, 1.5e6, 10^6 or 10**6."""


LEAST_GAMMA = 1e-100
FIGURES = (".png", ".svg", ".pdf")
SCHEMA_VERSION = 1
"""Of the reports; ``schemas/envelope.json`` says when it grows."""


@dataclass
class Whole(click.ParamType[int]):
    """A whole number between two ends (both included)."""

    at_least: int = 0
    at_most: int = 10**15

    name = "whole number"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        """Return the number, or complain in one sentence."""
        number = value if isinstance(value, int) else _whole(str(value).strip())
        if number is None or not self.at_least <= number <= self.at_most:
            allowed = f"a whole number from {self.at_least:,} to {_short(self.at_most)}"
            raise InvalidInput(param.opts[0], allowed, shown(str(value)))
        return number


def _whole(text: str) -> int | None:
    match = WHOLE.fullmatch(text)
    if match is None or len(text) > 100:
        return None
    digits = re.sub("[,_]", "", match["digits"])
    part, exponent = (match["part"] or ".")[1:], int(match["exponent"] or 0)
    if match["power"]:
        number = None if part else int(digits) ** int(match["power"])
    elif part.rstrip("0")[exponent:]:
        number = None
    else:
        kept = part[:exponent]
        number = int(digits + kept) * 10 ** (exponent - len(kept))
    return -number if number is not None and match["sign"] == "-" else number


def _short(number: int) -> str:
    power = len(str(number)) - 1
    return f"10^{power}" if number >= 10**6 and number == 10**power else f"{number:,}"


SEED = click.option(
    "--seed",
    type=Whole(),
    default=0,
    show_default=True,
    help="Seed of what is drawn; the same seed gives the same report.",
)
"""One option for every command that draws."""


def require_gamma(gamma: float) -> float:
    """Check the option ``--gamma``: not so small that its logarithm loses its digits.

    Raises
    ------
    InvalidInput
        If it is outside [1e-100, 1).
    """
    if not LEAST_GAMMA <= gamma < 1:
        raise InvalidInput("gamma", f"in [{LEAST_GAMMA:g}, 1)", gamma)
    return gamma


def require_figure_path(path: Path) -> None:
    """Check the option ``--figure`` before anything is computed.

    Raises
    ------
    InvalidInput
        If the suffix is not one of png, svg, pdf, or the folder does not exist.
    MissingExtra
        If matplotlib (extra ``plots``) is not installed.
    """
    require("matplotlib", "plots", "drawing figures")
    if path.suffix not in FIGURES:
        raise InvalidInput(f"the figure {path}", f"one of {', '.join(FIGURES)}", repr(path.suffix))
    if not path.parent.is_dir():
        raise InvalidInput(f"the folder {path.parent}", "an existing folder", "none of this name")


def say(text: str) -> None:
    """Print lines for people, unless --quiet; what a terminal would obey is spelt out."""
    if not click.get_current_context().meta[QUIET]:
        clear()
        click.echo("\n".join(shown(line, len(line) + 1) for line in text.split("\n")))


def tell(report: dict[str, Any], text: str, *, as_json: bool) -> None:
    """Print a report: as JSON, or as the text for people."""
    if as_json:
        say_json(report)
    else:
        say(text)


def say_json(report: dict[str, Any]) -> None:
    """Print one JSON object on one line: what was run on what, and its report.

    A number that is infinite or undefined is null, as JSON has neither.
    """
    clear()
    click.echo(written(with_run(report)))


def with_run(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report with the fields of ``schemas/envelope.json`` in front."""
    context = click.get_current_context()
    inputs = {
        max(parameter.opts, key=len).lstrip("-"): _plain(context.params[parameter.name])
        for parameter in context.command.params
        if parameter.name in context.params and parameter.name != "as_json"
    }
    return {
        "command": context.command.name,
        "schema_version": SCHEMA_VERSION,
        "package_version": __version__,
        "inputs": inputs,
        "seed": inputs.pop("seed", None),
        **report,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value
