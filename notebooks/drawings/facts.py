"""Figures on facts without a pattern: singletons, missing mass, and the bounds of Theorem 2."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from drawings.page import Picture, page, per_cent, say
from simulations.figures import DEEP_BLUE, INK, PALE_INK, SOFT_INK, VERMILION


def ten_minutes(table: pd.DataFrame) -> Picture:
    """Draw err of a calibrated model beside the singleton rate, for a thousand people."""
    assert abs(table.err - table.singleton_rate).max() < 0.1
    assert (table.err.diff().dropna() <= 0).all()
    assert (table.delta < 1e-9).all()
    row = table[table.n_samples == 1000].iloc[0]
    claim = (
        f"{100 * row.singleton_rate:.0f} % of 1,000 samples occur once, "
        f"{100 * row.err:.0f} % of the answers are wrong"
    )
    fig, (ax,) = page(
        claim,
        "Birthdays of a thousand people, some of them famous, and more and more training data. A calibrated "
        "model\nrecalls what it read and guesses the rest. It errs as often as its data show a person only once.",
        "Theorem 2. Fame by Zipf's law, 365 dates, one draw a size."
        "\nData: figures/facts/data/ten_minutes.csv",
    )
    ax.plot(table.n_samples, table.singleton_rate, color=PALE_INK, lw=12, solid_capstyle="round")
    ax.plot(table.n_samples, table.err, "o", color=DEEP_BLUE, ms=9, clip_on=False)
    say(ax, 1200, 0.4, "band: training samples whose person occurs once", SOFT_INK)
    say(ax, 1200, 0.33, "dots: wrong answers of the calibrated model", DEEP_BLUE)
    ax.set(xscale="log", xlim=(85, 1.2e5), ylim=(0, 0.6), ylabel="wrong answers (err)")
    ax.set_xticks([100, 1000, 10_000, 100_000], ["100", "1,000", "10,000", "100,000"])
    ax.set_xlabel("training samples N (log scale)")
    per_cent(ax)
    alt = (
        "Wrong answers of a calibrated model follow the share of training samples that occur once, as "
        "training data grow from a hundred to a hundred thousand."
    )
    return Picture(fig, table, claim, alt)


def singleton_rate_bands(table: pd.DataFrame) -> Picture:
    """Draw err of the memoriser between the best bounds and the printed ones (Theorem 2)."""
    order = ("lower_paper", "lower_best", "err", "upper_best", "upper_paper")
    assert all((table[a] < table[b]).all() for a, b in pairwise(order))
    best, printed = (
        int(table.n_samples[table[name] > 0].min()) for name in ("lower_best", "lower_paper")
    )
    claim = f"The best bound is positive from {best:,} samples on, the printed one from {printed:,}"
    fig, (ax, far) = page(
        claim,
        "A calibrated model that recalls what it read, with as many facts as samples; every calibrated model "
        "errs\nat least as much as the lower bound, with 99 % probability. Left: its err. Right: how far off each bound is.",
        "Theorem 2; best bounds: extensions X9 and X13. Zipf's law, a tenth of the answers IDK."
        "\nData: figures/facts/data/singleton_rate_bands.csv",
        widths=(1.15, 1),
    )
    n = table.n_samples
    ax.fill_between(n, table.lower_best, table.upper_best, color=PALE_INK, lw=0)
    for name in ("lower_paper", "upper_paper"):
        ax.plot(n, table[name], "--", color=VERMILION)
    ax.plot(n, table.singleton_rate, color=INK, lw=1)
    ax.plot(n, table.err, "o", color=DEEP_BLUE, ms=6)
    ax.axhline(0, color=SOFT_INK, lw=0.8)
    say(ax, 4e4, 0.38, "printed bounds", VERMILION)
    say(ax, 5e7, 0.21, "grey: best bounds\ndots: err", DEEP_BLUE)
    ax.set(xscale="log", ylim=(-0.1, 0.5), ylabel="wrong answers (err)")
    per_cent(ax)
    for name in order[:2] + order[3:]:
        look = ("s-", DEEP_BLUE) if name.endswith("best") else ("D--", VERMILION)
        face = "white" if name.startswith("upper") else look[1]
        far.plot(n, abs(table[name] - table.err), look[0], color=look[1], mfc=face, ms=4.5)
    say(far, 3e4, 1.2, "printed", VERMILION)
    say(far, 150, 1e-4, "best\n(hollow:\nupper bounds)", DEEP_BLUE)
    far.set(xscale="log", yscale="log", ylabel="distance from err")
    for panel in (ax, far):
        panel.set(xticks=[1e2, 1e4, 1e6, 1e8, 1e10, 1e12], xlabel="training samples N")
    alt = (
        "Left: error lies in a narrow band between the best bounds; the printed lower bound is below "
        "zero until a million samples. Right: distances of all bounds from the error, on a log scale."
    )
    return Picture(fig, table, claim, alt)


TERM_LOOKS = {
    "paper": ("D--", VERMILION, "as printed"),
    "closed": ("s-", DEEP_BLUE, "X9, for every law"),
    "counted": ("^-", SOFT_INK, "X13, from the counts"),
    "needed": ("o:", INK, "needed"),
}


def theorem_2_terms(table: pd.DataFrame) -> Picture:
    """Draw the finite-sample terms of Theorem 2 times sqrt(N): printed, ours, needed."""
    t = table.set_index("samples_per_fact")
    assert (t.needed < np.minimum(t.closed, t.counted)).all()
    ratio = t.paper / t.closed
    assert ratio.min() > 20
    assert (t.loc[1].closed < 2 * t.loc[1].needed)[1:].all()
    assert (t.loc[5].counted < t.loc[5].closed / 2)[1:].all()
    claim = f"The printed price of finite data is {ratio.min():.0f} to {ratio.max():.0f} times what is proved here"
    fig, axes = page(
        claim,
        "Theorem 2 subtracts a term that shrinks with the number of samples N like 1/√N (a horizontal line). "
        "Dotted:\nwhat 99 % of 400 simulated samples need. X13 reads from the counts of facts that little is needed (right).",
        "Lower part of Theorem 2, all facts alike, 99 %. Printed term: 6 ln(3N/γ)/√N. X9, X13: extensions."
        "\nData: figures/facts/data/theorem_2_terms.csv",
        widths=(1, 1),
        sharey=True,
        wspace=0.1,
    )
    for ax, (k, title) in zip(
        axes, {1: "as many facts as samples", 5: "five samples a fact"}.items(), strict=True
    ):
        for name, (look, colour, _) in TERM_LOOKS.items():
            x = t.loc[k]
            ax.plot(x.n_samples, np.sqrt(x.n_samples) * x[name], look, color=colour, ms=4.5)
        ax.set(xscale="log", yscale="log", xlabel="training samples N", ylim=(0.2, 400))
        ax.set_title(title, size=12)
        ax.set_xticks([1e2, 1e4, 1e6, 1e8, 1e10, 1e12])
    for name, y in {"paper": 55, "counted": 5, "needed": 0.7}.items():
        say(axes[0], 1e6, y, TERM_LOOKS[name][2], TERM_LOOKS[name][1])
    say(axes[1], 1e6, 3.6, TERM_LOOKS["closed"][2], DEEP_BLUE)
    axes[0].set_ylabel("finite-sample term × √N")
    alt = (
        "Two panels of finite-sample terms times the root of N, on log scales: the printed term rises "
        "from 60 to 200, the terms proved here stay near 3 or 1, what is needed near 2 or 0.4."
    )
    return Picture(fig, table, claim, alt)


LAWS = {
    "uniform": ("o-", INK, "all alike"),
    "Zipf 0.5": ("^-", SOFT_INK, "Zipf 0.5"),
    "Pareto 1.5": ("v--", DEEP_BLUE, "Pareto 1.5"),
    "two levels": ("s--", SOFT_INK, "two levels"),
    "geometric": ("P-", DEEP_BLUE, "geometric"),
    "Zipf 1": ("D-", VERMILION, "Zipf 1"),
}


def birthday_laws(table: pd.DataFrame) -> Picture:
    """Draw err of the calibrated memoriser for six laws of fame, beside the singleton rate."""
    lucky = table.singleton_rate * 364 / 365
    gap = abs(table.err - lucky)
    assert (gap < 3 / np.sqrt(table.n_samples)).all()
    claim = "Whatever the law of fame, err is the singleton rate less lucky guesses"
    fig, (ax,) = page(
        claim,
        "A million birthdays, asked for by six laws of fame. Marks: err of a calibrated model that recalls what "
        "it read.\nHorizontal strokes: singleton rate × 364/365. The law only decides how fast both fall.",
        f"Largest difference {gap.max():.3f}, with 1,000 samples; each point is one exact draw."
        "\nData: figures/facts/data/birthday_laws.csv",
    )
    for i, (name, (look, colour, label)) in enumerate(LAWS.items()):
        t = table[table.law == name]
        ax.plot(t.n_samples, t.err, look, color=colour, ms=5, lw=1.2)
        ax.plot([1.0e7, 1.6e7], 2 * [0.95 - 0.085 * i], look, color=colour, ms=5, lw=1.2)
        say(ax, 2.2e7, 0.95 - 0.085 * i, label, colour, va="center")
    ax.plot(table.n_samples, lucky, "_", color=INK, ms=12)
    ax.set(xscale="log", ylim=(-0.02, 1.03), xlabel="training samples N (log scale)")
    ax.set_xticks([1e3, 1e4, 1e5, 1e6, 1e7, 1e8])
    ax.set_ylabel("wrong answers (err)")
    per_cent(ax)
    alt = (
        "Six falling curves of error against the number of training samples, each on the strokes of "
        "its own singleton rate."
    )
    return Picture(fig, table, claim, alt)


CITY_LOOKS = {
    "calibrated memoriser": ("o", DEEP_BLUE),
    "committing guesser": ("s--", SOFT_INK),
    "regurgitator": ("D-", VERMILION),
    "smoothed counts": ("v-", INK),
    "frequency guesser": ("^:", DEEP_BLUE),
}


def cities(table: pd.DataFrame) -> Picture:
    """Draw err and δ of five learners asked for the country of a city (Theorem 2)."""
    row = table[table.n_samples == 10_000].iloc[0]
    early = table[table.n_samples <= 10**5]
    assert (early["err frequency guesser"] < early["err calibrated memoriser"]).all()
    assert (table["err regurgitator"] == 0).all()
    assert np.allclose(table["delta regurgitator"], table.missing_mass, atol=1e-7)
    assert f"{row.singleton_rate:.0%}" == f"{row['err calibrated memoriser']:.0%}" == "38%"
    claim = "To err less than the singleton rate takes a pattern or costs calibration"
    fig, (left, right) = page(
        claim,
        "In which country is X? 32,146 cities, asked for by population. Band: share of samples whose city "
        "occurs once.\nThe model that never answers on the unseen has err 0, and a δ as large as what it never saw.",
        "Dotted: guesses countries by their frequency, a pattern that Definition 1 excludes. Exact for each sample."
        "\nData: figures/facts/data/cities.csv; cities: GeoNames, CC BY 4.0",
        widths=(1, 1),
        wspace=0.25,
    )
    left.plot(table.n_samples, table.singleton_rate, color=PALE_INK, lw=11)
    for name, (look, colour) in CITY_LOOKS.items():
        left.plot(table.n_samples, table[f"err {name}"], look, color=colour, ms=5, lw=1.3)
        right.plot(table.n_samples, table[f"delta {name}"], look, color=colour, ms=5, lw=1.3)
    say(left, 1.4e4, 0.63, "smoothed counts", INK)
    say(left, 130, 0.3, "on the band:\ncalibrated", DEEP_BLUE)
    say(left, 130, 0.06, "IDK on the unseen", VERMILION)
    say(right, 4e3, 0.66, "IDK on the unseen;\ncommits to one guess", VERMILION)
    say(right, 1.6e5, 0.24, "smoothed\ncounts", INK)
    for ax, label in ((left, "wrong answers (err)"), (right, "miscalibration (δ)")):
        ax.set(xscale="log", ylim=(-0.03, 1.02), ylabel=label, xlabel="training samples N")
        ax.set_xticks([1e2, 1e4, 1e6])
    per_cent(left)
    alt = (
        "Left: error of five learners against the number of samples, the calibrated one on the band of "
        "the singleton rate. Right: their miscalibration; the learner that never errs has the most."
    )
    return Picture(fig, table, claim, alt)


STATEMENTS = ("Lem. 1", "Lem. 2", "Thm 2 lower", "Thm 2 upper")
PROVED_HERE = ("X9 interval", "X13 interval", "X9 lower", "X13 lower", "X9 upper", "X13 upper")


def coverage(table: pd.DataFrame) -> Picture:
    """Draw by how much each statement's term is larger than needed, in 2,000 trials."""
    assert (table.violations == 0).all()
    shown = table[table.abstaining == 0]
    kinds = [k for k in dict.fromkeys(shown.statement) if k in STATEMENTS + PROVED_HERE]
    spread = shown.groupby("statement").ratio
    paper, ours = spread.max()["Thm 2 lower"], spread.max()[list(PROVED_HERE)].max()
    assert paper > 70
    assert ours < 3
    claim = (
        f"No statement failed; the printed one gives away a factor of {paper:.0f}, ours {ours:.1f}"
    )
    fig, (ax,) = page(
        claim,
        "Each statement's term, as a multiple of the term that 99 % of 2,000 simulated samples need. A line "
        "joins\nfour learners, three of them built to break the bound with knowledge of the facts' law.",
        f"N = 10,000, γ = 0.01, Zipf's law; {table.trials.max():,} trials, no violation. X9, X13: extensions."
        "\nData: figures/facts/data/coverage.csv",
        left=0.2,
    )
    for i, kind in enumerate(kinds):
        ratio = shown[shown.statement == kind].ratio
        colour = DEEP_BLUE if kind in PROVED_HERE else VERMILION
        look = "o" if kind in PROVED_HERE else "D"
        ax.plot(ratio, [i] * len(ratio), f"{look}-", color=colour, ms=7)
    ax.axvline(1, color=INK, lw=1)
    say(ax, 1.05, -0.6, "as small as possible", INK, va="center")
    say(ax, 20, 4.9, "paper", VERMILION)
    say(ax, 2.6, 4.9, "proved here", DEEP_BLUE)
    ax.set_yticks(range(len(kinds)), kinds)
    ax.invert_yaxis()
    ax.set(xscale="log", xlim=(0.9, 200), xlabel="term claimed / term needed (log scale)")
    ax.set_xticks([1, 2, 5, 10, 20, 50, 100], ["1", "2", "5", "10", "20", "50", "100"])
    ax.minorticks_off()
    alt = (
        "For each statement a mark at its claimed term divided by the needed one: the printed lower "
        "bound near 70, the bounds proved here near 2."
    )
    return Picture(fig, table, claim, alt)


