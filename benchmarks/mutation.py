"""Damage the formulas of the package one at a time and see whether the tests notice.

    python benchmarks/mutation.py                     # everything that has no verdict yet
    python benchmarks/mutation.py theory.reduction    # only modules whose names begin so
    python benchmarks/mutation.py --slice today/28    # today's 28th part, as each CI run does
    python benchmarks/mutation.py --page              # run nothing, write the page from verdicts

Each mutant drops a term or factor, turns a sign or an inequality, swaps strict and weak, min and
max, and and or, changes a constant, or drops a refusal of bad input. All of ``theory`` but its
Hypothesis strategies is damaged, the samplers, the scoring and the readers. The tests of the
chapters concerned are collected, run once and traced; each mutant is a fork of that process in
which the damaged function takes the place of the true one, and meets the fast tests that call it,
those that caught other damage to it first, then quickest first, until one fails.

Verdicts are kept in ``mutation_verdicts.txt``, one line a mutant under a hash of its function's
text, so that a run can be stopped and goes on elsewhere; survivors run again unless explained. A
slice judges what was caught afresh and writes nothing, so that a verdict no longer true is found
within the days that all slices take. ``mutation.md`` lists every survivor, explained
(``mutation_survivors.py``) or open. A slice exits with 1 if a survivor is neither explained nor
listed as open, in a module that the page says was run in full; a full run if less than 97 % are
caught.

It is our own because mutmut 3.8 leaves properties alone, cosmic-ray 8.7 starts anew for each
mutant, and neither drops a refusal, swaps min and max, or moves a constant by 1 %.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from threading import RLock
from types import CodeType, FrameType, FunctionType

import click
import pytest
from mutants import ROOT, Mutant, mutants, undamaged
from mutation_survivors import explained
from tqdm import tqdm

TIMEOUT_SECONDS, TIMEOUT_FACTOR = 3.0, 10.0
"""Of the processor, for one test, beside ten times its own: a damaged loop may never end."""
WAITING_SECONDS = 90.0
"""On the clock, for one test: damage can make it wait for a pipe or a thread that never comes."""
FAST_SECONDS, BUDGET_SECONDS = 2.0, 15.0
"""Longest test, and sum of all that one mutant meets: processor time when they were traced, so that
a busy machine leaves out no more than an idle one."""
TARGET = 0.97
PAGE = ROOT / "benchmarks" / "mutation.md"
VERDICTS = ROOT / "benchmarks" / "mutation_verdicts.txt"
BASELINE = ROOT / ".cache" / "mutation_baseline.json"
IMPORTED_LATE = (
    *("scipy.optimize", "scipy.sparse", "scipy.special", "scipy.stats"),
    *("pyarrow.compute", "pyarrow.parquet", "duckdb"),
)
"""What the package imports where it is used: imported once here, not again in each child."""
HARNESS_FAILED = 99
"""A mistake of this script is never taken for a test that failed."""
HOMES = ("inputs", "logs", "replies", "scores", "tables")
SUBJECTS = (
    *("theory/*.py", "theory/*/*.py"),
    *("simulations/facts/[aops]*.py", "simulations/reduction/random_worlds.py"),
    *("simulations/trade_off/markov.py", "simulations/grading/exams.py"),
    *(f"hallucination_theory/{home}/*.py" for home in HOMES),
)
"""Left out: ``theory/testing/strategies``, whose damage draws other examples, not wrong numbers."""
DRAWINGS = {"figure.py"}
FOR_ALL = ["tests/house/test_by_hand.py", "tests/house/test_extremes.py"]
CHAPTERS = [
    *("reduction", "facts", "calibration", "trade_off", "poor_models", "other_factors"),
    *("grading", "confidence_targets", "innovation", "memory"),
]
"""Language models use every chapter and test none of them: their tests are left out."""
CAUGHT = "caught"
SURVIVED = "survived"
CODES = {0: SURVIVED, 1: CAUGHT}
Calls = set[tuple[str, int]]
"""Files and first lines of the functions that a test calls."""
Seconds = dict[str, float]


def subjects(prefixes: tuple[str, ...]) -> list[Path]:
    """Return the modules to damage, in the order of their names."""
    files = {f for pattern in SUBJECTS for f in ROOT.glob(pattern)}
    kept = sorted(f for f in files if f.name not in {"__init__.py", *DRAWINGS})
    return [f for f in kept if not prefixes or name_of(f).startswith(prefixes)]


def name_of(path: Path) -> str:
    """Return the import name of a module."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def tests_of(path: Path) -> list[str]:
    """Return the tests of a module: its doctests, its chapter's and those of later chapters."""
    package, *homes, _ = path.relative_to(ROOT).parts
    rooms = ["command"]
    if package != "hallucination_theory":
        first = CHAPTERS.index(homes[0]) if homes and homes[0] in CHAPTERS else 0
        rooms = [*CHAPTERS[first:], "testing"]
    found = [f"tests/{room}" for room in rooms if (ROOT / "tests" / room).is_dir()]
    return [*found, *FOR_ALL, path.relative_to(ROOT).as_posix()]


