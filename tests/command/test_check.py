"""``hallucination-theory check``: hand-made answers, three formats, and every kind of bad input."""

import json
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from hallucination_theory.cli import cli
from hallucination_theory.commands import check
from hallucination_theory.tables.model_table import read_model
from tests.command.reports import own
from theory.errors import InvalidInput
from theory.reduction import (
    World,
    per_prompt_bound,
    theorem_1_bound,
    tight_world,
)
from theory.testing.strategies import models, worlds

HEADER = "prompt,response,valid,train_prob,model_prob"

# Prompt a: V = {x}, E = {y, z}. Prompt b: V = {x, w}, E = {y, z, u}. K = 2, k = 2, threshold 1/2.
TWO_PROMPTS = """\
a,x,yes,1,1/2
a,y,no,0,1/4
a,z,no,0,1/4
b,x,yes,1/3,1/10
b,w,yes,2/3,1/5
b,y,no,0,1/2
b,z,no,0,1/5
b,u,no,0,0
"""


def write(path, rows, header=HEADER):
    path.write_text(f"{header}\n{rows}")
    return path


def run(path, *options):
    return CliRunner().invoke(cli, ["check", str(path), *options])


def answer(path, *options):
    result = run(path, "--json", *options)
    assert result.exit_code == 0, result.output
    return own(json.loads(result.stdout))


def refusal(path, *options):
    result = run(path, *options)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert isinstance(result.exception, SystemExit)
    return result.stderr


def test_exact_answers_worked_by_hand(tmp_path):
    """Nothing exceeds 1/2 (ties stay below), so A is empty.

    err = (1/2 + 7/10)/2 = 3/5; err_iiv = p(V)/2 = 1/2; delta = 0; k/K = 1;
    bound = 1 - 1 - 0 = 0; slack = 3/5, of which
    unused room = ((1/2 - 1/2) + (1/2 - 1/10) + (1/2 - 1/5))/2 = 7/20 and
    ragged = 1 - (1/2 + 2/2)/2 = 1/4.
    """
    assert answer(write(tmp_path / "t.csv", TWO_PROMPTS), "--exact") == {
        "err": "3/5",
        "err_iiv": "1/2",
        "delta": "0",
        "signed_gap": "0",
        "threshold": "1/2",
        "max_valid": 2,
        "min_errors": 2,
        "size_ratio": "1",
        "bound": "0",
        "slack": "3/5",
        "holds": True,
        "slack_terms": {"overshoot": "0", "unused_room": "7/20", "ragged": "1/4", "sign": "0"},
        "n_prompts": 2,
        "n_examples": 8,
        "prompt_prob": "uniform",
        "exact": True,
        "tolerance": 0,
    }


def test_per_prompt_thresholds_worked_by_hand(tmp_path):
    """Thresholds 1/2 and 1/3: A = {(b, y)}, which has q = 1/2, D = (1/2)(1/2)(1/3) = 1/12, p = 0.

    err_iiv = 1/2 + 1/12 = 7/12; delta = (1/2)(1/2) = 1/4; average of |V_c|/|E_c| is
    (1/2 + 2/3)/2 = 7/12; bound = 7/6 - 7/12 - 1/4 = 1/3; slack = 3/5 - 1/3 = 4/15, of which
    overshoot = (1/2)(1/2 - 1/3) = 1/12 and unused room = (0 + 2/3 - 3/10)/2 = 11/60.
    """
    path = write(tmp_path / "t.csv", TWO_PROMPTS)
    result = answer(path, "--exact", "--threshold", "per-prompt")
    got = {
        name: result[name] for name in ("err", "err_iiv", "delta", "size_ratio", "bound", "slack")
    }
    assert list(got.values()) == ["3/5", "7/12", "1/4", "7/12", "1/3", "4/15"]
    assert result["threshold"] == "per-prompt"
    assert (result["threshold_min"], result["threshold_max"]) == ("1/3", "1/2")
    assert result["slack_terms"] == {
        "overshoot": "1/12",
        "unused_room": "11/60",
        "ragged": "0",
        "sign": "0",
    }


