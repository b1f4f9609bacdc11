"""Figures of the reduction: generating is at least as hard as judging."""

from __future__ import annotations

import numpy as np
import pandas as pd

from drawings.page import ERR_IIV, Picture, page, per_cent, say
from simulations.figures import DEEP_BLUE, INK, PALE_INK, SOFT_INK, VERMILION

CALIBRATED = 0.02
"""Largest δ of a point that counts as calibrated in the scatter plots."""


def ten_birthdays(table: pd.DataFrame) -> Picture:
    """Draw err against twice the judging error of models that know none to all of ten birthdays."""
    assert abs(table.err - table.twice_err_iiv).max() < 0.003
    claim = "A birthday not known: one wrong answer, half a wrong verdict"
    fig, (ax,) = page(
        claim,
        "A model knows none, one, … all of ten birthdays and finds all 365 dates of the others equally "
        "likely.\nAsked to judge dates, it calls every date of an unknown birthday wrong, the true one too.",
        "Theorem 1, with one valid date and 364 errors a person, δ = 0. Exact fractions."
        "\nData: figures/reduction/data/ten_birthdays.csv",
    )
    ax.plot([0, 1], [0, 1], color=INK, lw=1)
    ax.plot(table.twice_err_iiv, table.err, "o", color=DEEP_BLUE, ms=9, clip_on=False)
    say(ax, 0.03, 0.015, "knows all ten", DEEP_BLUE, va="center")
    say(ax, 0.53, 0.49, "knows five of ten", DEEP_BLUE, va="center")
    say(ax, 0.97, 0.995, "knows nobody", DEEP_BLUE, ha="right", va="center")
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.04, 1.04), ylabel="wrong answers (err)")
    ax.set_xlabel(f"2 × wrong verdicts as a judge (2 {ERR_IIV})")
    per_cent(ax)
    per_cent(ax, "x")
    alt = (
        "Eleven points, one for each number of birthdays known of ten, lie on the diagonal of wrong "
        "answers against twice the wrong verdicts."
    )
    return Picture(fig, table, claim, alt)


def scatter(table: pd.DataFrame) -> Picture:
    """Draw err against twice the judging error, and against its own bound (Theorem 1)."""
    calm, odd = table[table.delta <= CALIBRATED], table[table.delta > CALIBRATED]
    assert (table.slack >= -1e-12).all()
    assert (table.bound > 0.5).mean() > 0.15
    claim = f"No model errs less than its bound: {len(table)} of {len(table)} pairs keep Theorem 1"
    fig, (left, right) = page(
        claim,
        f"Each point is a model in a random world. Filled: calibrated (δ ≤ {CALIBRATED}). Hollow: not "
        "calibrated;\nonly these lie far below the line of the left panel, and their own bound is lower by δ.",
        f"Theorem 1: err ≥ 2 {ERR_IIV} − max|V$_c$|/min|E$_c$| − δ. Computed, not sampled. A bound below 0 "
        "is vacuous.\nData: figures/reduction/data/scatter.csv",
        widths=(1, 1.15),
        sharey=True,
    )
    right.axvspan(-1.1, 0, color=PALE_INK, lw=0, alpha=0.5)
    for ax, x in ((left, lambda t: 2 * t.err_iiv), (right, lambda t: t.bound)):
        ax.plot([0, 1], [0, 1], color=INK, lw=1.2)
        ax.plot(x(odd), odd.err, "o", color=VERMILION, mfc="none", ms=4.5, clip_on=False)
        ax.plot(x(calm), calm.err, "o", color=DEEP_BLUE, mec="white", mew=0.6, ms=6, clip_on=False)
        per_cent(ax, "x")
    say(left, 0.62, 0.26, f"err = 2 {ERR_IIV}", INK)
    say(right, 0.42, 0.26, "err = bound", INK)
    say(right, -1.05, 0.05, "vacuous", SOFT_INK, style="italic")
    left.set(xlim=(-0.02, 1.03), ylim=(-0.03, 1.04), ylabel="wrong answers (err)")
    left.set_xlabel(f"2 × wrong verdicts as a judge (2 {ERR_IIV})")
    right.set(xlim=(-1.1, 1.03), xlabel="lower bound of Theorem 1")
    per_cent(left)
    alt = (
        "Two scatter plots of error: against twice the judging error, where only miscalibrated models "
        "lie far below the diagonal, and against the bound of Theorem 1, where none lies below it."
    )
    return Picture(fig, table, claim, alt)


