"""``score --corrections FILE``: records counted as somebody says, or one sentence."""

import json

import pytest

from hallucination_theory.page.corrections import key_of
from tests.command.test_score import KINDS, complaint, outcomes, report, run, write

LONG = "What is " + "really " * 60 + "the capital?"


@pytest.fixture
def log(tmp_path):
    rows = [("q1", "correct"), ("q2", "wrong"), ("q3", "abstain"), (LONG, "wrong")]
    return write(tmp_path / "a.csv", "question,outcome", *(",".join(row) for row in rows))


def test_records_count_as_the_file_says(tmp_path, log):
    """2 of 4 wrong become an abstention and a right answer: .25 right, then .5."""
    fixed = write(tmp_path / "c.csv", "question,kind", "q2,abstain", "q1,correct",
                  f"{key_of(LONG)},Correct")  # fmt: skip
    found = report(log, "--corrections", fixed)
    assert outcomes(found) == (2, 0, 2, 0, 0, 0, 0, 0)
    assert outcomes(report(log)) == (1, 2, 1, 0, 0, 0, 0, 0)
    assert found["logs"][0]["n_corrected"] == 2
    assert "2 records count otherwise by c.csv" in found["logs"][0]["notes"]
    assert "2 records count otherwise by c.csv" in run(log, "--corrections", fixed).output
    assert report(log)["logs"][0]["n_corrected"] == 0


def test_every_kind_can_be_said(tmp_path, log):
    for kind in KINDS:
        fixed = write(tmp_path / "c.jsonl", json.dumps({"question": "q2", "kind": kind}))
        before = dict(zip(KINDS, (1, 1, 1, 0, 0, 0, 0, 0), strict=True))
        before[kind] += 1
        assert outcomes(report(log, "--corrections", fixed)) == tuple(before.values())


def test_one_record_of_several_is_told_by_log_epoch_and_target(tmp_path):
    rows = [f"q{i},{e},{t},wrong" for i in (1, 2) for e in (1, 2) for t in (0, 0.5)]
    logs = [write(tmp_path / f"{name}.csv", "question,epoch,t,outcome", *rows) for name in "ab"]
    fixed = write(
        tmp_path / "c.jsonl",
        '{"log": "b.csv", "question": "q2", "epoch": 2, "t": 0.5, "kind": "correct"}',
        '{"log": "a.csv", "question": "q1", "epoch": 1, "t": 0, "kind": "abstain"}',
    )
    found = report(*logs, "--corrections", fixed)
    assert [log["n_corrected"] for log in found["logs"]] == [1, 0, 0, 1]
    assert [outcomes(found, j)[:3] for j in (0, 3)] == [(0, 3, 1), (1, 3, 0)]
    for least in ({"log": "b.csv", "epoch": 2}, {"log": "b.csv", "t": 0.5}, {"epoch": 1, "t": 0}):
        row = {"question": "q2", "kind": "correct"} | least
        said = complaint(*logs, "--corrections", write(tmp_path / "d.jsonl", json.dumps(row)))
        assert "log, epoch and t tell records of one question apart" in said


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["question,outcome", "q1,wrong"], "'kind' missing"),
        (["question,kind", "q1,maybe"], "kind must be one of correct, wrong, abstain"),
        (["question,kind", "q9,wrong"], "'q9' must be one record of the logs, got none of them"),
        (["question,kind,log", "q1,wrong,z.csv"], "got none of them"),
        (["question,kind", "q1,wrong", "q1,abstain"], "got wrong and abstain at data row 2"),
        (["question,kind,epoch", "q1,wrong,first"], "epoch must be a number, got 'first'"),
        (["question,kind"], "a table without rows"),
    ],
)
def test_what_is_no_correction_is_one_sentence(tmp_path, log, lines, message):
    assert message in complaint(log, "--corrections", write(tmp_path / "c.csv", *lines))


def test_the_same_correction_twice_is_one(tmp_path, log):
    fixed = write(tmp_path / "c.csv", "question,kind", "q2,abstain", "q2,abstain")
    assert report(log, "--corrections", fixed)["logs"][0]["n_corrected"] == 1
