"""``check`` with a column ``count``: errors on prompts never seen, whatever the calibration."""

import json
from fractions import Fraction as F

import pytest
from click.testing import CliRunner

from hallucination_theory.cli import cli
from hallucination_theory.tables.model_table import read_model

HEADER = "prompt,response,valid,train_prob,model_prob,count"
# Seen: knows it but for 1/4. Never seen: answers 3/4 of the time, evenly. Said once, with IDK.
ROWS = """\
seen,x,yes,1,3/4,3
seen,y,no,0,1/4,0
never,x,no,0,3/8,0
never,y,yes,1/2,3/8,0
never,IDK,yes,1/2,1/4,2
"""


def write(tmp_path, rows=ROWS, header=HEADER):
    path = tmp_path / "model.csv"
    path.write_text(f"{header}\n{rows}")
    return path


def run(path, *options):
    return CliRunner().invoke(cli, ["check", str(path), *options])


def test_which_part_of_err_is_innovation(tmp_path):
    """By hand: err = 1/8 + 3/16; answers on unseen 3/8, of which half are wrong on average."""
    unseen = json.loads(run(write(tmp_path), "--exact", "--json").stdout)["unseen"]
    assert unseen == {
        "prompts_unseen": 1,
        "answered_unseen": "3/8",
        "err_seen": "1/8",
        "err_unseen": "3/16",
        "expected_unseen": "3/16",
        "err_at_least": float(F(1, 8) + F(3, 16)),
    }
    floats = json.loads(run(write(tmp_path), "--json").stdout)["unseen"]
    assert floats["err_at_least"] == pytest.approx(5 / 16, rel=1e-15)


def test_rows_in_any_order_and_other_words_for_idk(tmp_path):
    rows = ROWS.replace("IDK", "no idea").splitlines()
    mixed = "\n".join([rows[2], rows[0], rows[4], rows[1], rows[3]]) + "\n"
    told = json.loads(run(write(tmp_path, mixed), "--abstain", "no idea", "--json").stdout)
    assert told["unseen"]["err_unseen"] == pytest.approx(3 / 16)
    # An abstention that is taken for an answer makes the prompt a seen one.
    told = json.loads(run(write(tmp_path, mixed), "--json").stdout)
    assert told["unseen"]["prompts_unseen"] == 0


def test_luck_lowers_what_must_be_wrong(tmp_path):
    """A committed guess: 1/2 expected, less sqrt(ln(1/gamma)/2)."""
    rows = "c,x,yes,1,0,0\nc,y,no,0,1,0\n"
    for gamma, luck in ((0.5, 0.588705), (0.1, 1.072983)):
        told = json.loads(run(write(tmp_path, rows), "--gamma", str(gamma), "--json").stdout)
        assert told["unseen"]["err_at_least"] == pytest.approx(0.5 - luck, abs=1e-6)
        assert told["unseen"]["err_unseen"] == 1


def test_the_text_says_it_in_words(tmp_path):
    shown = run(write(tmp_path)).stdout
    assert "answered_unseen  0.375" in shown
    assert "err is below err_at_least with probability 0.01 at most" in shown
    seen = run(write(tmp_path, ROWS.replace("never,y,yes,1/2,3/8,0", "never,y,yes,1/2,3/8,1")))
    assert "Every prompt was seen with an answer." in seen.stdout


def test_without_the_column_nothing_is_said(tmp_path):
    rows = "\n".join(row.rsplit(",", 1)[0] for row in ROWS.splitlines()) + "\n"
    path = write(tmp_path, rows, HEADER.rsplit(",", 1)[0])
    assert "unseen" not in json.loads(run(path, "--json").stdout)
    assert "never seen" not in run(path).stdout
    model = read_model(path)
    assert model.floor(0.01) is None
    assert model.n_unseen == 0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("3/4,3", "3/4,-1", "count must be a whole number >= 0, got -1"),
        ("3/4,3", "3/4,0.5", "count must be a whole number >= 0, got 0.5"),
        ("3/4,3", "3/4,many", "count must be a number"),
        ("3/4,3", "3/4,", "count must be a number such as"),
        ("1/4,0", "1/4,2", "count must be 0 unless the response is valid, got 2 at data row 2"),
        ("never,x,no", "never,x,no", ""),
        ("never,IDK,yes,1/2", "never,IDK,no,0", "p"),
    ],
)
def test_bad_counts_get_one_sentence(tmp_path, old, new, words):
    result = run(write(tmp_path, ROWS.replace(old, new)))
    assert result.exit_code == (2 if words else 0), result.output
    assert words in result.output
    assert "Traceback" not in result.output


def test_bad_gamma_and_an_abstention_that_is_wrong(tmp_path):
    assert run(write(tmp_path), "--gamma", "0").exit_code == 2
    result = run(write(tmp_path), "--abstain", "x")
    assert result.exit_code == 2
    assert "an abstention must be valid, got an error at data row 3" in result.output