def test_prompt_prob_weighs_the_prompts(tmp_path):
    """With mu = 3/4, 1/4: err = (3/4)(1/2) + (1/4)(7/10) = 11/20."""
    rows = "".join(
        f"{row},{'3/4' if row[0] == 'a' else '1/4'}\n" for row in TWO_PROMPTS.splitlines()
    )
    result = answer(write(tmp_path / "t.csv", rows, f"{HEADER},prompt_prob"), "--exact")
    assert (result["err"], result["prompt_prob"]) == ("11/20", "given")


def test_nonsense_is_an_error_that_no_classifier_is_asked_about(tmp_path):
    """V = {x}, E = {y, z}, N = {n} above the threshold 1/2.

    err = 3/4; err_iiv = 1/2 (x is below); delta = 3/4; bound = 1 - 1/2 - 3/4 = -1/4; slack = 1:
    overshoot 3/4 (all of n), unused room 1/2 - 1/4.
    """
    rows = "c,x,1,1,1/4,0\nc,y,0,0,0,0\nc,z,0,0,0,0\nc,n,0,0,3/4,1\n"
    result = answer(write(tmp_path / "t.csv", rows, f"{HEADER},nonsense"), "--exact")
    got = [result[name] for name in ("err", "err_iiv", "delta", "bound", "slack", "min_errors")]
    assert got == ["3/4", "1/2", "3/4", "-1/4", "1", 2]
    assert list(result["slack_terms"].values()) == ["3/4", "1/4", "0", "0"]


def test_a_response_at_the_threshold_is_below_it(tmp_path):
    """V = {x}, E = {y, z}: q(x) = 1/K = 1/2 is classified "-", a hair more is "+"."""
    at = write(tmp_path / "at.csv", "c,x,1,1,1/2\nc,y,0,0,1/2\nc,z,0,0,0\n")
    over = write(tmp_path / "over.csv", "c,x,1,1,501/1000\nc,y,0,0,499/1000\nc,z,0,0,0\n")
    for options in ([], ["--exact"]):
        assert Fraction(answer(at, *options)["err_iiv"]) == Fraction(1, 2)
        assert Fraction(answer(over, *options)["err_iiv"]) == 0


def table_of(world, p_hat, text=str):
    names = [f"prompt {i}" for i in world.prompt_of_example]
    return {
        "prompt": names,
        "response": [f"r{i}" for i in range(world.n_examples)],
        "valid": world.valid.tolist(),
        "train_prob": [text(v) for v in world.p],
        "model_prob": [text(v) for v in p_hat],
    }


def write_as(path, table):
    if path.suffix == ".parquet":
        pq.write_table(pa.table(table), path)
    else:
        rows = list(zip(*table.values(), strict=True))
        if path.suffix == ".csv":
            write(path, "".join(",".join(map(str, row)) + "\n" for row in rows), ",".join(table))
        else:
            objects = (json.dumps(dict(zip(table, row, strict=True))) for row in rows)
            path.write_text("\n".join(objects) + "\n")
    return path


