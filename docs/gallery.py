"""The gallery: each figure with its claim, its words for those who do not see it, and its code.

Claim and words are those that ``simulations.figures.save`` kept in the file.
"""

import ast
import json
import re
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path

from notebooks import inputs

ROOT = Path(__file__).resolve().parents[1]
DRAWINGS = ROOT / "notebooks" / "drawings"


@dataclass(frozen=True)
class Figure:
    """One figure: its name CHAPTER/NAME, what it claims and shows, who drew it and how."""

    name: str
    claim: str
    alt: str
    notebook: str
    code: str

    @property
    def anchor(self):
        """The name as a target of links."""
        return "figure-" + re.sub(r"\W|_", "-", self.name)

    def markdown(self, level):
        """Return the figure as a section of a page in a folder ``level`` deep."""
        up = "../" * level
        return (
            f"({self.anchor})=\n### {escape(self.claim)}\n\n"
            f"![{escape(self.alt)}]({up}figures/{self.name}.png)\n\n{self.alt}\n\n"
            f"Numbers: {{download}}`{self.name}.csv <{up}figures/{self.table}>`; vector graphics: "
            f"{{download}}`{self.name}.svg <{up}figures/{self.name}.svg>`; drawn by "
            f"[{self.notebook}]({up}notebooks/{self.notebook}.ipynb).\n\n"
            + folded("Code", f"```python\n{self.code}\n```")
        )

    @property
    def table(self):
        """Where its numbers lie, below ``figures/``."""
        chapter, name = self.name.split("/")
        return f"{chapter}/data/{name}.csv"


def escape(text):
    """Return plain text as Markdown that shows it."""
    return re.sub(r"([\\`*_{}\[\]<>|$^])", r"\\\1", text)


def folded(summary, body):
    """Return a part that opens on a click."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>\n\n"


def notebooks():
    """Return the notebooks in reading order."""
    return sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))


@cache
def figures():
    """Return every figure by its name."""
    cells = [(p.stem, cell) for p in notebooks() for cell in inputs.cells(p, "code")]
    found = {}
    for svg in sorted((ROOT / "figures").glob("*/*.svg")):
        name = svg.relative_to(ROOT / "figures").with_suffix("").as_posix()
        head = svg.read_text(encoding="utf-8").partition("<cc:Agent>")[0]
        claim, alt = (_kept(head, tag) for tag in ("title", "description"))
        drawn = [(stem, cell) for stem, cell in cells if f'"{name}"' in cell or f"'{name}'" in cell]
        notebook, code = drawn[0]
        claim = claim or _in_words(name)
        found[name] = Figure(name, claim, alt or claim, notebook, _drawing(name) + code)
    return found


def _kept(head, tag):
    kept = re.search(rf"<dc:{tag}>(.*?)</dc:{tag}>", head, re.DOTALL)
    return unescape(kept[1]).strip() if kept else ""


def _in_words(name):
    return name.replace("/", ": ").replace("_", " ")


def _drawing(name):
    """Return the function of ``notebooks/drawings`` that draws a figure."""
    chapter, wanted = name.split("/")
    text = (DRAWINGS / f"{chapter}.py").read_text(encoding="utf-8")
    made = next(n for n in ast.parse(text).body if getattr(n, "name", "") == wanted)
    return f"{ast.get_source_segment(text, made)}\n\n\n"


def with_alt_texts(path):
    """Return a notebook as JSON, with each figure's words beside the cell that saves it."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        for name, figure in figures().items():
            if cell["cell_type"] == "code" and re.search(rf"save\([^)]*[\"']{name}[\"']", source):
                told = {"alt": figure.alt, "width": "100%"}
                cell["metadata"] = {"mystnb": {"image": told}}
    return notebook


def pages():
    """Return the gallery, chapter by chapter, the head figures first."""
    chapters = {"head": []}
    for figure in sorted(figures().values(), key=lambda f: f.notebook):
        chapters.setdefault(figure.name.split("/")[0], []).append(figure)
    text = "# Gallery\n\nEvery figure, its numbers and the code that drew it.\n\n"
    for chapter, shown in chapters.items():
        title = "Head figures" if chapter == "head" else chapter.replace("_", " ").capitalize()
        text += f"## {title}\n\n" + "".join(f.markdown(0) for f in shown)
    return {"gallery.md": text}
