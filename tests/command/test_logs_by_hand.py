"""The readers of logs on records of a line or two, each verdict by hand."""

import json
import math

import numpy as np
import pytest

from hallucination_theory.inputs.opened import Source
from hallucination_theory.logs.confidences import as_number, in_unit
from hallucination_theory.logs.inspect_files import (
    _reading,
    _verdict,
    _verdict_of_dict,
    read_inspect,
)
from hallucination_theory.logs.labels import ReadOptions
from hallucination_theory.logs.lm_eval_files import (
    MISSING,
    _continuations,
    _option,
    _value,
    looks_like_lm_eval,
)
from hallucination_theory.logs.plain import _no_map, read_plain
from hallucination_theory.logs.recogniser import Recogniser
from hallucination_theory.logs.records import (
    ABSTAIN,
    CORRECT,
    EMPTY,
    REFUSAL,
    UNPARSED,
    UNSCORED,
    WRONG,
    Readings,
    Recognition,
    resolve,
)
from tests.command.hostile_named import log
from theory.errors import InvalidInput

HERE = "data row {}".format


def table(tmp_path, text, **options):
    path = tmp_path / "log.csv"
    path.write_text(text)
    return read_plain(Source(path, "log.csv"), ReadOptions(**options), Recogniser())


@pytest.mark.parametrize("value", [101, -101, 10**400, -(10**400)])
def test_a_confidence_that_no_scale_has_is_refused_whatever_its_size(value):
    with pytest.raises(InvalidInput, match=r"confidence must be .*in \[0, 1\]"):
        as_number(value)
    assert [as_number(v) for v in (100, -100, 0.5, "85 %")] == [100.0, -100.0, 0.5, 0.85]


def test_percent_is_told_by_the_whole_column():
    """Above 10 and at most 100, and nothing between 0 and 1."""
    for values in ([50], [0, 11], [1, 100], [0, 1, 50, math.nan]):
        found, notes = in_unit(np.array(values, dtype=float), HERE)
        np.testing.assert_array_equal(found, np.array(values) / 100)
        assert notes == ("confidences are percent, divided by 100",)
    for values, row in (
        ([0, 10], 1),
        ([1, 0, 101], 2),
        ([0.5, 50], 1),
        ([0, 1, -1], 2),
        ([0, 2], 1),
    ):
        with pytest.raises(InvalidInput, match=rf"confidence must be .* at data row {row}[.;]"):
            in_unit(np.array(values, dtype=float), HERE)
    found, notes = in_unit(np.array([0, 1, 0.5]), HERE)
    assert (found.tolist(), notes) == ([0, 1, 0.5], ())


def test_what_an_outcome_says_stands_before_what_an_answer_looks_like(tmp_path):
    """A thought without an end is unparsed, unless the file calls the record correct."""
    read = table(tmp_path, "outcome,answer\ncorrect,<think>It\nwrong,<think>It\nwrong,Rome\n")
    assert read.verdict.tolist() == [CORRECT, UNPARSED, WRONG]
    assert [*read.names] == [1, 2, 3]
    assert read.question.tolist() == [0, 1, 2]


def test_a_table_without_answers_has_none(tmp_path):
    read = table(tmp_path, "id,outcome\nb,correct\na,wrong\n")
    assert (read.answer, read.verdict.tolist()) == (None, [CORRECT, WRONG])
    assert [str(read.names[q]) for q in read.question] == ["b", "a"]


def test_how_many_answers_are_right_by_the_normalisation_only(tmp_path):
    read = table(tmp_path, 'answer,target\n"Paris.",Paris\nParis,Paris\nthe nile,Nile\nx,y\n')
    assert read.verdict.tolist() == [CORRECT, CORRECT, CORRECT, WRONG]
    assert read.notes == ("2 answers equal their target after normalisation only",)


def test_one_task_of_a_table_is_read(tmp_path):
    text = "task,question,outcome\na,q1,correct\nb,q1,wrong\na,q2,correct\n"
    assert table(tmp_path, text, task="a").verdict.tolist() == [CORRECT, CORRECT]
    assert table(tmp_path, text, task="b").verdict.tolist() == [WRONG]
    with pytest.raises(InvalidInput, match="--task"):
        table(tmp_path, text)
    assert len(table(tmp_path, text.replace("b,", "a,").replace("a,q1,w", "a,q3,w")).verdict) == 3