@pytest.mark.parametrize("sizes", [(1, 1), (1, 4), (3, 7), (5, 5), (7, 300)])
def test_no_slack_on_the_tight_family(tmp_path, sizes):
    """X3: exactly 0 with --exact, 0 up to rounding in floats."""
    world, p_hat = tight_world(*sizes)
    exact = answer(write_as(tmp_path / "e.csv", table_of(world, p_hat)), "--exact")
    assert (exact["slack"], exact["err"]) == ("0", str(1 - Fraction(*sizes)))
    assert set(exact["slack_terms"].values()) == {"0"}
    floats = answer(write_as(tmp_path / "f.parquet", table_of(world, p_hat, float)))
    assert floats["slack"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("options", [[], ["--exact"], ["--threshold", "per-prompt"]])
def test_all_formats_and_row_orders_give_the_same(tmp_path, options):
    """Ragged prompts, decimals; shuffled rows only reorder the sums."""
    rows = [
        ("a", "x", True, 0.75, 0.5),
        ("a", "v", True, 0.25, 0.125),
        ("a", "y", False, 0.0, 0.375),
        ("b", "x", True, 1.0, 0.25),
        ("b", "y", False, 0.0, 0.25),
        ("b", "z", False, 0.0, 0.5),
    ]
    names = HEADER.split(",")
    results = []
    for order in ([0, 1, 2, 3, 4, 5], [3, 0, 4, 2, 5, 1]):
        table = {name: [rows[i][j] for i in order] for j, name in enumerate(names)}
        for suffix in (".csv", ".json", ".jsonl", ".ndjson", ".parquet"):
            results.append(answer(write_as(tmp_path / f"t{suffix}", table), *options))
    assert all(result == results[0] for result in results)
    assert results[0]["n_examples"] == 6


@settings(max_examples=40)
@given(data=st.data())
def test_the_command_computes_what_the_library_computes(tmp_path_factory, data):
    """Exact worlds written row by row in any order: every term is the library's."""
    world = data.draw(worlds(nonsense=True))
    p_hat = data.draw(models(world))
    owner = world.prompt_of_example
    table = table_of(world, p_hat) | {
        "prompt_prob": [str(world.mu[c]) for c in owner],
        "nonsense": world.nonsense.tolist(),
    }
    order = data.draw(st.permutations(range(world.n_examples)))
    shuffled = {name: [values[i] for i in order] for name, values in table.items()}
    path = write_as(tmp_path_factory.mktemp("check") / "t.csv", shuffled)
    for choice, statement in (("common", theorem_1_bound), ("per-prompt", per_prompt_bound)):
        result, bound = answer(path, "--exact", "--threshold", choice), statement(world, p_hat)
        for name in ("err", "err_iiv", "delta", "signed_gap", "size_ratio", "bound", "slack"):
            assert Fraction(result[name]) == getattr(bound, name), name
        for name, value in result["slack_terms"].items():
            assert Fraction(value) == getattr(bound.slack_terms, name), name


def test_the_table_for_people_says_every_term(tmp_path):
    path = write(tmp_path / "t.csv", TWO_PROMPTS)
    text = run(path).stdout
    for line in (
        "err          0.6 ",
        "slack        0.6 ",
        "unused_room  0.35 ",
        "threshold    0.5   1/K",
    ):
        assert f"\n{line}" in text
    assert "all prompts equally likely (no column prompt_prob)" in text
    assert "says nothing about the model" in text
    assert "e-17" not in text
    assert "unused_room  7/20 = 0.35 " in run(path, "--exact").stdout
    sharper = run(path, "--exact", "--threshold", "per-prompt").stdout
    assert "extension X2" in sharper
    assert sharper.endswith("err >= bound holds.\n")


def test_prompt_prob_is_said_to_be_given(tmp_path):
    path = write(tmp_path / "t.csv", "c,x,1,1,1/2,1\nc,y,0,0,1/2,1\n", f"{HEADER},prompt_prob")
    assert "prompts weighted by prompt_prob" in run(path).stdout


def test_very_long_fractions_are_left_to_json(tmp_path):
    """Six digits for people; every digit for programs."""
    p = Fraction(1, 10**30)
    path = write(tmp_path / "t.csv", f"c,x,1,1,{p}\nc,y,0,0,{1 - p}\n")
    assert "err          1 " in run(path, "--exact").stdout
    assert answer(path, "--exact")["err"] == str(1 - p)


def test_rounded_files_need_a_tolerance(tmp_path):
    path = write(tmp_path / "t.csv", "c,x,1,1,0.333\nc,y,0,0,0.333\nc,z,0,0,0.333\n")
    assert "1 within 1e-09 in each prompt, got 0.999" in refusal(path)
    assert "nothing is renormalised for you; rounded files need a larger tolerance" in refusal(path)
    assert answer(path, "--tolerance", "0.01")["tolerance"] == 0.01


@pytest.mark.parametrize("value", ["nan", "-1", "0.2", "inf"])
def test_a_tolerance_that_forgives_everything_is_refused(tmp_path, value):
    path = write(tmp_path / "t.csv", TWO_PROMPTS)
    assert "must be in [0, 0.1]" in refusal(path, "--tolerance", value)


def test_exact_sums_have_no_tolerance(tmp_path):
    path = write(tmp_path / "t.csv", "c,x,1,1,0.999999999999\nc,y,0,0,0\n")
    answer(path)
    assert "1 exactly in each prompt, got 999999999999/1000000000000" in refusal(path, "--exact")
    assert "no meaning with --exact" in refusal(path, "--exact", "--tolerance", "0.01")


GOOD = "a,x,1,1,0.5\na,y,0,0,0.5\n"

BAD_ROWS = {
    "negative": (
        GOOD + "b,x,1,1,1.5\nb,y,0,0,-0.5\n",
        "model_prob must be in [0, 1], got 1.5 at data row 3 of {path} (prompt 'b', response 'x').",
    ),
    "nan": (
        GOOD + "b,x,1,nan,1\nb,y,0,0,0\n",
        "train_prob must be in [0, 1], got nan at data row 3 of {path} (prompt 'b', response 'x').",
    ),
    "infinite": (GOOD + "b,x,1,inf,1\nb,y,0,0,0\n", "train_prob must be in [0, 1], got inf at"),
    "model sum": (
        GOOD + "b,x,1,1,0.5\nb,y,0,0,0.4\n",
        "the sum of model_prob must be 1 within 1e-09 in each prompt, got 0.9 at prompt 'b' "
        "(first in data row 3 of {path}); nothing is renormalised for you",
    ),
    "training sum": (
        "b,x,1,0.5,0.5\nb,y,0,0,0.5\n",
        "the sum of train_prob must be 1 within 1e-09 in each prompt, got 0.5 at prompt 'b'",
    ),
    "noisy": (
        GOOD + "b,x,1,0.5,0.5\nb,y,no,0.5,0.5\n",
        "train_prob must be 0 on every response that is not valid (p(E) = 0, noiseless training "
        "data), got 0.5 at data row 4 of {path} (prompt 'b', response 'y')",
    ),
    "no error": (
        GOOD + "b,x,1,1,0.5\nb,y,1,0,0.5\n",
        "the number of erroneous responses must be at least 1 for each prompt, got 0 at prompt 'b'",
    ),
    "no valid": (
        GOOD + "b,x,0,0,0.5\nb,y,0,0,0.5\n",
        "the number of valid responses must be at least 1 for each prompt, got 0 at prompt 'b'",
    ),
    "one response": (
        GOOD + "b,x,1,1,1\n",
        "the number of responses must be >= 2 (a valid and an erroneous response), got 1 at "
        "prompt 'b' (first in data row 3 of {path})",
    ),
    "twice": (
        "a,x,1,1,0.5\nb,y,0,0,0.5\nb,x,1,1,0.5\na,x,0,0,0.5\n",
        "each pair (prompt, response) must be in one row, got data rows 1 and 4 for "
        "prompt 'a', response 'x' at {path}.",
    ),
    "twice, grouped": (
        GOOD + "b,x,1,1,0.5\nb,y,0,0,0.5\nb,y,0,0,0\n",
        "got data rows 4 and 5 for prompt 'b', response 'y' at {path}.",
    ),
    "not a number": (
        GOOD + "b,x,1,1,half\n",
        "model_prob must be a number such as 0.25 or 1/4, got 'half' at data row 3 of {path}.",
    ),
    "no number": (GOOD + "b,x,1,1,\n", "got '' at data row 3 of {path}."),
    "neither": (
        GOOD + "b,x,perhaps,1,1\n",
        "valid must be true/false, yes/no or 1/0, got 'perhaps' at data row 3 of {path}.",
    ),
    "short row": (
        GOOD + "b,x\n",
        "must be 5 values, like the header, got 2 at data row 3 (line 4)",
    ),
    "header only": ("", "must be a table with at least one row, got a table without rows"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_bad_rows_are_told_in_the_users_words(tmp_path, name):
    rows, sentence = BAD_ROWS[name]
    path = write(tmp_path / "t.csv", rows)
    assert sentence.format(path=path) in refusal(path, "--json")
    refusal(path, "--exact")


def test_long_texts_that_differ_in_the_middle_are_different(tmp_path):
    """Their fingerprints agree, so the texts themselves are compared."""
    edge = "=" * 100
    rows = [f"c,{edge}{middle}{edge}" for middle in "abc"]
    good = f"{rows[0]},1,1,1\n{rows[1]},0,0,0\n{rows[2]},0,0,0\n"
    assert answer(write(tmp_path / "t.csv", good))["n_examples"] == 3
    bad = f"{good}{rows[1]},0,0,0\n"
    assert "got data rows 2 and 4" in refusal(write(tmp_path / "t.csv", bad))


def test_one_response_under_two_prompts_is_no_duplicate(tmp_path):
    rows = "a,x,1,1,1\na,y,0,0,0\nb,x,1,1,1\nb,y,0,0,0\n"
    assert answer(write(tmp_path / "t.csv", rows))["n_prompts"] == 2


def test_rows_out_of_order_are_told_by_their_place_in_the_file(tmp_path):
    """Prompt b is split: its wrong row is the first of the file, and the World's third."""
    path = write(tmp_path / "t.csv", "a,x,1,1,1\nb,x,1,1,2\na,y,0,0,0\nb,y,0,0,0\n")
    assert "got 2.0 at data row 2 of" in refusal(path)
    assert "got 2 at data row 2 of" in refusal(path, "--exact")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (["1/2", "1/4", "1/2", "1/2"], "prompt_prob must be the same in all rows of a prompt, got"),
        (["1/2", "1/2", "1/2", "nan"], "prompt_prob must be"),
        (["3/2", "3/2", "-1/2", "-1/2"], "prompt_prob must be in [0, 1], got"),
        (["1/2", "1/2", "1/4", "1/4"], "the sum of prompt_prob must be 1"),
    ],
)
def test_bad_prompt_probabilities(tmp_path, values, sentence):
    rows = zip((GOOD + GOOD.replace("a,", "b,")).splitlines(), values, strict=True)
    lines = "".join(f"{row},{value}\n" for row, value in rows)
    path = write(tmp_path / "t.csv", lines, f"{HEADER},prompt_prob")
    for options in ([], ["--exact"]):
        assert sentence in refusal(path, *options)


def test_valid_and_nonsense_exclude_each_other(tmp_path):
    path = write(tmp_path / "t.csv", "c,x,1,1,1,1\nc,y,0,0,0,0\n", f"{HEADER},nonsense")
    assert "must be valid or nonsense, not both, got both at data row 1 of" in refusal(path)


def test_missing_columns_and_files(tmp_path):
    path = write(tmp_path / "t.csv", "a,x\n", "prompt,answer")
    assert "got 'prompt', 'answer'; 'response', 'valid', 'train_prob', 'model_prob' missing" in (
        refusal(path)
    )
    assert "no file of this name" in refusal(tmp_path / "none.parquet")
    assert "got a directory" in refusal(tmp_path.rename(tmp_path.with_suffix(".csv")))


def test_a_judges_rates_lead_to_the_true_error(tmp_path):
    """X15: err_J = 1/2 with a = 1/4 is err >= 1/3; with b = 1/4 too it is err = 1/2."""
    path = write(tmp_path / "t.csv", "a,x,1,1,0.5\na,y,0,0,0.5\n")
    assert answer(path)["err"] == 0.5
    assert "err_true" not in answer(path)
    low = answer(path, "--judge-fpr", 0.25)
    assert low["err_true_at_least"] == pytest.approx(1 / 3)
    both = ("--judge-fpr", 0.25, "--judge-fnr", 0.25)
    assert answer(path, *both)["err_true"] == 0.5
    assert "the true generative error is 0.5." in run(path, *both).output
    assert "at least 0.333333." in run(path, "--judge-fpr", 0.25).output
    assert "--judge-fnr needs --judge-fpr" in refusal(path, "--judge-fnr", 0.1)
    assert "fpr must be in [0, 1], got 2.0" in refusal(path, "--judge-fpr", 2)


def test_long_labels_are_cut(tmp_path):
    path = write(tmp_path / "t.csv", f"{'long ' * 99},x,1,1,2\n{'long ' * 99},y,0,0,0\n")
    assert len(refusal(path)) < 300 + len(str(path))


def test_a_violated_theorem_would_be_an_exit_code(tmp_path, monkeypatch):
    """It cannot happen; if it did, a script would notice."""
    true = theorem_1_bound(World(p=[1, 0, 0], valid=[True, False, False]), [0.5, 0.5, 0])
    broken = replace(true, bound=true.err + 0.1)
    monkeypatch.setattr(check, "theorem_1_bound", lambda world, p_hat: broken)
    result = run(write(tmp_path / "t.csv", TWO_PROMPTS))
    assert result.exit_code == 1
    assert "the theorem is violated" in result.stdout


def test_the_library_reads_what_the_command_reads(tmp_path):
    path = write(tmp_path / "t.csv", TWO_PROMPTS)
    model = read_model(path, exact=True)
    assert model.world.n_responses.tolist() == [3, 5]
    assert model.p_hat[:3].tolist() == [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)]
    with pytest.raises(InvalidInput, match="no file"):
        read_model(tmp_path / "none.csv")


