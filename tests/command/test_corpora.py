"""Corpora of many files, on any engine: counts are enough, files come as they are."""

import gzip
import json
import shutil
from collections import Counter

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from hallucination_theory.cli import cli
from hallucination_theory.corpora.counts import read_counts
from hallucination_theory.corpora.duck import count_corpus
from hallucination_theory.corpora.files import corpus_files
from hallucination_theory.corpora.identity import FOLD, fold
from hallucination_theory.corpora.shards import merge_shards
from hallucination_theory.corpora.sql import DIALECTS, counts_query
from tests.command.reports import own
from theory.errors import InvalidInput
from theory.facts import chao_unseen, floor_until, growth_curve, samples_until

duckdb = pytest.importorskip("duckdb", reason="the extra 'files' brings DuckDB")
pa = pytest.importorskip("pyarrow", reason="the extra 'files' brings Arrow")
sqlglot = pytest.importorskip("sqlglot", reason="the extra 'sql' brings it")
import pyarrow.parquet as pq  # noqa: E402


def run(*arguments, **options):
    return CliRunner().invoke(cli, ["singletons", *map(str, arguments)], **options)


def answer(*arguments):
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return own(json.loads(result.stdout))


def refusal(*arguments):
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    return result.stderr


def corpus(n=600, seed=0):
    """Rows (prompt, response, source) in which a fact may occur in several sources."""
    rng = np.random.default_rng(seed)
    prompts = rng.integers(200, size=n) ** 2 // 200
    says = np.where(rng.random(n) < 0.2, "IDK", [f"day {p % 7}" for p in prompts])
    sources = np.array(["web", "books"])[rng.integers(2, size=n)]
    return [
        (f"q {p}", r, s) for p, r, s in zip(prompts.tolist(), says.tolist(), sources, strict=True)
    ]


def write(path, rows):
    columns = dict(
        zip(("prompt", "response", "source"), map(list, zip(*rows, strict=True)), strict=True)
    )
    if path.suffix == ".parquet":
        pq.write_table(pa.table(columns), path)
    elif ".jsonl" in path.name:
        text = "".join(json.dumps(dict(zip(columns, row, strict=True))) + "\n" for row in rows)
        path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    else:
        lines = "prompt,response,source\n" + "".join(",".join(row) + "\n" for row in rows)
        if path.suffix == ".zst":
            with pa.output_stream(str(path), "zstd") as file:
                file.write(lines.encode())
        else:
            path.write_text(lines)
    return path


def by_hand(rows):
    times = Counter(p for p, r, *_ in rows if r != "IDK")
    return dict(Counter(times.values()))


def table_of(counts):
    return dict(zip(counts.counts.times.tolist(), counts.counts.n_prompts.tolist(), strict=True))


@pytest.fixture
def folder(tmp_path):
    """Five files of four kinds, one in a subfolder, beside what is no table."""
    rows = corpus()
    home = tmp_path / "corpus"
    (home / "more").mkdir(parents=True)
    (home / "_SUCCESS").write_text("")
    (home / ".hidden.csv").write_text("not a table")
    (home / "readme.txt").write_text("not a table")
    names = ("a.parquet", "b.csv", "c.jsonl", "more/d.jsonl.gz", "more/e.csv.zst")
    for i, name in enumerate(names):
        write(home / name, rows[i::5])
    return home, rows


def test_a_folder_of_all_formats_counts_like_one_file(folder):
    """A fact that occurs once in each of two files is no singleton."""
    home, rows = folder
    found = count_corpus(home)
    assert table_of(found.whole) == by_hand(rows)
    assert (found.whole.n_samples, found.n_files) == (len(rows), 5)
    apart = sum(count_corpus(file).whole.counts.answered(1) for file in corpus_files([home]))
    assert apart > found.whole.counts.answered(1)


def test_paths_patterns_and_folders_name_the_same_files(folder):
    home, _ = folder
    everything = corpus_files([home])
    assert len(everything) == 5
    assert sorted(corpus_files([f"{home}/**/*.*s*"])) != everything
    assert set(corpus_files([f"{home}/*.csv", home / "b.csv"])) == {str(home / "b.csv")}
    assert corpus_files(everything) == everything


