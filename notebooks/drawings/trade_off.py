"""Figures on the trade-off: what fewer errors cost in calibration."""

from __future__ import annotations

import numpy as np
import pandas as pd

from drawings.page import Picture, page, per_cent, say
from simulations.figures import DEEP_BLUE, INK, PALE_INK, SOFT_INK, VERMILION


def frontier(table: pd.DataFrame) -> Picture:
    """Draw the least err for each δ, by programs and by the formula (extension X5)."""
    assert np.allclose(table.err, table.closed_form, atol=1e-6)
    assert abs(table.err[0] - table.x5_bound[0]) < 1e-6
    assert (table.err >= table.x5_bound - 1e-6).all()
    claim = "No model lies below the line: the least error for each δ, solved exactly"
    fig, (ax,) = page(
        claim,
        "Three questions in five ask for a fact that training never showed, with R = 5 plausible answers. "
        "Dots:\nleast err of any model, by linear programs. Line: the formula. Dashed: a simpler bound.",
        "Extension X5: err ≥ (1 − 1/R)(MM − δ) ≥ MM (1 − 1/R) − δ; missing mass MM = 0.36."
        "\nData: figures/trade_off/data/frontier.csv",
    )
    ax.fill_between(table.delta, 0, table.closed_form, color=PALE_INK, lw=0)
    ax.plot(table.delta, table.x5_bound, "--", color=VERMILION)
    ax.plot(table.delta, table.closed_form, color=DEEP_BLUE)
    ax.plot(table.delta[::3], table.err[::3], "o", color=DEEP_BLUE, ms=7, clip_on=False)
    say(ax, 0.2, 0.15, "(1 − 1/R)(MM − δ)", DEEP_BLUE)
    say(ax, 0.08, 0.13, "MM (1 − 1/R) − δ", VERMILION, ha="center")
    say(ax, 0.02, 0.02, "no model", SOFT_INK, style="italic")
    ax.set(xlim=(0, 0.46), ylim=(0, 0.31), xlabel="miscalibration (δ)")
    ax.set_ylabel("wrong answers (err)")
    per_cent(ax)
    alt = (
        "Points of the least error fall along a straight line as miscalibration grows and stay at zero "
        "from 0.36 on; a steeper dashed bound touches it at zero."
    )
    return Picture(fig, table, claim, alt)


def known_worlds(table: pd.DataFrame) -> Picture:
    """Draw the least err for each δ in two known worlds, beside Theorem 1."""
    assert (table.err >= table.theorem_1_bound - 1e-6).all()
    start = table[table.delta == 0].set_index("world")
    assert abs(start.err - start.theorem_1_bound)["tight"] < 1e-6
    claim = "Two worlds solved exactly: Theorem 1 holds, and the tight one attains it at δ = 0"
    fig, axes = page(
        claim,
        "Least err of all models that judge no better than a given classifier, for each δ. In the tight "
        "world\nmiscalibration gains nothing; in the skewed one, overstating a rare truth lowers err, one for one.",
        "Theorem 1 and extension X3; judging error at least 0.5 (tight) and 0.45 (skewed)."
        "\nData: figures/trade_off/data/known_worlds.csv",
        widths=(1, 1),
        sharey=True,
        wspace=0.12,
    )
    for ax, (name, c) in zip(axes, table.groupby("world", sort=False), strict=True):
        ax.plot(c.delta, c.err, color=DEEP_BLUE)
        ax.plot(c.delta, c.theorem_1_bound, "--", color=VERMILION)
        ax.set(xlim=(0, 0.8), ylim=(-0.01, 0.6), xlabel="miscalibration (δ)")
        ax.set_title(f"{name} world", size=12)
    say(axes[0], 0.4, 0.53, "least err", DEEP_BLUE)
    say(axes[0], 0.3, 0.26, "Theorem 1", VERMILION)
    say(axes[1], 0.34, 0.26, "least err", DEEP_BLUE)
    axes[0].set_ylabel("wrong answers (err)")
    per_cent(axes[0])
    alt = (
        "Two panels of least error against miscalibration: constant at one half in the tight world, "
        "falling in the skewed one, both above the falling line of Theorem 1."
    )
    return Picture(fig, table, claim, alt)


FAMILIES = {
    "abstain": ("o-", DEEP_BLUE),
    "regurgitate": ("s-", INK),
    "sharpen": ("^-", VERMILION),
    "temper": ("v--", SOFT_INK),
    "upweight": ("D-", SOFT_INK),
}


