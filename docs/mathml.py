"""Formulas as MathML: what every browser draws by itself, without a script, a font or a network.

The converter is that of docutils, which Sphinx brings. MathJax and KaTeX would be two megabytes
of JavaScript, or Node at build time; ``sphinx.ext.imgmath`` would need LaTeX.
"""

import re

from docutils import nodes
from docutils.utils.math import MathError, pick_math_environment
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.errors import SphinxError

UNKNOWN = {
    r"\iff": r"\Longleftrightarrow",
    r"\dots": r"\ldots",
    r"\big": r"\bigl",
    r"\Big": r"\Bigl",
}
"""Commands that the converter lacks, in words that it has."""


def converted(tex, *, block):
    """Return the formula as MathML; one that cannot be converted ends the build."""
    tex = re.sub(r"\\[A-Za-z]+", lambda command: UNKNOWN.get(command[0], command[0]), tex)
    if block and "\\begin{align" not in tex and pick_math_environment(tex) == "align*":
        tex = f"\\begin{{align*}}{tex}\\end{{align*}}"
    try:
        return tex2mathml(tex, as_block=block)
    except MathError as error:
        raise SphinxError(f"no MathML for the formula {tex!r}: {error}") from error


def inline(self, node):
    """Write a formula in a sentence."""
    self.body.append(converted(node.astext(), block=False))
    raise nodes.SkipNode


def displayed(self, node):
    """Write a formula on lines of its own."""
    self.body.append(f'<div class="formula">{converted(node.astext(), block=True)}</div>')
    raise nodes.SkipNode


def setup(app):
    """Register the renderer."""
    app.add_html_math_renderer("mathml", (inline, None), (displayed, None))
