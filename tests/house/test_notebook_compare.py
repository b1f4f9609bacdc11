"""The comparison of tables forgives rounding, and nothing else."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "notebooks" / "compare.py"
spec = importlib.util.spec_from_file_location("compare", SCRIPT)
compare = importlib.util.module_from_spec(spec)
spec.loader.exec_module(compare)

OLD = pd.DataFrame({"model": ["a", "b"], "err": [0.5, 100.0], "holds": [True, True]})


def test_rounding_is_forgiven():
    """One percent of the largest value of the column."""
    assert compare.difference(OLD, OLD.assign(err=[0.9, 100.4])) == ""


@pytest.mark.parametrize(
    ("new", "message"),
    [
        (OLD.assign(err=[0.5, 102.0]), "column err moves by up to 2 of 100"),
        (OLD.assign(model=["a", "c"]), "column model differs"),
        (OLD.assign(holds=[True, False]), "column holds differs"),
        (OLD.assign(err=[0.5, float("nan")]), "column err moves"),
        (OLD.iloc[:1], r"\(2, 3\) became \(1, 3\)"),
        (OLD.rename(columns={"err": "error"}), "columns were renamed"),
    ],
)
def test_anything_else_is_not(new, message):
    """Each kind of change is named."""
    import re

    assert re.search(message, compare.difference(OLD, new))
