"""What a report comes to: which log leads from which target on, and what each log's numbers carry.

Everything is computed from counts, with an interval; :mod:`hallucination_theory.scores.verdict`
says it in sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from hallucination_theory.inputs.words import shown
from hallucination_theory.scores.comparisons import shared_questions
from hallucination_theory.scores.settings import Settings
from hallucination_theory.scores.simultaneous import GRID, Pair, compare
from hallucination_theory.scores.tally import Tally
from theory.arrays import FloatArray, IntArray
from theory.intervals import proportion


def findings(
    counted: Sequence[Tally], described: Sequence[dict[str, Any]], settings: Settings
) -> dict[str, Any]:
    """Return the findings on each log, and on all of them together if they may be compared."""
    names = display_names(counted)
    alike = len({counts.log.stated_t for counts in counted}) == 1
    compared = not settings.separate and len(counted) > 1 and alike
    return {
        "logs": [_of_one(name, log, settings) for name, log in zip(names, described, strict=True)],
        "together": _together(counted, names, settings) if compared else None,
    }


def display_names(counted: Sequence[Tally]) -> list[str]:
    """Return the model of each log, or the file's name; both where a model occurs twice."""
    models = [shown(c.log.readings.model, 40) for c in counted]
    files = [shown(Path(c.log.readings.source).stem, 40) for c in counted]
    names = [
        file if not model else model if models.count(model) == 1 else f"{model} ({file})"
        for model, file in zip(models, files, strict=True)
    ]
    stated = ["" if c.log.stated_t is None else f" at t = {c.log.stated_t:g}" for c in counted]
    return [
        name if names.count(name) == 1 else name + suffix
        for name, suffix in zip(names, stated, strict=True)
    ]


def _of_one(name: str, log: dict[str, Any], settings: Settings) -> dict[str, Any]:
    row = log["targets"][0]
    n, wrong, abstained = row["n"], row["error_rate"], row["abstention_rate"]
    silent_or_wrong = round(n * (wrong + abstained))
    return {
        "name": name,
        "n": n,
        "right": [row["accuracy"], row["accuracy_interval"]],
        "wrong": [wrong, row["error_rate_interval"]],
        "abstained": [abstained, row["abstention_rate_interval"]],
        # a - t/(1 - t) w is negative from t = a/(a + w) on.
        "below_zero_from": [row["accuracy_attempted"], row["accuracy_attempted_interval"]],
        "hallucination_rate": _share(round(n * wrong), silent_or_wrong, settings),
        "confidence": [_at_target(log, i, settings) for i in range(len(settings.targets))]
        if log["confidence"] is not None
        else None,
    }


def _share(k: int, of: int, settings: Settings) -> list[Any] | None:
    if of == 0:
        return None
    e = proportion(k, of, confidence_level=settings.confidence_level)
    return [e.value, [e.low, e.high]]


def _at_target(log: dict[str, Any], i: int, settings: Settings) -> dict[str, Any]:
    """Return what stated confidences tell at one target.

    Of answers with confidence above t at least a share t should be right; answers at or below t
    are better withheld iff fewer than t of them are right.
    """
    full, kept = log["targets"][i], log["confidence"]["targets_if_answered_above_t"][i]
    t, n = full["t"], full["n"]
    right, attempted = (round(n * (full[k] - kept[k])) for k in ("accuracy", "error_rate"))
    attempted += right
    above = kept["accuracy_attempted"], kept["accuracy_attempted_interval"]
    withheld = _share(right, attempted, settings)
    return {
        "t": t,
        "right_above_t": list(above),
        "overconfident": None if above[1] is None else _side(above[1], t),
        "n_withheld": attempted,
        "right_of_withheld": withheld,
        "withholding_pays": None if withheld is None else _side(withheld[1], t),
        "gain_if_withheld": kept["score"] - full["score"],
    }


def _side(interval: Sequence[float], t: float) -> bool | None:
    """Tell whether an interval lies below t; None if it holds t."""
    return True if interval[1] < t else False if interval[0] >= t else None


def _together(counted: Sequence[Tally], names: Sequence[str], settings: Settings) -> dict[str, Any]:
    tables = _tables(counted, settings)
    found = compare(tables, confidence_level=settings.confidence_level, rng=settings.seed)
    rates = [table.mean(axis=0) for table in tables]
    return {
        "names": list(names),
        "n_questions": len(tables[0]),
        "accuracy": [float(r[0]) for r in rates],
        "leaders": _leaders(rates),
        "swaps": _swaps(rates),
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
                behind, ahead = (i, j) if more > 0 else (j, i)
                swaps.append({"t": t, "overtakes": ahead, "overtaken": behind})
    return sorted(swaps, key=lambda s: float(s["t"]))


def _surely(found: Sequence[Pair], n_logs: int) -> list[dict[str, Any]]:
    """Return where one log leads all others with simultaneous confidence."""
    wins = np.ones((n_logs, len(GRID)), dtype=bool)
    for pair in found:
        low, high = pair.band(GRID)
        wins[pair.a] &= low > 0
        wins[pair.b] &= high < 0
    return [
        {"log": i, "from": float(GRID[run[0]]), "to": float(GRID[run[-1]])}
        for i in range(n_logs)
        for run in _runs(np.flatnonzero(wins[i]).astype(np.int64))
    ]


def _runs(places: IntArray) -> list[IntArray]:
    if not len(places):
        return []
    return np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)


def _ranks(found: Sequence[Pair], n_logs: int, t: float) -> dict[str, Any]:
    """Return each log's rank at t as an interval: who is surely ahead, who surely behind."""
    ahead, behind = np.zeros(n_logs, int), np.zeros(n_logs, int)
    for pair in found:
        low, high = pair.band(np.array([t]))
        better, worse = (pair.a, pair.b) if low[0] > 0 else (pair.b, pair.a)
        if low[0] > 0 or high[0] < 0:
            ahead[worse] += 1
            behind[better] += 1
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
