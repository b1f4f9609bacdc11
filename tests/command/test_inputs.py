"""One door for users' files: pipes, limits, one reader's rules for all commands."""

import gzip
import io
import json
import os
import re
import threading
import zipfile
from contextlib import nullcontext
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from hallucination_theory.cli import cli
from hallucination_theory.corpora.duck import count_corpus
from hallucination_theory.inputs import json_text, limits, opened
from hallucination_theory.inputs.json_text import parse
from hallucination_theory.tables.read import read_table
from tests.command.hostile_named import HEAVY, NAMED, as_eval, log
from tests.command.reports import own
from theory.errors import InvalidInput

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
MODEL = "prompt,response,valid,train_prob,model_prob\na,x,1,1,1/2\na,y,0,0,1/2\n"


def run(*arguments, stdin=None):
    return CliRunner().invoke(cli, [*map(str, arguments)], input=stdin)


def complaint(path, command="score"):
    result = run(command, path)
    assert (result.exit_code, result.output.count("\n")) == (2, 1), result.output
    return result.output


def written(path, data):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize(
    ("command", "file"),
    [
        ("check", "hostile/model.csv"), ("check", "hostile/model.jsonl"),
        ("singletons", "hostile/corpus.csv"), ("score", "inspect_half_blind.eval"),
        ("score", "lm_eval_facts_t50.jsonl"), ("score", "hostile/log.csv"),
    ],
)  # fmt: skip
def test_standard_input_is_read_like_the_file(command, file):
    """What has no name is told by how it begins; only the name in the report differs."""
    path = DATA / file
    results = run(command, path, "--json"), run(command, "-", "--json", stdin=path.read_bytes())
    assert [result.exit_code for result in results] == [0, 0], results[1].output
    one, other = (own(json.loads(result.output)) for result in results)
    if command == "score":
        assert other["logs"][0]["log"] == "standard input"
        one, other = ((r["logs"][0]["outcomes"], r["logs"][0]["targets"]) for r in (one, other))
    assert one == other


def test_a_pipe_is_read(tmp_path):
    pipe = tmp_path / "model.csv"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=[MODEL])
    writer.start()
    result = run("check", pipe, "--json")
    writer.join()
    assert json.loads(result.output)["n_examples"] == 2


def test_a_pipe_that_never_ends_is_refused(monkeypatch):
    monkeypatch.setattr(opened, "SPOOLED", 1 << 20)
    result = run("check", "-", stdin=b"a" * (3 << 20))
    assert result.exit_code == 2
    assert "standard input must be at most" in result.output


@pytest.mark.parametrize(
    ("path", "what"),
    [("/dev/zero", "a device"), ("/nowhere/x.csv", "no file of this name"),
     ("/etc/passwd/x", "no file of this name")],
)  # fmt: skip
@pytest.mark.parametrize("command", ["score", "check", "singletons"])
def test_what_is_no_file_is_told(command, path, what):
    assert what in complaint(path, command)


@pytest.mark.parametrize("command", ["score", "check"])
def test_a_folder_is_no_file(tmp_path, command):
    assert "a directory; name the files in it" in complaint(tmp_path, command)


def test_a_name_that_no_file_can_have_is_told():
    with pytest.raises(InvalidInput, match="a name that no file can have"):
        read_table("a\0b.csv", ["x"])


