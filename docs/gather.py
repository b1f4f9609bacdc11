"""Put the pages of the site together: ``python -m docs.gather FOLDER``.

Pages and notebooks are copied as they are; the gallery comes from the figures, the statements
from the map in ``paper_notes.md``, the API from docstrings, the commands from click, how to cite
from ``CITATION.cff``. Nothing is executed, nothing is fetched.
"""

import json
import re
import shutil
import sys
from pathlib import Path

from docs import gallery, page, reference, statements

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("*.md", "notebooks/*.md", "proofs/*.md", "benchmarks/*.md")
FILES = ("figures/**/*.*", "LICENSE", "CITATION.cff")
"""What pages show or offer for download."""
LINKED = ("figures/*/*.svg", "tests/derivations/test_*.py", "proofs/*.v")
"""To what the outputs of notebooks link."""

STATIONS = """\
# Play with it

Five stations: judge and generator, seen once, the price of not hallucinating, guess or not, a full
memory before an exam. <a href="play.html">The page by itself</a> is one file that works without a
network; it reads a table of your own at the first station, and its link keeps your settings.

<iframe class="play" src="play.html" title="Five stations to play with"></iframe>
"""
PARTS = {
    "Play": ["stations"],
    "Look up": ["gallery", "statements/index", "api/index", "command_line"],
    "Use": [
        "notebooks/which_bound",
        "notebooks/new_experiment",
        "notebooks/five_questions",
        "cite",
    ],
    "Project": [
        *("paper_notes", "proofs/README", "proofs/map", "proofs/restated"),
        *("benchmarks/README", "benchmarks/mutation", "CONTRIBUTING", "CHANGELOG"),
        *("SECURITY", "THIRD_PARTY", "中文 <README.zh>"),
    ],
}
"""What the side bar shows below the chapters; other pages follow at the end."""


def texts():
    """Yield pages and notebooks of the repository by name; its first page begins the site."""
    for path in _found(PAGES):
        name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        if name == "README.md":
            name, text = "index.md", text + contents()
        yield name, to_the_front(text, "" if path.parent == ROOT else "../")
    for path in gallery.notebooks():
        text = json.dumps(gallery.with_alt_texts(path))
        yield f"notebooks/{path.name}", to_the_front(text, "../")
    yield "stations.md", STATIONS
    yield "_extra/play.html", page.page()
    for pages in (gallery.pages(), statements.pages(), reference.pages()):
        yield from pages.items()


def to_the_front(text, up):
    """Lead links to the README to the page that begins the site."""
    return re.sub(rf"\]\({re.escape(up)}README\.md(?=[)#])", f"]({up}index.md", text)


def files():
    """Yield where a file goes, and the file."""
    yield from ((path.relative_to(ROOT), path) for path in _found(FILES))
    yield from ((Path("_extra") / path.relative_to(ROOT), path) for path in _found(LINKED))


def _found(patterns):
    return (path for pattern in patterns for path in sorted(ROOT.glob(pattern)))


def gather(source):
    """Write the source of the site; keep what is as it was, since Sphinx reads what is newer."""
    made = set()
    for name, text in texts():
        target = _place(source, name, made)
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")
    for name, path in files():
        target = _place(source, name, made)
        if not target.exists() or target.stat().st_mtime != path.stat().st_mtime:
            shutil.copy2(path, target)
    for path in source.rglob("*"):
        if path.is_file() and path not in made:  # its origin is gone
            path.unlink()


def _place(source, name, made):
    target = source / name
    target.parent.mkdir(parents=True, exist_ok=True)
    made.add(target)
    return target


def toctree(caption, names):
    """Return a table of contents that only the side bar shows."""
    return "\n".join(
        ["", "```{toctree}", ":hidden:", f":caption: {caption}", "", *names, "```", ""]
    )


def contents():
    """Return the order of the site."""
    chapters = [f"notebooks/{path.stem}" for path in gallery.notebooks()]
    parts = {"Chapters": chapters, **PARTS}
    named = {name.split("<")[-1].strip(">") for names in parts.values() for name in names}
    pages = [path.relative_to(ROOT).with_suffix("").as_posix() for path in _found(PAGES)]
    others = [name for name in pages if name not in {*named, "README"}]
    parts["Project"] = [*PARTS["Project"], *others]
    return "".join(toctree(*part) for part in parts.items())


if __name__ == "__main__":
    gather(Path(sys.argv[1]))
