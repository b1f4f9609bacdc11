"""Figures on a memory too small for its facts, and what an exam makes of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from drawings.page import Picture, page, per_cent, say
from simulations.figures import DEEP_BLUE, INK, PALE_INK, SOFT_INK, VERMILION


def _areas(ax: Axes, x: pd.Series, table: pd.DataFrame) -> None:
    """Draw shares of right, abstained and wrong answers on top of each other."""
    parts = [table.right, table.abstained, table.wrong]
    ax.stackplot(x, *parts, colors=[DEEP_BLUE, PALE_INK, VERMILION], lw=0)
    ax.set(ylim=(0, 1))


def exam_areas(table: pd.DataFrame) -> Picture:
    """Draw what the best system with half the memory answers, by the exam's target (X11)."""
    free, strict = (table[np.isclose(table.t, t)].iloc[0] for t in (0, 0.5))
    assert free.abstained == 0
    assert (table.score >= table.honest_score - 1e-7).all()
    assert (table.wrong.diff().dropna() <= 1e-7).all()
    share = {0.5: "half"}.get(free.honest_score, f"{100 * free.honest_score:.0f} % of")
    claim = (
        f"With {share} the memory it needs, the exam's rule decides: {100 * free.wrong:.0f} % errors, or "
        f"{100 * strict.wrong:.1f} %"
    )
    fig, (ax,) = page(
        claim,
        "What the best system does whose memory cannot hold all birthdays. At target t a right answer earns 1 "
        "point,\na mistake costs t/(1 − t), “I don't know” nothing. Only the rule of the exam changes from left to right.",
        "Extension X11, R = 365 answers. Data: figures/memory/data/exam_areas.csv",
    )
    _areas(ax, table.t, table)
    ax.plot([0.5, 0.5], [0, 1], color="white", lw=1, ls=":")
    say(ax, 0.5, 0.25, "right", "white", ha="center")
    say(ax, 0.5, 0.75, "“I don't know”", INK, ha="center")
    say(ax, 0.06, 0.82, "wrong", "white")
    say(ax, 0.505, 0.03, "penalty of one point", "white")
    ax.set(xlim=(0, 0.9), ylabel="questions")
    ax.set_xlabel("confidence target of the exam, t (0: graded by accuracy)")
    per_cent(ax)
    alt = (
        "Areas of right, wrong and abstained answers against the confidence target: wrong answers "
        "vanish and abstentions take their place."
    )
    return Picture(fig, table, claim, alt)


def fame(table: pd.DataFrame) -> Picture:
    """Draw what a full memory answers about facts of unequal fame, in two exams (X11)."""
    rare = table[table["rank"] > 900].groupby("t").mean()
    assert rare.abstained[0] == 0
    assert rare.abstained[0.5] == 1
    assert table.wrong[table.t == 0.5].max() < 0.003
    claim = (
        f"A full memory guesses what is rare: {100 * rare.wrong[0]:.0f} % wrong, or “I don't know”"
    )
    fig, axes = page(
        claim,
        "1,000 birthdays, asked for by Zipf's law; a memory too small for them, shared in the best way for each "
        "exam.\nThe number is the share of wrong answers to the 100 rarest.",
        "Extension X11, R = 365 answers. Data: figures/memory/data/fame.csv",
        widths=(1, 1),
        sharey=True,
        wspace=0.12,
    )
    for ax, (_, c) in zip(axes, table.groupby("t"), strict=True):
        _areas(ax, c["rank"], c)
        ax.set(xlim=(1, 1000), xlabel="fact, the most famous first")
        say(ax, 250, 0.45, "right", "white", ha="center")
    say(axes[0], 800, 0.55, "wrong", "white", ha="center")
    say(axes[1], 760, 0.55, "“I don't know”", INK, ha="center")
    axes[0].set_title("graded by accuracy", size=12)
    axes[1].set_title("a mistake costs one point", size=12)
    axes[0].set_ylabel("answers to this fact")
    per_cent(axes[0])
    alt = (
        "Right, wrong and abstained answers for a thousand facts by fame: graded by accuracy the rare "
        "half is mostly wrong, with a penalty of one point it is not answered."
    )
    return Picture(fig, table, claim, alt)


