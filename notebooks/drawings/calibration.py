"""Figures on δ: what it is, when it is small, how it is measured, what it does not see."""

from __future__ import annotations

import numpy as np
import pandas as pd

from drawings.page import Picture, page, say
from simulations.figures import DEEP_BLUE, INK, SOFT_INK, VERMILION

LOOKS = {
    "base": (DEEP_BLUE, "-"),
    "abstains half the time": (INK, "--"),
    "temperature 1/2": (VERMILION, "-."),
}


def delta_curve(table: pd.DataFrame, threshold: float = 1 / 9) -> Picture:
    """Draw δ at every threshold for a base model and two that were changed afterwards."""
    at = {}
    for name, c in table.groupby("model", sort=False):
        at[name] = c[c.threshold <= threshold].delta.iloc[-1]
    assert at["base"] < 0.05 < min(at["abstains half the time"], at["temperature 1/2"])
    claim = "Fitting makes δ small; abstaining more or sampling colder raises it"
    fig, (ax,) = page(
        claim,
        "δ$_z$ compares what model and data give to the responses that the model finds likelier than z."
        f"\nAt z = 1/K it is {at['base']:.3f} for the fitted model, "
        f"{at['abstains half the time']:.3f} if it abstains half of the time, "
        f"{at['temperature 1/2']:.3f} if it samples colder.",
        "Sec. 3.1 and 3.2; threshold 1/K = 1/9, K the fewest errors of a prompt. Exact."
        "\nData: figures/calibration/data/delta_curve.csv",
    )
    for name, c in table.groupby("model", sort=False):
        colour, dash = LOOKS[name]
        ax.step(c.threshold, c.delta, dash, where="post", color=colour)
    ax.axvline(threshold, color=SOFT_INK, lw=1)
    say(ax, threshold + 0.006, 0.385, "1/K", SOFT_INK)
    say(ax, 0.36, 0.012, "fitted by cross-entropy", DEEP_BLUE)
    say(ax, 0.15, 0.33, "abstains half of the time", INK)
    say(ax, 0.68, 0.215, "samples at temperature 1/2", VERMILION)
    ax.set(xlim=(0, 1.01), ylim=(0, 0.4), xlabel="threshold (z)", ylabel="miscalibration (δ$_z$)")
    alt = (
        "Three step curves of miscalibration against the threshold: the fitted model stays below 0.07 "
        "everywhere, the two changed models rise to 0.3 and more."
    )
    return Picture(fig, table, claim, alt)


def slope(table: pd.DataFrame) -> Picture:
    """Draw the cross-entropy against the scale of what lies above the threshold, with tangents."""
    assert abs(table[table.s == 1].cross_entropy - table[table.s == 1].tangent).max() < 1e-7
    claim = "δ is a slope: a model that can rescale its confidence moves until it is 0"
    fig, (ax,) = page(
        claim,
        "Multiply all probabilities above the threshold by s and renormalise. The slope of the "
        "cross-entropy at s = 1\nis what the model gives to these responses less what the data give: ± δ.",
        "Sec. 3.1: δ = |dL/ds| at s = 1. Solid: cross-entropy; dotted: tangent. Exact."
        "\nData: figures/calibration/data/slope.csv",
        right=0.66,
    )
    words = {"base": "fitted", "abstains half the time": "abstains half of the time"}
    for name, c in table.groupby("model", sort=False):
        colour, _ = LOOKS[name]
        ax.plot(c.s, c.cross_entropy, color=colour)
        ax.plot(c.s, c.tangent, ":", color=colour, lw=1.3)
        text = f"{words.get(name, name)}: δ = {abs(c.slope.iloc[0]):.3f}"
        say(ax, 1.52, c.cross_entropy.iloc[-1], text, colour, va="center")
    ax.axvline(1, color=SOFT_INK, lw=1)
    ax.set(xlim=(0.5, 1.5), xlabel="scale of the probability above the threshold (s)")
    ax.set_ylabel("cross-entropy (nats)")
    alt = (
        "Three curves of cross-entropy with their tangents at scale one: nearly flat for the fitted "
        "model, steep for the model that samples at temperature one half."
    )
    return Picture(fig, table, claim, alt)


