"""``hallucination-theory facts``: from a person's list to a task that weighs every candidate."""

import json

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from hallucination_theory.cli import cli
from hallucination_theory.harness.facts_file import read_facts
from hallucination_theory.harness.facts_task import (
    TaskOptions,
    documents,
    judged_documents,
    overlapping,
)
from theory.errors import InvalidInput

FACTS = """\
subject,relation,answer,wrong,weight,count,answer_prob
Ann,birthday,May 1,,3,2,0.8
Bob,birthday,May 10,,1,0,1
Cy,birthday,May 2|May 3,,1,1,1
France,capital,Paris,Lyon|Nice|Lille,1,9,1
"""
TEMPLATES = ("--template", "birthday={subject} was born on", "--template", "Of {subject} it is")


def run(folder, *options, text=FACTS):
    (folder / "facts.csv").write_text(text, encoding="utf-8")
    out = folder / "task"
    return CliRunner().invoke(
        cli, ["facts", str(folder / "facts.csv"), "--out", str(out), *TEMPLATES, *options]
    )


def written(folder, name="facts"):
    text = (folder / "task" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_task_worked_by_hand(tmp_path):
    result = run(tmp_path, "--end", ".", "--begin", "<s>", "--abstain", "IDK")
    assert result.exit_code == 0, result.output
    assert "4 questions with 5 candidates each" in result.output
    assert "lm_eval --model hf --model_args pretrained=PATH --tasks facts" in result.output
    ann, bob, cy, france = written(tmp_path)
    assert ann == {
        "task": "facts",
        "question": "Ann was born on",
        "relation": "birthday",
        "choices": ["May 1.", "May 10.", "May 2.", "May 3.", "IDK."],
        "n_answers": 1,
        "abstention": "IDK.",
        "answer_prob": 0.8,
        "weight": 3.0,
        "count": 2,
        "begin": "<s>",
        "end": ".",
        "overlap": "refuse",
    }
    assert bob["choices"] == ["May 10.", "May 1.", "May 2.", "May 3.", "IDK."]
    assert (cy["n_answers"], cy["choices"][:2]) == (2, ["May 2.", "May 3."])
    assert france["question"] == "Of France it is"
    assert france["choices"] == ["Paris.", "Lyon.", "Nice.", "Lille.", "IDK."]
    task = yaml.safe_load((tmp_path / "task" / "facts.yaml").read_text())
    assert task["doc_to_text"] == "{{begin}}{{question}}"
    assert (task["doc_to_choice"], task["target_delimiter"]) == ("choices", " ")
    assert task["dataset_kwargs"]["data_files"]["test"].endswith("task/facts.jsonl")


def test_the_same_seed_gives_the_same_task_and_another_another(tmp_path):
    facts = [f"q{i},x{i}" for i in range(40)]
    text = "question,answer\n" + "\n".join(facts) + "\n"
    found = []
    for j, seed in enumerate(("0", "0", "1")):
        folder = tmp_path / str(j)
        folder.mkdir()
        assert run(folder, "--wrong", "5", "--seed", seed, "--end", ".", text=text).exit_code == 0
        found.append(written(folder))
        assert all(len(set(row["choices"])) == 7 for row in found[-1])
    assert found[0] == found[1] != found[2]


def test_wrong_answers_are_drawn_evenly():
    """Each of 10 others in 3 of 10 draws: a chi-square of 9 degrees, false alarm 1e-6."""
    from scipy.stats import chi2

    facts = read_facts_of("question,answer\n" + "".join(f"q{i},x{i}\n" for i in range(11)))
    rng, n = np.random.default_rng(3), 2000
    options = TaskOptions(n_wrong=3)
    drawn = [documents(facts, options, rng=rng)[0]["choices"][1:4] for _ in range(n)]
    counts = np.unique(np.array(drawn), return_counts=True)[1]
    assert len(counts) == 10
    # Three of ten without replacement: variance n (3/10)(7/10), and 10/9 of it across the cells.
    statistic = ((counts - 0.3 * n) ** 2).sum() / (n * 0.21 * 10 / 9)
    assert statistic < chi2.isf(1e-6, 9)


def read_facts_of(text):
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.csv"
        path.write_text(text)
        return read_facts(path)


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (FACTS, (), "none begins with another one, got 'May 1' and 'May 10'"),
        (
            FACTS,
            ("--end", ".", "--wrong", "4"),
            "the wrong answers of 'Ann was born on' must be",
        ),
        (FACTS, ("--end", ".", "--wrong", "none"), "--wrong must be a whole number from 1"),
        (FACTS, ("--end", ".", "--abstain", "Paris"), "the abstention must be no answer"),
        (FACTS, ("--end", ".", "--abstain", ""), "answer_prob must be 1 without an abstention"),
        (FACTS, ("--end", ".", "--name", "my task"), "the task's name must be"),
        (FACTS, ("--separator", ""), "--separator must be a text"),
        (FACTS.replace("Lyon", "Paris"), (), "wrong must be without a right answer, got 'Paris'"),
        (FACTS.replace("Bob", "Ann"), (), "each question must be in one row"),
        (FACTS.replace("May 3", "May 2"), (), "answer must be distinct texts, none empty"),
        (FACTS.replace("May 3", ""), (), "answer must be distinct texts, none empty"),
        (FACTS.replace(",3,2,0.8", ",0,2,0.8"), (), "weight must be a number > 0, got 0 at data"),
        (FACTS.replace(",3,2,0.8", ",3,-2,0.8"), (), "count must be a whole number from 0"),
        (FACTS.replace(",3,2,0.8", ",3,2,1.5"), (), "answer_prob must be in (0, 1], got 1.5"),
        ("question,answer\nq,x\n", (), "the wrong answers of 'q' must be at least 1, got 0"),
        ("question,answer\n,x\n", (), "question must be a text, got no text at data row 1"),
        ("answer\nx\n", (), "must be question, or subject and --template"),
        ("question,right\nq,x\n", (), "'answer' missing"),
    ],
)
def test_bad_facts_get_one_sentence_and_leave_nothing(tmp_path, text, options, words):
    result = run(tmp_path, *options, text=text)
    assert result.exit_code == 2, result.output
    assert words in result.output
    assert "Traceback" not in result.output
    assert result.output.count("\n") == 1
    assert not (tmp_path / "task").exists()


