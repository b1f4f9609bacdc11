"""A report in a few sentences: each has its number and interval, none says more than these carry.

Scores are on the scale (1 right, 0 abstained, -t/(1 - t) wrong); the
scale (1, t, 0) of the normal form ranks alike: it is (score + L)/(1 + L) with L = t/(1 - t).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

FEW = 6
"""Scores, swaps, pairs and logs that are told one by one."""


def verdict(
    found: dict[str, Any], behavioural: Sequence[dict[str, Any]] = (), *, confidence_level: float
) -> list[str]:
    """Return the sentences, the comparison first."""
    together, logs = found["together"], found["logs"]
    sentences: list[str] = []
    if together is not None:
        sentences += _comparison(together, confidence_level)
        ends = (together["leaders"][0]["log"], together["leaders"][-1]["log"])
        sentences += [_beside(logs[i]) for i in dict.fromkeys(ends)]
    elif len(logs) == 1:
        sentences += _alone(logs[0])
    else:
        sentences += [_beside(log) for log in logs[:FEW]]
    for group in behavioural:
        sentences += _false_abstentions(group["false_abstention"])
    return sentences


def _comparison(found: dict[str, Any], confidence_level: float) -> Iterator[str]:
    names = found["names"]
    order = sorted(range(len(names)), key=lambda i: -found["accuracy"][i])
    scores = ", ".join(_decimal(found["accuracy"][i]) for i in order[:FEW])
    yield f"At t = 0 {names[order[0]]} leads, {scores}."
    passes = [
        f"{names[ahead]} passes {_and([_overtaken(names, swap) for swap in swaps])}"
        for ahead, swaps in _by_overtaker(found["swaps"])
    ]
    if passes:
        more = f", and {len(passes) - FEW} more swaps follow" if len(passes) > FEW else ""
        yield f"Once mistakes cost, the order turns: {_and(passes[:FEW])}{more}."
    else:
        yield "The order is the same at every t."
    yield _who_differs(found, 1 - confidence_level)
    sure = [
        f"{names[s['log']]} for t from {_decimal(s['from'])} to {_decimal(s['to'])}"
        for s in found["surely_leads"]
    ]
    who = _and(sure) if sure else "no log"
    yield f"With {confidence_level:.0%} confidence for all t together, {who} leads all others."


def _by_overtaker(swaps: Sequence[dict[str, Any]]) -> list[tuple[int, list[dict[str, Any]]]]:
    return [(who, list(run)) for who, run in groupby(swaps, key=lambda s: int(s["overtakes"]))]


def _overtaken(names: Sequence[str], swap: dict[str, Any]) -> str:
    return f"{names[swap['overtaken']]} at t = {_estimate(swap['t'], swap['interval'])}"


def _who_differs(found: dict[str, Any], false_alarm: float) -> str:
    names, pairs = found["names"], found["pairs"]
    alike = [p for p in pairs if p["p_value"] > false_alarm]
    largest = max(pairs, key=lambda p: float(p["p_value"]))
    if not alike:
        what = "All pairs differ" if len(pairs) > 1 else "They differ"
        return f"{what} (simultaneous {p_value(largest)})."
    told = [f"{names[p['a']]} and {names[p['b']]} (p = {p['p_value']:.2g})" for p in alike[:FEW]]
    more = f" and {len(alike) - FEW} more pairs" if len(alike) > FEW else ""
    return f"The questions do not tell apart {_and(told)}{more}."


def p_value(pair: dict[str, Any]) -> str:
    """Return the simultaneous p of two logs, as a bound where it is the least possible."""
    sign = "<=" if pair["p_value"] <= pair["p_floor"] else "="
    return f"p {sign} {pair['p_value']:.2g}"


def _beside(log: dict[str, Any]) -> str:
    abstains = log["abstained"]
    says = f"abstains on {_with_interval(abstains)}" if abstains[0] else "never says I don't know"
    below, ends = log["below_zero_from"]
    tail = ""
    if below is not None and 0 < below < 1:
        tail = f"; below zero from t = {_estimate(below, ends)}"
    return f"{log['name']} is wrong on {_with_interval(log['wrong'])} and {says}{tail}."


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
    if log["unanswerable"] is not None:
        yield _unanswerable(log["unanswerable"])
    if log["confidence"] is None:
        yield "The log states no confidences, so it cannot tell whether the model is overconfident."
        return
    yield from _confidences(log["confidence"])


def _guessing(log: dict[str, Any]) -> str:
    """Say what its own grading makes of a guess: accuracy, unless it states a target."""
    t, (abstained, (low, high)) = log["stated_t"], log["abstained"]
    if t:
        return (
            f"Its grading states t = {t:g}: a guess pays only if it is right with more than that."
        )
    if not abstained:
        return (
            "Graded by accuracy a guess costs nothing: it lost nothing by its mistakes, "
            "and never abstained."
        )
    return (
        "Graded by accuracy a guess costs nothing and an abstention earns nothing: guesses right "
        f"one time in ten would add {10 * abstained:.1f} [{10 * low:.1f}, {10 * high:.1f}] "
        "points in 100."
    )


def _unanswerable(found: dict[str, Any]) -> str:
    text = (
        f"It abstains on {_with_interval(found['abstained'])} of {found['n']:,} questions that "
        "have no answer, which is right there"
    )
    if found["answerable_abstained"] is None:
        return f"{text}."
    return f"{text}, and on {_with_interval(found['answerable_abstained'])} of the others."


def _false_abstentions(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Say it for the highest target at which the interval tells; t of them may well be right."""
    told = [r for r in rows if r["right_of_abstained"] is not None]
    for r in [r for r in told if r["right_of_abstained"][1][0] > r["t"]][-1:] or told[-1:]:
        low, high = r["right_of_abstained"][1]
        more = "more than t: answering them would have paid"
        fewer = "fewer than t: abstaining paid"
        side = more if low > r["t"] else fewer if high < r["t"] else "which t allows"
        share = _with_interval(r["right_of_abstained"])
        yield (
            f"When t = {r['t']:g} is stated it abstains on {r['n_abstained']:,} questions; {share} "
            f"of them it answered rightly at t = 0, {side}."
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
        yield "Whether it is overconfident the log cannot tell: so few answers are surer than t."
    pays = [r for r in rows if r["withholding_pays"]]
    if pays:
        r = max(pays, key=lambda r: float(r["gain_if_withheld"][1][0]))
        gain, (low, high) = r["gain_if_withheld"]
        yield (
            f"At t = {r['t']:g}, withholding its {r['n_withheld']:,} least sure answers "
            f"({_percent(r['withheld_of_attempted'])}), of which "
            f"{_with_interval(r['right_of_withheld'])} are right, would have added {gain:.2f} "
            f"[{low:.2f}, {high:.2f}] points a record."
        )
    elif any(r["n_withheld"] and r["withholding_pays"] is None for r in rows):
        yield "Whether withholding its least sure answers would raise a score, it cannot tell."
    elif any(r["withholding_pays"] is False for r in rows):
        yield "Withholding its least sure answers would have raised the score at none of these t."


def _percent(x: float) -> str:
    return f"{100 * x:.0f} %"


def _with_interval(pair: Sequence[Any]) -> str:
    value, interval = pair
    return f"{_percent(value)} [{100 * interval[0]:.0f}, {100 * interval[1]:.0f}]"


def _range(interval: Sequence[float]) -> str:
    return f"{_decimal(interval[0])} to {_decimal(interval[1])}"


def _estimate(x: float, interval: Sequence[float]) -> str:
    return f"{_decimal(x)} [{_decimal(interval[0])}, {_decimal(interval[1])}]"


def _decimal(x: float) -> str:
    """Return a number in [0, 1] with two decimals, without the leading zero."""
    return f"{x:.2f}".removeprefix("0")


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
