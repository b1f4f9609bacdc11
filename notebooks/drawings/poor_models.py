"""Figures on families of models that are too poor for their task."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from drawings.page import ERR_IIV, Picture, page, per_cent, say
from simulations.figures import DEEP_BLUE, INK, PALE_VERMILION, VERMILION


def figure_1(table: pd.DataFrame, points: pd.DataFrame) -> Picture:
    """Draw the paper's Figure 1: three problems, and seven judges with their generators."""
    assert (table.err >= table.bound - 1e-7).all()
    judge = table.pivot(index="problem", columns="classifier", values="judge_error")
    curved = judge.loc["circle"].drop("logistic regression")
    assert judge.loc["separable"].max() < 0.05
    assert judge.loc["no pattern"].min() > 0.25
    assert curved.max() < 0.05
    assert judge.loc["circle"].max() > 0.25
    claim = "Who judges well generates well; where there is no pattern, nobody does"
    fig, axes = page(
        claim,
        "Valid (+) and wrong (−) answers in the plane; dashed: the best straight line. Seven classifiers learn to "
        "judge,\nand each makes a generator by Bayes' rule. Red: err of the generator. Blue: wrong verdicts of the judge.",
        "Figure 1 of the paper, rebuilt; 1,000 examples. Black strokes: Theorem 1's bound on err, where it is "
        "positive.\nData: figures/poor_models/data/figure_1.csv, figure_1_points.csv",
        widths=(1, 1, 1),
        n_rows=2,
        height=7.8,
        left=0.22,
        wspace=0.2,
        hspace=0.22,
    )
    for i, problem in enumerate(points.problem.unique()):
        rows = table[table.problem == problem].reset_index()
        shown = f"{problem}: best line errs {rows.best_line_shown[0]:.2f}"
        _plane(axes[i], points[points.problem == problem], shown)
        _bars(axes[3 + i], rows, names=i == 0)
    alt = (
        "Three clouds of valid and wrong answers, parted by a line, by a circle, and by nothing; below, "
        "bars of wrong verdicts and generative error: both small, both small but for the straight line, "
        "both large."
    )
    return Picture(fig, table, claim, alt)


def _plane(ax: Axes, points: pd.DataFrame, title: str) -> None:
    """Draw the answers of a problem and the best line."""
    ax.plot(*points.loc[~points.valid, ["x", "y"]].to_numpy().T, "_", color=VERMILION)
    ax.plot(*points.loc[points.valid, ["x", "y"]].to_numpy().T, "+", color=DEEP_BLUE)
    w, t = points[["w_x", "w_y"]].to_numpy()[0], points.threshold.iloc[0]
    start = t * w / (w @ w)
    ax.axline(start, (start[0] - w[1], start[1] + w[0]), color=INK, ls="--", lw=1)
    ax.set(xlim=(-1.05, 1.05), ylim=(-1.05, 1.05), aspect="equal", xticks=[], yticks=[])
    ax.set_title(title, size=11)


def _bars(ax: Axes, rows: pd.DataFrame, *, names: bool) -> None:
    """Draw judge and generator of each classifier, with the bound."""
    place = np.arange(len(rows))
    ax.barh(place + 0.19, rows.err, 0.36, color=VERMILION)
    ax.barh(place - 0.19, rows.judge_error, 0.36, color=DEEP_BLUE)
    kept = rows.bound > 0
    ax.plot(rows.bound[kept], place[kept] + 0.19, "|", color=INK, ms=13, mew=2)
    ax.set(xlim=(0, 1), xticks=[0, 0.5], yticks=place)
    ax.set_yticklabels(rows.classifier if names else [])
    per_cent(ax, "x")


def theorem_4(table: pd.DataFrame) -> Picture:
    """Draw err against Theorem 4's bound, by the number of choices."""
    assert (table.err >= table.bound - 1e-7).all()
    assert table.bound.max() > 0.5
    claim = f"Some threshold makes a judge of every generator: {len(table):,} pairs keep Theorem 4"
    fig, axes = page(
        claim,
        "Each dot is a random world with one right answer of C, and a model, calibrated or not. On the line "
        "err equals\nits bound, from the model's judging error at the threshold that is best for it.",
        f"Theorem 4: err ≥ 2 (1 − 1/C) {ERR_IIV} at some threshold. Computed, not sampled."
        "\nData: figures/poor_models/data/theorem_4.csv",
        widths=(1, 1, 1, 1),
        sharey=True,
        wspace=0.12,
    )
    for ax, (n, t) in zip(axes, table.groupby("n_choices"), strict=True):
        ax.plot(t.bound, t.err, "o", color=DEEP_BLUE, ms=3.5, mew=0, alpha=0.4, rasterized=True)
        ax.plot([0, 1], [0, 1], color=VERMILION, lw=1.5)
        ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.04), xticks=[0, 0.5], xlabel="bound")
        ax.set_title(f"C = {n}", size=12)
        per_cent(ax, "x")
    axes[0].set_ylabel("wrong answers (err)")
    per_cent(axes[0])
    say(axes[0], 0.4, 0.2, "err = bound", VERMILION)
    alt = (
        "Four scatter plots of error against the bound of Theorem 4, for 2, 3, 5 and 10 choices: no dot "
        "lies below the diagonal."
    )
    return Picture(fig, table, claim, alt)


