"""Every figure: its claim holds on the committed table, and everybody can read it."""

import html
import importlib
import re
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Text

from simulations import figures
from theory import InvalidInput

ROOT = Path(__file__).resolve().parents[2]
HUES = (figures.INK, figures.DEEP_BLUE, figures.VERMILION)
TINTS = (figures.SOFT_INK, figures.PALE_INK, figures.PALE_VERMILION)
TABLES = {
    "judging": ["reduction/data/scatter.csv"],
    "seen_once": ["facts/data/cities.csv"],
    "price": ["trade_off/data/frontier.csv"],
    "hunch": ["grading/data/answer_or_abstain.csv", "grading/data/trained_policy.csv"],
    "ranks": ["confidence_targets/data/nature_scores.csv"],
    "samples": ["facts/data/singleton_rate_bands.csv"],
    "reward": ["grading/data/reinforcement.csv"],
    "memory": ["memory/data/exam_areas.csv"],
}
MORE = {
    "poor_models/figure_1": ["poor_models/data/figure_1_points.csv"],
    "memory/frontier": ["memory/data/frontier_exams.csv"],
    "memory/achieved": ["memory/data/achieved_codes.csv", "memory/data/achieved_small.csv"],
}
# Machado, Oliveira and Fernandes (2009): how a deuteranope sees linear RGB.
DEUTERANOPIA = np.array(
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]
)
TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
) / np.array([[0.9505], [1.0], [1.089]])


FIGURES = sorted(
    f.relative_to(ROOT / "figures").with_suffix("").as_posix()
    for f in (ROOT / "figures").glob("*/*.svg")
)
CODE_NAMES = re.compile(r"err_iiv|p_hat|\bdelta\b|singleton_rate|n_samples|\bsr\b|[a-z]_[a-z]")


def tables(name):
    """Return what a figure is drawn from: its own table; a head figure's, those of others."""
    chapter, figure = name.split("/")
    own = [f"{chapter}/data/{figure}.csv"]
    found = TABLES[figure] if chapter == "head" else own + MORE.get(name, [])
    return [pd.read_csv(ROOT / "figures" / file) for file in found]


@pytest.fixture(scope="module", params=FIGURES)
def drawn(request):
    """The figure CHAPTER/NAME, drawn anew by ``drawings.CHAPTER.NAME``."""
    chapter, figure = request.param.split("/")
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(ROOT / "notebooks")
        draw = getattr(importlib.import_module(f"drawings.{chapter}"), figure)
        picture = draw(*tables(request.param))
    yield request.param, picture
    plt.close(picture.fig)


def linear(colour):
    c = np.array(to_rgb(colour))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* of linear RGB, D65."""
    x = TO_XYZ @ np.clip(rgb, 0, 1)
    f = np.where(x > 216 / 24389, np.cbrt(x), (24389 / 27 * x + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def words(fig):
    """What a figure says, without the paths of its data."""
    texts = (t.get_text() for t in fig.findobj(Text) if t.get_visible())
    return [re.sub(r"\S+\.csv", "", text) for text in texts if text]


def test_each_figure_claims_something_on_its_own_table_within_its_canvas(drawn):
    """Its claim is its title and a sentence of its file; nothing is cut off."""
    name, picture = drawn
    assert picture.fig.texts[0].get_text() == picture.claim
    assert len(picture.claim.split()) > 5
    assert len(picture.alt) > 60
    assert figures.outside(picture.fig) == []
    svg = html.unescape((ROOT / "figures" / f"{name}.svg").read_text(encoding="utf-8"))
    assert f"<dc:title>{picture.claim}</dc:title>" in svg
    assert f"<dc:description>{picture.alt}</dc:description>" in svg
    stored = pd.read_csv(ROOT / "figures" / f"{name.replace('/', '/data/')}.csv")
    assert list(stored.columns) == list(picture.table.columns)


def test_each_figure_writes_the_papers_symbols(drawn):
    """δ and err with its index, typeset; no name from the code, in words, claim or alt."""
    name, picture = drawn
    found = [text for text in (*words(picture.fig), picture.alt) if CODE_NAMES.search(text)]
    assert not found, name


def test_each_figure_uses_three_hues_and_their_tints(drawn):
    """Of lines, areas and words; white and black are Matplotlib's frame."""
    fig = drawn[1].fig
    found = {to_hex(t.get_color()) for t in fig.findobj(Text) if t.get_text()}
    for ax in fig.axes:
        found |= {to_hex(line.get_color()) for line in ax.lines}
        found |= {to_hex(c) for area in ax.collections for c in area.get_facecolor()}
        found |= {to_hex(patch.get_facecolor()) for patch in ax.patches}
    known = {to_hex(c) for c in (*HUES, *TINTS, "white", "black", "#1f77b4")}
    assert found <= known


def test_a_code_name_in_a_figure_is_seen():
    assert CODE_NAMES.search("2 err_iiv at the best threshold")
    assert CODE_NAMES.search("delta falls")
    assert not CODE_NAMES.search("2 err$_{iiv}$ and δ$_z$, max|V$_c$|")


@pytest.mark.parametrize(("a", "b"), [(0, 1), (0, 2), (1, 2)])
def test_the_hues_are_told_apart_in_grey_and_by_a_deuteranope(a, b):
    """A difference in lightness of 15 or more; a colour difference of 30 without green."""
    one, other = linear(HUES[a]), linear(HUES[b])
    assert abs(lab(one)[0] - lab(other)[0]) > 15
    assert np.linalg.norm(lab(DEUTERANOPIA @ one) - lab(DEUTERANOPIA @ other)) > 30


def test_the_old_palette_failed_that_test():
    """Green and grey look alike to a deuteranope: the check can fail."""
    one, other = linear(figures.GREEN), linear(figures.GREY)
    assert np.linalg.norm(lab(DEUTERANOPIA @ one) - lab(DEUTERANOPIA @ other)) < 30


def test_every_word_has_contrast_on_white():
    """WCAG: 4.5 for ordinary text; vermilion is only used for large or bold labels: 3."""
    for colour in (*HUES, figures.SOFT_INK):
        luminance = TO_XYZ[1] @ linear(colour)
        least = 3 if colour == figures.VERMILION else 4.5
        assert 1.05 / (luminance + 0.05) >= least, colour


def test_text_outside_the_canvas_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("HALLUCINATION_THEORY_FIGURES", str(tmp_path))
    fig, ax = plt.subplots()
    ax.plot([0, 1])
    figures.save(fig, "facts/fine", {"x": [0, 1]}, claim="a line", alt="a line that rises")
    assert "a line that rises" in (tmp_path / "facts" / "fine.svg").read_text()
    fig.text(0.9, 0.5, "a long remark that the canvas cuts")
    with pytest.raises(InvalidInput, match=r"inside the canvas, got .*a long remark"):
        figures.save(fig, "facts/cut", {"x": [0, 1]})
    plt.close(fig)
    assert not (tmp_path / "facts" / "cut.svg").exists()
