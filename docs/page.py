"""The page to play with, as one file that needs nothing else: ``python -m docs.page FILE``.

Its formulas are those of ``docs/play/formulas.mjs``, which Node checks against Python. What the
formulas do not compute comes from here: the term of Theorem 2 by extension X9, scores as
published, errors of the models trained in notebook 09, and the colours of the figures.
"""

import csv
import json
import re
import sys
from pathlib import Path

from simulations import figures
from theory.facts import drop_term
from theory.grading.published import SIMPLEQA

ROOT = Path(__file__).resolve().parents[1]
PLAY = ROOT / "docs" / "play"
MODULES = ("formulas", "table", "drawing", "stations", "words", "page")
COLOURS = ("INK", "DEEP_BLUE", "VERMILION", "SOFT_INK", "PALE_INK", "PALE_VERMILION")
SAMPLES = [round(10 ** (i / 4)) for i in range(4, 25)]
TRAINED = ("ngram", "transformer", "logistic")


def data():
    """Return what the page takes from Python."""
    return {
        "samples": [{"n": n, "term": drop_term(n, stretch=365 / 364)} for n in SAMPLES],
        "published": [
            {
                "name": name,
                "right": counts.correct / 100,
                "wrong": counts.wrong / 100,
                "idk": counts.abstained / 100,
            }
            for name, counts in SIMPLEQA.items()
        ],
        "trained": [row for name in TRAINED for row in _trained(name)],
    }


def _trained(name):
    """Yield the birthdays of one family of models, at each setting of notebook 09."""
    path = ROOT / "figures" / "language_models" / "data" / f"study_{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["attribute"] == "birthday":
                columns = {"sr": "singleton_rate", "err": "err", "delta": "delta"}
                yield {k: round(float(row[column]), 4) for k, column in columns.items()}


def page():
    """Return the page: style, modules and data in one text."""
    colours = "".join(f"--{c.lower().replace('_', '-')}: {getattr(figures, c)}; " for c in COLOURS)
    style = f":root {{ {colours}}}\n" + (PLAY / "page.css").read_text(encoding="utf-8")
    script = "\n".join(_inlined(name) for name in MODULES)
    html = (PLAY / "page.html").read_text(encoding="utf-8")
    parts = {"/* STYLE */": style, "// SCRIPT": script, "/* DATA */": json.dumps(data())}
    for mark, text in parts.items():
        html = html.replace(mark, text)
    return html


def _inlined(name):
    """Return a module without what only separate files need; browsers import none from a file."""
    text = (PLAY / f"{name}.mjs").read_text(encoding="utf-8")
    offered = re.findall(r"^export (?:async )?(?:function|const|class) (\w+)", text, re.MULTILINE)
    text = re.sub(
        r"^import .*\n", "", re.sub(r"^export ", "", text, flags=re.MULTILINE), flags=re.MULTILINE
    )
    if name == "formulas":  # the stations say theory.theorem1
        return f"const theory = (() => {{\n{text}\nreturn {{ {', '.join(offered)} }};\n}})();"
    return text


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page(), encoding="utf-8")
