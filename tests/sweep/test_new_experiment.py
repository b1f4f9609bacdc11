"""The page "A new experiment in sixty lines" runs as it stands, on processes and on clusters."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "notebooks" / "new_experiment.md").read_text(encoding="utf-8")
[CODE] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
AS_MODULE = """
import json, sys
import my_experiment
if __name__ == "__main__":
    tables = my_experiment.main(sys.argv[1])
    text = json.dumps([{name: c.tolist() for name, c in table.items()} for table in tables])
    open("tables.json", "w").write(text)
"""


def tables_of(folder, backend):
    """Run the experiment from another module, so that workers must find the user's own."""
    (folder / "my_experiment.py").write_text(CODE)
    (folder / "runner.py").write_text(AS_MODULE)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "runner.py", backend]
    subprocess.run(command, cwd=folder, env=environment, check=True, timeout=300)
    return json.loads((folder / "tables.json").read_text())


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return tables_of(tmp_path_factory.mktemp("loky"), "loky")


def test_it_has_sixty_lines():
    assert sum(1 for line in CODE.splitlines() if line.strip()) <= 60


def test_it_runs_as_a_script(tmp_path, tables):
    """As the page says, in the user's main module; the rows printed are those of the tables."""
    (tmp_path / "my_experiment.py").write_text(CODE)
    printed = subprocess.run(
        [sys.executable, "my_experiment.py", "loky"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    assert printed == [str({n: c[:4] for n, c in table.items()}) for table in tables]


def test_each_function_of_its_own_was_used(tables):
    """A shy learner errs less and pays in delta; Theorem 1 holds; silence costs what it saves."""
    facts, worlds, prices = ({n: np.array(c) for n, c in table.items()} for table in tables)
    for tail in (0.5, 2.0):
        memoriser, shy = (
            (facts["tail"] == tail) & (facts["learner"] == name)
            for name in ("calibrated memoriser", "shy")
        )
        assert facts["err"][shy].max() < facts["err"][memoriser].min()
        assert facts["delta"][shy].min() > facts["delta"][memoriser].max()
    assert len(worlds["err"]) == 20
    assert (worlds["err"] >= worlds["bound"]).all()
    assert (worlds["delta"] > 0).all()
    silenced = prices["family"] == "silenced"
    assert prices["strength"][silenced].tolist() == [0, 0.5, 1]
    assert (np.diff(prices["err"][silenced]) < 0).all()
    assert prices["err"][silenced][-1] == 0
    base = prices["family"] == "temper"
    assert prices["err"][silenced][0] == pytest.approx(prices["err"][base][0])


@pytest.mark.parametrize(
    "backend",
    ["dask", pytest.param("ray", marks=pytest.mark.slow)],
)
def test_a_cluster_gives_the_same_tables(tmp_path, tables, backend):
    """Workers are processes of their own, which find the user's module beside the script."""
    pytest.importorskip({"dask": "distributed"}.get(backend, backend))
    assert tables_of(tmp_path, backend) == tables