SAME_RULES = {
    "crlf.csv": ("prompt,response\r\na,x\r\nb,IDK\r\n", None),
    "mark.csv": ("\ufeffprompt,response\na,x\nb,IDK\n", None),
    "mark.jsonl": ('\ufeff{"prompt": "a", "response": "x"}\n', None),
    "long.csv": (f"prompt,response\na,{'x' * 200_000}\nb,{'y' * 3_000_000}\n", None),
    "long.jsonl": (json.dumps({"prompt": "a" * 3_000_000, "response": "x"}), None),
    "quoted.csv": ('prompt,response\n"a, ""b""\nc",x\n', None),
    "trailing.csv": ("prompt,response\na,x,\n", "2 values, like the header, got 3 at data row 1"),
    "short.csv": ("prompt,response\na\n", "2 values, like the header, got 1 at data row 1"),
    "quote.csv": ('prompt,response\n"a,x\n', "well-formed CSV"),
    "nested.jsonl": ('{"prompt": ["a"], "response": "x"}\n', "prompt must be text, a number"),
    "missing.jsonl": ('{"prompt": "a"}\n', "'response' missing"),
    "twice.csv": ("prompt,response,response\na,x,y\n", "'response' 2 times"),
    "latin.csv": (b"prompt,response\na,\xe9\n", "UTF-8"),
    "wide.csv": (f"prompt,response{',c' * 20_000}\n", "at most 10,000"),
}


@pytest.mark.parametrize("name", SAME_RULES)
def test_check_and_singletons_read_by_the_same_rules(tmp_path, name):
    """Both read the same rows, or refuse the file with the same words."""
    content, refused = SAME_RULES[name]
    path = written(tmp_path / name, content)
    if refused is None:
        assert count_corpus(path).whole.n_samples == len(read_table(path, ["prompt", "response"]))
        return
    with pytest.raises(InvalidInput) as one:
        read_table(path, ["prompt", "response"])
    with pytest.raises(InvalidInput) as other:
        count_corpus(path)
    assert str(one.value) == str(other.value)
    assert refused in str(one.value)


@pytest.mark.parametrize(
    ("prompts", "refused"),
    [
        (pa.array(["a", "b"], pa.string_view()), None),
        (pa.array(["a", "b"]).dictionary_encode(), None),
        (pa.array([1.5, 2.5]), None),
        (pa.array([1, 2], pa.date32()), None),
        (pa.array([["a"], ["b"]]), "text or numbers"),
        (pa.array([{"a": 1}] * 2), "text or numbers"),
        (pa.array([b"\xff"] * 2).view(pa.string()), "Parquet file"),
    ],
)
def test_parquet_of_every_type_is_read_by_the_same_rules(tmp_path, prompts, refused):
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"prompt": prompts, "response": ["x", "y"]}), path)
    if refused is None:
        assert count_corpus(path).whole.n_prompts == 2
        assert len(read_table(path, ["prompt", "response"]).codes("prompt")[1]) == 2
        return
    with pytest.raises(InvalidInput, match=r"prompt of .*text or numbers|x\.parquet must be"):
        count_corpus(path)
    with pytest.raises(InvalidInput):
        read_table(path, ["prompt", "response"]).codes("prompt")


def test_rows_without_any_column_are_rows_all_the_same(tmp_path, monkeypatch):
    """They lack a prompt, in whatever block of the file they lie."""
    from hallucination_theory.tables import json_lines

    monkeypatch.setattr(json_lines, "BLOCK", 10)
    path = written(tmp_path / "x.jsonl", '{"prompt": "a", "response": "x"}\n{"other": 1}\n')
    with pytest.raises(InvalidInput, match=r"prompt of .* given in every row, got 1 rows without"):
        count_corpus(path)
    with pytest.raises(InvalidInput, match="no value at data row 2"):
        read_table(path, ["prompt", "response"])


@pytest.mark.parametrize("digits", ["\uff11", "\u0661", "\u0967"])
@pytest.mark.parametrize("exact", [False, True])
def test_digits_of_other_scripts_are_no_numbers_in_any_format(tmp_path, digits, exact):
    table = {"x": [digits]}
    pq.write_table(pa.table(table), tmp_path / "x.parquet")
    written(tmp_path / "x.csv", f"x\n{digits}\n")
    written(tmp_path / "x.jsonl", json.dumps({"x": digits}))
    for suffix in ("csv", "jsonl", "parquet"):
        read = read_table(tmp_path / f"x.{suffix}", ["x"], text=exact)
        with pytest.raises(InvalidInput, match="x must be a number"):
            (read.exact_numbers if exact else read.numbers)("x")


