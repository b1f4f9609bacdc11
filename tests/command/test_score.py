"""``hallucination-theory score`` on tables and on real logs of both harnesses (tests/data)."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from hallucination_theory.cli import cli

DATA = Path(__file__).resolve().parents[1] / "data"
KINDS = ("correct", "wrong", "abstain", "refusal", "empty", "unparsed", "unscored", "unclear")
INTERVALS = ("score", "accuracy", "error_rate", "abstention_rate", "accuracy_attempted")


def run(*arguments):
    return CliRunner().invoke(cli, ["score", *map(str, arguments)])


def report(*arguments):
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def complaint(*arguments):
    """Exit code 2 and one sentence."""
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert result.output.count("\n") == 1
    return result.output


def targets(found, j=0):
    return found["logs"][j]["targets"]


def outcomes(found, j=0):
    return tuple(found["logs"][j]["outcomes"][kind] for kind in KINDS)


def write(path, *lines):
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


TEN = ["correct"] * 5 + ["wrong"] * 2 + ["abstain"] * 3


def ten(folder, suffix):
    path = folder / f"ten{suffix}"
    rows = [{"question": f"q{j}", "outcome": outcome} for j, outcome in enumerate(TEN)]
    if suffix == ".csv":
        return write(path, "question,outcome", *(",".join(row.values()) for row in rows))
    if suffix == ".jsonl":
        return write(path, *map(json.dumps, rows))
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_ten_questions_by_hand(tmp_path, suffix):
    """5 right, 2 wrong, 3 abstentions: 0.5 - 0.2 L at penalties 0, 1, 3, 9."""
    rows = targets(report(ten(tmp_path, suffix)))
    assert [row["t"] for row in rows] == [0, 0.5, 0.75, 0.9]
    assert [row["score"] for row in rows] == pytest.approx([0.5, 0.3, -0.1, -1.3])
    for row in rows:
        assert (row["accuracy"], row["error_rate"], row["abstention_rate"]) == (0.5, 0.2, 0.3)
        assert row["accuracy_attempted"] == 5 / 7
        for name in INTERVALS:
            low, high = row[f"{name}_interval"]
            assert low < row[name] < high


def test_targets_of_the_users_own(tmp_path):
    rows = targets(report(ten(tmp_path, ".csv"), "--t", "0.8", "--t", "0.2"))
    assert [(row["t"], row["score"]) for row in rows] == [
        (0.8, pytest.approx(0.5 - 0.2 * 4)),
        (0.2, pytest.approx(0.5 - 0.2 / 4)),
    ]


@pytest.mark.parametrize(
    ("t", "message"),
    [("1", "at t = 1 the penalty"), ("75", "on a scale from 0 to 1 this is 0.75"), ("-1", "-1.0")],
)
def test_bad_targets(tmp_path, t, message):
    said = complaint(ten(tmp_path, ".csv"), "--t", t)
    assert "t must be in [0, 1)" in said
    assert message in said


def test_inspect_log():
    """A real run of Inspect's match: "I don't know", a refusal, nothing at all, none a mistake."""
    found = report(DATA / "inspect_match.json")
    assert outcomes(found) == (3, 2, 1, 1, 1, 0, 0, 0)
    assert found["logs"][0]["recogniser"]["n_changed"] == 2
    assert targets(found)[2]["score"] == pytest.approx(3 / 8 - 3 * 2 / 8)
    labels = report(DATA / "inspect_match.json", "--no-built-in")
    assert outcomes(labels) == (3, 4, 0, 0, 1, 0, 0, 0)


def test_inspect_log_with_a_sample_that_could_not_be_scored():
    """Inspect's own accuracy is over 7 of 8; here the eighth stays in the denominator, shown."""
    found = report(DATA / "inspect_half_blind.eval")
    assert outcomes(found) == (3, 1, 1, 1, 1, 0, 1, 0)
    row = targets(found)[1]
    assert (row["accuracy"], row["undetermined_rate"]) == (3 / 8, 1 / 8)
    assert row["score_range"] == pytest.approx([1 / 8, 3 / 8])
    wrong = report(DATA / "inspect_half_blind.eval", "--count", "unscored=wrong")
    assert targets(wrong)[1]["score"] == pytest.approx(1 / 8)
    assert "12.5% undetermined" in run(DATA / "inspect_half_blind.eval").output


