"""``hallucination-theory example``: small files on which the examples of every help run."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from hallucination_theory.commands.command import Command
from hallucination_theory.commands.options import tell
from hallucination_theory.inputs.words import shown
from simulations.whole_files import replaced
from theory.errors import InvalidInput


@click.command("example", cls=Command, examples=["DIR", "DIR --json"])
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def command(folder: Path, as_json: bool) -> None:
    """Write small files to try the other commands on, into the folder DIR.

    The examples at the end of each command's --help run on them. A file that is there already
    and differs is left alone, and then nothing is written.
    """
    contents = {folder / file.name: file.read_bytes() for file in _files()}
    for path, content in contents.items():
        if path.exists() and path.read_bytes() != content:
            raise InvalidInput(f"the file {path}", "a new one", "another one of this name")
    folder.mkdir(parents=True, exist_ok=True)
    with replaced(*contents) as partial:
        for path, content in zip(partial, contents.values(), strict=True):
            path.write_bytes(content)
    wrote = "\n".join(f"wrote {shown(path)}" for path in contents)
    tell({"files": [str(path) for path in contents]}, wrote, as_json=as_json)


def _files() -> list[Path]:
    folder = resources.files("hallucination_theory") / "examples"
    with resources.as_file(folder) as path:
        return sorted(file for file in path.iterdir() if file.is_file())