def test_standard_input(folder):
    home, rows = folder
    text = (home / "b.csv").read_text()
    result = run("-", "--json", input=text)
    assert json.loads(result.stdout)["n_samples"] == len(rows[1::5])


def test_by_a_column(folder):
    """One row for each value, and the whole, which is not their sum."""
    home, rows = folder
    found = count_corpus(home, by="source")
    assert table_of(found.whole) == by_hand(rows)
    assert list(found.parts) == ["books", "web"]
    for part, counts in found.parts.items():
        assert table_of(counts) == by_hand([row for row in rows if row[2] == part])
    result = answer(home, "--by", "source", "--errors", 364)
    assert result["parts"]["web"]["n_singletons"] == found.parts["web"].counts.answered(1)
    text = run(home, "--by", "source", "--errors", 364).output
    assert "singleton rate" in text
    assert any(line.startswith("books") for line in text.splitlines())


def test_two_schemas_are_one_corpus(tmp_path):
    """Prompts as numbers in one file and as text in the other."""
    pq.write_table(pa.table({"prompt": [7, 8], "response": ["a", "b"]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"prompt": ["7"], "response": ["a"]}), tmp_path / "b.parquet")
    assert table_of(count_corpus(tmp_path).whole) == {1: 1, 2: 1}


def test_skipped_rows_are_counted_and_shown(tmp_path):
    table = pa.table({"prompt": ["a", None, "b"], "response": ["x", "y", None]})
    pq.write_table(table, tmp_path / "a.parquet")
    message = refusal(tmp_path / "a.parquet")
    assert "a.parquet must be given in every row, got 1 rows without one" in message
    found = answer(tmp_path / "a.parquet", "--skip")
    assert (found["n_skipped"], found["n_samples"], found["n_singletons"]) == (2, 1, 1)
    assert "rows skipped              2" in run(tmp_path / "a.parquet", "--skip").output


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bad.csv", b"prompt,answer\na,b\n", "bad.csv must be at least 'prompt', 'response'"),
        ("bad.parquet", b"PAR1 and no more", "bad.parquet must be a complete Parquet file"),
        ("bad.csv.gz", b"\x1f\x8b and no more", "bad.csv.gz must be a complete gzip file"),
    ],
)
def test_one_bad_file_among_many_is_named(folder, name, content, message):
    home, _ = folder
    (home / name).write_bytes(content)
    assert message in refusal(home)


def test_many_parquet_files_are_read_together_and_the_bad_one_is_named(tmp_path):
    """Texts, numbers and a name that looks like a pattern; then a value missing, then bad pages."""
    rows = corpus()
    names = ("a", "b", "c [1]", "d")
    for i, name in enumerate(names):
        write(tmp_path / f"{name}.parquet", rows[i::5])
    numbers = pa.table({"prompt": [7, 7, 8], "response": ["x", "x", "y"], "source": ["web"] * 3})
    pq.write_table(numbers, tmp_path / "e.parquet")
    pq.write_table(numbers, tmp_path / "f.parquet")
    kept = [row for i in range(4) for row in rows[i::5]]
    numbered = [("7", "x", "web"), ("7", "x", "web"), ("8", "y", "web")] * 2
    assert table_of(count_corpus(tmp_path).whole) == by_hand(kept + numbered)
    both = [tmp_path / "e.parquet", tmp_path / "f.parquet"]
    assert table_of(count_corpus(both).whole) == {2: 1, 4: 1}
    whole = (tmp_path / "b.parquet").read_bytes()
    (tmp_path / "b.parquet").write_bytes(whole[:4] + b"\xff" * 200 + whole[204:])
    assert "b.parquet must be well-formed" in refusal(tmp_path)
    missing = pa.table({"prompt": ["a"], "response": pa.array([None], pa.string())})
    pq.write_table(missing.append_column("source", [["web"]]), tmp_path / "b.parquet")
    assert "response of " in refusal(tmp_path)
    assert "b.parquet must be given in every row, got 1 rows without one" in refusal(tmp_path)


