"""Figures on language models that were trained on text, small ones, under the theorems."""

from __future__ import annotations

import numpy as np
import pandas as pd

from drawings.page import Picture, page, per_cent, say
from simulations.figures import DEEP_BLUE, INK, PALE_INK, SOFT_INK, VERMILION


def training(table: pd.DataFrame) -> Picture:
    """Draw err, δ and the bound along the pretraining of a transformer."""
    birthday, name_day = (table[table.attribute == a] for a in ("birthday", "name day"))
    second = birthday[birthday.epoch < 2].iloc[-1]
    last = birthday.iloc[-1]
    assert (table.err >= table.bound).all()
    assert second.delta < birthday.delta.iloc[0] / 20
    assert last.err < last.singleton_rate
    assert name_day.err.iloc[-1] < 0.01 < last.err
    claim = (
        f"Two epochs take δ from {birthday.delta.iloc[0]:.2f} to {second.delta:.2f}; err keeps falling, "
        "above its bound"
    )
    fig, (ax,) = page(
        claim,
        "A transformer reads 20,000 documents about 2,000 people. Name days follow from first names, birthdays "
        "from\nnothing. Training stopped at epoch 20, with err just below the singleton rate and δ no longer falling.",
        f"Theorem 1; err, δ and bound are exact. Last: err {100 * last.err:.1f} %, singleton rate "
        f"{100 * last.singleton_rate:.1f} %. Log scales.\nData: figures/language_models/data/training.csv",
    )
    ax.axhline(last.singleton_rate, color=PALE_INK, lw=8)
    ax.plot(name_day.epoch, name_day.err, "D--", color=SOFT_INK, ms=5)
    ax.plot(birthday.epoch, birthday.bound.where(birthday.bound > 0), "^:", color=INK, ms=5)
    ax.plot(birthday.epoch, birthday.delta, "s--", color=VERMILION, ms=5)
    ax.plot(birthday.epoch, birthday.err, "o-", color=DEEP_BLUE)
    say(ax, 3.2, 0.4, "err, birthdays", DEEP_BLUE)
    say(ax, 0.115, 0.4, "δ, birthdays", VERMILION)
    say(ax, 0.24, 0.009, "Theorem 1, birthdays", INK)
    say(ax, 1.9, 0.0035, "err, name days", SOFT_INK)
    say(ax, 0.115, 0.07, "band: singleton rate", SOFT_INK)
    ax.set(xscale="log", yscale="log", ylim=(1e-3, 1.3), xlim=(0.1, 24), xlabel="epochs read")
    ax.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    ax.set_yticks([0.001, 0.01, 0.1, 1], ["0.1 %", "1 %", "10 %", "100 %"])
    alt = (
        "Along training, error on birthdays falls from one to five per cent, miscalibration falls within "
        "two epochs and then stays, error on name days falls to a thousandth; the bound lies below."
    )
    return Picture(fig, table, claim, alt)


MODELS = {
    "n-gram": ("o", DEEP_BLUE, DEEP_BLUE),
    "transformer": ("^", INK, "white"),
    "logistic": ("D", VERMILION, VERMILION),
}


def fame(table: pd.DataFrame) -> Picture:
    """Draw err less the singleton rate against δ, for three models and four laws of fame."""
    facts = table[table.attribute == "birthday"]
    gap = facts.err - facts.singleton_rate
    assert (gap >= -facts.delta).all()
    assert (facts.err >= facts.bound).all()
    below = facts[gap < -0.01]
    assert set(below.model) == {"logistic"}
    claim = "Who errs less than the singleton rate is miscalibrated by more than the difference"
    fig, (ax,) = page(
        claim,
        "Three kinds of language models learn birthdays of people, famous by four laws. Above 0: errs more "
        "than the\nshare of training samples that occur once. Below: errs less, and pays with δ.",
        "Theorem 2 without its small terms: err ≥ singleton rate − δ (the line). All terms exact."
        "\nData: figures/language_models/data/fame.csv",
    )
    ax.fill_between([0, 0.13], [0, -0.13], -0.14, color=PALE_INK, lw=0)
    ax.axhline(0, color=SOFT_INK, lw=0.8)
    ax.plot([0, 0.13], [0, -0.13], color=INK, lw=1.2)
    for model, (look, colour, face) in MODELS.items():
        c = facts[facts.model == model]
        ax.plot(
            c.delta, c.err - c.singleton_rate, look, color=colour, mfc=face, ms=9, clip_on=False
        )
    say(ax, 0.024, 0.14, "n-grams", DEEP_BLUE)
    say(ax, 0.078, 0.075, "transformers", INK)
    say(ax, 0.075, -0.045, "logistic\nregression", VERMILION, ha="right")
    say(ax, 0.02, -0.12, "no model, but for small terms", SOFT_INK, style="italic")
    ax.set(xlim=(0, 0.13), ylim=(-0.14, 0.18), xlabel="miscalibration (δ)")
    ax.set_ylabel("err − singleton rate")
    alt = (
        "Twelve points of error minus singleton rate against miscalibration: n-grams are calibrated and "
        "err more, logistic regression errs less and has the largest miscalibration; none is below the line."
    )
    return Picture(fig, table, claim, alt)


