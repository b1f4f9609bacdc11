"""Reading users' tables: three formats, one result; a wrong file is one clear sentence."""

import gzip
import json
import sys
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hallucination_theory.tables import csv_files, json_lines
from hallucination_theory.tables.read import read_table
from hallucination_theory.tables.table import Table
from theory.errors import InvalidInput, MissingExtra

COLUMNS = {
    "q": ["a", "a", "b"],
    "x": [0.5, 0.25, 0.1],
    "ok": [True, False, True],
    "extra": [1, 2, 3],
}


def write_csv(path, columns=COLUMNS):
    rows = [columns, *zip(*columns.values(), strict=True)]
    path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows))
    return path


def write_json(path, columns=COLUMNS):
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def write_parquet(path, columns=COLUMNS):
    pq.write_table(pa.table(columns), path)
    return path


WRITERS = {".csv": write_csv, ".jsonl": write_json, ".parquet": write_parquet}


@pytest.fixture(params=WRITERS)
def file(request, tmp_path):
    return WRITERS[request.param](tmp_path / f"t{request.param}")


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("text", [False, True])
def test_all_formats_say_the_same(file, text):
    table = read_table(file, ["q", "x"], ["ok", "absent"], text=text)
    assert table.arrow.column_names == ["q", "x", "ok"]
    index, labels = table.codes("q")
    assert index.tolist() == [0, 0, 1]
    assert labels.to_pylist() == ["a", "b"]
    assert table.numbers("x").tolist() == [0.5, 0.25, 0.1]
    assert table.booleans("ok").tolist() == [True, False, True]


def test_text_is_read_exactly(file):
    """0.1 is 1/10 in every format, not the nearest binary fraction."""
    table = read_table(file, ["x", "ok", "extra"], text=True)
    assert table.exact_numbers("x").tolist() == [Fraction(1, 2), Fraction(1, 4), Fraction(1, 10)]
    assert table.exact_numbers("extra").tolist() == [1, 2, 3]
    assert table.arrow.schema.types == [pa.string()] * 3


def test_fractions_and_blanks_are_numbers(tmp_path):
    path = written(tmp_path, "t.csv", "x\n1/3\n 0.5\n2e-1\n.25\n1.\n")
    table = read_table(path, ["x"])
    assert table.exact_numbers("x").tolist() == [
        Fraction(1, 3),
        Fraction(1, 2),
        Fraction(1, 5),
        Fraction(1, 4),
        Fraction(1),
    ]
    assert table.numbers("x").tolist() == [1 / 3, 0.5, 0.2, 0.25, 1]


@pytest.mark.parametrize(
    "rows", ['{"x": 1}\n{"x": "1/2"}\n{"x": 0.25}\n', '\n{"x": 1}\n\n{"x": 0.5}\n{"x": 0.25}\n\n']
)
def test_json_lines_may_mix_numbers_and_text_and_have_blank_lines(tmp_path, rows):
    path = written(tmp_path, "t.ndjson", rows)
    assert read_table(path, ["x"]).numbers("x").tolist() == [1, 0.5, 0.25]


def test_json_digits_survive_in_text(tmp_path):
    digits = "0.12345678901234567890123"
    path = written(tmp_path, "t.json", f'{{"x": {digits}, "ok": true}}\n')
    table = read_table(path, ["x", "ok"], text=True)
    assert table.exact_numbers("x").tolist() == [Fraction(digits)]
    assert table.booleans("ok").tolist() == [True]


@pytest.mark.parametrize("suffix", WRITERS)
def test_labels_are_never_read_as_dates_or_numbers(tmp_path, suffix):
    """Arrow would read the text 2020-01-01 as a time, and 01 and 1 as one number."""
    values = {"q": ["2020-01-01", "2020-01-02"], "r": ["01", "1"]}
    table = read_table(WRITERS[suffix](tmp_path / f"t{suffix}", values), ["q", "r"])
    assert table.codes("q")[1].to_pylist() == values["q"]
    assert table.codes("r")[1].to_pylist() == values["r"]


def test_csv_labels_may_hold_newlines_commas_quotes_and_be_empty(tmp_path):
    path = written(tmp_path, "t.csv", '\ufeffq,x\r\n"two\nlines, ""said"" he",1\r\n,2\r\n')
    assert read_table(path, ["q", "x"]).codes("q")[1].to_pylist() == [
        'two\nlines, "said" he',
        "",
    ]


