"""``check`` on sample files of lm-evaluation-harness: by hand, a real file, every pitfall."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from hallucination_theory.bounds.groups import deciles
from hallucination_theory.bounds.groups import rows as rows_of
from hallucination_theory.bounds.questions import intervals, part
from hallucination_theory.cli import cli
from hallucination_theory.inputs.opened import opened
from hallucination_theory.tables import sample_lines
from hallucination_theory.tables.model_table import ModelTable, model_of
from hallucination_theory.tables.sample_model import OTHER_TEXT, model_of_samples, table_of
from hallucination_theory.tables.sample_table import weighed
from simulations.confidence_targets import QuestionMeans
from simulations.reduction import random_world
from theory.reduction import per_prompt_threshold, split_at, theorem_1_bound, uniform_model
from theory.testing import assert_coverage

DATA = Path(__file__).resolve().parents[1] / "data"
REAL = DATA / "lm_eval_weighed.jsonl"
REAL_JUDGE = DATA / "lm_eval_weighed_judge.jsonl"


def record(question="q", probabilities=(0.5, 0.25, 0.125), **document):
    """One record as the harness writes it: candidates right, wrong, abstention."""
    choices = document.pop("choices", ["yes.", "no.", "IDK."][: len(probabilities)])
    loglik = [str(math.log(p)) if p else "-inf" for p in probabilities]
    pairs = [[text, "False"] for text in loglik]
    doc = {
        "task": "facts",
        "question": question,
        "relation": "facts",
        "choices": choices,
        "n_answers": 1,
        "abstention": "IDK.",
        "answer_prob": 1.0,
        "weight": 1.0,
        "count": 1,
        "begin": "",
        "end": ".",
        "overlap": "refuse",
    }
    return {
        "doc_id": 0,
        "doc": doc | document,
        "target": "0",
        "arguments": {
            f"gen_args_{i}": {"arg_0": question, "arg_1": f" {c}"} for i, c in enumerate(choices)
        },
        "resps": [[pair] for pair in pairs],
        "filtered_resps": pairs,
        "filter": "none",
        "metrics": ["acc"],
        "doc_hash": "0",
        "acc": 1.0,
    }


TWO = (record("q"), record("r", (0.25, 0.5, 0.25), weight=3.0, count=0))


def write(folder, records=TWO, name="model"):
    path = folder / name / "samples_facts_2026.jsonl"
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return path


def run(*arguments):
    return CliRunner().invoke(cli, ["check", *map(str, arguments)])


def told(*arguments):
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_terms_worked_by_hand(tmp_path):
    """K = 1: nothing is above the threshold 1, so err_iiv = 1/2, delta = 0 and k/K = 2.

    err = (1/4)(1/4 + 1/8) + (3/4)(1/2) = 15/32; given a candidate (1/4)(2/7) + (3/4)(1/2).
    """
    found = told(write(tmp_path))
    assert found["err"] == pytest.approx(15 / 32, abs=1e-12)
    assert found["err_given_candidates"] == pytest.approx(2 / 28 + 3 / 8, abs=1e-12)
    assert (found["err_iiv"], found["delta"], found["size_ratio"]) == (0.5, 0, 2)
    assert found["bound"] == pytest.approx(1 - 2)
    assert found["bound_best"] == pytest.approx(1 - 1)
    assert found["mass_mean"] == pytest.approx(7 / 32 + 3 / 4)
    assert (found["mass_min"], found["n_below"]) == (pytest.approx(7 / 8), 1)
    assert found["unseen"]["prompts_unseen"] == 1
    assert found["singleton_rate"] == 1
    assert [row["name"] for row in found["by_count"]] == ["0", "1"]
    assert [row["err"] for row in found["by_count"]] == pytest.approx([1 / 2, 3 / 8])
    assert found["holds"]


def test_the_table_is_the_one_that_check_reads(tmp_path):
    """Rows by hand; the file and its table, written as CSV, get the same terms."""
    from pyarrow import csv

    with opened(write(tmp_path)) as source:
        written = table_of(weighed(source)).arrow
    found = written.to_pylist()
    assert [row["response"] for row in found[:4]] == ["yes.", "no.", "IDK.", OTHER_TEXT]
    assert [row["valid"] for row in found[:4]] == [True, False, True, False]
    assert [row["model_prob"] for row in found[:4]] == pytest.approx([0.5, 0.25, 0.125, 0.125])
    assert [row["prompt_prob"] for row in found] == [0.25] * 4 + [0.75] * 4
    table = tmp_path / "table.csv"
    csv.write_csv(written, table)
    from_table, from_file = told(table, "--abstain", "IDK."), told(write(tmp_path))
    for name in ("err", "err_iiv", "delta", "bound", "slack", "slack_terms", "unseen"):
        assert from_table[name] == pytest.approx(from_file[name], abs=1e-12)


def test_conditioned_on_the_candidates(tmp_path):
    found = told(write(tmp_path), "--given-candidates")
    assert found["err"] == pytest.approx(2 / 28 + 3 / 8, abs=1e-12)
    assert found["err_given_candidates"] == found["err"]
    text = run(write(tmp_path), "--given-candidates").stdout
    assert "given that a candidate is said" in text


def test_several_answers_and_abstentions_in_training(tmp_path):
    """p = alpha/2 on each of two answers and 1 - alpha on IDK: seen in the terms of the world."""
    row = record(
        "q", (0.1, 0.2, 0.3, 0.4), choices=["a.", "b.", "c.", "IDK."], n_answers=2, answer_prob=0.8
    )
    with opened(write(tmp_path, [row])) as source:
        model = model_of_samples(weighed(source), 1e-6)
    assert model.world.p.tolist() == pytest.approx([0.4, 0.4, 0, 0.2, 0])
    assert model.world.max_valid == 3


def test_a_real_file_of_the_harness(tmp_path):
    """Six questions weighed by a small GPT-2: fast and slow reader agree, and so does Python."""
    found = told(REAL)
    with opened(REAL) as source:
        fast = sample_lines.sample_columns(source)
        slow = sample_lines._line_by_line(REAL.read_bytes(), source, 1, 0)
    assert fast.to_pylist() == slow.select(fast.column_names).to_pylist()
    err = weight = 0.0
    for line in REAL.read_text().splitlines():
        row = json.loads(line)
        p = [math.exp(float(pair[0])) for pair in row["filtered_resps"]]
        right = p[: row["doc"]["n_answers"]] + p[-1:]
        err += row["doc"]["weight"] * (1 - sum(right))
        weight += row["doc"]["weight"]
    assert found["err"] == pytest.approx(err / weight, abs=1e-9)
    assert found["n_prompts"] == 6
    assert {row["name"] for row in found["by_relation"]} == {"birthday", "name day"}


def test_the_judge_beside_the_threshold():
    found = told(REAL, "--judge", REAL_JUDGE)["judge"]
    wrong = []
    for line in REAL_JUDGE.read_text().splitlines():
        row = json.loads(line)
        yes, no = (float(pair[0]) for pair in row["filtered_resps"])
        wrong.append(row["doc"]["weight"] * ((yes > no) != (row["doc"]["answer"] == 0)))
    assert found["n_examples"] == 12
    assert found["error"] == pytest.approx(sum(wrong) / 2 / 8, abs=1e-12)
    low, high = found["interval"]
    assert low <= found["error"] <= high
    assert "a measurement, not a bound" in run(REAL, "--judge", REAL_JUDGE).stdout


def test_score_takes_the_abstention_for_one(tmp_path):
    """``score`` on the same file: a most likely candidate that abstains is no mistake."""
    rows = [record("q"), record("r", (0.25, 0.5, 0.125)), record("s", (0.25, 0.125, 0.5))]
    for row, acc in zip(rows, (1.0, 0.0, 0.0), strict=True):
        row |= {"acc": acc, "doc_hash": row["doc"]["question"]}
    done = CliRunner().invoke(cli, ["score", str(write(tmp_path, rows)), "--json"])
    outcomes = json.loads(done.stdout)["logs"][0]["outcomes"]
    assert (outcomes["correct"], outcomes["wrong"], outcomes["abstain"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([record(), record("r"), record("q")], "question must be in one record, got 'q' again"),
        ([record(), record("r", task="other")], "the task of"),
        ([record(task="facts_judge")], "give it with --judge"),
        ([record(probabilities=(0.5, 0.5, 0.8))], "must be at most 1, got 1.8 at data row 1"),
        ([record(probabilities=(2.0, 0.1, 0.1))], "a log-likelihood must be a number, at most 0"),
        ([record() | {"filtered_resps": [["nan", "a"]] * 3}], "a log-likelihood must be a number"),
        ([record() | {"filtered_resps": [["-1", "a"]] * 2}], "one for each candidate, got 2 at"),
        ([record() | {"filtered_resps": [["0.0", "True"]] * 3}], "equal ones in 1 of 1 questions"),
        ([record() | {"filtered_resps": ["text"]}], "filtered_resps must be a pair"),
        ([record() | {"filtered_resps": [["x", "a"]] * 3}], "a log-likelihood must be a number"),
        ([record() | {"filtered_resps": [[None, "a"]] * 3}], "filtered_resps must be a pair"),
        ([record() | {"filtered_resps": [[]] * 3}], "filtered_resps must be a pair"),
        ([record(choices=["yes.", None, "IDK."])], "choices of a record's doc must be a list"),
        (
            [record(choices=[]) | {"filtered_resps": []}],
            "choices of a record's doc must be a list",
        ),
        ([record(count=0.5)], "count must be a whole number"),
        ([record() | {"doc": {"question": "q"}}], "choices of a record's doc must be a list"),
        ([record(question=None)], "question of a record's doc must be given"),
        ([record(n_answers=3)], "n_answers must be a whole number from 1, less than"),
        ([record(n_answers=None)], "n_answers of a record's doc must be given"),
        ([record(weight=-1.0)], "weight must be a number > 0, got -1"),
        ([record(weight=True)], "weight must be a number, got True"),
        ([record(answer_prob=2.0)], "answer_prob must be in (0, 1]"),
        ([record(count=-1)], "count must be a whole number"),
        (
            [record(choices=["May 1", "May 10", "IDK."], end="")],
            "none begins with another one, got 'May 1' and 'May 10' at data row 1",
        ),
        (
            [record(probabilities=(0.1, 0.5, 0.1), choices=["May 1", "May 10", "IDK"],
                    abstention="IDK", overlap="subtract")],
            "the mass of 'May 1' must be at least that of longer candidates, got 0.4 less",
        ),
        ([record(choices=["yes.", "yes.", "IDK."])], "each pair (prompt, response)"),
        ([], "an existing file"),
    ],
)  # fmt: skip
def test_what_is_no_measurement_gets_one_sentence(tmp_path, records, words):
    path = write(tmp_path, records) if records else tmp_path / "samples.jsonl"
    result = run(path)
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1


def test_a_truncated_file_names_the_line(tmp_path):
    path = write(tmp_path)
    path.write_bytes(path.read_bytes()[:-40])
    result = run(path)
    assert result.exit_code == 2
    assert "truncated JSON" in result.stderr
    assert "data row 2 (line 2)" in result.stderr


def test_servers_that_ignore_echo_are_named(tmp_path):
    """Every candidate 0.0, as a server that drops echo makes the harness write."""
    bad = record() | {"filtered_resps": [["0.0", "True"]] * 3}
    result = run(write(tmp_path, [bad, bad | {"doc": record("r")["doc"]}]))
    assert "a server that ignores echo or logprobs" in result.stderr
    assert "--model hf, vLLM through local-completions, or gguf" in result.stderr


def test_longer_candidates_are_taken_from_shorter_ones(tmp_path):
    """P(May 1 ...) = 1/2 holds P(May 10 ...) = 1/8 and P(May 11 ...) = 1/8: 1/4 is its own."""
    row = record(
        "q", (1 / 2, 1 / 8, 1 / 8, 1 / 4), choices=["May 1", "May 10", "May 11", "IDK"],
        abstention="IDK", end="", overlap="subtract",
    )  # fmt: skip
    with opened(write(tmp_path, [row])) as source:
        found = weighed(source)
    assert found.p_hat.tolist() == pytest.approx([1 / 4, 1 / 8, 1 / 8, 1 / 4, 1 / 4])
    apart = row | {"doc": row["doc"] | {"overlap": "distinct"}}
    with opened(write(tmp_path, [apart])) as source:
        assert weighed(source).mass == pytest.approx([1])


def test_low_mass_is_a_warning_that_names_causes(tmp_path):
    text = run(write(tmp_path)).stdout
    assert "Warning: below 0.9 for 1 of 2 questions." in text
    for cause in ("begin-of-sequence", "--delimiter", "--end"):
        assert cause in text
    full = [record("q", (0.5, 0.25, 0.25)), record("r", (0.25, 0.5, 0.25))]
    assert "Warning" not in run(write(tmp_path, full)).stdout


def test_the_first_line_says_whether_the_bound_tells_anything(tmp_path):
    assert run(write(tmp_path)).stdout.startswith("The bound is vacuous here (-1): |V|/|E| costs 2")
    wrong = [f"w{i}." for i in range(30)]
    rows = [
        record(f"q{j}", (0.001, *([0.03] * 30), 0.01), choices=["yes.", *wrong, "IDK."])
        for j in range(200)
    ]
    path = write(tmp_path, rows)
    text = run(path).stdout
    assert text.startswith("The bound is informative here: of err 0.98")
    assert "above 0 for all such questions" in text
    assert "web corpora are not (GIGO bound):" in text
    few = run(write(tmp_path, rows[:2])).stdout
    assert "too few questions to say so" in few


def test_gigo_stands_beside_theorem_1(tmp_path):
    shares = [row["share"] for row in told(write(tmp_path))["gigo"]]
    assert shares == [0.01, 0.05]
    (row,) = told(write(tmp_path), "--false-share", "0")["gigo"]
    assert row["bound"] == pytest.approx(told(write(tmp_path))["bound"])


def test_several_models_in_one_figure(tmp_path):
    first = write(tmp_path, TWO, "out__a")
    second = write(tmp_path, [record("q", (0.9, 0.05, 0.05)), TWO[1]], "out__b")
    figure = tmp_path / "err.svg"
    found = told(first, second, "--figure", figure)
    assert [row["model"] for row in found["models"]] == ["out__a", "out__b"]
    drawn = figure.read_text()
    assert drawn.count("<text") + drawn.count("<!-- ") > 10
    assert "Errors over occurrences" in drawn
    assert run(first, first).exit_code == 2
    assert "one a model" in run(first, first).stderr
    other = write(tmp_path, [record(task="other")], "c")
    assert "of one task, got facts and other" in run(first, other).stderr
    judged = run(first, second, "--judge", REAL_JUDGE)
    assert "--judge belongs to one sample file" in judged.stderr


def test_a_judges_file_must_fit(tmp_path):
    row = json.loads(REAL_JUDGE.read_text().split("\n", 1)[0])
    for pairs in ([["-1", "a"]], [["-1", "a"], ["no number", "a"]]):
        odd = tmp_path / "odd.jsonl"
        odd.write_text(json.dumps(row | {"filtered_resps": pairs}))
        words = "the log-likelihoods of a record must be two numbers"
        assert words in run(REAL, "--judge", odd).stderr
    assert "must be facts_judge" in run(write(tmp_path), "--judge", REAL_JUDGE).stderr
    short = tmp_path / "short.jsonl"
    short.write_text(REAL_JUDGE.read_text().split("\n", 1)[1])
    assert "two for each question, got 1" in run(REAL, "--judge", short).stderr


def test_groups_are_the_model_on_some_questions():
    """Each is Theorem 1 in the world of its questions; the whole is the weighted mean of both."""
    world, rng = random_world(40, rng=3), np.random.default_rng(0)
    model = ModelTable(world, uniform_model(world), True, list)
    mask = rng.random(world.n_prompts) < 0.5
    found = rows_of(model, {"a": mask, "b": ~mask}, 0.95)
    for row, prompts in zip(found, (mask, ~mask), strict=True):
        alone = theorem_1_bound(*part(world, model.p_hat, prompts))
        assert [row[name] for name in ("err", "err_iiv", "delta", "bound")] == [
            alone.err, alone.err_iiv, alone.delta, alone.bound
        ]  # fmt: skip
        assert row["n_questions"] == prompts.sum()
    whole = theorem_1_bound(world, model.p_hat).err
    assert sum(row["weight"] * row["err"] for row in found) == pytest.approx(whole)


@pytest.mark.parametrize("given_candidates", [False, True])
def test_the_arrays_are_the_model_of_the_table(tmp_path, given_candidates):
    """To the last bit, for questions of any size, with two abstentions and several answers."""
    rng = np.random.default_rng(1)
    records = []
    for i in range(60):
        n, silent = int(rng.integers(5, 9)), ("IDK.", "no idea.")[i % 2]
        texts = [*(f"w{j}." for j in range(n - 1)), silent]
        records.append(
            record(
                f"q{i}", (0.98 * rng.dirichlet(np.ones(n))).tolist(), choices=texts,
                abstention=silent, n_answers=1 + i % 3, answer_prob=0.7, count=i % 4,
                weight=1.0 + i, relation="ab"[i % 2],
            )
        )  # fmt: skip
    with opened(write(tmp_path, records)) as source:
        found = weighed(source, given_candidates=given_candidates)
    ours = model_of_samples(found, 1e-6)
    theirs = model_of(table_of(found), tolerance=1e-6, abstain=found.abstentions)
    for name in ("p", "valid", "n_responses", "mu", "nonsense"):
        assert np.array_equal(getattr(ours.world, name), getattr(theirs.world, name)), name
    for name in ("p_hat", "unseen", "abstains", "times", "relation"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name)), name
    assert ours.prompt_prob_given


def test_records_are_counted_while_they_are_read(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(sample_lines, "step", lambda what, unit: seen.append((what, unit)))
    monkeypatch.setattr(sample_lines, "advance", lambda n, unit: seen.append((n, unit)))
    monkeypatch.setattr(sample_lines, "BLOCK", 1)
    path = write(tmp_path)
    run(path)
    assert seen == [(f"reading {path}", "records"), (1, "records"), (1, "records")]


def test_what_is_kept_of_a_candidate_are_eighteen_bytes_and_its_text(tmp_path):
    """Two probabilities and two truth values a row; 24 bytes a question besides its document."""
    records = [record(f"q{i}") for i in range(50)]
    with opened(write(tmp_path, records)) as source:
        found = weighed(source)
    arrays = [x for x in vars(found).values() if isinstance(x, np.ndarray)]
    assert sum(x.nbytes for x in arrays) == 18 * 4 * 50 + 24 * 50
    texts = found.file.arrow.column("choices")
    assert texts.nbytes <= 50 * (3 * (len("IDK.") + 4) + 4) + 16


@pytest.mark.parametrize("silent", ["IDK.", OTHER_TEXT])
def test_a_candidate_called_as_every_other_text_is(tmp_path, silent):
    """It occurs twice in its question then, whatever it stands for."""
    texts = ["yes.", OTHER_TEXT, "IDK."] if silent == "IDK." else ["yes.", "no.", OTHER_TEXT]
    path = write(tmp_path, [record(choices=texts, abstention=silent, overlap="distinct")])
    assert f"for prompt 'q', response {OTHER_TEXT!r}" in run(path).stderr
    assert told(path, "--given-candidates")["n_examples"] == 3


def test_deciles_hold_every_question_once():
    times = np.random.default_rng(0).geometric(0.2, 500) - 1
    found = list(deciles(times))
    assert np.array([mask for _, mask, _ in found]).sum(axis=0).tolist() == [1] * 500
    assert len(found) <= 10


@pytest.mark.parametrize("n", [30, 1200])
def test_intervals_cover_the_mean_of_the_law(n):
    """Weighted questions, also put together beyond 500; false alarm 1e-6."""
    rng = np.random.default_rng(8)
    hits = 0
    for _ in range(60):
        mu = rng.random(n) + 0.1
        found = QuestionMeans(mu / mu.sum(), 0.9).of(rng.beta(0.3, 0.9, n) * 4 - 1, -1, 3)
        hits += found.covers(4 * 0.25 - 1)
    assert_coverage(hits, 60, claimed=0.9)


def test_each_interval_holds_its_value():
    world = random_world(25, rng=4)
    q = uniform_model(world)
    bound = theorem_1_bound(world, q)
    found = intervals(split_at(world, q), split_at(world, q, per_prompt_threshold(world)), 0.95)
    for name, value in bound.terms().items():
        if name in found:
            assert found[name].value == pytest.approx(float(value), abs=1e-12), name
            assert found[name].low <= found[name].value <= found[name].high, name


@pytest.mark.parametrize(
    "options",
    [["--exact"], ["--threshold", "per-prompt"], ["--abstain", "IDK"], ["--judge-fpr", "0"]],
)
def test_an_option_without_effect_is_refused(tmp_path, options):
    result = run(write(tmp_path), *options)
    assert result.exit_code == 2
    assert f"{options[0]} must be given with tables only" in result.stderr


def test_options_of_sample_files_are_refused_for_tables(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("prompt,response,valid,train_prob,model_prob\na,x,yes,1,0.5\na,y,no,0,0.5\n")
    for options in (["--given-candidates"], ["--false-share", "0.1"], ["--judge", "j.jsonl"]):
        result = run(table, *options)
        assert result.exit_code == 2
        assert f"{options[0]} must be given with sample files only" in result.stderr


def test_half_a_character_in_a_candidate_is_one_sentence(tmp_path):
    """JSON can spell half of a surrogate pair; it is refused with the row that holds it."""
    file = tmp_path / "samples_facts_1.jsonl"
    file.write_text(json.dumps(record(choices=["yes.", "\ud800", "IDK."])) + "\n", encoding="utf-8")
    shown = CliRunner().invoke(cli, ["check", str(file)])
    assert shown.exit_code == 2
    assert "choices" in shown.output
    assert "Unicode text" in shown.output
    assert "data row 1" in shown.output