def pattern(table: pd.DataFrame) -> Picture:
    """Draw err on people never met: birthdays, which have no pattern, and name days, which have."""
    wide = table.set_index("model")
    assert (wide["name day"] < wide.birthday / 2).all()
    claim = (
        f"About people never met: {100 * wide['name day'].max():.0f} % wrong name days at most, "
        f"{100 * wide.birthday.min():.0f} % wrong birthdays at least"
    )
    fig, (ax,) = page(
        claim,
        "Asked about people who never occurred in training with an answer. A name day follows from the first"
        "\nname; a birthday from nothing. The rest is right, or “I don't know”.",
        "Definition 1: a fact without a pattern. Fame by Zipf's law."
        "\nData: figures/language_models/data/pattern.csv",
        left=0.18,
    )
    place = np.arange(len(wide))
    ax.barh(place - 0.2, wide.birthday, 0.38, color=VERMILION)
    ax.barh(place + 0.2, wide["name day"], 0.38, color=DEEP_BLUE)
    for i, row in enumerate(wide.itertuples(index=False)):
        say(ax, row[0] + 0.01, i - 0.2, f"birthdays {100 * row[0]:.0f} %", VERMILION, va="center")
        say(ax, row[1] + 0.01, i + 0.2, f"name days {100 * row[1]:.0f} %", DEEP_BLUE, va="center")
    ax.set_yticks(place, wide.index)
    ax.invert_yaxis()
    ax.set(xlim=(0, 0.85), xlabel="wrong answers about people never met")
    per_cent(ax, "x")
    alt = (
        "Pairs of bars for three models: errors on birthdays of people never met are many, errors on "
        "their name days few."
    )
    return Picture(fig, table, claim, alt)


FACTORS = {
    "width": "width of the network",
    "epochs": "epochs read",
    "copies": "copies of half the text",
    "temperature": "sampling temperature",
}


def factors(table: pd.DataFrame) -> Picture:
    """Draw err, δ and bound of the transformer as one factor changes at a time."""
    t = table[table.factor.isin(FACTORS)].assign(setting=lambda x: x.setting.astype(float))
    for factor, setting in (("epochs", 60), ("temperature", 0.25)):
        pressed = t[(t.factor == factor) & (t.setting == setting)].iloc[0]
        assert pressed.err < pressed.singleton_rate < pressed.delta
    copies = t[t.factor == "copies"]
    assert copies[["err", "delta"]].diff().dropna().gt(0).all(axis=None)
    claim = "Fewer errors than the singleton rate, only with a larger δ: long or cold runs"
    assert (t[t.err < t.singleton_rate - 0.005].delta > t.singleton_rate.iloc[0]).all()
    fig, axes = page(
        claim,
        "One transformer on birthdays; one thing is changed at a time. A narrow network or a short training is a "
        "poor\nmodel and errs much more. Copies of half of the text, at the cost of the other half, raise err and δ.",
        "Theorem 1; err, δ and bound are exact. Band: singleton rate."
        "\nData: figures/language_models/data/factors.csv",
        widths=(1, 1, 1, 1),
        sharey=True,
        wspace=0.12,
    )
    for ax, (factor, title) in zip(axes, FACTORS.items(), strict=True):
        c = t[t.factor == factor]
        ax.axhline(c.singleton_rate.iloc[0], color=PALE_INK, lw=7)
        ax.plot(c.setting, c.bound, "^:", color=INK, ms=5)
        ax.plot(c.setting, c.delta, "s--", color=VERMILION, ms=5)
        ax.plot(c.setting, c.err, "o-", color=DEEP_BLUE)
        ax.set(xscale="log", ylim=(-0.03, 0.8), xlabel=title)
        shown = c.setting[c.setting != 1.5]
        ax.set_xticks(shown, [f"{x:g}" for x in shown])
        ax.minorticks_off()
    say(axes[0], 20, 0.5, "err", DEEP_BLUE)
    say(axes[0], 17.5, 0.19, "bound", INK)
    say(axes[3], 0.25, 0.22, "δ", VERMILION)
    axes[0].set_ylabel("probability")
    alt = (
        "Four panels of error, miscalibration and bound of a transformer against width, epochs, copies "
        "and temperature: error falls below the band of the singleton rate only where miscalibration is above."
    )
    return Picture(fig, table, claim, alt)


