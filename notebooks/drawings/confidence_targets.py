"""Figures on stated confidence targets: published scores, logs, risk against coverage."""

from __future__ import annotations

import numpy as np
import pandas as pd

from drawings.page import Picture, page, per_cent, say
from simulations.figures import DEEP_BLUE, INK, SOFT_INK, VERMILION

CHANGES = {"single": (DEEP_BLUE, "o"), "consistency": (VERMILION, "s")}


def nature_scores(table: pd.DataFrame) -> Picture:
    """Draw the published scores of four models, rule unstated and stated, one answer or two."""
    rows = table.pivot(index=["model", "answers", "t"], columns="rubric", values="score")
    gain = (rows.open - rows.closed)[rows.index.get_level_values("t") >= 0.5]
    pays = rows.closed.unstack("answers").loc[lambda x: x.index.get_level_values("t") >= 0.5]
    assert gain.min() > -1e-9
    assert (pays.consistency > pays.single).all()
    claim = f"Stating the rule never lowers a score from t = 0.5 on; it adds up to {100 * gain.max():.0f} points"
    fig, axes = page(
        claim,
        "Four anonymised models on SimpleQA. Filled: the question alone. Hollow: the rule is stated in the "
        "prompt.\nBlue: one answer. Red: an answer only if two samples agree; it costs accuracy (t = 0) and scores more from 0.5 on.",
        "Score: right 1, IDK t, wrong 0. doi:10.1038/s41586-026-10549-w."
        "\nData: figures/confidence_targets/data/nature_scores.csv",
        widths=(1, 1, 1, 1),
        sharey=True,
        wspace=0.12,
    )
    for ax, model in zip(axes, rows.index.unique("model"), strict=True):
        for answers, (colour, mark) in CHANGES.items():
            c = rows.loc[model, answers]
            ax.plot(c.index, c.closed, f"{mark}-", color=colour, ms=5.5)
            ax.plot(c.index, c.open, f"{mark}:", color=colour, mfc="white", ms=5.5)
        ax.set(xticks=[0, 0.5, 0.9], xlim=(-0.06, 0.97), ylim=(0.3, 0.92), xlabel="target (t)")
        ax.set_title(model, size=12)
    say(axes[1], 0.2, 0.46, "one answer", DEEP_BLUE)
    say(axes[1], 0.02, 0.7, "two agree", VERMILION)
    say(axes[2], 0.42, 0.47, "unstated", DEEP_BLUE)
    say(axes[2], 0.34, 0.75, "stated", DEEP_BLUE)
    axes[0].set_ylabel("score")
    alt = (
        "Four panels of scores against the confidence target, one a model: hollow marks, with the rule "
        "stated, lie on or above the filled ones from a target of one half on."
    )
    return Picture(fig, table, claim, alt)


LOOKS = {
    "calibrated": ("o-", DEEP_BLUE),
    "over-confident": ("s--", VERMILION),
    "ignores t": ("^:", INK),
}


def behavioural_audit(table: pd.DataFrame) -> Picture:
    """Draw accuracy, error rate and score of three models that are told the target."""
    last = table[table.t == 0.9].set_index("model").score
    assert last["calibrated"] > 0 > last["over-confident"] > last["ignores t"]
    claim = f"Told the target, only the calibrated model keeps a positive score; who ignores it ends at {last['ignores t']:.1f}"
    claim = claim.replace("-", "\N{MINUS SIGN}")
    fig, axes = page(
        claim,
        "Three simulated models answer the same 2,000 questions at four stated targets. The calibrated one answers "
        "above\nconfidence t, the second believes itself surer than it is, the third answers everything. Bars: 95 % intervals.",
        "Sec. 4.2, behavioural calibration; read by hallucination-theory score like any user's logs."
        "\nData: figures/confidence_targets/data/behavioural_audit.csv",
        widths=(1, 1, 1),
    )
    titles = {"accuracy": "right", "error_rate": "wrong", "score": "points a question"}
    for ax, (metric, title) in zip(axes, titles.items(), strict=True):
        for model, (look, colour) in LOOKS.items():
            c = table[table.model == model]
            reach = [c[metric] - c[f"{metric}_low"], c[f"{metric}_high"] - c[metric]]
            ax.errorbar(c.t, c[metric], yerr=reach, fmt=look, color=colour, ms=5, capsize=2, lw=1.4)
        ax.set(xticks=[0, 0.5, 0.9], xlim=(-0.06, 0.96), xlabel="stated target (t)")
        ax.set_title(title, size=12)
        if metric == "score":
            ax.axhline(0, color=SOFT_INK, lw=0.8)
        else:
            ax.set_ylim(-0.02, 0.6)
            per_cent(ax)
    say(axes[2], 0, -2.6, "ignores t", INK)
    say(axes[2], 0, -1.2, "over-confident", VERMILION)
    say(axes[1], 0.02, 0.05, "calibrated", DEEP_BLUE)
    alt = (
        "Three panels of right answers, wrong answers and points against the stated target: errors of "
        "the calibrated model vanish, those of the model that ignores the target stay, at great cost."
    )
    return Picture(fig, table, claim, alt)


def risk_coverage(table: pd.DataFrame) -> Picture:
    """Draw the risk of the surest answers against their share, for three sets of confidences."""
    rounded, distinct = (table[table.confidences == name] for name in ("rounded", "distinct"))
    everything = distinct.risk.iloc[-1]
    half = float(np.interp(0.5, distinct.coverage, distinct.risk))
    same = np.interp(rounded.coverage, distinct.coverage, distinct.risk)
    assert abs(rounded.risk - same).max() < 0.01
    assert half < 0.6 * everything
    claim = f"Answering only the surer half lowers the risk from {100 * everything:.0f} % to {100 * half:.0f} %"
    fig, (ax,) = page(
        claim,
        "A calibrated model answers 2,000 questions; only the surest answers are taken. Squares: confidences "
        "rounded to\ntenths, ties averaged. Dotted: one confidence for all, where every share of answers has the same risk.",
        "Risk: share of the answers taken that are wrong. Coverage: share of the questions answered."
        "\nData: figures/confidence_targets/data/risk_coverage.csv",
    )
    ax.plot(distinct.coverage, distinct.risk, color=DEEP_BLUE)
    ax.plot(rounded.coverage, rounded.risk, "s", color=VERMILION, ms=7, clip_on=False)
    ax.axhline(everything, color=INK, ls=":")
    say(ax, 0.02, everything + 0.02, "one confidence for all", INK)
    say(ax, 0.5, 0.18, "distinct confidences", DEEP_BLUE)
    say(ax, 0.3, 0.27, "rounded to tenths", VERMILION, ha="right")
    ax.set(xlim=(0, 1.01), ylim=(0, 0.6), xlabel="share of questions answered (coverage)")
    ax.set_ylabel("wrong among them (risk)")
    per_cent(ax)
    per_cent(ax, "x")
    alt = (
        "Risk rises with coverage from zero to one half; rounded confidences lie on the same curve; one "
        "confidence for all is a horizontal line."
    )
    return Picture(fig, table, claim, alt)
