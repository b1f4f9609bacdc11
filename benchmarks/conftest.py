"""How everything here is timed: all contestants in turns, the least time of each."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from time import perf_counter, process_time

import pytest

Run = Callable[[], object]


ONCE_IS_ENOUGH = 1.0
"""Seconds: what takes longer is not timed again, its noise being small beside it."""
TOO_SLOW_TO_GROW = 3.0
"""Seconds: a rival that takes longer is spared the sizes that follow."""


def least_times(
    runs: Mapping[str, Run], rounds: int, clock: Callable[[], float] = perf_counter
) -> dict[str, float]:
    """Return the least seconds of each, timed in turns so that a busy machine slows all alike."""
    best = dict.fromkeys(runs, float("inf"))
    for i in range(rounds):
        for name, run in runs.items():
            if i and best[name] > ONCE_IS_ENOUGH:
                continue
            gc.collect()
            started = clock()
            run()
            best[name] = min(best[name], clock() - started)
    return best


@pytest.fixture
def compare(benchmark):
    """Time ours against named rivals; the report prints the ratios beside the targets.

    ``at_most={"numpy": 2}``: ours may take twice numpy's time. ``faster={"loop": 50}``: ours
    should be 50 times as fast as the loop. Rivals without a target are there to be seen.
    """

    def run(
        topic: str,
        ours: Run,
        rivals: Mapping[str, Run],
        *,
        at_most: Mapping[str, float] | None = None,
        faster: Mapping[str, float] | None = None,
        rounds: int = 5,
    ) -> dict[str, float]:
        seconds = least_times({"ours": ours} | dict(rivals), rounds)
        benchmark.extra_info["compare"] = {
            "topic": topic,
            "seconds": seconds,
            "at_most": dict(at_most or {}),
            "faster": dict(faster or {}),
        }
        benchmark.pedantic(ours, rounds=1)
        return seconds

    return run


@pytest.fixture
def growth(benchmark):
    """Time a simulator at sizes ten apart, beside numpy's floor and today's way at each size.

    In seconds of the processor, not of the wall: everything here works in one thread, and a busy
    machine would bend the growth.

    ``contestants(size)`` returns a mapping with ``ours`` and, as far as they exist, ``floor`` and
    ``today``. ``stated`` is the power of the size with which the cost of ours may grow.
    """

    def run(
        simulator: str,
        sizes: list[int],
        contestants: Callable[[int], dict[str, Run]],
        *,
        unit: str,
        stated: float,
        floor: str = "",
        today: str = "",
        rounds: int = 3,
    ) -> None:
        rows, spared = [], set()
        least_times(contestants(sizes[0]), rounds=1)  # imports and caches are nobody's cost
        for size in sizes:
            runs = contestants(size)
            taking_part = {name: run for name, run in runs.items() if name not in spared}
            seconds = least_times(taking_part, rounds, process_time)
            spared |= {n for n, s in seconds.items() if n != "ours" and s > TOO_SLOW_TO_GROW}
            rows.append({"size": size} | seconds)
        benchmark.extra_info["growth"] = {
            "simulator": simulator,
            "unit": unit,
            "stated": stated,
            "floor": floor,
            "today": today,
            "rows": rows,
        }
        benchmark.pedantic(contestants(sizes[0])["ours"], rounds=1)

    return run
