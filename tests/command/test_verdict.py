"""The verdict: a few sentences whose numbers and intervals come from the log alone."""

import json
from fractions import Fraction as F

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.stats import binomtest

from hallucination_theory.cli import cli
from hallucination_theory.scores.simultaneous import GRID, compare

FALSE_ALARM = 1e-4
MADE = {"A": (120, 80, 0), "B": (110, 30, 60), "C": (96, 4, 100)}


def write(path, right, wrong, abstained):
    kinds = ["correct"] * right + ["wrong"] * wrong + ["abstain"] * abstained
    rows = [f"q{i},{kind}" for i, kind in enumerate(kinds)]
    path.write_text("\n".join(["question,outcome", *rows]) + "\n")
    return str(path)


@pytest.fixture
def made(tmp_path):
    return [write(tmp_path / f"{name}.csv", *counts) for name, counts in MADE.items()]


def report(*arguments):
    result = CliRunner().invoke(cli, ["score", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_three_made_logs_read_as_they_should(made):
    """Swaps by hand: at L = 0.05/0.25, 0.12/0.38, 0.07/0.13, t = L/(1 + L)."""
    found = report(*made)
    text = " ".join(found["verdict"])
    assert text.startswith("At t = 0 A leads, .60, .55, .48.")
    assert "B passes A at t = .17 and C passes A at t = .24 and B at t = .35." in text
    assert "All pairs differ (simultaneous p" in text
    assert "A is wrong on 40 % and never says I don't know; below zero from t = .60." in text
    assert "C is wrong on 2 % and abstains on 50 %" in text
    swaps = [s["t"] for s in found["findings"]["together"]["swaps"]]
    by_hand = [float(x / (1 + x)) for x in (F(5, 25), F(12, 38), F(7, 13))]
    assert swaps == pytest.approx(by_hand)
    leaders = [(x["log"], x["from"], x["to"]) for x in found["findings"]["together"]["leaders"]]
    assert [who for who, _, _ in leaders] == [0, 1, 2]
    assert leaders[1][1:] == pytest.approx((by_hand[0], by_hand[2]))


def test_every_line_fits_a_hundred_columns(made):
    result = CliRunner().invoke(cli, ["score", *made])
    assert result.exit_code == 0
    shown = [line for line in result.output.splitlines() if not line.startswith("/")]
    assert max(map(len, shown)) <= 100


def test_patterns_and_methods_are_printed_only_when_asked(made):
    short = CliRunner().invoke(cli, ["score", made[0]]).output
    long = CliRunner().invoke(cli, ["score", made[0], "--explain"]).output
    assert "Clopper-Pearson" not in short
    assert "Clopper-Pearson" in long
    assert "(score + L)/(1 + L)" in long


def test_scores_on_both_scales_rank_alike(made):
    """(score + L)/(1 + L) of (1, 0, -L) is the score of (1, t, 0), exactly."""
    for right, wrong, abstained in MADE.values():
        for t in (F(0), F(1, 2), F(9, 10)):
            L, n = t / (1 - t), right + wrong + abstained
            score = F(right) / n - L * F(wrong) / n
            assert (score + L) / (1 + L) == F(right) / n + t * F(abstained) / n


def test_two_equal_logs_are_not_told_apart(tmp_path):
    a, b = (write(tmp_path / f"{name}.csv", 10, 5, 5) for name in "ab")
    found = report(a, b)
    assert "do not tell apart a and b (p = 1)" in " ".join(found["verdict"])
    assert "The order is the same at every t." in " ".join(found["verdict"])
    assert "no log leads all others" in " ".join(found["verdict"])


def test_one_log_alone(tmp_path):
    text = " ".join(report(write(tmp_path / "b.csv", 110, 30, 60))["verdict"])
    assert "b is right on 55 % [48, 62] of 200 records, wrong on 15 % [10, 21]" in text
    assert "would add 3.0 points in 100" in text
    assert 'From t = .79 on (.71 to .85), "I don\'t know" everywhere scores more.' in text
    assert "cannot tell whether the model is overconfident" in text


def test_a_log_that_attempts_nothing(tmp_path):
    assert "scores 0 at every t" in " ".join(report(write(tmp_path / "c.csv", 0, 0, 9))["verdict"])


@pytest.mark.parametrize(
    ("right_of_a_hundred", "sentence"),
    [
        (40, "It is overconfident at t = 0.75: of answers with more confidence only 40 %"),
        (95, "It is not overconfident at t = 0.75"),
        (78, "few answers cannot tell"),
    ],
)
def test_overconfidence_is_said_only_if_the_interval_says_it(
    tmp_path, right_of_a_hundred, sentence
):
    rows = [f"q{i},{'correct' if i < right_of_a_hundred else 'wrong'},0.9" for i in range(100)]
    path = tmp_path / "x.csv"
    path.write_text("question,outcome,confidence\n" + "\n".join(rows) + "\n")
    assert sentence in " ".join(report(str(path), "--t", "0.75")["verdict"])


def test_withholding_the_least_sure_is_advised_where_it_pays(tmp_path):
    """60 unsure answers of which 12 are right: withheld, they earn 0 for 12 - 48."""
    rows = [f"a{i},correct,0.95" for i in range(80)]
    rows += [f"b{i},{'correct' if i < 12 else 'wrong'},0.3" for i in range(60)]
    path = tmp_path / "x.csv"
    path.write_text("question,outcome,confidence\n" + "\n".join(rows) + "\n")
    found = report(str(path), "--t", "0.5")
    (row,) = found["findings"]["logs"][0]["confidence"]
    assert row["gain_if_withheld"] == pytest.approx((48 - 12) / 140)
    assert "withholding its 60 least sure answers, of which 20 %" in " ".join(found["verdict"])


def test_hallucination_rate_is_wrong_of_wrong_and_abstained(tmp_path):
    (log,) = report(write(tmp_path / "b.csv", 110, 30, 60))["findings"]["logs"]
    assert log["hallucination_rate"][0] == 30 / 90


def random_logs(rng, n, k):
    """Logs of equal law: each question's outcomes exchangeable between the logs."""
    outcomes = rng.integers(3, size=(n, k))
    return [np.stack([outcomes[:, i] == 0, outcomes[:, i] == 1], 1).astype(float) for i in range(k)]


@pytest.mark.slow
def test_the_simultaneous_test_keeps_its_level():
    """Equal logs: some p <= 0.1 among all pairs in at most a tenth of the trials."""
    rng = np.random.default_rng(5)
    hits = sum(
        min(p.p_value for p in compare(random_logs(rng, 40, 3), confidence_level=0.9, rng=i)) <= 0.1
        for i in range(60)
    )
    assert binomtest(hits, 60, 0.1, alternative="greater").pvalue > FALSE_ALARM


@pytest.mark.slow
def test_the_band_covers_all_pairs_and_targets_together():
    """The truth, 0 everywhere for equal laws, is inside at every t in at least 80 % of trials."""
    rng = np.random.default_rng(6)
    covered = 0
    for i in range(60):
        found = compare(random_logs(rng, 60, 3), confidence_level=0.8, rng=i)
        bands = [pair.band(GRID) for pair in found]
        covered += all((low <= 0).all() and (high >= 0).all() for low, high in bands)
    assert binomtest(covered, 60, 0.8, alternative="less").pvalue > FALSE_ALARM


def test_the_simultaneous_test_has_power_and_a_floor():
    a = np.column_stack([np.ones(50), np.zeros(50)])
    b = np.column_stack([np.zeros(50), np.ones(50)])
    (pair,) = compare([a, b], confidence_level=0.95, rng=0)
    assert pair.p_value == pair.p_floor == 1e-4
    assert (pair.band(GRID)[0] > 0).all()
