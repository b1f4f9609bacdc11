"""``simulate-facts``: the numbers, their sizes, and bad options."""

import json

import pytest
from click.testing import CliRunner

from hallucination_theory.cli import cli
from simulations.facts import fact_trial, two_level_law, zipf_law
from tests.command.reports import own

KEYS = [
    "singleton_rate",
    "missing_mass",
    "err",
    "err_iiv",
    "delta",
    "lower_paper",
    "lower_best",
    "upper_paper",
    "upper_best",
    "term_best",
    "method_best",
]


def run(line):
    return CliRunner().invoke(cli, ["simulate-facts", *line.split()])


def test_the_numbers_are_those_of_one_trial():
    line = "--prompts 2000 --samples 1000 --law zipf --exponent 1 --responses 365"
    result = run(f"{line} --answer-prob 0.9 --seed 0 --json")
    numbers = own(json.loads(result.output))
    assert list(numbers) == KEYS
    trial = fact_trial(zipf_law(2000).facts(answer_prob=0.9), 1000, rng=0)
    assert numbers == {key: getattr(trial, key) for key in KEYS}


def test_internet_scale():
    """K = N = 10^12: err between both bounds, delta 0."""
    line = "--prompts 1000000000000 --samples 1000000000000 --answer-prob 0.9 --seed 1 --json"
    n = json.loads(run(line).output)
    assert 0 < n["lower_paper"] < n["lower_best"] < n["err"] < n["upper_best"] < 0.2
    assert n["delta"] == 0


def test_ten_thousand_samples_are_enough():
    """N = K = 10^4: positive lower bounds, on average within 0.03 of err; the paper's is not."""
    line = "--prompts 10000 --samples 10000 --json --seed"
    trials = [json.loads(run(f"{line} {seed}").output) for seed in range(8)]
    for n in trials:
        assert n["lower_paper"] < 0 < n["lower_best"] < n["err"]
    assert sum(n["err"] - n["lower_best"] for n in trials) / 8 < 0.03


def test_every_law_answers():
    for law in (
        "uniform",
        "pareto --shape 2",
        "geometric --ratio 0.99",
        "two-level --head-prompts 5 --head-mass 0.5",
    ):
        result = run(f"--prompts 100 --samples 50 --law {law} --seed 3")
        assert result.exit_code == 0, result.output
        assert "singleton_rate" in result.output
    world = two_level_law(100, head_prompts=5, head_mass=0.5).facts()
    assert f"{fact_trial(world, 50, rng=3).err:.9g}" in result.output


def test_same_seed_same_numbers():
    line = "--prompts 5000 --samples 5000 --json --seed"
    assert run(f"{line} 4").output == run(f"{line} 4").output != run(f"{line} 5").output


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "--prompts 10 --samples 0 --seed 0",
            "--samples must be a whole number from 1 to 10^15, got 0.",
        ),
        (
            "--prompts 0 --samples 5 --seed 0",
            "--prompts must be a whole number from 1 to 10^15, got 0.",
        ),
        (
            "--prompts 10 --samples 5 --seed -1",
            "--seed must be a whole number from 0 to 10^15, got -1.",
        ),
        ("--prompts 10 --samples 5 --responses 1 --seed 0", "n_responses must be >= 2, got 1"),
        ("--prompts 10 --samples 5 --answer-prob 1.5 --seed 0", "answer_prob must be in [0, 1]"),
        ("--prompts 10 --samples 5 --gamma 0 --seed 0", "gamma must be in [1e-100, 1), got 0.0."),
        ("--prompts 10 --samples 5 --exponent -1 --seed 0", "exponent must be >= 0, got -1.0."),
        ("--prompts 10 --samples 5 --ratio 0.5 --seed 0", "--ratio must be left out with"),
        ("--prompts 10 --samples 5 --law geometric --seed 0", "--ratio must be given with"),
        ("--prompts 10 --samples 5 --law two-level --seed 0", "--head-prompts and --head-mass"),
        (
            f"--prompts 10 --samples {10**16} --seed 0",
            "--samples must be a whole number from 1 to 10^15, got",
        ),
        (
            "--prompts 2000000 --samples 5 --bands 0 --seed 0",
            "--bands must be a whole number from 1 to 10^6",
        ),
    ],
)
def test_bad_options_are_one_sentence_and_exit_code_2(line, message):
    result = run(line)
    assert result.exit_code == 2
    assert message in result.output
    assert result.output.count("\n") == 1
