"""``score --human FILE``: rates by people's judgement, from labels of some records."""

import pytest

from tests.command.test_score import complaint, report, run, write

HEAD = "question,outcome"


@pytest.fixture
def judged(tmp_path):
    """A judge that calls 100 of 200 right; people find every fifth of its mistakes right."""
    rows = [f"q{i},{'correct' if i < 100 else 'wrong'}" for i in range(200)]
    log = write(tmp_path / "a.csv", HEAD, *rows)
    labels = [f"q{i},correct" for i in range(0, 100, 10)]
    labels += [f"q{i},{'correct' if i % 50 == 0 else 'wrong'}" for i in range(100, 200, 10)]
    return log, write(tmp_path / "people.csv", "question,kind", *labels)


def test_rates_by_people_by_hand(judged):
    """Of 180 unlabelled 90 are called right; people add 2 of 20: .5 + .1 right, .5 - .1 wrong."""
    log, people = judged
    found = report(log, "--human", people, "--t", "0", "--t", "0.5")["logs"][0]
    human = found["human"]
    assert (human["n_labelled"], human["n_agreed"]) == (20, 18)
    assert human["right"][0] == pytest.approx(0.6)
    assert human["wrong"][0] == pytest.approx(0.4)
    assert human["abstained"][0] == pytest.approx(0)
    assert [row["score"] for row in human["targets"]] == pytest.approx([0.6, 0.2])
    for name, truth in (("right", 0.6), ("wrong", 0.4)):
        low, high = human[name][1]
        assert 0 < low < truth < high < 1
    assert found["targets"][0]["score"] == 0.5
    assert found["n_corrected"] == 0


def test_scores_hold_at_all_targets_together(judged):
    log, people = judged
    human = report(log, "--human", people, "--t", "0", "--t", "0.5")["logs"][0]["human"]
    at_zero, at_half = (row["score_interval"] for row in human["targets"])
    assert at_zero[0] < human["right"][1][0] < human["right"][1][1] < at_zero[1]
    assert at_half[0] < at_zero[0] - human["wrong"][1][1]


def test_text_and_page_say_it(judged, tmp_path):
    log, people = judged
    said = run(log, "--human", people, "--report", tmp_path / "a.html").output
    assert "by people, who labelled 20 records and 18 of these as the log does: right 60%" in said
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "a by people, who labelled 20 records, 18 of them as the log does" in page
    assert "by people, who" not in run(log).output


def test_logs_without_labels_have_no_such_rates(judged, tmp_path):
    log, people = judged
    other = write(tmp_path / "b.csv", HEAD, *(f"p{i},correct" for i in range(5)))
    found = report(log, other, "--human", people, "--separate")["logs"]
    assert found[0]["human"] is not None
    assert found[1]["human"] is None


def test_what_cannot_be_is_one_sentence(judged, tmp_path):
    log, people = judged
    assert "not by both" in complaint(log, "--human", people, "--corrections", people)
    twice = write(tmp_path / "c.csv", "question,epoch,outcome", "q0,1,wrong", "q0,2,correct")
    labels = write(tmp_path / "l.csv", "question,epoch,kind", "q0,1,wrong")
    assert "asked once each, with --human" in complaint(twice, "--human", labels)
    nobody = write(tmp_path / "n.csv", "question,kind", "zz,wrong")
    assert "got none of them" in complaint(log, "--human", nobody)