def families(table: pd.DataFrame) -> Picture:
    """Draw five families that change a base model, by err and three measures of its confidence."""
    measures = {"delta": "δ", "ece": "ECE", "cross_entropy": "cross-entropy (nats)"}
    # Fixed limits: those that Matplotlib finds move with the last digit, and the pointers with them.
    limits = {"delta": (-0.03, 0.71), "ece": (0.02, 0.7), "cross_entropy": (1.28, 3.35)}
    ends = table.loc[table.groupby("family").err.idxmin()].set_index("family").drop("temper")
    base = table[(table.family == "abstain") & (table.strength == 0)].iloc[0]
    assert (ends.err < base.err).all()
    assert (ends[list(measures)] > base[list(measures)].astype(float)).all(axis=None)
    claim = "Four ways to fewer errors, and each costs calibration by three measures"
    fig, axes = page(
        claim,
        "Ring: a model fitted to facts of which it saw some. It abstains more, keeps to what it read, sharpens "
        "its odds,\nor reads 5 % of its data again, ever more along each line. Hotter sampling (dashed) errs more.",
        "δ: miscalibration. ECE: expected calibration error. Exact for one training sample."
        "\nData: figures/trade_off/data/families.csv",
        widths=(1, 1, 1),
        sharey=True,
        wspace=0.12,
    )
    for ax, (x, title) in zip(axes, measures.items(), strict=True):
        for name, (look, colour) in FAMILIES.items():
            c = table[table.family == name]
            ax.plot(c[x], c.err, look, color=colour, ms=3.5, lw=1.2)
        ax.plot(base[x], base.err, "o", color=INK, mfc="none", ms=14, mew=2)
        ax.set(xlabel=title, xlim=limits[x], ylim=(-0.02, 0.7))
    say(axes[0], 0.06, 0.27, "start", INK)
    say(axes[0], 0.36, 0.08, "abstain", DEEP_BLUE)
    say(axes[0], 0.35, 0.45, "sample\nhotter", SOFT_INK)
    say(axes[1], 0.145, 0.27, "repeat 5 %", SOFT_INK)
    say(axes[1], 0.42, 0.22, "sharpen", VERMILION)
    axes[1].annotate(
        "", (0.3, 0.07), (0.41, 0.22), arrowprops={"arrowstyle": "-", "color": VERMILION}
    )
    say(axes[2], 1.75, 0.17, "keep to what\nwas read", INK)
    axes[2].annotate("", (1.65, 0.1), (1.8, 0.16), arrowprops={"arrowstyle": "-", "color": INK})
    axes[0].set_ylabel("wrong answers (err)")
    per_cent(axes[0])
    alt = (
        "Three panels of error against miscalibration, calibration error and cross-entropy: from one "
        "starting model four families move to fewer errors and more of each; hotter sampling moves up."
    )
    return Picture(fig, table, claim, alt)


def never_errs(table: pd.DataFrame) -> Picture:
    """Draw err and δ of a fact table with a calculator, as ever fewer facts are in the table."""
    assert (table.err == 0).all()
    low, high = table.delta.min(), table.delta.max()
    assert high > 0.6
    claim = f"A table and a calculator never err, and their δ is {low:.2f} to {high:.2f}"
    fig, (ax,) = page(
        claim,
        "This model answers what its table or its calculator knows and says “I don't know” to everything else. "
        "It\nnever errs, and the more it declines, the further it is from its training data, which answer 3 questions of 4.",
        "Sec. 3.1: such models exist, and Theorem 1 says what they cost. Exact fractions."
        "\nData: figures/trade_off/data/never_errs.csv",
    )
    ax.plot(table.unknown, table.delta, "s-", color=VERMILION)
    ax.plot(table.unknown, table.err, "o-", color=DEEP_BLUE, clip_on=False)
    say(ax, 0.45, 0.38, "miscalibration (δ)", VERMILION)
    say(ax, 0.45, 0.03, "wrong answers (err)", DEEP_BLUE)
    ax.set(xlim=(-0.01, 0.91), ylim=(0, 0.7), xlabel="share of questions that are in no table")
    ax.set_ylabel("probability")
    per_cent(ax, "x")
    alt = (
        "Miscalibration rises in a straight line with the share of unknown questions while error stays "
        "at zero."
    )
    return Picture(fig, table, claim, alt)