def frontier(table: pd.DataFrame, tangents: pd.DataFrame) -> Picture:
    """Draw most right answers for each share of wrong ones, with exams as tangents (X11)."""
    soft = tangents.iloc[1]
    honest = table[(table.wrong == 0) & (table.right <= soft.right)].right.max()
    claim = (
        f"With one memory, an exam at t = {soft.t:g} accepts {100 * soft.wrong:.0f} % errors for "
        f"{100 * (soft.right - honest):.0f} % more right"
    )
    fig, (ax,) = page(
        claim,
        "Blue: the best that each memory allows, from never guessing (left end) to always answering (right end)."
        "\nRed: exams at target t; each touches the curve where its best system lies.",
        "Extension X11, R = 365 answers. Data: figures/memory/data/frontier.csv, frontier_exams.csv",
    )
    for share, c in table.groupby("share"):
        ax.plot(c.wrong, c.right, color=DEEP_BLUE)
        text = f"memory for {100 * share:.0f} %"
        say(ax, c.wrong.iloc[-1] + 0.01, c.right.iloc[-1], text, DEEP_BLUE, va="center")
    for row, (x, y) in zip(
        tangents.itertuples(index=False), ((0.24, 0.63), (0.145, 0.53), (0.06, 0.44)), strict=True
    ):
        reach = np.array([-0.08, 0.1]) if row.t else np.array([-0.18, 0])
        ax.plot(row.wrong + reach, row.right + row.penalty * reach, "--", color=VERMILION, lw=1.2)
        ax.plot(row.wrong, row.right, "o", color=VERMILION)
        say(ax, x, y, f"t = {row.t:g}", VERMILION)
    ax.set(xlim=(-0.015, 0.8), ylim=(0.2, 0.9), xlabel="wrong answers", ylabel="right answers")
    per_cent(ax)
    per_cent(ax, "x")
    alt = (
        "Curves of most right answers for each share of wrong ones, for three memories, with exams as "
        "tangents."
    )
    return Picture(fig, table, claim, alt)


