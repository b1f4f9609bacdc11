"""How a record is read: labels, answers against targets, one text, the same kind in every log."""

import json
import unicodedata

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from hallucination_theory.cli import cli
from hallucination_theory.inputs.patterns import Pattern
from hallucination_theory.logs.answers import final_texts


def run(*arguments):
    return CliRunner().invoke(cli, ["score", *map(str, arguments)])


def log(*arguments):
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)["logs"][0]


def outcomes(*arguments):
    return {kind: n for kind, n in log(*arguments)["outcomes"].items() if n}


def complaint(*arguments):
    result = run(*arguments)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
    return result.stderr


def table(folder, header, *rows, name="x.csv"):
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def lines(folder, *records, name="x.jsonl"):
    path = folder / name
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return path


# Labels


@pytest.mark.parametrize(
    ("labels", "letters", "found"),
    [
        ("A B C", "simpleqa", {"correct": 1, "wrong": 1, "abstain": 1}),
        ("CORRECT INCORRECT NOT_ATTEMPTED", None, {"correct": 1, "wrong": 1, "abstain": 1}),
        ("C I N", "inspect", {"correct": 1, "wrong": 1, "abstain": 1}),
        ("yes no", None, {"correct": 1, "wrong": 1}),
        ("PASS fail", None, {"correct": 1, "wrong": 1}),
        ("true False", None, {"correct": 1, "wrong": 1}),
        ("**Correct** `incorrect` ##Judgement:##No", None, {"correct": 1, "wrong": 2}),
    ],
)
def test_each_convention_of_labels(tmp_path, labels, letters, found):
    path = table(tmp_path, "outcome", *labels.split())
    assert outcomes(path, *(["--letters", letters] if letters else [])) == found


def test_letters_of_two_conventions_are_not_mixed(tmp_path):
    """C is "correct" in one and "not attempted" in the other, so the convention is asked for."""
    path = table(tmp_path, "outcome", "A", "C", "C")
    assert "--letters inspect or simpleqa says whose letters these are" in complaint(path)
    assert outcomes(path, "--letters", "simpleqa") == {"correct": 1, "abstain": 2}
    assert "'C' (2 times)" in complaint(path, "--label", "A=correct")


def test_graded_scores_count_from_a_threshold(tmp_path):
    path = table(tmp_path, "outcome", "0.2", "0.5", "1", "0")
    assert "got '0.2' (1 times)" in complaint(path)
    assert outcomes(path, "--correct-from", "0.5") == {"correct": 2, "wrong": 2}


# Answers against targets


@pytest.mark.parametrize(
    ("answer", "target"),
    [
        ("NYC", ["New York City", "NYC"]),
        (5, "5"),
        (5.0, 5),
        (1e22, "1e22"),
        ("1,000", 1000),
        (True, "true"),
        ("\N{LEFT DOUBLE QUOTATION MARK}Paris\N{RIGHT DOUBLE QUOTATION MARK}", "Paris"),
        ("N\N{RIGHT SINGLE QUOTATION MARK}Djamena", "N'Djamena"),
        ("\N{FULLWIDTH DIGIT FOUR}\N{FULLWIDTH DIGIT TWO}", "42"),
        (unicodedata.normalize("NFD", "Orléans"), "Orléans"),
        (r"\boxed{42}", 42),
        ("$42$", "42"),
        ("東京。", "東京"),
        ("STRASSE", "Straße"),
        ("The Hague", "Hague"),
        ("**Lima**.", "lima"),
    ],
)
def test_answers_that_equal_their_target_as_values(tmp_path, answer, target):
    path = lines(tmp_path, {"answer": answer, "target": target})
    assert outcomes(path) == {"correct": 1}


@pytest.mark.parametrize(
    ("answer", "target"),
    [("1,00", 100), ("Paris, Texas", "Paris"), ("5.01", 5), ("", "0"), ("a", "the"), ("1", "True")],
)
def test_answers_that_differ_from_their_target(tmp_path, answer, target):
    path = lines(tmp_path, {"answer": answer, "target": target}, {"answer": "x", "target": "x"})
    assert outcomes(path)["correct"] == 1


def test_the_normalisation_can_be_turned_off_and_is_counted(tmp_path):
    path = table(tmp_path, "answer,target", "Paris.,paris", "Rome,Rome", "Oslo,Bonn")
    shown = log(path)
    assert shown["notes"] == ["1 answers equal their target after normalisation only"]
    assert shown["outcomes"]["correct"] == 2
    assert outcomes(path, "--exact") == {"correct": 1, "wrong": 2}


def test_numbers_from_a_column_with_gaps_are_numbers(tmp_path):
    """A missing value makes 5 a float in the file; it is 5 all the same."""
    file = tmp_path / "x.parquet"
    pq.write_table(pa.table({"answer": ["5", "7"], "target": pa.array([5.0, 7.5])}), file)
    assert outcomes(file) == {"correct": 1, "wrong": 1}


def test_a_group_of_values_is_refused_not_spelt(tmp_path):
    path = lines(tmp_path, {"answer": {"text": "Paris"}, "target": "Paris"})
    assert "answer must be text, a number or a truth value" in complaint(path)