def test_a_relation_without_template_and_a_task_that_is_there(tmp_path):
    (tmp_path / "facts.csv").write_text(FACTS)
    base = ["facts", str(tmp_path / "facts.csv"), "--out", str(tmp_path / "task"), "--end", "."]
    for options in ([], ["--template", "birthday={subject} was born on"], ["--template", "who"]):
        result = CliRunner().invoke(cli, [*base, *options])
        assert result.exit_code == 2
        assert "--template for the relation" in result.output
    assert run(tmp_path, "--end", ".").exit_code == 0
    assert "must be a new file" in run(tmp_path, "--end", ".").output


def test_the_judge_sees_an_example_of_each_half_of_d(tmp_path):
    result = run(tmp_path, "--end", ".", "--judge", "--judge-text", "{question} {candidate} Right?")
    assert result.exit_code == 0, result.output
    rows = written(tmp_path, "facts_judge")
    assert len(rows) == 8
    by_question = {row["question"]: row for row in written(tmp_path)}
    for row in rows:
        document = by_question[row["question"]]
        valid = {*document["choices"][: document["n_answers"]], document["abstention"]}
        assert (row["candidate"] in valid) == (row["choices"][row["answer"]] == "yes")
        assert row["text"] == f"{row['question']} {row['candidate']} Right?"
    assert yaml.safe_load((tmp_path / "task/facts_judge.yaml").read_text())["doc_to_target"] == (
        "answer"
    )


def test_the_judges_examples_follow_d():
    """Ann's: the abstention in 1/5 of valid examples; binomial, false alarm 1e-6."""
    from scipy.stats import binomtest

    facts = read_facts_of(
        "question,answer,answer_prob\nAnn,May 1,0.8\nBob,May 2,1\nCy,May 3|May 4,1\n"
    )
    (ann, *_) = documents(facts, TaskOptions(), rng=0)
    rng, n = np.random.default_rng(5), 3000
    rows = [judged_documents([ann], TaskOptions(judge_text=""), rng=rng) for _ in range(n)]
    idle = sum(valid["candidate"] == "I don't know" for valid, _ in rows)
    assert binomtest(idle, n, 0.2).pvalue > 1e-6
    wrong = [error["candidate"] for _, error in rows]
    for candidate in ("May 2", "May 3", "May 4"):
        assert binomtest(wrong.count(candidate), n, 1 / 3).pvalue > 1e-6


def test_overlaps_are_found_wherever_they_stand():
    assert overlapping(["b", "a", "ab"]) == ("a", "ab")
    assert overlapping(["ab", "abd", "abc", "b"]) == ("ab", "abc")
    assert overlapping(["ab", "ac", "b"]) is None


def test_more_candidates_than_any_harness_weighs_are_refused(monkeypatch):
    monkeypatch.setattr("hallucination_theory.harness.facts_task.MOST_CANDIDATES", 8)
    facts = read_facts_of("question,answer\nq,x\nr,y\ns,z\n")
    with pytest.raises(InvalidInput, match="at most 8, got more at data row 3"):
        documents(facts, TaskOptions(), rng=0)
