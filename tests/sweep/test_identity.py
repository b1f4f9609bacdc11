"""A file's trial is known by name, text and bound arguments; what has no identity is refused."""

import importlib
import subprocess
import sys
from fractions import Fraction
from functools import partial

import numpy as np
import pytest

from simulations.sweep import grid, run_sweep
from simulations.sweep.identity import identity
from tests.sweep.odd_trials import bound, draw, draw_or_break

POINTS = grid(n=[1, 2])


def sweep(path, trial):
    return run_sweep(trial, POINTS, seed=0, path=path, progress=False)


class Trials:
    """Methods and instances that could be trials."""

    def method(self, n, *, rng):
        return {"x": n}

    @classmethod
    def of_class(cls, n, *, rng):
        return {"x": n}

    @staticmethod
    def static(n, *, rng):
        return {"x": n}

    def __call__(self, n, *, rng):
        return {"x": n}


def closure(x):
    def inside(n, *, rng):
        return {"x": x}

    return inside


def text_only():
    names = {"__name__": __name__}
    exec("def made(n, *, rng): return {'x': n}", names)
    return names["made"]


@pytest.mark.parametrize(
    "trial",
    [
        lambda n, *, rng: {},
        closure(1),
        Trials().method,
        Trials.of_class,
        Trials(),
        text_only(),
        len,
    ],
    ids=["lambda", "closure", "method", "class method", "instance", "no file", "not in Python"],
)
def test_a_trial_without_identity_is_refused(tmp_path, trial):
    with pytest.raises(ValueError, match=r"trial must be .*, got "):
        sweep(tmp_path / "a.parquet", trial)
    with pytest.raises(ValueError, match=r"trial must be .*, got "):
        sweep(tmp_path / "a.parquet", partial(trial, 1))
    assert not list(tmp_path.iterdir())


def test_functions_found_by_their_names_are_trials(tmp_path):
    assert sweep(tmp_path / "a.parquet", Trials.static).n_run == 2


@pytest.mark.parametrize(
    ("value", "other"),
    [
        (np.arange(3), np.arange(3) + 1),
        (Fraction(1, 3), Fraction(1, 2)),
        ({1: [2]}, {1: [3]}),
        (draw, draw_or_break),
        (partial(bound, np.zeros(2)), partial(bound, np.ones(2))),
    ],
    ids=["array", "fraction", "dictionary", "function", "partial"],
)
def test_bound_arguments_are_told_apart(tmp_path, value, other):
    path = tmp_path / "a.parquet"
    sweep(path, partial(bound, value))
    assert sweep(path, partial(bound, value)).n_skipped == 2
    for trial in (partial(bound, other), partial(bound, value=value), bound):
        with pytest.raises(ValueError, match="bound of the sweep must be"):
            sweep(path, trial)


def test_an_argument_that_cannot_be_pickled_is_refused(tmp_path):
    with pytest.raises(ValueError, match="bound to a trial must be a value that can be pickled"):
        sweep(tmp_path / "a.parquet", partial(bound, [lambda: 0]))


TEXT = """
from functools import partial

def draw(n, *, rng):
    return {"x": n + 1}

def with_function(f, n, *, rng):
    return {"x": f(n)}

def helper(n):
    return n + 1
"""


@pytest.mark.parametrize(
    ("trial_of", "name"),
    [
        (lambda module: module.draw, "text"),
        (lambda module: partial(module.with_function, module.helper), "bound"),
    ],
)
def test_an_edited_body_is_another_trial(tmp_path, monkeypatch, trial_of, name):
    """Also that of a function which partial binds; the text around it may change."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    script, path = tmp_path / f"edited_{name}.py", tmp_path / "a.parquet"
    script.write_text(TEXT)
    module = importlib.import_module(script.stem)
    sweep(path, trial_of(module))
    for text, refused in [("# more\n" + TEXT, False), (TEXT.replace("n + 1", "n + 2"), True)]:
        script.write_text(text)
        module = importlib.reload(module)
        if refused:
            with pytest.raises(ValueError, match=f"{name} of the sweep must be .* as in the file"):
                sweep(path, trial_of(module))
        else:
            assert sweep(path, trial_of(module)).n_skipped == 2


def test_the_identity_is_the_same_in_another_process():
    """Also of sets and dictionaries, which Python orders anew in each process."""
    code = (
        "from functools import partial; from simulations.sweep.identity import identity;"
        "from tests.sweep.odd_trials import bound, draw;"
        "print(identity(partial(bound, value=({'a', 'b', 'c'}, {'x': 1.5}, draw))))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    here = identity(partial(bound, value=({"a", "b", "c"}, {"x": 1.5}, draw)))
    assert found == {f"{here}\n"}