def test_inspect_log_of_our_scorer_over_epochs():
    """Two epochs are two records of a question: exact means, intervals over questions."""
    found = report(DATA / "inspect_target.eval")
    log = found["logs"][0]
    assert (log["stated_t"], log["n_records"], log["n_questions"]) == (0.75, 16, 8)
    assert outcomes(found) == (6, 4, 2, 2, 2, 0, 0, 0)
    assert log["recogniser"]["n_gold"] is None
    with zipfile_with_zstd(DATA / "inspect_target.eval") as archive:
        (metric,) = json.loads(archive.read("header.json"))["results"]["scores"]
    for row in targets(found):
        theirs = metric["metrics"][f"score@{row['t']:g}"]["value"]
        assert row["score"] == pytest.approx(theirs, abs=1e-12)


def zipfile_with_zstd(path, mode="r"):
    import zipfile_zstd  # noqa: F401  # teaches zipfile the method, as the reader does

    return zipfile.ZipFile(path, mode)


def edited(path, target, change):
    """Copy an .eval file, passing each member through ``change(name, text)``; None drops it."""
    with zipfile_with_zstd(path) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            text = change(name, source.read(name))
            if text is not None:
                copy.writestr(name, text)
    return target


def test_samples_missing_from_a_log_are_not_guessed(tmp_path):
    """A sample that never finished leaves no file; the report says how many were planned."""
    path = edited(
        DATA / "inspect_half_blind.eval", tmp_path / "partial.eval",
        lambda name, text: None if name.startswith("samples/q0") else text,
    )  # fmt: skip
    found = report(path)
    assert outcomes(found) == (2, 1, 1, 1, 1, 0, 1, 0)
    assert found["logs"][0]["notes"] == ["7 of 8 planned samples are in the log"]


def test_truncated_inspect_log(tmp_path):
    path = tmp_path / "cut.eval"
    path.write_bytes((DATA / "inspect_match.json").read_bytes()[:5000])
    assert f"the log {path} must be a complete Inspect log" in complaint(path)
    path.write_bytes((DATA / "inspect_target.eval").read_bytes()[:5000])
    assert "damaged archive" in complaint(path)
    cut = tmp_path / "cut.json"
    cut.write_bytes((DATA / "inspect_match.json").read_bytes()[:50_000])
    assert "truncated JSON" in complaint(cut)
    assert str(cut) in complaint(cut)


def test_damaged_members_of_an_inspect_log(tmp_path):
    source = DATA / "inspect_half_blind.eval"
    path = edited(source, tmp_path / "a.eval", lambda n, x: x[:-9] if "q3" in n else x)
    assert "samples/q3_epoch_1.json of" in complaint(path)
    path = edited(source, tmp_path / "b.eval", lambda n, x: None if n == "header.json" else x)
    assert "the run was interrupted" in complaint(path)
    data = bytearray(source.read_bytes())
    with zipfile_with_zstd(source) as archive:
        info = archive.getinfo("samples/q2_epoch_1.json")
    at = info.header_offset + 80
    data[at : at + 200] = bytes(200)
    (tmp_path / "c.eval").write_bytes(data)
    assert "samples/q2_epoch_1.json" in complaint(tmp_path / "c.eval")


def with_value(value):
    def change(name, text):
        if not name.startswith("samples/q2"):
            return text
        sample = json.loads(text)
        sample["scores"]["half_blind"]["value"] = value
        return json.dumps(sample)

    return change


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("P", "an outcome must be correct, wrong, abstain or one of their synonyms, got 'P'"),
        (0.5, "got 0.5"),
        ({"a": 1}, "a dict with keys correct, incorrect, not_attempted"),
        ({"correct": 1, "incorrect": 1, "not_attempted": 0}, "1 for one of its keys"),
        ({"correct": 0.5, "incorrect": 0.5, "not_attempted": 0}, "1 for one of its keys"),
    ],
)
def test_scores_without_a_meaning(tmp_path, value, message):
    path = edited(DATA / "inspect_half_blind.eval", tmp_path / "x.eval", with_value(value))
    said = complaint(path)
    assert message in said
    assert "sample q2 (epoch 1) of" in said


