"""The command ``hallucination-theory``: finds the subcommand, turns bad input into one sentence.

Each subcommand is one file in ``hallucination_theory/commands`` and is imported only when called,
so that ``--help`` answers at once.
"""

from __future__ import annotations

import errno
import importlib
import io
import signal
import sys
from typing import Any

import click

from hallucination_theory import __version__
from hallucination_theory.inputs.words import one_line, shown
from theory.errors import InvalidInput, MissingExtra

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""
LONGEST = 1000
"""Characters of a message about options."""

SECTIONS = {
    "Your own model, data and logs": {
        "check": "Check Theorem 1 on your own model (a table of probabilities, or sample files).",
        "facts": "Write a task that weighs every candidate answer of a list of facts.",
        "singletons": "Singleton rate, missing mass and error floor of your own training data.",
        "score": "Score evaluation logs at confidence targets; audit their confidences.",
        "rubric": "Print the prompt that states a confidence target, or write an lm-eval task.",
        "memory": "What an exam makes of a memory too small for its facts: right, wrong, IDK.",
        "example": "Write small files to try these commands on.",
    },
    "Reproduce": {
        "simulate-facts": "Train on up to 10^12 arbitrary facts; err beside Theorem 2's bounds.",
        "language-models": "Train language models on facts; recompute the tables of notebook 09.",
    },
}
"""Subcommands with one line of help; the code is ``commands.NAME:command``."""
EPILOG = """\b
Completion of names and options, here for bash (zsh_source and fish_source are the others):
  eval "$(_HALLU_COMPLETE=bash_source hallu)"
"""
SETTINGS = {"help_option_names": ["-h", "--help"], "show_default": True}
COMMANDS = [name for section in SECTIONS.values() for name in section]


class BadInput(click.ClickException):
    """One sentence on standard error and exit code 2."""

    exit_code = 2


def _bad_file(error: OSError) -> BadInput:
    if error.errno == errno.EPIPE:  # the reader of a pipe has left; click ends quietly
        raise error
    where = "input or output" if error.filename is None else shown(error.filename)
    return BadInput(f"{error.strerror or shown(error)}: {where}.")


class LazyGroup(click.Group):
    """A click group that imports a subcommand when it is called."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a subcommand; what its input did wrong is said without a traceback."""
        try:
            return super().invoke(ctx)
        except InvalidInput as error:
            raise BadInput(str(one_line(error))) from error
        except MissingExtra as error:
            raise BadInput(str(error)) from error
        except click.UsageError as error:
            raise click.UsageError(shown(error.format_message(), LONGEST), error.ctx) from error
        except KeyboardInterrupt as error:
            raise click.exceptions.Exit(INTERRUPTED) from error
        except MemoryError as error:
            raise BadInput("There is not enough memory for this input.") from error
        except OSError as error:
            raise _bad_file(error) from error

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Parse and run; what cannot be written, such as the help, is said without a traceback."""
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            _bad_file(error).show()
            raise SystemExit(BadInput.exit_code) from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand; a mistyped one is told which may be meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx) from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of the sections."""
        return COMMANDS

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one subcommand."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(
            f"hallucination_theory.commands.{cmd_name.replace('-', '_')}"
        )
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of subcommands without importing them."""
        wide = max(map(len, COMMANDS))
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:{wide}}", text) for name, text in commands.items()])


@click.command(
    cls=LazyGroup,
    context_settings=SETTINGS,
    epilog=EPILOG,
)
@click.version_option(__version__, "-V", "--version", prog_name="hallucination-theory")
def cli() -> None:
    """Bounds, simulators and audits for hallucination in language models."""


def main() -> None:
    """Run the command; bad input ends with exit code 2 and one sentence on standard error."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.stdout is None:
        BadInput("Standard output is closed, so that nothing can be printed.").show()
        sys.exit(BadInput.exit_code)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    cli()