class Judge:
    """pytest plugin: runs no test itself, but forks one process for each mutant."""

    def __init__(self, waiting: list[Mutant], jobs: int, keep: bool) -> None:
        self.waiting, self.jobs, self.keep = waiting, jobs, keep
        self.running: dict[int, Mutant] = {}
        self.found: dict[str, str] = {}
        self.catchers: defaultdict[tuple[str, str], set[str]] = defaultdict(set)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge all mutants in place of running the collected tests once."""
        for name in IMPORTED_LATE:
            import_module(name)
        calls, seconds = baseline(session, {m.path for m in self.waiting})
        # Its own lock is shared with forked processes: one that is killed with it stops all.
        tqdm.set_lock(RLock())
        bar = tqdm(total=len(self.waiting), unit="mutant", mininterval=5)
        for mutant in self.waiting:
            if len(self.running) == self.jobs:
                self.collect(bar)
            items = quickest(items_of(session, mutant, calls), seconds)
            catchers = self.catchers[mutant.module, mutant.function]
            items.sort(key=lambda item: item.nodeid not in catchers)
            self.running[in_child(partial(meet, session, mutant, items, seconds))] = mutant
        while self.running:
            self.collect(bar)
        bar.close()
        return True

    def collect(self, bar: tqdm) -> None:
        """Wait for one child and note its verdict."""
        pid, status = os.wait()
        code, mutant = os.waitstatus_to_exitcode(status), self.running.pop(pid)
        # Ended by a signal: its time was over, or the damage broke the process.
        verdict = CODES.get(code, CAUGHT if code < 0 else f"error {code}")
        self.found[mutant.key] = verdict
        if catcher_of(mutant).exists():
            catcher = catcher_of(mutant).read_text(encoding="utf-8")
            self.catchers[mutant.module, mutant.function].add(catcher)
        if self.keep:
            with VERDICTS.open("a", encoding="utf-8") as file:
                file.write(f"{mutant.key} {verdict}\n")
        bar.update()


def in_child(work: Callable[[], int]) -> int:
    """Fork; the child does the work silently and exits with its result. Return the child's id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        # A folder of its own for tmp_path, inside the one that main removes.
        os.environ["PYTEST_DEBUG_TEMPROOT"] = tempfile.mkdtemp()
        os._exit(work())
    finally:
        os._exit(HARNESS_FAILED)


def run_item(session: pytest.Session, item: pytest.Item) -> None:
    """Run one test, fixtures included."""
    session.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def baseline(session: pytest.Session, paths: set[Path]) -> tuple[dict[str, Calls], Seconds]:
    """Run every test once on undamaged code, put in the way a mutant is: all must pass.

    Return what each test calls and how long it took.
    """

    def measure() -> int:
        for path in paths:
            install(path, undamaged(path))
        rows, failed = [], []
        for item in session.items:
            start, n_failed = time.process_time(), session.testsfailed
            found = traced(partial(run_item, session, item), {str(path) for path in paths})
            rows.append([item.nodeid, time.process_time() - start, sorted(found)])
            if session.testsfailed > n_failed:
                failed.append(item.nodeid)
        BASELINE.write_text(json.dumps(failed or rows), encoding="utf-8")
        return int(bool(failed))

    BASELINE.parent.mkdir(exist_ok=True)
    _, status = os.waitpid(in_child(measure), 0)
    rows = json.loads(BASELINE.read_text(encoding="utf-8"))
    if os.waitstatus_to_exitcode(status) != 0:
        raise click.ClickException(f"on the undamaged package these tests fail: {rows}")
    return {i: {(f, n) for f, n in c} for i, _, c in rows}, {i: s for i, s, _ in rows}


def traced(work: Callable[[], None], files: set[str]) -> Calls:
    """Do some work and return the functions in these files that it called."""
    found: Calls = set()

    def note(frame: FrameType, _event: str, _argument: object) -> None:
        code = frame.f_code
        if code.co_filename in files:
            found.add((code.co_filename, code.co_firstlineno))

    sys.settrace(note)
    try:
        work()
    finally:
        sys.settrace(None)
    return found