TERMS = {"overshoot": VERMILION, "unused_room": PALE_INK, "ragged": SOFT_INK, "sign": DEEP_BLUE}


def slack(table: pd.DataFrame) -> Picture:
    """Draw the mean slack of each model as the sum of its four terms (extension X1)."""
    assert abs(table[list(TERMS)].sum(axis=1) - table.slack).max() < 1e-7
    large = table.set_index("model")[["overshoot", "sign"]].max(axis=1) > 0.1
    assert list(large.index[large]) == ["classifier, hard", "smoothed counts"]
    claim = "Where the slack goes: two models waste it, each on one term"
    fig, (ax,) = page(
        claim,
        "Mean of err minus its bound. Blue: twice δ, for a model that is less sure than its data. Red: "
        "errors of\nwhich a bad classifier is too sure. The grey terms are parts of max|V$_c$|/min|E$_c$|.",
        "Extension X1: the slack of Theorem 1 is exactly the sum of these four terms, none negative."
        "\nData: figures/reduction/data/slack.csv",
        left=0.24,
    )
    start = np.zeros(len(table))
    for term, colour in TERMS.items():
        ax.barh(table.model, table[term], left=start, color=colour, edgecolor="white")
        start += table[term].to_numpy()
    ax.invert_yaxis()
    say(ax, 0.6, 7, "less sure than the data (sign)", "white", ha="center", va="center")
    say(ax, 0.49, 6, "too sure of its errors (overshoot)", VERMILION, va="center")
    say(ax, 0.12, 1, "unused room (pale), prompts of unequal size (dark)", SOFT_INK, va="center")
    ax.set(xlabel="slack of Theorem 1: err minus bound")
    alt = (
        "Stacked bars of slack for nine models: seven are below 0.11, the hard classifier has much "
        "overshoot, smoothed counts lose one whole unit to the sign term."
    )
    return Picture(fig, table, claim, alt)


def tight(table: pd.DataFrame) -> Picture:
    """Draw err, its bound and twice the judging error of the tight family (extension X3)."""
    assert table.slack_is_zero.all()
    assert (table.err_iiv == 0.5).all()
    claim = f"The constant 2 cannot be improved: {len(table)} worlds attain their bound exactly"
    fig, (ax,) = page(
        claim,
        "A model that is even on all responses is calibrated and judges no better than a coin. For "
        "every |V| ≤ |E| there\nis a world in which it errs exactly as often as Corollary 1 says.",
        "Extension X3, exact fractions. |V| valid responses, |E| = 24 errors."
        "\nData: figures/reduction/data/tight.csv",
    )
    ax.plot(table.size_ratio, 2 * table.err_iiv, "--", color=VERMILION)
    ax.plot(table.size_ratio, table.bound, color=INK, lw=1.5)
    ax.plot(table.size_ratio, table.err, "o", color=DEEP_BLUE, clip_on=False)
    say(ax, 0.45, 0.96, f"2 {ERR_IIV}", VERMILION, va="top")
    say(ax, 0.45, 0.6, "dots: err\nline: bound of Corollary 1", DEEP_BLUE)
    ax.set(xlim=(0, 1.02), ylim=(0, 1.05), xlabel="valid responses for each error, |V|/|E|")
    ax.set_ylabel("wrong answers (err)")
    per_cent(ax)
    alt = (
        "Points of error on the falling line of the bound, for 24 sizes of the world; twice the "
        "judging error is constant at one."
    )
    return Picture(fig, table, claim, alt)