def trigram(table: pd.DataFrame) -> Picture:
    """Draw err of n-gram models on the pronoun, and the text they need (Corollary 2)."""
    short, long = table[table.order <= 8], table[table.order > 8]
    assert (short.err == 0.5).all()
    assert (long.err == 0).all()
    assert (table.err == table.bound).all()
    needed = table.dropna(subset="n_sentences")
    assert (needed.n_sentences.pct_change().dropna() > 0.9).all()
    claim = "An n-gram too short for the pronoun errs on half of the prompts, whatever it reads"
    fig, (left, right) = page(
        claim,
        "“She lost it and was completely out of … her mind.” The pronoun stands eight words back. Left: err of "
        "the\nfitted model, with all the text there is. Right: sentences until err is 5 %; each further word doubles them.",
        "Corollary 2 and Theorem 3: err ≥ 2 (1 − 1/C) opt(G), attained here."
        "\nData: figures/poor_models/data/trigram.csv",
        widths=(1, 1),
    )
    left.step(table.order, table.bound, where="mid", color=VERMILION, lw=3)
    left.plot(table.order, table.err, "o", color=DEEP_BLUE, ms=9, clip_on=False)
    say(left, 1, 0.53, "dots: err; line: bound of Theorem 3", DEEP_BLUE)
    say(left, 8.7, 0.12, "sees the\npronoun", INK, ha="left")
    left.set(ylim=(0, 0.6), xlabel="order (n)", ylabel="wrong answers (err)")
    per_cent(left)
    right.plot(needed.order, needed.n_sentences, "s-", color=DEEP_BLUE)
    right.set(yscale="log", xlabel="order that just reaches the pronoun", ylabel="sentences needed")
    right.set_yticks([10, 100, 1000], ["10", "100", "1,000"])
    alt = (
        "Left: error one half up to order 8 and zero from order 9 on, equal to its bound. Right: the "
        "number of sentences needed doubles with each order."
    )
    return Picture(fig, table, claim, alt)


def letter_counting(table: pd.DataFrame) -> Picture:
    """Draw err of counting letters from tokens, and what is forced (Theorem 3)."""
    letters, tokens = table[table.sees == "letters"].iloc[0], table[table.sees == "tokens"]
    assert (table.err >= table.bound - 1e-7).all()
    assert letters.err < 0.02
    assert tokens.err.min() > 0.3
    claim = (
        f"Seeing letters, a model miscounts {100 * letters.err:.1f} % of new words; seeing tokens, "
        f"{100 * tokens.err.min():.0f} % or more"
    )
    fig, (ax,) = page(
        claim,
        "How many As has the name of a city? The same logistic model sees 26 letters, or the pieces of a "
        "byte-pair\nencoding, of which it has room for the most frequent. Area: what no model with this view can avoid.",
        "Theorem 3: err ≥ 2 (1 − 1/C) opt(G). Data: figures/poor_models/data/letter_counting.csv;"
        "\nnames of cities: GeoNames, CC BY 4.0",
    )
    ax.fill_between(tokens.n_known, tokens.bound, color=PALE_VERMILION, lw=0)
    ax.plot(tokens.n_known, tokens.err, "o-", color=VERMILION, clip_on=False)
    ax.axhline(letters.err, color=DEEP_BLUE, lw=3)
    say(ax, 70, 0.71, "sees tokens", VERMILION)
    say(ax, 1.2, 0.2, "forced on every model that sees\nonly these tokens", VERMILION)
    say(ax, 600, 0.022, "sees letters", DEEP_BLUE, ha="right")
    ax.set_xscale("symlog", base=2, linthresh=4, linscale=0.8)
    ax.set(xlim=(0, 1500), ylim=(0, 0.85), xlabel="tokens that the model has room for (log scale)")
    known = [0, 4, 16, 64, 256, 1024]
    ax.set_xticks(known, ["0", *(f"{n:,}" for n in known[1:])])
    ax.minorticks_off()
    ax.set_ylabel("wrong answers (err)")
    per_cent(ax)
    alt = (
        "Error of a model that sees tokens falls from 71 to 45 per cent as it has room for more tokens; "
        "the part that is forced falls to zero; a model that sees letters hardly errs."
    )
    return Picture(fig, table, claim, alt)