def items_of(
    session: pytest.Session, mutant: Mutant, calls: dict[str, Calls]
) -> Iterator[pytest.Item]:
    """Yield the tests that call the damaged function; for a constant, anything of its module.

    A test that only looks at a constant calls nothing: its file has the constant's name or module.
    """
    file, constants = str(mutant.path), constants_of(mutant)
    damaged = import_module(name_of(mutant.path))
    for item in session.items:
        called, of_test = calls[item.nodeid], vars(getattr(item, "module", pytest))
        looks = constants and (
            constants & of_test.keys() or any(x is damaged for x in of_test.values())
        )
        uses = constants and any(f == file for f, _ in called)
        if looks or uses or (file, mutant.first) in called:
            yield item


def constants_of(mutant: Mutant) -> set[str]:
    """Return the names of a module's constants if one of them is damaged."""
    names = vars(import_module(name_of(mutant.path)))
    return set() if mutant.first else {name for name in names if name.isupper()}


def quickest(items: Iterator[pytest.Item], seconds: Seconds) -> list[pytest.Item]:
    """Return the fast tests, quickest first, as many as fit in the budget."""
    fast = [item for item in items if seconds[item.nodeid] < FAST_SECONDS]
    fast.sort(key=lambda item: seconds[item.nodeid])
    ends = accumulate(seconds[item.nodeid] for item in fast)
    return [item for item, end in zip(fast, ends, strict=True) if end < BUDGET_SECONDS]


def meet(
    session: pytest.Session, mutant: Mutant, items: list[pytest.Item], seconds: Seconds
) -> int:
    """Damage the package, run the tests until one fails; 1 if one did."""
    try:
        install(mutant.path, mutant.code())
    except Exception:  # a module that cannot even be imported is noticed by any test
        return 1
    for item in items:
        limit = TIMEOUT_SECONDS + TIMEOUT_FACTOR * seconds[item.nodeid]
        signal.setitimer(signal.ITIMER_PROF, limit)
        signal.setitimer(signal.ITIMER_REAL, WAITING_SECONDS)
        run_item(session, item)
        if session.testsfailed:
            catcher_of(mutant).write_text(item.nodeid, encoding="utf-8")
            return 1
    return 0


def catcher_of(mutant: Mutant) -> Path:
    """Where a child leaves the name of the test that failed, which other damage meets first."""
    return Path(tempfile.gettempdir()) / mutant.key


def install(path: Path, code: CodeType) -> None:
    """Give the functions of the loaded module other code, and its users other constants."""
    module = import_module(name_of(path))
    fresh = {"__name__": module.__name__, "__file__": str(path)}
    exec(code, fresh)
    for name, new in fresh.items():
        old = vars(module).get(name)
        if isinstance(old, type) and old is not new:  # what is imported is the same
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
    if not isinstance(old, FunctionType) or not isinstance(new, FunctionType):
        return False
    old.__code__, old.__defaults__ = new.__code__, new.__defaults__
    old.__kwdefaults__ = new.__kwdefaults__
    return True


def verdicts() -> dict[str, str]:
    """Read what is known of each mutant; the last verdict counts."""
    lines = VERDICTS.read_text(encoding="utf-8").splitlines() if VERDICTS.exists() else []
    return dict(line.split(" ", 1) for line in lines)


def keep_sorted(known: dict[str, str]) -> None:
    """Write the verdicts in the order of their keys, so that two branches merge line by line."""
    lines = (f"{key} {verdict}\n" for key, verdict in sorted(known.items()))
    VERDICTS.write_text("".join(lines), encoding="utf-8")


def page(every: list[Mutant], known: dict[str, str]) -> str:
    """Markdown: the share caught, a table by module, survivors with their explanations."""
    judged = [m for m in every if m.key in known]
    caught = sum(known[m.key] == CAUGHT for m in judged)
    lines = [
        "# Mutation check",
        "",
        "`make mutants` damages all of `theory` but its Hypothesis strategies, the samplers, the",
        "scoring and the readers, one change at a time, and runs the fast tests that call the",
        "damaged function; `mutation.py` says how. Each CI run judges a part of the whole, another",
        "one each day. Verdicts are in `mutation_verdicts.txt`.",
        "",
        f"**{caught} of {len(judged)} mutants caught: {caught / max(1, len(judged)):.1%}** (target "
        f"{TARGET:.0%}); {len(judged) / len(every):.1%} of all {len(every)} mutants were run.",
        "",
        "| module | mutants | run | caught | survived |",
        "|---|---|---|---|---|",
    ]
    for module in dict.fromkeys(m.module for m in every):
        mine = [m for m in every if m.module == module]
        count = Counter(known[m.key] for m in mine if m.key in known)
        cells = [len(mine), count.total(), count[CAUGHT], count.total() - count[CAUGHT]]
        lines.append(f"| `{module}` | {' | '.join(map(str, cells))} |")
    lines += ["", "## Survivors", ""]
    survivors = survivors_of(judged, known)
    lines += [f"{line_of(m)}. {explained(m) or 'Open.'}" for m in survivors]
    return "\n".join(lines if survivors else [*lines, "None."]) + "\n"


