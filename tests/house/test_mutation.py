"""The mutation check damages what it says, all of it, and judges rightly."""

from pathlib import Path

import pytest

from tests.house.test_floors import CHAPTERS

ROOT = Path(__file__).resolve().parents[2]
SOURCE = '''
"""A module."""
LIMIT = 0.5


def bound(x, y):
    """Twice x, less y, if both are small."""
    if x > LIMIT:
        raise ValueError("x")
    require_small(y)
    return min(2 * x, 1) - y


class Pair:
    @property
    def first(self):
        return self.both[0]
'''


@pytest.fixture
def tools(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import mutants
    import mutation

    for module in (mutants, mutation):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    return mutants, mutation


def test_a_formula_a_constant_and_a_refusal_are_damaged(tools, tmp_path):
    """Each damage is one change, and its code runs."""
    path = tmp_path / "small.py"
    path.write_text(SOURCE)
    found = list(tools[0].mutants(path))
    told = {(m.function, m.before, m.after) for m in found}
    assert ("<module>", "0.5", "0.505") in told
    assert ("bound", "x > LIMIT", "False") in told
    assert ("bound", "require_small(y)", "None") in told
    assert ("bound", "min(2 * x, 1)", "max(2 * x, 1)") in told
    assert ("bound", "2 * x", "2 / x") in told
    assert ("Pair.first", "0", "1") in told
    (dropped,) = [m for m in found if m.after == "False"]
    names = {"require_small": lambda y: None}
    exec(dropped.code(), names)
    assert names["bound"](0.75, 0.25) == 0.75
    assert len({m.key for m in found}) == len(found)


def test_a_verdict_belongs_to_the_text_of_its_function(tools, tmp_path):
    """A change elsewhere or of its docstring keeps it; a change of the function does not."""
    path, keys = tmp_path / "small.py", []
    kept = SOURCE.replace("self.both[0]", "self.both[2]"), SOURCE.replace("less y, if", "less y if")
    for text in (SOURCE, *kept, SOURCE.replace("2 * x", "3 * x")):
        path.write_text(text)
        keys.append({m.key for m in tools[0].mutants(path) if m.function == "bound"})
    assert keys[0] == keys[1] == keys[2]
    assert not keys[0] & keys[3]


def test_slices_are_the_whole_and_a_day_has_its_own(tools):
    every = list(range(100))
    parts = [tools[1].sliced(every, f"{k}/7") for k in range(1, 8)]
    assert [m for part in parts for m in part] == every
    assert tools[1].sliced(every, "today/7") in parts


def test_all_of_theory_is_damaged_and_its_tests_exist(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import mutation

    chosen = mutation.subjects(())
    for path in (ROOT / "theory").rglob("*.py"):
        left_out = path.name == "__init__.py" or path.parent.name == "strategies"
        assert left_out != (path in chosen), path
    for path in chosen:
        assert all((ROOT / test).exists() for test in mutation.tests_of(path)), path
    assert [c for c in CHAPTERS if c != "language_models"] == mutation.CHAPTERS


def test_the_page_counts_survivors_and_a_later_run_knows_them(tools, tmp_path, monkeypatch):
    mutants, mutation = tools
    path = tmp_path / "small.py"
    path.write_text(SOURCE)
    every = list(mutants.mutants(path))
    known = {m.key: "caught" for m in every[1:]} | {every[1].key: "survived"}
    page = mutation.page(every, known)
    n = len(every)
    assert f"**{n - 2} of {n - 1} mutants caught" in page
    assert f"{(n - 1) / n:.1%} of all {n} mutants were run" in page
    assert "`. Open." in page
    (tmp_path / "mutation.md").write_text(page)
    monkeypatch.setattr(mutation, "PAGE", tmp_path / "mutation.md")
    full, known_open = mutation.listed()
    assert full == set(), "one mutant was not run"
    assert known_open == {mutation.line_of(every[1])[:-1]}
    (tmp_path / "mutation.md").write_text(mutation.page(every, known | {every[0].key: "caught"}))
    assert mutation.listed()[0] == {"small"}


def test_verdicts_go_on_elsewhere_and_merge_line_by_line(tools, tmp_path, monkeypatch):
    """The last verdict counts; in the file they are in the order of their keys."""
    mutation = tools[1]
    monkeypatch.setattr(mutation, "VERDICTS", tmp_path / "verdicts.txt")
    assert mutation.verdicts() == {}
    mutation.VERDICTS.write_text("b2 survived\na1 caught\nb2 caught\n")
    mutation.keep_sorted(mutation.verdicts())
    assert mutation.VERDICTS.read_text() == "a1 caught\nb2 caught\n"


def test_a_slice_is_judged_afresh_and_an_explained_survivor_once(tools, tmp_path, monkeypatch):
    mutants, mutation = tools
    path = tmp_path / "small.py"
    path.write_text(SOURCE)
    plain, why, *_ = mutants.mutants(path)
    monkeypatch.setattr(mutation, "explained", lambda m: "Why." if m == why else "")
    known = {plain.key: "caught", why.key: "survived"}
    assert not mutation.is_waiting(plain, known, afresh=False)
    assert mutation.is_waiting(plain, {plain.key: "survived"}, afresh=False)
    assert mutation.is_waiting(plain, {}, afresh=True)
    assert mutation.is_waiting(plain, {plain.key: "caught"}, afresh=True)
    assert not mutation.is_waiting(plain, {plain.key: "survived"}, afresh=True), "listed as open"
    assert not mutation.is_waiting(why, known, afresh=False)
    assert mutation.is_waiting(why, {}, afresh=False)
    assert not mutation.is_waiting(why, {}, afresh=True), "whatever it does, it may"