def test_many_blocks_are_one_column(tmp_path, monkeypatch):
    """Labels that return in another block of the file keep their code."""
    for module in (csv_files, json_lines):
        monkeypatch.setattr(module, "BLOCK", 256)
    want = np.arange(500) % 7
    values = {"q": [f"name {i}" for i in want]}
    for suffix in (".csv", ".jsonl"):
        table = read_table(WRITERS[suffix](tmp_path / f"t{suffix}", values), ["q"])
        assert table.arrow.column("q").num_chunks > 1
        assert table.codes("q")[0].tolist() == want.tolist()


def test_a_row_longer_than_a_block_is_read(tmp_path, monkeypatch):
    for module in (csv_files, json_lines):
        monkeypatch.setattr(module, "BLOCK", 64)
    values = {"q": ["short", "long " * 100, "short"], "x": [1, 2, 3]}
    for suffix in (".csv", ".jsonl"):
        table = read_table(WRITERS[suffix](tmp_path / f"t{suffix}", values), ["q", "x"])
        assert table.codes("q")[1].to_pylist() == values["q"][:2]
        assert table.numbers("x").tolist() == [1, 2, 3]


@pytest.mark.parametrize("categories", [["b", "a", "never"], ["b", "a", "a"]])
def test_categories_of_parquet_are_plain_values(tmp_path, categories):
    """Unused and repeated categories do not count as labels."""
    category = pa.DictionaryArray.from_arrays(
        pa.array([1, 0, 2 if "never" not in categories else 1]), categories
    )
    path = write_parquet(tmp_path / "t.parquet", {"q": category})
    index, labels = read_table(path, ["q"]).codes("q")
    assert (index.tolist(), labels.to_pylist()) == ([0, 1, 0], ["a", "b"])


@pytest.mark.parametrize("values", [["a", "b", "a"], [1, 2, 1]])
def test_labels_that_return_in_another_row_group_keep_their_code(tmp_path, values):
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"q": values}), path, row_group_size=2)
    index, labels = read_table(path, ["q"]).codes("q")
    assert (index.tolist(), labels.to_pylist()) == ([0, 1, 0], values[:2])


def test_a_null_among_the_categories_is_a_missing_value():
    category = pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["a", None]))
    table = Table("t", pa.table({"q": category.cast(pa.string())}))
    for get in (Table.codes, Table.numbers, Table.booleans):
        with pytest.raises(InvalidInput, match="no value at data row 2"):
            get(table, "q")


def test_parquet_text_is_utf8_too(tmp_path):
    latin = pa.array([b"caf\xe9"]).view(pa.string())
    path = write_parquet(tmp_path / "t.parquet", {"q": latin})
    with pytest.raises(InvalidInput, match=r"must be a complete Parquet file, .* UTF8"):
        read_table(path, ["q"])


@pytest.mark.parametrize(
    "kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())]
)
def test_all_kinds_of_arrow_text_are_text(tmp_path, kind):
    """Polars writes large_string, pandas writes categories."""
    path = write_parquet(tmp_path / "t.parquet", {"q": pa.array(["1/3", "b"]).cast(kind)})
    for text in (False, True):
        assert read_table(path, ["q"], text=text).codes("q")[1].to_pylist() == ["1/3", "b"]


def test_decimals_of_parquet_are_exact(tmp_path):
    digits = pa.array(["0.1", "0.25"]).cast(pa.decimal128(30, 20))
    path = write_parquet(tmp_path / "t.parquet", {"x": digits})
    assert read_table(path, ["x"]).numbers("x").tolist() == [0.1, 0.25]
    exact = read_table(path, ["x"], text=True).exact_numbers("x")
    assert exact.tolist() == [Fraction(1, 10), Fraction(1, 4)]


def test_folder_names_add_no_columns(tmp_path):
    (tmp_path / "x=1").mkdir()
    path = write_parquet(tmp_path / "x=1" / "t.parquet", {"q": ["a"]})
    with pytest.raises(InvalidInput, match="'x' missing"):
        read_table(path, ["q", "x"])


@pytest.mark.parametrize("value", ["true", "TRUE", "Yes", "1", " yes "])
def test_true(tmp_path, value):
    path = written(tmp_path, "t.csv", f"ok,n\n{value},1\nno,2\n")
    assert read_table(path, ["ok"]).booleans("ok").tolist() == [True, False]