def monofacts(table: pd.DataFrame) -> Picture:
    """Draw hallucination against the monofact rate, with the bound counted well and carelessly."""
    ranks = table.groupby("order")[["monofact_rate", "err"]].corr(method="spearman")
    assert ranks.min(axis=None) > 0.99
    assert (table.err >= table.monofact_rate - table.miscalibration).all()
    third = table[(table.order == 3) & (table.monofact_rate > 0.2)]
    assert (third.monofact_rate - third.careless > third.err).all()
    claim = (
        "The more facts are told once, the more is made up; careless counting “breaks” the bound"
    )
    fig, axes = page(
        claim,
        "Markov models trained on random facts. Monofact rate MF: share of training samples told once. Mis: "
        "a\ndistance between model and data. The bound MF − Mis is kept; with Mis over distinct texts only, it is not.",
        "Kalai and Vempala 2024; Miao and Kearns 2025. Small terms dropped. Crosses: 10,000 generated texts."
        "\nData: figures/trade_off/data/monofacts.csv",
        widths=(1, 1),
    )
    for ax, (order, c) in zip(axes, table.groupby("order"), strict=True):
        ax.plot(c.monofact_rate, c.err, "o-", color=DEEP_BLUE)
        ax.plot(c.monofact_rate, c.sampled_err, "x", color=INK, ms=7)
        ax.plot(c.monofact_rate, c.monofact_rate - c.miscalibration, "s--", color=INK, ms=4)
        ax.plot(c.monofact_rate, c.monofact_rate - c.careless, "^:", color=VERMILION)
        ax.set(xlabel="monofact rate (MF)", xlim=(0, 0.63))
        ax.set_title(f"order {order}: sees the last {order} words", size=12)
        per_cent(ax)
        per_cent(ax, "x")
    say(axes[0], 0.04, 0.5, "hallucination rate", DEEP_BLUE, ha="left")
    say(axes[0], 0.02, -0.15, "MF − Mis, exact", INK)
    axes[0].set_ylim(bottom=-0.17)
    say(axes[1], 0.05, 0.19, "MF − Mis,\ncounted carelessly", VERMILION)
    axes[0].set_ylabel("wrong answers (err)")
    alt = (
        "Two panels against the monofact rate: the hallucination rate rises; the exact bound stays below "
        "it, the carelessly counted one rises above it for the order-3 model."
    )
    return Picture(fig, table, claim, alt)


def upweighting(table: pd.DataFrame) -> Picture:
    """Draw err and miscalibration as the same 5 % of training examples are repeated."""
    t = table.set_index(["order", "times"])
    assert (t.err.groupby("order").diff().dropna() < 0).all()
    mis = t.miscalibration.groupby("order")
    assert (mis.diff().dropna() > -1e-3).all()
    assert (mis.last() > mis.first() + 0.2).all()
    least = (1 - t.err.groupby("order").last() / t.err.groupby("order").first()).min()
    claim = f"Reading 5 % of the data 100 times cuts errors by {100 * least:.0f} % or more, and costs calibration"
    fig, (left, right) = page(
        claim,
        "Markov models of two orders, trained on the same facts; the same 5 % of the training samples are repeated."
        "\nThe share of facts told once does not change. Left: err, as a share of err without repetition.",
        "Miao and Kearns 2025. Mis: the miscalibration of Kalai and Vempala 2024. Exact."
        "\nData: figures/trade_off/data/upweighting.csv",
        widths=(1, 1),
    )
    for order, look, colour in ((2, "o-", DEEP_BLUE), (3, "s--", VERMILION)):
        c = t.loc[order]
        left.plot(c.index, c.err / c.err.iloc[0], look, color=colour)
        right.plot(c.index, c.miscalibration, look, color=colour)
    say(left, 12, 0.87, f"order 2 (from {100 * t.err[2, 1]:.0f} %)", DEEP_BLUE)
    say(left, 1.1, 0.42, f"order 3 (from {100 * t.err[3, 1]:.1f} %)", VERMILION)
    say(right, 1.1, 0.54, "order 2", DEEP_BLUE)
    say(right, 1.1, 0.36, "order 3", VERMILION)
    for ax, label in ((left, "err, relative"), (right, "miscalibration (Mis)")):
        ax.set(xscale="log", xlabel="times that each chosen sample is read", ylabel=label)
        ax.set_xticks([1, 10, 100], ["1", "10", "100"])
    left.set(ylim=(0, 1.05))
    right.set(ylim=(0, 0.8))
    per_cent(left)
    alt = (
        "Left: relative error of two Markov models falls as 5 per cent of the data are repeated up to "
        "100 times. Right: their miscalibration rises."
    )
    return Picture(fig, table, claim, alt)