def several_answers(table: pd.DataFrame) -> Picture:
    """Draw err, singleton rates and bounds for prompts with three right answers (extension X14)."""
    assert (table.lower_prompt < table.lower_pair).all()
    assert (table.lower_pair < table.err).all()
    last = table.iloc[-1]
    claim = (
        f"Counted by answer, {100 * last.lower_pair:.0f} % errors are sure; counted by question, "
        f"{100 * last.lower_prompt:.0f} %"
    )
    fig, (ax,) = page(
        claim,
        "Each question has three right answers of 365, asked for with shares 0.5, 0.3 and 0.2. With four "
        "samples a\nquestion, few questions occur once, but many answers do; each answer is a fact of its own.",
        "Extension X14: Theorem 2 for pairs of question and answer, 99 %. Dots: the calibrated memoriser."
        "\nData: figures/facts/data/several_answers.csv",
    )
    n = table.n_samples
    ax.plot(n, table.err, "o", color=INK, ms=8)
    for name, dash, colour in (("pair", "-", DEEP_BLUE), ("prompt", "--", VERMILION)):
        ax.plot(n, table[f"rate_{name}"], dash, color=colour, lw=1)
        ax.plot(n, table[f"lower_{name}"], dash, color=colour, lw=3)
    say(ax, 1.2e6, 0.262, "dots: err", INK)
    say(ax, 2e4, 0.18, "by answer: thin, what occurs once; thick, lower bound", DEEP_BLUE)
    say(ax, 2e4, 0.035, "by question: thin, what occurs once; thick, lower bound", VERMILION)
    ax.set(xscale="log", ylim=(-0.03, 0.3), xlabel="training samples N, four a question")
    ax.set_ylabel("wrong answers (err)")
    per_cent(ax)
    alt = (
        "Error near a quarter at every size; the lower bound that counts answers rises to it, the one "
        "that counts questions stays near zero."
    )
    return Picture(fig, table, claim, alt)