def real_text(table: pd.DataFrame) -> Picture:
    """Draw err, δ and bound of n-grams on “X the son of …” in the King James Bible."""
    assert (table.err >= table.bound).all()
    err = table.set_index("setting").err
    assert err[5] < err[4] / 3
    claim = (
        f"“X the son of …”: once the n-gram sees X, err falls from {100 * err[4]:.0f} to "
        f"{100 * err[5]:.0f} %, above its bound"
    )
    fig, (ax,) = page(
        claim,
        "N-grams read the King James Bible, taken as truth, and are asked who is the son of whom. Up to order 4 the "
        "name is\nout of sight: a poor model. At order 6 contexts are rare again.",
        "Theorem 1; err, δ and bound are exact. Fathers are not equally likely, so Theorem 2 does not apply."
        "\nData: figures/language_models/data/real_text.csv",
    )
    ax.axhline(table.singleton_rate[0], color=PALE_INK, lw=7)
    ax.plot(table.setting, table.bound, "^:", color=INK)
    ax.plot(table.setting, table.delta, "s--", color=VERMILION)
    ax.plot(table.setting, table.err, "o-", color=DEEP_BLUE)
    say(ax, 5.1, 0.62, "wrong answers (err)", DEEP_BLUE, ha="left", va="bottom")
    say(ax, 2.45, 0.68, "miscalibration (δ)", VERMILION)
    say(ax, 3.3, 0.47, "Theorem 1", INK)
    say(ax, 3.2, 0.11, "band: singleton rate", SOFT_INK)
    ax.set(ylim=(-0.02, 1.03), xticks=table.setting, xlabel="order of the n-gram")
    per_cent(ax)
    alt = (
        "Error near one up to order 4, 27 per cent at order 5, 55 at order 6; the bound lies below it "
        "throughout, miscalibration falls from 0.93 to 0.02."
    )
    return Picture(fig, table, claim, alt)


def weights(table: pd.DataFrame) -> Picture:
    """Draw err of GPT-2 configurations over occurrences, and err with its bound over epochs."""
    assert (table.err >= table.bound - 1e-6).all()
    last = table[table.epoch == table.epoch.max()]
    birthday, name_day = (last[last.attribute == a] for a in ("birthday", "name day"))
    assert (birthday.err_unseen > birthday.err_once).all()
    assert (birthday.err_once > birthday.err_repeated).all()
    assert (name_day.err_unseen.to_numpy() < birthday.err_unseen.to_numpy()).all()
    claim = (
        f"A birthday read once is told wrongly up to {100 * birthday.err_once.max():.0f} % of the time, "
        f"a name day {100 * name_day.err_once.max():.0f} %"
    )
    fig, (left, right) = page(
        claim,
        "Two GPT-2 configurations of the Hugging Face library read 200 documents about 30 people, 32 times. Their\n"
        "log-likelihoods of 365 dates and “I don’t know” are weighed; all other texts count as errors.",
        "Theorem 1; err and bound are exact, bars are 95 % intervals over questions. Data:\n"
        "figures/language_models/data/weights.csv",
        (1, 1.25),
    )
    occurrences = ["err_unseen", "err_once", "err_repeated"]
    for rows, colour, style in ((birthday, DEEP_BLUE, "o-"), (name_day, SOFT_INK, "D--")):
        for (_, row), face in zip(rows.iterrows(), (colour, "white"), strict=True):
            left.plot(range(3), row[occurrences].astype(float), style, color=colour, mfc=face)
    left.set(xticks=range(3), xlabel="times seen in training", xlim=(-0.2, 2.2), ylim=(-0.02, 1.03))
    left.set_xticks(range(3), ["never", "once", "more often"])
    facts = table[table.attribute == "birthday"]
    for (_, rows), face, shift in zip(
        facts.groupby("weights"), (DEEP_BLUE, "white"), (-0.06, 0.06), strict=True
    ):
        x = np.arange(len(rows)) + shift
        ends = [rows.err - rows.err_low, rows.err_high - rows.err]
        right.errorbar(x, rows.err, ends, color=DEEP_BLUE, fmt="o-", mfc=face, elinewidth=0.8)
        right.plot(x, rows.bound, "^:", color=INK, mfc=INK if face == DEEP_BLUE else "white")
    epochs = sorted(table.epoch.unique())
    right.set(xticks=range(len(epochs)), xlabel="epochs read", ylim=(-0.02, 1.2))
    right.set_yticks(np.arange(0, 1.1, 0.2))
    right.set_xticklabels(epochs)
    small, large = (f"{w / 1e6:.1f}" for w in sorted(table.weights.unique()))
    say(left, 0.75, 0.7, "birthdays", DEEP_BLUE)
    say(left, -0.1, 0.37, "name days", SOFT_INK)
    say(right, 0.1, 0.08, "Theorem 1", INK)
    say(right, 0.6, 1.1, f"err; full {small}, hollow {large} million", DEEP_BLUE)
    per_cent(left)
    per_cent(right)
    alt = (
        f"Two small GPT-2 configurations of {small} and {large} million parameters: error falls with the number of "
        "times a fact was read, more for name days than for birthdays; along training it falls and stays "
        "above its bound at each of six checkpoints."
    )
    return Picture(fig, table, claim, alt)
