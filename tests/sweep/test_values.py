"""What a trial returned is in the file exactly, or its point is a failure that says why."""

import json
import math
from itertools import count

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations.sweep import grid, run_sweep
from tests.sweep import odd_trials
from tests.sweep.odd_trials import ODD, odd, recorded

NUMBERS = count()


def sweep(path, tables, order=None):
    """Run a sweep whose point n returns the tables[n], one a trial."""
    odd_trials.TABLES.clear()
    odd_trials.TABLES.update({n: list(trials) for n, trials in enumerate(tables)})
    points = [{"n": n} for n in order or range(len(tables))]
    n_trials = len(tables[0])
    return run_sweep(recorded, points, seed=0, path=path, n_trials=n_trials, progress=False)


def read(path):
    """Return the rows of a file as a list for each column; columns of JSON as what they say."""
    table = pq.read_table(path)
    found = {}
    for field, column in zip(table.schema, table.columns, strict=True):
        values = column.to_pylist()
        if (field.metadata or {}).get(b"cells") == b"json":
            values = [None if value is None else json.loads(value) for value in values]
        found[field.name] = values
    return found


def same(a, b):
    """Tell whether two cells hold the same value (a whole number may be a float that equals it)."""
    if isinstance(a, float) and math.isnan(a):
        return isinstance(b, float) and math.isnan(b)
    numbers = {int, float}
    return a == b and (type(a) is type(b) or {type(a), type(b)} == numbers)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.integers(),
    st.sampled_from([2**53, 2**53 + 1, -(2**53) - 1, 2**63, -(2**63) - 1, 2**64, 0.1, -0.0]),
    st.floats(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
    st.sampled_from(["end\x00", "\x00", "1", "true", ""]),
)
NAMES = st.sampled_from(["", "x", "X", "k", "K", "a b", '"', "é", "%s", "seed"])
TABLES = st.integers(1, 3).flatmap(
    lambda n_trials: st.lists(
        st.lists(st.dictionaries(NAMES, SCALARS), min_size=n_trials, max_size=n_trials),
        min_size=1,
        max_size=4,
    )
)


@settings(max_examples=30)
@given(tables=TABLES)
def test_every_value_comes_back(tmp_path_factory, tables):
    """Whatever the columns, their names and types; the bytes do not depend on the order."""
    folder = tmp_path_factory.getbasetemp()
    path, other = (folder / f"{next(NUMBERS)}.parquet" for _ in range(2))
    assert sweep(path, tables).n_failed == 0
    found = read(path)
    rows = [row for trials in tables for row in trials]
    assert found.keys() == {"n", "trial"}.union(*rows)
    for name in found.keys() - {"n", "trial"}:
        assert all(same(row.get(name), value) for row, value in zip(rows, found[name], strict=True))
    sweep(other, tables, order=range(len(tables))[::-1])
    assert other.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("values", "type_name"),
    [
        ([np.float16(0.1), np.float32(0.1), 0.1], "double"),
        ([1, 2**53 + 1], "int64"),
        ([2**53 + 1, 0.5], "string"),
        ([2**53, 0.5], "double"),
        ([np.uint64(2**64 - 1), 1], "uint64"),
        ([np.uint64(2**64 - 1), -1], "string"),
        ([2**64, -1], "string"),
        ([True, 1], "string"),
        (["1", 1, None], "string"),
        (["end\x00", "a"], "string"),
        ([True, None], "bool"),
        ([None, None], "null"),
        ([np.float64("nan"), None], "double"),
        ([np.str_("a"), np.bool_(True)], "string"),
    ],
)
def test_a_column_has_the_first_type_that_holds_it_exactly(tmp_path, values, type_name):
    """In one point or over several; text beside numbers is told from them."""
    plain = [v.item() if isinstance(v, np.generic) else v for v in values]
    for tables in ([[{"x": v} for v in values]], [[{"x": v}] for v in values], [[{"x": values}]]):
        path = tmp_path / f"{next(NUMBERS)}.parquet"
        assert sweep(path, tables).n_failed == 0
        assert str(pq.read_schema(path).field("x").type) == type_name
        assert all(map(same, plain, read(path)["x"]))


def test_names_that_differ_only_in_case_are_two_columns(tmp_path):
    points = [{"n": n, "N": n + 10} for n in range(3)]
    path = tmp_path / "sweep.parquet"
    run_sweep(_cases, points, seed=0, path=path, progress=False)
    run_sweep(_cases, [{"n": 5, "N": 6}], seed=0, path=path, progress=False)
    assert read(path) == {
        "n": [0, 1, 2, 5],
        "N": [10, 11, 12, 6],
        "trial": [0] * 4,
        "k": [0, 1, 2, 5],
        "K": [10, 11, 12, 6],
    }


def _cases(n, N, *, rng):
    return {"k": n, "K": N}


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_what_is_no_table_is_a_failure_of_its_point(tmp_path, n_jobs):
    """The other points are kept, and the next call tries the failed ones again, and only them."""
    path = tmp_path / "sweep.parquet"
    points = grid(case=["good", *ODD, "better"])
    for n_run in (len(points), len(ODD)):
        summary = run_sweep(odd, points, seed=0, path=path, n_jobs=n_jobs, progress=False)
        assert (summary.n_run, summary.n_failed) == (n_run, len(ODD))
        assert read(path)["case"] == ["better", "good"]
    report = pd.read_parquet(summary.failures_path)
    errors = {
        json.loads(parameters)["case"]: error
        for parameters, error in zip(report["parameters"], report["error"], strict=True)
    }
    assert errors.keys() == ODD.keys()
    for case, message in {
        "complex": "the result 'x' must be whole numbers, floats, text, true/false or None",
        "fraction": "got Fraction",
        "exit": "SystemExit: 3",
        "no exception": "Stranger: hello",
        "mute exception": "Mute: <exception str() failed>",
        "exception with half a character": r"ValueError: \ud800",
        "the name trial": "the name of a result must be text other than trial, got 'trial'",
        "another parameter": "the result case must be equal to the parameter",
        "matrix": "got list",
        "two lengths": "scalars, or vectors of one length",
        "no rows": "scalars, or vectors of one length",
        "5,000 digits": "Exceeds the limit",
    }.items():
        assert message in errors[case]