def rezipped(path, prefix, extra):
    import zipfile_zstd  # noqa: F401  # teaches zipfile the method

    file = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in extra:
            new.writestr(name, b"\x00\x01Bud1" if not name.endswith("/") else b"")
        for name in old.namelist():
            new.writestr(prefix + name, old.read(name))
    return file.getvalue()


@pytest.mark.parametrize(
    ("prefix", "extra"),
    [
        ("", ["samples/", "samples/.DS_Store", ".DS_Store"]),
        ("log/", ["log/", "log/samples/", "__MACOSX/log/._header.json", "log/samples/._q1.json"]),
    ],
)
def test_logs_zipped_again_are_read(tmp_path, prefix, extra):
    source = DATA / "inspect_half_blind.eval"
    path = written(tmp_path / "again.eval", rezipped(source, prefix, extra))
    first, again = (json.loads(run("score", p, "--json").output) for p in (source, path))
    assert again["logs"][0] | {"log": ""} == first["logs"][0] | {"log": ""}


LIMITS = {
    "bomb.eval": "samples/0.json of bomb.eval must be at most 64 MiB, got more than that.",
    "many.eval": "at most 200 times as large as the archive",
    "deep.json": "nested less deep",
    "deep.jsonl": "nested less deep",
    "digits.json": "Exceeds the limit",
    "values.jsonl": "such that it fits in 900 MiB of memory",
    "line.jsonl": "each line of line.jsonl must be at most 64 MiB",
    "wide.csv": "the columns of wide.csv must be at most 10,000, got 100,002.",
    "rows.parquet": "at most 200 times as large when unpacked",
}


def test_the_limits_are_those_that_the_security_page_tells():
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    told = {name: int(n.replace(",", "")) for name, n in re.findall(r"`(\w+)`.*\| ([\d,]+)", page)}
    assert told == {name: value for name, value in vars(limits).items() if name in told}
    assert told.keys() == {name for name in vars(limits) if name.isupper()} - {"MIB"}


def test_a_handwritten_file_may_have_exactly_so_many_bytes(tmp_path):
    path = written(tmp_path / "rubric.txt", "a" * limits.HANDWRITTEN)
    assert opened.small_text(path, "template") == "a" * limits.HANDWRITTEN
    written(path, "a" * (limits.HANDWRITTEN + 1))
    with pytest.raises(InvalidInput, match=r"the template .* must be at most 100,000 bytes"):
        opened.small_text(path, "template")


def test_whole_lines_are_handed_out_whatever_the_size_of_a_part(tmp_path, monkeypatch):
    """Each part ends with a line break; a line may be as long as a record, and not longer."""
    path = written(tmp_path / "x.jsonl", "ab\ncd\n\nefg")
    source = opened.Source(path, "x.jsonl")
    whole = b"ab\ncd\n\nefg\n"
    for size in range(1, 20):
        parts = [*opened.whole_lines(source, size)]
        assert b"".join(text for *_, text in parts) == whole
        assert all(text.endswith(b"\n") and text.count(b"\n") == n for _, n, text in parts)
        assert [first for first, *_ in parts] == [
            1 + sum(n for _, n, _ in parts[:i]) for i in range(len(parts))
        ]
    assert [*opened.whole_lines(source, 6)] == [(1, 2, b"ab\ncd\n"), (3, 2, b"\nefg\n")]
    monkeypatch.setattr(opened, "RECORD", 2)
    assert b"".join(text for *_, text in opened.whole_lines(source, 1)) == whole
    monkeypatch.setattr(opened, "RECORD", 1)
    with pytest.raises(InvalidInput, match=r"each line of x\.jsonl"):
        [*opened.whole_lines(source, 1)]