def size_ratio(table: pd.DataFrame) -> Picture:
    """Draw err and bound of three models as prompts get more valid responses."""
    last = table.groupby("model").bound.last()
    assert (last <= 1e-12).all()
    assert (table.least_slack >= -1e-12).all()
    claim = "Theorem 1 is vacuous once a prompt has as many right answers as wrong ones"
    models = {
        "uniform": "even on all responses",
        "classifier, hard": "a classifier with noise",
        "smoothed counts": "smoothed counts",
    }
    fig, axes = page(
        claim,
        "Filled: err. Hollow: its bound, which at 0 or less promises nothing. A question with one answer "
        "of many\nis bounded well, unless the model is less sure than its data (right): then δ is large.",
        "Theorem 1, 128 errors a prompt, means of five random worlds of each size."
        "\nData: figures/reduction/data/size_ratio.csv",
        widths=(1, 1, 1),
        sharey=True,
        wspace=0.12,
    )
    for ax, (model, title) in zip(axes, models.items(), strict=True):
        t = table[table.model == model]
        ax.axhspan(-0.8, 0, color=PALE_INK, lw=0, alpha=0.5)
        ax.plot(t.size_ratio, t.err, "o-", color=DEEP_BLUE)
        ax.plot(t.size_ratio, t.bound, "o--", color=VERMILION, mfc="white")
        ax.set(xscale="log", xlim=(0.006, 1.3), ylim=(-0.75, 1.05), xlabel="|V|/|E|")
        ax.set_title(title, size=12)
    say(axes[0], 0.008, 0.62, "err", DEEP_BLUE)
    say(axes[0], 0.008, 0.4, "bound", VERMILION)
    say(axes[0], 0.008, -0.65, "vacuous", SOFT_INK, style="italic")
    axes[0].set_ylabel("probability")
    alt = (
        "Three panels of error and bound against valid responses for each error: every bound is zero "
        "or less where there are as many valid responses as errors."
    )
    return Picture(fig, table, claim, alt)


def least_slack(table: pd.DataFrame) -> Picture:
    """Draw the least slack of Corollary 1 over all models, by linear programs (extension X8)."""
    ratio = table.n_valid / table.n_errors
    assert np.allclose(table.slack, (ratio - 1).clip(lower=0), atol=1e-7)
    claim = "Corollary 1 is attained wherever valid responses are no more than errors"
    fig, (ax,) = page(
        claim,
        "Each mark is the least of err minus bound over all training distributions and all models, found "
        "by a linear\nprogram. Beyond |V| = |E| the bound gives away |V|/|E| − 1; a sharper small term does not.",
        "Certified in exact fractions. Sharper small term: extension X8."
        "\nData: figures/reduction/data/least_slack.csv",
    )
    ax.axhline(0, color=VERMILION, lw=2)
    ax.plot([0, 1, 4], [0, 0, 3], "--", color=INK, lw=1.2)
    for size, (n, look) in enumerate(zip((6, 4, 2), ("^", "s", "o"), strict=True)):
        here = table.n_errors == n
        ax.plot(ratio[here], table.slack[here], look, color=DEEP_BLUE, mfc="none", ms=5 + 2 * size)
    say(ax, 0.1, 1.6, "linear programs:\n○ |E| = 2   □ |E| = 4   △ |E| = 6", DEEP_BLUE)
    say(ax, 2.6, 1.2, "max(0, |V|/|E| − 1), proved", INK)
    say(ax, 2.6, 0.12, "with the sharper small term", VERMILION)
    ax.set(xlim=(0, 4.1), ylim=(-0.1, 3.1), xlabel="valid responses for each error, |V|/|E|")
    ax.set_ylabel("least slack of Corollary 1")
    alt = (
        "Least slack against valid responses for each error: zero up to one, then rising with slope "
        "one, as proved."
    )
    return Picture(fig, table, claim, alt)
