"""A report in a few sentences: each has its number and interval, none says more than these carry.

Scores are on the scale (1 right, 0 abstained, -t/(1 - t) wrong); the
scale (1, t, 0) of the normal form ranks alike: it is (score + L)/(1 + L) with L = t/(1 - t).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

FEW = 6
"""Logs up to which each gets its own sentence beside the comparison."""


def verdict(found: dict[str, Any], *, confidence_level: float) -> list[str]:
    """Return the sentences, the comparison first."""
    together, logs = found["together"], found["logs"]
    sentences: list[str] = []
    if together is not None:
        sentences += _comparison(together, confidence_level)
    if len(logs) <= FEW:
        for log in logs:
            sentences += _alone(log) if together is None else _beside(log)
    return sentences


def _comparison(found: dict[str, Any], confidence_level: float) -> Iterator[str]:
    names = found["names"]
    order = sorted(range(len(names)), key=lambda i: -found["accuracy"][i])
    scores = ", ".join(_decimal(found["accuracy"][i]) for i in order[:FEW])
    yield f"At t = 0 {names[order[0]]} leads, {scores}."
    passes = [
        f"{names[ahead]} passes "
        + _and([f"{names[s['overtaken']]} at t = {_decimal(s['t'])}" for s in swaps])
        for ahead, swaps in _by_overtaker(found["swaps"])
    ]
    if passes:
        more = f", and {len(passes) - FEW} more swaps follow" if len(passes) > FEW else ""
        yield f"Once mistakes cost, the order turns: {_and(passes[:FEW])}{more}."
    else:
        yield "The order is the same at every t."
    yield _who_differs(found)
    sure = [
        f"{names[s['log']]} for t from {_decimal(s['from'])} to {_decimal(s['to'])}"
        for s in found["surely_leads"]
    ]
    level = f"With {confidence_level:.0%} confidence for all t together, "
    yield level + (f"{_and(sure)} leads all others." if sure else "no log leads all others.")


def _by_overtaker(swaps: Sequence[dict[str, Any]]) -> list[tuple[int, list[dict[str, Any]]]]:
    return [(who, list(run)) for who, run in groupby(swaps, key=lambda s: int(s["overtakes"]))]


def _who_differs(found: dict[str, Any]) -> str:
    names, pairs = found["names"], found["pairs"]
    alike = [p for p in pairs if p["p_value"] > 0.05]
    largest = max(pairs, key=lambda p: float(p["p_value"]))
    if not alike:
        what = "All pairs differ" if len(pairs) > 1 else "They differ"
        return f"{what} (simultaneous p {_p(largest)})."
    told = [f"{names[p['a']]} and {names[p['b']]} (p = {p['p_value']:.2g})" for p in alike[:FEW]]
    more = f" and {len(alike) - FEW} more pairs" if len(alike) > FEW else ""
    return f"The questions do not tell apart {_and(told)}{more}."


def _p(pair: dict[str, Any]) -> str:
    sign = "<=" if pair["p_value"] <= pair["p_floor"] * (1 + 1e-9) else "="
    return f"{sign} {pair['p_value']:.2g}"


def _beside(log: dict[str, Any]) -> Iterator[str]:
    abstains = log["abstained"][0]
    says = f"abstains on {_percent(abstains)}" if abstains else "never says I don't know"
    below = log["below_zero_from"][0]
    tail = f"; below zero from t = {_decimal(below)}" if below is not None and 0 < below < 1 else ""
    yield f"{log['name']} is wrong on {_percent(log['wrong'][0])} and {says}{tail}."


def _alone(log: dict[str, Any]) -> Iterator[str]:
    name = log["name"]
    yield (
        f"{name} is right on {_with_interval(log['right'])} of {log['n']:,} records, wrong on "
        f"{_with_interval(log['wrong'])}, and says I don't know on "
        f"{_with_interval(log['abstained'])}."
    )
    yield _guessing(log)
    value, interval = log["below_zero_from"]
    if value is None:
        yield "It attempted nothing, so it scores 0 at every t."
    elif interval[0] < 1:
        yield (
            f'From t = {_decimal(value)} on ({_range(interval)}), "I don\'t know" everywhere '
            "scores more."
        )
    if log["confidence"] is None:
        yield "The log states no confidences, so it cannot tell whether the model is overconfident."
        return
    yield from _confidences(log["confidence"])


def _guessing(log: dict[str, Any]) -> str:
    abstained = log["abstained"][0]
    if not abstained:
        return "Graded by accuracy it lost nothing by its mistakes, and never abstained."
    return (
        f"Graded by accuracy its abstentions earn nothing: guesses that are right one time in ten "
        f"would add {100 * abstained / 10:.1f} points in 100."
    )


def _confidences(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    over = [r for r in rows if r["overconfident"] is True]
    kept = [r for r in rows if r["overconfident"] is False]
    if over:
        r = over[0]
        yield (
            f"It is overconfident at t = {r['t']:g}: of answers with more confidence only "
            f"{_with_interval(r['right_above_t'])} are right."
        )
    elif kept:
        r = kept[-1]
        yield (
            f"It is not overconfident at t = {r['t']:g}: of answers with more confidence "
            f"{_with_interval(r['right_above_t'])} are right."
        )
    else:
        yield "Whether it is overconfident, so few answers cannot tell."
    pays = [r for r in rows if r["withholding_pays"]]
    if pays:
        r = max(pays, key=lambda r: float(r["gain_if_withheld"]))
        yield (
            f"At t = {r['t']:g}, withholding its {r['n_withheld']:,} least sure answers, of which "
            f"{_with_interval(r['right_of_withheld'])} are right, would have added "
            f"{r['gain_if_withheld']:.2f} points a record."
        )


def _percent(x: float) -> str:
    return f"{100 * x:.0f} %"


def _with_interval(pair: Sequence[Any]) -> str:
    value, interval = pair
    return f"{_percent(value)} [{100 * interval[0]:.0f}, {100 * interval[1]:.0f}]"


def _range(interval: Sequence[float]) -> str:
    return f"{_decimal(interval[0])} to {_decimal(interval[1])}"


def _decimal(x: float) -> str:
    """Two decimals without the leading zero."""
    return f"{x:.2f}".removeprefix("0") if x >= 0 else f"-{-x:.2f}".replace("-0", "-")


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
