"""Formats of logs: TSV, gzip, JSON arrays, column maps, lighteval; what is none of them is told."""

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from hallucination_theory.cli import cli


def outcomes(*arguments):
    result = CliRunner().invoke(cli, ["score", *map(str, arguments), "--json", "--t", "0.5"])
    assert result.exit_code == 0, result.output
    return {k: n for k, n in json.loads(result.stdout)["logs"][0]["outcomes"].items() if n}


def complaint(*arguments):
    result = CliRunner().invoke(cli, ["score", *map(str, arguments)])
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1), result.output
    return result.stderr


@pytest.fixture
def tsv(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("problem\tpredicted answer\tground_truth\n1\tParis\tParis\n2\tno idea\tRome\n")
    return path


MAP = "question=problem,answer=predicted answer,target=ground_truth"


def test_a_column_map_reads_a_foreign_table(tsv):
    assert outcomes(tsv, "--columns", MAP) == {"correct": 1, "abstain": 1}


def test_a_foreign_table_is_told_which_map_would_fit(tsv):
    said = complaint(tsv)
    assert "problem, predicted answer, ground_truth" in said
    for pair in MAP.split(","):
        assert pair in said


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("answer", "--columns must be pairs"),
        ("x=problem", "NAME one of"),
        ("answer=none,target=x", "outcome, or answer and target"),
        ("question=none,answer=problem,target=ground_truth", "'none'"),
    ],
)
def test_a_bad_column_map(tsv, given, message):
    assert message in complaint(tsv, "--columns", given)


def test_gzip_is_unpacked(tsv):
    packed = tsv.with_suffix(".tsv.gz")
    packed.write_bytes(gzip.compress(tsv.read_bytes()))
    assert outcomes(packed, "--columns", MAP) == {"correct": 1, "abstain": 1}
    packed.write_bytes(gzip.compress(tsv.read_bytes())[:-9])
    assert "a complete gzip file" in complaint(packed)
    packed.write_bytes(b"no gzip")
    assert "a complete gzip file" in complaint(packed)


def test_a_gzip_bomb_is_refused(tmp_path):
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(b"question,outcome\n" + b"x" * (300 << 20), compresslevel=9))
    assert "at most" in complaint(packed)


def test_a_json_array_is_read(tmp_path):
    path = tmp_path / "a.json"
    rows = [{"question": 1, "answer": 5.0, "target": ["5", "five"]}]
    path.write_text(json.dumps(rows, indent=1))
    assert outcomes(path) == {"correct": 1}
    path.write_text(json.dumps([1, 2]))
    assert "must be a JSON object" in complaint(path)


@pytest.fixture
def newer():
    """Two records as lighteval writes them since 2025."""
    return pa.Table.from_pylist(
        [
            {
                "doc": {"id": str(i), "query": "q", "task_name": "simple|0"},
                "metric": {"em": em, "len": 3.0},
                "model_response": {"text": [text]},
            }
            for i, (em, text) in enumerate([(1.0, "Paris"), (0.0, "I do not know.")])
        ]
    )


def test_lighteval_details_in_both_layouts(tmp_path, newer):
    pq.write_table(newer, tmp_path / "details_new.parquet")
    assert outcomes(tmp_path / "details_new.parquet") == {"correct": 1, "abstain": 1}
    older = pa.Table.from_pylist(
        [
            {"example": "q0", "predictions": ["Paris"], "metrics": {"em": 0}},
            {"example": "q1", "predictions": ["Rome"], "metrics": {"em": 1}},
        ]
    )
    pq.write_table(older, tmp_path / "details_old.parquet")
    assert outcomes(tmp_path / "details_old.parquet") == {"correct": 1, "wrong": 1}
    assert "'len'" in complaint(tmp_path / "details_new.parquet", "--scorer", "nothing")


def test_one_record_of_lighteval_is_enough_and_names_its_task(tmp_path, newer):
    """A reader that looks at the second record for the first would fail here."""
    pq.write_table(newer.slice(0, 1), tmp_path / "details.parquet")
    result = CliRunner().invoke(cli, ["score", str(tmp_path / "details.parquet"), "--json"])
    assert result.exit_code == 0, result.output
    (log,) = json.loads(result.stdout)["logs"]
    assert (log["dataset"], log["n_records"]) == ("simple|0", 1)
