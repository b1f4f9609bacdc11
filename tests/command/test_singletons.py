"""``singletons``: counts of users' corpora against plain Python, and what bad files are told."""

import csv
import json
import tempfile
from collections import Counter, defaultdict

import numpy as np
import pytest
from click.testing import CliRunner

from hallucination_theory.cli import cli
from hallucination_theory.corpora.duck import count_corpus
from theory.errors import InvalidInput
from theory.facts import best_interval, best_lower, lemma_1_interval, theorem_2_lower

duckdb = pytest.importorskip("duckdb", reason="the extra 'files' brings DuckDB")
pa = pytest.importorskip("pyarrow", reason="the extra 'files' brings Arrow")
import pyarrow.parquet as pq  # noqa: E402


def rows(n=400, seed=0):
    """Skewed prompts, some abstentions in two spellings, some contradictory answers."""
    rng = np.random.default_rng(seed)
    prompts = [f"born, when? {int(p)}" for p in rng.integers(400, size=n) ** 2 // 400]
    answers = [f'day "{hash_of(p)}"' for p in prompts]
    kinds = rng.choice(["right", "IDK", "vague", "other"], p=[0.7, 0.15, 0.1, 0.05], size=n)
    said = {"IDK": "IDK", "vague": "a day\nreally", "other": "day 0"}
    return [(p, said.get(k, a)) for p, a, k in zip(prompts, answers, kinds, strict=True)]


def hash_of(text):
    return sum(map(ord, text)) % 365 + 1


def write(path, table):
    prompts, responses = zip(*table, strict=True)
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("prompt", "response"), *table])
    elif path.suffix == ".jsonl":
        lines = (json.dumps({"prompt": p, "response": r, "note": 1}) for p, r in table)
        path.write_text("\n".join(lines), encoding="utf-8")
    else:
        pq.write_table(pa.table({"prompt": prompts, "response": responses}), path)
    return path


def by_hand(table, abstain):
    """Slow twin: N, prompts, answers, answered prompts, singletons, contradictory prompts."""
    answered = [(p, r) for p, r in table if r not in abstain]
    times, different = Counter(p for p, _ in answered), defaultdict(set)
    for p, r in answered:
        different[p].add(r)
    return (
        len(table),
        len({p for p, _ in table}),
        len(answered),
        len(times),
        sum(n == 1 for n in times.values()),
        sum(len(r) > 1 for r in different.values()),
    )


def counted(path, abstain):
    c = count_corpus(path, abstain=abstain).whole
    return (
        c.n_samples,
        c.n_prompts,
        c.counts.n_answers,
        int(c.counts.n_prompts.sum()),
        c.counts.answered(1),
        c.n_contradictory,
    )


def test_counts_of_counts_equal_plain_python(tmp_path):
    """Not the singletons alone: every count, which is what X13 asks for."""
    table = rows(3000)
    found = count_corpus(write(tmp_path / "c.parquet", table)).whole.counts
    times = Counter(p for p, r in table if r != "IDK")
    expected = Counter(times.values())
    assert dict(zip(found.times.tolist(), found.n_prompts.tolist(), strict=True)) == expected


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
@pytest.mark.parametrize("abstain", [(), ("IDK",), ("IDK", "a day\nreally")])
def test_counts_equal_plain_python_in_all_formats(suffix, abstain, tmp_path):
    table = rows()
    expected = by_hand(table, abstain)
    assert expected[4] > 0
    assert expected[5] > 0
    assert counted(write(tmp_path / f"corpus{suffix}", table), abstain) == expected


def run(*arguments):
    return CliRunner().invoke(cli, ["singletons", *map(str, arguments)])


def test_json_report_is_theory_on_the_counts(tmp_path):
    path = write(tmp_path / "corpus.parquet", rows(3000))
    result = json.loads(run(path, "--errors", 364, "--delta", 0.01, "--json").output)
    sr, N = result["singleton_rate"], result["n_samples"]
    assert sr == result["n_singletons"] / N == result["n_singletons"] / 3000
    counts = count_corpus(path).whole.counts
    paper, best = lemma_1_interval(sr, N), best_interval(counts)
    assert result["missing_mass_paper"] == [paper.lower, paper.upper]
    assert result["missing_mass_best"] == [best.lower, best.upper]
    assert result["lower_paper"] == theorem_2_lower(sr, N, min_errors=364, delta=0.01).bound
    floor = best_lower(counts, min_errors=364, delta=0.01)
    assert result["lower_best"] == floor.bound > result["lower_paper"]
    assert (result["term_best"], result["method_best"]) == (floor.sampling_term, floor.method)
    assert sr < result["upper_best"] < result["upper_paper"]


