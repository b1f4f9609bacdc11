"""The report of a sample file for people: first whether the bound says anything here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hallucination_theory.bounds.terms import MEANING
from hallucination_theory.bounds.unseen import unseen_text
from hallucination_theory.inputs.words import shown

SHOWN = (
    *("err", "err_iiv", "delta", "signed_gap", "threshold", "max_valid", "min_errors"),
    *("size_ratio", "bound", "slack", "overshoot", "unused_room", "ragged", "sign"),
    *("bound_per_prompt", "bound_best", "best_threshold", "best_err_iiv"),
)
MORE_MEANING = {
    "bound_per_prompt": "the bound with a threshold for each question (extension X2)",
    "bound_best": "the bound with the least small term (extension X8)",
    "best_threshold": "threshold of the least err_iiv, chosen on every second question",
    "best_err_iiv": "err_iiv there, on the other questions",
}


def as_text(report: dict[str, Any]) -> str:
    """Return the report of one sample file."""
    unseen = report.get("unseen")
    parts = [
        informative(report),
        f"{shown(report['file'])}: task {shown(report['task'])}, {report['n_prompts']} questions, "
        f"{report['n_examples']} rows",
        _mass(report),
        _terms(report),
        _gigo(report),
        _groups("count", report["by_count"]),
        _groups("relation", report["by_relation"]),
        _floor(report),
        "" if unseen is None else unseen_text(unseen, report["gamma"], lambda x: f"{x:.6g}"),
        _judge(report),
    ]
    return "\n\n".join(part for part in parts if part)


def informative(report: dict[str, Any]) -> str:
    """Say in one sentence whether the bound tells anything about this model."""
    cost = f"|V|/|E| costs {report['size_ratio']:.3g} at K = {report['min_errors']}"
    low = report["intervals"]["bound"][0]
    if report["bound"] <= 0:
        return (
            f"The bound is vacuous here ({report['bound']:.3g}): {cost}, delta "
            f"{report['delta']:.3g}. More wrong answers a question (facts --wrong) cost less."
        )
    sure = f"above 0 for all such questions (at least {low:.3g})" if low > 0 else (
        "too few questions to say so of others like them"
    )  # fmt: skip
    return (
        f"The bound is informative here: of err {report['err']:.3g} it explains "
        f"{report['bound']:.3g}, {sure}; {cost}."
    )


def _mass(report: dict[str, Any]) -> str:
    lines = [
        f"Mass on the candidates {report['mass_mean']:.3g} (least {report['mass_min']:.3g})."
        + (
            " Everything is given that a candidate is said."
            if report["given_candidates"]
            else f" The rest is on other texts and counts as error: err {report['err']:.3g}; "
            f"given a candidate it would be {report['err_given_candidates']:.3g}."
        )
    ]
    if report["n_below"]:
        lines.append(
            f"Warning: below {report['least_mass']} for {report['n_below']} of "
            f"{report['n_prompts']} questions. Usual causes: a begin-of-sequence token that the "
            "model was trained with and is not sent (facts --begin), another space before the "
            "answer than in training (--delimiter), an end mark that it does not write (--end)."
        )
    return "\n".join(lines)


def _terms(report: dict[str, Any]) -> str:
    values = report | report["slack_terms"]
    meaning = MEANING | MORE_MEANING
    rows = []
    for name in SHOWN:
        if name in values:
            low, high = report["intervals"].get(name, (None, None))
            between = "" if low is None or low == high else f"{low:.4g} to {high:.4g}"
            rows.append((name, f"{values[name]:.6g}", between, meaning[name]))
    heading = f"intervals over questions, each at {report['confidence_level']:.0%}"
    return "\n".join([heading, *_aligned(rows)])


def _gigo(report: dict[str, Any]) -> str:
    lines = [
        f"  a share {row['share']:g} false: err at least {row['bound']:.4g}"
        + (f", or {row['learned_bound']:.4g}" if row["learned_bound"] > row["bound"] else "")
        for row in report["gigo"]
    ]
    head = "Theorem 1 takes the training data for free of errors; web corpora are not (GIGO bound):"
    return "\n".join([head, *lines]) if lines else ""


def _groups(what: str, rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    table = [(what, "questions", "err", "", "bound", "")]
    for row in rows:
        err, bound = row["err_interval"], row["bound_interval"]
        table.append(
            (
                shown(row["name"], 40), str(row["n_questions"]),
                f"{row['err']:.4g}", f"{err[0]:.3g} to {err[1]:.3g}",
                f"{row['bound']:.4g}", f"{bound[0]:.3g} to {bound[1]:.3g}",
            )
        )  # fmt: skip
    return "\n".join(_aligned(table))


def _floor(report: dict[str, Any]) -> str:
    if "singleton_rate" not in report:
        return ""
    floor = f"{report['floor']:.4g}" if report["floor"] > 0 else f"{report['floor']:.4g} (vacuous)"
    return (
        f"By the counts alone: singleton rate {report['singleton_rate']:.4g}; if these facts are "
        f"arbitrary and their samples drawn from the weights, err is at least {floor} with "
        f"confidence {1 - report['gamma']:g} for a model of this delta."
    )


def _judge(report: dict[str, Any]) -> str:
    if "judge" not in report:
        return ""
    judge = report["judge"]
    low, high = judge["interval"]
    return (
        f"Asked whether a candidate is valid, the model errs on {judge['error']:.4g} ({low:.3g} to "
        f"{high:.3g}) of {judge['n_examples']} examples; its own probabilities with the threshold "
        f"1/K err on {report['err_iiv']:.4g}. This is a measurement, not a bound: Theorem 1 "
        "speaks of the threshold only."
    )


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(f"{x:{w}}" for x, w in zip(row, wide, strict=True)).rstrip() for row in rows]