def judged(table: pd.DataFrame) -> Picture:
    """Draw the error that a judge reports that errs itself (extension X15)."""
    names = [name for name in table.columns if name != "err"]
    assert names[0] == "never errs"
    claim = (
        "A judge that errs reports another error rate; with both its rates known, it can be undone"
    )
    fig, (ax,) = page(
        claim,
        "a: how often the judge calls right answers wrong; b: how often it calls wrong answers right; both on "
        "the\nmodel's own answers. Cross: b = 3/4 was measured on random errors and proves nothing.",
        "Extension X15: err as judged = a (1 − err) + (1 − b) err. The cross is an exact example."
        "\nData: figures/facts/data/judged.csv",
    )
    looks = (("-", INK), ("s-", DEEP_BLUE), ("^-", VERMILION))
    for name, (look, colour) in zip(names, looks, strict=True):
        ax.plot(table.err, table[name], look, color=colour, ms=5)
    ax.plot(0.75, 0, "x", ms=12, mew=3, color=VERMILION, clip_on=False)
    say(ax, 0.86, 0.93, "never errs", INK, ha="right")
    say(ax, 0.03, 0.25, "a = 0.1, b = 0.1", DEEP_BLUE)
    say(ax, 0.8, 0.32, "a = 0, b = 0.5", VERMILION)
    say(ax, 0.73, 0.05, "misses just the errors that the model makes", VERMILION, ha="right")
    ax.set(xlim=(0, 1.01), ylim=(-0.02, 1.02), xlabel="wrong answers (err)")
    ax.set_ylabel("share that the judge calls wrong")
    per_cent(ax)
    per_cent(ax, "x")
    alt = (
        "Three straight lines of judged against true error, for three judges, and one point at true "
        "error three quarters and judged error zero."
    )
    return Picture(fig, table, claim, alt)


