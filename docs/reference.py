"""Pages to look things up: the API, the command line, how to cite."""

import importlib
import pkgutil

import click
import yaml

import hallucination_theory
import simulations
import theory
from docs.statements import ROOT, public
from hallucination_theory.cli import cli
from hallucination_theory.paper_map import read_map

INSIDE = {"whole_files"}
"""Modules that only this project uses."""
DOOR = ("hallucination_theory.citations", "hallucination_theory.paper_map")


def modules():
    """Return the chapters and tools of the packages that are imported, in their order."""
    for package in (theory, simulations):
        names = [m.name for m in pkgutil.iter_modules(package.__path__) if m.name not in INSIDE]
        in_order = sorted(names, key=lambda name: _number(package, name))
        yield from (f"{package.__name__}.{name}" for name in in_order)
    yield from DOOR


def _number(package, name):
    """Chapters as they are numbered, then what lies beside them."""
    first = importlib.import_module(f"{package.__name__}.{name}").__doc__.split(":")[0]
    return int(first.removeprefix("Chapter ")) if first.startswith("Chapter ") else 99, name


def api():
    """Return a page for each module; what the map names and no front offers stands there too."""
    beside = {}
    for function in (f for row in read_map() for f in row.functions if public(f) == f):
        beside.setdefault(".".join(function.split(".")[:2]), {})[function] = None
    made = {}
    for name in modules():
        kinds = "\n".join(_auto(function) for function in beside.get(name, ()))
        title = name.replace("_", r"\_")
        whole = f".. automodule:: {name}\n   :members:"
        made[f"api/{name}.rst"] = f"{title}\n{'=' * len(title)}\n\n{whole}\n\n{kinds}"
    listed = "\n".join(f"   {name}" for name in modules())
    fronts = "".join(_as_help_shows(p) for p in (hallucination_theory, theory, simulations))
    front = f"API\n===\n\n{fronts}.. toctree::\n   :maxdepth: 1\n\n{listed}\n"
    return made | {"api/index.rst": front}


def _as_help_shows(package):
    """Return the page of a package that ``help`` shows, as it stands."""
    lines = "\n".join(f"   {line}".rstrip() for line in package.__doc__.splitlines())
    name = package.__name__
    return f"{name}\n{'-' * len(name)}\n\n.. code-block:: text\n\n{lines}\n\n"


def _auto(function):
    """Return a function with its module, and with the name to which ``viewcode`` leads back."""
    module, name = function.rsplit(".", 1)
    kind = (
        "class" if isinstance(getattr(importlib.import_module(module), name), type) else "function"
    )
    front = ".".join([*module.split(".")[:2], name])
    back = f'.. raw:: html\n\n   <span id="{front}"></span>\n'
    return f"{back}\n.. auto{kind}:: {function}\n"


def command_line():
    """Return what ``--help`` says, command by command."""
    context = click.Context(cli, info_name="hallucination-theory", terminal_width=92)
    text = f"# Command line\n\n```text\n{cli.get_help(context)}\n```\n\n"
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        inner = click.Context(command, context, name, terminal_width=92)
        text += f"## {name}\n\n```text\n{command.get_help(inner)}\n```\n\n"
    return text


def citation():
    """Return how to cite software and paper, from ``CITATION.cff``."""
    known = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    entries = "\n\n".join(_bibtex(item) for item in [known, *known["references"]])
    return (
        f"# How to cite\n\n{known['message']}\n\n```bibtex\n{entries}\n```\n\n"
        "The paper has two titles: that of the preprint, whose numbers of statements this package\n"
        "uses, and that of the journal. `hallucination_theory.cite(result)` says which statement\n"
        "of which paper a number comes from, and whether it is an extension.\n\n"
        "{download}`CITATION.cff <CITATION.cff>`\n"
    )


def _bibtex(item):
    """Return one work as BibTeX."""
    kind = "article" if item["type"] == "article" else "software"
    people = [
        f"{a['family-names']}, {a['given-names']}" for a in item["authors"] if "name" not in a
    ]
    groups = [f"{{{a['name']}}}" for a in item["authors"] if "name" in a]
    known = {name: item.get(name, "") for name in ("journal", "year", "doi", "version")}
    fields = {
        "author": " and ".join(people + groups),
        "title": f"{{{item['title']}}}",
        **known,
        "note": item.get("notes", ""),
    }
    first = people[0].split(",")[0].lower() if people else "hallucination_theory"
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{first}{known['year']}{known['journal'].lower()},\n{body}}}"


def pages():
    """Return all of them by name."""
    return {**api(), "command_line.md": command_line(), "cite.md": citation()}