@pytest.mark.parametrize("epoch", ["1.5", "9007199254740992", "-9007199254740992", "nan", "inf"])
def test_an_epoch_is_a_whole_number(tmp_path, epoch):
    rows = f"question,epoch,outcome\nq,9007199254740991,wrong\nq,-3,wrong\nq,{epoch},wrong\n"
    with pytest.raises(InvalidInput, match="epoch must be a"):
        table(tmp_path, rows)
    read = table(tmp_path, rows.replace(epoch, "2"))
    assert read.epoch.tolist() == [9007199254740991, -3, 2]


def test_a_stated_target_is_in_the_unit_interval_in_every_row(tmp_path):
    read = table(tmp_path, "t,outcome\n0,wrong\n0.99,wrong\n")
    assert read.stated.tolist() == [0, 0.99]
    with pytest.raises(InvalidInput, match="data row 3"):
        table(tmp_path, "t,outcome\n0,wrong\n0.5,wrong\n1,wrong\n")


@pytest.mark.parametrize(
    ("there", "semicolons"),
    [(["a;b"], True), (["a;b", "c"], False), (["a"], False), ([], False)],
)
def test_semicolons_are_told_where_they_are_the_cause(tmp_path, there, semicolons):
    complaint = _no_map(Source(tmp_path, "x.csv"), there, set())
    assert ("separated by semicolons" in complaint.remedy) == semicolons


def readings(verdict, answer=None, **more):
    n = len(verdict)
    given = {"question": np.arange(n), "names": [*range(n)]} | more
    return Readings("x", "y", verdict=np.array(verdict, dtype=np.int8), answer=answer, **given)


def test_the_recogniser_is_judged_by_the_labels_of_the_file():
    """Of three abstentions two are missed; three of four attempts are taken for one."""
    said = ["IDK", "Rome", "Oslo", "IDK", "IDK", "IDK", "Rome", "IDK", "Rome", None]
    verdict = [ABSTAIN] * 3 + [WRONG] * 4 + [UNPARSED, UNSCORED, WRONG]
    found = resolve(readings(verdict, said, label_has_idk=True), Recogniser())
    assert found.recognition == Recognition(9, 4, 0, n_gold=7, n_missed=2, n_false_alarms=3)
    assert found.kind.tolist() == [ABSTAIN] * 6 + [WRONG, ABSTAIN, UNSCORED, WRONG]


def test_what_the_file_calls_correct_stays_so():
    said = ["IDK", "IDK", "Rome", "I can't help with that.", " "]
    found = resolve(readings([CORRECT, WRONG, CORRECT, WRONG, CORRECT], said), Recogniser())
    assert found.recognition == Recognition(5, 2, 2)
    assert found.kind.tolist() == [CORRECT, ABSTAIN, CORRECT, REFUSAL, CORRECT]
    assert resolve(readings([WRONG]), Recogniser()).recognition == Recognition(0, 0, 0)


def test_one_question_asked_twice_makes_a_log_of_repetitions():
    many = {"question": np.array([0, 1, 1]), "names": ["a", "b"]}
    assert readings([WRONG] * 3, epoch=np.array([1, 1, 2]), **many).repeated
    assert not readings([WRONG] * 3).repeated


def test_a_metric_that_a_record_lists_and_lacks_is_told():
    with pytest.raises(InvalidInput, match="metric acc must be in every record, got none at here"):
        _value({"values": {"acc": MISSING}, "where": "here"}, "acc")


def test_the_text_of_an_option_is_the_second_of_a_pair():
    assert _continuations([["q", " a"], "xy", ["p", "q", "r"], ["q", 3]], 4) == [" a", "", "", ""]
    assert _continuations({"0": {"c": "q", "t": " a"}, "1": "xy"}, 2) == [" a", ""]