def test_partial_credit_can_be_given_a_meaning(tmp_path):
    path = edited(DATA / "inspect_half_blind.eval", tmp_path / "x.eval", with_value("P"))
    assert "'C' (3 times)" in complaint(path, "--label", "P=correct")
    given = ["--label", "P=correct", "--label", "C=correct", "--label", "I=wrong"]
    assert outcomes(report(path, *given)) == (4, 0, 1, 1, 1, 0, 1, 0)


def test_scorer_must_be_named_if_there_are_several(tmp_path):
    def change(name, text):
        if not name.startswith("samples/"):
            return text
        sample = json.loads(text)
        sample["scores"]["second"] = sample["scores"]["half_blind"] | {"value": "C"}
        return json.dumps(sample)

    path = edited(DATA / "inspect_half_blind.eval", tmp_path / "x.eval", change)
    assert "choose with --scorer" in complaint(path)
    assert outcomes(report(path, "--scorer", "second"))[0] == 8
    assert "the scorer must be one of 'half_blind', 'second', got 'x'" in complaint(
        path, "--scorer", "x"
    )


def test_lm_eval_samples_of_our_task():
    """The dummy model says "lol", which is right once in four."""
    found = report(DATA / "lm_eval_facts_t75.jsonl")
    assert outcomes(found) == (1, 3, 0, 0, 0, 0, 0, 0)
    assert found["logs"][0]["stated_t"] == 0.75
    assert targets(found)[2]["score"] == 1 / 4 - 3 * 3 / 4


def test_lm_eval_filters():
    """One line per filter; what the strict one cannot parse is unparsed, not wrong."""
    path = DATA / "lm_eval_filtered.jsonl"
    assert "the filter must be chosen" in complaint(path)
    assert outcomes(report(path, "--filter", "loose")) == (1, 3, 0, 0, 0, 0, 0, 0)
    assert "4 records without one" in complaint(path, "--filter", "strict")
    strict = report(path, "--filter", "strict", "--count", "unparsed=abstained")
    assert outcomes(strict) == (0, 0, 0, 0, 0, 4, 0, 0)
    assert targets(strict)[0]["accuracy_attempted"] is None
    text = run(path, "--filter", "strict", "--count", "unparsed=abstained").output
    assert " none\n" in text


def test_lm_eval_abstention_that_the_filter_missed(tmp_path):
    """A filter that finds no answer in "I don't know" does not make it unparsed."""
    text = (DATA / "lm_eval_filtered.jsonl").read_text().replace('[["lol"]]', '[["I do not know"]]')
    path = write(tmp_path / "samples_x.jsonl", text.strip())
    assert outcomes(report(path, "--filter", "strict")) == (0, 0, 4, 0, 0, 0, 0, 0)


def test_lm_eval_multiple_choice():
    """Log-likelihoods are logged as text; the chosen option's softmax is the confidence."""
    found = report(DATA / "lm_eval_choices.jsonl")["logs"][0]
    lines = [json.loads(x) for x in (DATA / "lm_eval_choices.jsonl").read_text().splitlines()]
    assert found["outcomes"]["correct"] == sum(x["acc"] for x in lines)
    logliks = np.array([[float(r[0]) for r in x["filtered_resps"]] for x in lines])
    top = np.exp(logliks).max(axis=1) / np.exp(logliks).sum(axis=1)
    right = np.array([x["acc"] for x in lines])
    assert found["confidence"]["brier"] == pytest.approx(np.mean((top - right) ** 2))
    assert "softmax" in found["read_as"]