def floor_by_source(table: pd.DataFrame) -> Picture:
    """Draw missing mass, error floor and err of each source of a corpus, and of the whole."""
    rows = table.set_index("source")
    whole, parts = rows.loc["all together"], rows.drop("all together")
    assert (rows.low < rows.missing_mass).all()
    assert (rows.missing_mass < rows.high).all()
    assert (rows.floor < rows.err).all()
    assert (parts.floor.diff().dropna() > 0.1).all()
    mean = np.average(parts.singleton_rate, weights=parts.n_samples)
    assert whole.singleton_rate < mean - 0.03
    first, last = parts.iloc[0], parts.iloc[-1]
    claim = (
        f"Asked from {last.name}, a calibrated model errs on {100 * last.floor:.0f} % or more; "
        f"from the {first.name}, {100 * max(first.floor, 0):.0f} %"
    )
    fig, (ax,) = page(
        claim,
        "Three sources tell birthdays of the same people. The floor, read from each source's own counts, is what "
        "every\ncalibrated model trained on it errs at least, with 99 % probability. Dots: err of one such model.",
        "Theorem 2 with the best proved term (X13). Counted by `singletons --by source`; a tenth of the answers IDK."
        "\nData: figures/facts/data/floor_by_source.csv",
        left=0.2,
    )
    y = np.arange(len(rows))
    ax.hlines(y, rows.low, rows.high, color=PALE_INK, lw=14)
    ax.plot(rows.floor.clip(lower=0), y, "|", color=VERMILION, ms=24, mew=3)
    ax.plot(rows.err, y, "o", color=DEEP_BLUE, ms=9, clip_on=False)
    ax.set(ylim=(len(rows) - 0.4, -0.5), xlim=(0, 1), xlabel="probability")
    ax.set_yticks(y, rows.index)
    ax.xaxis.set_major_formatter(lambda x, _: f"{100 * x:.0f} %")
    say(ax, last.floor - 0.015, 1.95, "floor", VERMILION, ha="right")
    say(
        ax, last.high + 0.015, 1.95, "dot: err; grey: missing mass\nread from the counts", DEEP_BLUE
    )
    alt = (
        "Error floor and error of a calibrated model for three sources and for all together: both rise from "
        "the encyclopaedia to the obituaries, and the floor lies below the error everywhere."
    )
    return Picture(fig, table, claim, alt)


