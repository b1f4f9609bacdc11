"""Damage the formulas of ``theory`` one at a time and see whether the tests notice.

    python benchmarks/mutation.py                    # everything, two at a time, with a bar
    python benchmarks/mutation.py reduction split    # only these modules
    python benchmarks/mutation.py --every 3          # each third mutant
    python benchmarks/mutation.py --list             # count the mutants, run nothing

Each mutant drops a term or factor, turns a sign or an inequality, swaps strict and weak, min and
max, and and or, or changes a constant. Guards against bad input are left alone: their tests
match messages. The tests are collected and timed once; each mutant is a
fork of that process in which the damaged functions take the place of the true ones, and meets
the fast tests of its module, quickest first, until one fails. Mutants caught before, in the same
version of their module, are not run again; survivors always are. Writes
``benchmarks/mutation.md`` and exits with 1 below 95 %.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType

import click
import pytest
from mutants import Mutant, mutants, undamaged
from mutation_survivors import EXPLAINED
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
TIMEOUT_SECONDS = 60
FAST_SECONDS = 4.0
"""Tests that took longer when they were timed are left out: a survivor meets all the others."""
TARGET = 0.95
REPORT = ROOT / "benchmarks" / "mutation.md"
CAUGHT_BEFORE = ROOT / ".cache" / "mutants_caught.txt"
HARNESS_FAILED = 99
"""A mistake of this script is never taken for a test that failed."""
DURATIONS = ROOT / ".cache" / "mutation_durations.json"
BY_HAND = "test_by_hand.py"
FACTS = ["test_facts.py", "test_theorem_2.py", "test_counterexamples.py"]
TESTS = {
    "reduction": ["test_assertions.py", "test_counterexamples.py", "test_reduction.py"],
    "split": ["test_assertions.py", "test_counterexamples.py", "test_reduction.py"],
    "tight": ["test_assertions.py", "test_reduction.py"],
    "best_bound": ["test_least_slack.py"],
    "rescaling": ["test_calibration.py"],
    "delta_curve": ["test_calibration.py"],
    "kalai_vempala": ["test_kalai_vempala.py"],
    "facts": FACTS,
    "fact_samples": FACTS,
    "fact_models": [*FACTS, "test_fact_learners.py"],
    "facts_frontier": ["test_statement_checks.py", "test_frontier.py"],
    "good_turing": ["test_theorem_2.py", "test_statement_checks.py"],
    "theorem_2": ["test_theorem_2.py", "test_statement_checks.py"],
    "sharp_terms": ["test_theorem_2.py"],
    "sharp_facts": ["test_theorem_2.py", "test_statement_checks.py"],
    "multiple_choice": ["test_poor_models.py", "test_statement_checks.py"],
    "opt": ["test_poor_models.py", "test_statement_checks.py"],
    "hardness": ["test_other_factors.py", "test_statement_checks.py"],
    "shift": ["test_other_factors.py"],
    "targets": ["test_grading.py", "test_behavioural.py"],
    "outcomes": ["test_grading.py", "test_behavioural.py"],
    "grading": ["test_grading.py", "test_statement_checks.py"],
    "guessing": ["test_guessing.py"],
    "behavioural": ["test_behavioural.py", "test_statement_checks.py"],
    "hle": ["test_selective.py", "test_grading.py"],
    "exact_lp": ["test_least_slack.py"],
    "least_slack": ["test_least_slack.py"],
}
"""Module of ``theory`` -> its fast tests, the most telling first."""
VERDICTS = {0: "survived", 1: "caught"}


class Judge:
    """pytest plugin: runs no test itself, but forks one process for each mutant."""

    def __init__(self, every: list[Mutant], jobs: int) -> None:
        self.every, self.jobs = every, jobs
        self.verdicts: dict[str, str] = {}
        self.running: dict[int, str] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge all mutants in place of running the collected tests once."""
        CAUGHT_BEFORE.parent.mkdir(exist_ok=True)
        CAUGHT_BEFORE.touch()
        caught = set(CAUGHT_BEFORE.read_text(encoding="utf-8").splitlines())
        self.verdicts = {m.key: "caught" for m in self.every if m.key in caught}
        seconds = durations(session, {m.path for m in self.every})
        bar = tqdm(total=len(self.every), initial=len(self.verdicts), unit="mutant")
        for mutant in self.every:
            if mutant.key in self.verdicts:
                continue
            if len(self.running) == self.jobs:
                self.collect(bar)
            items = [i for i in items_of(session, mutant) if seconds[i.nodeid] < FAST_SECONDS]
            items.sort(key=lambda item: seconds[item.nodeid])
            work = partial(meet, session, mutant, items)
            self.running[in_child(work, TIMEOUT_SECONDS)] = mutant.key
        while self.running:
            self.collect(bar)
        bar.close()
        return True

    def collect(self, bar: tqdm) -> None:
        """Wait for one child and note its verdict."""
        pid, status = os.wait()
        code, key = os.waitstatus_to_exitcode(status), self.running.pop(pid)
        self.verdicts[key] = VERDICTS.get(code, "timed out" if code < 0 else f"error {code}")
        if self.verdicts[key] == "caught":
            with CAUGHT_BEFORE.open("a", encoding="utf-8") as file:
                file.write(f"{key}\n")
        bar.update()


