"""What the command line prints about what is not known: every interval covers what it may be."""

import numpy as np
import pytest
from scipy.stats import binomtest

from hallucination_theory.scores.intervals import intervals, points
from hallucination_theory.scores.settings import Settings
from tests.command.test_score import complaint, report, run, targets, write
from theory.confidence_targets import score_interval
from theory.grading import Outcomes


def table(path, outcomes, epochs=1):
    header = "question,outcome,epoch" if epochs > 1 else "question,outcome"
    rows = [
        f"q{j},{outcome},{e}" if epochs > 1 else f"q{j},{outcome}"
        for j, outcome in enumerate(outcomes)
        for e in range(1, epochs + 1)
    ]
    return write(path, header, *rows)


def test_unscored_records_may_have_been_anything(tmp_path):
    """50 right and 50 unscored: nothing excludes that all were right, or that half were wrong."""
    path = table(tmp_path / "x.csv", ["correct"] * 50 + ["unscored"] * 50)
    row = targets(report(path))[3]
    assert row["accuracy_interval"][0] == pytest.approx(0.3983, abs=1e-4)
    assert row["accuracy_interval"][1] == 1
    assert row["error_rate_interval"][0] == 0
    assert row["error_rate_interval"][1] == pytest.approx(0.6017, abs=1e-4)
    assert row["abstention_rate_interval"][1] == pytest.approx(0.6017, abs=1e-4)
    assert row["accuracy_attempted_interval"] == row["accuracy_interval"]
    worst = score_interval(Outcomes(50, 50, 0), 0.9)
    assert row["score_interval"] == pytest.approx([worst.low, 1])


def test_a_log_without_a_verdict_is_refused(tmp_path):
    path = table(tmp_path / "x.csv", ["unscored"] * 10)
    assert "10 records without one" in complaint(path)
    assert targets(report(path, "--count", "unscored=wrong"))[0]["accuracy"] == 0


def test_repetitions_without_a_mistake_leave_a_doubt(tmp_path):
    """200 questions of two epochs, no mistake: at t = 0.9 the score may still be 0.8."""
    path = table(tmp_path / "x.csv", ["correct"] * 200, epochs=2)
    low, high = targets(report(path))[3]["score_interval"]
    assert high == 1
    assert 0.7 < low < 0.83  # of 200 independent answers 0.816 is known


def test_one_question_in_ten_epochs_says_next_to_nothing(tmp_path):
    path = table(tmp_path / "x.csv", ["wrong"], epochs=10)
    row = targets(report(path))[1]
    assert row["score"] == -1
    assert row["score_interval"][0] == -1
    assert row["score_interval"][1] > 0.9
    assert row["accuracy_attempted_interval"][1] > 0.9


def test_repetitions_with_unscored_records(tmp_path):
    """Half of the repetitions are unscored: the interval holds both ways to complete them."""
    rows = [f"q{j},{o},{e}" for j in range(100) for e, o in ((1, "correct"), (2, "unscored"))]
    path = write(tmp_path / "x.csv", "question,outcome,epoch", *rows)
    low, high = targets(report(path))[0]["score_interval"]
    assert low < 0.5
    assert high == 1


def test_withdrawn_answers_of_repeated_questions_count_by_question(tmp_path):
    """Ten epochs of eight questions are eight observations, not eighty."""
    for name, t, outcome in (("a", 0.1, "correct"), ("b", 0.5, "abstain")):
        rows = [f"q{j},{outcome},{e},{t}" for j in range(8) for e in range(1, 11)]
        write(tmp_path / f"{name}.csv", "question,outcome,epoch,t", *rows)
    found = report(tmp_path / "a.csv", tmp_path / "b.csv")["behavioural"][0]["withdrawn"][0]
    assert (found["n_withdrawn"], found["accuracy"]) == (80, 1)
    low, high = found["accuracy_interval"]
    assert high == 1
    assert low < 0.7
    assert found["compatible"] is False or low <= 0.5


@pytest.mark.parametrize("repeated", [False, True])
def test_intervals_cover_rates_of_questions_with_unknown_outcomes(repeated):
    """At 0.8, logs of 30 questions of which a tenth are unscored (false alarm 1e-6 each)."""
    settings = Settings(targets=(0.0, 0.75), confidence_level=0.8)
    rng = np.random.default_rng(20260506)
    truth, hits = np.array([0.6, 0.15, 0.25]), np.zeros(5)
    n_logs, epochs = (50, 3) if repeated else (200, 1)
    for child in rng.spawn(n_logs):
        # Repetitions of a question are all alike, the worst case.
        kinds = child.choice(3, 30, p=truth)
        seen = np.where(child.random((30, epochs)) < 0.1, 3, kinds[:, None])
        table = np.stack([(seen == k).sum(axis=1) for k in range(4)], axis=1)
        found = intervals(table.sum(axis=0), table if repeated else None, settings)
        wanted = [
            (found.rates["accuracy"], 0.6),
            (found.rates["error_rate"], 0.15),
            (found.rates["accuracy_attempted"], 0.8),
            (found.scores[0], 0.6),
            (found.scores[1], 0.6 - 3 * 0.15),
        ]
        hits += [low <= value <= high for (low, high), value in wanted]
    for count in hits.tolist():
        assert binomtest(int(count), n_logs, 0.8, alternative="less").pvalue > 1e-6


def test_undetermined_records_have_no_points_in_paired_tests(tmp_path):
    """Neither those of a mistake: a log with unscored questions is not below one that abstains."""
    assert points(0.75).tolist() == [1, -3, 0, 0]
    a = table(tmp_path / "a.csv", ["correct"] * 5 + ["unscored"] * 15)
    b = table(tmp_path / "b.csv", ["correct"] * 5 + ["abstain"] * 15)
    for row in report(a, b)["paired"]:
        assert (row["difference"], row["n_different"], row["p_value"]) == (0, 0, 1)


def test_many_tests_are_adjusted_together(tmp_path):
    """Three logs at four targets: three comparisons, twelve tests, Holm; the text has max-T."""
    paths = [
        table(tmp_path / f"{name}.csv", ["correct"] * k + ["wrong"] * (30 - k))
        for name, k in (("a", 20), ("b", 25), ("c", 20))
    ]
    rows = report(*paths)["paired"]
    assert {row["n_tests"] for row in rows} == {12}
    assert all(row["p_value"] <= row["p_holm"] <= min(1, 12 * row["p_value"]) for row in rows)
    smallest = min(rows, key=lambda row: row["p_value"])
    assert smallest["p_holm"] == min(1, 12 * smallest["p_value"])
    assert "for all pairs and t together" in run(*paths).output