def test_empty_folders_and_patterns_are_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    assert "got none in it" in refusal(tmp_path / "empty")
    assert "must be one that matches a file, got no match" in refusal(tmp_path / "*.parquet")
    assert "Give either FILEs or --counts" in refusal()


def test_a_bomb_is_refused(tmp_path):
    with gzip.open(tmp_path / "a.csv.gz", "wb") as file:
        file.write(b"prompt,response\n" + b"a,b\n" * (40 << 20))
    assert "must be at most 64 MiB, got more than that" in refusal(tmp_path / "a.csv.gz")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_query_parses_in_its_dialect(dialect):
    """Printed for each engine, read back by its grammar, with the abstentions in it."""
    text = run("--sql", dialect, "--abstain", "don't know").output
    tree = sqlglot.parse_one(text.rstrip().rstrip(";"), read=dialect)
    assert {column.alias_or_name for column in tree.selects} >= {"times_seen", "n_facts", "n_rows"}
    assert "don" in text


def test_the_printed_query_makes_the_table_that_counts_reads(tmp_path):
    """On DuckDB: the query's result, written as CSV, gives the report of the files themselves."""
    rows = corpus()
    path = write(tmp_path / "corpus.parquet", rows)
    engine = duckdb.connect()
    engine.execute(f"CREATE VIEW corpus AS FROM read_parquet('{path}')")
    query = counts_query("duckdb", abstain=["IDK"])
    engine.execute(f"COPY ({query}) TO '{tmp_path / 'counts.csv'}' (HEADER)")
    from_counts = answer("--counts", tmp_path / "counts.csv", "--errors", 364)
    from_files = answer(path, "--errors", 364)
    assert from_counts.pop("n_singletons_raw") is None
    assert from_files.pop("n_singletons_raw") == from_files["n_singletons"]
    assert from_counts == from_files


TEXTS = st.text(
    st.sampled_from("aAbB \t\n.!{}\"':,1éÉ\u0301\u00a0\u00df\u0130\u03c3\u03c2\u03a3"), max_size=12
)