def achieved(table: pd.DataFrame, codes: pd.DataFrame, small: pd.DataFrame) -> Picture:
    """Draw memories that run: Hamming codes, all small codes, learned ones, and the bound (X11)."""
    strict_wrong = table[table.t == 0.75].wrong.max()
    assert (codes.needed <= codes.share + 1e-7).all()
    assert (small.score <= small.bound + 1e-7).all()
    assert (table.score <= table.bound + 1e-7).all()
    assert strict_wrong < 0.02
    assert table[table.t == 0].wrong.min() > 0.2
    claim = (
        "No code beats the bound, and a learned memory obeys its exam: "
        f"{100 * strict_wrong:.1f} % errors at most at t = ¾"
    )
    fig, axes = page(
        claim,
        "Left: codes that were built and decoded. Middle: the best of all codes for few facts. Right: six facts with "
        "four\nanswers, a memory of 8, 64 or 256 states trained for each exam, measured on every sequence of answers.",
        "Extension X11. Bounds hold for systems of any size."
        "\nData: figures/memory/data/achieved.csv, achieved_codes.csv, achieved_small.csv",
        widths=(1, 1, 1),
    )
    left, middle, right = axes
    for n, look, colour in ((2, "o", DEEP_BLUE), (3, "s", VERMILION), (4, "^", INK)):
        c = codes[codes.answers == n]
        left.plot(c.needed, c.share, look, color=colour, clip_on=False)
        say(left, 0.05, 0.8 - 0.1 * (n - 2), f"{n} answers", colour)
    for t, look, colour in ((0, "o", VERMILION), (0.5, "s", DEEP_BLUE)):
        c = small[small.t == t]
        middle.plot(c.bound, c.score, look, color=colour, mfc="none")
        say(middle, 0.05, 0.8 - 0.2 * t, f"t = {t:g}", colour)
    for ax in (left, middle):
        ax.plot([0, 1], [0, 1], color=SOFT_INK, lw=1)
        ax.set(xlim=(0, 1), ylim=(0, 1))
    left.set(xlabel="memory, least possible", ylabel="memory of the code")
    left.set_title("Hamming codes", size=12)
    middle.set(xlabel="bound on the score", ylabel="best of all codes")
    middle.set_title("every code of 1 to 4 facts", size=12)
    for _, c in table.groupby("n_states"):
        right.plot(c.best_wrong, c.best_right, "-", color=DEEP_BLUE, lw=1)
        right.plot(c.wrong, c.right, "o--", color=VERMILION, lw=0.8, ms=5)
        where = c.best_wrong.iloc[0] + 0.01, c.best_right.iloc[0]
        say(right, *where, f"{100 * c.share.iloc[0]:.0f} %", DEEP_BLUE)
    say(right, 0.22, 0.17, "learned", VERMILION)
    say(right, 0.22, 0.07, "best possible", DEEP_BLUE)
    right.set(
        xlabel="wrong", ylabel="right", xlim=(-0.01, 0.56), ylim=(0, 1), xticks=[0, 0.25, 0.5]
    )
    right.set_title("learned for t = 0, ¼, ½, ¾", size=12)
    per_cent(right)
    per_cent(right, "x")
    alt = (
        "Three panels: Hamming codes use more memory than the least possible, best small codes score "
        "below the bound, learned memories move from guessing to abstaining as predicted."
    )
    return Picture(fig, table, claim, alt)


def floors(table: pd.DataFrame, missing: float = 0.2) -> Picture:
    """Draw the least err of calibrated systems against their memory (extension X12)."""
    half = table[table.share == 0.5].iloc[0]
    assert (table.judge_floor <= table.least).all()
    assert (table.least <= table.least_everywhere).all()
    assert (table.least_everywhere <= table.known_share + 1e-7).all()
    claim = (
        f"Half the memory costs a calibrated system {100 * half.least:.0f} % errors; Theorem 1 promises "
        f"{100 * half.judge_floor:.0f} %"
    )
    fig, (ax,) = page(
        claim,
        "A system that never abstains and has δ = 0, on complete and perfect data. The horizontal line is the other "
        "floor:\nerrors on facts that training never showed. The black system knows what fits and guesses the rest.",
        "Extension X12, R = 365 answers. Data: figures/memory/data/floors.csv",
    )
    ax.plot(table.share, table.known_share, color=INK, lw=1.2)
    ax.plot(table.share, table.least, color=DEEP_BLUE)
    ax.plot(table.share, table.judge_floor.clip(lower=0), "--", color=DEEP_BLUE, lw=1.2)
    ax.axhline(missing * (1 - 1 / 365), color=VERMILION, lw=1.4)
    say(ax, 0.52, 0.52, "knows what fits, uniform on the rest", INK)
    say(ax, 0.2, 0.55, "least error of any\ncalibrated system", DEEP_BLUE, ha="center")
    say(ax, 0.015, 0.04, "what Theorem 1\npromises", DEEP_BLUE)
    say(ax, 0.31, 0.22, f"{100 * missing:.0f} % of the facts never seen", VERMILION)
    ax.set(xlim=(0, 1), ylim=(0, 1), ylabel="wrong answers (err)")
    ax.set_xlabel("memory, as a share of what knowing every fact takes")
    per_cent(ax)
    per_cent(ax, "x")
    alt = (
        "Least errors of calibrated systems against memory, far above the floor by Theorem 1 and just "
        "below knowing what fits."
    )
    return Picture(fig, table, claim, alt)