def test_lm_eval_files_that_do_not_list_their_metrics(tmp_path):
    """As written before 2025: the metric is the key that is not the harness's own."""
    lines = [json.loads(x) for x in (DATA / "lm_eval_filtered.jsonl").read_text().splitlines()]
    loose = [x for x in lines if x["filter"] == "loose"]
    old = [{k: v for k, v in x.items() if k not in ("metrics", "filter")} for x in loose]
    path = write(tmp_path / "old.jsonl", *(json.dumps(x) for x in old[:4]))
    assert sum(outcomes(report(path))) == 4


def test_truncated_lm_eval_file(tmp_path):
    text = (DATA / "lm_eval_facts_t50.jsonl").read_text()
    path = write(tmp_path / "cut.jsonl", text[: len(text) - 100])
    assert f"(line 4) of {path}" in complaint(path)


def lm_eval_edited(folder, number, **changes):
    lines = [json.loads(x) for x in (DATA / "lm_eval_facts_t50.jsonl").read_text().splitlines()]
    lines[number] |= changes
    return write(folder / "samples.jsonl", *map(json.dumps, lines))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"target": None}, "a record's target must be given"),
        ({"metrics": ["acc"]}, "one task per file"),
        ({"doc_id": None}, "a record's doc_id must be given"),
        ({"metrics": "acc"}, "metrics must be a list"),
        ({"stated_t": 1.0}, "at t = 1"),
        ({"correct": None, "metrics": ["correct"]}, "one task per file"),
    ],
)
def test_bad_lm_eval_records(tmp_path, changes, message):
    said = complaint(lm_eval_edited(tmp_path, 2, **changes))
    assert message in said
    assert "(line 3) of" in said


def test_logs_of_different_tasks_are_not_paired():
    """The hash of the document tells question 0 of one task from another's."""
    said = complaint(DATA / "lm_eval_choices.jsonl", DATA / "inspect_match.json")
    assert "3 and 8 questions with 0 in common" in said


def test_logs_of_different_datasets_are_not_paired(tmp_path):
    """Sample ids such as q0 occur in every dataset."""

    def change(name, text):
        if name != "header.json":
            return text
        header = json.loads(text)
        header["eval"]["dataset"]["name"] = "rivers"
        return json.dumps(header)

    source = DATA / "inspect_half_blind.eval"
    other = edited(source, tmp_path / "x.eval", change)
    assert "must be the same, got capitals and rivers" in complaint(source, other)
    assert report(source, source.parent / "inspect_match.json")["paired"][0]["n_questions"] == 8


@pytest.mark.parametrize(
    ("header", "row", "message"),
    [
        ("question,outcome", "q9,maybe", "got 'maybe' (1 times) at data row 2"),
        ("question,outcome", "q9,invalid", "got 'invalid' (1 times) at data row 2"),
        ("question,outcome", "q0,wrong", "'q0' 2 times"),
        ("question,outcome,confidence", "q9,wrong,1.5", "confidence must be in [0, 1], got 1.5"),
        ("question,outcome,confidence", "q9,wrong,80", "divide by 100"),
        ("question,outcome,confidence", "q9,wrong,101%", "confidence must be in [0, 1], got 1.01"),
        ("question,outcome,confidence", "q9,wrong,x%", "got 'x%'"),
        ("question,outcome,confidence", "q9,wrong,high", "got 'high'"),
        ("question,outcome,t", "q9,wrong,1", "at t = 1 the penalty"),
        ("question,outcome,t", "q9,wrong,90", "this is 0.9"),
        ("question,outcome,task", "q9,wrong,other", "choose with --task"),
        ("question,answer,target", "q9,Paris,", "target must be given in every row"),
        ("question,answer", "q9,Paris", "outcome, or answer and target"),
    ],
)
def test_bad_rows(tmp_path, header, row, message):
    good = {"confidence": "0.5", "t": "0.5", "task": "one", "answer": "a", "target": "a"}
    names = header.split(",")
    first = ",".join({"question": "q0", "outcome": "correct", **good}[n] for n in names)
    path = write(tmp_path / "log.csv", header, first, row)
    said = complaint(path)
    assert message in said
    assert str(path) in said