@given(st.lists(TEXTS, min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_duckdb_folds_as_python_does(texts):
    """The quick way for ASCII and the function for the rest agree with the documented folding."""
    engine = duckdb.connect()
    engine.execute("SET enable_progress_bar = false")
    engine.create_function("fold_text", fold, [str], str)
    engine.register("texts", pa.table({"x": pa.array(texts, pa.string())}))
    folded = engine.execute(f"SELECT {FOLD.format(x='x')} FROM texts").fetchall()
    assert [row[0] for row in folded] == [fold(text) for text in texts]


@given(TEXTS)
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


SPELLINGS = [
    ("When was Zo\u00eb born?", "May 1"),
    ("when was zoe\u0308 born?", "may  1"),
    (" When was\nZo\u00eb born? ", "May 1"),
    ('{"about": "Ann", "ask": "born"}', "idk."),
    ('{"ask": "born", "about": "Ann"}', "June 2"),
    ("Who?", "I do not know!"),
    ("Who?", "Bob"),
]


def test_spellings_are_one_fact_and_are_told(tmp_path):
    """Case, blanks, normal form, key order and abstentions; the rate as spelt stands beside."""
    path = tmp_path / "c.parquet"
    prompts, responses = zip(*SPELLINGS, strict=True)
    pq.write_table(pa.table({"prompt": prompts, "response": responses}), path)
    abstain = ("--abstain", "IDK", "--abstain", "I do not know")
    found = answer(path, *abstain)
    assert (found["n_prompts"], found["n_singletons"], found["n_abstentions"]) == (3, 2, 2)
    assert (found["n_merged"], found["n_singletons_raw"], found["n_contradictory"]) == (5, 5, 0)
    raw = answer(path, *abstain, "--raw")
    assert (raw["n_prompts"], raw["n_singletons"], raw["n_abstentions"]) == (6, 5, 0)
    assert raw["n_merged"] == 0
    text = run(path, *abstain).output
    assert "rows merged               5  (prompts spelt in several ways; as spelt the" in text
    assert "singleton rate is 0.714286)" in text


def test_spellings_are_one_fact_whatever_their_hashes(tmp_path, monkeypatch):
    """Hashes only tell which spellings are alone: with one hash for all, the same counts."""
    path = tmp_path / "c.parquet"
    prompts, responses = zip(*SPELLINGS, ("alone", "x"), strict=True)
    pq.write_table(pa.table({"prompt": prompts, "response": responses}), path)
    found = count_corpus(path)
    monkeypatch.setattr("hallucination_theory.corpora.prompts.ANSWER", "length({x}) * 0")
    same = count_corpus(path)
    assert table_of(same.whole) == table_of(found.whole)
    assert (
        (same.n_merged, same.n_once_as_spelt) == (found.n_merged, found.n_once_as_spelt) == (5, 6)
    )


def test_spellings_in_different_files_are_one_fact(tmp_path):
    for i, (prompt, response) in enumerate(SPELLINGS):
        table = pa.table({"prompt": [prompt], "response": [response]})
        pq.write_table(table, tmp_path / f"{i}.parquet")
    found = count_corpus(tmp_path, abstain=["IDK", "I do not know"])
    assert table_of(found.whole) == {1: 2, 3: 1}
    assert (found.n_merged, found.n_once_as_spelt) == (5, 5)


def test_without_abstentions_every_response_is_an_answer(tmp_path):
    pq.write_table(
        pa.table({"prompt": ["a", "b"], "response": ["", "IDK"]}), tmp_path / "c.parquet"
    )
    for raw in (True, False):
        assert table_of(count_corpus(tmp_path, abstain=[], raw=raw).whole) == {1: 2}


def test_without_abstentions_a_missing_response_is_no_answer(tmp_path):
    table = pa.table({"prompt": ["a", "a", "b"], "response": ["x", None, None]})
    pq.write_table(table, tmp_path / "c.parquet")
    for raw in (True, False):
        found = count_corpus(tmp_path, abstain=[], raw=raw, skip=True)
        assert (table_of(found.whole), found.n_skipped) == ({1: 1}, 2)


def test_two_columns_are_enough(tmp_path):
    """Without n_rows nobody abstains: N is the sum of times x facts."""
    path = tmp_path / "counts.csv"
    path.write_text("times_seen,n_facts\n1,50\n2,10\n7,1\n")
    found = answer("--counts", path)
    assert (found["n_samples"], found["n_singletons"], found["n_prompts"]) == (77, 50, 61)
    assert found["n_abstentions"] == 0


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("1,2\n1,3\n", "times_seen of .* must be different numbers"),
        ("1.5,2\n", "times_seen must be a whole number from 0 to 10.15, got 3/2 at data row 1"),
        ("1,-2\n", "n_facts must be a whole number from 0 to 10.15, got -2"),
        ("0,2\n", "must be at least one answer, got only abstentions"),
    ],
)
def test_bad_counts_are_refused(rows, message, tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text("times_seen,n_facts\n" + rows)
    with pytest.raises(InvalidInput, match=message):
        read_counts(path)


def test_too_few_rows_for_the_answers_are_refused(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text("times_seen,n_facts,n_rows\n2,3,5\n")
    with pytest.raises(InvalidInput, match="n_rows must be at least times_seen x n_facts, got 5"):
        read_counts(path)


def test_nothing_is_left_behind(folder, tmp_path, monkeypatch):
    """Unpacked copies lie in the temporary folder and go, also after a refusal."""
    home, _ = folder
    spill = tmp_path / "spill"
    spill.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spill))
    count_corpus(home)
    shutil.copy(home / "more" / "d.jsonl.gz", home / "more" / "f.csv.gz")
    refusal(home)
    assert list(spill.iterdir()) == []


def test_shards_join_to_the_whole(folder, tmp_path):
    """Counted apart, saved and joined: the same integers as all files at once."""
    home, _ = folder
    shards = []
    for i, file in enumerate(corpus_files([home])):
        shards.append(tmp_path / f"{i}.shard.parquet")
        apart = answer(file, "--by", "source", "--save-shard", shards[-1])
        assert apart["n_files"] == 1
    joined, whole = answer("--shards", *shards), answer(home, "--by", "source")
    for name in whole:
        assert name in {"by"} or joined[name] == whole[name], name