def auditor(table: pd.DataFrame) -> Picture:
    """Draw 60 audits of δ from samples of three sizes, with exact intervals."""
    inside = (table.low <= table.truth) & (table.truth <= table.high)
    assert inside.mean() >= 0.95
    assert (table.low[table["size"] == 10_000] > 0).all()
    width = (table.high - table.low).groupby(table["size"]).mean()
    claim = f"An auditor needs samples only: with 10,000, δ is known to ± {width[10_000] / 2:.2f}"
    fig, (ax,) = page(
        claim,
        "δ is measured without the model's probabilities of all responses: count how many training samples, "
        "and how\nmany of the model's own answers, it gives more than 1/K. Bars: 95 % intervals, 20 audits a size.",
        f"Exact binomial intervals; {inside.sum()} of {len(table)} hold the true δ."
        "\nData: figures/calibration/data/auditor.csv",
    )
    place = np.arange(len(table)) + 4 * (np.arange(len(table)) // 20)
    ax.vlines(place, table.low, table.high, color=DEEP_BLUE, lw=2)
    ax.plot(place, table.estimate, "o", color=INK, ms=3)
    ax.axhline(table.truth[0], color=VERMILION, ls="--", lw=1.2)
    say(ax, 68, table.truth[0] + 0.03, f"true δ = {table.truth[0]:.3f}", VERMILION, ha="right")
    ax.set_xticks(place[10::20], ["100", "1,000", "10,000"])
    ax.set(xlabel="training samples, and as many answers of the model", ylabel="miscalibration (δ)")
    ax.set_ylim(-0.01, 0.5)
    alt = (
        "Sixty vertical intervals around the true miscalibration, wide for samples of a hundred, narrow "
        "for samples of ten thousand."
    )
    return Picture(fig, table, claim, alt)


def delta_vs_ece(table: pd.DataFrame) -> Picture:
    """Draw two families of models: one with δ = 0 and any ECE, one with ECE = 0 and any δ."""
    assert (table.swapped_delta == 0).all()
    assert (table.blind_ece < 1e-12).all()
    claim = "δ and ECE see different faults: neither bounds the other"
    fig, (ax,) = page(
        claim,
        "δ compares totals above one threshold; ECE compares confidence and accuracy within bins, and averages."
        "\nOne family swaps confidences between sure and unsure prompts; the other hides its gap within a bin.",
        "ECE: expected calibration error. 19 exact examples of each family."
        "\nData: figures/calibration/data/delta_vs_ece.csv",
    )
    ax.plot(table.swapped_delta, table.swapped_ece, "o", color=DEEP_BLUE, clip_on=False)
    ax.plot(table.blind_delta, table.blind_ece, "s", color=VERMILION, clip_on=False)
    say(ax, 0.03, 0.6, "confidences swapped:\nδ = 0, any ECE", DEEP_BLUE)
    say(ax, 0.5, 0.06, "gap hidden within a bin: ECE = 0, any δ", VERMILION, ha="center")
    ax.set(xlim=(-0.01, 1), ylim=(-0.02, 1), xlabel="miscalibration (δ)")
    ax.set_ylabel("calibration error (ECE)")
    alt = (
        "Points along both axes: one family has miscalibration zero at every calibration error, the "
        "other calibration error zero at every miscalibration."
    )
    return Picture(fig, table, claim, alt)


def descent(table: pd.DataFrame) -> Picture:
    """Draw δ along gradient descent on the cross-entropy, with and without a scale parameter."""
    final = table.groupby("model").delta.last()
    assert final["with a scale parameter"] < 1e-4
    assert final["without"] > 0.05
    claim = (
        f"Descent takes δ to 0 if the model can rescale; if not, it stays at {final['without']:.3f}"
    )
    fig, (ax,) = page(
        claim,
        "Two models with the same two features, too few to fit the data, along gradient descent on the "
        "cross-entropy.\nOne can also scale the probability that lies above the threshold.",
        "Sec. 3.1: at a local optimum of a family that can rescale, δ = 0."
        "\nData: figures/calibration/data/descent.csv",
    )
    for name, colour, dash in (
        ("with a scale parameter", DEEP_BLUE, "-"),
        ("without", VERMILION, "--"),
    ):
        c = table[table.model == name]
        ax.plot(c.step, c.delta, dash, color=colour)
    say(ax, 390, 0.071, "cannot rescale", VERMILION, ha="right")
    say(ax, 60, 0.012, "can rescale", DEEP_BLUE)
    ax.set(xlim=(0, 400), ylim=(0, 0.085), xlabel="gradient step", ylabel="miscalibration (δ)")
    alt = (
        "Two curves of miscalibration along gradient descent: the model with a scale parameter falls "
        "to zero, the one without stays constant."
    )
    return Picture(fig, table, claim, alt)
