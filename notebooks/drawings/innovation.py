"""Figures on innovation: errors on what was never seen, without calibration."""

from __future__ import annotations

import numpy as np
import pandas as pd

from drawings.page import Picture, page, per_cent, say
from simulations.figures import DEEP_BLUE, INK, VERMILION


def learners(table: pd.DataFrame) -> Picture:
    """Draw errors on prompts never seen against answers on them, for nine learners (X10)."""
    wrong = table.err_unseen.sum() / table.answered_unseen.sum()
    calm, odd = table[table.delta < 0.02], table[table.delta >= 0.02]
    assert (table.err >= table.bound - 1e-7).mean() >= 0.99
    assert len(calm)
    assert len(odd)
    claim = (
        f"Who answers what it never saw is wrong {100 * wrong:.0f} % of the time, calibrated or not"
    )
    fig, (ax,) = page(
        claim,
        "Nine learners, trained ten times at each of three sizes. A prompt never seen is one that never occurred in "
        "training\nwith an answer; any plausible answer is still as likely as any other. Filled: calibrated. Hollow: not.",
        f"Extension X10. Line: {100 * wrong:.0f} % of the answers wrong. Calibrated: δ < 0.02; largest δ {table.delta.max():.1f}."
        "\nData: figures/innovation/data/learners.csv",
    )
    ax.plot([0, 0.55], [0, 0.55 * wrong], color=INK, lw=1.2)
    ax.plot(odd.answered_unseen, odd.err_unseen, "o", ms=8, color=VERMILION, mfc="none")
    ax.plot(calm.answered_unseen, calm.err_unseen, "o", ms=4, color=DEEP_BLUE)
    say(ax, 0.3, 0.22, "calibrated learners", DEEP_BLUE)
    say(ax, 0.14, 0.22, "miscalibrated learners", VERMILION, ha="right")
    say(ax, 0.02, 0.005, "“I don't know” to everything unseen: no errors", INK, va="center")
    ax.set(xlim=(-0.01, 0.55), ylim=(-0.02, 0.54), ylabel="errors on prompts never seen")
    ax.set_xlabel("innovation: answers on prompts never seen, as a share of all prompts")
    per_cent(ax)
    per_cent(ax, "x")
    alt = (
        "Errors on prompts never seen against answers on them: all learners lie on one line, calibrated "
        "or not."
    )
    return Picture(fig, table, claim, alt)


def sparsity(table: pd.DataFrame, starts: tuple[int, int] = (308, 15_011)) -> Picture:
    """Draw two lower bounds without prompts against the number of statements."""
    for name, start in zip(("markov", "kalai_vempala"), starts, strict=True):
        assert ((table[name] > 0) == (table.n_statements >= start)).all()
    assert np.allclose(table.innovation, 0.025)
    least = table.kalai_vempala.max() / table.markov.max()
    assert least > 7
    claim = f"Innovation proves errors from {starts[0]:,} statements on, the bound of 2024 from {starts[1]:,}"
    fig, (ax,) = page(
        claim,
        "Least hallucination rate of a calibrated model, when 10 of all statements are facts and 7 of these were "
        f"observed.\nThe bound of 2024 starts later and ends {least:.0f} times higher, at the missing mass.",
        "Das and Srivastava 2026, (e) with (c); Kalai and Vempala 2024. Missing mass 0.2, 99 %."
        "\nData: figures/innovation/data/sparsity.csv",
    )
    ax.axhline(0.2, color=INK, lw=1)
    for name, (colour, dash) in KINDS.items():
        ax.plot(table.n_statements, table[name].clip(lower=0), dash, color=colour, clip_on=False)
    say(ax, 25, 0.205, "missing mass", INK)
    say(ax, 1.1e5, 0.145, "bound of 2024", DEEP_BLUE)
    say(ax, 25, 0.03, "by innovation", VERMILION)
    ax.set(xscale="log", xlim=(20, 1e8), ylim=(0, 0.225), ylabel="least hallucination rate")
    ax.set_xlabel("number of statements (log scale)")
    per_cent(ax)
    alt = (
        "Two lower bounds against the number of statements: the one by innovation starts earlier and "
        "stays low, the one of 2024 starts later and reaches the missing mass."
    )
    return Picture(fig, table, claim, alt)


KINDS = {"kalai_vempala": (DEEP_BLUE, "-"), "markov": (VERMILION, "--")}