def in_child(work: Callable[[], int], seconds: int = 0) -> int:
    """Fork; the child does the work silently and exits with its result. Return the child's id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.alarm(seconds)  # 0: no limit
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os._exit(work())
    finally:
        os._exit(HARNESS_FAILED)


def run_item(session: pytest.Session, item: pytest.Item) -> None:
    """Run one test, fixtures included."""
    session.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def durations(session: pytest.Session, paths: set[Path]) -> dict[str, float]:
    """Time every test once, with undamaged code put in the way a mutant is: all must pass."""

    def measure() -> int:
        seconds = {}
        for path in paths:
            install(path, undamaged(path))
        for item in session.items:
            start = time.monotonic()
            run_item(session, item)
            seconds[item.nodeid] = time.monotonic() - start
        DURATIONS.write_text(json.dumps(seconds), encoding="utf-8")
        return int(session.testsfailed > 0)

    _, status = os.waitpid(in_child(measure), 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise click.ClickException("the tests do not pass on the undamaged package; run pytest")
    return json.loads(DURATIONS.read_text(encoding="utf-8"))


def items_of(session: pytest.Session, mutant: Mutant) -> list[pytest.Item]:
    """The tests of the mutant's module: its doctests and the files named in TESTS."""
    short = mutant.module.split(".")[1]
    files = {mutant.path.name, BY_HAND, *TESTS[short]}
    return [item for item in session.items if item.path.name in files]


def meet(session: pytest.Session, mutant: Mutant, items: list[pytest.Item]) -> int:
    """Damage the package, run the tests until one fails; 1 if one did."""
    try:
        install(mutant.path, mutant.code())
    except Exception:  # a module that cannot even be imported is noticed by any test
        return 1
    for item in items:
        run_item(session, item)
        if session.testsfailed:
            return 1
    return 0


def install(path: Path, code: CodeType) -> None:
    """Give the functions of the loaded module other code, and its users other constants."""
    module = sys.modules[f"theory.{path.stem}"]
    fresh = {"__name__": module.__name__, "__file__": str(path)}
    exec(code, fresh)
    for name, new in fresh.items():
        old = vars(module).get(name)
        if isinstance(old, type) and old.__module__ == module.__name__:
            for part, value in vars(new).items():
                graft(vars(old).get(part), value)
        elif not graft(old, new) and name.isupper():
            for user in list(sys.modules.values()):
                if vars(user).get(name) is old:
                    setattr(user, name, new)