def survivors_of(every: list[Mutant], known: dict[str, str]) -> list[Mutant]:
    """Return the mutants that ran and were not noticed."""
    return [m for m in every if known.get(m.key, CAUGHT) != CAUGHT]


def listed() -> tuple[set[str], set[str]]:
    """Read the committed page: modules that were run in full, and the survivors listed there."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    rows = re.findall(r"^\| `(.+)` \| (\d+) \| (\d+) \|", text, re.MULTILINE)
    full = {name for name, mutants, run in rows if mutants == run}
    return full, {line.split("`. ")[0] for line in text.splitlines() if line.startswith("- `")}


def line_of(m: Mutant) -> str:
    """Return how the page names a survivor."""
    change = f"`{m.before}` became `{m.after}`".replace("\n", " ")
    return f"- `{m.module}`, `{m.function}`: {change}"


def sliced(every: list[Mutant], which: str) -> list[Mutant]:
    """Return one of n equal parts: ``3/28`` the third, ``today/28`` the one of this day."""
    chosen, _, n = which.partition("/")
    parts = int(n)
    k = date.today().toordinal() % parts if chosen == "today" else int(chosen) - 1
    return every[len(every) * k // parts : len(every) * (k + 1) // parts]


@click.command(help=__doc__)
@click.argument("modules", nargs=-1)
@click.option("--list", "only_list", is_flag=True, help="Count the mutants and stop.")
@click.option("--page", "only_page", is_flag=True, help="Write the page from known verdicts.")
@click.option("--slice", "which", default="1/1", show_default=True, help="Part k/n or today/n.")
@click.option("--jobs", default=2, show_default=True, help="Mutants at a time.")
def main(modules: tuple[str, ...], only_list: bool, only_page: bool, which: str, jobs: int) -> None:
    """Judge, write the page for a full run, exit with 1 if a survivor is not explained."""
    every = sliced([m for path in subjects(modules) for m in mutants(path)], which)
    if not every:
        raise click.UsageError(f"no module that is damaged begins with {' or '.join(modules)}.")
    afresh = which != "1/1"
    known = verdicts()
    waiting = [] if only_page else [m for m in every if is_waiting(m, known, afresh)]
    click.echo(f"{len(every)} mutants, {len(waiting)} to be judged")
    if only_list:
        for name, n in Counter(m.module for m in every).items():
            click.echo(f"{n:5d}  {name}")
        return
    full, known_open = listed()
    if waiting:
        found = judge_all(waiting, jobs, keep=not afresh)
        known = found if afresh else known | found
    whole = not modules and not afresh
    if whole:
        known = {m.key: known[m.key] for m in every if m.key in known}
        PAGE.write_text(page(every, known), encoding="utf-8")
    if not afresh:
        keep_sorted(known if whole else verdicts())
    survivors = [m for m in survivors_of(every, known) if not explained(m)]
    new = [m for m in survivors if m.module in full and line_of(m)[:-1] not in known_open]
    for m in survivors if whole or modules else new:
        click.echo(f"open: {m.module}, {m.function}: {m.before} -> {m.after}")
    judged = [m for m in every if m.key in known]
    caught = len(judged) - len(survivors_of(judged, known))
    click.echo(f"{caught} of {len(judged)} caught: {caught / max(1, len(judged)):.1%}")
    sys.exit(caught < TARGET * len(every) if whole else bool(new))


def is_waiting(m: Mutant, known: dict[str, str], afresh: bool) -> bool:
    """Tell whether a mutant is to be judged; what is explained may survive, so once is enough.

    A slice judges afresh what was caught, and what is new: known survivors only take time.
    """
    if afresh:
        return known.get(m.key) != SURVIVED and not explained(m)
    return m.key not in known if explained(m) else known.get(m.key) != CAUGHT


def judge_all(waiting: list[Mutant], jobs: int, keep: bool) -> dict[str, str]:
    """Collect the tests, hand them to the judge and return its verdicts."""
    os.chdir(ROOT)
    # A damaged formula seldom needs 100 examples; what 20 do not find counts as survived.
    os.environ |= {"HYPOTHESIS_EXAMPLES": "20", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    judge = Judge(waiting, jobs, keep)
    files = sorted({test for path in {m.path for m in waiting} for test in tests_of(path)})
    options = ["-s", "-q", "-p", "no:cacheprovider", "--assert=plain"]
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder
        code = pytest.main([*options, *files], plugins=[judge])
    if len(judge.found) < len(waiting):
        raise click.ClickException(f"pytest ended early with {code}")
    return judge.found


if __name__ == "__main__":
    main()
