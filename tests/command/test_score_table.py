"""``score --table FILE``: the re-scored table as CSV and Markdown, ranks as intervals at each t."""

import csv

import pytest

from tests.command.test_score import report, run
from tests.command.test_verdict import MADE, write


@pytest.fixture
def made(tmp_path):
    return [write(tmp_path / f"{name}.csv", *counts) for name, counts in MADE.items()]


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_holds_every_digit_of_the_report(tmp_path, made):
    path = tmp_path / "scores.csv"
    assert run(*made, "--table", path).exit_code == 0
    found = report(*made)
    wanted = [(log, row) for log in found["logs"] for row in log["targets"]]
    rows = rows_of(path)
    assert len(rows) == len(wanted) == 12
    for got, (log, row) in zip(rows, wanted, strict=True):
        assert log["log"].endswith(f"{got['log']}.csv")
        assert (float(got["t"]), int(got["n"])) == (row["t"], 200)
        assert float(got["score"]) == row["score"]
        assert [float(got["score_low"]), float(got["score_high"])] == row["score_interval"]
        for word, rate in (("right", "accuracy"), ("wrong", "error_rate")):
            assert float(got[word]) == row[rate]
            assert [float(got[f"{word}_{end}"]) for end in ("low", "high")] == row[
                f"{rate}_interval"
            ]


def test_a_rank_is_an_interval_that_holds_the_rank_in_these_records(tmp_path, made):
    """Ranks at each t by hand: A B C at 0; then C leads, A is last from t = .24 on."""
    path = tmp_path / "scores.csv"
    run(*made, "--t", "0", "--t", "0.5", "--t", "0.9", "--table", path)
    by_hand = {0: "ABC", 0.5: "CBA", 0.9: "CBA"}
    widths = []
    for row in rows_of(path):
        best, worst = int(row["rank_best"]), int(row["rank_worst"])
        assert 1 <= best <= by_hand[float(row["t"])].index(row["log"]) + 1 <= worst <= 3
        widths.append(worst - best)
    assert min(widths) == 0
    assert max(widths) > 0


def test_one_log_and_separate_ones_have_no_ranks(tmp_path, made):
    path = tmp_path / "scores.csv"
    for arguments in (made[:1], [*made, "--separate"]):
        run(*arguments, "--table", path)
        assert {row["rank_best"] for row in rows_of(path)} == {""}


def test_markdown_reads_as_a_table_whatever_a_log_is_called(tmp_path):
    odd = write(tmp_path / "a|b_[c](d) <i>`.csv", 3, 2, 1)
    path = tmp_path / "scores.md"
    assert run(odd, "--t", "0.5", "--table", path).exit_code == 0
    head, line, row = path.read_text(encoding="utf-8").splitlines()
    assert head.split(" | ")[:3] == ["| log", "t", "score"]
    assert line.count("---") == 8
    assert row.startswith(r"| a\|b\_\[c\](d) \<i\>\` | 0.5 | +0.167 |")
    assert "| 50.0% | 33.3% | 16.7% |" in row