def process(*arguments, **options):
    command = [sys.executable, "-m", "hallucination_theory", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_bad_input_ends_a_true_process_with_code_2(tmp_path):
    """One sentence on standard error, nothing on standard output, nothing written."""
    path = write(tmp_path / "t.csv", GOOD + "b,x,1,1,2\nb,y,0,0,0\n")
    done = process("check", path, "--json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: model_prob must be in [0, 1], got 2.0 at data row 3")
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_a_true_process_answers(tmp_path):
    done = process("check", write(tmp_path / "t.csv", TWO_PROMPTS), "--json", "--exact")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["slack"] == "3/5"


def test_the_command_starts_without_the_heavy_packages(tmp_path):
    """Arrow imports pandas behind one's back; each of these costs more than the check itself."""
    path = write_as(tmp_path / "t.parquet", table_of(*tight_world(2, 3), float))
    code = (
        "import sys; from hallucination_theory.cli import cli; "
        f"cli(['check', {str(path)!r}, '--json'], standalone_mode=False); "
        "print(sorted({'pandas', 'scipy', 'matplotlib', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("}\n[]\n")


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path, monkeypatch):
    def denied(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied", "t.csv")

    monkeypatch.setattr(check, "read_model", denied)
    assert refusal(write(tmp_path / "t.csv", TWO_PROMPTS)) == "Error: Permission denied: t.csv.\n"


def test_without_arrow_the_command_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    message = refusal(write(tmp_path / "t.csv", TWO_PROMPTS))
    assert 'pip install "hallucination-theory[files]"' in message


def test_unknown_options_and_commands_are_refused(tmp_path):
    assert "No such option" in refusal(write(tmp_path / "t.csv", TWO_PROMPTS), "--sharp")
    assert CliRunner().invoke(cli, ["chekc"]).exit_code == 2
    assert "check" in CliRunner().invoke(cli, []).output
    assert "check" in CliRunner().invoke(cli, ["--help"]).output