def test_the_option_that_a_metric_credits_and_its_softmax():
    """Log-likelihoods so low, or so far apart, that only their differences fit in floats."""
    options = [("a", -2001.0), ("bbbb", -2000.0)]
    text, share = _option(options, "acc")
    assert (text, share) == ("bbbb", pytest.approx(1 / (1 + math.exp(-1)), rel=1e-15))
    text, share = _option([("aaaa", -4.0), ("b", -2.0)], "acc_norm")  # -1 and -2 a character
    assert (text, share) == ("aaaa", pytest.approx(1 / (1 + math.exp(2)), rel=1e-15))
    assert _option([("a", -5000.0), ("b", 0.0)], "acc") == ("b", 1.0)
    for given, metric in ((options, "f1"), ([], "acc"), ([("", -1.0), ("b", -2.0)], "acc_norm")):
        text, share = _option(given, metric)
        assert text is None
        assert math.isnan(share)


def test_a_table_that_names_documents_is_no_sample_file():
    assert looks_like_lm_eval('{"doc_id": 1, "filtered_resps": ["x"]}')
    assert not looks_like_lm_eval('{"doc_id": 1, "outcome": "correct"}')
    assert not looks_like_lm_eval('{"question": 1, "resps": ["x"]}')


def test_samples_that_a_run_planned_and_the_file_lacks_are_told(tmp_path):
    document = log(eval__dataset={"sample_ids": [1, 2, 3]}, eval__config={"epochs": 2})
    document["samples"] = document["samples"][:1]
    path = tmp_path / "log.json"
    path.write_text(json.dumps(document))
    read = read_inspect(Source(path, "log.json"), ReadOptions(), Recogniser())
    assert read.notes == ("1 of 6 planned samples are in the log",)
    score = next(iter(document["samples"][0]["scores"].values()))
    score["metadata"] = {"confidence": 85}
    path.write_text(json.dumps(document))
    read = read_inspect(Source(path, "log.json"), ReadOptions(), Recogniser())
    assert read.notes[1:] == ("confidences are percent, divided by 100",)
    score["metadata"] = {}
    document["eval"]["dataset"]["sample_ids"] = [1]
    document["eval"]["config"] = {}
    path.write_text(json.dumps(document))
    assert read_inspect(Source(path, "log.json"), ReadOptions(), Recogniser()).notes == ()


@pytest.mark.parametrize(
    "score", [{"reason": "grader_failed"}, {"metadata": {"unscored_reason": "grader_failed"}}]
)
def test_why_a_score_is_abnormal_stands_in_one_of_two_places(score):
    sample = {"id": "1", "epoch": 1, "failed": False, "choices": [], "completion": "x"}
    read = _reading(sample | {"scores": {"s": {"value": "I"} | score}}, "s", "x.eval")
    assert read["reason"] == "grader_failed"
    assert _verdict(read, None, {"I": WRONG}) == UNSCORED


def test_what_is_certain_of_an_answer_decides_unless_it_is_right_or_was_not_scored():
    row = {"failed": False, "value": "v", "where": "here", "answer": "x", "reason": None}
    for kind, verdict in ((WRONG, EMPTY), (CORRECT, CORRECT), (UNSCORED, UNSCORED)):
        assert _verdict(row, EMPTY, {"v": kind}) == verdict
    assert _verdict(row | {"failed": True}, EMPTY, {"v": CORRECT}) == UNSCORED


def test_a_score_of_three_verdicts_has_one_of_them():
    def told(*values):
        named = dict(zip(("correct", "incorrect", "not_attempted"), values, strict=True))
        return _verdict_of_dict(named, "here")

    assert [told(1, 0, 0), told(0, 1.0, 0), told(0, 0, 1)] == [CORRECT, WRONG, ABSTAIN]
    assert told(0, 0, 0) == UNPARSED
    for values in ((0.5, 0, 0), (1, 1, 0), (1, -1, 0)):
        with pytest.raises(InvalidInput, match="1 for one of its keys and 0 for the rest"):
            told(*values)
    with pytest.raises(InvalidInput, match="must be numbers 0 and 1"):
        told("1", 0, 0)