def test_labels_are_whole_words(tmp_path):
    """INCORRECT contains CORRECT and NOT_ATTEMPTED an A: neither is matched by a part."""
    labels = ["INCORRECT", "NOT_ATTEMPTED", "Correct", "C", "I", "N", "refused", "unparsed", ""]
    rows = [f"q{j},{label}" for j, label in enumerate(labels)]
    found = report(write(tmp_path / "x.csv", "question,outcome", *rows))
    assert outcomes(found) == (2, 2, 2, 1, 0, 1, 1, 0)


def test_label_of_the_users_own(tmp_path):
    path = write(tmp_path / "x.csv", "question,outcome", "a,B", "b,correct")
    assert "got 'correct' (1 times)" in complaint(path, "--label", "B=refusal")
    both = ["--label", "B=refusal", "--label", "correct=correct"]
    assert outcomes(report(path, *both)) == (1, 0, 0, 1, 0, 0, 0, 0)
    assert "the kind of label 'b'" in complaint(path, "--label", "B=nothing")
    assert "--label must be of the form" in complaint(path, "--label", "B")


def test_null_outcomes_are_unscored_and_null_answers_empty(tmp_path):
    table = pa.table({"question": ["a", "b"], "outcome": ["correct", None]})
    pq.write_table(table, tmp_path / "x.parquet")
    assert outcomes(report(tmp_path / "x.parquet")) == (1, 0, 0, 0, 0, 0, 1, 0)
    table = pa.table({"answer": ["Paris", None], "target": ["paris", "Rome"]})
    pq.write_table(table, tmp_path / "y.parquet")
    assert outcomes(report(tmp_path / "y.parquet")) == (1, 0, 0, 0, 1, 0, 0, 0)


def test_answers_against_targets(tmp_path):
    path = write(
        tmp_path / "x.jsonl",
        '{"answer": "Paris.", "target": "paris"}',
        '{"answer": "I don\'t know", "target": "Oslo"}',
        '{"answer": 4, "target": 5}',
        '{"answer": "so it is Rome", "target": "Rome"}',
    )
    assert outcomes(report(path)) == (1, 2, 1, 0, 0, 0, 0, 0)
    assert outcomes(report(path, "--answer-pattern", "is (.*)")) == (1, 0, 1, 0, 0, 2, 0, 0)


@pytest.mark.parametrize("flag", ["--abstain", "--refusal", "--answer-pattern"])
def test_patterns_that_are_none(tmp_path, flag):
    for pattern in ("(", "(?=x)"):
        said = complaint(ten(tmp_path, ".csv"), flag, pattern)
        assert "must be a regular expression without look-around and back-references" in said


def test_recogniser_is_judged_where_labels_tell_abstentions(tmp_path):
    """The report says how often the recogniser and the labels disagree."""
    path = write(
        tmp_path / "x.csv",
        "question,answer,outcome",
        "a,I don't know,abstain",
        "b,Nie wiem,abstain",
        "c,unknown,wrong",
        "d,Paris,correct",
    )
    found = report(path)
    assert outcomes(found) == (1, 0, 3, 0, 0, 0, 0, 0)
    recogniser = found["logs"][0]["recogniser"]
    assert (recogniser["n_gold"], recogniser["n_missed"], recogniser["n_false_alarms"]) == (4, 1, 1)
    assert "1 abstentions missed, 1 false alarms in 4 answers" in run(path, "--explain").output


def test_two_way_labels_are_refined_by_the_recogniser(tmp_path):
    path = write(
        tmp_path / "x.csv", "question,answer,outcome", "a,I don't know,wrong", "b,unknown,correct"
    )
    found = report(path)
    assert outcomes(found) == (1, 0, 1, 0, 0, 0, 0, 0)
    assert found["logs"][0]["recogniser"]["n_overruled"] == 1


def test_expressions_and_treatment_are_listed():
    text = run(DATA / "inspect_match.json", "--abstain", "Lisb.n", "--explain").output
    assert "Recognised as abstain: Lisb.n" in text
    assert "refusal as abstained" in text
    assert outcomes(report(DATA / "inspect_match.json", "--abstain", "Lisb.n")) == (
        3, 1, 2, 1, 1, 0, 0, 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("count", "message"),
    [("wrong=abstained", "a kind of record"), ("empty=correct", "what empty counts as")],
)
def test_bad_treatment(tmp_path, count, message):
    assert message in complaint(ten(tmp_path, ".csv"), "--count", count)