def test_report_for_people(tmp_path):
    path = write(tmp_path / "c.csv", [("a", "1"), ("a", "2"), ("b", "1"), ("c", "?")])
    text = run(path, "--abstain", "?", "--errors", 364).output
    for words in (
        "training samples N        4",
        "distinct prompts          3",
        "abstentions               1",
        "singletons                1",
        "singleton rate            0.25",
        "  by Lemma 1              0 to 1",
        "(vacuous)",
        "1 prompts have more than one answer. Each of their rows counts as an occurrence",
    ):
        assert words in text
    assert "give --errors" in run(path).output


def test_numbers_as_prompts_and_responses(tmp_path):
    path = tmp_path / "corpus.parquet"
    pq.write_table(pa.table({"prompt": [7, 7, 8], "response": [1, 1, -1]}), path)
    assert counted(path, ("-1",)) == (3, 2, 2, 1, 0, 0)


def test_other_columns_may_be_called_anything(tmp_path):
    """Empty, equal and quoted names, and names that differ by the case of a letter."""
    path = tmp_path / "corpus.csv"
    path.write_text('Prompt,,prompt,note,note,"it\'s",response\n1,2,a,3,4,5,x\n1,2,b,3,4,5,IDK\n')
    assert counted(path, ("IDK",)) == (2, 2, 1, 1, 1, 0)


def test_names_that_look_like_patterns_and_folders_that_look_like_columns(tmp_path):
    (tmp_path / "response=x").mkdir()
    path = write(tmp_path / "response=x" / "it's [1]*.parquet", rows())
    assert counted(path, ("IDK",)) == by_hand(rows(), ("IDK",))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "an empty file"),
        ("a.csv", b"prompt,response\n", "a table with at least one row"),
        ("a.csv", b"prompt,answer\na,1\n", "'response' missing"),
        ("a.csv", b"prompt,response\na\n", "2 values, like the header, got 1 at data row 1"),
        ("a.csv", b'prompt,response\n"a,1\n', "well-formed CSV, got unexpected end of data"),
        ("a.csv", b"prompt,response\na,\xff\n", "UTF-8, got the byte 0xff at line 2"),
        ("a.csv", b"prompt,response\na,IDK\nb,IDK\n", "got only abstentions in 2 rows"),
        ("a.jsonl", b'{"prompt": "a"}', "got 'prompt'; 'response' missing"),
        ("a.jsonl", b'{"prompt": "a"', "complete JSON, got malformed or truncated JSON"),
        ("a.parquet", b"PAR1 and no more", "a complete Parquet file, got a damaged one"),
        ("a.txt", b"prompt,response\n", "the suffix of"),
    ],
)
def test_bad_files_are_one_sentence_and_exit_code_2(name, content, message, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=message):
        count_corpus(path)
    result = run(path)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--gamma", "1"), "gamma must be in [1e-100, 1), got 1.0"),
        (("--delta", "-1"), "delta must be in [0, 1], got -1.0"),
        (("--errors", "0"), "--errors must be a whole number from 1 to 10^15, got 0"),
        (("--memory-limit", "lots"), "memory_limit must be a size"),
    ],
)
def test_bad_options_are_refused(options, message, tmp_path):
    result = run(write(tmp_path / "a.csv", rows(5)), *options)
    assert result.exit_code == 2
    assert message in result.output


def test_missing_file_is_refused(tmp_path):
    result = run(tmp_path / "nope.csv")
    assert result.exit_code == 2
    assert "got no file of this name" in result.output


def test_small_memory_spills_and_leaves_nothing_behind(tmp_path, monkeypatch):
    """10^6 long prompts within 60 MB: the same counts, and no temporary file afterwards."""
    spill = tmp_path / "spill"
    spill.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spill))
    numbers = np.random.default_rng(1).integers(10**6, size=10**6)
    path = tmp_path / "big.parquet"
    prompts = pa.array(numbers).cast(pa.string())
    pq.write_table(pa.table({"prompt": prompts, "response": prompts}), path)
    counts = count_corpus(path, memory_limit="60MB").whole
    times = np.bincount(numbers)
    assert counts.counts.answered(1) == (times == 1).sum()
    assert counts.n_prompts == (times > 0).sum()
    assert list(spill.iterdir()) == []
