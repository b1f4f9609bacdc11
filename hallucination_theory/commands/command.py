"""What every subcommand has: ``--json`` and its schema, ``--quiet``, a help with examples."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from typing import Any

import click

from hallucination_theory.inputs.progress import watched

ENVELOPE = "envelope"
"""The schema of what every report begins with."""
QUIET = "hallucination_theory.quiet"
"""Where the context keeps that only JSON and complaints are to be printed."""


class Command(click.Command):
    """A subcommand whose help ends with examples and the fields of its JSON.

    Attributes
    ----------
    examples : tuple of str
        Command lines without the program's name; their files are those of ``example DIR``.
    """

    def __init__(self, *args: Any, examples: Sequence[str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.examples = tuple(examples)
        self.params += [
            click.Option(
                ["--json", "as_json"], is_flag=True, help="Print one JSON object, on one line."
            ),
            click.Option(
                ["--schema"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_print_schema,
                help="Print the JSON schema of --json, and end.",
            ),
            click.Option(
                ["-q", "--quiet"],
                is_flag=True,
                expose_value=False,
                callback=_keep_quiet,
                help="Print no text for people and no progress: errors and --json only.",
            ),
        ]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; on a terminal it says after two seconds how far it is."""
        with watched(str(self.name), quiet=ctx.meta[QUIET]):
            return super().invoke(ctx)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, and what the fields of the JSON mean."""
        with formatter.section("Examples (files: hallucination-theory example DIR)"):
            for line in self.examples:
                formatter.write(f"  hallucination-theory {self.name} {line}".rstrip() + "\n")
        with formatter.section("Fields of --json"):
            formatter.write_dl(list((meanings(ENVELOPE) | meanings(str(self.name))).items()))


def meanings(name: str, part: str | None = None) -> dict[str, str]:
    """Return what each field of a report, or of one part of it, means, in the schema's order.

    Examples
    --------
    >>> meanings("memory")["wrong"]
    'answered wrongly by it (hallucinations)'
    """
    fields = _file(name)["properties"]
    if part is not None:
        fields = fields[part]["properties"]
    return {field: given["description"] for field, given in fields.items()}


def report_schema(name: str) -> dict[str, Any]:
    """Return the JSON schema of one command's ``--json``, complete in itself.

    Examples
    --------
    >>> report_schema("memory")["properties"]["command"]
    {'description': 'this command', 'const': 'memory'}
    """
    first, own = _file(ENVELOPE), _file(name)
    command = first["properties"]["command"] | {"const": name}
    return {
        **first,
        **own,
        "title": f"hallucination-theory {name} --json",
        "properties": first["properties"] | {"command": command} | own["properties"],
        "required": first["required"] + own["required"],
    }


def _file(name: str) -> dict[str, Any]:
    folder = resources.files("hallucination_theory.commands") / "schemas"
    found: dict[str, Any] = json.loads((folder / f"{name}.json").read_text("utf-8"))
    return found


def _print_schema(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(json.dumps(report_schema(str(ctx.command.name)), indent=1))
        ctx.exit()


def _keep_quiet(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    ctx.meta[QUIET] = wanted