def test_confidences(tmp_path):
    """ECE, Brier and area by hand, ties averaged; abstentions and rows without one stay out."""
    path = write(
        tmp_path / "x.csv", "question,outcome,confidence",
        "a,correct,0.9", "b,wrong,0.9", "c,correct,0.5", "d,abstain,0.1", "e,wrong,",
    )  # fmt: skip
    found = report(path, "--t", "0.6")["logs"][0]["confidence"]
    assert (found["n"], found["n_attempted_without"]) == (3, 1)
    assert found["brier"] == pytest.approx((0.01 + 0.81 + 0.25) / 3)
    assert found["ece"] == pytest.approx(2 / 3 * 0.4 + 1 / 3 * 0.5)
    assert found["aurc"] == pytest.approx((1 / 2 + 1 / 2 + 1 / 3) / 3)
    assert found["excess_aurc"] == pytest.approx(found["aurc"] - (1 / 3) / 3)
    assert found["auroc"] == 0.5 / 2
    assert found["risk_coverage"]["coverage"] == pytest.approx([2 / 3, 1])
    (above,) = found["targets_if_answered_above_t"]
    assert (above["accuracy"], above["error_rate"], above["abstention_rate"]) == (0.2, 0.2, 0.6)


@pytest.mark.parametrize(
    ("cells", "unit", "note"),
    [
        (("100", "40", "1", ""), (1.0, 0.4, 0.01), True),
        (("99.5", "0", "40", "0.0"), (0.995, 0.0, 0.4, 0.0), True),
        (("85%", "0.5", "40 %", "N"), None, False),
        (("85%", "0.5", "40 %", ""), (0.85, 0.5, 0.4), False),
        (("1", "0", "1", "1"), (1.0, 0.0, 1.0, 1.0), False),
        (("8", "7", "10", "9"), None, False),
        (("80", "0.5", "70", "60"), None, False),
        (("80", "170", "70", "60"), None, False),
        (("-1", "50", "70", "60"), None, False),
    ],
)
def test_percent_confidences_are_read_where_nothing_else_can_be_meant(tmp_path, cells, unit, note):
    rows = [f"q{i},correct,{cell}" for i, cell in enumerate(cells)]
    path = write(tmp_path / "x.csv", "question,outcome,confidence", *rows)
    if unit is None:
        assert "confidence" in complaint(path)
        return
    log = report(path)["logs"][0]
    brier = sum((1 - x) ** 2 for x in unit) / len(unit)
    assert (log["confidence"]["n"], log["confidence"]["brier"]) == (len(unit), pytest.approx(brier))
    assert any("percent" in text for text in log["notes"]) is note


@pytest.mark.parametrize(
    ("value", "brier"), [("80%", 0.04), (80, 0.04), (0.8, 0.04), (True, None), ("high", None)]
)
def test_percent_confidences_of_an_inspect_log(tmp_path, value, brier):
    def change(name, text):
        if not name.startswith("samples/"):
            return text
        sample = json.loads(text)
        for score in sample["scores"].values():
            score["metadata"] = {"confidence": value}
            score["value"] = "C"
        return json.dumps(sample)

    path = edited(DATA / "inspect_half_blind.eval", tmp_path / "x.eval", change)
    if brier is None:
        assert "confidence must be a number in [0, 1]" in complaint(path)
    else:
        assert report(path)["logs"][0]["confidence"]["brier"] == pytest.approx(brier)


def test_bins_of_the_calibration_error_are_an_option(tmp_path):
    """In one bin: the mean confidence .77 against two of three right."""
    path = write(
        tmp_path / "x.csv", "question,outcome,confidence", "a,correct,0.9", "b,wrong,0.9",
        "c,correct,0.51",
    )  # fmt: skip
    found = report(path, "--ece-bins", "1")["logs"][0]["confidence"]
    assert found["ece"] == pytest.approx(abs(2.31 - 2) / 3)
    assert found["ece_bins"] == "1 of equal width"
    assert "--ece-bins must be a whole number from 1" in complaint(path, "--ece-bins", "0")