def test_shards_of_shards_with_spellings(tmp_path):
    for i, (prompt, response) in enumerate(SPELLINGS):
        table = pa.table({"prompt": [prompt], "response": [response]})
        pq.write_table(table, tmp_path / f"{i}.parquet")
        answer(tmp_path / f"{i}.parquet", "--save-shard", tmp_path / f"{i}.shard")
    shards = sorted(tmp_path.glob("*.shard"))
    found = merge_shards(shards)
    assert table_of(found.whole) == {1: 2, 3: 1}
    assert (found.n_merged, found.n_once_as_spelt) == (5, 5)


def test_shards_that_were_counted_differently_are_refused(folder, tmp_path):
    home, _ = folder
    one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
    answer(home / "a.parquet", "--save-shard", one)
    answer(home / "b.csv", "--raw", "--save-shard", two)
    assert "two.parquet must be" in refusal("--shards", one, two)
    assert "must be a shard, made with --save-shard" in refusal("--shards", home / "a.parquet")
    assert not list(tmp_path.glob(".*.part"))


def test_the_curve_and_how_much_more(folder):
    home, rows = folder
    found = answer(home, "--curve", "--until", 0.05)
    assert [found["curve"][i]["n_samples"] for i in (0, -1)] == [1, 2 * len(rows)]
    counts = count_corpus(home).whole.counts
    middle = growth_curve(counts, [len(rows)]).singleton_rate[0]
    assert middle == pytest.approx(found["singleton_rate"])
    assert found["n_unseen_chao"] == chao_unseen(counts)
    assert found["until"] == list(samples_until(counts, 0.05))
    text = run(home, "--curve", "--until", 0.001).output
    assert "(Chao's estimate)" in text
    assert "These data cannot tell when the singleton rate is below that" in text


def test_how_much_more_until_the_floor_is_below_a_level(folder):
    """Below already, or declined with a reason: six hundred samples of two hundred facts."""
    home, _ = folder
    counts = count_corpus(home).whole.counts
    declined = "the counts say nothing about more than twice the data"
    for level, text in ((0.5, "The error floor is below that already."), (0.0, declined)):
        found = answer(home, "--errors", 364, "--delta", 0.01, "--until", level)
        expected = floor_until(counts, level, min_errors=364, delta=0.01)
        assert found["until"] == list(expected)
        assert text in run(home, "--errors", 364, "--delta", 0.01, "--until", level).output


def test_the_figure_shows_parts_and_curve(folder, tmp_path):
    home, _ = folder
    path = tmp_path / "floors.svg"
    answer(home, "--by", "source", "--errors", 364, "--curve", "--figure", path)
    assert path.read_text().startswith("<?xml")
    assert "one of .png, .svg, .pdf" in refusal(home, "--figure", tmp_path / "floors.txt")
    assert not (tmp_path / "floors.txt").exists()


@pytest.mark.parametrize(("lost", "row"), [(0, 1), (9_999, 10_000), (29_999, 30_000)])
def test_the_first_row_of_json_lines_without_a_column_is_named(tmp_path, lost, row):
    """Whether the key is absent or null, and however far down; a column absent from all is one."""
    for value in ({}, {"response": None}):
        rows = [{"prompt": f"q {i}", "response": "a"} for i in range(30_000)]
        rows[lost] = {"prompt": "q", **value}
        path = tmp_path / "x.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        assert f"in every row, got 1 rows without one at data row {row}; leave" in refusal(path)
    path.write_text('{"prompt": "a"}\n{"prompt": "b"}\n')
    assert "got 'prompt'; 'response' missing" in refusal(path)


def test_spellings_are_found_in_slices_of_the_hashes(tmp_path, monkeypatch):
    """However few hashes are sorted at a time: the same counts."""
    path = tmp_path / "c.parquet"
    prompts, responses = zip(*SPELLINGS, strict=True)
    pq.write_table(pa.table({"prompt": prompts, "response": responses}), path)
    whole = count_corpus(path)
    monkeypatch.setattr("hallucination_theory.corpora.spellings.SORTED", 2)
    assert count_corpus(path).n_merged == whole.n_merged == 5
    assert table_of(count_corpus(path).whole) == table_of(whole.whole)
