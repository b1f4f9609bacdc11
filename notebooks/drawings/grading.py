"""Figures on exams: what answering is worth, and what a reward makes of a model."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap

from drawings.page import Picture, page, per_cent, say
from simulations.figures import DEEP_BLUE, INK, PALE_INK, SOFT_INK, VERMILION

TARGETS = (0.5, 0.75, 0.9)
CONFIDENCE = "confidence that the answer is right"


def one_guess(table: pd.DataFrame) -> Picture:
    """Draw the points to expect from answering, by accuracy and at a target (Observation 1)."""
    worth = table.target > 1e-9
    target = table.confidence[~worth].max()
    assert (table.accuracy[1:] > 0).all()
    assert (worth == (table.confidence > target)).all()
    claim = "Graded by accuracy, a 1 % hunch beats “I don't know”"
    cost = -table.target[0]
    fig, (ax,) = page(
        claim,
        "“I don't know” earns no points. By accuracy a mistake earns none either, so any confidence is worth "
        f"a guess.\nIf a mistake costs {cost:.0f} points, answering is worth it only above a confidence of "
        f"{100 * target:.0f} %.",
        "Observation 1 and Sec. 4.2. A target t charges t/(1 − t) points for a mistake."
        "\nData: figures/grading/data/one_guess.csv",
    )
    ax.axhline(0, color=INK, lw=1)
    ax.plot(table.confidence, table.accuracy, "--", color=VERMILION, lw=3)
    ax.plot(table.confidence, table.target, color=DEEP_BLUE, lw=3)
    ax.plot(target, 0, "o", color=DEEP_BLUE, ms=9)
    say(ax, 0.04, 0.4, "graded by accuracy", VERMILION)
    say(ax, 0.4, -2.3, f"a mistake costs {cost:.0f} points", DEEP_BLUE)
    say(ax, 0.02, -0.35, "“I don't know”: 0 points", INK)
    ax.set(xlim=(0, 1), ylim=(-3.1, 1.1), xlabel=CONFIDENCE, ylabel="points to expect")
    per_cent(ax, "x")
    alt = (
        "Two lines of points against confidence: graded by accuracy answering is always worth it, at a target "
        "of three quarters only above it."
    )
    return Picture(fig, table, claim, alt)


def answer_or_abstain(table: pd.DataFrame) -> Picture:
    """Draw what answering is worth over abstaining, under five graders (Observation 1)."""
    q = table.confidence
    for t in TARGETS:
        assert ((table[f"confidence target {t}"] > 1e-9) == (q > t + 1e-9)).all()
    assert (table.binary[1:] > 0).all()
    assert table["WildBench-like"].min() == 2
    claim = "Each target makes answering worth it from its own confidence on; accuracy, always"
    fig, (left, right) = page(
        claim,
        "Points to expect from answering, less those for “I don't know”. Above the line one should answer. "
        "A rubric\nlike WildBench's (right) gives a wrong answer 2 points more than “I don't know”.",
        "Observation 1 and Sec. 4.2. A target t charges t/(1 − t) points for a mistake. Exact."
        "\nData: figures/grading/data/answer_or_abstain.csv",
        widths=(2, 1),
        wspace=0.22,
    )
    for t in TARGETS:
        left.plot(q, table[f"confidence target {t}"], color=DEEP_BLUE, lw=2)
        left.plot(t, 0, "o", color=DEEP_BLUE)
    left.plot(q, table.binary, "--", color=VERMILION, lw=2.5)
    say(left, 0.03, 0.25, "accuracy", VERMILION)
    for t, x, y in ((0.5, 0.1, -1.15), (0.75, 0.2, -2.9), (0.9, 0.62, -3.6)):
        say(left, x, y, f"target t = {t:g}", DEEP_BLUE)
    right.plot(q, table["WildBench-like"], "--", color=VERMILION, lw=2.5)
    say(right, 0.1, 1.2, "the rubric:\nalways above 0", VERMILION)
    left.set(ylim=(-4, 1.2), ylabel="points, answer minus IDK")
    right.set(ylim=(-0.3, 6.5))
    for ax in (left, right):
        ax.axhline(0, color=INK, lw=1)
        ax.set(xlim=(0, 1), xlabel="confidence")
        per_cent(ax, "x")
    alt = (
        "Left: three lines cross zero at their targets of 50, 75 and 90 per cent; the line for accuracy "
        "never does. Right: a rubric whose line stays above two."
    )
    return Picture(fig, table, claim, alt)


BEST = LinearSegmentedColormap.from_list("best", ["white", PALE_INK])


def same_population(table: pd.DataFrame) -> Picture:
    """Draw the mean score of six policies under five graders, each column on its own scale."""
    scores = table.set_index("policy")
    by_belief = scores.drop("two samples agree")
    assert (by_belief[["binary", "WildBench-like"]].idxmax() == "always guess").all()
    for t in TARGETS:
        assert by_belief[f"confidence target {t}"].idxmax() == f"answer above {t}"
    claim = "The exam chooses the policy: guess under accuracy, answer above t at target t"
    fig, (ax,) = page(
        claim,
        "20,000 test-takers, 100 questions each. Bold: the best policy that looks at its belief alone. "
        "Grey: from the worst\n(white) to the best of its column; columns have scales of their own. "
        "Right 1, IDK t, wrong 0.",
        "Sec. 4.2, scores in normal form (t = 0 for accuracy, −0.5 for the rubric). Agreement of two samples is "
        "more\ninformation than the belief. Data: figures/grading/data/same_population.csv",
        left=0.22,
    )
    low, high = scores.min(), scores.max()
    ax.imshow((scores - low) / (high - low), cmap=BEST, aspect="auto")
    for (row, column), value in np.ndenumerate(scores.to_numpy()):
        best = row == by_belief.iloc[:, column].argmax()
        look = {"weight": "bold", "color": DEEP_BLUE} if best else {"color": INK}
        text = f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
        ax.text(column, row, text, ha="center", va="center", **look)
    heads = ["accuracy", *(f"t = {t:g}" for t in TARGETS), "rubric"]
    ax.set_xticks(range(len(heads)), heads)
    ax.xaxis.tick_top()
    ax.set_yticks(range(len(scores)), scores.index)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    alt = (
        "A table of mean scores of six policies under five graders: always guessing is best under "
        "accuracy and the rubric, answering above t is best at target t."
    )
    return Picture(fig, table, claim, alt)


def trained_policy(table: pd.DataFrame) -> Picture:
    """Draw how often a policy answers that was trained on the points of a grader alone."""
    for t in TARGETS:
        learned = table[f"confidence target {t}"]
        half = np.interp(0.5, learned, table.belief)
        assert abs(half - t) < 0.05
    assert min(table.binary.min(), table["WildBench-like"].min()) > 0.99
    claim = "From rewards alone a policy finds the target; from accuracy it learns to guess"
    fig, (ax,) = page(
        claim,
        "A policy with two parameters sees only its belief and the points that it earns. Trained by policy "
        "gradient,\nit answers from about the target t on; under accuracy, and under the rubric, it always answers.",
        "Sec. 4.2. Vertical lines: targets. The rubric is WildBench-like."
        "\nData: figures/grading/data/trained_policy.csv",
    )
    for t in TARGETS:
        ax.axvline(t, color=SOFT_INK, lw=0.8, ls=":")
        ax.plot(table.belief, table[f"confidence target {t}"], "o-", color=DEEP_BLUE, ms=4)
        say(ax, t - 0.02, 0.5, f"t = {t:g}", DEEP_BLUE, ha="right")
    ax.plot(table.belief, table.binary, "D--", color=VERMILION, ms=4)
    say(ax, 0.02, 0.9, "accuracy, rubric", VERMILION)
    ax.set(xlim=(0, 1), ylim=(-0.03, 1.04), xlabel="belief that the answer is right")
    ax.set_ylabel("answers")
    per_cent(ax)
    per_cent(ax, "x")
    alt = (
        "Three curves of answering rise from never to always at beliefs of 0.5, 0.75 and 0.9; one line "
        "for accuracy and the rubric stays at always."
    )
    return Picture(fig, table, claim, alt)


REWARDS = {
    "binary reward": (VERMILION, "--", "rewarded for accuracy"),
    "confidence target 3/4": (DEEP_BLUE, "-", "rewarded at t = 3/4"),
}


def reinforcement(table: pd.DataFrame) -> Picture:
    """Draw ECE, δ and abstention along training and two kinds of reinforcement (Fig. 2)."""
    last = table[table.step == table.step.max()].set_index("grader")
    base = table[table.step == 300].iloc[0]
    assert base.ece < 0.02
    assert (last.ece > 3 * base.ece).all()
    assert (last.delta > 3 * base.delta).all()
    assert last.abstention["binary reward"] < 0.02
    assert last.abstention["confidence target 3/4"] > 0.25
    claim = "Both rewards cost calibration; only accuracy takes away “I don't know”"
    fig, axes = page(
        claim,
        "One model learns to predict for 300 steps and is then moved by a reward. A miscalibration near 0 "
        f"rises to\n{last.delta.min():.2f} and {last.delta.max():.2f} (δ). The share of “I don't know” "
        f"falls from {100 * base.abstention:.0f} % to 0, or rises to "
        f"{100 * last.abstention.max():.0f} %.",
        "Sec. 4.1; the paper's Fig. 2 shows the same for GPT-4 (ECE 0.007 → 0.074). Held-out questions."
        "\nData: figures/grading/data/reinforcement.csv",
        widths=(1, 1, 1),
    )
    titles = {"ece": "ECE", "delta": "δ", "abstention": "answers “I don't know”"}
    for ax, (name, title) in zip(axes, titles.items(), strict=True):
        for grader, (colour, dash, _) in REWARDS.items():
            t = table[table.grader == grader]
            ax.plot(t.step, t[name], dash, color=colour)
        ax.axvline(300, color=SOFT_INK, lw=0.8, ls=":")
        ax.set(ylim=(0, None), xlabel="training step", xticks=[0, 300, 600])
        ax.set_title(title, size=12)
    say(axes[2], 20, 0.62, REWARDS["confidence target 3/4"][2].replace(" at", "\nat"), DEEP_BLUE)
    say(axes[2], 20, 0.06, REWARDS["binary reward"][2].replace(" for", "\nfor"), VERMILION)
    alt = (
        "Three panels along training: calibration error and miscalibration are near zero until the "
        "reward begins and rise under both rewards; abstention vanishes under accuracy only."
    )
    return Picture(fig, table, claim, alt)


def reliability(table: pd.DataFrame) -> Picture:
    """Draw accuracy against stated confidence before and after reinforcement by accuracy."""
    gap = abs(table.accuracy - table.confidence).groupby(table.phase).mean()
    assert gap["policy"] > 2 * gap["base"]
    claim = "Rewarded for accuracy, a model states more confidence than it is right"
    fig, (ax,) = page(
        claim,
        "How often an option is right to which the model gives a certain confidence. Before the reward the "
        "two agree;\nafter it options stated at over 90 % are right in fewer than 80 % of the cases.",
        f"Mean gap {gap['base']:.3f} before, {gap['policy']:.3f} after. Sec. 4.1."
        "\nData: figures/grading/data/reliability.csv",
    )
    after = table[table.phase == "policy"].iloc[-1]
    assert after.accuracy < 0.8
    assert after.confidence > 0.9
    ax.plot([0, 1], [0, 1], color=SOFT_INK, lw=1, ls=":")
    for phase, look, colour in (("base", "o-", DEEP_BLUE), ("policy", "s--", VERMILION)):
        t = table[table.phase == phase]
        ax.plot(t.confidence, t.accuracy, look, color=colour)
    say(ax, 0.5, 0.66, "before", DEEP_BLUE, ha="right")
    say(ax, 0.72, 0.42, "after", VERMILION)
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="stated confidence in an option", ylabel="right")
    per_cent(ax)
    per_cent(ax, "x")
    alt = (
        "Share of right options against stated confidence: before the reward on the diagonal, after it "
        "far below at high confidence."
    )
    return Picture(fig, table, claim, alt)


def simpleqa_swap(table: pd.DataFrame) -> Picture:
    """Draw two published SimpleQA scores against the penalty for a mistake."""
    careful, guesser = table["gpt-5-thinking-mini"], table["o4-mini"]
    lead = careful - guesser
    swap = float(np.interp(0, lead, table.penalty))
    assert abs(swap - 0.041) < 0.0005
    claim = (
        f"A penalty of {100 * swap:.0f} % of a point reverses the ranking of two published models"
    )
    fig, (ax,) = page(
        claim,
        "SimpleQA score: right answers less the penalty for each wrong one. o4-mini answers nearly always; "
        "gpt-5-thinking-mini abstains on half of the questions and is wrong on 26 % of them instead of 75 %.",
        "Accuracy and error rates as published; computed from them, not measured here."
        "\nData: figures/grading/data/simpleqa_swap.csv",
    )
    ax.plot(table.penalty, guesser, "--", color=VERMILION)
    ax.plot(table.penalty, careful, color=DEEP_BLUE)
    ax.axvline(swap, color=SOFT_INK, lw=1, ls=":")
    say(ax, swap + 0.001, 0.236, f"they swap at {swap:.3f}", SOFT_INK)
    say(ax, 0.108, 0.172, "o4-mini", VERMILION)
    say(ax, 0.118, 0.198, "gpt-5-thinking-mini", DEEP_BLUE, ha="right")
    ax.set(
        xlim=(0, 0.12), xlabel="penalty for a mistake (points)", ylabel="score (points a question)"
    )
    alt = (
        "Two falling lines of score against the penalty: the guesser's falls faster and crosses the "
        "careful model's at 0.041 points."
    )
    return Picture(fig, table, claim, alt)
