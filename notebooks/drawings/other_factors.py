"""Figures on hard problems, other prompts than in training, and false data."""

from __future__ import annotations

import numpy as np
import pandas as pd

from drawings.page import Picture, page, per_cent, say
from simulations.figures import DEEP_BLUE, INK, PALE_INK, SOFT_INK, VERMILION


def hardness(table: pd.DataFrame) -> Picture:
    """Draw err of decrypting with a part of the key, and its bound (Observation 2)."""
    assert (table.err >= table.bound - 1e-7).all()
    assert table.bound.max() > 0.8
    assert table.err.is_monotonic_increasing
    assert abs(table.beta[0] - 1) < 1e-7
    claim = (
        f"One missing bit of the key makes {100 * table.err[1]:.0f} % wrong answers, all twelve "
        f"{100 * table.err.iloc[-1]:.0f} %"
    )
    fig, (ax,) = page(
        claim,
        "A guesser decrypts messages and weighs the keys that fit by Bayes' rule. Its advantage β is how much "
        "better\nthan chance it tells a right decryption from a random one; err never falls below what the loss of β dictates.",
        "Observation 2: err ≥ 1 − β − 2/(|M| − 1) − δ. A real cipher: AES, ranked into 128 messages (|M|)."
        "\nData: figures/other_factors/data/hardness.csv",
    )
    ax.plot(table.unknown_bits, table.err, "o-", color=DEEP_BLUE, clip_on=False)
    ax.plot(table.unknown_bits, table.bound.clip(lower=0), "s--", color=VERMILION, clip_on=False)
    ax.plot(table.unknown_bits, table.beta, "^:", color=SOFT_INK, clip_on=False)
    say(ax, 2.1, 0.53, "wrong answers (err)", DEEP_BLUE)
    say(ax, 7.4, 0.56, "bound of Observation 2", VERMILION, va="top")
    say(ax, 3.4, 0.96, "advantage (β)", SOFT_INK)
    ax.set(xlim=(0, 12.1), ylim=(0, 1.03), xlabel="bits of the key that are missing, of 12")
    per_cent(ax)
    alt = (
        "Error rises steeply with the first missing bits to 0.89; the advantage falls from one to a "
        "tenth, and the bound rises to the error."
    )
    return Picture(fig, table, claim, alt)


def random_pairs(table: pd.DataFrame) -> Picture:
    """Draw what knowing the used ciphertexts is worth in two ways to draw pairs (Erratum 5)."""
    assert np.allclose(table.in_random_pairs, table.distance)
    assert (table.in_iiv == 0).all()
    ratio = table.n_ciphertexts / table.n_ciphertexts[0]
    claim = "Random pairs can be told apart without decrypting, unless the cipher is a bijection"
    fig, (ax,) = page(
        claim,
        "Appendix D of the paper pairs a message with a random ciphertext. If there are more ciphertexts "
        "than messages,\nmost of these were never used, and who knows that needs no key. In the Is-It-Valid test it is worth nothing.",
        "Erratum 5: the two tests agree only if ciphertexts |H| are as many as messages |M|. Exact."
        "\nData: figures/other_factors/data/random_pairs.csv",
    )
    ax.plot(ratio, table.in_random_pairs, "D-", color=VERMILION, clip_on=False)
    ax.plot(ratio, table.in_iiv, "o-", color=DEEP_BLUE, clip_on=False)
    say(ax, 4.2, 0.7, "in random pairs", VERMILION)
    say(ax, 4.2, 0.04, "in the Is-It-Valid test", DEEP_BLUE)
    ax.set(xlim=(1, 8.1), ylim=(0, 1), xlabel="ciphertexts for each message, |H|/|M|")
    ax.set_ylabel("advantage without a key")
    alt = (
        "The advantage of knowing the used ciphertexts rises from zero to 0.88 in random pairs as "
        "ciphertexts become more than messages, and stays zero in the Is-It-Valid test."
    )
    return Picture(fig, table, claim, alt)


