"""The head figures: one claim each, for the README, the site and talks.

Each function takes the tables of other figures, asserts its claim on them and draws. The
numbers of a title come from the table. Three hues and their tints, direct labels, words before
symbols; legible at a width of 700 pixels.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from drawings.page import Picture, page, per_cent, say
from simulations.figures import DEEP_BLUE, INK, PALE_INK, PALE_VERMILION, SOFT_INK, VERMILION

CALIBRATED = 0.02
"""Largest delta of a point that counts as calibrated in the first figure."""


def judging(table: pd.DataFrame) -> Picture:
    """(a) A calibrated model errs twice as often as it misjudges, or more (Theorem 1)."""
    kept = table[table.delta <= CALIBRATED]
    rest = table[table.delta > CALIBRATED]
    below = (2 * kept.err_iiv - kept.err).max()
    assert (kept.err >= 2 * kept.err_iiv - kept.size_ratio - CALIBRATED).all()
    assert below < 0.1 < (2 * rest.err_iiv - rest.err).max()
    claim = "A calibrated model errs twice as often as it misjudges, or more"
    fig, (ax,) = page(
        claim,
        f"{len(table)} pairs of a model and a random world. {len(kept)} are calibrated (filled): none "
        f"lies more than {below:.2f} below the\nline, which is Theorem 1's small term. To err less, "
        "a model must be miscalibrated (hollow).",
        "Theorem 1: err ≥ 2 err$_{iiv}$ − max|V$_c$|/min|E$_c$| − δ. Calibrated: δ ≤ 0.02. "
        "Computed, not sampled.\nData: figures/reduction/data/scatter.csv",
    )
    ax.fill([0, 1.04, 1.04], [0, 1.04, 0], color=PALE_VERMILION, lw=0)
    ax.plot([0, 1.04], [0, 1.04], color=INK, lw=1.5)
    ax.plot(2 * rest.err_iiv, rest.err, "o", color=VERMILION, mfc="none", ms=5, clip_on=False)
    ax.plot(2 * kept.err_iiv, kept.err, "o", color=DEEP_BLUE, mec="white", ms=6.5, clip_on=False)
    say(ax, 0.6, 0.22, "only miscalibrated\nmodels err this little", VERMILION, style="italic")
    say(ax, 0.08, 0.66, "less sure than its data:\nδ is large, and err no smaller", VERMILION)
    say(ax, 1.06, 0.88, "knows nothing", DEEP_BLUE)
    say(ax, 1.06, 0.6, "knows some facts:\non the line", DEEP_BLUE)
    say(ax, 1.06, 0.01, "never answers:\nnever wrong", VERMILION)
    ax.set(xlim=(0, 1.28), ylim=(-0.02, 1.04), xticks=[0, 0.25, 0.5, 0.75, 1])
    ax.set(xlabel="2 × wrong verdicts as a judge (2 err$_{iiv}$)", ylabel="wrong answers (err)")
    per_cent(ax)
    per_cent(ax, "x")
    shown = {"twice_err_iiv": 2 * table.err_iiv, "err": table.err, "delta": table.delta}
    alt = (
        "Scatter plot of error against twice the judging error: calibrated models lie on or above "
        "the diagonal, less a small term; only miscalibrated models lie far below it."
    )
    return Picture(fig, pd.DataFrame(shown), claim, alt)


def seen_once(table: pd.DataFrame) -> Picture:
    """(b) As much of the data seen once, as many answers wrong (Theorem 2)."""
    err, once = table["err calibrated memoriser"], table.singleton_rate
    row = table[table.n_samples == 10_000].index[0]
    gap = abs(err - once).max()
    assert gap < 0.02
    assert f"{err[row]:.0%}" == f"{once[row]:.0%}"
    share = f"{100 * once[row]:.0f} %"
    claim = f"{share} of the data seen only once, {share} of the answers wrong"
    fig, (ax,) = page(
        claim,
        "“In which country is X?”, asked about cities, each as often as its population. A calibrated "
        "model\nthat recalls what it read errs as often as its training samples show a city exactly once.",
        f"Dots and band differ by at most {gap:.3f}. For answers without a pattern, Theorem 2 makes "
        "this a bound.\nData: figures/facts/data/cities.csv; cities: GeoNames, CC BY 4.0",
    )
    ax.plot(table.n_samples, once, color=PALE_INK, lw=12, solid_capstyle="round")
    ax.plot(table.n_samples, err, "o", color=DEEP_BLUE, mec="white", ms=9, clip_on=False)
    ax.axhline(0, color=VERMILION, lw=3)
    ax.plot([100, 1e4, 1e4], [once[row], once[row], 0], ":", color=INK, lw=1.2)
    say(ax, 110, once[row] + 0.03, share, INK, weight="bold")
    say(ax, 6e3, 0.72, "band: share of the training samples\nwhose city occurs once", SOFT_INK)
    say(
        ax,
        3.5e4,
        0.4,
        "dots: wrong answers of the calibrated\nmodel, which guesses the rest",
        DEEP_BLUE,
    )
    say(
        ax,
        110,
        0.05,
        "says IDK to the unseen: never wrong,\nmiscalibrated by the height of the band",
        VERMILION,
    )
    ax.set(xscale="log", xlim=(90, 4e6), ylim=(0, 1), xticks=[100, 1e4, 1e6])
    ax.set_xticklabels(["100", "10,000", "1 million"])
    ax.set(xlabel="training samples N (log scale)", ylabel="wrong answers (err)")
    per_cent(ax)
    shown = {"n_samples": table.n_samples, "singleton_rate": once, "err": err}
    alt = (
        "Share of wrong answers of a calibrated model, falling with the number of samples exactly as "
        "the share of samples whose city occurs once does."
    )
    return Picture(fig, pd.DataFrame(shown), claim, alt)


def price(table: pd.DataFrame) -> Picture:
    """(c) From errors to none: what it costs in calibration (extension X5)."""
    start, end = table.err[0], table.delta[(table.err > 1e-12).sum()]
    assert abs(table.err - np.maximum(0, 0.8 * (0.36 - table.delta))).max() < 1e-9
    claim = (
        f"From {100 * start:.0f} % errors to none: it costs {100 * end:.0f} points of calibration"
    )
    fig, (ax,) = page(
        claim,
        "Three questions in five ask for a fact that training never showed; five answers look plausible."
        "\nThe line is the best of all models. Fewer errors mean more “I don't know” than the data contain.",
        "Extension X5 (ours): err ≥ (1 − 1/R)(MM − δ), R = 5 plausible answers, missing mass MM = 0.36. "
        "\nData: figures/trade_off/data/frontier.csv",
    )
    ax.fill_between(table.delta, 0, table.err, color=PALE_INK, lw=0)
    ax.plot(table.delta, table.err, color=DEEP_BLUE, lw=4, clip_on=False)
    half = end / 2
    ax.plot(
        [0, half, end],
        [start, start / 2, 0],
        "o",
        color=DEEP_BLUE,
        mec="white",
        ms=11,
        clip_on=False,
    )
    say(
        ax,
        0.05,
        0.97 * start,
        "calibrated: says IDK to 40 % of what it never saw,\nas its training data do",
        DEEP_BLUE,
    )
    say(ax, half + 0.012, start / 2 + 0.01, "says IDK to 70 % of it", DEEP_BLUE)
    say(ax, end, 0.03, "always IDK there:\nnever wrong", DEEP_BLUE)
    say(ax, 0.05, 0.07, "no model can be here", SOFT_INK, style="italic")
    ax.set(
        xlim=(0, 0.45), ylim=(0, 0.31), xlabel="miscalibration (δ)", ylabel="wrong answers (err)"
    )
    per_cent(ax)
    shown = {"delta": table.delta, "err": table.err}
    alt = (
        "The least error of any model falls in a straight line as its miscalibration grows, and is "
        "zero only where the model says I don't know to all that it never saw."
    )
    return Picture(fig, pd.DataFrame(shown), claim, alt)


def hunch(worth: pd.DataFrame, learned: pd.DataFrame) -> Picture:
    """(d) Graded by accuracy, a 1 % hunch beats "I don't know" (Observation 1, Sec. 4.2)."""
    target = "confidence target 0.75"
    assert (worth.binary[worth.confidence > 0] > 0).all()
    assert ((worth[target] > 0) == (worth.confidence > 0.75)).all()
    assert learned.binary.min() > 0.99
    assert learned[target][learned.belief < 0.65].max() < 0.05
    assert learned[target].max() > 0.9
    claim = "Graded by accuracy, a 1 % hunch beats “I don't know”"
    fig, (left, right) = page(
        claim,
        "Nine of the paper's ten benchmarks give no credit for abstaining. If a mistake costs t/(1 − t) "
        "points,\nanswering is worth it only above confidence t. A policy trained on either reward learns just that.",
        "Observation 1 and Sec. 4.2. Left: exact. Right: policy gradient on rewards alone. "
        "\nData: figures/grading/data/answer_or_abstain.csv, trained_policy.csv",
        widths=(1, 1),
    )
    left.axhline(0, color=INK, lw=1)
    left.plot(worth.confidence, worth.binary, "--", color=VERMILION, lw=3)
    left.plot(worth.confidence, worth[target], color=DEEP_BLUE, lw=3)
    say(left, 0.02, 0.55, "accuracy:\nmistakes are free", VERMILION)
    say(left, 0.4, -2.2, "target t = 75 %:\na mistake costs 3 points", DEEP_BLUE)
    left.set(xlim=(0, 1), ylim=(-3, 1.3), yticks=[-3, -2, -1, 0, 1], title="Points for answering")
    left.set_yticklabels(["−3", "−2", "−1", "IDK: 0", "+1"])
    right.plot(learned.belief, learned.binary, "s--", color=VERMILION, lw=2, ms=4)
    right.plot(learned.belief, learned[target], "o-", color=DEEP_BLUE, lw=3, ms=5)
    say(right, 0.02, 0.86, "accuracy: always guesses", VERMILION)
    say(right, 0.7, 0.3, "target t = 75 %:\nabstains below it", DEEP_BLUE, ha="right")
    right.set(
        xlim=(0, 1),
        ylim=(-0.03, 1.05),
        yticks=[0, 0.5, 1],
        title="How often a trained policy answers",
    )
    for ax in (left, right):
        ax.set_xlabel("confidence that the answer is right")
        ax.title.set_size(12)
        per_cent(ax, "x")
    per_cent(right)
    shown = {
        "confidence": worth.confidence,
        "points_accuracy": worth.binary,
        "points_target": worth[target],
        "answers_accuracy": np.interp(worth.confidence, learned.belief, learned.binary),
        "answers_target": np.interp(worth.confidence, learned.belief, learned[target]),
    }
    alt = (
        "Left: under accuracy any confidence is worth points, under a target of 75 % only confidence "
        "above it. Right: a policy trained on accuracy always answers, one trained on the target "
        "answers above 75 %."
    )
    return Picture(fig, pd.DataFrame(shown), claim, alt)


def ranks(table: pd.DataFrame) -> Picture:
    """(e) Last on accuracy, second once mistakes cost (published scores, Nature version)."""
    single = table[table.answers == "single"]
    closed = single[single.rubric == "closed"].pivot(index="t", columns="model", values="score")
    told = single[single.rubric == "open"].pivot(index="t", columns="model", values="score")
    place = closed.rank(axis=1, ascending=False)["LLM4"]
    assert place[0.0] == 4
    assert (place[place.index >= 0.5] == 2).all()
    gain = 100 * (told.loc[0.9] - closed.loc[0.9])
    assert (gain > 2).all()
    claim = "Last on accuracy, second once mistakes cost"
    fig, (left, right) = page(
        claim,
        "Published SimpleQA scores of four anonymised models. Left: the same answers, scored anew at "
        "target t.\nRight: told the rule in the prompt, all four gain: "
        f"{gain.min():.0f} to {gain.max():.0f} points at t = 0.9.",
        "Score: right 1, IDK t, wrong 0; single answers. doi:10.1038/s41586-026-10549-w. "
        "\nData: figures/confidence_targets/data/nature_scores.csv",
        widths=(1.15, 1),
    )
    for i, name in enumerate(closed):
        colour, width = (VERMILION, 3.5) if name == "LLM4" else (SOFT_INK, 1.8)
        left.plot(closed.index, closed[name], "o-", color=colour, lw=width, mec="white", ms=7)
        lift = {"LLM2": 0.012, "LLM3": -0.018}.get(name, 0)
        say(left, 0.93, closed[name][0.9] + lift, name, colour, va="center")
        right.annotate("", (told[name][0.9], i), (closed[name][0.9], i), arrowprops=ARROW)
        right.plot(closed[name][0.9], i, "o", color=INK, mfc="white", ms=8)
        say(right, told[name][0.9] + 0.015, i, f"+{gain[name]:.0f}", DEEP_BLUE, va="center")
    left.set(
        xlim=(-0.03, 1.12), ylim=(0.3, 0.8), xticks=closed.index, xlabel="confidence target (t)"
    )
    left.set_title("Score, rule unstated", size=12)
    right.set(xlim=(0.5, 0.9), ylim=(-0.5, 3.5), yticks=range(4), yticklabels=closed.columns)
    right.set_xlabel("score at t = 0.9")
    right.set_title("Rule unstated (○) → stated", size=12)
    alt = (
        "Left: one model's score rises from last at target 0 to second at 0.5 and beyond. Right: "
        "arrows show that all four models score higher once the rule is stated."
    )
    return Picture(fig, pd.DataFrame(single), claim, alt)


ARROW = {"arrowstyle": "-|>", "color": DEEP_BLUE, "lw": 3, "mutation_scale": 16}


def samples(table: pd.DataFrame) -> Picture:
    """(f) How many samples a bound needs before it says anything (Theorem 2; X9, X13)."""
    first = {k: int(table.n_samples[table[k] > 0].min()) for k in ("lower_best", "lower_paper")}
    assert (table.lower_paper < table.lower_best).all()
    assert (table.lower_best < table.err).all()
    assert first["lower_paper"] == 10**6
    claim = f"{first['lower_best']:,} samples suffice where the printed bound needs a million"
    apart = 100 * (table.err - table.lower_paper).iloc[-1]
    fig, (ax,) = page(
        claim,
        "Lower bounds on err, true of every calibrated model with 99 % probability, beside the err of "
        "one. At 0 or\nless a bound is vacuous. As many facts as samples, by Zipf's law; a tenth of the answers are IDK.",
        "364 wrong answers a fact, δ = 0, failure probability 1 %. Each dot is one exact draw. "
        "\nData: figures/facts/data/singleton_rate_bands.csv",
    )
    ax.plot(table.n_samples, table.err, "o-", color=INK, mec="white", lw=2, ms=6)
    ax.plot(table.n_samples, table.lower_best, "s-", color=DEEP_BLUE, mec="white", lw=3, ms=7)
    ax.plot(table.n_samples, table.lower_paper, "D--", color=VERMILION, mec="white", lw=3, ms=7)
    say(ax, 3e4, 0.185, "err of the calibrated memoriser", INK)
    say(ax, 1.2e3, 0.085, "best proved bound\n(extensions X9, X13)", DEEP_BLUE)
    say(ax, 1.4e7, 0.05, "Theorem 2 as printed", VERMILION)
    say(ax, 1.5e12, 0.115, f"all within\n{apart:.1f} points", SOFT_INK, ha="right")
    ax.set(xscale="log", xlim=(800, 2e12), ylim=(0, 0.215), xticks=[1e3, 1e6, 1e9, 1e12])
    ax.set_yticks([0, 0.05, 0.1, 0.15, 0.2])
    ax.set_xticklabels(["1,000", "1 million", "1 billion", "1 trillion"])
    ax.set(xlabel="training samples N (log scale)", ylabel="wrong answers (err)")
    per_cent(ax)
    shown = table[["n_samples", "err", "lower_best", "lower_paper"]].to_dict("list")
    alt = (
        "The best proved lower bound lies close below the memoriser's error from a thousand samples "
        "on; the printed bound is zero or less until a million."
    )
    return Picture(fig, pd.DataFrame(shown), claim, alt)


def reward(table: pd.DataFrame) -> Picture:
    """(g) Reward decides what the same model becomes (Sec. 4.1; Fig. 2)."""
    base = table[table.phase == 0].iloc[-1]
    ends = {name: rows.iloc[-1] for name, rows in table[table.phase == 1].groupby("grader")}
    binary, target = ends["binary reward"], ends["confidence target 3/4"]
    assert base.err < binary.err
    assert target.err < base.err / 5
    claim = f"Reward decides: {100 * binary.err:.0f} % errors or {100 * target.err:.0f} %"
    fig, (ax,) = page(
        claim,
        "One small model, trained to predict, then rewarded. Paid for right answers only, it stops "
        "abstaining.\nIf a mistake costs three points (target t = 75 %), it says “I don't know” instead.",
        f"After the target δ is {target.delta:.2f}, after the binary reward {binary.delta:.2f}; before, "
        f"{base.delta:.2f}. Sec. 4.1.\nData: figures/grading/data/reinforcement.csv",
    )
    rows = {
        "rewarded for accuracy": binary,
        "predicts, no reward": base,
        "rewarded at t = 75 %": target,
    }
    for i, row in enumerate(reversed(rows.values())):
        left = 0.0
        for name, colour in (("accuracy", DEEP_BLUE), ("abstention", PALE_INK), ("err", VERMILION)):
            ax.barh(i, row[name], left=left, color=colour, edgecolor="white", height=0.62)
            ink = INK if name == "abstention" else "white"
            if row[name] > 0.06:
                word = {"accuracy": "right", "abstention": "IDK", "err": "wrong"}[name]
                say(
                    ax,
                    left + row[name] / 2,
                    i,
                    f"{word}\n{100 * row[name]:.0f} %",
                    ink,
                    ha="center",
                    va="center",
                )
            left += row[name]
    say(ax, 1.01, 0, f"wrong {100 * target.err:.0f} %", VERMILION, va="center")
    ax.set(xlim=(0, 1.13), yticks=range(3), yticklabels=list(reversed(rows)), xticks=[0, 0.5, 1])
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.set_position([0.24, 0.21, 0.71, 0.49])
    per_cent(ax, "x")
    shown = pd.DataFrame(rows).T[["accuracy", "abstention", "err", "delta", "ece"]].astype(float)
    alt = (
        "Three bars of right, I don't know and wrong answers: the model rewarded for accuracy never "
        "abstains and errs most, the one rewarded at a target abstains most and errs least."
    )
    return Picture(fig, shown.rename_axis("model").reset_index(), claim, alt)


def memory(table: pd.DataFrame) -> Picture:
    """(h) Half the memory that all the facts need: the exam's rule decides (extension X11)."""
    free, strict = (table[np.isclose(table.t, t)].iloc[0] for t in (0, 0.5))
    assert free.abstained == 0
    claim = (
        f"Half the memory: the exam's rule decides, {100 * free.wrong:.0f} % errors or "
        f"{100 * strict.wrong:.1f} %"
    )
    fig, (ax,) = page(
        claim,
        "365 possible answers a question, memory for half of the facts, and the best system that fits. "
        "If mistakes\nare free it spreads its memory thin and guesses; if one costs a point, it keeps half "
        "and says IDK.",
        "Extension X11 (ours). A mistake costs t/(1 − t) points.\nData: figures/memory/data/exam_areas.csv",
    )
    parts = [table.right, table.abstained, table.wrong]
    ax.stackplot(table.t, *parts, colors=[DEEP_BLUE, PALE_INK, VERMILION], edgecolor="white")
    say(ax, 0.3, 0.25, "right", "white")
    say(ax, 0.55, 0.72, "“I don't know”", INK)
    say(ax, 0.05, 0.78, f"wrong:\n{100 * free.wrong:.0f} %", "white")
    ax.set(
        xlim=(0, 0.9),
        ylim=(0, 1),
        xlabel="confidence target of the exam (t)",
        ylabel="share of the questions",
    )
    per_cent(ax)
    alt = (
        "Areas of right, abstained and wrong answers over the exam's target: at target 0 nearly two "
        "fifths are wrong, from one half on almost none are and half are left unanswered."
    )
    return Picture(fig, pd.DataFrame(table[["t", "right", "abstained", "wrong"]]), claim, alt)
