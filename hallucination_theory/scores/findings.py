"""What a report comes to: which log leads from which target on, and what each log's numbers carry.

Everything is computed from counts, with an interval; :mod:`hallucination_theory.scores.verdict`
says it in sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from hallucination_theory.inputs.words import shown
from hallucination_theory.logs.records import CORRECT
from hallucination_theory.scores.abstention import (
    hallucination_rate,
    is_attempt,
    unanswerable_report,
)
from hallucination_theory.scores.comparisons import shared_questions
from hallucination_theory.scores.settings import Settings
from hallucination_theory.scores.simultaneous import GRID, Pair, compare
from hallucination_theory.scores.tally import Share, Tally, share
from theory.arrays import BoolArray, FloatArray
from theory.grading import penalty


def findings(
    counted: Sequence[Tally], described: Sequence[dict[str, Any]], settings: Settings
) -> dict[str, Any]:
    """Return the findings on each log, and on all of them together if they may be compared."""
    names = display_names(counted)
    alike = len({counts.log.stated_t for counts in counted}) == 1
    compared = not settings.separate and len(counted) > 1 and alike
    return {
        "logs": [
            _of_one(name, counts, log, settings)
            for name, counts, log in zip(names, counted, described, strict=True)
        ],
        "together": _together(counted, names, settings) if compared else None,
    }


def display_names(counted: Sequence[Tally]) -> list[str]:
    """Return the model of each log, or the file's name; more where that would occur twice."""
    models = [shown(c.log.readings.model, 40) for c in counted]
    files = [shown(Path(c.log.readings.source).stem, 40) for c in counted]
    stated = ["" if c.log.stated_t is None else f" at t = {c.log.stated_t:g}" for c in counted]
    told = list(zip(models, stated, strict=True))
    names = [
        file
        if not model
        else model
        if models.count(model) == 1 or told.count((model, suffix)) == 1
        else f"{model} ({file})"
        for file, (model, suffix) in zip(files, told, strict=True)
    ]
    return [
        name if names.count(name) == 1 else name + suffix
        for name, suffix in zip(names, stated, strict=True)
    ]


def _of_one(name: str, counts: Tally, log: dict[str, Any], settings: Settings) -> dict[str, Any]:
    row = log["targets"][0]
    n, wrong, abstained = row["n"], row["error_rate"], row["abstention_rate"]
    return {
        "name": name,
        "stated_t": log["stated_t"],
        "n": n,
        "right": [row["accuracy"], row["accuracy_interval"]],
        "wrong": [wrong, row["error_rate_interval"]],
        "abstained": [abstained, row["abstention_rate_interval"]],
        # a - t/(1 - t) w is negative from t = a/(a + w) on.
        "below_zero_from": [row["accuracy_attempted"], row["accuracy_attempted_interval"]],
        "hallucination_rate": hallucination_rate(counts, settings),
        "unanswerable": unanswerable_report(counts, settings),
        "confidence": None if log["confidence"] is None else _confidences(counts, settings),
    }


def _confidences(counts: Tally, settings: Settings) -> list[dict[str, Any]]:
    """Return what stated confidences tell at each target; all intervals hold together.

    Of answers with confidence above t at least a share t should be right; answers at or below t
    are better withheld iff fewer than t of them are right.
    """
    level = 1 - (1 - settings.confidence_level) / (2 * len(settings.targets))
    together, attempted = replace(settings, confidence_level=level), is_attempt(counts.log)
    return [_at_target(counts, attempted, t, together) for t in settings.targets]


def _at_target(counts: Tally, attempted: BoolArray, t: float, settings: Settings) -> dict[str, Any]:
    q, n = counts.log.readings.confidence, len(counts.column)
    above = np.zeros(n, dtype=bool) if q is None else attempted & (q > t)
    withheld, right = attempted & ~above, counts.log.kind == CORRECT
    of_above, of_withheld = (share(counts, right, rows, settings) for rows in (above, withheld))
    return {
        "t": t,
        "right_above_t": of_above,
        # At t = 0 no share of right answers is too small.
        "overconfident": None if of_above is None or t == 0 else _side(of_above[1], t),
        "n_withheld": int(withheld.sum()),
        "withheld_of_attempted": float(withheld.sum() / attempted.sum()),
        "right_of_withheld": of_withheld,
        "withholding_pays": None if of_withheld is None else _side(of_withheld[1], t),
        "gain_if_withheld": _gain(of_withheld, t, float(withheld.sum() / n)),
    }


def _gain(right: Share, t: float, withheld: float) -> Share:
    """Return what withholding a share of the records adds to the score: L wrong - right each."""
    if right is None:
        return None

    def gain(r: float) -> float:
        return withheld * (penalty(t) * (1 - r) - r)

    value, (low, high) = right
    return [gain(value), [gain(high), gain(low)]]


def _side(interval: Sequence[float], t: float) -> bool | None:
    """Tell whether an interval lies below t; None if it holds t."""
    return True if interval[1] < t else False if interval[0] >= t else None


