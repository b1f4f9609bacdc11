"""What is saved does not depend on the machine's last digit."""

import re

import numpy as np
import pytest

from simulations import figures
from theory import InvalidInput


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HALLUCINATION_THEORY_FIGURES", str(tmp_path))
    return tmp_path


def drawn(shift=0.0):
    """A line with markers, shaded and clipped, moved a little."""
    import matplotlib.pyplot as plt

    figures.use_style()
    fig, ax = plt.subplots()
    x = np.linspace(0, 1, 7) * np.pi
    ax.plot(x + shift, np.sin(x) + shift, "o-", label="sin")
    ax.fill_between(x, 0, np.sin(x) + shift, alpha=0.3, hatch="/")
    ax.scatter(x, x + shift)
    ax.set(xlim=(0, 3 + shift), ylim=(0, 2))
    plt.close(fig)
    return fig, {"x": (x + 0.1) * (1 + shift)}


def saved(folder, shift):
    fig, table = drawn(shift)
    figures.save(fig, f"facts/at_{shift}", table)
    names = (f"at_{shift}.svg", f"at_{shift}.png", f"data/at_{shift}.csv")
    return [(folder / "facts" / name).read_bytes() for name in names]


def test_a_last_digit_changes_no_byte(folder):
    """Rounding as another processor's kernels may give it; a real change shows in all three."""
    assert saved(folder, 0.0) == saved(folder, 1e-12)
    assert all(a != b for a, b in zip(saved(folder, 0.0), saved(folder, 1e-2), strict=True))


def test_a_steady_drawing_keeps_its_references(folder):
    """Every name that is used is defined, and none is a hash."""
    svg = saved(folder, 0.0)[0].decode()
    defined = set(re.findall(r'\bid="(\w+)"', svg))
    used = set(re.findall(r"url\(#(\w+)\)|href=\"#(\w+)\"", svg))
    assert {a or b for a, b in used} <= defined
    assert not re.search(r'"#?[A-Za-z]\w*[0-9a-f]{10}"', svg)
    assert not re.search(r"\d\.\d{4}", svg)


def test_tables_have_eight_digits_and_no_minus_zero(folder):
    figures.write_table(folder / "t.csv", {"a": [1 / 3, -0.0, 2.0], "b": [1, 2, 3]})
    assert (folder / "t.csv").read_text() == "a,b\n0.33333333,1\n0,2\n2,3\n"
    with pytest.raises(InvalidInput, match="the columns must be of equal length"):
        figures.write_table(folder / "t.csv", {"a": [1], "b": [1, 2]})
