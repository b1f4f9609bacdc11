"""``memory``: the numbers, the text, and bad options."""

import json
import math

import pytest
from click.testing import CliRunner

from hallucination_theory.cli import cli
from theory.memory import best_system, honest_system, swap_target

HALF = 1000 * math.log2(365) / 2


def run(line):
    return CliRunner().invoke(cli, ["memory", *line.split()])


def test_the_numbers_are_the_theorys():
    line = f"--facts 1000 --answers 365 --bits {HALF} --t"
    for t in (0, 0.25, 0.5):
        n = json.loads(run(f"{line} {t} --json").output)
        best = best_system(t, 365, math.log(365) / 2)
        assert n["right"] == pytest.approx(best.right, rel=1e-12)
        assert n["wrong"] == pytest.approx(best.wrong, rel=1e-9)
        assert n["score"] == pytest.approx(best.score(t), rel=1e-12)
        assert n["honest_score"] == pytest.approx(honest_system(365, math.log(365) / 2).score(t))
        assert n["swap_target"] == pytest.approx(swap_target(365, math.log(365) / 2))
        assert n["memory_share"] == pytest.approx(0.5)
        assert n["right"] + n["wrong"] + n["abstained"] == pytest.approx(1)


def test_the_text_says_what_each_number_is():
    shown = run(f"--facts 1000 --bits {HALF} --t 0.5").output
    assert shown.startswith("1000 facts with 365 answers each, 4255.88 bits")
    for words in ("right         0.501611", "wrong         0.001378", "swap_target   0.225886"):
        assert words in shown


def test_a_memory_that_holds_everything_has_no_swap_target():
    assert (
        json.loads(run("--facts 2 --answers 2 --bits 5 --t 0 --json").output)["swap_target"] is None
    )
    assert "swap_target   none" in run("--facts 2 --answers 2 --bits 5 --t 0").output


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--facts 0 --bits 1 --t 0", "--facts must be a whole number from 1"),
        ("--facts 1 --answers 1 --bits 1 --t 0", "--answers must be a whole number from 2"),
        ("--facts 1 --bits -1 --t 0", "--bits must be a finite number >= 0"),
        ("--facts 1 --bits nan --t 0", "--bits must be a finite number >= 0"),
        ("--facts 1 --bits inf --t 0", "--bits must be a finite number >= 0"),
        ("--facts 1 --bits 1 --t 1", "t must be in [0, 1), got 1.0"),
        ("--facts 1 --bits 1 --t 75", "on a scale from 0 to 1 this is 0.75"),
        (f"--facts {10**16} --bits 1 --t 0", "--facts must be a whole number from 1"),
    ],
)
def test_bad_options_get_one_sentence(line, words):
    result = run(line)
    assert result.exit_code == 2
    assert words in result.output
    assert "Traceback" not in result.output