def graft(old: object, new: object) -> bool:
    """Put the code of one function, method or property into another; False if it is neither."""
    inner = [getattr(x, "fget", None) or getattr(x, "func", None) for x in (old, new)]
    if inner[0] is not None:
        return graft(*inner)
    if hasattr(old, "cache_clear"):
        old.cache_clear()
    old, new = (getattr(x, "__func__", getattr(x, "__wrapped__", x)) for x in (old, new))
    if not isinstance(old, FunctionType):
        return False
    old.__code__, old.__defaults__ = new.__code__, new.__defaults__
    old.__kwdefaults__ = new.__kwdefaults__
    return True


def report(
    every: list[Mutant], verdicts: list[str], seconds: float, command: str
) -> tuple[str, float]:
    """Markdown table by module, survivors with their explanations, and the score."""
    noticed = [v in ("caught", "timed out") for v in verdicts]
    score = sum(noticed) / len(noticed)
    lines = [
        "# Mutation check",
        "",
        "`make mutants` damages the formulas of `theory` one at a time and runs the",
        f"fast tests of the module; the script says what is damaged. Command: `{command}`.",
        "",
        f"**{sum(noticed)} of {len(noticed)} mutants caught: {score:.1%}** (target {TARGET:.0%}); "
        f"{seconds / 60:.0f} minutes, two at a time on two shared cores.",
        "",
        "| module | mutants | caught | timed out | survived |",
        "|---|---|---|---|---|",
    ]
    for module in dict.fromkeys(m.module for m in every):
        count = Counter(v for m, v in zip(every, verdicts, strict=True) if m.module == module)
        cells = [count["caught"], count["timed out"], count["survived"]]
        lines.append(f"| `{module}` | {count.total()} | {' | '.join(map(str, cells))} |")
    lines += ["", "## Survivors", ""]
    survivors = [m for m, ok in zip(every, noticed, strict=True) if not ok]
    lines += [
        f"- `{m.module}`: `{m.before}` became `{m.after}`. "
        + EXPLAINED.get((m.module, m.before, m.after), "Not explained.")
        for m in survivors
    ]
    return "\n".join(lines if survivors else [*lines, "None."]) + "\n", score


@click.command(help=__doc__)
@click.argument("modules", nargs=-1)
@click.option("--list", "only_list", is_flag=True, help="Count the mutants and stop.")
@click.option("--every", "step", default=1, show_default=True, help="Only each N-th mutant.")
@click.option("--jobs", default=2, show_default=True, help="Mutants at a time.")
def main(modules: tuple[str, ...], only_list: bool, step: int, jobs: int) -> None:
    """Judge, write the report for a full run, exit with 1 below the target."""
    unknown = set(modules) - set(TESTS)
    if unknown:
        raise click.UsageError(f"modules must be among {', '.join(TESTS)}; got {unknown.pop()}.")
    chosen = modules or tuple(TESTS)
    every = [m for name in chosen for m in mutants(ROOT / "theory" / f"{name}.py")][::step]
    click.echo(f"{len(every)} mutants in {len(chosen)} modules")
    if only_list:
        for name, n in Counter(m.module for m in every).items():
            click.echo(f"{n:5d}  {name}")
        return
    os.chdir(ROOT)
    # A damaged formula seldom needs 100 examples; what 20 do not find counts as survived.
    os.environ |= {"HYPOTHESIS_EXAMPLES": "20", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    start = time.monotonic()
    judge = Judge(every, jobs)
    files = sorted({f"tests/{test}" for name in chosen for test in [BY_HAND, *TESTS[name]]})
    doctests = [f"theory/{name}.py" for name in chosen]
    options = ["-s", "-q", "-p", "no:cacheprovider", "--assert=plain"]
    code = pytest.main([*options, *files, *doctests], plugins=[judge])
    if len(judge.verdicts) < len(every):
        raise click.ClickException(f"pytest ended early with {code}")
    verdicts = [judge.verdicts[m.key] for m in every]
    command = " ".join(
        ["python benchmarks/mutation.py", *([f"--every {step}"] if step > 1 else [])]
    )
    text, score = report(every, verdicts, time.monotonic() - start, command)
    if modules:
        click.echo(text)
    else:
        REPORT.write_text(text, encoding="utf-8")
    sys.exit(score < TARGET)


if __name__ == "__main__":
    main()