def test_zero_and_one_are_truth_values_whatever_their_type(tmp_path):
    for values in ([1, 0], [1.0, 0.0], ["1", "0"]):
        path = write_parquet(tmp_path / "t.parquet", {"ok": values})
        assert read_table(path, ["ok"]).booleans("ok").tolist() == [True, False]


NOT_FILES = {
    "text.parquet": ("q,x\na,1\n", "must be Parquet, .* got a file that does not begin with PAR1"),
    "cut.parquet": (b"PAR1 and then nothing", "must be a complete Parquet file, got a damaged one"),
    "parquet.csv": (b"PAR1\x15\x04", "must be CSV, .* got a Parquet file; rename"),
    "zip.csv": (b"PK\x03\x04\x14", "got a zip archive, such as an Excel workbook"),
    "gzip.jsonl": (gzip.compress(b'{"q": 1}'), "got a gzip file"),
    "json.csv": ('{"q": "a", "x": 1}\n', "must be CSV, .* got what looks like JSON"),
    "csv.jsonl": ("q,x\na,1\n", "must be JSON lines, .* got a first line without"),
    "empty.csv": ("", "got an empty file"),
    "mark.csv": ("\ufeff\n", "got an empty file"),
    "blank.jsonl": (" \n\n", "got an empty file"),
    "empty.parquet": ("", "got an empty file"),
    "header.csv": ("q,x\n", "must be a table with at least one row, got a table without rows"),
    "table.txt": ("q,x\na,1\n", r"suffix of .* must be one of \.csv, .* got \.txt"),
    "table": ("q,x\na,1\n", r"suffix of .* must be one of \.csv, .* got none"),
    "missing.csv": ("q,y\na,1\n", "must be at least 'q', 'x', got 'q', 'y'; 'x' missing"),
    "missing.jsonl": ('{"q": 1}\n{"y": 1}\n', "got 'q', 'y'; 'x' missing"),
    "twice.csv": ("q,x,x\na,1,2\n", "column names of .* must be distinct, got 'x' 2 times"),
    "twice.jsonl": ('{"q": 1, "x": 1, "x": 2}\n', "object that gives a name twice. at data row 1"),
    "latin.csv": (b"q,x\na,1\ncaf\xe9,2\n", r"UTF-8, got the byte 0xe9 at line 3 \(byte 11 of"),
    "latin.jsonl": (
        b'{"q": 1, "x": 1}\n{"q": "\xe9", "x": 1}\n',
        r"UTF-8, got the byte 0xe9 at data row 2 \(line 2\) of",
    ),
    "latin-start.jsonl": (b"\xe9", r"UTF-8, got the byte 0xe9 at data row 1 \(line 1\) of"),
    "utf16.csv": ("q,x\na,1\n".encode("utf-16"), "must be UTF-8, got the byte 0xff at line 1"),
    "short.csv": ("q,x\na,1\nb\n", r"must be 2 values, .* got 1 at data row 2 \(line 3\)"),
    "long.csv": ('q,x\n"a\n",1\n\nb,1,2\n', r"2 values, .* got 3 at data row 2 \(line 5\)"),
    "quote.csv": (
        'x,q\n1,a\n2,"b\n3,c\n',
        r"well-formed CSV, got .* at data row 2 \(it ends in line",
    ),
    "broken.jsonl": (
        '{"q": 1, "x": 1}\n\n{"q": \n',
        r"complete JSON, got .* data row 2 \(line 3\)",
    ),
    "number.jsonl": ('{"q": 1, "x": 1}\n3\n', "a JSON object, got str at data row 2"),
    "nested.jsonl": (
        '{"q": 1, "x": 1}\n{"q": [1], "x": "a"}\n',
        r"q must be text, .* got \['1'\] at data row 2",
    ),
    "half.jsonl": ('{"q": "\\ud800", "x": 1}\n', "Unicode text, got .* at data row 1"),
    "null.jsonl": (
        '{"q": 1, "x": 1}\n{"q": null, "x": 1}\n',
        "q must be given .* at data row 2 of",
    ),
}


