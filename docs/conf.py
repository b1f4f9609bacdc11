"""How Sphinx builds the site from the pages that ``docs.gather`` put together: ``make site``."""

import re
from pathlib import Path

from docs import mathml
from hallucination_theory import __version__

HERE = Path(__file__).resolve().parent

project = "hallucination-theory"
author = project_copyright = "The hallucination-theory developers"
release = version = __version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
# Chapters as they were committed, executed; the site runs nothing.
nb_execution_mode = "off"
nb_render_image_options = {"width": "100%"}
myst_enable_extensions = ["dollarmath", "amsmath", "attrs_inline"]
myst_heading_anchors = 3
myst_links_external_new_tab = False
suppress_warnings = ["myst.header"]  # pages that are read elsewhere too begin where they like

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the numpy docstrings say shapes and ranges
autodoc_mock_imports = ["torch", "inspect_ai", "lm_eval", "pyspark", "ray", "distributed"]
napoleon_use_rtype = False
napoleon_custom_sections = [("Attributes", "params_style")]  # "right, wrong : float" in one line
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = f"hallucination-theory {version}"
html_static_path = [str(HERE / "style.css")]
html_css_files = ["style.css"]
html_math_renderer = "mathml"
html_copy_source = html_show_sourcelink = False
html_show_sphinx = False

LETTER = re.compile(r"(?<=: )([A-Z]\.)$|(?<=-- )([A-Z]\.)$")
TYPESET = re.compile(r"(``.*?``|:\w+:`.*?`|^\s*\.\. math::.*$|^\s*>>>.*$)")


def keep_bars(app, what, name, obj, options, lines):
    """Escape in prose the bars of |E_c|, no substitution, and a lone "N.", no item of a list."""
    inside = -1  # indentation of the formula that the line is in
    for i, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if line.lstrip().startswith(".. math::"):
            inside = indent
        elif line.strip() and indent <= inside:
            inside = -1
        if inside < 0:
            parts = TYPESET.split(LETTER.sub(r"\\\g<0>", line))
            lines[i] = "".join(p if j % 2 else p.replace("|", r"\|") for j, p in enumerate(parts))


def files_beside(app, config):
    """Copy the files that are no pages from the gathered source."""
    config.html_extra_path = [str(app.srcdir / "_extra")]


def setup(app):
    """Formulas as MathML; prose in docstrings; files beside the pages."""
    mathml.setup(app)
    app.connect("autodoc-process-docstring", keep_bars, priority=900)
    app.connect("config-inited", files_beside)