def _together(counted: Sequence[Tally], names: Sequence[str], settings: Settings) -> dict[str, Any]:
    tables = _tables(counted, settings)
    found = compare(tables, confidence_level=settings.confidence_level, rng=settings.seed)
    rates = [table.mean(axis=0) for table in tables]
    return {
        "names": list(names),
        "n_questions": next(map(len, tables)),
        "accuracy": [float(r[0]) for r in rates],
        "leaders": _leaders(rates),
        "swaps": [swap | {"interval": _swap_interval(swap, found)} for swap in _swaps(rates)],
        "surely_leads": _surely(found, len(tables)),
        "ranks": [_ranks(found, len(tables), t) | {"t": t} for t in settings.targets],
        "pairs": [_described(pair, settings) for pair in found],
    }


def _tables(counted: Sequence[Tally], settings: Settings) -> list[FloatArray]:
    """Shares of right and wrong answers of the questions that all logs asked, in one order."""
    places = shared_questions(counted, settings)
    tables = []
    for counts, place in zip(counted, places, strict=True):
        rows = counts.by_question[place]
        tables.append(rows[:, :2] / rows.sum(axis=1, keepdims=True))
    return tables


def _normal_form(rates: Sequence[FloatArray], t: float) -> FloatArray:
    return np.array([(1 - t) * a - t * w for a, w in rates])


def _leaders(rates: Sequence[FloatArray]) -> list[dict[str, Any]]:
    """Return who has the highest score for which t: the upper envelope of lines in t."""
    cuts = sorted({0.0, *(s["t"] for s in _swaps(rates)), 1.0})
    leaders: list[dict[str, Any]] = []
    for low, high in pairwise(cuts):
        best = int(np.argmax(_normal_form(rates, (low + high) / 2)))
        if leaders and leaders[-1]["log"] == best:
            leaders[-1]["to"] = high
        else:
            leaders.append({"log": best, "from": low, "to": high})
    return leaders


def _swaps(rates: Sequence[FloatArray]) -> list[dict[str, Any]]:
    """Return each t in (0, 1) at which one log overtakes another, in order of t."""
    swaps = []
    for i, (a, w) in enumerate(rates):
        for j, (b, v) in enumerate(rates[:i]):
            more, mistakes = float(a - b), float(w - v)
            if more * mistakes > 0:  # the one with more right answers has more wrong ones too
                t = more / (more + mistakes)
                behind, ahead = sorted((i, j), key=lambda k: float(rates[k][0]))
                swaps.append({"t": t, "overtakes": behind, "overtaken": ahead})
    return sorted(swaps, key=lambda s: float(s["t"]))


def _swap_interval(swap: dict[str, Any], found: Sequence[Pair]) -> list[float]:
    """Return the targets at which the simultaneous band of the two does not tell who leads."""
    two = {swap["overtakes"], swap["overtaken"]}
    pair = next(pair for pair in found if {pair.a, pair.b} == two)
    first = pair.a == swap["overtaken"]  # ahead at t = 0, and with more mistakes
    right, wrong = (
        pair.right if first else _minus(pair.right),
        pair.wrong if first else _minus(pair.wrong),
    )
    return [_lead_ends(right[0], wrong[1]), _lead_ends(right[1], wrong[0])]


def _lead_ends(more: float, mistakes: float) -> float:
    """Return the t at which a lead at t = 0 with that many more right and wrong answers ends."""
    return 0.0 if more <= 0 else more / (more + max(mistakes, 0.0))


def _minus(ends: tuple[float, float]) -> tuple[float, float]:
    return -ends[1], -ends[0]


def _surely(found: Sequence[Pair], n_logs: int) -> list[dict[str, Any]]:
    """Return where one log leads all others with simultaneous confidence."""
    wins = np.ones((n_logs, len(GRID)), dtype=bool)
    for pair in found:
        low, high = pair.band(GRID)
        wins[pair.a] &= low > 0
        wins[pair.b] &= high < 0
    # The band's ends are affine in t, so that a log leads from one target to another.
    leads = [(i, GRID[wins[i]].tolist()) for i in range(n_logs)]
    return [{"log": i, "from": min(ts), "to": max(ts)} for i, ts in leads if ts]


def _ranks(found: Sequence[Pair], n_logs: int, t: float) -> dict[str, Any]:
    """Return each log's rank at t as an interval: who is surely ahead, who surely behind."""
    ahead, behind = np.zeros(n_logs, int), np.zeros(n_logs, int)
    for pair in found:
        low, high = pair.band(np.array(t))
        for better, worse, sure in ((pair.a, pair.b, low > 0), (pair.b, pair.a, high < 0)):
            ahead[worse] += sure
            behind[better] += sure
    return {"best": (1 + ahead).tolist(), "worst": (n_logs - behind).tolist()}


def _described(pair: Pair, settings: Settings) -> dict[str, Any]:
    """Return the difference at each target in points, with the simultaneous band."""
    t = np.array([float(t) for t in settings.targets])
    low, high = pair.band(t)
    return {
        "a": pair.a,
        "b": pair.b,
        "p_value": pair.p_value,
        "p_floor": pair.p_floor,
        "difference_of_right": list(pair.right),
        "difference_of_wrong": list(pair.wrong),
        "score_difference_interval": [
            [float(x), float(y)] for x, y in zip(low / (1 - t), high / (1 - t), strict=True)
        ],
    }