@pytest.mark.parametrize("name", NOT_FILES)
@pytest.mark.parametrize("text", [False, True])
def test_a_wrong_file_is_one_sentence(tmp_path, name, text):
    content, message = NOT_FILES[name]
    path = written(tmp_path, name, content)
    with pytest.raises(InvalidInput, match=message) as error:
        read_table(path, ["q", "x"], text=text)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(InvalidInput, match="no file of this name"):
        read_table(tmp_path / "t.csv", ["x"])
    (tmp_path / "t.parquet").mkdir()
    with pytest.raises(InvalidInput, match="got a directory"):
        read_table(tmp_path / "t.parquet", ["x"])


def test_a_table_without_rows(tmp_path):
    path = write_parquet(tmp_path / "t.parquet", {"x": pa.array([], pa.float64())})
    with pytest.raises(InvalidInput, match="without rows"):
        read_table(path, ["x"])


def test_nulls_name_the_row(tmp_path):
    path = write_parquet(tmp_path / "t.parquet", {"x": [0.5, None, None], "q": [1, 1, 1]})
    with pytest.raises(
        InvalidInput, match=r"x must be given in every row, .* data row 2 of .*t\.parquet"
    ):
        read_table(path, ["x"])
    optional = read_table(path, ["q"], ["x"])
    for get in (Table.numbers, Table.exact_numbers, Table.booleans, Table.codes):
        with pytest.raises(InvalidInput, match="data row 2"):
            get(optional, "x")


@pytest.mark.parametrize("value", ["abc", "", "1/0", "0x1", "1_0", "1/2/3", "½"])
def test_not_a_number_names_row_and_value(tmp_path, value):
    path = written(tmp_path, "t.csv", f"q,x\na,0.5\nb,{value}\n")
    table = read_table(path, ["x"])
    for get in (Table.numbers, Table.exact_numbers):
        with pytest.raises(InvalidInput, match=r"x must be a number .* at data row 2 of") as error:
            get(table, "x")
        assert repr(value) in str(error.value)


def test_an_endless_exponent_is_no_exact_number(tmp_path):
    """Fraction("1e9999999") would take minutes and the memory with it."""
    path = written(tmp_path, "t.csv", "q,x\na,0.5\nb,1e9999999\n")
    with pytest.raises(InvalidInput, match="got '1e9999999' at data row 2 of"):
        read_table(path, ["x"]).exact_numbers("x")


def test_nan_is_a_float_but_not_an_exact_number(file, tmp_path):
    path = WRITERS[file.suffix](tmp_path / f"n{file.suffix}", {"x": [0.5, float("nan")]})
    assert np.isnan(read_table(path, ["x"]).numbers("x")[1])
    with pytest.raises(InvalidInput, match="data row 2"):
        read_table(path, ["x"], text=True).exact_numbers("x")


@pytest.mark.parametrize("values", [[True, False], [[1], [2]], pa.array([1, 2], pa.date32())])
def test_other_types_are_no_numbers(tmp_path, values):
    table = read_table(write_parquet(tmp_path / "t.parquet", {"x": values}), ["x"])
    with pytest.raises(InvalidInput, match=r"x .*must be"):
        table.numbers("x")


def test_lists_are_no_labels(tmp_path):
    path = write_parquet(tmp_path / "t.parquet", {"x": [[1], [2]]})
    with pytest.raises(InvalidInput, match="must be text or numbers, got values of type list"):
        read_table(path, ["x"]).codes("x")


@pytest.mark.parametrize("value", ["maybe", "2", "", "t"])
def test_not_a_truth_value_names_row_and_value(tmp_path, value):
    path = written(tmp_path, "t.csv", f"q,ok\na,yes\nb,{value}\n")
    with pytest.raises(InvalidInput, match=r"ok must be true/false, .* at data row 2 of"):
        read_table(path, ["ok"]).booleans("ok")


def test_place_counts_rows_from_one(file):
    assert read_table(file, ["q"]).place(0) == f"data row 1 of {file}"


def test_without_arrow_the_extra_is_named(monkeypatch, file):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(
        MissingExtra, match=r'reading tables needs .* "hallucination-theory\[files\]"'
    ):
        read_table(file, ["q"])


def test_a_column_name_that_is_no_text_is_one_sentence(tmp_path):
    """Arrow's JSON reader takes such a name and stumbles over it later."""
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"q": "a", "x": 1}\n{"q": "a", "x": 1, "caf\xe8": 2}\n')
    with pytest.raises(InvalidInput, match=r"must be UTF-8, got the byte 0xe8 at data row 2"):
        read_table(path, ("q", "x"))