def test_a_small_archive_may_unpack_to_much_and_a_large_one_to_so_many_times_its_size(
    tmp_path, monkeypatch
):
    path = written(tmp_path / "x.csv.gz", gzip.compress(b"x\n" * 10_000))
    size = path.stat().st_size
    cases = [(1, 20_000, True), (1, 19_999, False)]
    cases += [(-(-20_000 // size), 1, True), (19_999 // size, 1, False)]
    for ratio, least, allowed in cases:
        monkeypatch.setattr(opened, "RATIO", ratio)
        monkeypatch.setattr(opened, "RATIO_FROM", least)
        with nullcontext() if allowed else pytest.raises(InvalidInput), opened.opened(path) as file:
            assert file.path.stat().st_size == 20_000


@pytest.mark.parametrize(
    ("text", "suffix"),
    [(b"PAR1x", ".parquet"), (b"PK\x03\x04", ".eval"), (b" " * 63 + b"{}", ".jsonl"),
     (b" " * 64 + b"{}", ".csv"), (b"a,b", ".csv")],
)  # fmt: skip
def test_what_has_no_name_is_told_by_how_it_begins(tmp_path, text, suffix):
    assert opened._suffix(written(tmp_path / "spooled", text)) == suffix


@pytest.mark.parametrize("name", sorted(LIMITS.keys() - HEAVY))
def test_limits_are_told(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    written(tmp_path / name, NAMED[name]())
    assert LIMITS[name] in complaint(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(LIMITS.keys() & HEAVY))
def test_limits_of_size_are_told(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    written(tmp_path / name, NAMED[name]())
    assert LIMITS[name] in complaint(name)


def test_a_long_answer_is_no_hostile_one(tmp_path):
    """18 MB of text are read from an archive."""
    assert run("score", written(tmp_path / "x.eval", NAMED["answer.eval"]())).exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["answer.json", "answer-plain.jsonl", "answer.csv"])
def test_a_long_answer_is_no_hostile_one_in_any_format(tmp_path, name):
    """18 MB of text are read from a document, a line or a cell."""
    assert run("score", written(tmp_path / name, NAMED[name]())).exit_code == 0


def test_an_estimate_of_memory_lets_ordinary_documents_pass(monkeypatch):
    """A log of 20 MB, most of it text, is estimated at less than five times its size."""
    sample = {"id": 1, "messages": [{"role": "user", "content": "eight letters, " * 160}] * 20}
    text = json.dumps([sample] * 400).encode()
    assert len(text) > 18 << 20
    assert len(parse(text, "x")) == 400
    monkeypatch.setattr(json_text, "JSON_MEMORY", 5 * len(text))
    assert len(parse(text, "x")) == 400
    with pytest.raises(InvalidInput, match="such that it fits"):
        parse(b"[" + b"[]," * (len(text) // 3) + b"1]", "x")
    assert limits.JSON_MEMORY < 1 << 30


@pytest.mark.parametrize("command", ["score", "check", "singletons"])
def test_a_zip_without_a_log_is_told(tmp_path, command):
    path = written(tmp_path / "x.eval", as_eval(log())[:-40])
    assert "x.eval" in complaint(path, command)


def test_a_document_is_read_if_the_file_is_at_most_half_of_what_memory_holds(tmp_path, monkeypatch):
    source = opened.Source(written(tmp_path / "x.json", "[1, 2, 3]"), "x.json")
    monkeypatch.setattr(json_text, "JSON_MEMORY", 18)
    assert json_text.document(source) == [1, 2, 3]
    for memory in (17, 16):
        monkeypatch.setattr(json_text, "JSON_MEMORY", memory)
        with pytest.raises(InvalidInput, match=r"the JSON document x\.json must be at most"):
            json_text.document(source)


def test_an_archive_is_unpacked_by_four_kilobytes():
    """What one piece unpacks to is in memory at once: the worst is 32,768 times as much."""
    from hallucination_theory.inputs import archives

    class Member:
        asked = ()

        def read(self, size):
            self.asked += (size,)
            return b"x" * 10

    member = Member()
    assert len(archives._at_most(25, member)) == 30
    assert member.asked == (4096,) * 3