# One text


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("<think>Rome? No.</think>Paris", "correct"),
        ("[THINK]hm[/THINK] I don't know", "abstain"),
        ("<think>It may be Paris", "unparsed"),
        ("<think>It may be Paris</think>", "empty"),
        ("Error 429: too many requests", "unscored"),
        ("openai.RateLimitError: slow down", "unscored"),
        ("The error was 429 pounds", "wrong"),
    ],
)
def test_what_is_compared_is_what_the_recogniser_reads(tmp_path, answer, kind):
    path = lines(
        tmp_path, {"answer": answer, "target": "Paris"}, {"answer": "Bonn", "target": "Bonn"}
    )
    right = {"correct": 2} if kind == "correct" else {"correct": 1, kind: 1}
    assert outcomes(path) == right


def test_the_last_match_is_the_answer_for_comparison_and_recogniser(tmp_path):
    path = lines(
        tmp_path,
        {"answer": "Answer: Rome. No: Answer: Paris", "target": "Paris"},
        {"answer": "Answer: Rome. No: Answer: no idea", "target": "Paris"},
        {"answer": "Rome, then.", "target": "Paris"},
    )
    found = outcomes(path, "--answer-pattern", "Answer: ([A-Za-z ]+)")
    assert found == {"correct": 1, "abstain": 1, "unparsed": 1}


def test_a_pattern_over_long_texts_takes_linear_time():
    """``(?s:.*)`` before the answer was quadratic: a million characters would never end."""
    text = "a" * 10**6 + "Answer: Paris"
    assert final_texts([text], Pattern("(?s:.*)Answer: (.*)"))[0] == ["Paris"]


# The same record in every log

RECORD = {"question": "q", "answer": "I don't know", "target": "Oslo"}


def test_the_same_record_is_of_the_same_kind_whatever_stands_beside_it(tmp_path):
    """An abstention elsewhere in the file, in labels or in answers, changes no rule."""
    others = [
        {"question": "a", "answer": "Oslo", "target": "Oslo"},
        {"question": "b", "answer": "unknown", "target": "unknown"},
        {"question": "c", "answer": "", "target": "Rome"},
    ]
    alone = outcomes(lines(tmp_path, others[0], RECORD))
    assert alone == {"correct": 1, "abstain": 1}
    for other in others:
        found = outcomes(lines(tmp_path, RECORD, other, others[0] | {"question": "z"}))
        assert found["abstain"] == 1
    labels = {"question": "q", "answer": "I don't know", "outcome": "wrong"}
    for other in ("correct", "abstain", "wrong"):
        beside = {"question": "r", "answer": "Rome", "outcome": other}
        assert outcomes(lines(tmp_path, labels, beside))["abstain"] >= 1


def test_an_id_names_the_question_where_there_is_no_question(tmp_path):
    a = table(tmp_path, "id,outcome", "7,correct", "8,wrong", name="a.csv")
    b = table(tmp_path, "id,outcome", "8,correct", "7,wrong", name="b.csv")
    (pair,) = json.loads(run(a, b, "--t", "0.5", "--json").stdout)["paired"]
    assert (pair["n_questions"], pair["n_different"]) == (2, 2)


# Formats


def test_a_bad_line_of_json_is_named_by_its_number(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"outcome": "correct"}\n\n{"outcome": \n{"outcome": "wrong"}\n')
    assert "line 3" in complaint(path)


def test_a_file_of_another_kind_is_told_what_it_looks_like(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("question;outcome\nq;correct\n")
    assert "semicolons" in complaint(path)


LMMS = {
    "doc_id": 0, "target": "Yes", "filtered_resps": ["Yes"], "doc_hash": "0f",
    "pope_accuracy": {"question_id": 1, "score": 1.0, "prediction": "yes", "ground_truth": "yes"},
    "input": "Is there a dog in the image?",
}  # fmt: skip
"""A line as lmms-eval writes it: no ``doc``, no ``arguments``, ``resps`` only if a filter ran."""


def test_samples_of_lmms_eval(tmp_path):
    """A metric may be a group with its score inside."""
    wrong = {"question_id": 2, "score": 0.0, "prediction": "no", "ground_truth": "yes"}
    path = lines(
        tmp_path,
        LMMS,
        LMMS | {"doc_id": 1, "doc_hash": "1f", "filtered_resps": ["No"], "pope_accuracy": wrong},
        LMMS
        | {"doc_id": 2, "doc_hash": "2f", "filtered_resps": ["I'm not sure."], "resps": [["..."]]}
        | {"pope_accuracy": wrong},
        name="20251125_samples_pope.jsonl",
    )
    assert outcomes(path) == {"correct": 1, "wrong": 1, "abstain": 1}
    assert "pope_accuracy" in log(path)["read_as"]


def test_a_metric_of_lmms_eval_without_a_score_is_refused(tmp_path):
    path = lines(tmp_path, LMMS | {"pope_accuracy": {"parsed_pred": "A"}})
    assert "metric pope_accuracy must be 0 or 1" in complaint(path)


def test_a_pattern_file_of_the_users_own(tmp_path):
    """A Polish "I don't know", beside English: a log may mix languages."""
    path = table(
        tmp_path, "answer,target", "nie wiem,Oslo", "I don't know,Oslo", "Ich weiß nicht,Oslo"
    )
    file = tmp_path / "pl.toml"
    file.write_text('language = "Polish"\nwhole = ["nie wiem"]\n', encoding="utf-8")
    assert outcomes(path) == {"wrong": 1, "abstain": 2}
    assert outcomes(path, "--pattern-file", file) == {"abstain": 3}
