"""The statements, one page a chapter: from the map of ``paper_notes.md`` to code, proof and test.

Tests and proofs are shown as they stand in the repository, so that a reader sees what was checked.
"""

import ast
import importlib
import re
from functools import cache
from pathlib import Path

from docs import gallery
from docs.gallery import escape, folded
from hallucination_theory.citations import cite
from hallucination_theory.paper_map import read_map

ROOT = Path(__file__).resolve().parents[1]
ABOUT = """\
# Statements

What the paper and this package state, chapter by chapter: the code that computes it, the tests
that check it, the proof and the figure. *exact*: tested in rational arithmetic without tolerance;
*numeric*: in floats with a stated tolerance; *probable*: by seeded Monte Carlo with an exact
binomial judgement; *derived*: a derivation is executed.

"""


@cache
def tests():
    """Return the source of each test function, and its file."""
    found = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                source = "\n".join(text.splitlines()[first - 1 : node.end_lineno])
                found.setdefault(node.name, []).append((path.relative_to(ROOT), source))
    return found


def anchor(item):
    """Return the target of links to a statement."""
    return "statement-" + re.sub(r"\W+", "-", item.lower()).strip("-")


def public(function):
    """Return the name under which a chapter's front offers a function, else its own."""
    package, chapter, *_, name = function.split(".")
    front = f"{package}.{chapter}"
    offered = name in importlib.import_module(front).__all__
    return f"{front}.{name}" if offered else function


def proof(name):
    """Return a statement of a Coq file, without its proof."""
    _, file, statement = name.split("/")
    text = (ROOT / "proofs" / f"{file}.v").read_text(encoding="utf-8")
    found = re.search(
        rf"^(?:Theorem|Lemma|Corollary) {statement}\b.*?(?=^Proof)", text, re.M | re.S
    )
    return f"`{statement}` in `proofs/{file}.v`:\n\n```coq\n{found[0].strip()}\n```"


def section(row):
    """Return one statement with everything that belongs to it."""
    whose = cite(row.item)[0]
    owner = "an extension of this package" if whose.extension else escape(whose.source)
    links = ", ".join(f"[{escape(item)}](#{anchor(item)})" for item in row.depends_on)
    parts = [
        f"({anchor(row.item)})=\n## {escape(row.item)}\n",
        f"{escape(row.statement)}\n",
        f"*{row.status}*; {owner}" + (f"; rests on {links}" if links else "") + ".\n",
        "Code: " + ", ".join(f"{{py:obj}}`{public(name)}`" for name in row.functions) + ".\n",
    ]
    shown = [f"`{p}`:\n\n```python\n{code}\n```" for t in row.tests for p, code in tests()[t]]
    parts.append(folded(f"Tests ({len(shown)})", "\n\n".join(shown)))
    proofs = [proof(name) for name in row.figures if name.startswith("proofs/")]
    if proofs:
        parts.append(folded("Machine-checked proof", "\n\n".join(proofs)))
    parts += [
        f"Derivation: [{name}](#{anchor(name)})\n"
        for name in row.figures
        if name.startswith("derivations/")
    ]
    parts += [_figure(gallery.figures()[n]) for n in row.figures if n in gallery.figures()]
    return "\n".join(parts) + "\n"


def _figure(figure):
    return (
        f"![{escape(figure.alt)}](../figures/{figure.name}.png){{width=22rem}}\n\n"
        f"[{escape(figure.claim)}](#{figure.anchor})\n"
    )


def derivations():
    """Return the page of executed derivations: one file for each section of the paper."""
    text = "# Derivations\n\nExecuted by the tests: each step of a proof, by computer algebra.\n\n"
    for path in sorted((ROOT / "tests" / "derivations").glob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        words = ast.get_docstring(ast.parse(source))
        name = f"derivations/{path.stem}"
        code = folded("The file", f"```python\n{source}\n```")
        text += f"({anchor(name)})=\n## {escape(words.splitlines()[0])}\n\n{code}"
    return text


def in_order(rows):
    """Return the chapters that have statements, by their number."""
    numbers = {}
    for row in rows:
        package = row.functions[0].split(".")[0]
        words = importlib.import_module(f"{package}.{row.chapter}").__doc__
        numbers[row.chapter] = int(re.match(r"Chapter (\d+)", words)[1])
    return sorted(numbers, key=numbers.get)


def pages():
    """Return an overview, one page for each chapter, and the derivations."""
    rows = read_map()
    chapters = {name: [r for r in rows if r.chapter == name] for name in in_order(rows)}
    made = {"statements/derivations.md": derivations()}
    index = ABOUT + "| item | statement | status |\n|---|---|---|\n"
    for chapter, rows in chapters.items():
        title = chapter.replace("_", " ").capitalize()
        made[f"statements/{chapter}.md"] = f"# {title}\n\n" + "".join(section(r) for r in rows)
        index += "".join(
            f"| [{escape(r.item)}](#{anchor(r.item)}) | {escape(r.statement)} | {r.status} |\n"
            for r in rows
        )
    order = "\n".join([*chapters, "derivations"])
    made["statements/index.md"] = f"{index}\n```{{toctree}}\n:hidden:\n\n{order}\n```\n"
    return made
