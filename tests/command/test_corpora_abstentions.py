"""Abstentions mean the same in ``singletons`` and in ``score``."""

import csv
import json
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from hallucination_theory.cli import cli
from hallucination_theory.corpora.abstentions import SILENT, Abstentions
from hallucination_theory.corpora.duck import count_corpus
from hallucination_theory.corpora.identity import ENDS, fold
from hallucination_theory.corpora.shards import merge_shards
from hallucination_theory.corpora.sql import counts_query
from hallucination_theory.inputs.patterns import Pattern
from hallucination_theory.logs.labels import ReadOptions
from hallucination_theory.logs.read import read_logs
from hallucination_theory.logs.recogniser import Recogniser
from hallucination_theory.logs.records import KINDS
from tests.command.reports import own

pytest.importorskip("duckdb", reason="the extra 'files' brings DuckDB")
pa = pytest.importorskip("pyarrow", reason="the extra 'files' brings Arrow")
import pyarrow.parquet as pq  # noqa: E402

SENTENCES = Path(__file__).resolve().parents[1] / "data" / "abstentions.tsv"


def sentences():
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file, delimiter="\t")] + ["", " \n", "IDK"]


def report(command, *arguments):
    result = CliRunner().invoke(cli, [command, *map(str, arguments), "--json"])
    assert result.exit_code == 0, result.output
    return own(json.loads(result.stdout))


def kinds_of_score(texts, folder):
    """What ``score`` takes each text for, were it wrong."""
    lines = [
        json.dumps({"question": str(i), "answer": text, "outcome": "wrong"})
        for i, text in enumerate(texts)
    ]
    path = folder / "log.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (log,) = read_logs(path, ReadOptions(), Recogniser())
    return [KINDS[code] for code in log.kind]


def corpus(texts, path):
    """Each text is the response of a prompt of its own."""
    table = pa.table({"prompt": [f"q {i}" for i in range(len(texts))], "response": texts})
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in table.to_pylist()))
    return path


@pytest.mark.parametrize("name", ["c.parquet", "c.jsonl"])
def test_score_and_singletons_treat_every_sentence_alike(name, tmp_path):
    """Each response by itself, and the report of all: unclear ones are answers, and counted."""
    texts = sentences()
    scored = kinds_of_score(texts, tmp_path)
    found = count_corpus(corpus(texts, tmp_path / name), by="prompt").parts
    for i, (text, kind) in enumerate(zip(texts, scored, strict=True)):
        assert (found[f"q {i}"].n_abstentions == 1) == (kind in SILENT), text
    numbers = report("singletons", tmp_path / name)
    assert numbers["n_abstentions"] == sum(kind in SILENT for kind in scored) > 280
    assert numbers["n_recognised"] > 280
    assert numbers["n_unclear"] == scored.count("unclear") > 0


def test_the_report_says_how_many_rows_and_what_that_does_to_the_rate(tmp_path):
    texts = ["Paris", "IDK", "I'm not sure.", "No idea!", "I'm not sure. He wrote letters to her."]
    path = corpus(texts, tmp_path / "c.parquet")
    text = CliRunner().invoke(cli, ["singletons", str(path)]).output
    assert "rows recognised           2  (abstentions in other words; as spelt" in text
    assert "as spelt the singleton rate is 0.8)" in text
    assert "rows unclear              1  (an abstention and more; answers here)" in text
    found, raw = report("singletons", path), report("singletons", path, "--raw")
    assert (found["n_singletons"], raw["n_singletons"], raw["n_recognised"]) == (2, 4, 0)
    assert count_corpus(path, abstain=[]).whole.n_abstentions == 0


def test_many_texts_and_few_are_looked_at_alike(tmp_path, monkeypatch):
    """Texts put together before they are searched, and after."""
    path = corpus(["No idea!", "IDK", "Paris", "No idea!"] * 5, tmp_path / "c.parquet")
    together = count_corpus(path)
    monkeypatch.setattr("hallucination_theory.corpora.abstentions.FEW", 0)
    assert count_corpus(path).n_recognised == together.n_recognised == 10


def test_shards_keep_what_was_recognised(tmp_path):
    shards = []
    for i, text in enumerate(["No idea!", "I'm not sure.", "Paris"]):
        shards.append(tmp_path / f"{i}.shard")
        count_corpus(corpus([text], tmp_path / "c.parquet"), save=shards[-1])
    found = merge_shards(shards)
    assert (found.n_recognised, found.whole.n_abstentions) == (2, 2)


def test_the_printed_query_says_that_it_is_literal():
    for raw in (True, False):
        assert counts_query("duckdb", abstain=["IDK"], raw=raw).startswith("/* Abstentions are the")


@pytest.mark.parametrize(
    "given", [("IDK",), ("\u00c9cole", "stra\u00dfe"), (".",), ("{}",), ("\u017fo",)]
)
def test_the_sieve_lets_every_spelling_of_a_given_text_through(given):
    known = Abstentions(given)
    for text in given:
        forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
        spellings = [case(t) for t in forms for case in (str.lower, str.upper, str.title, str)]
        spellings += [f"\u2003\x1c{text}.", f" {text}!!"]
        alike = [text for text in spellings if fold(text).rstrip(ENDS) in known.alike]
        assert len(alike) >= 4
        assert all(Pattern(known.sieve).found(alike))


@given(st.characters(codec="utf-8"))
@example("\u212a")
@example("\u017f")
@example("\u0130")
@example("\ufb01")
@example("\u037e")
def test_the_sieve_knows_what_folds_to_the_same_letter(letter):
    """Whatever a text begins with: an abstention that folds to the same is let through."""
    folded = fold(letter)
    if folded.rstrip(ENDS):
        assert Pattern(Abstentions([folded]).sieve).found([letter]) == [True]
