"""The tests that somebody else writes with ``theory.testing``, and what they see when one fails."""

import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from my_model import half_sure, my_error, my_learner

from simulations.facts import uniform_law
from simulations.reduction import reduction_trial
from simulations.testing import assert_learner_errs_enough
from simulations.trials import run_trials
from theory.reduction import World
from theory.testing import BoundViolation, assert_theorem_1
from theory.testing.strategies import worlds_and_models


@given(pair=worlds_and_models())
def test_my_error_is_the_papers(pair):
    assert_theorem_1(*pair, lambda world, p_hat: {"err": my_error(world, p_hat)})


def test_my_learner_errs_as_often_as_theorem_2_says():
    assert_learner_errs_enough(my_learner, uniform_law(1_000), 1_000, n_trials=50, rng=0)


def test_my_base_model_obeys_theorem_1():
    trial = partial(reduction_trial, family="ragged", model=half_sure)
    rows = run_trials(trial, 20, rng=0)
    assert (rows["err"] >= rows["bound"]).all()


def test_a_wrong_number_is_caught_and_the_world_given_is_shown():
    world = World(p=[1, 0, 0], valid=[True, False, False])
    with pytest.raises(BoundViolation, match="The world given: 1 prompt") as caught:
        assert_theorem_1(world, [0.5, 0.25, 0.25], {"err_iiv": 0.25})
    assert caught.type.__module__ == "theory.testing"


WRONG = """
from theory.reduction import World
from theory.testing import assert_theorem_1

def test_wrong():
    world = World(p=[1, 0, 0], valid=[True, False, False])
    assert_theorem_1(world, [0.5, 0.25, 0.25], {"err_iiv": 0.25})
"""


def test_a_failure_shows_the_message_and_no_internals(tmp_path):
    Path(tmp_path / "test_wrong.py").write_text(WRONG)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_wrong.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    shown = run.stdout
    assert "theory.testing.BoundViolation: Theorem 1: err_iiv is 0.25 but should be 0.5" in shown
    assert "raise BoundViolation" not in shown
    files = set(re.findall(r"^(\S+\.py):\d+", shown, re.MULTILINE))
    assert files == {"test_wrong.py"}  # the frames shown: none of ours