def test_long_risk_coverage_curves_are_thinned_and_end_at_full_coverage(tmp_path):
    rng = np.random.default_rng(20260504)
    n = 1000
    table = pa.table(
        {
            "question": [f"q{j}" for j in range(n)],
            "outcome": rng.choice(["correct", "wrong"], n),
            "confidence": rng.random(n),
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")
    curve = report(tmp_path / "x.parquet")["logs"][0]["confidence"]["risk_coverage"]
    assert 100 <= len(curve["risk"]) <= 200
    assert curve["coverage"][-1] == 1


def two_logs(folder, second):
    a = write(folder / "a.csv", "question,outcome", *(f"q{j},correct" for j in range(20)))
    b = write(folder / "b.csv", "question,outcome", *(f"q{j},{x}" for j, x in enumerate(second)))
    return a, b


def test_paired_test_between_two_logs(tmp_path):
    found = report(*two_logs(tmp_path, ["correct"] * 10 + ["wrong"] * 10))["paired"]
    assert [row["difference"] for row in found] == pytest.approx([0.5, 1, 2, 5])
    assert all(row["p_value"] < 0.01 for row in found)
    assert "sign-flip permutation" in found[0]["test"]


def test_a_log_given_twice_does_not_differ_from_itself(tmp_path):
    path = write(tmp_path / "a.csv", "question,outcome", "a,correct", "b,wrong")
    result = run(path, path)
    assert result.exit_code == 0, result.output
    assert "t = 0     +0.000 [-1.00, +1.00], 0 of 2 questions differ" in result.output


def test_logs_with_other_questions_are_not_paired_silently(tmp_path):
    paths = two_logs(tmp_path, ["correct"] * 19)
    assert "20 and 19 questions with 19 in common, 'q19' in one only" in complaint(*paths)
    assert report(*paths, "--common")["paired"][0]["n_questions"] == 19
    assert report(*paths, "--separate")["paired"] == []


STATED = [
    ("0", ["correct", "correct", "wrong", "wrong"]),
    ("0.5", ["correct", "correct", "abstain", "wrong"]),
    ("0.9", ["correct", "abstain", "abstain", "abstain"]),
]


def test_behavioural_audit_of_one_table(tmp_path):
    """Same questions at three stated targets: what was withdrawn, and was it right to."""
    rows = [f"q{j},{x},{t}" for t, outcomes in STATED for j, x in enumerate(outcomes)]
    path = write(tmp_path / "x.csv", "question,outcome,t", *rows)
    found = report(path)
    assert [log["stated_t"] for log in found["logs"]] == [0, 0.5, 0.9]
    (group,) = found["behavioural"]
    assert group["score_of_row_at_column"][0] == pytest.approx([0.5, 0, -4])
    assert group["stating_t_scores_best_at_t"] == [True, True, True]
    first, second = group["withdrawn"]
    assert (first["n_withdrawn"], first["accuracy"], first["compatible"]) == (1, 0, True)
    assert (second["n_withdrawn"], second["accuracy"]) == (2, 0.5)
    assert "behavioural calibration over" in run(path).output


def test_behavioural_audit_of_several_logs(tmp_path):
    found = report(DATA / "lm_eval_facts_t75.jsonl", DATA / "lm_eval_facts_t50.jsonl")
    (group,) = found["behavioural"]
    assert group["targets"] == [0.5, 0.75]
    assert group["withdrawn"][0]["n_withdrawn"] == 0
    assert found["paired"] == []


def test_stated_targets_can_be_given_by_hand(tmp_path):
    paths = two_logs(tmp_path, ["correct"] * 15 + ["abstain"] * 5)
    found = report(*paths, "--stated-t", "0", "--stated-t", "0.9")
    (group,) = found["behavioural"]
    assert group["withdrawn"][0]["accuracy"] == 1
    assert group["withdrawn"][0]["compatible"] is True
    assert "--stated-t must be given once for each of 2 logs" in complaint(
        *paths, "--stated-t", "0"
    )


def test_repetitions_need_an_epoch_column(tmp_path):
    rows = ["a,correct,1", "a,wrong,2", "b,correct,1", "b,correct,2"]
    path = write(tmp_path / "x.csv", "question,outcome,epoch", *rows)
    found = report(path)
    assert targets(found)[0]["accuracy"] == 0.75
    assert (found["logs"][0]["n_records"], found["logs"][0]["n_questions"]) == (4, 2)


@pytest.mark.parametrize("suffix", [".eval", ".csv", ".jsonl", ".json", ".parquet", ".txt"])
def test_missing_empty_and_wrong_files(tmp_path, suffix):
    path = tmp_path / f"log{suffix}"
    assert "no file of this name" in complaint(path)
    path.write_bytes(b"")
    assert str(path) in complaint(path)
    assert "a directory; name the files in it" in complaint(tmp_path)


@pytest.mark.parametrize(
    ("run", "samples", "message"),
    [
        ([], [], "eval must be a JSON object, got list"),
        ({"dataset": 3}, [], "dataset must be a JSON object, got int"),
        ({}, [], "the samples of"),
        ({}, {"a": 1}, "samples must be a list, got dict"),
        ({}, [3], "a sample must be a JSON object, got int at sample number 1 of"),
        ({}, [{}], "a sample's id must be given"),
        ({}, [{"id": 1, "scores": {"m": {"answer": "q"}}}], "the value of score m must be given"),
        ({}, [{"id": 1, "scores": {"m": {"value": [1]}}}], "got [1] at sample 1"),
        ({}, [{"id": 1, "scores": {"m": {"value": "C"}}}] * 2, "'1' 2 times"),
    ],
)
def test_inspect_logs_of_another_structure(tmp_path, run, samples, message):
    log = {"version": 2, "status": "success", "eval": run, "samples": samples}
    assert message in complaint(write(tmp_path / "log.json", json.dumps(log)))


def test_empty_inspect_log(tmp_path):
    def change(name, text):
        if name.startswith("samples/"):
            return None
        header = json.loads(text)
        if name == "header.json":
            header["eval"]["dataset"]["sample_ids"] = []
        return json.dumps(header)

    path = edited(DATA / "inspect_half_blind.eval", tmp_path / "x.eval", change)
    assert f"the samples of {path} must be at least one, got 0" in complaint(path)


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_figure(tmp_path, suffix):
    path = tmp_path / f"figure{suffix}"
    assert run(DATA / "lm_eval_choices.jsonl", "--figure", path).exit_code == 0
    assert path.stat().st_size > 5000


def test_bad_input_writes_nothing(tmp_path):
    target = tmp_path / "figure.png"
    complaint(tmp_path / "missing.csv", "--figure", target)
    assert not target.exists()
    log = ten(tmp_path, ".csv")
    assert "the figure" in complaint(log, "--figure", tmp_path / "figure.bmp")
    assert "the folder" in complaint(log, "--figure", tmp_path / "no" / "figure.png")


def test_scoring_needs_no_harness(tmp_path, monkeypatch):
    """Neither Inspect nor lm-eval is imported to read their logs."""
    import sys

    for name in ("inspect_ai", "lm_eval"):
        monkeypatch.setitem(sys.modules, name, None)
    shutil.copy(DATA / "inspect_target.eval", tmp_path / "a.eval")
    assert outcomes(report(tmp_path / "a.eval"))[0] == 6
    assert outcomes(report(DATA / "lm_eval_facts_t50.jsonl"))[0] == 1


def test_no_heavy_package_is_imported_for_a_small_log():
    """Arrow imports pandas to convert a list: it cost a quarter of the command."""
    code = (
        "import sys; from hallucination_theory.cli import main\n"
        f"sys.argv = ['h', '-q', 'score', {str(DATA / 'inspect_half_blind.eval')!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'pandas', 'matplotlib', 'sklearn', 'duckdb'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