def near_duplicates(table: pd.DataFrame) -> Picture:
    """Draw the singleton rate after near-duplicates are dropped, by threshold."""
    made, bible = (table[table.text == text] for text in ("biographies", "King James Bible"))
    rate = made.set_index("threshold").singleton_rate
    truth = made.truth.iloc[0]
    assert rate[np.inf] < truth / 3
    assert (abs(rate[[0.3, 0.4, 0.5]] - truth) < 0.01).all()
    assert rate[0.1] > 1.5 * truth
    claim = (
        f"Copies hide singletons: {100 * rate[np.inf]:.0f} % with them, {100 * rate[0.4]:.0f} % "
        f"without, {100 * truth:.0f} % in truth"
    )
    fig, panels = page(
        claim,
        "Documents that are as similar as the threshold, or more, to one before are dropped before facts are "
        "counted.\nLeft: each document has one noisy copy on average, and the truth is known. Right: a real text.",
        "Similarity: Jaccard's, of pairs of words, by MinHash. At 1 only equal texts are dropped."
        "\nData: figures/facts/data/near_duplicates.csv",
        widths=(1, 1),
        sharey=True,
        wspace=0.12,
    )
    for ax, rows, title in zip(
        panels, (made, bible), ("biographies", "“X the son of …”, King James Bible"), strict=True
    ):
        x = rows.threshold.replace(np.inf, 1.15)
        ax.axhline(rows.truth.iloc[0], color=PALE_INK, lw=7)
        ax.plot(x, rows.singleton_rate, "o-", color=DEEP_BLUE)
        ax.set(xlim=(1.22, 0.03), ylim=(0, 0.6), title=title, xlabel="threshold")
        ax.set_xticks([1.15, 1, 0.8, 0.6, 0.4, 0.2], ["as it is", "1", "0.8", "0.6", "0.4", "0.2"])
    say(panels[0], 1.15, truth + 0.025, "band: truth", SOFT_INK)
    panels[0].set_ylabel("singleton rate")
    per_cent(panels[0])
    alt = (
        "With copies the singleton rate of made-up biographies lies far below the truth; dropping documents of "
        "similarity 0.3 to 0.5 finds it again, 0.1 overshoots. In the Bible it hardly moves down to 0.5."
    )
    return Picture(fig, table, claim, alt)