def shift(table: pd.DataFrame) -> Picture:
    """Draw err under prompts that mislead, and under prompts of rarer facts (extension)."""
    misled, drift = table[["order", "share", "err", "bound"]], table.dropna(subset="drift_err")
    assert (misled.err >= misled.bound - 1e-7).all()
    assert drift.drift_err.is_monotonic_increasing
    inside = (drift.drift_bound <= drift.drift_err) & (
        drift.drift_err <= drift.drift_ceiling + 1e-7
    )
    assert inside.all()
    blind = misled[misled.order == 4]
    a, b = blind.err.iloc[[0, -1]]
    c, d = drift.drift_err.iloc[[0, -1]]
    claim = f"Other prompts, more errors: {100 * a:.0f} → {100 * b:.0f} % if they mislead, {100 * c:.0f} → {100 * d:.0f} % if rarer"
    fig, (left, right) = page(
        claim,
        "Left: “a pound of feathers or an ounce of lead?”, asked of n-grams that mostly read of pounds of "
        "lead; only\norder 5 sees the units. Right: a memoriser of facts that read what everybody asks, asked about all alike.",
        "Extension (Sec. 3.4). Left, dashed: Theorem 3. Right, band: Theorem 1 below, distance of the laws above."
        "\nData: figures/other_factors/data/shift.csv",
        widths=(1, 1),
        sharey=True,
        wspace=0.12,
    )
    for order, look in {
        3: {"color": PALE_INK, "lw": 10},
        4: {"color": VERMILION, "marker": "o"},
        5: {"color": DEEP_BLUE, "marker": "s", "clip_on": False},
    }.items():
        t = misled[misled.order == order]
        left.plot(t.share, t.err, **look)
    left.plot(blind.share, blind.bound, "--", color=INK, lw=1.2)
    say(left, 0.05, 0.62, "orders 3 (band) and 4:\ncannot see the units", VERMILION)
    say(left, 0.45, 0.04, "order 5 sees them", DEEP_BLUE)
    right.fill_between(
        drift.drift_share, drift.drift_bound, drift.drift_ceiling, color=PALE_INK, lw=0
    )
    right.plot(drift.drift_share, drift.drift_err, "o-", color=DEEP_BLUE)
    say(right, 0.45, 0.14, "err, between its bounds", DEEP_BLUE)
    left.set(xlim=(0, 1.01), ylim=(0, 1), xlabel="share of misleading prompts")
    right.set(xlim=(0, 1.01), xlabel="share of prompts that ask about all alike")
    left.set_ylabel("wrong answers (err)")
    per_cent(left)
    alt = (
        "Left: error of short n-grams rises with the share of misleading prompts, that of a longer one "
        "stays zero. Right: error of a memoriser rises with rarer prompts, between two bounds."
    )
    return Picture(fig, table, claim, alt)


def gigo(table: pd.DataFrame) -> Picture:
    """Draw err of three learners of false data, with one answer a prompt and with fifteen."""
    assert (table.err >= table.floor - 1e-7).all()
    repeats = table[table.learner == "frequencies"].groupby("n_per_prompt").err
    assert repeats.is_monotonic_increasing.all()
    half = table[(table.learner == "majority") & np.isclose(table.share, 0.5)]
    one, many = half.set_index("n_per_prompt").err
    few, n_many = half.n_per_prompt
    assert few == 1
    claim = f"Half of the data false: {100 * one:.0f} % errors from one answer each, {100 * many:.0f} % by majority of {n_many}"
    fig, axes = page(
        claim,
        "Three learners of data of which a share is false. One repeats the frequencies that it saw (band), one "
        "the most\nfrequent answer, one smooths. Dotted: what theory forces on each, in its colour.",
        "Extension (Sec. 3.4): err ≥ max(2 err$_{iiv}$ − max|V$_c$|/min|E$_c$| − δ − η, η − TV)."
        "\nData: figures/other_factors/data/gigo.csv",
        widths=(1, 1),
        sharey=True,
        wspace=0.12,
    )
    looks = {
        "frequencies": ("-", PALE_INK, 10),
        "smoothed": ("^-", INK, 1.5),
        "majority": ("s-", VERMILION, 1.5),
    }
    for ax, (n, t) in zip(axes, table.groupby("n_per_prompt"), strict=True):
        for learner, (look, colour, width) in looks.items():
            r = t[t.learner == learner]
            ax.plot(r.share, r.err, look, color=colour, lw=width)
            ax.plot(r.share, r.floor, ":", color=SOFT_INK if learner == "frequencies" else colour)
        ax.set(xlim=(0, 0.92), ylim=(0, 1), xlabel="false share of the training data (η)")
        ax.set_title(f"{n} training answer{'s' * (n > 1)} a prompt", size=12)
        per_cent(ax, "x")
    say(axes[1], 0.06, 0.5, "smooths", INK)
    say(axes[1], 0.46, 0.3, "repeats (band)", SOFT_INK)
    say(axes[1], 0.08, 0.05, "majority", VERMILION)
    axes[0].set_ylabel("wrong answers (err)")
    per_cent(axes[0])
    alt = (
        "Error against the false share of the data: with one answer a prompt all learners rise from the "
        "start, with fifteen the majority stays near zero until two thirds are false."
    )
    return Picture(fig, table, claim, alt)
