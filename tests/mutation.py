"""Damage the formulas of ``theory`` one at a time and see whether the tests notice.

    python tests/mutation.py                    # everything, two at a time, with a bar
    python tests/mutation.py reduction split    # only these modules
    python tests/mutation.py --every 3          # each third mutant
    python tests/mutation.py --list             # count the mutants, run nothing

Each mutant drops a term or factor, turns a sign or an inequality, swaps strict and weak, min and
max, and and or, or changes a constant. Guards against bad input are left alone: their tests
match messages. Every mutant runs in a forked process in which only the damaged module is replaced
(no file is touched) against the fast tests of its module; the first failure ends it. Mutants
caught before, in the same version of their module, are not run again; survivors always are.
Writes ``benchmarks/mutation.md`` and exits with 1 below 95 %.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import click
from mutants import Mutant, mutants
from mutation_survivors import EXPLAINED
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
TIMEOUT_SECONDS = 180
TARGET = 0.95
REPORT = ROOT / "benchmarks" / "mutation.md"
CAUGHT_BEFORE = ROOT / ".cache" / "mutants_caught.txt"
HARNESS_FAILED = 99
"""A mistake of this script is never taken for a test that failed."""
NO_TESTS = 5
"""pytest's exit code for a module without doctests."""
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
VERDICTS = {0: "survived", 1: "caught", 2: "caught"}
"""pytest's exit codes: all passed, a test failed, a module could not even be imported."""


class OneMutant(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Import hook that serves the damaged module in place of the file."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = mutant.module
        self.path = str(ROOT / (mutant.module.replace(".", "/") + ".py"))
        self.code = compile(mutant.tree, self.path, "exec")

    def find_spec(self, fullname, path=None, target=None):
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(self.code, module.__dict__)


def run_in_child(mutant: Mutant) -> None:
    """Never returns: runs the tests against one mutant and exits with pytest's code."""
    import pytest

    signal.alarm(TIMEOUT_SECONDS)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    # A damaged formula seldom needs 100 examples; what 20 do not find counts as survived.
    os.environ["HYPOTHESIS_EXAMPLES"] = "20"
    quiet = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(quiet, stream)
    sys.meta_path.insert(0, OneMutant(mutant))
    short = mutant.module.split(".")[1]
    first, *rest = (f"tests/{name}" for name in TESTS[short])
    # Most mutants die in the docstring or the first file, before the others are even read.
    for files in ([f"theory/{short}.py"], [first], rest):
        code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *files]))
        if code not in (0, NO_TESTS):
            os._exit(code)
    os._exit(0)


def judge(every: list[Mutant], jobs: int) -> list[str]:
    """Verdict on each mutant, at most ``jobs`` at a time."""
    CAUGHT_BEFORE.parent.mkdir(exist_ok=True)
    CAUGHT_BEFORE.touch()
    caught = set(CAUGHT_BEFORE.read_text(encoding="utf-8").splitlines())
    verdicts = {m.key: "caught" for m in every if m.key in caught}
    running: dict[int, str] = {}
    bar = tqdm(total=len(every), initial=len(verdicts), unit="mutant")
    for mutant in every:
        if mutant.key in verdicts:
            continue
        if len(running) == jobs:
            _collect(running, verdicts, bar)
        pid = os.fork()
        if pid == 0:
            try:
                run_in_child(mutant)
            finally:
                os._exit(HARNESS_FAILED)
        running[pid] = mutant.key
    while running:
        _collect(running, verdicts, bar)
    bar.close()
    return [verdicts[m.key] for m in every]


def _collect(running: dict[int, str], verdicts: dict[str, str], bar: tqdm) -> None:
    pid, status = os.wait()
    code, key = os.waitstatus_to_exitcode(status), running.pop(pid)
    verdicts[key] = "timed out" if code < 0 else VERDICTS.get(code, f"error {code}")
    if verdicts[key] == "caught":
        with CAUGHT_BEFORE.open("a", encoding="utf-8") as file:
            file.write(f"{key}\n")
    bar.update()


def preload() -> None:
    """Import once what every child needs; nothing of the package itself."""
    for name in ("numpy", "scipy.stats", "scipy.optimize", "scipy.special", "hypothesis", "pytest"):
        importlib.import_module(name)
    for name in ("sympy", "pandas", "sklearn.linear_model", "joblib"):
        importlib.import_module(name)
    loaded = [name for name in sys.modules if name.split(".")[0] == "theory"]
    assert not loaded, loaded


def report(
    every: list[Mutant], verdicts: list[str], seconds: float, command: str
) -> tuple[str, float]:
    """Markdown table by module, survivors with their explanations, and the score."""
    noticed = [v in ("caught", "timed out") for v in verdicts]
    score = sum(noticed) / len(noticed)
    lines = [
        "# Mutation check",
        "",
        "`python tests/mutation.py` damages the formulas of `theory` one at a time and runs the",
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
    sys.path.insert(0, str(ROOT))
    preload()
    start = time.monotonic()
    verdicts = judge(every, jobs)
    command = " ".join(["python tests/mutation.py", *([f"--every {step}"] if step > 1 else [])])
    text, score = report(every, verdicts, time.monotonic() - start, command)
    if modules:
        click.echo(text)
    else:
        REPORT.write_text(text, encoding="utf-8")
    sys.exit(score < TARGET)


if __name__ == "__main__":
    main()
